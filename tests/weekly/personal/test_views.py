"""The personal page: what it shows for every state of a week, and what one click does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from registrar.db import DbSession, alchemy
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.tokens import Tokens
from registrar.weekly.models import Registration, Seat
from registrar.weekly.rules import Scope, SeatState
from tests import factories
from tests.conftest import START, Client, TestClock
from tests.weekly.browsing import enter, press

EARLIER = START - timedelta(days=1)


@pytest.fixture
def person(db: DbSession) -> Person:
    return factories.person(db, name="Amélie Roux", timezone="America/New_York")


@pytest.fixture
def registration(db: DbSession, person: Person) -> Registration:
    return factories.registration(db, factories.series(db), person_id=person.id, reference="ABC123")


@pytest.fixture
def browser(client: Client, tokens: Tokens, person: Person, clock: TestClock) -> Client:
    enter(client, tokens, person, clock)
    return client


def week(db: DbSession, registration: Registration, number: int, **given: Any) -> Session:
    """Store the session of a week; 0 is the one two days from now, negative ones are over."""
    starts_at = START + timedelta(days=2, hours=8, weeks=number)
    title = f"Week {number}"
    return factories.session(db, registration.programme, starts_at=starts_at, title_en=title, **given)


def seat(db: DbSession, registration: Registration, number: int = 0, **given: Any) -> Seat:
    return factories.seat(db, registration, week(db, registration, number), **given)


def mails(db: DbSession) -> list[str]:
    return list(db.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)))


def state_of(db: DbSession, seat: Seat) -> SeatState:
    db.refresh(seat)
    return seat.state


def test_without_the_cookie_the_page_asks_for_a_link(client: Client) -> None:
    assert client.get("/my").headers["Location"] == "/my/link"


def test_without_a_registration_the_page_says_what_to_do(browser: Client) -> None:
    text = browser.get("/my").text

    assert "You are not registered for anything" in text


def test_the_next_session_stands_first_in_both_times_with_the_join_link(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    seat(db, registration)
    response = browser.get("/my")

    assert response.headers["Cache-Control"] == "no-store"
    assert "Hello, Amélie Roux" in response.text
    assert "Wednesday 13 January 2027, 12:00" in response.text
    assert "Paris (UTC+1)" in response.text
    assert "/join/" in response.text
    assert "meet.example.org" not in response.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"state": SeatState.CONFIRMED}, "Confirmed"),
        ({"state": SeatState.WAITING, "queue_number": 7}, "Waiting list, number 1"),
        (
            {"state": SeatState.OFFERED, "queue_number": 7, "offered_until": START + timedelta(hours=9)},
            "Place kept until Mon 11 Jan, 13:00",
        ),
        ({"state": SeatState.LAPSED, "queue_number": 7}, "Offer ended"),
        ({"state": SeatState.SKIPPED}, "Skipped"),
    ],
)
def test_every_state_of_a_seat_is_told(
    browser: Client, db: DbSession, registration: Registration, given: dict[str, Any], words: str
) -> None:
    seat(db, registration, **given)

    assert words in browser.get("/my").text


def test_weeks_without_a_seat_cancelled_weeks_and_past_weeks_are_told(
    browser: Client, db: DbSession, registration: Registration, now: datetime
) -> None:
    week(db, registration, 1)
    week(db, registration, 2, cancelled_at=now)
    missed = week(db, registration, -2, published_at=now)
    attended = week(db, registration, -1)
    for session in (missed, attended):
        factories.seat(db, registration, session)
    factories.attendance(db, registration, attended)

    text = browser.get("/my").text

    found = [word for word in ("Not chosen", "Cancelled", "Missed", "Attended", ">Watch<") if word in text]
    assert found == ["Not chosen", "Cancelled", "Missed", "Attended", ">Watch<"]


def test_a_cancelled_week_stays_among_those_to_come(
    browser: Client, db: DbSession, registration: Registration, clock: TestClock
) -> None:
    week(db, registration, 0, cancelled_at=clock.now)
    assert "Weeks so far" not in browser.get("/my").text


def test_the_place_on_the_waiting_list_counts_those_before(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    session = week(db, registration, 0, capacity=1)
    for number, state in ((1, SeatState.CONFIRMED), (2, SeatState.WAITING), (3, SeatState.SKIPPED)):
        factories.seat(
            db, factories.registration(db, registration.programme), session, state=state, queue_number=number
        )
    factories.seat(db, registration, session, state=SeatState.WAITING, queue_number=4)

    assert "Waiting list, number 2" in browser.get("/my").text


def test_when_clocks_change_the_person_is_told(browser: Client, db: DbSession, registration: Registration) -> None:
    for day in (10, 17):
        starts_at = datetime.fromisoformat(f"2027-03-{day}T17:00+00:00")
        session = factories.session(db, registration.programme, starts_at=starts_at)
        factories.seat(db, registration, session)

    assert "1 hour later for you than the week before, because clocks change." in browser.get("/my").text


def test_skipping_is_one_click_with_undo_and_a_mail_for_the_calendar(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    held = seat(db, registration)

    response = press(browser, f"/my/seats/{held.id}/skip", seen_on="/my")

    assert (response.status_code, response.headers["Location"]) == (303, "/my")
    assert state_of(db, held) is SeatState.SKIPPED
    assert mails(db) == ["weekly.skipped"]
    page = browser.get("/my").text
    assert "You skip Week 0." in page
    assert f'action="/my/seats/{held.id}/return"' in page


def test_returning_brings_the_seat_and_the_calendar_entry_back(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    held = seat(db, registration)
    press(browser, f"/my/seats/{held.id}/skip", seen_on="/my")

    press(browser, f"/my/seats/{held.id}/return", seen_on="/my")

    assert state_of(db, held) is SeatState.CONFIRMED
    assert mails(db) == ["weekly.skipped", "weekly.returned"]


def test_giving_up_the_waiting_list_sends_no_calendar(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    held = seat(db, registration, state=SeatState.WAITING, queue_number=1)

    press(browser, f"/my/seats/{held.id}/skip", seen_on="/my")

    assert (state_of(db, held), mails(db)) == (SeatState.SKIPPED, [])


def test_what_can_no_longer_be_done_is_told_on_the_page(
    browser: Client, db: DbSession, registration: Registration, clock: TestClock
) -> None:
    held = seat(db, registration, -1)

    response = press(browser, f"/my/seats/{held.id}/skip", seen_on="/my")

    assert response.status_code == 409
    assert "This session is over." in response.text
    assert state_of(db, held) is SeatState.CONFIRMED


def test_a_button_without_its_token_does_nothing(browser: Client, db: DbSession, registration: Registration) -> None:
    held = seat(db, registration)

    assert browser.post(f"/my/seats/{held.id}/skip").status_code == 400
    assert state_of(db, held) is SeatState.CONFIRMED


def test_nobody_touches_the_seats_and_registrations_of_others(browser: Client, db: DbSession) -> None:
    others = factories.registration(db, factories.series(db))
    held = seat(db, others)

    answers = [
        press(browser, f"/my/{path}").status_code
        for path in (
            f"seats/{held.id}/skip",
            f"seats/{held.id}/return",
            f"registrations/{others.id}/weeks/{held.session_id}",
            f"registrations/{others.id}/season",
            f"registrations/{others.id}/come-back",
        )
    ]

    assert answers == [404] * 5


def test_a_week_is_added_with_one_click(browser: Client, db: DbSession, registration: Registration) -> None:
    registration.scope = Scope.CHOSEN
    session = week(db, registration, 0)

    press(browser, f"/my/registrations/{registration.id}/weeks/{session.id}", seen_on="/my")

    assert list(db.scalars(select(Seat.state))) == [SeatState.CONFIRMED]
    assert mails(db) == ["weekly.returned"]


def test_a_week_of_another_series_cannot_be_added(browser: Client, db: DbSession, registration: Registration) -> None:
    other = factories.session(db, factories.series(db))

    assert press(browser, f"/my/registrations/{registration.id}/weeks/{other.id}").status_code == 404


def test_chosen_weeks_become_the_whole_season(browser: Client, db: DbSession, registration: Registration) -> None:
    registration.scope = Scope.CHOSEN
    for number in (-1, 0, 1):
        week(db, registration, number)

    press(browser, f"/my/registrations/{registration.id}/season", seen_on="/my")

    db.refresh(registration)
    assert registration.scope is Scope.SEASON
    assert list(db.scalars(select(Seat.state))) == [SeatState.CONFIRMED] * 2


def test_cancelling_says_first_what_it_means_and_is_undone_with_one_click(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    kept = seat(db, registration, 0)
    skipped = seat(db, registration, 1, state=SeatState.SKIPPED, state_at=EARLIER)
    assert "you give up your place in 1 session to come." in browser.get("/my/cancel").text

    response = press(browser, "/my/cancel", seen_on="/my/cancel", registrations=registration.id)

    assert (response.status_code, response.headers["Location"]) == (303, "/my")
    assert (state_of(db, kept), mails(db)) == (SeatState.SKIPPED, ["weekly.cancelled_registration"])
    assert "You cancelled this registration" in browser.get("/my").text

    press(browser, f"/my/registrations/{registration.id}/come-back", seen_on="/my")

    db.refresh(registration)
    assert registration.cancelled_at is None
    assert (state_of(db, kept), state_of(db, skipped)) == (SeatState.CONFIRMED, SeatState.SKIPPED)


def test_cancelling_nothing_is_refused_at_the_form(browser: Client, db: DbSession, registration: Registration) -> None:
    seat(db, registration)

    response = press(browser, "/my/cancel", seen_on="/my/cancel")

    assert response.status_code == 422
    assert "Choose at least one series." in response.text


def test_two_series_stand_side_by_side_and_one_is_cancelled_alone(
    browser: Client, db: DbSession, person: Person, registration: Registration
) -> None:
    second = factories.registration(db, factories.series(db, title="WAC Evening"), person_id=person.id)
    for each in (registration, second):
        seat(db, each)
    page = browser.get("/my").text
    assert ("WAC Weekly</h2>" in page, "WAC Evening</h2>" in page) == (True, True)

    press(browser, "/my/cancel", seen_on="/my/cancel", registrations=second.id)

    db.expire_all()
    assert (registration.cancelled_at is None, second.cancelled_at is None) == (True, False)


def test_after_confirming_the_page_welcomes_with_the_reference(
    browser: Client, db: DbSession, registration: Registration
) -> None:
    seat(db, registration)

    assert "<strong>ABC123</strong>" in browser.get("/my?welcome=ABC123").text
    assert "<strong>ABC123</strong>" not in browser.get("/my?welcome=OTHER1").text


def statements_for(app: Flask, browser: Client) -> int:
    """Count the statements of one view of the page."""
    with app.app_context():
        engine = alchemy.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        browser.get("/my")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_page_costs_the_same_number_of_queries_however_much_there_is(
    app: Flask, browser: Client, db: DbSession, person: Person, registration: Registration
) -> None:
    seat(db, registration, state=SeatState.WAITING, queue_number=1)
    few = statements_for(app, browser)
    second = factories.registration(db, factories.series(db), person_id=person.id)
    for number in range(1, 12):
        seat(db, registration, number)
        seat(db, second, number)

    assert (few, statements_for(app, browser)) == (6, 6)
