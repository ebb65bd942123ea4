"""The season planner in the browser: every change is written, previewed, carried out; nothing typed is lost."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.accounts.rules import Role
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.programmes.models import Programme, Session
from registrar.tokens import Tokens
from registrar.weekly.models import Seat
from tests import factories
from tests.browsing import send, sign_in
from tests.conftest import Client, TestClock
from tests.statements import queries

SEASON = {
    "on": "2027-03-10",
    "at": "18:00",
    "timezone": "Europe/Paris",
    "minutes": "60",
    "weeks": "4",
    "step": "confirm",
}
SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')
SEEN_AT = re.compile(r'name="seen_at"[^>]*value="([^"]+)"')


@pytest.fixture
def organiser(client: Client, db: DbSession, tokens: Tokens) -> Client:
    return sign_in(client, tokens, factories.staff(db))


@pytest.fixture
def series(db: DbSession) -> Programme:
    return factories.series(db)


def post(client: Client, url: str, **fields: Any) -> TestResponse:
    return send(client, url, page="/console/sessions/generate", **fields)


def sessions(db: DbSession) -> list[Session]:
    db.rollback()
    return list(db.scalars(select(Session).order_by(Session.starts_at), execution_options={"populate_existing": True}))


def seen(page: TestResponse) -> str:
    found = SEEN.search(page.text)
    assert found, page.text
    return found[1]


def seat_in(db: DbSession, programme: Programme, session: Session, **person: Any) -> None:
    registration = factories.registration(db, programme, person_id=factories.person(db, **person).id)
    factories.seat(db, registration, session)


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
        ({"on": "2027-03-28", "at": "02:30", "weeks": "1"}, "02:30 does not exist on 2027-03-28"),
        ({"on": "2027-10-31", "at": "02:30", "weeks": "1"}, "02:30 happens twice on 2027-10-31"),
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


def test_a_move_is_previewed_with_the_letter_and_then_done(organiser: Client, db: DbSession, series: Programme) -> None:
    session = factories.session(db, series, title_en="Lending", title_fr="Prêter")
    seat_in(db, series, session, timezone="America/New_York")
    seat_in(db, series, session, locale="fr")
    moved = {"on": "2027-01-14", "at": "19:00", "minutes": "90"}
    url = f"/console/sessions/{session.id}/move"

    shown = post(organiser, url, **moved, step="preview")
    untouched = (sessions(db)[0].starts_at, db.scalars(select(OutboxMail)).all())
    done = post(organiser, url, **moved, step="confirm", seen=seen(shown))

    text = html.unescape(shown.text)
    assert (shown.status_code, done.status_code) == (200, 303)
    assert "Moved: Lending, now on Thursday 14 January 2027, 13:00" in text
    assert "Déplacé" in text or "Prêter" in text
    assert untouched == (datetime(2027, 1, 13, 17, tzinfo=UTC), [])
    assert sessions(db)[0].starts_at == datetime(2027, 1, 14, 18, tzinfo=UTC)
    assert sessions(db)[0].ends_at - sessions(db)[0].starts_at == timedelta(minutes=90)
    assert len(db.scalars(select(OutboxMail)).all()) == 2


def test_the_sample_letter_gives_the_organiser_no_personal_link(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    session = factories.session(db, series)
    seat_in(db, series, session)

    shown = post(organiser, f"/console/sessions/{session.id}/shift", weeks="1", step="preview")

    assert "/my/enter/" not in shown.text
    assert "/join/" not in shown.text


def test_a_change_can_be_taken_back_by_one_button(organiser: Client, db: DbSession, series: Programme) -> None:
    session = factories.session(db, series)
    url = f"/console/sessions/{session.id}/shift"
    post(organiser, url, weeks="1", step="confirm", seen=seen(post(organiser, url, weeks="1", step="preview")))

    page = organiser.get("/console/sessions").text
    back = post(organiser, url, weeks="-1", step="preview")

    assert re.search(rf'action="{url}">.*name="step" value="preview".*name="weeks" value="-1"', page, re.S)
    assert "13 Jan, 18:00" in back.text


def test_a_world_that_changed_meanwhile_is_shown_again(organiser: Client, db: DbSession, series: Programme) -> None:
    first, second = factories.session(db, series), factories.session(db, series)
    url = f"/console/sessions/{first.id}/shift"
    shown = post(organiser, url, weeks="1", step="preview")
    second.revision += 1
    db.commit()

    answer = post(organiser, url, weeks="1", step="confirm", seen=seen(shown))

    assert answer.status_code == 409
    assert "The season has changed since you looked" in answer.text
    assert seen(answer) != seen(shown)
    assert sessions(db)[0].starts_at == datetime(2027, 1, 13, 17, tzinfo=UTC)


def test_a_session_is_cancelled_with_its_reason_and_comes_back(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    session = factories.session(db, series)
    seat_in(db, series, session)
    cancel, reinstate = (f"/console/sessions/{session.id}/{verb}" for verb in ("cancel", "reinstate"))
    why = {"reason_en": "The speaker is ill."}

    silent = post(organiser, cancel, step="preview")
    shown = post(organiser, cancel, step="preview", **why)
    post(organiser, cancel, step="confirm", seen=seen(shown), **why)
    cancelled = (sessions(db)[0].cancelled_at is not None, sessions(db)[0].cancel_reason_en)
    post(organiser, reinstate, step="confirm", seen=seen(post(organiser, reinstate, step="preview")))

    assert (silent.status_code, shown.status_code) == (422, 200)
    assert shown.text.count("The speaker is ill.") == 3  # in the letter and in the hidden fields of both ways on
    assert cancelled == (True, "The speaker is ill.")
    assert sessions(db)[0].cancelled_at is None


def test_a_session_is_added_with_a_seat_for_the_whole_season(
    organiser: Client, db: DbSession, series: Programme
) -> None:
    seat_in(db, series, factories.session(db, series))
    new = {"on": "2027-01-20", "at": "18:00", "minutes": "60", "title_en": "More", "series": series.slug}

    shown = post(organiser, "/console/sessions/add", step="preview", **new)
    done = post(organiser, "/console/sessions/add", step="confirm", seen=seen(shown), **new)

    added = sessions(db)[-1]
    assert (shown.status_code, done.status_code, added.title_en) == (200, 303, "More")
    assert len(db.scalars(select(Seat).where(Seat.session_id == added.id)).all()) == 1


def edit_fields(page: TestResponse, **given: str) -> dict[str, str]:
    found = SEEN_AT.search(page.text)
    assert found
    fields = {
        "seen_at": html.unescape(found[1]),
        "title_en": "Lending",
        "title_fr": "Prêter",
        "description_en": "**Why**",
    }
    return {
        **fields,
        "speakers-0-name": "Inês Duarte",
        "speakers-0-country": "PT",
        "speakers-0-part": "speaker",
        **given,
    }


def test_a_session_is_edited_and_keeps_its_sequence(organiser: Client, db: DbSession, series: Programme) -> None:
    session = factories.session(db, series)
    url = f"/console/sessions/{session.id}"

    done = post(organiser, url, **edit_fields(organiser.get(url), join_url="https://meet.example.org/42"))

    stored = sessions(db)[0]
    assert (done.status_code, stored.title_fr, stored.join_url) == (303, "Prêter", "https://meet.example.org/42")
    assert ([each.speaker.name for each in stored.speakers], stored.sequence) == (["Inês Duarte"], 0)


def test_rows_and_previews_store_nothing_and_lose_nothing(organiser: Client, db: DbSession, series: Programme) -> None:
    session = factories.session(db, series, title_en="Old")
    url = f"/console/sessions/{session.id}"
    fields = edit_fields(organiser.get(url))

    more = post(organiser, url, **fields, do="add-row")
    shown = post(organiser, url, **fields, do="preview")
    fewer = post(organiser, url, **fields, do="remove-0")

    assert [page.status_code for page in (more, shown, fewer)] == [200, 200, 200]
    assert ('name="speakers-1-name"' in more.text, 'value="Inês Duarte"' in more.text) == (True, True)
    assert "<strong>Why</strong>" in shown.text
    assert ("Inês Duarte" in fewer.text, 'value="Lending"' in fewer.text) == (False, True)
    assert sessions(db)[0].title_en == "Old"


def test_a_known_speaker_is_added_by_choice(organiser: Client, db: DbSession, series: Programme) -> None:
    first, second = factories.session(db, series), factories.session(db, series)
    url = f"/console/sessions/{first.id}"
    post(organiser, url, **edit_fields(organiser.get(url)))
    other = f"/console/sessions/{second.id}"
    known = re.search(r'<option value="(\d+)">Inês Duarte', organiser.get(other).text)
    assert known

    page = post(organiser, other, do="add-known", known_speaker=known[1])

    assert 'name="speakers-0-name" type="text" value="Inês Duarte"' in page.text


def test_a_second_editor_sees_both_versions(
    organiser: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    session = factories.session(db, series)
    url = f"/console/sessions/{session.id}"
    page = organiser.get(url)
    clock.advance(seconds=5)
    post(organiser, url, **edit_fields(page, title_en="Theirs"))

    late = post(organiser, url, **edit_fields(page, title_en="Mine"))
    again = post(organiser, url, **edit_fields(late, title_en="Mine"))

    assert (late.status_code, again.status_code) == (409, 303)
    assert ("<dd>Theirs</dd>" in late.text, 'value="Mine"' in late.text) == (True, True)
    assert sessions(db)[0].title_en == "Mine"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"join_url": "javascript:alert(1)"}, "Enter an address that begins with https://"),
        ({"join_url": "https://user@evil.example"}, "Enter an address that begins with https://"),
        ({"capacity": "-1"}, "Enter a number of places from 1"),
        ({"speakers-0-name": "", "speakers-0-role": "Registrar"}, "Enter the name, or empty the whole row."),
        ({"speakers-0-country": "ZZ"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_refused_at_the_field(
    organiser: Client, db: DbSession, series: Programme, given: dict[str, str], message: str
) -> None:
    session = factories.session(db, series)
    url = f"/console/sessions/{session.id}"

    page = post(organiser, url, **edit_fields(organiser.get(url), **given))

    assert page.status_code == 422
    assert page.text.count(message) == 2  # in the summary and at the field
    assert 'value="Lending"' in page.text


def test_a_session_is_written_up_and_published(
    organiser: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    session = factories.session(db, series, starts_at=clock.now - timedelta(days=1))
    url = f"/console/sessions/{session.id}/afterwards"
    early = post(organiser, f"/console/sessions/{session.id}/publish")
    fields = edit_fields(organiser.get(url))
    summary = {"seen_at": fields["seen_at"], "summary_en": "We *met*.", "recording_url": "https://video.example.org/1"}
    rows = {"resources-0-label": "Slides", "resources-0-url": "https://example.org/slides"}

    shown = post(organiser, url, **summary, **rows, do="preview")
    saved = post(organiser, url, **summary, **rows)
    published = post(organiser, f"/console/sessions/{session.id}/publish")
    stored = sessions(db)[0]
    facts = (stored.summary_en, [each.label for each in stored.resources], stored.published_at)
    taken_back = post(organiser, f"/console/sessions/{session.id}/unpublish")

    assert [page.status_code for page in (early, shown, saved, published, taken_back)] == [422, 200, 303, 303, 303]
    assert "<em>met</em>" in shown.text
    assert facts == ("We *met*.", ["Slides"], clock.now)
    assert sessions(db)[0].published_at is None


def test_every_page_of_a_session_names_what_is_missing(
    organiser: Client, db: DbSession, series: Programme, clock: TestClock
) -> None:
    session = factories.session(db, series, starts_at=clock.now - timedelta(days=1))

    page = organiser.get(f"/console/sessions/{session.id}/afterwards").text

    assert "the summary in English, the summary in French, the address of the recording, resources." in page


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
