"""What of an application somebody may see: organisers everything, reviewers less, blind reviewers nobody's name.

One pure function decides it, for pages, prints and exports alike: what it leaves out is nowhere in what it returns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registrar.calls.conditions import asked
from registrar.calls.definition import Definition, Question, Section
from registrar.calls.rules import Audience, QuestionType
from registrar.calls.values import is_blank


class Sight(StrEnum):
    """With whose eyes an application is looked at."""

    FULL = "full"
    """An organiser's."""
    OPEN = "open"
    """A reviewer's who may know who applies."""
    BLIND = "blind"
    """A reviewer's who may not."""


@dataclass(frozen=True)
class Source:
    """An application as it is stored, as far as others may look at it."""

    reference: str
    institution: str
    country: str
    kind: str | None
    people: tuple[str, ...]
    definition: Definition
    answers: Mapping[str, Any]
    files: Mapping[int, str]
    """Names of uploads by number."""


@dataclass(frozen=True)
class Seen:
    """One question with its answer, as it may be seen."""

    question: Question
    value: Any
    is_asked: bool = True
    """An answer to a question that is not asked counts for nothing; only organisers see it."""


@dataclass(frozen=True)
class SeenSection:
    """A section with what may be seen of it; one of which nothing may be seen is left out."""

    section: Section
    answers: tuple[Seen, ...]


@dataclass(frozen=True)
class View:
    """An application as it may be seen; what may not is empty."""

    sight: Sight
    reference: str
    institution: str
    country: str
    kind: str | None
    people: tuple[str, ...]
    sections: tuple[SeenSection, ...]
    files: Mapping[int, str]
    """Names of the uploads that may be opened; without their own names where those could name somebody."""


def view(source: Source, sight: Sight) -> View:
    """Return what may be seen of an application."""
    sections = _sections(source, sight)
    seen = {each.question.key for part in sections for each in part.answers}
    files = _files(source, seen, sight)
    if sight is Sight.BLIND:
        return View(sight, source.reference, "", "", None, (), sections, files)
    return View(
        sight, source.reference, source.institution, source.country, source.kind, source.people, sections, files
    )


def may_be_seen(question: Question, sight: Sight) -> bool:
    """Tell whether the answer to a question may be seen; a list of people always says who applies."""
    if sight is Sight.FULL:
        return True
    if question.audience is Audience.ORGANISERS:
        return False
    return sight is Sight.OPEN or not (question.identifying or question.type is QuestionType.TEAM)


def visible_questions(questions: Sequence[Question], sight: Sight) -> list[Question]:
    """Return the questions whose answers may be seen."""
    return [each for each in questions if may_be_seen(each, sight)]


def _sections(source: Source, sight: Sight) -> tuple[SeenSection, ...]:
    keys = asked(source.definition, source.answers)
    parts = (
        SeenSection(section, tuple(_answers(section, source.answers, keys, sight)))
        for section in source.definition.sections
    )
    return tuple(part for part in parts if part.answers)


def _answers(section: Section, answers: Mapping[str, Any], keys: frozenset[str], sight: Sight) -> list[Seen]:
    questions = visible_questions(section.questions, sight)
    found = [Seen(each, answers.get(each.key), each.key in keys) for each in questions]
    return [each for each in found if each.is_asked or sight is Sight.FULL]


def _files(source: Source, seen: set[str], sight: Sight) -> dict[int, str]:
    """Name the files of answers that may be seen; a file's own name may hold the institution's."""
    keys = [each.key for each in source.definition.questions() if each.type is QuestionType.FILE and each.key in seen]
    numbers = [n for key in keys if not is_blank(source.answers.get(key)) for n in source.answers[key]]
    if sight is Sight.BLIND:
        return {number: f"#{place}" for place, number in enumerate(numbers, start=1)}
    return {number: source.files[number] for number in numbers if number in source.files}
