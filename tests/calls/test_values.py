"""What an answer is: blank, shaped, right or wrong, for each type of question."""

from decimal import Decimal
from typing import Any

import pytest

from registrar.calls.definition import Choice, Question, Words
from registrar.calls.rules import QuestionType
from registrar.calls.values import count_words, flaw, has_shape, is_blank, number_of

COLOURS = (Choice("red", Words("Red")), Choice("blue", Words("Blue")))


def question(kind: QuestionType, **given: Any) -> Question:
    choices = COLOURS if kind in (QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE) else ()
    return Question("q", kind, Words("?"), **{"choices": choices, **given})


def message(kind: QuestionType, value: Any, **given: Any) -> str | None:
    found = flaw(question(kind, **given), value, {"FR", "BE"})
    return found.message % dict(found.values) if found else None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one", 1),
        ("  two\n words ", 2),
        ("a – dash counts not", 4),
        ("l’art & l’eau", 2),
        ("co-operate", 1),
        ("3 apples…", 2),
    ],
)
def test_words_are_what_stands_between_spaces_and_can_be_read(text: str, count: int) -> None:
    assert count_words(text) == count


def test_a_very_long_line_without_a_letter_is_counted_at_once() -> None:
    assert count_words("-" * 2_000_000) == 0


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", Decimal(12)),
        ("3.5", Decimal("3.5")),
        ("3,5", Decimal("3.5")),
        ("1 250", Decimal(1250)),
        ("1\u202f250,5", Decimal("1250.5")),
        ("12,500", Decimal(12500)),
        ("1,250,000.75", Decimal("1250000.75")),
        ("0,125", Decimal("0.125")),
        ("-4", Decimal(-4)),
        ("twelve", None),
        ("1.2.3", None),
        ("Infinity", None),
        ("9" * 41, None),
        (True, None),
        (["1"], None),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: Any, number: Decimal | None) -> None:
    assert number_of(typed) == number


@pytest.mark.parametrize("value", [None, "", "  \n", [], [""], [{"name": " ", "role": ""}], {}])
def test_these_say_nothing(value: Any) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", ["a", False, True, 0, [0], ["a"], [{"name": "Ada"}]])
def test_these_say_something(value: Any) -> None:
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        (QuestionType.SHORT_TEXT, "a", True),
        (QuestionType.SHORT_TEXT, "a" * 2_001, False),
        (QuestionType.LONG_TEXT, "a" * 50_000, True),
        (QuestionType.LONG_TEXT, "a" * 50_001, False),
        (QuestionType.NUMBER, 12, False),
        (QuestionType.YES_NO, True, True),
        (QuestionType.YES_NO, "yes", False),
        (QuestionType.SINGLE_CHOICE, ["red"], False),
        (QuestionType.MULTIPLE_CHOICE, ["red", "blue"], True),
        (QuestionType.MULTIPLE_CHOICE, ["red", "blue", "red"], False),
        (QuestionType.MULTIPLE_CHOICE, [["red"]], False),
        (QuestionType.FILE, [1, 2], True),
        (QuestionType.FILE, [True], False),
        (QuestionType.TEAM, [{"name": "Ada", "role": "", "email": ""}], True),
        (QuestionType.TEAM, [{"name": "Ada", "age": "36"}], False),
        (QuestionType.TEAM, [{"name": "a" * 301}], False),
        (QuestionType.TEAM, [{"name": "Ada"}] * 31, False),
        (QuestionType.FILE, None, True),
    ],
)
def test_what_may_be_stored_has_the_shape_of_its_question(kind: QuestionType, value: Any, fits: bool) -> None:
    assert has_shape(question(kind), value) is fits


@pytest.mark.parametrize(
    ("kind", "value", "given", "expected"),
    [
        (QuestionType.SHORT_TEXT, " ", {}, "Answer this question."),
        (QuestionType.SHORT_TEXT, " ", {"required": False}, None),
        (QuestionType.SHORT_TEXT, "a\nb", {}, "Use one line of at most 300 characters."),
        (QuestionType.SHORT_TEXT, "one two", {"words": 1}, "Use at most 1 words; you have 2."),
        (QuestionType.LONG_TEXT, "one\ntwo", {"words": 2}, None),
        (QuestionType.LONG_TEXT, "one two three", {"words": 2}, "Use at most 2 words; you have 3."),
        (QuestionType.SINGLE_CHOICE, "red", {}, None),
        (QuestionType.SINGLE_CHOICE, "green", {}, "Choose one of the options."),
        (QuestionType.MULTIPLE_CHOICE, ["green"], {}, "Choose from the options."),
        (QuestionType.MULTIPLE_CHOICE, ["red"], {"least": 2}, "Choose at least 2."),
        (QuestionType.MULTIPLE_CHOICE, ["red", "red"], {"least": 2}, "Choose at least 2."),
        (QuestionType.MULTIPLE_CHOICE, ["red", "blue"], {"most": 1}, "Choose at most 1."),
        (QuestionType.NUMBER, "many", {}, "Enter a number, like 12 or 3.5."),
        (QuestionType.NUMBER, "2", {"least": 3}, "Enter a number of at least 3."),
        (QuestionType.NUMBER, "4", {"most": 3}, "Enter a number of at most 3."),
        (QuestionType.NUMBER, "3", {"least": 3, "most": 3}, None),
        (QuestionType.DATE, "2027-02-30", {}, "Enter a date, like 2027-01-31."),
        (QuestionType.DATE, "2027-02-28", {}, None),
        (QuestionType.COUNTRY, "FR", {}, None),
        (QuestionType.COUNTRY, "ZZ", {}, "Choose a country from the list."),
        (QuestionType.LINK, "https://example.org/a?b=c", {}, None),
        (QuestionType.LINK, "javascript:alert(1)", {}, "https"),
        (QuestionType.LINK, "https://a.example b", {}, "https"),
        (QuestionType.LINK, "https://a.example\nb", {}, "https"),
        (QuestionType.LINK, "http://[::1", {}, "https"),
        (QuestionType.YES_NO, False, {}, None),
        (QuestionType.FILE, [], {}, "Answer this question."),
        (QuestionType.FILE, [1], {"least": 2}, "Add at least 2 files."),
        (QuestionType.FILE, [1, 2], {"most": 1}, "Keep at most 1 files."),
        (QuestionType.TEAM, [{"name": "", "role": "Boss"}], {}, "Give each person a name."),
        (QuestionType.TEAM, [{"name": "Ada"}, {"name": " "}], {"least": 2}, "Name at least 2 people."),
        (QuestionType.TEAM, [{"name": "Ada"}, {"name": "Bo"}], {"most": 1}, "Name at most 1 people."),
    ],
)
def test_a_flaw_says_what_to_do(kind: QuestionType, value: Any, given: dict[str, Any], expected: str | None) -> None:
    if expected == "https":
        expected = "Enter an address that begins with https://, like https://example.org."

    assert message(kind, value, **given) == expected


@pytest.mark.parametrize("kind", list(QuestionType))
@pytest.mark.parametrize("value", ["a", 5, True, ["a"], [1], [["a"]], {"a": 1}, [{"name": 3}]])
def test_an_answer_of_another_kind_is_a_flaw_and_no_fault(kind: QuestionType, value: Any) -> None:
    if has_shape(question(kind), value):
        return

    assert message(kind, value) == "Answer this question again: it is asked in another way now."
