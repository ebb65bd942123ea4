"""Which questions are asked, given the answers so far: one to a hidden question counts for nothing and is kept."""

from collections.abc import Mapping
from typing import Any

from registrar.calls.definition import Condition, Definition, Question
from registrar.calls.rules import Operator
from registrar.calls.values import is_blank, number_of

Answers = Mapping[str, Any]
"""Values by the keys of their questions, as they are stored."""


def asked(definition: Definition, answers: Answers) -> frozenset[str]:
    """Return the keys of the questions that are asked: all whose conditions hold over questions that are asked."""
    found: dict[str, Any] = {}
    for question in definition.questions():
        if all(holds(condition, found.get(condition.question)) for condition in question.conditions):
            found[question.key] = answers.get(question.key)
    return frozenset(found)


def counting(definition: Definition, answers: Answers) -> dict[str, Any]:
    """Return the answers that count: those to questions that are asked and which are not blank."""
    keys = asked(definition, answers)
    return {key: value for key, value in answers.items() if key in keys and not is_blank(value)}


def questions_asked(definition: Definition, answers: Answers) -> list[Question]:
    """Return the questions that are asked, in their order."""
    keys = asked(definition, answers)
    return [question for question in definition.questions() if question.key in keys]


def holds(condition: Condition, value: Any) -> bool:
    """Tell whether the answer to an earlier question fulfils the condition; no answer fulfils only `IS_NOT`."""
    if condition.operator is Operator.IS_NOT:
        return _text(value) != condition.value
    if is_blank(value):
        return False
    match condition.operator:
        case Operator.IS:
            return _text(value) == condition.value
        case Operator.INCLUDES:
            return isinstance(value, list) and condition.value in value
        case Operator.ANSWERED:
            return True
    number, bound = number_of(value), number_of(condition.value)
    if number is None or bound is None:
        return False
    return number >= bound if condition.operator is Operator.AT_LEAST else number <= bound


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
