"""Calendars to subscribe to: what is in them, for whom, and that they are read again only when they changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from registrar.db import DbSession
from registrar.programmes.models import Session
from registrar.weekly.models import Registration, Seat
from registrar.weekly.personal_links import feed_link, join_link, webcal
from registrar.weekly.rules import SeatState
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.browsing import linked

MEETING = "https://meet.example.org/weekly"


@pytest.fixture
def registration(db: DbSession) -> Registration:
    return factories.registration(db, factories.series(db))


@pytest.fixture
def sessions(db: DbSession, registration: Registration) -> list[Session]:
    start = datetime(2027, 1, 13, 17, 0, tzinfo=UTC)
    return [factories.session(db, registration.programme, starts_at=start + timedelta(weeks=week)) for week in range(3)]


@pytest.fixture
def seats(db: DbSession, registration: Registration, sessions: list[Session]) -> list[Seat]:
    return [factories.seat(db, registration, session) for session in sessions]


@pytest.fixture
def path(app: Flask, registration: Registration, seats: list[Seat]) -> str:
    return linked(app, feed_link, registration)


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_the_feed_holds_every_seat_with_its_own_way_in(
    app: Flask, client: Client, path: str, seats: list[Seat]
) -> None:
    response = client.get(path)

    found = events(response.text)
    with app.app_context():
        ways_in = [join_link(seat.registration_id, seat.session_id) for seat in seats]
    assert response.mimetype == "text/calendar"
    assert [event["UID"] for event in found] == [seat.session.uid for seat in seats]
    assert [event["LOCATION"] for event in found] == ways_in
    assert MEETING not in response.text


def test_only_confirmed_seats_are_in_the_feed(client: Client, path: str, seats: list[Seat]) -> None:
    seats[0].state = SeatState.SKIPPED
    seats[1].state, seats[1].queue_number = SeatState.WAITING, 1

    assert [event["UID"] for event in events(client.get(path).text)] == [seats[2].session.uid]


def test_a_cancelled_session_stays_as_cancelled(client: Client, path: str, seats: list[Seat], now: datetime) -> None:
    seats[1].session.cancelled_at = now

    assert [event["STATUS"] for event in events(client.get(path).text)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_the_sequence_counts_the_sessions_changes_and_the_persons_own(
    client: Client, path: str, seats: list[Seat]
) -> None:
    seats[0].session.sequence, seats[0].changes = 3, 2

    assert [event["SEQUENCE"] for event in events(client.get(path).text)] == [5, 0, 0]


def test_an_unchanged_feed_is_not_sent_again(client: Client, path: str, seats: list[Seat]) -> None:
    first = client.get(path)
    same = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    since = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (same.status_code, same.data) == (304, b"")
    assert since.status_code == 304


def test_a_skipped_week_makes_the_feed_new(client: Client, path: str, seats: list[Seat], clock: TestClock) -> None:
    first = client.get(path)
    seats[0].state, seats[0].state_at = SeatState.SKIPPED, clock.advance(minutes=1)

    by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (by_tag.status_code, by_date.status_code) == (200, 200)


def test_renewed_links_end_the_feed(client: Client, path: str, registration: Registration) -> None:
    registration.person.link_number += 1

    assert client.get(path).status_code == 404


def test_a_forged_feed_is_not_found(client: Client, path: str) -> None:
    assert client.get(path.replace(".ics", "x.ics")).status_code == 404


def test_the_feed_is_kept_by_its_reader_only(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_public_calendar_shows_every_session_and_no_way_in(
    client: Client, registration: Registration, seats: list[Seat]
) -> None:
    slug = registration.programme.slug
    response = client.get(f"/weekly/{slug}/calendar.ics")

    pages = [f"/weekly/{slug}/{seat.session.slug}" for seat in seats]
    assert [event["LOCATION"].partition("//")[2].partition("/")[2] for event in events(response.text)] == [
        page.removeprefix("/") for page in pages
    ]
    assert "/join/" not in response.text
    assert MEETING not in response.text


def test_no_calendar_of_an_unknown_series(client: Client) -> None:
    assert client.get("/weekly/unknown/calendar.ics").status_code == 404


def test_a_webcal_address_differs_in_its_scheme_only() -> None:
    assert webcal("https://example.org/feed/a.ics") == "webcal://example.org/feed/a.ics"
