"""Answers in words, in the language of the page, whatever was stored."""

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from registrar.calls.definition import Choice, Question, Words
from registrar.calls.rules import QuestionType
from registrar.calls.wording import Line, lines, text

COLOURS = (Choice("red", Words("Red", "Rouge")), Choice("blue", Words("Blue", "Bleu")))


def asking(kind: QuestionType) -> Question:
    return Question("q", kind, Words("?"), choices=COLOURS)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (QuestionType.SHORT_TEXT, "Ada", ["Ada"]),
        (QuestionType.SHORT_TEXT, " ", []),
        (QuestionType.LONG_TEXT, "one\n\ntwo", ["one", "", "two"]),
        (QuestionType.NUMBER, "1 250", ["1 250"]),
        (QuestionType.SINGLE_CHOICE, "red", ["Rouge"]),
        (QuestionType.SINGLE_CHOICE, "green", ["green"]),
        (QuestionType.MULTIPLE_CHOICE, ["blue", "red"], ["Bleu", "Rouge"]),
        (QuestionType.COUNTRY, "BE", ["Belgique"]),
        (QuestionType.DATE, "2027-01-31", ["31 janvier 2027"]),
        (QuestionType.DATE, "soon", ["soon"]),
        (QuestionType.TEAM, [{"name": "Ada", "role": "", "email": "ada@example.org"}, {}], ["Ada, ada@example.org"]),
        (QuestionType.FILE, [7], ["plan.pdf"]),
    ],
)
def test_an_answer_is_written_in_words(app: Flask, kind: QuestionType, value: Any, expected: list[str]) -> None:
    with app.app_context(), force_locale("fr"):
        found = lines(asking(kind), value, {7: "plan.pdf"})

    assert [each.text for each in found] == expected


def test_links_and_files_lead_somewhere(app: Flask) -> None:
    with app.app_context(), force_locale("en"):
        safe = lines(asking(QuestionType.LINK), "https://example.org")
        odd = lines(asking(QuestionType.LINK), "javascript:alert(1)")
        gone = lines(asking(QuestionType.FILE), [8])
        yes = text(asking(QuestionType.YES_NO), True), text(asking(QuestionType.YES_NO), False)

    assert safe == [Line("https://example.org", url="https://example.org")]
    assert odd == [Line("javascript:alert(1)")]
    assert gone == [Line("A file that is gone", upload=8)]
    assert yes == ("Yes", "No")


def test_an_answer_to_a_question_of_another_kind_is_still_readable(app: Flask) -> None:
    values: list[Any] = ["a", 5, True, ["a"], [1], [["a"]], {"a": 1}, [{"name": 3}], [{"name": "Ada"}]]
    with app.app_context(), force_locale("en"):
        found = [text(asking(kind), value) for kind in QuestionType for value in values]

    assert "" not in found
