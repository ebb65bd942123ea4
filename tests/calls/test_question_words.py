"""What questions expect and when they are asked, in words."""

import pytest

from registrar.calls.definition import Choice, Condition, Definition, Question, Section, Words
from registrar.calls.question_words import expected, when_asked
from registrar.calls.rules import Operator, QuestionType

pytestmark = pytest.mark.usefixtures("context")
CHOICES = tuple(Choice(key, Words(key.upper())) for key in "abcd")


def question(kind: QuestionType, **given: object) -> Question:
    return Question("q", kind, Words("What?"), **given)  # type: ignore[arg-type]  # whatever a test gives


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (question(QuestionType.LONG_TEXT, words=150), "Text of at most 150 words"),
        (question(QuestionType.SHORT_TEXT), "One line"),
        (question(QuestionType.LONG_TEXT), "Text"),
        (question(QuestionType.SINGLE_CHOICE, choices=CHOICES), "Choose one"),
        (question(QuestionType.MULTIPLE_CHOICE, choices=CHOICES), "Choose all that apply"),
        (question(QuestionType.MULTIPLE_CHOICE, choices=CHOICES, most=3), "Choose at most 3 of these"),
        (question(QuestionType.MULTIPLE_CHOICE, choices=CHOICES, most=4), "Choose all that apply"),
        (question(QuestionType.NUMBER), "A number"),
        (question(QuestionType.DATE), "A date"),
        (question(QuestionType.COUNTRY), "A country"),
        (question(QuestionType.LINK), "A web address"),
        (question(QuestionType.YES_NO), "Yes or no"),
        (question(QuestionType.FILE), "A file"),
        (question(QuestionType.FILE, most=2), "Up to 2 files"),
        (question(QuestionType.TEAM, least=2, most=5), "2 to 5 people, with name, role and e-mail address"),
        (question(QuestionType.TEAM), "People, with name, role and e-mail address"),
    ],
)
def test_each_kind_of_question_says_what_it_expects(asked: Question, words: str) -> None:
    assert expected(asked) == words


@pytest.mark.parametrize(
    ("about", "operator", "value", "words"),
    [
        (question(QuestionType.YES_NO), Operator.IS, "no", "Only if the answer to “What?” is “No”."),
        (
            question(QuestionType.SINGLE_CHOICE, choices=CHOICES), Operator.IS_NOT, "b",
            "Only if the answer to “What?” is not “B”.",
        ),
        (
            question(QuestionType.MULTIPLE_CHOICE, choices=CHOICES), Operator.INCLUDES, "c",
            "Only if “C” is chosen at “What?”.",
        ),
        (question(QuestionType.NUMBER), Operator.AT_LEAST, "3", "Only if the answer to “What?” is at least 3."),
        (question(QuestionType.NUMBER), Operator.AT_MOST, "3", "Only if the answer to “What?” is at most 3."),
        (question(QuestionType.COUNTRY), Operator.IS, "FR", "Only if the answer to “What?” is “France”."),
        (question(QuestionType.LINK), Operator.ANSWERED, "", "Only if “What?” is answered."),
    ],
)  # fmt: skip
def test_a_condition_says_when_its_question_is_asked(
    about: Question, operator: Operator, value: str, words: str
) -> None:
    definition = Definition((Section("s", Words("S"), questions=(about,)),))
    assert when_asked(Condition("q", operator, value), definition) == words


def test_a_condition_on_nothing_says_nothing() -> None:
    assert when_asked(Condition("gone", Operator.IS, "x"), Definition()) == ""
