"""What is wrong or unwise in a form, and where: errors keep it from being published, warnings do not."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from registrar.calls.conditions import is_possible
from registrar.calls.definition import Definition, Question, Section, Words
from registrar.calls.editing import MOST_CHOICES, MOST_QUESTIONS, MOST_SECTIONS
from registrar.calls.rules import Operator, QuestionType
from registrar.calls.values import MOST_PEOPLE
from registrar.errors import N_

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
MANY_QUESTIONS = 60
MANY_WORDS = 5_000
MOST_FILES = 10
MOST_WORDS = 10_000
LONG_LABEL = 300
CHOICES = frozenset({QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE})
WORDED = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT})
LIMITED = frozenset({QuestionType.NUMBER, QuestionType.MULTIPLE_CHOICE, QuestionType.FILE, QuestionType.TEAM})


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing to mend, in words to be translated; `values` fill their placeholders."""

    level: Level
    message: str
    section: str | None = None
    question: str | None = None
    values: tuple[tuple[str, object], ...] = ()


Found = tuple[Level, str, dict[str, object]]


def problems(definition: Definition) -> list[Problem]:
    """Return what to mend, errors first, then in the order of the form."""
    found = [Problem(level, message, values=tuple(values.items())) for level, message, values in _whole(definition)]
    for section in definition.sections:
        found += [_of_section(each, section) for each in _section(section, definition)]
        for question in section.questions:
            seen = (*_question(question), *_conditions(question, definition))
            found += [_of_question(each, section, question) for each in seen]
    return sorted(found, key=lambda each: each.level is Level.WARNING)


def errors(definition: Definition) -> list[Problem]:
    """Return what keeps a form from being published."""
    return [each for each in problems(definition) if each.level is Level.ERROR]


def _of_section(found: Found, section: Section) -> Problem:
    level, message, values = found
    return Problem(level, message, section.key, None, tuple(values.items()))


def _of_question(found: Found, section: Section, question: Question) -> Problem:
    level, message, values = found
    return Problem(level, message, section.key, question.key, tuple(values.items()))


def _error(message: str, **values: object) -> Found:
    return Level.ERROR, message, values


def _warning(message: str, **values: object) -> Found:
    return Level.WARNING, message, values


def _whole(definition: Definition) -> Iterator[Found]:
    questions = list(definition.questions())
    if not questions:
        yield _error(N_("The form asks nothing yet. Add a section and a question."))
    if len(questions) > MOST_QUESTIONS or len(definition.sections) > MOST_SECTIONS:
        yield _error(
            N_("The form is too long: at most %(questions)s questions in %(sections)s sections."),
            questions=MOST_QUESTIONS, sections=MOST_SECTIONS,
        )  # fmt: skip
    elif len(questions) > MANY_QUESTIONS:
        yield _warning(N_("The form has %(count)s questions. Few teams will finish it."), count=len(questions))
    words = sum(each.words or 0 for each in questions if each.type is QuestionType.LONG_TEXT)
    if words > MANY_WORDS:
        yield _warning(N_("Its texts may hold %(count)s words together. Reviewers read all of them."), count=words)


def _section(section: Section, definition: Definition) -> Iterator[Found]:
    yield from _key(section.key, [each.key for each in definition.sections])
    yield from _words(section.title, N_("The section has no title."), N_("The title is missing in one language."))
    if _is_half(section.help):
        yield _warning(N_("The help text is missing in one language."))
    if not section.questions:
        yield _error(N_("The section has no question. Add one, or remove the section."))
    keys = Counter(each.key for each in definition.questions())
    for question in section.questions:
        if keys[question.key] > 1:
            yield _error(N_("The key “%(key)s” is used twice."), key=question.key)


def _key(key: str, among: list[str]) -> Iterator[Found]:
    if not KEY.fullmatch(key):
        yield _error(N_("The key “%(key)s” must be small letters, digits and underscores."), key=key)
    if among.count(key) > 1:
        yield _error(N_("The key “%(key)s” is used twice."), key=key)


def _words(words: Words, none: str, half: str) -> Iterator[Found]:
    if not words.in_("en").strip():
        yield _error(none)
    elif _is_half(words):
        yield _warning(half)


def _is_half(words: Words) -> bool:
    return bool(words.en.strip()) is not bool(words.fr.strip())


def _question(question: Question) -> Iterator[Found]:
    yield from _key(question.key, [])
    yield from _words(
        question.label, N_("The question is not written yet."), N_("The question is missing in one language.")
    )
    if max(len(question.label.en), len(question.label.fr)) > LONG_LABEL:
        yield _warning(N_("The question is long. Ask briefly and put the rest into the help text."))
    if _is_half(question.help):
        yield _warning(N_("The help text is missing in one language."))
    yield from _choices(question)
    yield from _limits(question)


def _choices(question: Question) -> Iterator[Found]:
    if question.type not in CHOICES:
        if question.choices:
            yield _error(N_("Only questions with a choice have options."))
        return
    fewest = 2 if question.type is QuestionType.SINGLE_CHOICE else 1
    if len(question.choices) < fewest:
        yield _error(N_("Offer at least %(least)s options."), least=fewest)
    if len(question.choices) > MOST_CHOICES:
        yield _error(N_("Offer at most %(most)s options."), most=MOST_CHOICES)
    keys = [each.key for each in question.choices]
    for choice in question.choices:
        if not KEY.fullmatch(choice.key) or keys.count(choice.key) > 1:
            yield _error(N_("The key “%(key)s” of an option is used twice or not allowed."), key=choice.key)
        if not choice.label.in_("en").strip():
            yield _error(N_("An option has no words."))
        elif _is_half(choice.label):
            yield _warning(N_("The option “%(option)s” is missing in one language."), option=choice.label.in_("en"))
    labels = Counter(each.label.in_("en").strip().casefold() for each in question.choices)
    for label, count in labels.items():
        if label and count > 1:
            yield _warning(N_("Two options read “%(option)s”."), option=label)


def _limits(question: Question) -> Iterator[Found]:
    if question.words is not None and question.type not in WORDED:
        yield _error(N_("Only texts have a limit of words."))
    elif question.words is not None and not 0 < question.words <= MOST_WORDS:
        yield _error(N_("The limit of words must be from 1 to %(most)s."), most=MOST_WORDS)
    least, most = question.least, question.most
    if least is None and most is None:
        return
    if question.type not in LIMITED:
        yield _error(N_("This kind of question has no least and no most."))
    elif least is not None and most is not None and least > most:
        yield _error(N_("The least (%(least)s) is more than the most (%(most)s)."), least=least, most=most)
    elif question.type is not QuestionType.NUMBER:
        yield from _counts(question, least or 0, most)


def _counts(question: Question, least: int, most: int | None) -> Iterator[Found]:
    """Tell which limits of how many options, files or people nobody can keep."""
    if least < 0 or (most is not None and most < 1):
        yield _error(N_("The most must be at least 1, and the least not below 0."))
    ceiling = {
        QuestionType.MULTIPLE_CHOICE: len(question.choices),
        QuestionType.FILE: MOST_FILES,
        QuestionType.TEAM: MOST_PEOPLE,
    }[question.type]
    if max(least, most or 0) > ceiling:
        yield _error(N_("There are at most %(most)s here; the limits ask for more."), most=ceiling)


def _conditions(question: Question, definition: Definition) -> Iterator[Found]:
    """Tell which conditions ask about what comes later, is gone, or cannot be answered so."""
    order = [each.key for each in definition.questions()]
    own = order.index(question.key)
    for condition in question.conditions:
        about = definition.question(condition.question)
        if about is None:
            yield _error(N_("It depends on a question that is not in the form any more."))
            continue
        label = about.label.in_("en")
        if order.index(about.key) >= own:
            yield _error(N_("It depends on “%(question)s”, which is asked later. Move one of them."), question=label)
        if not is_possible(condition, about):
            yield _error(N_("It depends on an answer to “%(question)s” that cannot be given."), question=label)
    wanted = {(each.question, each.value) for each in question.conditions if each.operator is Operator.IS}
    if len(wanted) > len({about for about, _value in wanted}):
        yield _error(N_("Its conditions exclude each other: it would never be asked."))
