"""What is told about a form before it is published."""

from dataclasses import replace
from typing import Any

import pytest

from registrar.calls.definition import Choice, Condition, Definition, Question, Section, Words
from registrar.calls.editing import Step, move_question, remove_question
from registrar.calls.form_checks import Level, Problem, errors, problems
from registrar.calls.rules import Operator, QuestionType
from tests.factories import FORM

BOTH = Words("Text", "Texte")
RED, BLUE = Choice("red", Words("Red", "Rouge")), Choice("blue", Words("Blue", "Bleu"))


def said(definition: Definition) -> list[str]:
    return [each.message % dict(each.values) for each in problems(definition)]


def asking(*questions: Question) -> Definition:
    return Definition((Section("s", BOTH, questions=questions),))


def one(kind: QuestionType, **given: Any) -> Question:
    choices = (RED, BLUE) if kind in (QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE) else ()
    return Question(**{"key": "q", "type": kind, "label": BOTH, "choices": choices, **given})


def test_a_sound_form_has_no_problem() -> None:
    assert problems(FORM) == []
    assert problems(asking(*(one(kind, key=f"q{n}") for n, kind in enumerate(QuestionType)))) == []


def test_an_empty_form_says_what_to_do() -> None:
    assert said(Definition()) == ["The form asks nothing yet. Add a section and a question."]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (one(QuestionType.DATE, label=Words()), ["The question is not written yet."]),
        (one(QuestionType.DATE, label=Words("Only")), ["The question is missing in one language."]),
        (one(QuestionType.DATE, help=Words("", "Seul")), ["The help text is missing in one language."]),
        (one(QuestionType.DATE, key="Big key"), ["The key “Big key” must be small letters, digits and underscores."]),
        (one(QuestionType.SINGLE_CHOICE, choices=(RED,)), ["Offer at least 2 options."]),
        (one(QuestionType.MULTIPLE_CHOICE, choices=(RED,)), []),
        (one(QuestionType.MULTIPLE_CHOICE, choices=()), ["Offer at least 1 options."]),
        (one(QuestionType.SINGLE_CHOICE, choices=(RED, Choice("b", Words()))), ["An option has no words."]),
        (one(QuestionType.SINGLE_CHOICE, choices=(RED, Choice("b", Words("B")))),
         ["The option “B” is missing in one language."]),
        (one(QuestionType.SINGLE_CHOICE, choices=(RED, replace(RED, key="b"))), ["Two options read “red”."]),
        (one(QuestionType.SINGLE_CHOICE, choices=(RED, replace(BLUE, key="red"))),
         ["The key “red” of an option is used twice or not allowed."] * 2),
        (one(QuestionType.DATE, choices=(RED,)), ["Only questions with a choice have options."]),
        (one(QuestionType.DATE, words=5), ["Only texts have a limit of words."]),
        (one(QuestionType.LONG_TEXT, words=0), ["The limit of words must be from 1 to 10000."]),
        (one(QuestionType.LONG_TEXT, least=1), ["This kind of question has no least and no most."]),
        (one(QuestionType.NUMBER, least=5, most=3), ["The least (5) is more than the most (3)."]),
        (one(QuestionType.NUMBER, least=-5), []),
        (one(QuestionType.FILE, least=-1), ["The most must be at least 1, and the least not below 0."]),
        (one(QuestionType.FILE, most=0), ["The most must be at least 1, and the least not below 0."]),
        (one(QuestionType.FILE, most=11), ["There are at most 10 here; the limits ask for more."]),
        (one(QuestionType.TEAM, least=31), ["There are at most 30 here; the limits ask for more."]),
        (one(QuestionType.MULTIPLE_CHOICE, least=3), ["There are at most 2 here; the limits ask for more."]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_told(question: Question, expected: list[str]) -> None:
    assert said(asking(question)) == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ((Condition("first", Operator.IS, "red"),), []),
        ((Condition("first", Operator.IS, "green"),), ["It depends on an answer to “Text” that cannot be given."]),
        ((Condition("first", Operator.AT_LEAST, "3"),), ["It depends on an answer to “Text” that cannot be given."]),
        ((Condition("q", Operator.ANSWERED),), ["It depends on “Text”, which is asked later. Move one of them."]),
        ((Condition("last", Operator.ANSWERED),), ["It depends on “Text”, which is asked later. Move one of them."]),
        ((Condition("gone", Operator.ANSWERED),), ["It depends on a question that is not in the form any more."]),
        ((Condition("first", Operator.IS, "red"), Condition("first", Operator.IS, "blue")),
         ["Its conditions exclude each other: it would never be asked."]),
    ],
)  # fmt: skip
def test_conditions_ask_about_what_can_be_answered_before(
    conditions: tuple[Condition, ...], expected: list[str]
) -> None:
    first, last = one(QuestionType.SINGLE_CHOICE, key="first"), one(QuestionType.DATE, key="last")

    assert said(asking(first, one(QuestionType.DATE, conditions=conditions), last)) == expected


def test_moving_a_question_before_the_one_it_depends_on_is_told() -> None:
    moved = move_question(FORM, "past", Step.UP)

    assert errors(moved) == [
        Problem(
            Level.ERROR, "It depends on “%(question)s”, which is asked later. Move one of them.", "you", "past",
            (("question", "Is it new to you?"),),
        )
    ]  # fmt: skip
    assert [each.question for each in errors(remove_question(FORM, "new"))] == ["past"]


def test_sections_need_a_title_a_question_and_a_key_of_their_own() -> None:
    untitled = Definition((Section("s", Words(), questions=(one(QuestionType.DATE),)), Section("s", BOTH)))

    assert said(untitled) == [
        "The key “s” is used twice.",
        "The section has no title.",
        "The key “s” is used twice.",
        "The section has no question. Add one, or remove the section.",
    ]


def test_the_same_question_twice_is_an_error() -> None:
    twice = asking(one(QuestionType.DATE), one(QuestionType.NUMBER))

    assert said(twice) == ["The key “q” is used twice."] * 2


def test_a_form_that_nobody_will_finish_is_told() -> None:
    long = asking(*(one(QuestionType.LONG_TEXT, key=f"q{n}", words=100) for n in range(61)))

    assert said(long) == [
        "The form has 61 questions. Few teams will finish it.",
        "Its texts may hold 6100 words together. Reviewers read all of them.",
    ]
    assert errors(long) == []
