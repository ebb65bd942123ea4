"""Changes of a form as pure functions: a definition goes in, the changed one comes out.

Questions and sections are named by their keys, so that a change means the same after somebody else's. A key is given
once: `fresh_key` counts with the number of the draft, which only grows.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from registrar.calls.definition import Definition, Question, Section, Words
from registrar.errors import N_, Conflict, Refusal

MOST_SECTIONS = 30
MOST_QUESTIONS = 150
MOST_CHOICES = 60
_COUNTED = re.compile(r"[a-z]+(\d{1,9})(_\d+)?")


class Step(StrEnum):
    """One place towards the beginning or the end."""

    UP = "up"
    DOWN = "down"


class Gone(Conflict):
    """What was to be changed is not in the form any more."""


class TooLarge(Refusal):
    """The form has as many parts as it may."""


@dataclass(frozen=True)
class Place:
    """Where a question stands: in which section, before which of its questions, counted from 0."""

    section: str
    at: int


def keys(definition: Definition) -> Iterator[str]:
    """Yield every key of a form: of sections, questions and choices."""
    for section in definition.sections:
        yield section.key
        for question in section.questions:
            yield question.key
            yield from (each.key for each in question.choices)


def fresh_key(letter: str, number: int, taken: Collection[str]) -> str:
    """Return a key made in the draft of this number that nothing has: `q12`, `q12_2`."""
    found, second = f"{letter}{number}", 2
    while found in taken:
        found, second = f"{letter}{number}_{second}", second + 1
    return found


def first_number(definition: Definition) -> int:
    """Return the number with which the draft of a copied form begins, beyond all that its keys were made with."""
    found = (_COUNTED.fullmatch(each) for each in keys(definition))
    return max((int(each[1]) for each in found if each), default=0) + 1


def add_section(definition: Definition, section: Section, at: int | None = None) -> Definition:
    """Add a section at the end, or before the one with this number."""
    if len(definition.sections) >= MOST_SECTIONS:
        raise TooLarge(N_("A form has at most %(most)s sections."), most=MOST_SECTIONS)
    if definition.section(section.key):
        raise Refusal(N_("This section is in the form already."))
    _refuse_twice(definition, section.questions)
    sections = list(definition.sections)
    sections.insert(len(sections) if at is None else at, section)
    return Definition(tuple(sections))


def update_section(definition: Definition, key: str, title: Words, help: Words) -> Definition:
    """Word a section anew."""
    return _with_section(definition, key, lambda section: replace(section, title=title, help=help))


def move_section(definition: Definition, key: str, step: Step) -> Definition:
    """Move a section by one place; at the end it stays."""
    sections = list(definition.sections)
    place = sections.index(_section(definition, key))
    _swap(sections, place, step)
    return Definition(tuple(sections))


def remove_section(definition: Definition, key: str) -> Definition:
    """Take a section out with its questions."""
    gone = _section(definition, key)
    return Definition(tuple(each for each in definition.sections if each is not gone))


def add_question(definition: Definition, question: Question, section: str, at: int | None = None) -> Definition:
    """Add a question at the end of a section, or before the one with this number."""
    _refuse_twice(definition, (question,))

    def put(found: Section) -> Section:
        questions = list(found.questions)
        questions.insert(len(questions) if at is None else at, question)
        return replace(found, questions=tuple(questions))

    return _with_section(definition, section, put)


def update_question(definition: Definition, question: Question) -> Definition:
    """Put a question in the place of the one with its key; what kind of answer it takes stays."""
    before = _question(definition, question.key)
    if before.type is not question.type:
        raise Refusal(N_("A question keeps its kind, because answers hang on it. Add another question instead."))
    return Definition(tuple(_replaced(each, question) for each in definition.sections))


def move_question(definition: Definition, key: str, step: Step) -> Definition:
    """Move a question by one place; from the edge of its section into the next one."""
    place, number = _place(definition, key)
    count = len(definition.sections[number].questions)
    at = place.at + (1 if step is Step.DOWN else -1)
    if 0 <= at < count:
        return place_question(definition, key, Place(place.section, at))
    beyond = number + (1 if step is Step.DOWN else -1)
    if not 0 <= beyond < len(definition.sections):
        return definition
    other = definition.sections[beyond]
    return place_question(definition, key, Place(other.key, 0 if step is Step.DOWN else len(other.questions)))


def place_question(definition: Definition, key: str, place: Place) -> Definition:
    """Move a question to a place, counted without the question itself."""
    question = _question(definition, key)
    _section(definition, place.section)
    return add_question(remove_question(definition, key), question, place.section, place.at)


def remove_question(definition: Definition, key: str) -> Definition:
    """Take a question out; conditions on it stay, so that bringing it back restores all (`form_checks` tells them)."""
    gone = _question(definition, key)
    return Definition(
        tuple(
            replace(each, questions=tuple(one for one in each.questions if one is not gone))
            for each in definition.sections
        )
    )


def duplicate_question(definition: Definition, key: str, fresh: str) -> Definition:
    """Put a copy of a question behind it, under a key of its own."""
    place, _number = _place(definition, key)
    return add_question(definition, replace(_question(definition, key), key=fresh), place.section, place.at + 1)


def place_of(definition: Definition, key: str) -> Place:
    """Return where a question stands."""
    return _place(definition, key)[0]


def section_number(definition: Definition, key: str) -> int:
    """Return the place of a section, from 0."""
    return definition.sections.index(_section(definition, key))


def _place(definition: Definition, key: str) -> tuple[Place, int]:
    for number, section in enumerate(definition.sections):
        for at, question in enumerate(section.questions):
            if question.key == key:
                return Place(section.key, at), number
    raise Gone(N_("This question is not in the form any more."))


def _question(definition: Definition, key: str) -> Question:
    if found := definition.question(key):
        return found
    raise Gone(N_("This question is not in the form any more."))


def _section(definition: Definition, key: str) -> Section:
    if found := definition.section(key):
        return found
    raise Gone(N_("This section is not in the form any more."))


def _refuse_twice(definition: Definition, questions: Collection[Question]) -> None:
    there = {each.key for each in definition.questions()}
    if any(each.key in there for each in questions):
        raise Refusal(N_("This question is in the form already."))
    if len(there) + len(questions) > MOST_QUESTIONS:
        raise TooLarge(N_("A form has at most %(most)s questions."), most=MOST_QUESTIONS)


def _with_section(definition: Definition, key: str, change: Callable[[Section], Section]) -> Definition:
    wanted = _section(definition, key)
    return Definition(tuple(change(each) if each is wanted else each for each in definition.sections))


def _replaced(section: Section, question: Question) -> Section:
    return replace(
        section, questions=tuple(question if each.key == question.key else each for each in section.questions)
    )


def _swap(parts: list[Section], place: int, step: Step) -> None:
    other = place + (1 if step is Step.DOWN else -1)
    if 0 <= other < len(parts):
        parts[place], parts[other] = parts[other], parts[place]
