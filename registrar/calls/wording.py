"""Answers in words, for everybody who reads an application: pages, PDF, exports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from registrar.calls.definition import Question
from registrar.calls.rules import QuestionType
from registrar.calls.values import has_shape, is_blank
from registrar.web.locale import country_name, current_locale, long_date

FileNames = Mapping[int, str]
"""Names of uploads by their number."""


@dataclass(frozen=True)
class Line:
    """One line of an answer; `url` where it leads somewhere, `upload` where it is a file."""

    text: str
    url: str | None = None
    upload: int | None = None


def lines(question: Question, value: Any, files: FileNames | None = None) -> list[Line]:
    """Return an answer as lines to read in the language of the page; none where nothing was answered."""
    if is_blank(value):
        return []
    if not has_shape(question, value):
        return [Line(_choice(question, each)) for each in _leaves(value)]
    match question.type:
        case QuestionType.LONG_TEXT:
            return [Line(each) for each in str(value).splitlines()]
        case QuestionType.SINGLE_CHOICE:
            return [Line(_choice(question, value))]
        case QuestionType.MULTIPLE_CHOICE:
            return [Line(_choice(question, each)) for each in value]
        case QuestionType.YES_NO:
            return [Line(_("Yes") if value else _("No"))]
        case QuestionType.COUNTRY:
            return [Line(country_name(value))]
        case QuestionType.DATE:
            return [Line(_day(value))]
        case QuestionType.LINK:
            return [Line(value, url=value if value.startswith(("https://", "http://")) else None)]
        case QuestionType.FILE:
            return [Line((files or {}).get(each, _("A file that is gone")), upload=each) for each in value]
        case QuestionType.TEAM:
            return [Line(_person(each)) for each in value if not is_blank(each)]
    return [Line(str(value))]


def text(question: Question, value: Any, files: FileNames | None = None) -> str:
    """Return an answer as text with line breaks."""
    return "\n".join(line.text for line in lines(question, value, files))


def _leaves(value: Any) -> Iterator[str]:
    """Yield what an answer holds that was given when the question was asked in another way."""
    if isinstance(value, Mapping):
        yield from _leaves(list(value.values()))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif not is_blank(value):
        yield (_("Yes") if value else _("No")) if isinstance(value, bool) else str(value)


def _choice(question: Question, key: str) -> str:
    """Name a choice; one that the form no longer has by its key."""
    return next((each.label.in_(current_locale()) for each in question.choices if each.key == key), key)


def _day(value: str) -> str:
    try:
        return long_date(date.fromisoformat(value))
    except ValueError:
        return value


def _person(value: Mapping[str, str]) -> str:
    return ", ".join(part for name in ("name", "role", "email") if (part := value.get(name, "").strip()))
