"""Organisers see their forms, begin new ones, move the parts of one, and take removals back."""

import json
import re
from io import BytesIO

import pytest

from registrar.calls import form_operations, form_queries
from registrar.calls.definition import Definition, Words, to_json
from registrar.calls.models import ApplicationForm
from registrar.db import DbSession
from tests import factories
from tests.browsing import csrf_token, send
from tests.calls.builder.conftest import page_of
from tests.conftest import Client
from tests.factories import FORM, NOW

FORMS = "/console/forms"


def order(db: DbSession, form: ApplicationForm) -> list[str]:
    db.expire_all()
    return [each.key for each in form.draft_definition.questions()]


def arrange(client: Client, form: ApplicationForm, part: str, do: str, seen: int = 1, **more: str) -> tuple[int, str]:
    answer = send(client, page_of(form, f"/{part}/arrange"), do=do, seen=seen, **more)
    return answer.status_code, answer.location or ""


def test_the_empty_list_says_what_to_do(client: Client) -> None:
    page = client.get(FORMS).text

    assert "No form yet" in page
    assert f'href="{FORMS}/new"' in page


def test_the_list_tells_who_uses_what(client: Client, db: DbSession) -> None:
    call = factories.call(db, title_en="WAC Museums 2027")
    form_operations.rename(db, call.form, "Museums", by="staff:1", now=NOW)
    page = client.get(FORMS).text

    assert re.search(rf'<a href="{page_of(call.form)}">Museums</a>', page)
    assert "WAC Museums 2027" in page
    assert "Unpublished changes" not in page


def test_a_form_begins_empty(client: Client, db: DbSession) -> None:
    answer = send(client, f"{FORMS}/new", name="Museums", source="")

    made = form_queries.listing(db)[0].form
    assert (answer.status_code, answer.location, made.draft_definition) == (303, page_of(made), Definition())
    assert "The form is empty" in client.get(page_of(made)).text


def test_a_form_begins_with_another(client: Client, db: DbSession, form: ApplicationForm) -> None:
    version = factories.form_version(db)
    for name, source in (("Copy", f"draft:{form.id}"), ("Second copy", f"version:{version.id}")):
        assert send(client, f"{FORMS}/new", name=name, source=source).status_code == 303

    copies = [each.form for each in form_queries.listing(db) if "opy" in each.form.name]
    assert [each.draft_definition for each in copies] == [FORM, FORM]


def test_a_form_goes_out_as_a_file_and_comes_in_again(client: Client, db: DbSession, form: ApplicationForm) -> None:
    content = client.get(page_of(form, "/draft.json"))
    assert content.headers["Content-Disposition"] == f'attachment; filename="form-{form.id}-draft.json"'
    upload = (BytesIO(content.data), "form.json")
    answer = send(client, f"{FORMS}/new", name="Again", source="", file=upload)

    assert answer.status_code == 303
    assert form_queries.listing(db)[0].form.draft_definition == FORM


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG", "The file is not JSON."),
        (b"[" * 100_000, "The file is not JSON."),
        (b'{"parts": []}', "At form: unknown: parts."),
        (json.dumps({"sections": [{"key": "a/b", "title": {}}]}).encode(), "The key “a/b” is used twice or not"),
        (json.dumps({"sections": [{"key": "a", "title": {"en": "\ud800"}}]}).encode(), "Remove invisible"),
    ],
)
def test_a_file_that_is_no_form_is_refused_at_its_field(
    client: Client, db: DbSession, content: bytes, message: str
) -> None:
    answer = send(client, f"{FORMS}/new", name="Typed", source="", file=(BytesIO(content), "form.json"))

    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Typed"' in answer.text
    assert form_queries.listing(db) == []


def test_a_name_that_is_taken_is_told(client: Client, form: ApplicationForm) -> None:
    assert send(client, f"{FORMS}/new", name="Museums", source="").status_code == 422
    answer = send(client, page_of(form, "/name"), name="")
    assert (answer.status_code, "Give the form a name." in answer.text) == (422, True)
    assert send(client, page_of(form, "/name"), name="Museums 2028").status_code == 303


def test_the_builder_shows_every_part(client: Client, form: ApplicationForm) -> None:
    page = client.get(page_of(form)).text

    assert [f"/questions/{each.key}" in page for each in FORM.questions()] == [True] * 5
    assert "Only if “Is it new to you?” is No" in page
    assert re.search(r'data-ask="past" hidden', page)
    assert re.search(r'data-ask="why">', page)


@pytest.mark.parametrize(
    ("part", "do", "more", "expected", "focus"),
    [
        ("questions/new", "up", {}, ["new", "why", "past", "people", "plan"], "up-new"),
        ("questions/new", "down", {}, ["why", "past", "new", "people", "plan"], "down-new"),
        ("questions/why", "to", {"section": "team"}, ["new", "past", "people", "plan", "why"], "to-why"),
        ("questions/why", "to", {"section": "team", "at": "1"}, ["new", "past", "people", "why", "plan"], "to-why"),
        ("questions/why", "copy", {}, ["why", "q1", "new", "past", "people", "plan"], "copy-q1"),
        ("sections/team", "up", {}, ["people", "plan", "why", "new", "past"], "up-section-team"),
    ],
)
def test_parts_are_moved_and_the_focus_stays(
    client: Client, db: DbSession, form: ApplicationForm,
    part: str, do: str, more: dict[str, str], expected: list[str], focus: str,
) -> None:  # fmt: skip
    status, location = arrange(client, form, part, do, 1, **more)

    assert (status, location, order(db, form)) == (303, page_of(form, f"?focus={focus}"), expected)
    assert re.search(rf'id="{focus}" autofocus', client.get(location).text)


@pytest.mark.parametrize("part", ["questions/new", "sections/you"])
def test_a_removal_is_taken_back_with_one_button(
    client: Client, db: DbSession, form: ApplicationForm, part: str
) -> None:
    _status, location = arrange(client, form, part, "out")
    page = client.get(location).text
    entry = re.search(r'name="entry" value="(\d+)"', page)
    assert entry
    assert part.partition("/")[2] not in {*order(db, form), *(each.key for each in form.draft_definition.sections)}
    send(client, page_of(form, "/undo"), entry=entry[1])

    assert order(db, form) == ["why", "new", "past", "people", "plan"]


def test_removing_a_question_tells_which_ones_ask_about_it(client: Client, form: ApplicationForm) -> None:
    _status, location = arrange(client, form, "questions/new", "out")
    page = client.get(location).text

    assert "Only asked because of it: “What have you done?”" in page
    assert "It depends on a question that is not in the form any more." in page


def test_a_second_organiser_sees_what_the_first_has_changed(
    client: Client, db: DbSession, form: ApplicationForm
) -> None:
    arrange(client, form, "questions/new", "up")
    answer = send(client, page_of(form, "/questions/plan/arrange"), do="out", seen=1)

    assert answer.status_code == 409
    assert "Somebody else has changed this form in the meantime." in answer.text
    assert "Robin: moved a question: “Is it new to you?”" in answer.text
    assert "plan" in order(db, form)
    assert arrange(client, form, "questions/plan", "out", seen=2)[0] == 303


def test_what_is_gone_is_told_kindly(client: Client, form: ApplicationForm) -> None:
    assert send(client, page_of(form, "/questions/gone/arrange"), do="up", seen=1).status_code == 409
    assert send(client, page_of(form, "/questions/why/arrange"), do="up", seen="x").status_code == 409
    assert send(client, page_of(form, "/questions/why/arrange"), do="jump", seen=1).status_code == 400
    assert send(client, page_of(form, "/undo"), entry="99999").status_code == 404
    assert client.get("/console/forms/999").status_code == 404


def test_the_preview_asks_what_the_answers_ask_for(client: Client, form: ApplicationForm) -> None:
    page = client.get(page_of(form, "/preview?preview=fr")).text
    tried = send(client, page_of(form, "/preview"), **{"preview": "fr", "a-new": "no", "a-why": "Parce que"}).text

    assert "Est-ce nouveau pour vous" in page
    assert [bool(re.search(r'data-ask="past" hidden', each)) for each in (page, tried)] == [True, False]
    assert "Parce que</textarea>" in tried


def test_a_form_with_a_missing_language_says_so(client: Client, db: DbSession) -> None:
    form = form_operations.create(db, "Half", FORM, by="staff:1", now=NOW)
    seen = FORM.section("you")
    assert seen
    half = type(seen)("you", Words("Only English"))
    form_operations.save_section(db, form.id, half, seen=seen, by="staff:1", now=NOW)
    page = client.get(page_of(form)).text

    assert "French is missing" in page
    assert "The title is missing in one language." in page


def test_only_the_team_sees_forms(app_client: Client, form: ApplicationForm) -> None:
    answers = [app_client.get(path).status_code for path in (FORMS, page_of(form), page_of(form, "/draft.json"))]

    assert answers == [303, 303, 303]
    assert csrf_token(app_client)


def test_the_file_of_a_form_is_what_is_stored(client: Client, form: ApplicationForm) -> None:
    assert json.loads(client.get(page_of(form, "/draft.json")).text) == to_json(FORM)
