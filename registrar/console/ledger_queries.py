"""The mail ledger: who got which mail, what became of each, and what is in the way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, literal, or_, select, union_all
from sqlalchemy.orm import selectinload

from registrar.accounts.models import Staff
from registrar.applications.models import Invitation
from registrar.campaigns.models import Campaign
from registrar.console import reach
from registrar.console.rules import PER_PAGE, LedgerFilter
from registrar.db import DbSession
from registrar.folding import contains
from registrar.mail.models import BounceReport, OutboxMail
from registrar.mail.rules import MailState
from registrar.people.models import Person
from registrar.weekly.models import SignUp

TROUBLE = (MailState.IN_DOUBT, MailState.FAILED, MailState.DEFERRED)
OPEN = (*TROUBLE, MailState.QUEUED, MailState.SENDING)
MOST_PEOPLE = 20
MOST_FOUND = 200
"""A search looks no further than at so many people, so that it costs the same however long the ledger is."""
MOST_COUNTED = 10_000
STREAM_ROWS = 500
WITH_THEIR_STORY = (selectinload(OutboxMail.tries), selectinload(OutboxMail.reports).defer(BounceReport.raw))
"""What is loaded with mails that are told with all that happened to them."""


@dataclass(frozen=True)
class Cursor:
    """Where a page of the ledger begins: below a mail, above one, or at the newest."""

    below: int | None = None
    above: int | None = None


@dataclass(frozen=True)
class Listed:
    """A page of mails, the newest first, and where the pages before and after it begin."""

    mails: list[OutboxMail]
    newer_above: int | None
    older_below: int | None


def mails(db: DbSession, staff: Staff, wanted: LedgerFilter, cursor: Cursor) -> Listed:
    """Return a page of mails with their attempts, found from where the last page ended."""
    statement = select(OutboxMail).where(*narrowed(db, staff, wanted)).options(*WITH_THEIR_STORY)
    if cursor.above is not None:
        upward = statement.where(OutboxMail.id > cursor.above).order_by(OutboxMail.id)
        found = list(db.scalars(upward.limit(PER_PAGE + 1)))
        return _page(found[:PER_PAGE][::-1], has_newer=len(found) > PER_PAGE, has_older=True)
    if cursor.below is not None:
        statement = statement.where(OutboxMail.id < cursor.below)
    found = list(db.scalars(statement.order_by(OutboxMail.id.desc()).limit(PER_PAGE + 1)))
    return _page(found[:PER_PAGE], has_newer=cursor.below is not None, has_older=len(found) > PER_PAGE)


def _page(mails: list[OutboxMail], *, has_newer: bool, has_older: bool) -> Listed:
    newer = mails[0].id if mails and has_newer else None
    return Listed(mails, newer, mails[-1].id if mails and has_older else None)


def stream(db: DbSession, staff: Staff, wanted: LedgerFilter) -> Iterator[Row[Any]]:
    """Yield every matching mail with its address and the name of its mailing, a few hundred at a time."""
    address = func.coalesce(Person.email, Staff.email, SignUp.email, Invitation.email, "").label("address")
    columns = (
        OutboxMail.id, OutboxMail.kind, OutboxMail.session_id, OutboxMail.rule_id, Campaign.name.label("campaign"),
        address, OutboxMail.state, OutboxMail.reason, OutboxMail.detail, OutboxMail.created_at, OutboxMail.due_at,
        OutboxMail.finished_at, OutboxMail.attempts,
    )  # fmt: skip
    statement = (
        select(*columns)
        .outerjoin(Person, Person.id == OutboxMail.person_id)
        .outerjoin(Staff, Staff.id == OutboxMail.staff_id)
        .outerjoin(SignUp, SignUp.id == OutboxMail.sign_up_id)
        .outerjoin(Invitation, Invitation.id == OutboxMail.invitation_id)
        .outerjoin(Campaign, Campaign.id == OutboxMail.campaign_id)
        .where(*narrowed(db, staff, wanted))
        .order_by(OutboxMail.id.desc())
    )
    rows: Iterable[Row[Any]] = db.execute(statement, execution_options={"yield_per": STREAM_ROWS})
    yield from rows


def recipients(db: DbSession, mails: Sequence[OutboxMail]) -> dict[int, tuple[str, int | None]]:
    """Return for each mail its address and, if it is a participant's, the person."""
    people = _addresses(db, Person, {mail.person_id for mail in mails})
    staff = _addresses(db, Staff, {mail.staff_id for mail in mails})
    sign_ups = _addresses(db, SignUp, {mail.sign_up_id for mail in mails})
    invited = _addresses(db, Invitation, {mail.invitation_id for mail in mails})
    return {
        mail.id: (
            people.get(mail.person_id or 0)
            or staff.get(mail.staff_id or 0)
            or sign_ups.get(mail.sign_up_id or 0)
            or invited.get(mail.invitation_id or 0, ""),
            mail.person_id if mail.person_id in people else None,
        )
        for mail in mails
    }


def mailings(db: DbSession, mails: Sequence[OutboxMail]) -> dict[int, str]:
    """Return the names of the mailings among these mails."""
    ids = {mail.campaign_id for mail in mails if mail.campaign_id}
    return dict(db.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(ids))).all()) if ids else {}


def addresses(db: DbSession, mails: Sequence[OutboxMail]) -> dict[int, str]:
    """Return for each mail the address that it goes to, except to those who were erased."""
    return {mail_id: address for mail_id, (address, _person) in recipients(db, mails).items() if address}


def _addresses(
    db: DbSession, model: type[Person | Staff | SignUp | Invitation], ids: set[int | None]
) -> dict[int, str]:
    if wanted := ids - {None}:
        return dict(db.execute(select(model.id, model.email).where(model.id.in_(wanted))).all())
    return {}


def counts(db: DbSession, session_id: int | None, staff: Staff) -> dict[MailState, int]:
    """Count mails by state: of a session all of them, of everything only those that are not settled, up to a bound."""
    if session_id:
        statement = select(OutboxMail.state, func.count()).where(OutboxMail.session_id == session_id)
        found = dict(db.execute(statement.group_by(OutboxMail.state)).all())
    else:
        found = dict(db.execute(union_all(*(_bounded(state, staff) for state in OPEN))).all())
    return {state: found[state] for state in MailState if found.get(state)}


def _bounded(state: MailState, staff: Staff) -> Select[MailState, int]:
    here = (OutboxMail.state == state, reach.mails(staff))
    some = select(OutboxMail.id).where(*here).limit(MOST_COUNTED).subquery()
    return select(literal(state, OutboxMail.state.type), func.count()).select_from(some)


def people_like(db: DbSession, text: str) -> list[Person]:
    """Return people whose name or address holds this text."""
    statement = select(Person).where(or_(contains(Person.email, text), contains(Person.name, text)))
    return list(db.scalars(statement.order_by(Person.name, Person.id).limit(MOST_PEOPLE)))


def narrowed(db: DbSession, staff: Staff, wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter and of its reader's reach.

    People are looked up first, so that the ledger is read by its indexes.
    """
    given = {
        OutboxMail.session_id: wanted.session_id,
        OutboxMail.kind: wanted.kind,
        OutboxMail.state: wanted.state,
        OutboxMail.campaign_id: wanted.campaign_id,
        OutboxMail.person_id: wanted.person_id,
        OutboxMail.rule_id: wanted.rule_id,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in given.items() if value]
    conditions.append(reach.mails(staff))
    if wanted.came_back:
        conditions.append(OutboxMail.id.in_(select(BounceReport.outbox_id).where(BounceReport.outbox_id.is_not(None))))
    if wanted.text:
        conditions.append(_to_like(db, wanted.text))
    return conditions


def _to_like(db: DbSession, text: str) -> ColumnElement[bool]:
    """Tell in SQL whether a mail goes to one of those whose name or address holds this text."""
    found = [
        (OutboxMail.person_id, _numbers(db, Person, text)),
        (OutboxMail.staff_id, _numbers(db, Staff, text)),
        (OutboxMail.sign_up_id, _numbers(db, SignUp, text)),
    ]
    return or_(false(), *(column.in_(numbers) for column, numbers in found if numbers))


def _numbers(db: DbSession, model: type[Person | Staff | SignUp], text: str) -> Sequence[int]:
    """Return the newest whose name or address holds this text."""
    mentioned = select(model.id).where(or_(contains(model.email, text), contains(model.name, text)))
    return db.scalars(mentioned.order_by(model.id.desc()).limit(MOST_FOUND)).all()
