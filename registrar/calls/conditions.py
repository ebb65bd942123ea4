"""Which questions are asked, given the answers so far: one to a hidden question counts for nothing and is kept."""

from collections.abc import Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from registrar.calls.definition import Condition, Definition, Question
from registrar.calls.rules import Operator, QuestionType
from registrar.calls.values import is_blank, number_of

OPERATORS: Mapping[QuestionType, tuple[Operator, ...]] = MappingProxyType(
    {
        QuestionType.SHORT_TEXT: (Operator.ANSWERED,),
        QuestionType.LONG_TEXT: (Operator.ANSWERED,),
        QuestionType.SINGLE_CHOICE: (Operator.IS, Operator.IS_NOT, Operator.ANSWERED),
        QuestionType.MULTIPLE_CHOICE: (Operator.INCLUDES, Operator.ANSWERED),
        QuestionType.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST, Operator.ANSWERED),
        QuestionType.DATE: (Operator.ANSWERED,),
        QuestionType.COUNTRY: (Operator.IS, Operator.IS_NOT, Operator.ANSWERED),
        QuestionType.LINK: (Operator.ANSWERED,),
        QuestionType.YES_NO: (Operator.IS, Operator.IS_NOT, Operator.ANSWERED),
        QuestionType.FILE: (Operator.ANSWERED,),
        QuestionType.TEAM: (Operator.ANSWERED,),
    }
)
"""What can be asked of the answer to a question of each type, the usual one first."""
YES_NO = ("yes", "no")

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


def earlier(definition: Definition, key: str) -> list[Question]:
    """Return the questions before this one; all of them if it is not in the form yet."""
    return list(takewhile(lambda question: question.key != key, definition.questions()))


def dependents(definition: Definition, key: str) -> list[Question]:
    """Return the questions that are asked only if the answer to this one is as they want it."""
    return [each for each in definition.questions() if any(one.question == key for one in each.conditions)]


def is_possible(condition: Condition, about: Question) -> bool:
    """Tell whether any answer to a question could fulfil the condition."""
    if condition.operator not in OPERATORS[about.type]:
        return False
    match about.type, condition.operator:
        case _, Operator.ANSWERED:
            return True
        case ((QuestionType.SINGLE_CHOICE | QuestionType.MULTIPLE_CHOICE), _):
            return condition.value in {each.key for each in about.choices}
        case QuestionType.YES_NO, _:
            return condition.value in YES_NO
        case QuestionType.NUMBER, _:
            return number_of(condition.value) is not None
    return len(condition.value) == len("FR")


def holds(condition: Condition, value: Any) -> bool:
    """Tell whether the answer to an earlier question fulfils the condition; no answer fulfils only `IS_NOT`."""
    if is_blank(value):
        return condition.operator is Operator.IS_NOT
    match condition.operator:
        case Operator.IS:
            return _text(value) == condition.value
        case Operator.IS_NOT:
            return _text(value) != condition.value
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
