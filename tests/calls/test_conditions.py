"""Which questions are asked, and what counts then."""

from typing import Any

import pytest

from registrar.calls.conditions import (
    OPERATORS,
    asked,
    counting,
    dependents,
    earlier,
    holds,
    is_possible,
    questions_asked,
)
from registrar.calls.definition import Choice, Condition, Definition, Question, Section, Words
from registrar.calls.rules import Operator, QuestionType


def question(key: str, *conditions: Condition, kind: QuestionType = QuestionType.SHORT_TEXT) -> Question:
    return Question(key, kind, Words(key), conditions=conditions)


CHAIN = Definition(
    (
        Section("one", Words(), questions=(question("a", kind=QuestionType.YES_NO),)),
        Section(
            "two",
            Words(),
            questions=(
                question("b", Condition("a", Operator.IS, "yes")),
                question("c", Condition("b", Operator.ANSWERED)),
            ),
        ),
    )
)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        (Operator.IS, "red", "red", True),
        (Operator.IS, "red", "blue", False),
        (Operator.IS, "yes", True, True),
        (Operator.IS, "no", False, True),
        (Operator.IS, "red", None, False),
        (Operator.IS_NOT, "red", "blue", True),
        (Operator.IS_NOT, "red", "red", False),
        (Operator.IS_NOT, "yes", True, False),
        (Operator.IS_NOT, "red", None, True),
        (Operator.IS_NOT, "None", None, True),
        (Operator.INCLUDES, "red", ["blue", "red"], True),
        (Operator.INCLUDES, "red", ["blue"], False),
        (Operator.INCLUDES, "re", "red", False),
        (Operator.AT_LEAST, "3", "3", True),
        (Operator.AT_LEAST, "3", "2,9", False),
        (Operator.AT_LEAST, "3", "many", False),
        (Operator.AT_MOST, "3", "3", True),
        (Operator.AT_MOST, "3", "3.1", False),
        (Operator.AT_MOST, "three", "3", False),
        (Operator.ANSWERED, "", "x", True),
        (Operator.ANSWERED, "", False, True),
        (Operator.ANSWERED, "", " ", False),
    ],
)
def test_a_condition_compares_an_answer(operator: Operator, wanted: str, value: Any, expected: bool) -> None:
    assert holds(Condition("q", operator, wanted), value) is expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {"a"}),
        ({"a": True}, {"a", "b"}),
        ({"a": True, "b": "x"}, {"a", "b", "c"}),
        ({"a": False, "b": "x", "c": "y"}, {"a"}),
    ],
)
def test_an_answer_to_a_hidden_question_asks_nothing(answers: dict[str, Any], expected: set[str]) -> None:
    assert asked(CHAIN, answers) == expected
    assert [each.key for each in questions_asked(CHAIN, answers)] == sorted(expected)


def test_only_answers_that_say_something_to_questions_that_are_asked_count() -> None:
    answers = {"a": True, "b": " ", "c": "x", "gone": "y"}

    assert counting(CHAIN, answers) == {"a": True}


def test_what_stands_before_and_what_hangs_on_a_question() -> None:
    assert [each.key for each in earlier(CHAIN, "c")] == ["a", "b"]
    assert [each.key for each in earlier(CHAIN, "new")] == ["a", "b", "c"]
    assert [each.key for each in dependents(CHAIN, "b")] == ["c"]


def test_every_type_has_operators() -> None:
    assert set(OPERATORS) == set(QuestionType)


@pytest.mark.parametrize(
    ("kind", "operator", "value", "expected"),
    [
        (QuestionType.SINGLE_CHOICE, Operator.IS, "red", True),
        (QuestionType.SINGLE_CHOICE, Operator.IS, "green", False),
        (QuestionType.SINGLE_CHOICE, Operator.INCLUDES, "red", False),
        (QuestionType.MULTIPLE_CHOICE, Operator.INCLUDES, "red", True),
        (QuestionType.YES_NO, Operator.IS, "yes", True),
        (QuestionType.YES_NO, Operator.IS, "maybe", False),
        (QuestionType.NUMBER, Operator.AT_LEAST, "3.5", True),
        (QuestionType.NUMBER, Operator.AT_LEAST, "", False),
        (QuestionType.NUMBER, Operator.IS, "3", False),
        (QuestionType.COUNTRY, Operator.IS_NOT, "FR", True),
        (QuestionType.COUNTRY, Operator.IS_NOT, "", False),
        (QuestionType.FILE, Operator.ANSWERED, "", True),
        (QuestionType.LONG_TEXT, Operator.IS, "x", False),
    ],
)
def test_some_conditions_can_never_hold(kind: QuestionType, operator: Operator, value: str, expected: bool) -> None:
    about = Question("q", kind, Words("?"), choices=(Choice("red", Words("Red")),))

    assert is_possible(Condition("q", operator, value), about) is expected
