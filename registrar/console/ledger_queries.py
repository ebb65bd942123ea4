"""The mail ledger: who got which mail, what became of each, and what is in the way."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from registrar.accounts.models import Staff
from registrar.console.rules import PER_PAGE, LedgerFilter
from registrar.db import DbSession
from registrar.folding import contains
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.people.models import Person
from registrar.weekly.models import SignUp

TROUBLE = (MailState.IN_DOUBT, MailState.FAILED, MailState.DEFERRED)
OPEN = (*TROUBLE, MailState.QUEUED, MailState.SENDING)
MOST_PEOPLE = 20


def mails(db: DbSession, wanted: LedgerFilter, number: int) -> tuple[list[OutboxMail], int]:
    """Return a page of mails with their attempts, the newest first, and how many are known to follow (0 or 1)."""
    statement = _narrowed(select(OutboxMail), wanted).order_by(OutboxMail.id.desc())
    page = (
        statement.offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
        .options(selectinload(OutboxMail.tries), selectinload(OutboxMail.reports))
    )
    found = db.scalars(page).all()
    return list(found[:PER_PAGE]), len(found[PER_PAGE:])


def recipients(db: DbSession, mails: Sequence[OutboxMail]) -> dict[int, tuple[str, int | None]]:
    """Return for each mail its address and, if it is a participant's, the person."""
    people = _addresses(db, Person, {mail.person_id for mail in mails})
    staff = _addresses(db, Staff, {mail.staff_id for mail in mails})
    sign_ups = _addresses(db, SignUp, {mail.sign_up_id for mail in mails})
    return {
        mail.id: (
            people.get(mail.person_id or 0) or staff.get(mail.staff_id or 0) or sign_ups.get(mail.sign_up_id or 0, ""),
            mail.person_id if mail.person_id in people else None,
        )
        for mail in mails
    }


def addresses(db: DbSession, mails: Sequence[OutboxMail]) -> dict[int, str]:
    """Return for each mail the address that it goes to, except to those who were erased."""
    return {mail_id: address for mail_id, (address, _person) in recipients(db, mails).items() if address}


def _addresses(db: DbSession, model: type[Person | Staff | SignUp], ids: set[int | None]) -> dict[int, str]:
    if wanted := ids - {None}:
        return dict(db.execute(select(model.id, model.email).where(model.id.in_(wanted))).all())
    return {}


def counts(db: DbSession, session_id: int | None) -> dict[MailState, int]:
    """Count mails by state: of a session all of them, of everything only those that are not settled."""
    statement = select(OutboxMail.state, func.count()).group_by(OutboxMail.state)
    narrowed = OutboxMail.session_id == session_id if session_id else OutboxMail.state.in_(OPEN)
    found = dict(db.execute(statement.where(narrowed)).all())
    return {state: found[state] for state in MailState if state in found}


def people_like(db: DbSession, text: str) -> list[Person]:
    """Return people whose name or address holds this text."""
    statement = select(Person).where(or_(contains(Person.email, text), contains(Person.name, text)))
    return list(db.scalars(statement.order_by(Person.name, Person.id).limit(MOST_PEOPLE)))


def _narrowed(statement: Select[OutboxMail], wanted: LedgerFilter) -> Select[OutboxMail]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.session_id:
        conditions.append(OutboxMail.session_id == wanted.session_id)
    if wanted.kind:
        conditions.append(OutboxMail.kind == wanted.kind)
    if wanted.state:
        conditions.append(OutboxMail.state == wanted.state)
    if wanted.text:
        conditions.append(_to_like(wanted.text))
    return statement.where(*conditions)


def _to_like(text: str) -> ColumnElement[bool]:
    """Tell in SQL whether a mail goes to somebody whose name or address holds this text."""
    found = {
        model: select(model.id).where(or_(contains(model.email, text), contains(model.name, text)))
        for model in (Person, Staff, SignUp)
    }
    return or_(
        OutboxMail.person_id.in_(found[Person]),
        OutboxMail.staff_id.in_(found[Staff]),
        OutboxMail.sign_up_id.in_(found[SignUp]),
    )
