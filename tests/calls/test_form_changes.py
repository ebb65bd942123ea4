"""What differs between two states of a form."""

from dataclasses import replace
from typing import Any

import pytest

from registrar.calls.definition import Choice, Condition, Definition, Question, Section, Words
from registrar.calls.editing import (
    Place,
    Step,
    add_question,
    add_section,
    move_question,
    move_section,
    place_question,
    remove_question,
    remove_section,
    update_question,
    update_section,
)
from registrar.calls.form_changes import Change, Kind, changes
from registrar.calls.rules import Audience, Operator, QuestionType
from tests.factories import FORM

A, B, C = (Choice(each, Words(each.upper())) for each in "abc")
COLOUR = Question("colour", QuestionType.SINGLE_CHOICE, Words("Colour?"), choices=(A, B))
WITH_COLOUR = add_question(FORM, COLOUR, "you")


def kinds(before: Definition, after: Definition) -> list[tuple[Kind, str]]:
    return [(each.kind, each.key) for each in changes(before, after)]


def with_(key: str, **given: Any) -> Definition:
    question = FORM.question(key)
    assert question
    return update_question(FORM, replace(question, **given))


def test_nothing_differs_from_itself() -> None:
    assert changes(FORM, FORM) == []


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (with_("why", label=Words("What for?")), [(Kind.REWORDED, "why")]),
        (with_("why", help=Words("Briefly")), [(Kind.HELP, "why")]),
        (with_("why", required=False), [(Kind.OPTIONAL, "why")]),
        (with_("plan", required=True), [(Kind.REQUIRED, "plan")]),
        (with_("why", words=200), [(Kind.LIMITS, "why")]),
        (with_("past", conditions=()), [(Kind.CONDITIONS, "past")]),
        (with_("plan", conditions=(Condition("new", Operator.ANSWERED),)), [(Kind.CONDITIONS, "plan")]),
        (with_("why", audience=Audience.ORGANISERS, identifying=True),
         [(Kind.AUDIENCE, "why"), (Kind.IDENTIFYING, "why")]),
        (WITH_COLOUR, [(Kind.ADDED, "colour")]),
        (remove_question(FORM, "why"), [(Kind.REMOVED, "why")]),
        (move_question(FORM, "new", Step.UP), [(Kind.ORDERED, "you")]),
        (place_question(FORM, "past", Place("team", 0)), [(Kind.MOVED, "past")]),
        (add_section(FORM, Section("end", Words("End"))), [(Kind.SECTION_ADDED, "end")]),
        (update_section(FORM, "team", Words("People"), Words()), [(Kind.SECTION_REWORDED, "team")]),
        (move_section(FORM, "team", Step.UP), [(Kind.SECTIONS_ORDERED, "")]),
        (remove_section(FORM, "team"), [(Kind.SECTION_REMOVED, "team"), (Kind.REMOVED, "people"),
                                        (Kind.REMOVED, "plan")]),
    ],
)  # fmt: skip
def test_a_change_is_named(after: Definition, expected: list[tuple[Kind, str]]) -> None:
    assert kinds(FORM, after) == expected


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ((A, B, C), [Change(Kind.CHOICES_ADDED, COLOUR.label, (C.label,), "colour")]),
        ((A,), [Change(Kind.CHOICES_REMOVED, COLOUR.label, (B.label,), "colour")]),
        ((A, replace(B, label=Words("Bee"))),
         [Change(Kind.CHOICES_REWORDED, COLOUR.label, (Words("Bee"),), "colour")]),
        ((B, A), [Change(Kind.CHOICES_ORDERED, COLOUR.label, (), "colour")]),
    ],
)  # fmt: skip
def test_options_are_named(choices: tuple[Choice, ...], expected: list[Change]) -> None:
    assert changes(WITH_COLOUR, update_question(WITH_COLOUR, replace(COLOUR, choices=choices))) == expected
