"""The season planner in the browser: the table, who may see it, and a season generated from its first date."""

import html
from datetime import UTC, datetime

import pytest
from flask import Flask

from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.programmes.models import Programme
from registrar.tokens import Tokens
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client
from tests.statements import queries
from tests.weekly.planner_pages import post, seat_in, sessions

SEASON = {
    "on": "2027-03-10",
    "at": "18:00",
    "timezone": "Europe/Paris",
    "minutes": "60",
    "weeks": "4",
    "step": "confirm",
}


PAGES = ["", "/generate", "/add", "/1", "/1/move", "/1/shift", "/1/cancel", "/1/reinstate", "/1/afterwards"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_organisers_only(
    client: Client, db: DbSession, tokens: Tokens, series: Programme, path: str
) -> None:
    factories.session(db, series, id=1)
    url = f"/console/sessions{path}"

    anonymous = client.get(url)
    reviewer = sign_in(client, tokens, factories.staff(db, Role.REVIEWER)).get(url)
    send(client, "/sign-out")
    organiser = sign_in(client, tokens, factories.staff(db)).get(url)

    assert (anonymous.status_code, reviewer.status_code, organiser.status_code) == (303, 403, 200)


@pytest.mark.parametrize("action", ["publish", "unpublish", "cancel", "move"])
def test_nothing_is_changed_by_a_reviewer(
    client: Client, db: DbSession, tokens: Tokens, series: Programme, action: str
) -> None:
    factories.session(db, series, id=1)
    sign_in(client, tokens, factories.staff(db, Role.REVIEWER))

    assert send(client, f"/console/sessions/1/{action}").status_code == 403


def test_an_empty_series_says_what_to_do_next(organiser: Client, series: Programme) -> None:
    page = organiser.get("/console/sessions")

    assert "No session is planned yet" in page.text
    assert f'href="/console/sessions/generate?series={series.slug}"' in page.text


def test_the_season_form_is_prefilled_from_the_catalogue(organiser: Client, series: Programme) -> None:
    page = organiser.get("/console/sessions/generate").text

    assert [f'value="{value}"' in page for value in ("2027-01-13", "18:00", "60", "25")] == [True] * 4


def test_a_season_is_shown_before_it_is_made(organiser: Client, db: DbSession, series: Programme) -> None:
    shown = post(organiser, "/console/sessions/generate", **{**SEASON, "step": "preview"})

    assert shown.status_code == 200
    assert "Wed 17 Mar, 18:00" in shown.text
    assert "13:00 in New York this week" in shown.text
    assert sessions(db) == []


def test_a_season_is_made_once(organiser: Client, db: DbSession, series: Programme) -> None:
    first = post(organiser, "/console/sessions/generate", **SEASON)
    second = post(organiser, "/console/sessions/generate", **SEASON)

    assert (first.status_code, second.status_code, len(sessions(db))) == (303, 422, 4)
    assert "This series has its sessions already" in second.text
    assert [each.starts_at.hour for each in sessions(db)] == [17, 17, 17, 16]


def test_the_way_back_from_the_preview_keeps_what_was_typed(organiser: Client, series: Programme) -> None:
    back = post(organiser, "/console/sessions/generate", **{**SEASON, "step": "write", "skipping": "2027-03-17"})

    assert back.status_code == 200
    assert "2027-03-17</textarea>" in back.text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"on": "2027-03-28", "at": "02:30", "weeks": "1"}, "02:30 does not exist on 28 March 2027"),
        ({"on": "2027-10-31", "at": "02:30", "weeks": "1"}, "02:30 happens twice on 31 October 2027"),
        ({"skipping": "next week"}, "Write each date on a line of its own"),
        ({"join_url": "http://meet.example.org"}, "Enter an address that begins with https://"),
        ({"capacity": "0"}, "Enter a number of places from 1"),
        ({"weeks": "61"}, "Enter a number from 1 to 60"),
    ],
)
def test_a_season_that_cannot_be_is_refused_at_the_field(
    organiser: Client, db: DbSession, series: Programme, given: dict[str, str], message: str
) -> None:
    page = post(organiser, "/console/sessions/generate", **{**SEASON, **given})

    assert (page.status_code, sessions(db)) == (422, [])
    assert message in html.unescape(page.text)


def test_which_of_two_local_times_is_asked_and_heard(organiser: Client, db: DbSession, series: Programme) -> None:
    twice = {**SEASON, "on": "2027-10-31", "at": "02:30", "weeks": "1"}
    asked = post(organiser, "/console/sessions/generate", **twice)
    post(organiser, "/console/sessions/generate", **twice, fold="second")

    assert 'name="fold"' in asked.text
    assert [each.starts_at for each in sessions(db)] == [datetime(2027, 10, 31, 1, 30, tzinfo=UTC)]


def test_the_table_marks_weeks_when_the_clocks_differ_and_what_is_missing(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    post(organiser, "/console/sessions/generate", **SEASON)

    page = html.unescape(organiser.get("/console/sessions").text)

    assert "18:00 in Paris is then 13:00 in New York" in page
    assert page.count("13:00 in New York this week") == 2
    assert page.count("missing: title in English, title in French, speaker") == 4


def test_the_table_costs_the_same_however_many_sessions_and_people_there_are(
    app: Flask, organiser: Client, db: DbSession, series: Programme
) -> None:
    def count() -> int:
        with queries(app) as found:
            assert organiser.get("/console/sessions").status_code == 200
        return len(found)

    seat_in(db, series, factories.session(db, series))
    few = count()
    for _ in range(5):
        session = factories.session(db, series)
        for _ in range(5):
            seat_in(db, series, session)

    assert (count(), few <= 8) == (few, True)
