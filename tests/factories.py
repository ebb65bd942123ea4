"""Builders of stored things for tests, each with plausible defaults that a test may override by name."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.db import Base, DbSession
from registrar.people.models import Person
from registrar.programmes.models import Organisation, Programme, Season, Session
from registrar.programmes.rules import Access, ProgrammeKind, SeasonStatus
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.rules import AttendanceSource, Scope, SeatState

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
_numbers = count(1)
Model = TypeVar("Model", bound=Base)


def stored(db: DbSession, row: Model) -> Model:
    """Store a row and return it with its id."""
    db.add(row)
    db.flush()
    return row


def organisation(db: DbSession, **given: Any) -> Organisation:
    values = {"name": "We Are Museums", "default_timezone": "Europe/Paris", "locales": ["en", "fr"]}
    return stored(db, Organisation(**{**values, **given}))


def season(db: DbSession, **given: Any) -> Season:
    values: dict[str, Any] = {"slug": f"season-{next(_numbers)}", "position": 0, "title": "WAC Lab"}
    values |= {"status": SeasonStatus.ONGOING, "programme_lines": [], "figures": {}, "resources": []}
    return stored(db, Season(**{**values, **given}))


def series(db: DbSession, **given: Any) -> Programme:
    """A weekly series, Wednesdays at 18:00 in Paris."""
    values: dict[str, Any] = {"slug": f"weekly-{next(_numbers)}", "position": 0, "title": "WAC Weekly", "methods": []}
    values |= {"kind": ProgrammeKind.SERIES, "access": Access.OPEN, "weeks": 25, "after_each_session": []}
    values |= {"weekday": 2, "starts": time(18), "timezone": "Europe/Paris", "duration": timedelta(hours=1)}
    values |= {"online": True, "join_url": "https://meet.example.org/weekly"}
    if "season_id" not in given:
        values["season_id"] = season(db).id
    return stored(db, Programme(**{**values, **given}))


def session(db: DbSession, programme: Programme, **given: Any) -> Session:
    """A session of a series, two days from the start of the tests unless `starts_at` says otherwise."""
    number = next(_numbers)
    starts_at = given.get("starts_at", datetime(2027, 1, 13, 17, 0, tzinfo=UTC))
    values: dict[str, Any] = {"programme_id": programme.id, "slug": f"week-{number}", "uid": f"session-{number}@test"}
    values |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "timezone": programme.timezone}
    values |= {"title_en": f"Session {number}", "title_fr": f"Séance {number}", "created_at": NOW, "updated_at": NOW}
    return stored(db, Session(**{**values, **given}))


def person(db: DbSession, **given: Any) -> Person:
    number = next(_numbers)
    email = given.get("email", f"person{number}@example.org")
    values: dict[str, Any] = {"email": email, "email_key": email.casefold(), "name": f"Person {number}"}
    values |= {"country": "FR", "timezone": "Europe/Paris", "locale": "en", "created_at": NOW, "confirmed_at": NOW}
    return stored(db, Person(**{**values, **given}))


def registration(db: DbSession, programme: Programme, **given: Any) -> Registration:
    if "person_id" not in given:
        given["person_id"] = person(db).id
    values = {"programme_id": programme.id, "reference": f"R{next(_numbers):05}", "scope": Scope.SEASON}
    return stored(db, Registration(**{**values, "confirmed_at": NOW, **given}))


def seat(db: DbSession, registration: Registration, session: Session, **given: Any) -> Seat:
    values = {"registration_id": registration.id, "session_id": session.id, "state": SeatState.CONFIRMED}
    return stored(db, Seat(**{**values, "state_at": NOW, **given}))


def staff(db: DbSession, role: Role = Role.ORGANISER, **given: Any) -> Staff:
    email = given.get("email", f"staff{next(_numbers)}@example.org")
    values = {"email": email, "email_key": email, "name": "Robin", "role": role, "locale": "en"}
    return stored(db, Staff(**{**values, "timezone": "Europe/Paris", "invited_at": NOW, **given}))


def attendance(db: DbSession, registration: Registration, session: Session, **given: Any) -> Attendance:
    values: dict[str, Any] = {"session_id": session.id, "person_id": registration.person_id}
    values |= {"joined_at": session.starts_at, "source": AttendanceSource.JOIN_LINK}
    return stored(db, Attendance(**{**values, **given}))
