"""Two people have changed one answer: what differs, word by word, and how both may stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from registrar.calls.definition import Question
from registrar.calls.rules import QuestionType

MOST_WORDS = 3_000
"""Comparing takes a time that grows with the square of the words; longer texts are compared line by line."""
_WORDS = re.compile(r"\S+|\s+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+$")


@dataclass(frozen=True)
class Piece:
    """A run of words; `own` if the other text has something else in its place."""

    text: str
    own: bool


def differences(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts as pieces that are the same in both, or each's own."""
    cut = _WORDS if len(one.split()) + len(other.split()) <= MOST_WORDS else _LINES
    left, right = cut.findall(one), cut.findall(other)
    codes = SequenceMatcher(str.isspace, left, right, autojunk=False).get_opcodes()
    return (
        list(_pieces((left[i1:i2], what != "equal") for what, i1, i2, _, _ in codes)),
        list(_pieces((right[j1:j2], what != "equal") for what, _, _, j1, j2 in codes)),
    )


def both(question: Question, theirs: Any, mine: Any) -> Any:
    """Return an answer that holds both; None where only one of them can stand."""
    if not theirs or not mine:
        return None
    match question.type:
        case QuestionType.LONG_TEXT:
            return f"{theirs}\n\n{mine}"
        case QuestionType.SHORT_TEXT:
            return f"{theirs} / {mine}"
        case QuestionType.MULTIPLE_CHOICE | QuestionType.TEAM | QuestionType.FILE:
            return theirs + [each for each in mine if each not in theirs]
    return None


def _pieces(runs: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    return (Piece("".join(words), own) for words, own in runs if words)
