"""What the public pages of a series read: a session, who speaks in all of them, what remains, a visitor's own seat."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.programmes.models import Programme, Resource, Session, SessionSpeaker, Speaker
from registrar.programmes.rules import ProgrammeKind, SpeakerPart
from registrar.weekly.models import Registration, Seat


@dataclass(frozen=True)
class Voice:
    """Who speaks in or moderates which session."""

    session_id: int
    part: SpeakerPart
    speaker: Speaker


def session(db: DbSession, programme: str, slug: str) -> Session | None:
    """Return a session with its series and season."""
    statement = (
        select(Session)
        .join(Session.programme)
        .join(Programme.season)
        .options(contains_eager(Session.programme).contains_eager(Programme.season))
        .where(Programme.slug == programme, Programme.kind == ProgrammeKind.SERIES, Session.slug == slug)
    )
    return db.scalar(statement)


def voices(db: DbSession, programme_id: int) -> list[Voice]:
    """Return everybody who speaks in a series."""
    statement = (
        select(SessionSpeaker.session_id, SessionSpeaker.part, Speaker)
        .join(SessionSpeaker.speaker)
        .join(Session, Session.id == SessionSpeaker.session_id)
        .where(Session.programme_id == programme_id)
        .order_by(SessionSpeaker.session_id, SessionSpeaker.position)
    )
    return [Voice(session_id, part, speaker) for session_id, part, speaker in db.execute(statement)]


def resources(db: DbSession, session_id: int) -> list[Resource]:
    return list(db.scalars(select(Resource).where(Resource.session_id == session_id).order_by(Resource.position)))


def own_registration(db: DbSession, programme_id: int, person: Person) -> Registration | None:
    """Return this person's registration for the series, unless it is cancelled."""
    return db.scalar(
        select(Registration).where(
            Registration.programme_id == programme_id,
            Registration.person_id == person.id,
            Registration.cancelled_at.is_(None),
        )
    )


def own_seat(db: DbSession, session_id: int, person: Person) -> Seat | None:
    """Return this person's seat in a session, whatever its state."""
    return db.scalar(
        select(Seat)
        .join(Seat.registration)
        .where(Seat.session_id == session_id, Registration.person_id == person.id, Registration.cancelled_at.is_(None))
    )
