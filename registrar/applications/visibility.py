"""What of an application somebody may see: organisers everything, reviewers less, blind reviewers nobody's name.

One pure function decides it, for pages, prints and exports alike: what it leaves out is nowhere in what it returns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from registrar.applications.documents.contents import Entry, Part, Reader, contents, may_read
from registrar.applications.masking import strike
from registrar.calls.definition import Definition, Question
from registrar.calls.rules import QuestionType
from registrar.calls.wording import Line
from registrar.people.rules import InstitutionKind

FREE = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT, QuestionType.LINK, QuestionType.TEAM})
"""Types whose answers people write in their own words."""


@dataclass(frozen=True)
class Source:
    """An application as far as others may look at it at all."""

    reference: str
    institution: str
    country: str
    kind: InstitutionKind | None
    people: tuple[str, ...]
    """Names of the team's members."""
    definition: Definition
    answers: Mapping[str, Any]
    files: Mapping[int, str]
    """Names of uploads by number."""
    other_names: tuple[str, ...] = ()
    """Of the institution."""


@dataclass(frozen=True)
class View:
    """An application as its reader may see it; what they may not see is empty."""

    reader: Reader
    reference: str
    institution: str
    country: str
    kind: InstitutionKind | None
    people: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def uploads(self) -> frozenset[int]:
        """Numbers of the files that may be opened."""
        lines = (line for part in self.parts for entry in part.entries for line in entry.lines)
        return frozenset(line.upload for line in lines if line.upload is not None)


def view(source: Source, reader: Reader) -> View:
    """Return what a reader may see of an application."""
    parts = contents(source.definition, source.answers, source.files, reader)
    if reader is Reader.BLIND_REVIEWERS:
        return View(reader, source.reference, "", "", None, (), _nameless(parts, frozenset(_names(source))))
    people = source.people if reader is Reader.TEAM else ()
    return View(reader, source.reference, source.institution, source.country, source.kind, people, parts)


def _names(source: Source) -> Iterator[str]:
    """Yield what tells who applies: the institution's names, people, and what identifying answers say in one line."""
    yield from (source.institution, *source.other_names)
    for person in (*source.people, *_people_named(source)):
        yield from (person, person.split()[-1] if person.split() else "")
    for question in source.definition.questions():
        said = source.answers.get(question.key)
        if question.type is QuestionType.SHORT_TEXT and isinstance(said, str) and _tells_who(question):
            yield said


def _people_named(source: Source) -> Iterator[str]:
    """Yield the people that answers name."""
    for question in source.definition.questions():
        if question.type is QuestionType.TEAM:
            yield from (each.get("name", "") for each in source.answers.get(question.key) or ())


def _tells_who(question: Question) -> bool:
    return question.identifying and not may_read(question, Reader.BLIND_REVIEWERS)


def _nameless(parts: tuple[Part, ...], names: frozenset[str]) -> tuple[Part, ...]:
    """Strike names out of what people wrote in their own words."""
    return tuple(replace(part, entries=tuple(_struck(each, names) for each in part.entries)) for part in parts)


def _struck(entry: Entry, names: frozenset[str]) -> Entry:
    if entry.question.type not in FREE:
        return entry
    lines = tuple(Line(text, line.url if text == line.text else None)
                  for line in entry.lines for text in [strike(line.text, names)])  # fmt: skip
    return replace(entry, value=None, lines=lines)
