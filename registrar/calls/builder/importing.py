"""A form out of a file that somebody has downloaded before, read strictly."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from registrar.calls.definition import Definition, MalformedDefinitionError, from_json
from registrar.calls.editing import MOST_CHOICES, MOST_QUESTIONS, MOST_SECTIONS
from registrar.calls.form_checks import KEY
from registrar.errors import N_, Refusal
from registrar.web.forms import invisible

MOST_OCTETS = 1_000_000


class Unreadable(Refusal):
    """The file is no form, or not one that the builder can show."""


def read(content: bytes) -> Definition:
    """Return the form that a file holds, or say what is wrong with it."""
    if len(content) > MOST_OCTETS:
        raise Unreadable(N_("The file is too large."))
    try:
        definition = from_json(json.loads(content))
    except MalformedDefinitionError as mistake:
        raise Unreadable(N_("This is no form. At %(where)s"), where=str(mistake)) from mistake
    except (ValueError, RecursionError) as mistake:
        raise Unreadable(N_("The file is not JSON.")) from mistake
    _refuse_oddities(definition)
    return definition


def _refuse_oddities(definition: Definition) -> None:
    """Refuse what would break pages: odd or repeated keys, invisible characters, too much of everything."""
    questions = list(definition.questions())
    if len(questions) > MOST_QUESTIONS or len(definition.sections) > MOST_SECTIONS:
        raise Unreadable(
            N_("The form is too long: at most %(questions)s questions in %(sections)s sections."),
            questions=MOST_QUESTIONS, sections=MOST_SECTIONS,
        )  # fmt: skip
    if any(len(each.choices) > MOST_CHOICES for each in questions):
        raise Unreadable(N_("Offer at most %(most)s options."), most=MOST_CHOICES)
    groups = [[each.key for each in definition.sections], [each.key for each in questions]]
    groups += [[each.key for each in question.choices] for question in questions]
    for keys in groups:
        odd = next((key for key in keys if not KEY.fullmatch(key) or keys.count(key) > 1), None)
        if odd is not None:
            raise Unreadable(N_("The key “%(key)s” is used twice or not allowed."), key=odd)
    if any(invisible(text, allowed="\n\t") for text in _texts(definition)):
        raise Unreadable(N_("Remove invisible control characters."))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
