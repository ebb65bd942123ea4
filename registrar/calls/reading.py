"""Reads the answers that a page sends: the value of each question out of a form's fields.

A question's field is named `a-<key>`; a person of a team has `a-<key>-<number>-name`, `-role` and `-email`. Files are
not read here: they are uploaded one by one.
"""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from registrar.calls.definition import Question
from registrar.calls.rules import QuestionType
from registrar.calls.values import MOST_PEOPLE, TEAM_FIELDS, is_blank
from registrar.web.forms import tidy

PREFIX = "a-"


def field_name(question: Question) -> str:
    return f"{PREFIX}{question.key}"


def was_sent(question: Question, sent: Mapping[str, Any]) -> bool:
    """Tell whether the page had this question: a box that is not ticked sends nothing but its marker `<name>-asked`."""
    return f"{field_name(question)}-asked" in sent


def value_of(question: Question, sent: MultiDict[str, str]) -> Any:
    """Return the value that was typed or chosen, as `registrar.calls.values` stores it; None where nothing was."""
    name = field_name(question)
    match question.type:
        case QuestionType.MULTIPLE_CHOICE:
            return sent.getlist(name) or None
        case QuestionType.YES_NO:
            return {"yes": True, "no": False}.get(sent.get(name, ""))
        case QuestionType.TEAM:
            return _team(name, sent)
    typed = tidy(sent.get(name, ""))
    return typed or None


def _team(name: str, sent: MultiDict[str, str]) -> list[dict[str, str]] | None:
    rows = (
        {field: tidy(sent.get(f"{name}-{number}-{field}", "")) for field in TEAM_FIELDS}
        for number in range(MOST_PEOPLE)
    )
    return [row for row in rows if not is_blank(row)] or None
