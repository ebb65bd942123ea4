"""What a document about an application says, for whom: the answers by section, as whoever reads it may see them.

Pure: values in, values out, in the language of the page. PDF, JSON, pages and exports are written from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from registrar.calls.conditions import Answers, asked
from registrar.calls.definition import Definition, Question, Section
from registrar.calls.rules import Audience, QuestionType
from registrar.calls.wording import FileNames, Line, lines


class Reader(StrEnum):
    """Who reads an application."""

    TEAM = "team"
    """Its team, and organisers: everything."""
    REVIEWERS = "reviewers"
    """Without what only organisers see."""
    BLIND_REVIEWERS = "blind_reviewers"
    """Also without what tells who applies: identifying answers, people, names of files."""


@dataclass(frozen=True)
class Entry:
    """A question that was asked and its answer; no lines where nothing was answered."""

    question: Question
    value: Any
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Part:
    """A section with its entries."""

    section: Section
    entries: tuple[Entry, ...]


def contents(
    definition: Definition, answers: Answers, files: FileNames | None = None, reader: Reader = Reader.TEAM
) -> tuple[Part, ...]:
    """Return the sections with the questions that are asked and that the reader may see; none is empty."""
    keys = asked(definition, answers)
    parts = (
        Part(
            section,
            tuple(
                _entry(question, answers.get(question.key), files or {}, reader)
                for question in section.questions
                if question.key in keys and may_read(question, reader)
            ),
        )
        for section in definition.sections
    )
    return tuple(part for part in parts if part.entries)


def may_read(question: Question, reader: Reader) -> bool:
    """Tell whether a reader sees the answer to a question."""
    if reader is Reader.TEAM:
        return True
    if question.audience is Audience.ORGANISERS:
        return False
    tells_who = question.identifying or question.type is QuestionType.TEAM
    return not (tells_who and reader is Reader.BLIND_REVIEWERS)


def _entry(question: Question, value: Any, files: Mapping[int, str], reader: Reader) -> Entry:
    found = lines(question, value, files)
    if question.type is QuestionType.FILE and reader is Reader.BLIND_REVIEWERS:
        found = [replace(line, text=_("File %(number)s", number=n)) for n, line in enumerate(found, 1)]
    return Entry(question, value, tuple(found))
