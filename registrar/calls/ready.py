"""Reads a call with its form from a TOML file, whole or not at all: the calls that come ready with the program."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from registrar.calls.definition import Condition, Definition, Question, Section, Words
from registrar.calls.eligibility import Rule
from registrar.calls.rules import EligibilityRule, Operator, QuestionType
from registrar.errors import N_, Refusal
from registrar.programmes.catalogue import Count, Slug, ZoneName
from registrar.programmes.catalogue import Words as Line
from registrar.programmes.toml_lines import Path as Place
from registrar.programmes.toml_lines import name_of
from registrar.programmes.toml_reader import Key, Mistake, Reader, did_you_mean

FOLDER = Path(__file__).resolve().parents[2] / "config" / "calls"
CHOICES = frozenset({QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE})


@dataclass(frozen=True, kw_only=True)
class ReadyCall:
    """What a file says: a call, and its form."""

    slug: Slug
    programme: Slug
    """Slug of the programme it is a call of."""
    form_name: Annotated[Line, Key("form")]
    title: Words
    about: Words
    criteria: Words
    after: Words
    timezone: ZoneName
    opens: time
    """Wall-clock time in the zone, on the day that the import proposes."""
    closes: time
    weeks_open: Count
    weeks_to_decide: Count
    grace_minutes: Count
    sections: tuple[Section, ...]
    eligibility: tuple[Rule, ...] = ()
    places: Count | None = None
    minutes: Count | None = None

    @property
    def form(self) -> Definition:
        return Definition(self.sections)


class ReadyCallError(Refusal):
    """A file that cannot be read; `mistakes` are all of them, in the order of their lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__(
            N_("The call has mistakes, and nothing was imported:\n%(mistakes)s"),
            mistakes="\n".join(str(mistake) for mistake in self.mistakes),
        )


def read(text: str) -> ReadyCall:
    """Return what the TOML text says; raise `ReadyCallError` with every mistake at once."""
    reader = Reader(text)
    if not reader.mistakes:
        found: ReadyCall = reader.read(ReadyCall)
        if not reader.mistakes:
            _check(found, reader)
    if reader.mistakes:
        raise ReadyCallError(reader.mistakes)
    return found


def ready_calls() -> list[ReadyCall]:
    """Return the calls that come with the program."""
    return [read(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))]


def _check(call: ReadyCall, reader: Reader) -> None:
    """Note what only shows between values."""
    for name in ("title", "about", "criteria", "after"):
        _check_words(reader, (name,), getattr(call, name))
    for number, rule in enumerate(call.eligibility):
        _check_rule(reader, ("eligibility", number), rule)
    sections: list[tuple[Place, Section]] = [
        (("sections", number), section) for number, section in enumerate(call.sections)
    ]
    _check_keys(reader, sections)
    for path, section in sections:
        _check_words(reader, (*path, "title"), section.title)
        _check_both_or_none(reader, (*path, "help"), section.help)
    questions = list(_questions(sections))
    _check_keys(reader, questions)
    earlier: dict[str, Question] = {}
    for path, question in questions:
        _check_question(reader, path, question, earlier)
        earlier[question.key] = question


def _questions(sections: Iterable[tuple[Place, Section]]) -> Iterator[tuple[Place, Question]]:
    for path, section in sections:
        yield from (((*path, "questions", number), question) for number, question in enumerate(section.questions))


def _check_words(reader: Reader, path: Place, words: Words) -> None:
    for locale in ("en", "fr"):
        if not getattr(words, locale).strip():
            reader.note((*path, locale), "is missing")


def _check_both_or_none(reader: Reader, path: Place, words: Words) -> None:
    if words != Words():
        _check_words(reader, path, words)


def _check_keys(reader: Reader, named: Iterable[tuple[Place, Any]]) -> None:
    """Note keys that are no keys, and those that stand twice."""
    first: dict[str, Place] = {}
    for path, each in named:
        if not each.key.isascii() or not each.key.replace("_", "a").isalnum() or each.key != each.key.lower():
            reader.note((*path, "key"), f'"{each.key}" needs small letters, digits and underscores')
        if each.key in first:
            reader.note((*path, "key"), f'"{each.key}" stands already at {name_of(first[each.key])}')
        first.setdefault(each.key, path)


def _check_rule(reader: Reader, path: Place, rule: Rule) -> None:
    if rule.rule is EligibilityRule.COMPLETED and not rule.line:
        reader.note((*path, "line"), "is missing")
    if rule.rule is EligibilityRule.KINDS and not rule.kinds:
        reader.note((*path, "kinds"), "is missing")


def _check_question(reader: Reader, path: Place, question: Question, earlier: dict[str, Question]) -> None:
    _check_words(reader, (*path, "label"), question.label)
    _check_both_or_none(reader, (*path, "help"), question.help)
    if (question.type in CHOICES) != bool(question.choices):
        reader.note((*path, "choices"), "are missing" if question.type in CHOICES else "belong to a choice only")
    choices = [((*path, "choices", number), choice) for number, choice in enumerate(question.choices)]
    _check_keys(reader, choices)
    for place, choice in choices:
        _check_words(reader, (*place, "label"), choice.label)
    if question.least is not None and question.most is not None and question.least > question.most:
        reader.note((*path, "least"), f"{question.least} is more than most, {question.most}")
    for number, condition in enumerate(question.conditions):
        _check_condition(reader, (*path, "conditions", number), condition, earlier)


def _check_condition(reader: Reader, path: Place, condition: Condition, earlier: dict[str, Question]) -> None:
    question = earlier.get(condition.question)
    if question is None:
        message = f'"{condition.question}" is no earlier question{did_you_mean(condition.question, earlier)}'
        reader.note((*path, "question"), message)
        return
    values = _values_of(question)
    if condition.operator is not Operator.ANSWERED and values and condition.value not in values:
        message = f'"{condition.value}" is no answer to {question.key}{did_you_mean(condition.value, values)}'
        reader.note((*path, "value"), message)


def _values_of(question: Question) -> list[str]:
    """Return the answers that a condition can name; none where any would do."""
    return ["yes", "no"] if question.type is QuestionType.YES_NO else [each.key for each in question.choices]
