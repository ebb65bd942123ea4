"""Seasons that tests plan and change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState, Reason
from registrar.programmes.models import Programme, Session
from registrar.weekly.models import Registration
from registrar.weekly.planner import planning
from registrar.weekly.planner.changes import Change, Slot
from registrar.weekly.planner.planning import Outcome, Preview, Season
from tests import factories

PARIS = ZoneInfo("Europe/Paris")
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)
Mails = list[tuple[str, MailState, Reason | None]]


def season(**given: object) -> Season:
    values: dict[str, object] = {"first_on": date(2027, 1, 13), "starts": time(18), "timezone": "Europe/Paris"}
    values |= {"weeks": 25, "duration": HOUR}
    return Season(**{**values, **given})  # type: ignore[arg-type]


def generated(db: DbSession, now: datetime, **given: object) -> tuple[Programme, list[Session]]:
    programme = factories.series(db)
    return programme, planning.generate(db, programme, season(**given), by="staff:1", now=now)


def change(db: DbSession, programme: Programme, wanted: Change, now: datetime) -> tuple[Preview, Outcome]:
    shown = planning.preview(db, programme, wanted, now=now)
    return shown, planning.carry_out(db, programme, wanted, seen=shown.seen, by="staff:1", now=now)


def seated(db: DbSession, programme: Programme, *sessions: Session, **person: object) -> Registration:
    registration = factories.registration(db, programme, person_id=factories.person(db, **person).id)
    for session in sessions:
        factories.seat(db, registration, session)
    return registration


def notices(db: DbSession) -> Mails:
    rows = select(OutboxMail.key, OutboxMail.state, OutboxMail.reason).order_by(OutboxMail.id)
    return [(key, state, reason) for key, state, reason in db.execute(rows)]


def later(session: Session, by: timedelta) -> Slot:
    return Slot(session.starts_at + by, session.ends_at + by)
