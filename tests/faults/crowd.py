"""Very many people in a series at once, written in bulk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from registrar.db import DbSession
from registrar.people.models import Consent, Person
from registrar.people.rules import CONSENT_TEXT_VERSION, ConsentPurpose
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import Scope, SeatState

CHUNK = 5000


def gather(db: DbSession, programme_id: int, session_ids: Sequence[int], numbers: range, at: datetime) -> None:
    """Store people with these numbers as ids, registered and agreeing since a moment, with a seat in each session."""
    for first in range(numbers.start, numbers.stop, CHUNK):
        some = range(first, min(first + CHUNK, numbers.stop))
        db.execute(insert(Person), [_person(number, at) for number in some])
        db.execute(insert(Consent), [_consent(number, at) for number in some])
        db.execute(insert(Registration), [_registration(number, programme_id, at) for number in some])
        for session_id in session_ids:
            db.execute(insert(Seat), [_seat(number, session_id, at) for number in some])


def address(number: int) -> str:
    return f"person{number}@example.org"


def _person(number: int, at: datetime) -> dict[str, Any]:
    row = {"id": number, "email": address(number), "email_key": address(number), "name": f"Person {number}"}
    return row | {"country": "FR", "timezone": "Europe/Paris", "locale": "en", "created_at": at, "confirmed_at": at}


def _consent(number: int, at: datetime) -> dict[str, Any]:
    row = {"person_id": number, "purpose": ConsentPurpose.WEEKLY_MAIL, "text_version": CONSENT_TEXT_VERSION}
    return row | {"locale": "en", "given_at": at, "proven_at": at}


def _registration(number: int, programme_id: int, at: datetime) -> dict[str, Any]:
    row = {"id": number, "programme_id": programme_id, "person_id": number, "reference": f"R{number:07}"}
    return row | {"scope": Scope.SEASON, "confirmed_at": at}


def _seat(number: int, session_id: int, at: datetime) -> dict[str, Any]:
    return {"registration_id": number, "session_id": session_id, "state": SeatState.CONFIRMED, "state_at": at}
