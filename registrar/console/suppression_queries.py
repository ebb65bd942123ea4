"""Addresses that get no mail, and whose they are as far as a mail or the trail tells: what is stored is a hash."""

from collections.abc import Sequence

from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.console import ledger_queries
from registrar.console.rules import PER_PAGE
from registrar.db import DbSession
from registrar.mail.models import OutboxMail, Suppression
from registrar.mail.rules import MailState, Reason
from registrar.mail.suppression import address_hash, suppressions_among
from registrar.people.models import Person

MOST_FAILURES = 1_000
"""Mails that are looked through for the owners of addresses."""


def newest(db: DbSession, number: int) -> tuple[Sequence[Suppression], int]:
    """Return a page of suppressions, the newest first, and how many are known to follow (0 or 1)."""
    statement = select(Suppression).order_by(Suppression.created_at.desc(), Suppression.id.desc())
    found = db.scalars(statement.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
    return found[:PER_PAGE], len(found[PER_PAGE:])


def whose(db: DbSession, stopped: Sequence[Suppression]) -> dict[int, tuple[str, int | None]]:
    """Return for each suppression whose owner is known the address and the person, if it is a participant's."""
    ids = [each.outbox_id for each in stopped if each.outbox_id]
    mails = db.scalars(select(OutboxMail).where(OutboxMail.id.in_(ids))).all() if ids else []
    by_mail = ledger_queries.recipients(db, mails)
    by_hand = _by_hand(db, [each.id for each in stopped])
    known = {each.id: by_mail.get(each.outbox_id or 0) or by_hand.get(each.id) for each in stopped}
    found = {each.id: owner for each in stopped if (owner := known[each.id]) and _is_its(each, owner[0])}
    return {**_by_failures(db, [each for each in stopped if each.id not in found]), **found}


def _is_its(stopped: Suppression, address: str) -> bool:
    """Tell whether the hash is that of this address: a person may have another one by now."""
    return bool(address) and stopped.address_hash == address_hash(address)


def _by_failures(db: DbSession, stopped: Sequence[Suppression]) -> dict[int, tuple[str, int | None]]:
    """Return whose the addresses are, as far as they are among those to whom mail failed or was not sent of late."""
    if not stopped:
        return {}
    failed = select(OutboxMail.person_id).where(
        OutboxMail.state.in_([MailState.FAILED, MailState.SKIPPED]),
        OutboxMail.reason.in_([Reason.SMTP, Reason.SUPPRESSED]),
    )
    newest = failed.order_by(OutboxMail.finished_at.desc()).limit(MOST_FAILURES)
    people = {person.email: person for person in db.scalars(select(Person).where(Person.id.in_(newest)))}
    among = {found.id: address for address, found in suppressions_among(db, people).items()}
    return {each.id: (among[each.id], people[among[each.id]].id) for each in stopped if each.id in among}


def _by_hand(db: DbSession, ids: Sequence[int]) -> dict[int, tuple[str, int | None]]:
    """Return whose address was stopped by a person, as the trail has it."""
    entries = select(AuditEntry).where(
        AuditEntry.subject == Suppression.__tablename__,
        AuditEntry.subject_id.in_(ids),
        AuditEntry.action == "suppression.stop",
    )
    people = {entry.subject_id: entry.details.get("person") for entry in db.scalars(entries)} if ids else {}
    known = db.scalars(select(Person).where(Person.id.in_([number for number in people.values() if number])))
    by_id = {person.id: person for person in known}
    return {
        found: (by_id[number].email, number)
        for found, number in people.items()
        if number is not None and number in by_id
    }


def person_with(db: DbSession, email_key: str) -> Person | None:
    """Return the person who has this address."""
    return db.scalar(select(Person).where(Person.email_key == email_key))
