"""Answers out of the fields of a page."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from registrar.calls.definition import Question, Words
from registrar.calls.reading import value_in, value_of, was_sent
from registrar.calls.rules import QuestionType

LONE = MultiDict[str, str]([("a-q-asked", "1")])


@pytest.mark.parametrize(
    ("kind", "fields", "value"),
    [
        (QuestionType.SHORT_TEXT, [("a-q", "  Ada ")], "Ada"),
        (QuestionType.LONG_TEXT, [("a-q", "one\r\ntwo")], "one\ntwo"),
        (QuestionType.LONG_TEXT, [("a-q", " \r\n ")], None),
        (QuestionType.NUMBER, [("a-q", "1 250")], "1 250"),
        (QuestionType.SINGLE_CHOICE, [("a-q", "red")], "red"),
        (QuestionType.MULTIPLE_CHOICE, [("a-q", "red"), ("a-q", "blue")], ["red", "blue"]),
        (QuestionType.MULTIPLE_CHOICE, [], None),
        (QuestionType.YES_NO, [("a-q", "yes")], True),
        (QuestionType.YES_NO, [("a-q", "no")], False),
        (QuestionType.YES_NO, [("a-q", "perhaps")], None),
        (QuestionType.TEAM, [("a-q-0-name", " "), ("a-q-2-name", "Ada"), ("a-q-2-email", "ada@example.org")],
         [{"name": "Ada", "role": "", "email": "ada@example.org"}]),
        (QuestionType.TEAM, [], None),
    ],
)  # fmt: skip
def test_a_value_is_read_as_it_is_stored(kind: QuestionType, fields: list[tuple[str, str]], value: Any) -> None:
    assert value_of(Question("q", kind, Words("?")), MultiDict(fields)) == value


def test_a_box_without_a_tick_was_sent_all_the_same() -> None:
    question = Question("q", QuestionType.MULTIPLE_CHOICE, Words("?"))

    assert (was_sent(question, LONE), was_sent(question, MultiDict[str, str]())) == (True, False)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (" Ada\r\nand Bo ", "Ada\nand Bo"),
        ("e\u0301", "é"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        ("\t\n ", None),
        ([], None),
        (["red", "", " blue "], ["red", "blue"]),
        ([{"name": " Ada ", "role": ""}, {"name": " "}], [{"name": "Ada", "role": ""}]),
        (True, True),
        (None, None),
        (12, 12),
    ],
)
def test_json_is_read_as_fields_are(given: Any, value: Any) -> None:
    assert value_in(given) == value
