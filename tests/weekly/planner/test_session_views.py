"""A session edited and written up in the browser; nothing typed is lost."""

import re
from datetime import timedelta

import pytest

from registrar.db import DbSession
from registrar.programmes.models import Programme
from tests import factories
from tests.conftest import Client, TestClock
from tests.weekly.planner_pages import edit_fields, post, sessions


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
