"""Organisers write questions: options and conditions without a script, nothing typed is lost, nothing overwritten."""

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from registrar.calls import form_operations
from registrar.calls.definition import Choice, Condition, Question, Words, to_json
from registrar.calls.models import ApplicationForm
from registrar.calls.rules import Audience, Operator, QuestionType
from registrar.db import DbSession
from tests.browsing import send
from tests.calls.builder.conftest import page_of, typed_on
from tests.conftest import Client

TYPED = {"label_en": "Which colour?", "label_fr": "Quelle couleur ?", "required": "yes", "audience": "reviewers"}
COLOURS = {"choice-0-en": "Red", "choice-0-fr": "Rouge", "choice-1-en": "Blue", "choice-1-fr": "Bleu"}
NEW = "/add/question?section=you&type=single_choice"


def stored(db: DbSession, form: ApplicationForm, key: str) -> Question | None:
    db.expire_all()
    return form.draft_definition.question(key)


def add_colour(client: Client, form: ApplicationForm, **more: Any) -> Any:
    return send(client, page_of(form, NEW), do="save", seen="", **TYPED, **COLOURS, **more)


def offered(page: str, name: str) -> list[str]:
    """Return the values of a select."""
    select = re.search(rf'name="{name}".*?</select>', page, re.S)
    assert select
    return re.findall(r'<option value="(\w*)"', select[0])


def test_a_question_is_stored_when_it_is_saved(client: Client, db: DbSession, form: ApplicationForm) -> None:
    assert client.get(page_of(form, NEW)).status_code == 200
    answer = add_colour(client, form, **{"condition-0-question": "new", "condition-0-operator": "is",
                                         "condition-0-value": "yes"})  # fmt: skip

    assert (answer.status_code, answer.location) == (303, page_of(form, "?focus=edit-q1"))
    assert stored(db, form, "q1") == Question(
        "q1", QuestionType.SINGLE_CHOICE, Words("Which colour?", "Quelle couleur ?"),
        choices=(Choice("c1", Words("Red", "Rouge")), Choice("c1_2", Words("Blue", "Bleu"))),
        conditions=(Condition("new", Operator.IS, "yes"),),
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(QuestionType))
def test_a_question_of_every_type_can_be_written(
    client: Client, db: DbSession, form: ApplicationForm, kind: QuestionType
) -> None:
    fields = {**TYPED, **COLOURS, "words": "5", "least": "1", "most": "2", "identifying": "y", "required": "no",
              "audience": "organisers", "help_en": "Help"}  # fmt: skip
    answer = send(client, page_of(form, f"/add/question?section=team&type={kind}"), do="save", seen="", **fields)

    found = stored(db, form, "q1")
    assert (answer.status_code, found is not None) == (303, True)
    assert found
    assert (found.type, found.identifying, found.required, found.audience, found.help) == (
        kind, True, False, Audience.ORGANISERS, Words("Help"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"label_en": " ", "label_fr": ""}, "Write the question in at least one language."),
        ({"words": "0"}, "Enter a number from 1 to 10,000."),
        ({"words": "many"}, "Not a valid integer value."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_the_rest_stays(
    client: Client, form: ApplicationForm, changed: dict[str, str], message: str
) -> None:
    url = page_of(form, "/add/question?section=you&type=long_text")
    answer = send(client, url, do="save", seen="", **{**TYPED, "help_en": "Typed in vain?", **changed})

    assert answer.status_code == 422
    assert message in answer.text
    assert "Typed in vain?</textarea>" in answer.text


def test_a_condition_without_an_answer_is_told(client: Client, form: ApplicationForm) -> None:
    answer = add_colour(client, form, **{"condition-0-question": "new"})

    assert answer.status_code == 422
    assert "Choose the answer that a condition asks for." in answer.text
    assert 'value="Rouge"' in answer.text


@pytest.mark.parametrize(
    ("about", "operators"),
    [("why", ["answered"]), ("new", ["is", "is_not", "answered"])],
)
def test_only_what_the_question_allows_is_offered(
    client: Client, form: ApplicationForm, about: str, operators: list[str]
) -> None:
    looked = {"do": "look", "seen": "", "condition-0-question": about}
    page = send(client, page_of(form, NEW), **TYPED, **looked).text

    assert offered(page, "condition-0-operator") == operators
    assert offered(page, "condition-1-question") == ["", "why", "new", "past"]


def test_options_move_without_a_script_and_keep_their_keys(
    client: Client, db: DbSession, form: ApplicationForm
) -> None:
    add_colour(client, form)
    url = page_of(form, "/questions/q1")
    page = client.get(url).text
    moved = send(client, url, do="choice-down-0", **TYPED, **COLOURS, **typed_on(page)).text
    assert re.findall(r'name="choice-\d-en" value="(\w*)"', moved) == ["Blue", "Red", ""]
    assert re.search(r'id="choice-down-1" autofocus', moved)
    fields = {"choice-0-en": "Navy", "choice-1-en": "Red", "choice-2-en": "Green"}
    send(client, url, do="save", **TYPED, **fields, **typed_on(moved))

    found = stored(db, form, "q1")
    assert found
    assert [(each.key, each.label.en) for each in found.choices] == [("c1_2", "Navy"), ("c1", "Red"), ("c2", "Green")]


def test_an_option_is_removed_and_its_key_does_not_come_back(
    client: Client, db: DbSession, form: ApplicationForm
) -> None:
    add_colour(client, form)
    url = page_of(form, "/questions/q1")
    fewer = send(client, url, do="choice-out-1", **TYPED, **COLOURS, **typed_on(client.get(url).text)).text
    send(client, url, do="save", **TYPED, **{"choice-0-en": "Red", "choice-1-en": "New"}, **typed_on(fewer))

    found = stored(db, form, "q1")
    assert found
    assert [each.key for each in found.choices] == ["c1", "c2"]


def test_more_rows_are_offered(client: Client, form: ApplicationForm) -> None:
    page = send(client, page_of(form, NEW), do="choice-add-2", seen="", **TYPED, **COLOURS).text

    assert len(re.findall(r'name="choice-\d+-en"', page)) == 5
    assert re.search(r'id="choice-2-en" autofocus', page)


def test_a_changed_question_is_shown_as_it_was(client: Client, form: ApplicationForm) -> None:
    page = client.get(page_of(form, "/questions/past")).text

    assert 'value="What have you done?"' in page
    assert re.search(r'<option value="no" selected>', page)
    assert json.loads(typed_on(page)["seen"]) == to_json(form.draft_definition)["sections"][0]["questions"][2]


def test_a_conflict_shows_both_and_loses_nothing(
    client: Client, db: DbSession, form: ApplicationForm, now: datetime
) -> None:
    url = page_of(form, "/questions/why")
    seen = typed_on(client.get(url).text)
    why = stored(db, form, "why")
    assert why
    theirs = replace(why, label=Words("What for?", "Pour quoi ?"))
    form_operations.save_question(db, form.id, theirs, seen=why, by="staff:9", now=now)
    mine = {**TYPED, "label_en": "To what end?", "words": "100"}
    answer = send(client, url, do="save", **mine, **seen)

    assert answer.status_code == 409
    assert "Somebody else has changed this question in the meantime." in answer.text
    assert ("What for?" in answer.text, 'value="To what end?"' in answer.text) == (True, True)
    assert stored(db, form, "why") == theirs
    again = send(client, url, do="save", **mine, **typed_on(answer.text))
    assert (again.status_code, getattr(stored(db, form, "why"), "label", None)) == (
        303, Words("To what end?", "Quelle couleur ?"),
    )  # fmt: skip


def test_a_question_that_another_has_removed_can_be_added_again(
    client: Client, db: DbSession, form: ApplicationForm, now: datetime
) -> None:
    url = page_of(form, "/questions/why")
    seen = typed_on(client.get(url).text)
    form_operations.take_out_question(db, form.id, "why", seen=1, by="staff:9", now=now)
    answer = send(client, url, do="save", **TYPED, **seen)
    assert (answer.status_code, "Add it again" in answer.text) == (409, True)
    send(client, url, do="again", **TYPED, **seen)

    found = stored(db, form, "q2")
    assert found
    assert (stored(db, form, "why"), found.label.en) == (None, "Which colour?")


def test_a_condition_on_a_later_question_stays_until_it_is_changed(
    client: Client, db: DbSession, form: ApplicationForm
) -> None:
    send(client, page_of(form, "/questions/past/arrange"), do="up", seen=1)
    url = page_of(form, "/questions/past")
    page = client.get(url).text
    assert "It is not asked before this question." in page
    kept = {"condition-0-question": "new", "condition-0-operator": "is", "condition-0-value": "no"}
    send(client, url, do="save", **TYPED, **kept, **typed_on(page))

    found = stored(db, form, "past")
    assert found
    assert found.conditions == (Condition("new", Operator.IS, "no"),)


@pytest.mark.parametrize(
    "rest",
    ["/questions/gone", "/add/question?section=gone&type=date", "/add/question?section=you&type=poem"],
)
def test_what_is_not_there_is_not_found(client: Client, form: ApplicationForm, rest: str) -> None:
    assert client.get(page_of(form, rest)).status_code == 404
