"""Changes of a form as pure functions."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registrar.calls.definition import Definition, Question, Section, Words
from registrar.calls.editing import (
    MOST_QUESTIONS,
    MOST_SECTIONS,
    Gone,
    Place,
    Step,
    TooLarge,
    add_question,
    add_section,
    duplicate_question,
    first_number,
    fresh_key,
    move_question,
    move_section,
    place_of,
    place_question,
    remove_question,
    remove_section,
    update_question,
    update_section,
)
from registrar.calls.rules import QuestionType
from registrar.errors import Refusal
from tests.factories import FORM


def order(definition: Definition) -> dict[str, list[str]]:
    return {section.key: [each.key for each in section.questions] for section in definition.sections}


def text(key: str) -> Question:
    return Question(key, QuestionType.SHORT_TEXT, Words(key))


@pytest.mark.parametrize(
    ("key", "step", "expected"),
    [
        ("new", Step.UP, {"you": ["new", "why", "past"], "team": ["people", "plan"]}),
        ("new", Step.DOWN, {"you": ["why", "past", "new"], "team": ["people", "plan"]}),
        ("past", Step.DOWN, {"you": ["why", "new"], "team": ["past", "people", "plan"]}),
        ("people", Step.UP, {"you": ["why", "new", "past", "people"], "team": ["plan"]}),
        ("why", Step.UP, {"you": ["why", "new", "past"], "team": ["people", "plan"]}),
        ("plan", Step.DOWN, {"you": ["why", "new", "past"], "team": ["people", "plan"]}),
    ],
)
def test_a_question_moves_by_one_place_also_into_the_next_section(
    key: str, step: Step, expected: dict[str, list[str]]
) -> None:
    assert order(move_question(FORM, key, step)) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("you", 0), {"you": ["past", "why", "new"], "team": ["people", "plan"]}),
        (Place("you", 2), {"you": ["why", "new", "past"], "team": ["people", "plan"]}),
        (Place("team", 1), {"you": ["why", "new"], "team": ["people", "past", "plan"]}),
        (Place("team", 99), {"you": ["why", "new"], "team": ["people", "plan", "past"]}),
    ],
)
def test_a_question_is_put_where_it_is_dropped(place: Place, expected: dict[str, list[str]]) -> None:
    assert order(place_question(FORM, "past", place)) == expected


def test_sections_move_and_stay_at_the_ends() -> None:
    assert list(order(move_section(FORM, "team", Step.UP))) == ["team", "you"]
    assert move_section(FORM, "you", Step.UP) == FORM
    assert move_section(FORM, "team", Step.DOWN) == FORM


def test_a_section_is_added_reworded_and_removed() -> None:
    longer = add_section(FORM, Section("end", Words("The end")))
    assert list(order(longer)) == ["you", "team", "end"]
    assert list(order(add_section(FORM, Section("start", Words()), 0))) == ["start", "you", "team"]
    reworded = update_section(longer, "end", Words("Last"), Words("Thank you")).section("end")
    assert reworded == Section("end", Words("Last"), Words("Thank you"))
    assert remove_section(longer, "end") == FORM


def test_a_copy_stands_behind_its_question_and_differs_only_in_its_key() -> None:
    copied = duplicate_question(FORM, "new", "q9")

    assert order(copied)["you"] == ["why", "new", "q9", "past"]
    original = FORM.question("new")
    assert original
    assert copied.question("q9") == replace(original, key="q9")


def test_removing_and_adding_at_the_same_place_changes_nothing() -> None:
    place, question = place_of(FORM, "new"), FORM.question("new")
    assert question

    assert add_question(remove_question(FORM, "new"), question, place.section, place.at) == FORM


def test_a_question_keeps_its_kind() -> None:
    question = FORM.question("why")
    assert question
    reworded = replace(question, label=Words("What for?"))

    assert update_question(FORM, reworded).question("why") == reworded
    with pytest.raises(Refusal, match="keeps its kind"):
        update_question(FORM, replace(question, type=QuestionType.DATE))


def test_what_is_gone_cannot_be_changed() -> None:
    acts: tuple[Callable[[], Definition], ...] = (
        lambda: move_question(FORM, "gone", Step.UP),
        lambda: remove_question(FORM, "gone"),
        lambda: update_question(FORM, text("gone")),
        lambda: place_question(FORM, "why", Place("gone", 0)),
        lambda: remove_section(FORM, "gone"),
    )
    for act in acts:
        with pytest.raises(Gone):
            act()


def test_a_key_stands_in_a_form_once() -> None:
    with pytest.raises(Refusal, match="in the form already"):
        add_question(FORM, text("why"), "team")
    with pytest.raises(Refusal, match="in the form already"):
        add_section(FORM, Section("other", Words(), questions=(text("why"),)))
    with pytest.raises(Refusal, match="in the form already"):
        add_section(FORM, Section("you", Words()))


def test_a_form_has_an_end() -> None:
    full = Definition((Section("s", Words(), questions=tuple(text(f"q{n}") for n in range(MOST_QUESTIONS))),))
    with pytest.raises(TooLarge):
        add_question(full, text("more"), "s")
    wide = Definition(tuple(Section(f"s{n}", Words()) for n in range(MOST_SECTIONS)))
    with pytest.raises(TooLarge):
        add_section(wide, Section("more", Words()))


def test_keys_count_with_the_draft_and_avoid_what_is_taken() -> None:
    assert fresh_key("q", 7, ()) == "q7"
    assert fresh_key("q", 7, {"q7", "q7_2"}) == "q7_3"


@pytest.mark.parametrize(("keys", "number"), [((), 1), (("why", "q7", "c12_2"), 13), (("q3",), 4)])
def test_the_draft_of_a_copied_form_counts_on_from_its_keys(keys: tuple[str, ...], number: int) -> None:
    definition = Definition((Section("you", Words(), questions=tuple(text(key) for key in keys)),))

    assert first_number(definition) == number
