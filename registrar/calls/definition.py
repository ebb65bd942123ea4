"""What a form asks: sections, questions, choices and conditions as frozen values, to JSON and back.

A definition is stored whole in a form's draft and in each of its versions. Answers refer to questions by key, so that a
question keeps its answers when it moves or is worded anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from registrar.calls.rules import Audience, Operator, QuestionType

Value = TypeVar("Value")


class MalformedDefinitionError(ValueError):
    """JSON that is no form definition; says where."""


@dataclass(frozen=True)
class Words:
    """A text in both languages; where one is missing the other is shown."""

    en: str = ""
    fr: str = ""

    def in_(self, locale: str) -> str:
        """Return the text in this language, else in the other."""
        return (self.fr or self.en) if locale == "fr" else (self.en or self.fr)


@dataclass(frozen=True)
class Choice:
    """One option of a choice question; `key` is what is stored."""

    key: str
    label: Words


@dataclass(frozen=True)
class Condition:
    """What the answer to an earlier question must be for a question to be asked."""

    question: str
    operator: Operator
    value: str = ""
    """Key of a choice, `yes` or `no`, code of a country, or a number as text."""


@dataclass(frozen=True)
class Question:
    """One question; what does not belong to its type is left at its default."""

    key: str
    """Never changes and never comes back: answers hang on it. Small letters, digits and underscores."""
    type: QuestionType
    label: Words
    help: Words = Words()
    required: bool = True
    audience: Audience = Audience.REVIEWERS
    identifying: bool = False
    """Hidden while review is blind."""
    conditions: tuple[Condition, ...] = ()
    """Asked only if all of them hold."""
    choices: tuple[Choice, ...] = ()
    words: int | None = None
    """Most words of a text."""
    least: int | None = None
    """Smallest number; fewest options, files or people."""
    most: int | None = None
    """Largest number; most options, files or people."""


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    key: str
    title: Words
    help: Words = Words()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A whole form."""

    sections: tuple[Section, ...] = field(default=())

    def questions(self) -> Iterator[Question]:
        """Yield every question in the order in which they are asked."""
        for section in self.sections:
            yield from section.questions

    def question(self, key: str) -> Question | None:
        return next((each for each in self.questions() if each.key == key), None)

    def section(self, key: str) -> Section | None:
        return next((each for each in self.sections if each.key == key), None)

    def section_of(self, question: str) -> Section | None:
        """Return the section that asks this question."""
        return next((each for each in self.sections if any(one.key == question for one in each.questions)), None)


def to_json(value: Any) -> Any:
    """Return a definition or a part of it as JSON values, without what is at its default."""
    if is_dataclass(value):
        given = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: to_json(part) for each, part in given if part != each.default}
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else value


def from_json(given: Mapping[str, Any]) -> Definition:
    """Return the definition that JSON values hold; raise `MalformedDefinitionError` for anything else."""
    return _read(Definition, given, "form")


def question_in(given: Mapping[str, Any], key: str) -> Question | None:
    """Return one question of a stored definition; reading the whole of a long form takes fifty times as long."""
    for section in given.get("sections", ()):
        for question in section.get("questions", ()):
            if question["key"] == key:
                return _read(Question, question, key)
    return None


def remembered(content: Mapping[str, Any]) -> Definition:
    """Return the definition that JSON values hold, read once per content: each answer that is saved asks for it.

    Writing the values as the key takes a tenth of the time of reading them.
    """
    return _remembered(json.dumps(content))


@lru_cache(maxsize=64)
def _remembered(text: str) -> Definition:
    return from_json(json.loads(text))


def _read(kind: type[Value], given: Any, place: str) -> Value:
    """Return `given` as a value of this dataclass; every key must be known and every part of its type."""
    if not isinstance(given, Mapping):
        raise MalformedDefinitionError(f"{place}: a table is expected.")
    hints = _hints(kind)  # type: ignore[arg-type]  # mypy doubts that classes can be hashed
    if unknown := set(given) - set(hints):
        raise MalformedDefinitionError(f"{place}: unknown: {', '.join(sorted(map(str, unknown)))}.")
    parts = {name: _part(hints[name], part, f"{place}.{name}") for name, part in given.items()}
    try:
        return kind(**parts)
    except TypeError as missing:
        raise MalformedDefinitionError(f"{place}: something is missing.") from missing


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Look up once per class what takes longest: a form is read with each answer that is saved."""
    return get_type_hints(kind)


def _part(hint: Any, given: Any, place: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise MalformedDefinitionError(f"{place}: a list is expected.")
        return tuple(_part(get_args(hint)[0], each, f"{place}[{number}]") for number, each in enumerate(given))
    if get_origin(hint) in (Union, UnionType):
        return None if given is None else _part(get_args(hint)[0], given, place)
    if is_dataclass(hint):
        return _read(hint, given, place)  # type: ignore[arg-type]  # a dataclass, not one of its values
    if issubclass(hint, StrEnum):
        return _choice(hint, given, place)
    if type(given) is not hint:
        raise MalformedDefinitionError(f"{place}: {hint.__name__} is expected.")
    return given


def _choice(hint: type[StrEnum], given: Any, place: str) -> StrEnum:
    try:
        return hint(given)
    except ValueError as unknown:
        raise MalformedDefinitionError(f"{place}: one of {', '.join(hint)} is expected.") from unknown
