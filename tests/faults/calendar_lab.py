"""What a laboratory needs to tell stories about reminders: rules, moments, and what was sent of which kind."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Programme, Session
from registrar.reminders.models import ReminderRule
from registrar.reminders.rules import Anchor, Audience
from registrar.weekly.models import Registration, Seat
from registrar.weekly.planner import planning
from registrar.weekly.planner.changes import Change
from tests import factories
from tests.faults.lab import Lab

BY = "staff:1"


def remind(it: Lab, lead: timedelta, at_local: time | None = None) -> None:
    """Give the series one more reminder before the start."""

    def act(db: DbSession) -> None:
        programme = db.scalars(select(Programme)).one()
        values = {"anchor": Anchor.START, "lead": lead, "audience": Audience.CONFIRMED, "at_local": at_local}
        factories.stored(db, ReminderRule(programme_id=programme.id, **values))

    it.change(act)


def hold_at(it: Lab, starts_at: datetime, zone: str) -> None:
    """Let the session of the laboratory begin at this moment."""

    def act(db: DbSession) -> None:
        session = db.get_one(Session, it.session_id)
        session.starts_at, session.ends_at, session.timezone = starts_at, starts_at + timedelta(hours=1), zone

    it.change(act)


def local(zone: str, year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone))


def plan(it: Lab, change: Change, now: datetime) -> datetime:
    """Change the season as an organiser does, and return when that was committed for certain."""

    def act(db: DbSession) -> None:
        programme = db.scalars(select(Programme)).one()
        seen = planning.preview(db, programme, change, now=now).seen
        planning.carry_out(db, programme, change, seen=seen, by=BY, now=now)

    return it.change(act)


def registrations(db: DbSession, ids: Sequence[int]) -> list[Registration]:
    return list(db.scalars(select(Registration).where(Registration.id.in_(ids))))


def seats(db: DbSession, ids: Sequence[int]) -> list[Seat]:
    return list(db.scalars(select(Seat).where(Seat.registration_id.in_(ids))))


def accepted(it: Lab, kind: str = "reminders.before") -> list[dict[str, Any]]:
    """Return the lines of the journal about one kind of mail."""
    with DbSession(it.engine) as db:
        ids = set(db.scalars(select(OutboxMail.message_id).where(OutboxMail.kind == kind)))
    return [line for line in it.server.journal.lines() if line["message_id"].strip("<>").partition("@")[0] in ids]


def endings(it: Lab, kind: str = "reminders.before") -> list[tuple[str, str | None]]:
    """Return how the mails of one kind ended, with the reasons."""
    statement = select(OutboxMail.state, OutboxMail.reason).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
    with DbSession(it.engine) as db:
        return [(state.value, reason and reason.value) for state, reason in db.execute(statement)]
