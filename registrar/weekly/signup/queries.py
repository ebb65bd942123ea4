"""What signing up reads: the series, its sessions to come, who is registered, how many mails an address had today."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, load_only

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import Access, ProgrammeKind
from registrar.weekly.models import Registration, Seat, SignUp

CONFIRM = "weekly.confirm"
DAY = timedelta(days=1)
_CHOICE = load_only(
    Session.programme_id, Session.slug, Session.starts_at, Session.timezone, Session.title_en, Session.title_fr
)
# The statements of every sign-up are built once: building one anew takes longer than running it.
_SERIES = select(Programme).where(Programme.slug == bindparam("slug"), Programme.kind == ProgrammeKind.SERIES)
_TO_COME = (
    select(Session)
    .where(
        Session.programme_id == bindparam("programme_id"),
        Session.ends_at > bindparam("now"),
        Session.cancelled_at.is_(None),
    )
    .options(_CHOICE)
    .order_by(Session.starts_at, Session.id)
)
_CONFIRMATIONS = (
    select(func.count(OutboxMail.id))
    .join(SignUp, SignUp.id == OutboxMail.sign_up_id)
    .where(
        SignUp.email_key == bindparam("email_key"),
        OutboxMail.kind == CONFIRM,
        OutboxMail.created_at > bindparam("since"),
    )
)


def series(db: DbSession, slug: str) -> Programme | None:
    """Return the series of this address."""
    return db.scalar(_SERIES, {"slug": slug})


def is_open(programme: Programme) -> bool:
    """Tell whether everybody may sign up."""
    return programme.access is Access.OPEN


def sessions_to_come(db: DbSession, programme_id: int, now: datetime) -> list[Session]:
    """Return the sessions that a person may still get a seat in, the next one first."""
    return list(db.scalars(_TO_COME, {"programme_id": programme_id, "now": now}))


def registration_of(db: DbSession, programme_id: int, person_id: int) -> Registration | None:
    """Return a person's registration for a series, cancelled or not."""
    statement = select(Registration).where(
        Registration.programme_id == programme_id, Registration.person_id == person_id
    )
    return db.scalar(statement)


def person_of(db: DbSession, email_key: str) -> Person | None:
    """Return who has this address."""
    return db.scalar(select(Person).where(Person.email_key == email_key))


def confirmations_today(db: DbSession, email_key: str, now: datetime) -> int:
    """Count the confirmation mails asked for to this address in the last 24 hours, over every series."""
    return db.scalar(_CONFIRMATIONS, {"email_key": email_key, "since": now - DAY}) or 0


def seats_to_come(db: DbSession, registration: Registration, now: datetime) -> list[Seat]:
    """Return the registration's seats in sessions that take place and are not over, the next one first."""
    statement = select(Seat).join(Seat.session).options(joinedload(Seat.session).joinedload(Session.programme))
    statement = statement.where(
        Seat.registration_id == registration.id, Session.ends_at > now, Session.cancelled_at.is_(None)
    )
    return list(db.scalars(statement.order_by(Session.starts_at, Session.id)))
