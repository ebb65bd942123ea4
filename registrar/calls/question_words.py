"""What a question expects, in words: the kind of answer, its limits, and when it is asked."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registrar.calls.definition import Condition, Definition, Question
from registrar.calls.rules import Operator, QuestionType
from registrar.errors import N_
from registrar.web.locale import country_name, current_locale

PLAIN = {
    QuestionType.SINGLE_CHOICE: _l("Choose one"),
    QuestionType.NUMBER: _l("A number"),
    QuestionType.DATE: _l("A date"),
    QuestionType.COUNTRY: _l("A country"),
    QuestionType.LINK: _l("A web address"),
    QuestionType.YES_NO: _l("Yes or no"),
    QuestionType.SHORT_TEXT: _l("One line"),
    QuestionType.LONG_TEXT: _l("Text"),
    QuestionType.MULTIPLE_CHOICE: _l("Choose all that apply"),
    QuestionType.TEAM: _l("People, with name, role and e-mail address"),
}
"""What is typed or chosen where no limit is to be told."""
ONLY_IF = {
    Operator.IS: N_("Only if the answer to “%(question)s” is “%(answer)s”."),
    Operator.IS_NOT: N_("Only if the answer to “%(question)s” is not “%(answer)s”."),
    Operator.INCLUDES: N_("Only if “%(answer)s” is chosen at “%(question)s”."),
    Operator.AT_LEAST: N_("Only if the answer to “%(question)s” is at least %(answer)s."),
    Operator.AT_MOST: N_("Only if the answer to “%(question)s” is at most %(answer)s."),
    Operator.ANSWERED: N_("Only if “%(question)s” is answered."),
}


def expected(question: Question) -> str:
    """Say what is typed or chosen, with its limits: `Text of at most 150 words`."""
    match question.type:
        case QuestionType.LONG_TEXT | QuestionType.SHORT_TEXT if question.words:
            return str(ngettext("Text of at most %(num)s word", "Text of at most %(num)s words", question.words))
        case QuestionType.MULTIPLE_CHOICE if question.most and question.most < len(question.choices):
            return str(ngettext("Choose at most %(num)s", "Choose at most %(num)s of these", question.most))
        case QuestionType.FILE:
            return str(ngettext("A file", "Up to %(num)s files", question.most or 1))
        case QuestionType.TEAM if question.least and question.most:
            limits = {"least": question.least, "most": question.most}
            return str(_("%(least)s to %(most)s people, with name, role and e-mail address", **limits))
    return str(PLAIN[question.type])


def when_asked(condition: Condition, definition: Definition) -> str:
    """Say when a question is asked: `Only if the answer to “Is it new?” is “Yes”.`"""
    question = definition.question(condition.question)
    if question is None:
        return ""
    label = question.label.in_(current_locale())
    return str(_(ONLY_IF[condition.operator], question=label, answer=_answer(question, condition.value)))


def _answer(question: Question, value: str) -> str:
    match question.type:
        case QuestionType.YES_NO:
            return str(_("Yes") if value == "yes" else _("No"))
        case QuestionType.COUNTRY:
            return country_name(value)
    return next((each.label.in_(current_locale()) for each in question.choices if each.key == value), value)


def install(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters.update(expected_answer=expected, when_asked=when_asked)
