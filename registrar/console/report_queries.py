"""What came back, with the mail and the person that it is about, and whom it may be about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.console import ledger_queries, reach
from registrar.console.rules import PER_PAGE
from registrar.db import DbSession
from registrar.mail.bounces import queries
from registrar.mail.bounces.parsing import read
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import ReportState
from registrar.people.models import Person

MOST_WAITING = 100
MOST_SHOWN = 20_000
PAST = (ReportState.APPLIED, ReportState.SETTLED)


@dataclass(frozen=True)
class About:
    """The mail that a report is proven to be about, and its recipient."""

    mail: OutboxMail
    address: str
    person_id: int | None


def waiting(db: DbSession) -> Sequence[BounceReport]:
    """Return the reports that a person must look at, the newest first."""
    return queries.newest(db, [ReportState.WAITING], offset=0, limit=MOST_WAITING)


def past(db: DbSession, number: int) -> tuple[Sequence[BounceReport], int]:
    """Return a page of the reports that need nobody any more, and how many are known to follow (0 or 1)."""
    found = queries.newest(db, PAST, offset=(number - 1) * PER_PAGE, limit=PER_PAGE + 1)
    return found[:PER_PAGE], len(found[PER_PAGE:])


def about(db: DbSession, staff: Staff, reports: Sequence[BounceReport]) -> dict[int, About]:
    """Return for each proven report, by its id, what it is about, as far as that exists for the member of staff."""
    ids = {report.outbox_id for report in reports if report.outbox_id}
    mails = (
        {mail.id: mail for mail in db.scalars(select(OutboxMail).where(OutboxMail.id.in_(ids), reach.mails(staff)))}
        if ids
        else {}
    )
    to = ledger_queries.recipients(db, list(mails.values()))
    return {
        report.id: About(mails[report.outbox_id], *to[report.outbox_id])
        for report in reports
        if report.outbox_id in mails
    }


def named(db: DbSession, report: BounceReport) -> list[Person]:
    """Return the people whom a waiting report names: a hint, no proof."""
    keys = {address.casefold() for address in read(report.raw or b"").recipients}
    return list(db.scalars(select(Person).where(Person.email_key.in_(keys)).order_by(Person.id))) if keys else []


def shown(raw: bytes) -> str:
    """Return a report's bytes as text that cannot play tricks: no control characters, no change of direction."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")[:MOST_SHOWN]
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)
