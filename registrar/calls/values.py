"""What an answer is: how it is stored for each type of question, when it is blank, and what may be wrong with it.

Answers are stored as they were typed, so that nothing is lost while a person is still typing; checks only tell.

    short_text, long_text, number, date, link   the text
    single_choice                               the key of the choice
    multiple_choice                             a list of keys
    country                                     ISO 3166-1 alpha-2
    yes_no                                      true or false
    file                                        a list of the numbers of uploads
    team                                        a list of {"name", "role", "email"}
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from registrar.calls.definition import Question
from registrar.calls.rules import QuestionType
from registrar.errors import N_

SHORT_TEXT_LENGTH = 300
LONG_TEXT_LENGTH = 50_000
LINK_LENGTH = 2_000
MOST_PEOPLE = 30
TEAM_FIELDS = ("name", "role", "email")
TEXTS = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT, QuestionType.NUMBER, QuestionType.DATE,
                   QuestionType.LINK, QuestionType.COUNTRY, QuestionType.SINGLE_CHOICE})  # fmt: skip
_LETTER = re.compile(r"\w")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


@dataclass(frozen=True)
class Flaw:
    """What is wrong with an answer, in words that a participant may read; `values` fill the placeholders."""

    question: str
    message: str
    values: tuple[tuple[str, object], ...] = ()


def count_words(text: str) -> int:
    """Count what stands between spaces and holds a letter or a digit: a dash alone is no word.

    In two steps, because one expression for both takes quadratic time on a long line of dashes.
    """
    return sum(1 for each in text.split() if _LETTER.search(each))


def number_of(value: Any) -> Decimal | None:
    """Return the number that was typed, with a comma or a point before decimals and spaces between thousands.

    A comma before exactly three digits separates thousands too: 12,500 visitors are not twelve and a half.
    `static/js/conditions.js` reads numbers the same way.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = re.sub(r"[\s'’]", "", str(value))
    text = text.replace(",", "" if _THOUSANDS.fullmatch(text) else ".")
    return Decimal(text) if len(text) <= 40 and _NUMBER.fullmatch(text) else None


def is_blank(value: Any) -> bool:
    """Tell whether an answer says nothing; "no" and zero do say something."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list):
        return all(is_blank(each) for each in value)
    if isinstance(value, dict):
        return all(is_blank(each) for each in value.values())
    return value is None


def has_shape(question: Question, value: Any) -> bool:
    """Tell whether a value may be stored as an answer to the question, right or wrong; None withdraws the answer."""
    if value is None:
        return True
    match question.type:
        case QuestionType.YES_NO:
            return isinstance(value, bool)
        case QuestionType.MULTIPLE_CHOICE:
            return _is_list_of(value, str, len(question.choices))
        case QuestionType.FILE:
            return _is_list_of(value, int, 100)
        case QuestionType.TEAM:
            return _is_list_of(value, dict, MOST_PEOPLE) and all(map(_is_person, value))
    longest = LONG_TEXT_LENGTH if question.type is QuestionType.LONG_TEXT else LINK_LENGTH
    return isinstance(value, str) and len(value) <= longest


def flaw(question: Question, value: Any, countries: Collection[str] = ()) -> Flaw | None:
    """Return what is wrong with an answer to a question that is asked; None if it may be submitted."""
    if is_blank(value):
        return Flaw(question.key, N_("Answer this question.")) if question.required else None
    if not has_shape(question, value):
        return Flaw(question.key, N_("Answer this question again: it is asked in another way now."))
    found = _CHECKS[question.type](question, value) if question.type in _CHECKS else None
    if question.type is QuestionType.COUNTRY and countries and value not in countries:
        found = (N_("Choose a country from the list."), {})
    return Flaw(question.key, found[0], tuple(found[1].items())) if found else None


Found = tuple[str, dict[str, object]] | None


def _is_list_of(value: Any, kind: type, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(type(each) is kind for each in value)


def _is_person(value: dict[Any, Any]) -> bool:
    return set(value) <= set(TEAM_FIELDS) and all(isinstance(each, str) and len(each) <= 300 for each in value.values())


def _short(question: Question, value: Any) -> Found:
    if "\n" in value or len(value) > SHORT_TEXT_LENGTH:
        return N_("Use one line of at most %(most)s characters."), {"most": SHORT_TEXT_LENGTH}
    return _long(question, value)


def _long(question: Question, value: Any) -> Found:
    words = count_words(value)
    if question.words and words > question.words:
        return N_("Use at most %(most)s words; you have %(count)s."), {"most": question.words, "count": words}
    return None


def _single(question: Question, value: Any) -> Found:
    return None if value in {each.key for each in question.choices} else (N_("Choose one of the options."), {})


def _multiple(question: Question, value: Any) -> Found:
    if not set(value) <= {each.key for each in question.choices}:
        return N_("Choose from the options."), {}
    return _count(question, len(set(value)), N_("Choose at least %(least)s."), N_("Choose at most %(most)s."))


def _number(question: Question, value: Any) -> Found:
    number = number_of(value)
    if number is None:
        return N_("Enter a number, like 12 or 3.5."), {}
    if question.least is not None and number < question.least:
        return N_("Enter a number of at least %(least)s."), {"least": question.least}
    if question.most is not None and number > question.most:
        return N_("Enter a number of at most %(most)s."), {"most": question.most}
    return None


def _date(question: Question, value: Any) -> Found:
    try:
        date.fromisoformat(value)
    except ValueError:
        return N_("Enter a date, like 2027-01-31."), {}
    return None


def _link(question: Question, value: Any) -> Found:
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        parts = urlsplit("")
    is_address = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and len(value.split()) == 1
    return None if is_address else (N_("Enter an address that begins with https://, like https://example.org."), {})


def _file(question: Question, value: Any) -> Found:
    return _count(question, len(value), N_("Add at least %(least)s files."), N_("Keep at most %(most)s files."))


def _team(question: Question, value: Any) -> Found:
    people = [each for each in value if not is_blank(each)]
    if any(not each.get("name", "").strip() for each in people):
        return N_("Give each person a name."), {}
    return _count(question, len(people), N_("Name at least %(least)s people."), N_("Name at most %(most)s people."))


def _count(question: Question, count: int, too_few: str, too_many: str) -> Found:
    if question.least is not None and count < question.least:
        return too_few, {"least": question.least}
    if question.most is not None and count > question.most:
        return too_many, {"most": question.most}
    return None


_CHECKS = {
    QuestionType.SHORT_TEXT: _short,
    QuestionType.LONG_TEXT: _long,
    QuestionType.SINGLE_CHOICE: _single,
    QuestionType.MULTIPLE_CHOICE: _multiple,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    QuestionType.LINK: _link,
    QuestionType.FILE: _file,
    QuestionType.TEAM: _team,
}
