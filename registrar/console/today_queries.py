"""What organisers see first: the next session's readiness, mail in trouble, registrations, and what waits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application, GraceLink
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.mail import beats
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import due_at
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.rules import SeatState

MOST_WAITING = 5
CALL_LINGERS = timedelta(days=14)
"""How long after its deadline a call still shows: that is when teams ask for more time."""


@dataclass(frozen=True)
class Reminder:
    """A reminder of the next session and when it leaves; None while its anchor is not known."""

    rule: ReminderRule
    due_at: datetime | None


@dataclass(frozen=True)
class Worker:
    """Whether mail is being delivered."""

    last_seen_at: datetime | None
    is_alive: bool


@dataclass(frozen=True)
class OpenCall:
    """A call that takes applications or did lately, with what has come in and who waits for an answer."""

    call: Call
    drafts: int
    submitted: int
    asking: int
    """Teams that asked for more time and were given no link."""


def open_calls(db: DbSession, staff: Staff, now: datetime) -> list[OpenCall]:
    """Return the calls that take applications, and those that did lately, the nearest deadline first."""
    drafts, submitted = (
        func.count().filter(Application.state == each) for each in (Lifecycle.DRAFT, Lifecycle.SUBMITTED)
    )
    given = select(GraceLink.id).where(GraceLink.application_id == Application.id, GraceLink.revoked_at.is_(None))
    waits = (Application.state == Lifecycle.DRAFT, Application.grace_asked_at.is_not(None), ~given.exists())
    statement = (
        select(Call, drafts, submitted, func.count().filter(*waits))
        .outerjoin(Application, (Application.call_id == Call.id) & reachable(staff))
        .where(Call.state == CallState.PUBLISHED, Call.opens_at <= now, Call.closes_at > now - CALL_LINGERS)
        .group_by(Call.id)
    )
    return [OpenCall(*row) for row in db.execute(statement.order_by(Call.closes_at, Call.id))]


def next_session(db: DbSession, now: datetime) -> Session | None:
    """Return the session that is running or comes next."""
    statement = select(Session).where(Session.ends_at > now, Session.cancelled_at.is_(None))
    statement = statement.order_by(Session.starts_at, Session.id).limit(1)
    return db.scalar(statement.options(joinedload(Session.programme), selectinload(Session.speakers)))


def reminders(db: DbSession, session: Session) -> list[Reminder]:
    """Return the reminders of a session that are switched on, in the order in which they are due."""
    rules = select(ReminderRule).where(
        ReminderRule.programme_id == session.programme_id, ReminderRule.disabled_at.is_(None)
    )
    found = [Reminder(rule, due_at(rule, session)) for rule in db.scalars(rules)]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or session.starts_at))


def seats(db: DbSession, session: Session) -> dict[SeatState, int]:
    """Count the seats of a session by state."""
    statement = select(Seat.state, func.count()).where(Seat.session_id == session.id).group_by(Seat.state)
    return dict(db.execute(statement).all())


def worker(db: DbSession, now: datetime) -> Worker:
    """Return when a worker was last seen, and whether that is recent enough."""
    last = beats.last_seen_at(db)
    return Worker(last, last is not None and now - last < beats.SILENT_AFTER)


def registrations_by_day(db: DbSession, since: datetime) -> dict[date, int]:
    """Count the registrations of each day (UTC)."""
    day = func.date(Registration.confirmed_at)
    statement = select(day, func.count()).where(Registration.confirmed_at >= since).group_by(day)
    return {date.fromisoformat(str(each)): count for each, count in db.execute(statement)}


def places(db: DbSession) -> tuple[dict[str, int], dict[str, int]]:
    """Count registered people by country and by time zone, in one reading."""
    statement = (
        select(Person.country, Person.timezone, func.count())
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.cancelled_at.is_(None))
        .group_by(Person.country, Person.timezone)
    )
    countries: dict[str, int] = {}
    zones: dict[str, int] = {}
    for country, zone, count in db.execute(statement):
        countries[country or ""] = countries.get(country or "", 0) + count
        zones[zone] = zones.get(zone, 0) + count
    return countries, zones


def without_summary(db: DbSession, now: datetime) -> list[Session]:
    """Return the latest sessions that are over and not published, the newest first."""
    statement = select(Session).where(
        Session.ends_at <= now, Session.cancelled_at.is_(None), Session.published_at.is_(None)
    )
    return list(db.scalars(statement.order_by(Session.starts_at.desc()).limit(MOST_WAITING)))


def unconfirmed(db: DbSession) -> int:
    """Count the sign-ups that nobody has confirmed or refused."""
    open_ = select(func.count()).where(SignUp.confirmed_at.is_(None), SignUp.refused_at.is_(None))
    return db.scalar(open_) or 0


def open_offers(db: DbSession, now: datetime) -> int:
    """Count the places that are offered and not answered."""
    coming = select(Session.id).where(Session.ends_at > now)
    return db.scalar(select(func.count()).where(Seat.session_id.in_(coming), Seat.state == SeatState.OFFERED)) or 0
