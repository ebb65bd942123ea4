"""The public pages of calls: what visitors read before the opening, while it is open, and afterwards."""

import json
from datetime import datetime, timedelta
from html import unescape
from re import DOTALL, findall, search, sub

import pytest

from registrar.calls.models import Call
from registrar.calls.rules import CallState
from registrar.db import DbSession
from tests import factories
from tests.conftest import Client, TestClock

WINTER = {"Accept-Language": "en"}


@pytest.fixture
def call(db: DbSession) -> Call:
    """WAC Museums' call, open from two days ago until ten days from now."""
    season = factories.season(db, slug="lab", title="WAC Lab")
    programme = factories.cohort(db, slug="wac-museums", season_id=season.id)
    found = factories.call(db, slug="museums-5", programme_id=programme.id, title_en="Call five", title_fr="Appel cinq")
    found.about_en, found.criteria_en, found.after_en = "**Training**", "- Motivation", "1. A reference"
    found.minutes = 45
    return found


def text(client: Client, path: str, status: int = 200) -> str:
    """Return what a page says, without its tags."""
    response = client.get(path, headers=WINTER)
    assert response.status_code == status
    main = search(r"<main.*</main>", response.text, DOTALL)
    return " ".join(unescape(sub(r"<[^>]+>", " ", main[0] if main else "")).split())


def test_an_open_call_says_until_when_and_has_one_button(client: Client, call: Call) -> None:
    page = text(client, "/calls/museums-5")
    assert "Apply before Thursday 21 January 2027, 10:00 Paris (UTC+1)" in page
    assert "The form takes about 45 minutes" in page
    html = client.get("/calls/museums-5").text
    assert set(findall(r'class="button" href="([^"]+)"', html)) == {"/calls/museums-5/apply"}


def test_what_organisers_wrote_is_shown_as_markdown(client: Client, call: Call) -> None:
    html = client.get("/calls/museums-5", headers=WINTER).text
    assert "<strong>Training</strong>" in html
    assert [search(f"<li>{item}</li>", html) is not None for item in ("Motivation", "A reference")] == [True, True]


def test_before_it_opens_a_call_says_when_and_lets_the_questions_be_read(
    client: Client, call: Call, clock: TestClock
) -> None:
    clock.advance(days=-3)
    page = text(client, "/calls/museums-5")
    assert "Opens Saturday 9 January 2027, 10:00 Paris (UTC+1)" in page
    assert "Start your application" not in page
    assert '<a class="button" href="/calls/museums-5/questions">' in client.get("/calls/museums-5").text


def test_just_after_the_deadline_nothing_new_begins(client: Client, call: Call, clock: TestClock) -> None:
    clock.advance(days=10)
    page = text(client, "/calls/museums-5")
    assert "The deadline has just passed" in page
    assert "Start your application" not in page


def test_a_closed_call_says_so_and_leads_to_the_programme(client: Client, call: Call, clock: TestClock) -> None:
    clock.advance(days=11)
    page = text(client, "/calls/museums-5")
    assert "This call is closed It closed on Thursday 21 January 2027." in page
    assert 'href="/seasons/lab/wac-museums">About WAC Museums</a>' in client.get("/calls/museums-5").text


def test_a_closed_call_leads_to_the_next_one_of_the_same_programme_line(
    client: Client, db: DbSession, call: Call, clock: TestClock
) -> None:
    clock.advance(days=11)
    later = factories.cohort(db, line="wac-museums")
    factories.call(
        db, slug="museums-6", programme_id=later.id, title_en="Call six", closes_at=clock.now + timedelta(days=9)
    )
    assert "There is a new one. Call six" in text(client, "/calls/museums-5")


def test_a_draft_is_no_page_and_a_call_closed_by_hand_is_over(client: Client, db: DbSession, call: Call) -> None:
    call.state = CallState.DRAFT
    assert text(client, "/calls/museums-5", status=404)
    call.state = CallState.CLOSED
    assert "This call is closed" in text(client, "/calls/museums-5")


def test_the_page_speaks_french_and_names_its_other_language(client: Client, call: Call) -> None:
    response = client.get("/calls/museums-5?lang=fr")
    assert (response.headers["Content-Language"], "<h1>Appel cinq</h1>" in response.text) == ("fr", True)
    assert set(findall(r'hreflang="(en|fr|x-default)" href="http', response.text)) == {"en", "fr", "x-default"}


def test_the_deadline_is_said_in_the_zone_of_the_call(client: Client, call: Call) -> None:
    call.timezone = "America/New_York"
    assert "Apply before Thursday 21 January 2027, 04:00 New York (UTC−5)" in text(client, "/calls/museums-5")


def test_search_engines_read_the_dates_of_applications(client: Client, call: Call) -> None:
    found = search(r"<script[^>]+ld\+json[^>]*>(.*?)</script>", client.get("/calls/museums-5").text)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["applicationStartDate"], data["applicationDeadline"], data["maximumEnrollment"]) == (
        "EducationalOccupationalProgram", "2027-01-09", "2027-01-21", 20,
    )  # fmt: skip


def test_the_page_may_be_kept_shortly_by_all_for_strangers(client: Client, call: Call) -> None:
    response = client.get("/calls/museums-5")
    assert (response.headers["Cache-Control"], bool(response.headers["ETag"])) == ("public, max-age=20", True)


def test_the_questions_are_readable_with_their_limits_and_conditions(client: Client, call: Call) -> None:
    page = text(client, "/calls/museums-5/questions")
    assert "Why? Text of at most 100 words" in page
    assert "What have you done? One line Only if the answer to “Is it new to you?” is “No”." in page
    assert "Who takes part? 1 to 5 people, with name, role and e-mail address" in page
    assert "A plan (optional) Up to 2 files" in page


def test_the_list_tells_open_coming_and_past_calls_apart(
    client: Client, db: DbSession, call: Call, now: datetime
) -> None:
    days = timedelta(days=1)
    factories.call(db, title_en="Later", opens_at=now + days, closes_at=now + 9 * days)
    factories.call(db, title_en="Long ago", opens_at=now - 9 * days, closes_at=now - days)
    factories.call(db, title_en="Secret", state=CallState.DRAFT)
    page = text(client, "/calls")
    assert [page.index(each) for each in ("Open now", "Call five", "Coming", "Later", "Past calls", "Long ago")] == (
        sorted(page.index(each) for each in ("Open now", "Call five", "Coming", "Later", "Past calls", "Long ago"))
    )
    assert "Secret" not in page


def test_a_list_without_an_open_call_says_what_else_there_is(client: Client, db: DbSession) -> None:
    assert "No call is open at the moment. The weekly discussions are open to everybody" in text(client, "/calls")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-3, "The call opens soon: Saturday 9 January 2027, 10:00"),
        (0, "The call is open. Apply before: Thursday 21 January 2027, 10:00"),
        (11, "The last call closed on Thursday 21 January 2027."),
    ],
)
def test_the_programme_page_tells_of_its_call(
    client: Client, call: Call, clock: TestClock, days: int, told: str
) -> None:
    clock.advance(days=days)
    assert told in text(client, "/seasons/lab/wac-museums")


def test_a_programme_without_a_call_says_that_it_is_not_open(client: Client, call: Call) -> None:
    call.state = CallState.DRAFT
    assert "The call for applications is not open at the moment." in text(client, "/seasons/lab/wac-museums")


def test_the_home_page_leads_to_the_open_call(client: Client, db: DbSession, call: Call) -> None:
    factories.organisation(db)
    assert "The call is open until Thursday 21 January 2027, 10:00" in text(client, "/")
    assert 'href="/calls/museums-5">See the call and apply</a>' in client.get("/", headers=WINTER).text


def test_the_sitemap_names_public_calls(client: Client, db: DbSession, call: Call) -> None:
    factories.call(db, slug="secret", state=CallState.DRAFT)
    found = findall(r"<loc>[^<]*(/calls[^<]*)</loc>", client.get("/sitemap.xml").text)
    assert found == ["/calls", "/calls/museums-5"]
