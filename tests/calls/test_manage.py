"""The organisers' pages of calls: what they show, what they store, what they refuse, and that nothing typed is lost."""

from datetime import UTC, datetime, timedelta
from html import unescape
from re import DOTALL, findall, search, sub
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from registrar.calls.models import Call, FormVersion
from registrar.calls.rules import CallState
from registrar.db import DbSession
from tests import factories
from tests.browsing import send
from tests.conftest import Client

HERE = "/console/calls/museums"
DATES = {
    "timezone": "Europe/Paris", "opens_on": "2027-01-18", "opens_at": "10:00", "closes_on": "2027-02-15",
    "closes_at": "18:00", "grace": "15", "decides_on": "2027-03-01",
}  # fmt: skip


def text(response: TestResponse) -> str:
    """Return what a page says, without its tags."""
    main = search(r"<main.*</main>", response.text, DOTALL)
    return " ".join(unescape(sub(r"<[^>]+>", " ", main[0] if main else "")).split())


def get(client: Client, path: str) -> str:
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return text(response)


def post(client: Client, path: str, **fields: Any) -> TestResponse:
    return send(client, path, page="/console/calls", **fields)


def published(db: DbSession, draft: Call) -> Call:
    """Publish the draft, open now."""
    draft.state, draft.published_at = CallState.PUBLISHED, factories.NOW
    db.commit()
    return draft


@pytest.mark.parametrize("path", ["", "/new", "/museums", "/museums/texts", "/museums/dates", "/museums/preview"])
def test_strangers_are_sent_to_sign_in(client: Client, draft: Call, path: str) -> None:
    assert "/sign-in" in client.get(f"/console/calls{path}").headers["Location"]


def test_the_list_groups_calls_by_state_with_their_dates_and_applications(
    organiser: Client, db: DbSession, draft: Call
) -> None:
    open_call = factories.call(db, title_en="Open one", programme_id=draft.programme_id)
    factories.application(db, open_call)
    factories.submitted(db, open_call)
    factories.submitted(db, open_call)
    page = get(organiser, "/console/calls")
    assert "Open one WAC Museums · WAC Lab Open Saturday 9 January 2027, 10:00 Paris (UTC+1)" in page
    assert "2 submitted 1 draft" in page
    assert page.index("Open and coming") < page.index("Open one") < page.index("Drafts") < page.index("Draft Sat")


def test_an_empty_list_says_what_to_do_next(organiser: Client) -> None:
    assert "No call yet" in get(organiser, "/console/calls")
    assert "Something comes first" in get(organiser, "/console/calls/new")


def test_a_new_call_begins_as_a_draft_with_proposed_dates(organiser: Client, db: DbSession, draft: Call) -> None:
    fields = {"programme": draft.programme_id, "form": draft.form_id, "title_en": "New", "title_fr": "Neuf"}
    response = post(organiser, "/console/calls/new", **fields, slug="")
    made = db.scalars(select(Call).where(Call.title_en == "New")).one()
    assert (response.status_code, response.headers["Location"]) == (303, f"/console/calls/{made.slug}")
    assert (made.slug, made.state, made.places) == ("wac-museums-2027", CallState.DRAFT, 20)
    assert made.opens_at == datetime(2027, 2, 8, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("museums", "Another call has this address. Choose another one."),
        ("Not good", "Use small letters, digits and single hyphens."),
        ("new", "Use small letters, digits and single hyphens."),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_what_was_typed_stays(
    organiser: Client, draft: Call, slug: str, told: str
) -> None:
    fields = {"programme": draft.programme_id, "form": draft.form_id, "title_en": "Kept", "title_fr": "Gardé"}
    response = post(organiser, "/console/calls/new", **fields, slug=slug)
    assert (response.status_code, told in text(response), 'value="Kept"' in response.text) == (422, True, True)


def test_the_page_of_a_draft_says_what_is_missing_and_links_to_where_it_is_mended(
    organiser: Client, db: DbSession, draft: Call
) -> None:
    draft.title_fr = ""
    draft.closes_at = draft.opens_at + timedelta(hours=1)
    draft.decides_on = None
    page = organiser.get(HERE, headers={"Accept-Language": "en"})
    assert findall(r'<li><a href="(/console/calls/[^"]+)">([^<]+)</a>', page.text) == [
        (f"{HERE}/texts", "Give it a title in French."),
        (f"{HERE}/dates", "The deadline has passed. Choose one that is still to come."),
        (f"{HERE}/dates", "Say by when teams are told."),
    ]
    assert "Publish the call" not in page.text
    refused = post(organiser, f"{HERE}/publish", seen=1)
    assert (refused.status_code, "Something is still missing; see below." in text(refused)) == (422, True)


def test_texts_are_saved_and_shown_as_markdown_before(organiser: Client, db: DbSession, draft: Call) -> None:
    fields = {"seen": 1, "title_en": "T", "title_fr": "T", "about_en": "**Bold**"}
    preview = post(organiser, f"{HERE}/texts", **fields, step="preview")
    assert (preview.status_code, "<strong>Bold</strong>" in preview.text) == (200, True)
    db.refresh(draft)
    assert draft.about_en == "about en"
    assert post(organiser, f"{HERE}/texts", **fields, step="save").headers["Location"] == HERE
    db.refresh(draft)
    assert (draft.about_en, draft.about_fr, draft.version) == ("**Bold**", "", 2)


def test_two_organisers_do_not_overwrite_each_other_and_nothing_typed_is_lost(
    organiser: Client, db: DbSession, draft: Call
) -> None:
    texts = {name: getattr(draft, name) for name in ("title_en", "title_fr", "about_fr", "criteria_en", "criteria_fr")}
    texts |= {"after_en": draft.after_en, "after_fr": draft.after_fr}
    assert post(organiser, f"{HERE}/texts", **texts, about_en="Theirs", seen=1).status_code == 303
    answer = post(organiser, f"{HERE}/texts", **texts, about_en="Mine", seen=1)
    assert answer.status_code == 409
    assert "Somebody else has changed this call in the meantime." in text(answer)
    assert "What it is and for whom, in English Theirs Mine" in text(answer)
    assert search(r">\s*Mine</textarea>", answer.text)
    assert search(r'<input[^>]+name="seen"[^>]+value="2"', answer.text)
    assert post(organiser, f"{HERE}/texts", **texts, about_en="Mine", seen=2).status_code == 303
    db.refresh(draft)
    assert draft.about_en == "Mine"


def test_dates_are_local_times_of_the_calls_zone(organiser: Client, db: DbSession, draft: Call) -> None:
    page = organiser.get(f"{HERE}/dates").text
    assert 'value="2027-01-21"' in page
    fields = DATES | {"timezone": "America/New_York", "seen": 1}
    assert post(organiser, f"{HERE}/dates", **fields).status_code == 303
    db.refresh(draft)
    assert (draft.opens_at, draft.closes_at, draft.timezone) == (
        datetime(2027, 1, 18, 15, 0, tzinfo=UTC), datetime(2027, 2, 15, 23, 0, tzinfo=UTC), "America/New_York",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"closes_on": "2027-03-28", "closes_at": "02:30"}, "02:30 does not exist on 28 March 2027 in Europe/Paris"),
        ({"closes_on": "2027-10-31", "closes_at": "02:30"}, "02:30 happens twice on 31 October 2027 in Europe/Paris"),
        ({"closes_on": "2027-01-18", "closes_at": "10:00"}, "The deadline must come after the opening."),
        ({"decides_on": "2027-02-01"}, "Teams cannot be told before the deadline."),
        ({"timezone": "Europe/Nowhere"}, "Choose a time zone from the list."),
        ({"grace": "-1"}, "There is a problem"),
    ],
)
def test_dates_that_cannot_be_are_explained_at_their_place(
    organiser: Client, db: DbSession, draft: Call, changes: dict[str, str], told: str
) -> None:
    response = post(organiser, f"{HERE}/dates", **(DATES | {"decides_on": "2027-12-01", "seen": 1} | changes))
    assert (response.status_code, told in text(response)) == (422, True)
    db.refresh(draft)
    assert draft.version == 1


def test_of_two_equal_local_times_the_chosen_one_counts(organiser: Client, db: DbSession, draft: Call) -> None:
    twice = DATES | {"closes_on": "2027-10-31", "closes_at": "02:30", "decides_on": "", "seen": "1"}
    assert "Which of the two times do you mean?" in text(post(organiser, f"{HERE}/dates", **twice))
    assert post(organiser, f"{HERE}/dates", **twice, closes_fold="second").status_code == 303
    db.refresh(draft)
    assert draft.closes_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    page = organiser.get(f"{HERE}/dates").text
    assert search(r'<input checked[^>]+name="closes_fold"[^>]+value="second"', page)


def test_moving_the_deadline_of_a_published_call_shows_first_whom_it_concerns_and_can_be_undone(
    organiser: Client, db: DbSession, draft: Call
) -> None:
    call = published(db, draft)
    before = call.closes_at
    factories.application(db, call)
    factories.submitted(db, call)
    shown = post(organiser, f"{HERE}/dates", **DATES, seen=1, step="check")
    assert "It concerns: 1 draft, 1 submitted application." in text(shown)
    db.refresh(call)
    assert call.closes_at == before
    post(organiser, f"{HERE}/dates", **DATES, seen=1, step="save")
    db.refresh(call)
    assert call.closes_at == datetime(2027, 2, 15, 17, 0, tzinfo=UTC)

    page = organiser.get(HERE).text
    undo = search(rf'<form method="post" action="{HERE}/dates">(.*?)</form>', page, DOTALL)
    assert undo
    fields = dict(findall(r'name="(?!csrf_token)([^"]+)" value="([^"]*)"', undo[1]))
    assert post(organiser, f"{HERE}/dates", **fields).status_code == 303
    db.refresh(call)
    assert call.closes_at == before


def test_rules_are_ticked_and_stored(organiser: Client, db: DbSession, draft: Call) -> None:
    fields = {"seen": 1, "completed": "y", "line": "wac-museums", "of_kinds": "y", "kinds": ["museum", "library"]}
    assert post(organiser, f"{HERE}/admission", **fields, once="y", places="12", minutes="").status_code == 303
    db.refresh(draft)
    assert draft.eligibility == [
        {"rule": "completed", "line": "wac-museums", "earlier_seasons": False},
        {"rule": "kinds", "kinds": ["museum", "library"]},
        {"rule": "once_per_season"},
    ]
    assert (draft.places, draft.minutes) == (12, None)
    ticked = findall(r'<input[^>]*\bchecked [^>]*name="(\w+)"', organiser.get(f"{HERE}/admission").text)
    assert ticked == ["completed", "of_kinds", "kinds", "kinds", "once"]


def test_a_rule_that_says_not_what_it_asks_is_refused(organiser: Client, db: DbSession, draft: Call) -> None:
    response = post(organiser, f"{HERE}/admission", seen=1, completed="y", of_kinds="y")
    assert response.status_code == 422
    assert "Choose which programme must have been completed." in text(response)
    assert "Choose at least one kind." in text(response)
    assert post(organiser, f"{HERE}/admission", seen=1).status_code == 303
    db.refresh(draft)
    assert draft.eligibility == []


def test_publishing_closing_and_their_ways_back(organiser: Client, db: DbSession, draft: Call) -> None:
    def state(act: str) -> CallState:
        db.refresh(draft)
        assert post(organiser, f"{HERE}/{act}", seen=draft.version).status_code == 303
        db.refresh(draft)
        return draft.state

    acts = ("publish", "unpublish", "publish", "close", "reopen")
    assert [state(act).value for act in acts] == ["published", "draft", "published", "closed", "published"]
    assert organiser.get("/calls/museums").status_code == 200


def test_a_call_that_somebody_applies_to_does_not_go_back_to_draft(
    organiser: Client, db: DbSession, draft: Call
) -> None:
    factories.application(db, published(db, draft))
    assert "Back to draft" not in get(organiser, HERE)
    refused = post(organiser, f"{HERE}/unpublish", seen=1)
    assert (refused.status_code, "Somebody has begun an application." in text(refused)) == (422, True)


def test_an_act_on_an_older_page_is_refused_and_the_page_shows_how_it_stands(organiser: Client, draft: Call) -> None:
    refused = post(organiser, f"{HERE}/publish", seen=0)
    assert (refused.status_code, "Somebody else has changed this call" in text(refused)) == (409, True)
    assert post(organiser, f"{HERE}/publish", seen="x").status_code == 409


def test_a_newer_version_of_the_form_is_offered_and_taken(organiser: Client, db: DbSession, draft: Call) -> None:
    call = published(db, draft)
    content = call.form.draft
    newer = {"number": 2, "content": content, "published_at": factories.NOW, "published_by": "staff:1"}
    factories.stored(db, FormVersion(form_id=call.form_id, **newer))
    assert "The form has a newer version: 2." in get(organiser, HERE)
    assert post(organiser, f"{HERE}/newest-form", seen=1).status_code == 303
    db.refresh(call)
    assert call.form_version is not None
    assert call.form_version.number == 2


def test_a_draft_chooses_another_form(organiser: Client, db: DbSession, draft: Call) -> None:
    other = factories.form_version(db)
    assert post(organiser, f"{HERE}/form", seen=1, form=other.form_id).status_code == 303
    db.refresh(draft)
    assert draft.form_id == other.form_id


def test_the_call_of_another_season_is_a_draft_with_moved_dates(organiser: Client, db: DbSession, draft: Call) -> None:
    assert "nothing of its applications is" in get(organiser, f"{HERE}/again")
    fields = {"programme": draft.programme_id, "form": draft.form_id, "title_en": "Again", "title_fr": "Encore"}
    response = post(organiser, f"{HERE}/again", **fields, slug="", amount=1, unit="years")
    assert response.headers["Location"] == "/console/calls/wac-museums-2027"
    made = db.scalars(select(Call).where(Call.slug == "wac-museums-2027")).one()
    assert (made.opens_at, made.about_fr) == (datetime(2028, 1, 9, 9, 0, tzinfo=UTC), "about fr")


def test_the_preview_of_a_draft_shows_the_page_as_visitors_will_see_it(organiser: Client, draft: Call) -> None:
    page = get(organiser, f"{HERE}/preview")
    assert "So visitors see it." in page
    assert "Apply before Thursday 21 January 2027, 10:00" in page
    assert organiser.get("/calls/museums").status_code == 404
    assert "Why? Text of at most 100 words" in get(organiser, f"{HERE}/preview/questions")
    assert 'href="/calls/museums/apply"' not in organiser.get(f"{HERE}/preview").text
