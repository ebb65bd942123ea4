"""What differs between two states of a form: what is new, gone, reworded, asked in another way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registrar.calls.definition import Choice, Definition, Question, Section, Words


class Kind(StrEnum):
    SECTION_ADDED = "section_added"
    SECTION_REMOVED = "section_removed"
    SECTION_REWORDED = "section_reworded"
    SECTIONS_ORDERED = "sections_ordered"
    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    HELP = "help"
    REQUIRED = "required"
    OPTIONAL = "optional"
    LIMITS = "limits"
    CHOICES_ADDED = "choices_added"
    CHOICES_REMOVED = "choices_removed"
    CHOICES_REWORDED = "choices_reworded"
    CHOICES_ORDERED = "choices_ordered"
    CONDITIONS = "conditions"
    AUDIENCE = "audience"
    IDENTIFYING = "identifying"
    TYPE = "type"
    MOVED = "moved"
    ORDERED = "ordered"


@dataclass(frozen=True)
class Change:
    """One difference: of which question or section (its words), and what more there is to say."""

    kind: Kind
    about: Words | None = None
    details: tuple[Words, ...] = ()
    key: str = ""


def changes(before: Definition, after: Definition) -> list[Change]:
    """Return what has changed, in the order of the form as it is after."""
    return [*_sections(before, after), *_questions(before, after), *_orders(before, after)]


def question_changes(before: Question, after: Question) -> list[Change]:
    """Return what has changed in one question."""
    found = [Change(kind, after.label, key=after.key) for kind, part in _PARTS.items() if part(before) != part(after)]
    if before.required is not after.required:
        found.append(Change(Kind.REQUIRED if after.required else Kind.OPTIONAL, after.label, key=after.key))
    return [*found, *_choices(before, after)]


_PARTS: dict[Kind, Callable[[Question], Any]] = {
    Kind.REWORDED: lambda each: each.label,
    Kind.HELP: lambda each: each.help,
    Kind.TYPE: lambda each: each.type,
    Kind.LIMITS: lambda each: (each.words, each.least, each.most),
    Kind.CONDITIONS: lambda each: each.conditions,
    Kind.AUDIENCE: lambda each: each.audience,
    Kind.IDENTIFYING: lambda each: each.identifying,
}


def _sections(before: Definition, after: Definition) -> Iterator[Change]:
    for section in after.sections:
        old = before.section(section.key)
        if old is None:
            yield Change(Kind.SECTION_ADDED, section.title, key=section.key)
        elif (old.title, old.help) != (section.title, section.help):
            yield Change(Kind.SECTION_REWORDED, section.title, key=section.key)
    for section in before.sections:
        if after.section(section.key) is None:
            yield Change(Kind.SECTION_REMOVED, section.title, key=section.key)


def _questions(before: Definition, after: Definition) -> Iterator[Change]:
    for question in after.questions():
        old = before.question(question.key)
        if old is None:
            yield Change(Kind.ADDED, question.label, key=question.key)
            continue
        yield from question_changes(old, question)
        here, there = after.section_of(question.key), before.section_of(question.key)
        if here and there and here.key != there.key:
            yield Change(Kind.MOVED, question.label, (here.title,), question.key)
    for question in before.questions():
        if after.question(question.key) is None:
            yield Change(Kind.REMOVED, question.label, key=question.key)


def _orders(before: Definition, after: Definition) -> Iterator[Change]:
    """Tell whose order has changed, apart from what came, went or moved to another section."""
    if _reordered(before.sections, after.sections):
        yield Change(Kind.SECTIONS_ORDERED)
    for section in after.sections:
        old = before.section(section.key)
        if old and _reordered(old.questions, section.questions):
            yield Change(Kind.ORDERED, section.title, key=section.key)


def _choices(before: Question, after: Question) -> Iterator[Change]:
    old, new = ({each.key: each.label for each in question.choices} for question in (before, after))
    added = tuple(label for key, label in new.items() if key not in old)
    removed = tuple(label for key, label in old.items() if key not in new)
    reworded = tuple(label for key, label in new.items() if key in old and old[key] != label)
    if added:
        yield Change(Kind.CHOICES_ADDED, after.label, added, after.key)
    if removed:
        yield Change(Kind.CHOICES_REMOVED, after.label, removed, after.key)
    if reworded:
        yield Change(Kind.CHOICES_REWORDED, after.label, reworded, after.key)
    if _reordered(before.choices, after.choices):
        yield Change(Kind.CHOICES_ORDERED, after.label, key=after.key)


def _reordered(
    before: Sequence[Section] | Sequence[Question] | Sequence[Choice],
    after: Sequence[Section] | Sequence[Question] | Sequence[Choice],
) -> bool:
    old, new = [each.key for each in before], [each.key for each in after]
    return [key for key in old if key in new] != [key for key in new if key in old]
