"""A form as frozen values, to JSON and back, read strictly."""

import json
from typing import Any

import pytest

from registrar.calls.definition import Definition, MalformedDefinitionError, Words, from_json, remembered, to_json
from registrar.calls.rules import QuestionType
from tests.factories import FORM


def test_a_form_is_the_same_after_a_way_through_json() -> None:
    assert from_json(json.loads(json.dumps(to_json(FORM)))) == FORM
    assert from_json(to_json(Definition())) == Definition()


def test_a_form_that_was_read_before_is_remembered_by_its_content() -> None:
    content = to_json(FORM)

    assert remembered(content) == FORM
    assert remembered(content) is remembered(to_json(FORM))
    assert remembered({**content, "sections": []}) == Definition()


def test_json_holds_only_what_is_not_usual() -> None:
    question = to_json(FORM)["sections"][1]["questions"][1]

    assert question == {
        "key": "plan", "type": "file", "label": {"en": "A plan", "fr": "Un plan"}, "required": False, "most": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "english", "french"),
    [(Words("a", "b"), "a", "b"), (Words("a"), "a", "a"), (Words(fr="b"), "b", "b"), (Words(), "", "")],
)
def test_where_a_language_is_missing_the_other_is_shown(words: Words, english: str, french: str) -> None:
    assert (words.in_("en"), words.in_("fr")) == (english, french)


def test_questions_and_sections_are_found_by_their_keys() -> None:
    found = FORM.question("people")

    assert found
    assert found.type is QuestionType.TEAM
    assert FORM.section_of("people") is FORM.section("team")
    assert [each.key for each in FORM.questions()] == ["why", "new", "past", "people", "plan"]
    assert (FORM.question("gone"), FORM.section("gone"), FORM.section_of("gone")) == (None, None, None)


def one(**question: Any) -> dict[str, Any]:
    given = {"key": "q", "type": "number", "label": {"en": "?"}, **question}
    return {"sections": [{"key": "s", "title": {}, "questions": [given]}]}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "form: a table is expected."),
        ({"parts": []}, "form: unknown: parts."),
        ({"sections": "many"}, "form.sections: a list is expected."),
        ({"sections": [{"key": "s"}]}, "form.sections[0]: something is missing."),
        ({"sections": [{"key": 3, "title": {}}]}, "form.sections[0].key: str is expected."),
        (one(type="poem"), "form.sections[0].questions[0].type: one of short_text, long_text, single_choice, "
         "multiple_choice, number, date, country, link, yes_no, file, team is expected."),
        (one(least="3"), "form.sections[0].questions[0].least: int is expected."),
        (one(least=True), "form.sections[0].questions[0].least: int is expected."),
        (one(required=1), "form.sections[0].questions[0].required: bool is expected."),
        (one(colour="red"), "form.sections[0].questions[0]: unknown: colour."),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_place(given: Any, message: str) -> None:
    with pytest.raises(MalformedDefinitionError) as refused:
        from_json(given)

    assert str(refused.value) == message
