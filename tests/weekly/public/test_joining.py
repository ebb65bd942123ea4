"""The join link: who is let in, when, where to, and that the meeting's address is seen by nobody else."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registrar import db as database
from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.programmes.models import Session
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.personal_links import join_link
from registrar.weekly.rules import AttendanceSource, SeatState
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import linked

MEETING = "https://meet.example.org/weekly"


@pytest.fixture
def series_session(db: DbSession) -> Session:
    return factories.session(db, factories.series(db))


@pytest.fixture
def seat(db: DbSession, series_session: Session) -> Seat:
    registration = factories.registration(db, series_session.programme)
    return factories.seat(db, registration, series_session)


@pytest.fixture
def path(app: Flask, seat: Seat) -> str:
    return linked(app, join_link, seat.registration_id, seat.session_id)


def attendances(db: DbSession) -> list[tuple[int, int, datetime, AttendanceSource]]:
    columns = (Attendance.session_id, Attendance.person_id, Attendance.joined_at, Attendance.source)
    return [(*row,) for row in db.execute(select(*columns))]


def test_before_the_door_opens_the_page_counts_down(
    client: Client, db: DbSession, path: str, series_session: Session, clock: TestClock
) -> None:
    clock.now = series_session.starts_at - timedelta(minutes=15, seconds=1)

    response = client.get(path)

    assert response.status_code == 200
    assert "The door opens at 17:45" in response.text
    assert 'data-look-again="2"' in response.text
    assert attendances(db) == []


@pytest.mark.parametrize("minutes", [-15, 0, 59])
def test_the_door_is_open_from_15_minutes_before_to_the_end(
    client: Client, db: DbSession, path: str, seat: Seat, clock: TestClock, minutes: int
) -> None:
    clock.now = seat.session.starts_at + timedelta(minutes=minutes)

    response = client.get(path)

    assert (response.status_code, response.headers["Location"]) == (303, MEETING)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert attendances(db) == [
        (seat.session_id, seat.registration.person_id, clock.now, AttendanceSource.JOIN_LINK),
    ]


def test_going_in_twice_is_one_attendance_and_one_entry_of_the_trail(
    client: Client, db: DbSession, path: str, seat: Seat, clock: TestClock
) -> None:
    clock.now = seat.session.starts_at
    client.get(path)
    first = clock.now
    clock.advance(minutes=5)

    client.get(path)

    assert [joined_at for _, _, joined_at, _ in attendances(db)] == [first]
    assert list(db.scalars(select(AuditEntry.action))) == ["weekly.join"]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_program_that_looks_ahead_is_not_an_attendance(
    client: Client, db: DbSession, path: str, seat: Seat, clock: TestClock, headers: dict[str, str]
) -> None:
    clock.now = seat.session.starts_at

    client.get(path, headers=headers)
    client.head(path)

    assert attendances(db) == []


def test_the_sessions_own_address_wins_over_that_of_the_series(
    client: Client, path: str, seat: Seat, clock: TestClock
) -> None:
    clock.now = seat.session.starts_at
    seat.session.join_url = "https://meet.example.org/only-today"

    assert client.get(path).headers["Location"] == "https://meet.example.org/only-today"


def test_without_a_meeting_address_the_page_looks_again_by_itself(
    client: Client, db: DbSession, path: str, seat: Seat, clock: TestClock
) -> None:
    clock.now = seat.session.starts_at
    seat.session.programme.join_url = None

    response = client.get(path)

    assert response.status_code == 200
    assert 'data-look-again="21"' in response.text
    assert attendances(db) == []


def given_state(seat: Seat, state: SeatState, now: datetime) -> None:
    seat.state = state
    seat.queue_number = 1
    seat.offered_until = now + timedelta(minutes=30) if state is SeatState.OFFERED else None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SeatState.WAITING, "You are on the waiting list of this session."),
        (SeatState.OFFERED, "Take it first, then this link takes you in."),
        (SeatState.LAPSED, "has gone to somebody else"),
        (SeatState.SKIPPED, "You skip this week."),
    ],
)
def test_without_a_confirmed_seat_nobody_gets_in(
    client: Client, db: DbSession, path: str, seat: Seat, clock: TestClock, state: SeatState, words: str
) -> None:
    clock.now = seat.session.starts_at
    given_state(seat, state, clock.now)

    response = client.get(path)

    assert response.status_code == 200
    assert words in response.text
    assert "meet.example.org" not in response.text + str(response.headers)
    assert attendances(db) == []


def test_a_person_without_a_seat_is_told_so(
    app: Flask, client: Client, db: DbSession, seat: Seat, clock: TestClock
) -> None:
    other = factories.session(db, seat.session.programme)
    clock.now = other.starts_at

    assert (
        "You have no seat in this session." in client.get(linked(app, join_link, seat.registration_id, other.id)).text
    )


def test_a_cancelled_registration_leads_to_signing_up_again(
    client: Client, path: str, seat: Seat, clock: TestClock
) -> None:
    clock.now = seat.session.starts_at
    seat.registration.cancelled_at = clock.now
    seat.state = SeatState.SKIPPED

    assert "You cancelled your registration." in client.get(path).text


def test_a_cancelled_session_says_why(client: Client, path: str, seat: Seat, clock: TestClock) -> None:
    clock.now = seat.session.starts_at
    seat.session.cancelled_at = clock.now
    seat.session.cancel_reason_en = "The speaker is ill."

    assert "The speaker is ill." in client.get(path).text


def test_afterwards_the_link_says_that_the_recording_comes(
    client: Client, path: str, seat: Seat, clock: TestClock
) -> None:
    clock.now = seat.session.ends_at

    assert "This session is over." in client.get(path).text


def test_once_published_the_link_leads_to_what_there_is_to_watch(
    client: Client, path: str, seat: Seat, clock: TestClock
) -> None:
    clock.now = seat.session.ends_at + timedelta(days=1)
    seat.session.published_at = clock.now

    response = client.get(path)

    expected = f"/weekly/{seat.session.programme.slug}/{seat.session.slug}"
    assert (response.status_code, response.headers["Location"]) == (303, expected)


def test_people_get_in_even_when_nothing_can_be_written(
    app: Flask, client: Client, db: DbSession, path: str, seat: Seat, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = seat.session.starts_at
    db.commit()
    monkeypatch.setattr(database, "WRITE_LOCK_SECONDS", 0.05)
    with app.app_context():
        engine = database.alchemy.engine
    with DbSession(engine) as writer:
        writer.execute(select(Session))  # on SQLite this holds the lock of all writers

        assert client.get(path).headers["Location"] == MEETING


def test_a_forged_link_leads_nowhere(client: Client, path: str) -> None:
    assert client.get(path + "x").status_code == 404


def test_a_link_into_another_series_leads_nowhere(app: Flask, client: Client, db: DbSession, seat: Seat) -> None:
    other = factories.session(db, factories.series(db))

    assert client.get(linked(app, join_link, seat.registration_id, other.id)).status_code == 404


def test_a_link_of_an_erased_registration_leads_nowhere(client: Client, db: DbSession, path: str, seat: Seat) -> None:
    db.delete(db.get_one(Registration, seat.registration_id))

    assert client.get(path).status_code == 404
