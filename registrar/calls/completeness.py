"""Whether a form is filled in: flaws of the answers, section by section."""

from collections.abc import Collection
from enum import StrEnum

from registrar.calls.conditions import Answers, asked
from registrar.calls.definition import Definition, Section
from registrar.calls.values import Flaw, flaw, is_blank


class Progress(StrEnum):
    """How far a section is filled in."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    DONE = "done"
    SKIPPED = "skipped"
    """Nothing of it is asked."""


def flaws(definition: Definition, answers: Answers, countries: Collection[str] = ()) -> list[Flaw]:
    """Return what stands in the way of submitting, in the order of the questions; hidden ones are not required."""
    keys = asked(definition, answers)
    found = (flaw(each, answers.get(each.key), countries) for each in definition.questions() if each.key in keys)
    return [each for each in found if each is not None]


def progress(section: Section, definition: Definition, answers: Answers, countries: Collection[str] = ()) -> Progress:
    """Return how far a section is filled in."""
    keys = asked(definition, answers)
    questions = [each for each in section.questions if each.key in keys]
    if not questions:
        return Progress.SKIPPED
    if all(is_blank(answers.get(each.key)) for each in questions):
        return Progress.NOT_STARTED
    ready = not any(flaw(each, answers.get(each.key), countries) for each in questions)
    return Progress.DONE if ready else Progress.STARTED
