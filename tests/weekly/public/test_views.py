"""The public pages of a series and its sessions, before, while and after they happen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.programmes.models import Programme, Resource, Session, SessionSpeaker, Speaker
from registrar.programmes.rules import SeasonStatus, SpeakerPart
from registrar.tokens import Purpose, Tokens
from registrar.weekly.rules import SeatState
from tests import factories
from tests.conftest import Client, TestClock
from tests.pages import links, structured, tags, text
from tests.statements import queries

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
PAGE = "/weekly/weekly/week-1"
HOUR = timedelta(hours=1)


@pytest.fixture
def weekly(db: DbSession) -> Programme:
    return factories.series(db, slug="weekly", topic="Weekly online discussions")


@pytest.fixture
def session(db: DbSession, weekly: Programme) -> Session:
    return factories.session(
        db, weekly, slug="week-1", title_en="Lending digital works", description_en="What, **then**, is lent?"
    )


def speaker(db: DbSession, session: Session, **given: Any) -> None:
    values: dict[str, Any] = {"name": "Inês Duarte", "role": "registrar", "affiliation": "Museu do Rio", **given}
    part = SessionSpeaker(speaker=Speaker(**values), part=SpeakerPart.SPEAKER, position=0)
    session.speakers.append(part)
    db.flush()


def be(client: Client, tokens: Tokens, person: Person, now: datetime) -> None:
    """Open the personal link of this person."""
    token = tokens.make(Purpose.PERSONAL, person.id, counter=person.link_number, expires_at=now + HOUR)
    client.set_cookie("personal", token)


def fill(db: DbSession, session: Session, confirmed: int, waiting: int) -> None:
    for number in range(confirmed + waiting):
        state = SeatState.CONFIRMED if number < confirmed else SeatState.WAITING
        registration = factories.registration(db, session.programme)
        factories.seat(db, registration, session, state=state, queue_number=number)


def test_the_short_address_leads_to_the_open_series(client: Client, weekly: Programme) -> None:
    answer = client.get("/weekly/")

    assert (answer.status_code, answer.location) == (303, "/weekly/weekly")


def test_without_an_open_series_the_short_address_says_so(client: Client, db: DbSession) -> None:
    season = factories.season(db, status=SeasonStatus.ARCHIVED)
    factories.series(db, season_id=season.id)

    assert "No season is open at the moment." in text(client.get("/weekly/"))


def test_before_any_date_is_known_the_series_says_so(client: Client, weekly: Programme) -> None:
    page = client.get("/weekly/weekly")

    assert "The dates of this season will be announced here." in text(page)
    assert "/weekly/weekly/sign-up" not in links(page)


def test_the_series_shows_each_week_with_its_state(
    client: Client, db: DbSession, weekly: Programme, now: datetime
) -> None:
    for number, days in enumerate((-5, 2, 9, 16), start=1):
        given = {"cancelled_at": now} if number == 3 else {}
        factories.session(db, weekly, slug=f"week-{number}", starts_at=now + timedelta(days=days), **given)

    page = client.get("/weekly/weekly")

    states = [
        each.get("class") for each in tags(page, "li") if each.get("class") in {"done", "next", "planned", "cancelled"}
    ]
    assert (states, "Week 2 of 4" in text(page), "/weekly/weekly/sign-up" in links(page)) == (
        ["done", "next", "cancelled", "planned"], True, True,
    )  # fmt: skip


def test_after_the_season_nobody_is_asked_to_register(client: Client, session: Session, clock: TestClock) -> None:
    clock.advance(days=30)

    page = client.get("/weekly/weekly")

    assert ("This season is over." in text(page), "/weekly/weekly/sign-up" in links(page)) == (True, False)


def test_a_registered_person_is_led_to_their_page(
    client: Client, db: DbSession, session: Session, tokens: Tokens, now: datetime
) -> None:
    registration = factories.registration(db, session.programme)
    be(client, tokens, registration.person, now)

    page = client.get("/weekly/weekly")

    assert ("You are registered." in text(page), "/weekly/weekly/sign-up" in links(page)) == (True, False)


def test_a_planned_session_shows_when_who_and_the_way_to_register(
    client: Client, db: DbSession, session: Session
) -> None:
    speaker(db, session)

    page = client.get(PAGE)

    assert "Inês Duarte, registrar, Museu do Rio" in text(page)
    assert "Wednesday 13 January 2027, 18:00 Paris (UTC+1)" in text(page)
    assert "New York (UTC−5) Wednesday 13 January 2027, 12:00" in text(page)
    assert "Singapore (UTC+8) Thursday 14 January 2027, 01:00" in text(page)
    assert "<strong>then</strong>" in page.text
    assert "/weekly/weekly/sign-up?session=week-1" in links(page)


def test_a_known_visitor_reads_their_own_time_first(
    client: Client, db: DbSession, session: Session, tokens: Tokens, now: datetime
) -> None:
    be(client, tokens, factories.person(db, timezone="Asia/Tokyo"), now)

    assert "Thursday 14 January 2027, 02:00 Tokyo (UTC+9)" in text(client.get(PAGE))


def test_a_week_in_which_the_clocks_differ_says_so(client: Client, db: DbSession, weekly: Programme) -> None:
    factories.session(db, weekly, slug="week-1", starts_at=datetime(2027, 3, 17, 17, tzinfo=UTC))

    assert "it is 13:00 in New York." in text(client.get(PAGE))


def test_free_places_are_told(client: Client, db: DbSession, session: Session) -> None:
    session.capacity = 3
    fill(db, session, confirmed=1, waiting=0)

    assert "2 of 3 places are free." in text(client.get(PAGE))


def test_a_full_session_offers_the_waiting_list_and_says_how_many_wait(
    client: Client, db: DbSession, session: Session
) -> None:
    session.capacity = 2
    fill(db, session, confirmed=2, waiting=4)

    words = text(client.get(PAGE))

    assert ("Join the waiting list" in words, "All 2 places are taken. 4 people wait." in words) == (True, True)


def test_a_cancelled_session_says_why_and_what_comes_instead(
    client: Client, db: DbSession, weekly: Programme, session: Session, now: datetime
) -> None:
    session.cancelled_at, session.cancel_reason_en = now, "Our speaker is ill."
    factories.session(db, weekly, slug="week-2", title_en="The week after", starts_at=now + timedelta(days=9))

    page = client.get(PAGE)

    assert "Our speaker is ill. What instead: the next discussion is The week after ." in text(page)
    assert ("/weekly/weekly/sign-up?session=week-1" in links(page), structured(page)["eventStatus"]) == (
        False, "https://schema.org/EventCancelled",
    )  # fmt: skip


def test_the_join_link_is_shown_only_to_those_with_a_place_and_only_in_time(
    client: Client, db: DbSession, session: Session, tokens: Tokens, clock: TestClock
) -> None:
    registration = factories.registration(db, session.programme)
    factories.seat(db, registration, session)
    join = f"/join/{tokens.make(Purpose.JOIN, registration.id, session.id)}"
    found = []
    for moment in (session.starts_at - HOUR, session.starts_at, session.ends_at):
        clock.now = moment
        be(client, tokens, registration.person, moment)
        found.append(any(link.endswith(join) for link in links(client.get(PAGE))))
    client.delete_cookie("personal")
    clock.now = session.starts_at
    stranger = client.get(PAGE)

    assert found == [False, True, False]
    assert ("/join/" in stranger.text, "If you are registered, your personal link" in text(stranger)) == (False, True)


def test_the_meeting_address_is_on_no_page(client: Client, session: Session, clock: TestClock) -> None:
    session.join_url = "https://meet.example.org/secret"
    pages = []
    for moment in (session.starts_at - HOUR, session.starts_at, session.ends_at):
        clock.now = moment
        pages += [client.get(PAGE).text, client.get("/weekly/weekly").text, client.get(f"{PAGE}/calendar.ics").text]

    assert ["meet.example.org" in page for page in pages] == [False] * 9


def test_a_session_that_is_over_promises_what_is_not_there_yet(
    client: Client, session: Session, clock: TestClock
) -> None:
    session.recording_url = "https://video.example.org/1"
    clock.now = session.ends_at

    page = client.get(PAGE)

    assert ("Its summary and recording will be published here." in text(page), "video.example.org" in page.text) == (
        True, False,
    )  # fmt: skip


def test_a_published_session_turns_from_join_to_watch(
    client: Client, db: DbSession, session: Session, clock: TestClock
) -> None:
    clock.now = session.ends_at + HOUR
    session.published_at, session.summary_en = clock.now, "Much was *said*."
    session.recording_url = "https://video.example.org/1"
    session.resources.append(Resource(position=0, label="Slides", url="https://example.org/slides"))

    page = client.get(PAGE)

    assert "Much was <em>said</em>." in page.text
    assert {"https://video.example.org/1", "https://example.org/slides"} <= set(links(page))
    assert [each.get("src") for each in tags(page, "iframe") + tags(page, "video") + tags(page, "img")] == []


def test_an_address_that_is_no_web_address_is_not_linked(client: Client, session: Session, clock: TestClock) -> None:
    clock.now = session.ends_at
    session.published_at, session.recording_url = clock.now, "javascript:alert(1)"

    assert "javascript:" not in client.get(PAGE).text


def test_a_session_knows_its_neighbours(client: Client, db: DbSession, weekly: Programme, now: datetime) -> None:
    for number in (1, 2, 3):
        factories.session(db, weekly, slug=f"week-{number}", starts_at=now + timedelta(days=7 * number))

    page = client.get("/weekly/weekly/week-2")

    assert {each["rel"]: each["href"] for each in tags(page, "a") if each.get("rel") in {"prev", "next"}} == {
        "prev": "/weekly/weekly/week-1", "next": "/weekly/weekly/week-3",
    }  # fmt: skip


def test_a_session_is_described_to_machines(client: Client, db: DbSession, session: Session) -> None:
    speaker(db, session)

    data = structured(client.get(PAGE))

    named = [data["name"], data["performer"][0]["name"], data["superEvent"]["name"]]
    assert (data["@type"], data["startDate"], named) == (
        "Event", "2027-01-13T18:00:00+01:00", ["Lending digital works", "Inês Duarte", "WAC Weekly"],
    )  # fmt: skip


def test_a_session_can_be_put_into_any_calendar(client: Client, session: Session) -> None:
    page, file = client.get(PAGE), client.get(f"{PAGE}/calendar.ics")

    assert (file.mimetype, f"UID:{session.uid}" in file.text) == ("text/calendar", True)
    assert [link.partition("?")[0] for link in links(page) if "calendar.google" in link or "outlook" in link] == [
        "https://calendar.google.com/calendar/render", "https://outlook.live.com/calendar/0/deeplink/compose",
    ]  # fmt: skip


def test_the_page_speaks_french(client: Client, session: Session) -> None:
    session.title_fr = "Prêter des œuvres"

    page = client.get(f"{PAGE}?lang=fr")

    assert ("Prêter des œuvres" in text(page), "mercredi 13 janvier 2027 à 18:00" in text(page)) == (True, True)


@pytest.mark.parametrize("address", ["/weekly/none", "/weekly/none/week-1", "/weekly/weekly/none"])
def test_what_is_not_there_is_not_found(client: Client, session: Session, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_organisers_type_is_only_ever_text(client: Client, db: DbSession, session: Session) -> None:
    session.title_en = session.title_fr = session.description_en = EVIL
    session.programme.title = session.programme.topic = EVIL
    speaker(db, session, name=EVIL, role=EVIL, affiliation=EVIL)

    pages = [client.get(PAGE).text, client.get("/weekly/weekly").text]

    assert [("<img" in page, "<script>" in page) for page in pages] == [(False, False), (False, False)]


@pytest.mark.parametrize("address", ["/weekly/weekly", PAGE])
@pytest.mark.parametrize("people", [1, 40])
def test_pages_ask_four_questions_however_many_are_registered(
    app: Flask, client: Client, db: DbSession, session: Session, address: str, people: int
) -> None:
    session.capacity = 20
    speaker(db, session)
    fill(db, session, confirmed=min(people, 20), waiting=max(0, people - 20))

    with queries(app) as asked:
        client.get(address)

    assert len(asked) == 4


def test_a_published_page_asks_four_questions_too(
    app: Flask, client: Client, db: DbSession, session: Session, clock: TestClock
) -> None:
    clock.now = session.ends_at
    session.published_at, session.capacity = clock.now, 20

    with queries(app) as asked:
        client.get(PAGE)

    assert len(asked) == 4
