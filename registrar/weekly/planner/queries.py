"""What the season planner reads: series, their sessions with seats and readiness, known speakers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from registrar.db import DbSession
from registrar.programmes.models import Programme, Season, Session, SessionSpeaker, Speaker
from registrar.programmes.rules import Phase, ProgrammeKind, SeasonStatus, clocks_differ, phase
from registrar.weekly.models import Seat
from registrar.weekly.rules import TAKING, SeatState

LEADS: Final = "registrar.weekly.reminder_leads"
ReminderTime = Callable[[datetime, str], datetime]
"""When a reminder leaves for a session that starts at a moment in a zone."""
ReminderLeads = Callable[[DbSession, int], Sequence[ReminderTime]]
"""A programme's reminders before the start; given by the reminders, which stand above this feature."""

EUROPE, AMERICA = "Europe/Paris", "America/New_York"


class Missing(StrEnum):
    """What a session still needs before people come."""

    TITLE_EN = "title_en"
    TITLE_FR = "title_fr"
    SPEAKER = "speaker"
    JOIN_ADDRESS = "join_address"
    REMINDERS = "reminders"


@dataclass(frozen=True)
class Places:
    """How many hold a place in a session, and how many wait for one."""

    taken: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Row:
    """One session in the planner's table."""

    number: int
    session: Session
    places: Places
    phase: Phase
    elsewhere: str | None
    """A zone on the other side of the Atlantic in a week when the clocks there differ unusually."""
    missing: Sequence[Missing]


def reminder_leads(db: DbSession, programme: Programme) -> Sequence[ReminderTime]:
    leads: ReminderLeads | None = current_app.extensions.get(LEADS)
    return leads(db, programme.id) if leads else ()


def all_series(db: DbSession) -> list[Programme]:
    """Return the weekly series that are not archived, the newest first."""
    statement = select(Programme).join(Programme.season).options(joinedload(Programme.season))
    kinds = (Programme.kind == ProgrammeKind.SERIES, Season.status != SeasonStatus.ARCHIVED)
    return list(db.scalars(statement.where(*kinds).order_by(Season.position, Programme.position)))


def table(db: DbSession, programme: Programme, now: datetime) -> list[Row]:
    """Return every session of a series in order of time, with its seats and what it lacks."""
    places = places_by_session(db, programme)
    leads = reminder_leads(db, programme)
    return [
        Row(
            number=number,
            session=session,
            places=places.get(session.id, Places()),
            phase=phase(session.starts_at, session.ends_at, session.cancelled_at, now),
            elsewhere=unusual_zone(session.starts_at, session.timezone),
            missing=missing(session, programme, leads),
        )
        for number, session in enumerate(_sessions(db, programme), start=1)
    ]


def unusual_zone(starts_at: datetime, timezone: str) -> str | None:
    """Return the zone across the Atlantic if its clocks are at an unusual distance at that moment."""
    other = opposite(timezone)
    return other if clocks_differ(starts_at, timezone, other) else None


def opposite(timezone: str) -> str:
    """Return the zone to show beside the host's."""
    return EUROPE if timezone.startswith("America/") else AMERICA


def missing(session: Session, programme: Programme, leads: Sequence[ReminderTime]) -> list[Missing]:
    """Return what the session lacks."""
    there = {
        Missing.TITLE_EN: session.title_en,
        Missing.TITLE_FR: session.title_fr,
        Missing.SPEAKER: session.speakers,
        Missing.JOIN_ADDRESS: session.join_url or programme.join_url,
        Missing.REMINDERS: leads,
    }
    return [what for what, value in there.items() if not value]


def places_by_session(db: DbSession, programme: Programme) -> Mapping[int, Places]:
    """Count seats that take a place and people who wait, per session, in one query."""
    taken = func.count().filter(Seat.state.in_(TAKING))
    waiting = func.count().filter(Seat.state == SeatState.WAITING)
    statement = (
        select(Seat.session_id, taken, waiting)
        .join(Session, Session.id == Seat.session_id)
        .where(Session.programme_id == programme.id)
        .group_by(Seat.session_id)
    )
    return {session_id: Places(number, others) for session_id, number, others in db.execute(statement)}


def session_numbered(db: DbSession, session_id: int) -> Session | None:
    """Return a session with what its pages show."""
    programme = joinedload(Session.programme).joinedload(Programme.season)
    speakers = selectinload(Session.speakers).joinedload(SessionSpeaker.speaker)
    return db.scalar(select(Session).options(programme, speakers).where(Session.id == session_id))


def known_speakers(db: DbSession) -> list[Speaker]:
    return list(db.scalars(select(Speaker).order_by(Speaker.name, Speaker.id)))


def _sessions(db: DbSession, programme: Programme) -> Sequence[Session]:
    speakers = selectinload(Session.speakers).joinedload(SessionSpeaker.speaker)
    statement = select(Session).options(speakers).where(Session.programme_id == programme.id)
    return db.scalars(statement.order_by(Session.starts_at, Session.id)).all()
