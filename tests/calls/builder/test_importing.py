"""Forms out of files, read strictly."""

import json
from dataclasses import replace

import pytest

from registrar.calls.builder.importing import MOST_OCTETS, Unreadable, read
from registrar.calls.definition import Choice, Definition, Question, Section, Words, to_json
from registrar.calls.editing import MOST_CHOICES, MOST_QUESTIONS
from registrar.calls.rules import QuestionType
from tests.factories import FORM

DATE = Question("q", QuestionType.DATE, Words("When?"))


def file_of(definition: Definition) -> bytes:
    return json.dumps(to_json(definition)).encode()


def asking(*questions: Question) -> Definition:
    return Definition((Section("s", Words(), questions=questions),))


def test_what_was_downloaded_is_read() -> None:
    assert read(file_of(FORM)) == FORM


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x" * (MOST_OCTETS + 1), "The file is too large."),
        (file_of(asking(DATE, DATE)), "The key “q” is used twice or not allowed."),
        (file_of(asking(replace(DATE, key="q/1"))), "The key “q/1” is used twice or not allowed."),
        (file_of(asking(replace(DATE, choices=(Choice("", Words()),)))), "The key “” is used twice or not allowed."),
        (file_of(asking(replace(DATE, help=Words("a\x00b")))), "Remove invisible control characters."),
        (file_of(asking(replace(DATE, label=Words("\u202eevil")))), "Remove invisible control characters."),
        (
            file_of(asking(replace(DATE, choices=tuple(Choice(f"c{n}", Words()) for n in range(MOST_CHOICES + 1))))),
            "Offer at most 60 options.",
        ),
        (
            file_of(asking(*(replace(DATE, key=f"q{n}") for n in range(MOST_QUESTIONS + 1)))),
            "The form is too long: at most 150 questions in 30 sections.",
        ),
    ],
)
def test_what_would_break_pages_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)

    assert str(refused.value) == message
