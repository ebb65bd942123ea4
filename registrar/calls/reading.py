"""Reads the answers that a page sends: the value of each question out of a form's fields, or out of JSON.

A question's field is named `a-<key>`; a person of a team has `a-<key>-<number>-name`, `-role` and `-email`. Files are
not read here: they are uploaded one by one.
"""

from collections.abc import Mapping
from typing import Any
from unicodedata import category

from werkzeug.datastructures import MultiDict

from registrar.calls.definition import Question
from registrar.calls.rules import QuestionType
from registrar.calls.values import MOST_PEOPLE, TEAM_FIELDS, is_blank
from registrar.web.forms import tidy

PREFIX = "a-"
_NO_TEXT = frozenset({"Cc", "Cs"})
"""Control characters and halves of a pair: no keyboard types them, and not every database stores them."""


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
    return _clean(sent.get(name, "")) or None


def value_in(given: Any) -> Any:
    """Return a value that a script sends as JSON the way `value_of` returns what a form sends."""
    if isinstance(given, str):
        return _clean(given) or None
    if isinstance(given, dict):
        return {name: value_in(part) or "" for name, part in given.items()}
    if isinstance(given, list):
        return [value_in(each) for each in given if not is_blank(each)] or None
    return given


def _clean(text: str) -> str:
    cleaned: str = tidy(text)
    return "".join(sign for sign in cleaned if sign in "\n\t" or category(sign) not in _NO_TEXT)


def _team(name: str, sent: MultiDict[str, str]) -> list[dict[str, str]] | None:
    rows = (
        {field: _clean(sent.get(f"{name}-{number}-{field}", "")) for field in TEAM_FIELDS}
        for number in range(MOST_PEOPLE)
    )
    return [row for row in rows if not is_blank(row)] or None
