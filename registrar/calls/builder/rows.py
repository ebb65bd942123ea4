"""The rows of a question's page: options and conditions, read as typed, added, moved and taken out without a script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from registrar.calls.conditions import OPERATORS, is_possible
from registrar.calls.definition import Choice, Condition, Definition, Question, Words
from registrar.calls.editing import MOST_CHOICES
from registrar.calls.form_checks import KEY
from registrar.calls.rules import Operator
from registrar.web.forms import LINE_LENGTH, invisible, tidy

Row = TypeVar("Row")


@dataclass(frozen=True)
class Act:
    """What a button of a row asks for: `choice-up-2`."""

    rows: str
    what: str
    number: int

    @classmethod
    def of(cls, text: str) -> "Act | None":
        """Read the value of a button; None for one that is about no row."""
        rows, _dash, rest = text.partition("-")
        what, _dash, number = rest.partition("-")
        if rows not in ("choice", "condition") or not number.isdecimal() or len(number) > 3:
            return None
        return cls(rows, what, int(number))


def choices(sent: Mapping[str, str]) -> tuple[Choice, ...]:
    """Return the options as typed; new ones have no key yet. Rows in which nothing is typed are left out."""
    rows = (_choice(sent, number) for number in range(MOST_CHOICES))
    return tuple(each for each in rows if each.key or each.label != Words())


def conditions(sent: Mapping[str, str], before: Sequence[Question]) -> tuple[Condition, ...]:
    """Return the conditions as chosen, with an operator and a value that the question they are about allows."""
    about = {each.key: each for each in before}
    found = []
    for number in range(MOST_CHOICES):
        key = sent.get(f"condition-{number}-question", "")
        if not key:
            continue
        operator, value = (sent.get(f"condition-{number}-{part}", "") for part in ("operator", "value"))
        question = about.get(key)
        if question is None:  # later or gone: it stays as it is until somebody chooses another question
            found += [Condition(key, Operator(operator), value)] if operator in list(Operator) else []
        else:
            found.append(_fitting(question, operator, value))
    return tuple(found)


def acted(rows: Sequence[Row], act: Act) -> tuple[Row, ...]:
    """Return the rows with one moved or taken out."""
    found, number = list(rows), act.number
    if number >= len(found):
        return tuple(found)
    if act.what == "out":
        del found[number]
    other = number + {"up": -1, "down": 1}.get(act.what, 0)
    if act.what != "out" and 0 <= other < len(found):
        found[number], found[other] = found[other], found[number]
    return tuple(found)


def after(question: Question, act: Act | None) -> Question:
    """Return the question with what a button of a row does to it."""
    if act is None:
        return question
    if act.rows == "choice":
        return replace(question, choices=acted(question.choices, act))
    return replace(question, conditions=acted(question.conditions, act))


def focus(act: Act | None) -> str:
    """Return the id of the element that has the focus after a row was moved, added or taken out."""
    if act is None:
        return ""
    if act.what == "out":
        return f"{act.rows}s"
    if act.what == "add":
        return f"{act.rows}-{act.number}-{'en' if act.rows == 'choice' else 'question'}"
    number = act.number + {"up": -1, "down": 1}.get(act.what, 0)
    return f"{act.rows}-{act.what}-{max(number, 0)}"


def keyed(question: Question, known: Question | None, fresh: Callable[[frozenset[str]], str]) -> Question:
    """Give every option a key: its own if the question had it before, else a new one."""
    had = {each.key for each in known.choices} if known else set[str]()
    found: list[Choice] = []
    for choice in question.choices:
        taken = frozenset(each.key for each in found) | had
        mine = choice.key in had and choice.key not in {each.key for each in found}
        found.append(choice if mine else replace(choice, key=fresh(taken)))
    return replace(question, choices=tuple(found))


def unfinished(question: Question, definition: Definition) -> list[int]:
    """Return the numbers of the conditions that compare with nothing."""
    return [
        number
        for number, each in enumerate(question.conditions)
        if (about := definition.question(each.question)) and not is_possible(each, about)
    ]


def is_clean(question: Question) -> bool:
    """Tell whether the options hold only what can be seen, and not too much of it."""
    texts = [text for each in question.choices for text in (each.label.en, each.label.fr)]
    return all(len(text) <= LINE_LENGTH and not invisible(text) for text in texts)


def _choice(sent: Mapping[str, str], number: int) -> Choice:
    key, english, french = (tidy(sent.get(f"choice-{number}-{part}", "")) for part in ("key", "en", "fr"))
    return Choice(key if KEY.fullmatch(key) else "", Words(english, french))


def _fitting(about: Question, operator: str, value: str) -> Condition:
    """Return a condition with an operator that fits the question, and without a value that does not."""
    possible = OPERATORS[about.type]
    fitting = Operator(operator) if operator in possible else possible[0]
    found = Condition(about.key, fitting, "" if fitting is Operator.ANSWERED else tidy(value)[:LINE_LENGTH])
    return found if is_possible(found, about) else replace(found, value="")
