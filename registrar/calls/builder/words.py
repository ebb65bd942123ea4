"""The words in which the builder speaks of questions, conditions, problems and changes."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from registrar.calls.definition import Condition, Definition, Question, Words
from registrar.calls.form_changes import Change, Kind
from registrar.calls.form_checks import Problem
from registrar.calls.rules import Audience, Operator, QuestionType
from registrar.web.locale import country_name, current_locale

TYPES = {
    QuestionType.SHORT_TEXT: _l("Short text"),
    QuestionType.LONG_TEXT: _l("Long text"),
    QuestionType.SINGLE_CHOICE: _l("One of several options"),
    QuestionType.MULTIPLE_CHOICE: _l("Several of many options"),
    QuestionType.NUMBER: _l("A number"),
    QuestionType.DATE: _l("A date"),
    QuestionType.COUNTRY: _l("A country"),
    QuestionType.LINK: _l("A link"),
    QuestionType.YES_NO: _l("Yes or no"),
    QuestionType.FILE: _l("Files"),
    QuestionType.TEAM: _l("People of the team"),
}
AUDIENCES = {
    Audience.REVIEWERS: _l("Reviewers and organisers"),
    Audience.ORGANISERS: _l("Only organisers"),
}
OPERATORS = {
    Operator.IS: _l("is"),
    Operator.IS_NOT: _l("is not"),
    Operator.INCLUDES: _l("includes"),
    Operator.AT_LEAST: _l("is at least"),
    Operator.AT_MOST: _l("is at most"),
    Operator.ANSWERED: _l("is answered"),
}
LANGUAGES = {"en": "English", "fr": "Français"}
MISSING = {"en": _l("English is missing"), "fr": _l("French is missing")}
DONE: Mapping[str, object] = {
    "form.create": _l("began the form"),
    "form.rename": _l("renamed the form"),
    "form.add_section": _l("added a section"),
    "form.change_section": _l("reworded a section"),
    "form.move_section": _l("moved a section"),
    "form.remove_section": _l("removed a section"),
    "form.restore_section": _l("brought a section back"),
    "form.add_question": _l("added a question"),
    "form.change_question": _l("changed a question"),
    "form.move_question": _l("moved a question"),
    "form.duplicate_question": _l("duplicated a question"),
    "form.remove_question": _l("removed a question"),
    "form.restore_question": _l("brought a question back"),
}
_CHANGES = {
    Kind.SECTION_ADDED: _l("New section: “%(about)s”"),
    Kind.SECTION_REMOVED: _l("Section removed: “%(about)s”"),
    Kind.SECTION_REWORDED: _l("Section reworded: “%(about)s”"),
    Kind.SECTIONS_ORDERED: _l("The sections have another order"),
    Kind.ADDED: _l("New question: “%(about)s”"),
    Kind.REMOVED: _l("Question removed: “%(about)s”"),
    Kind.REWORDED: _l("Reworded: “%(about)s”"),
    Kind.HELP: _l("Other help text: “%(about)s”"),
    Kind.REQUIRED: _l("Now required: “%(about)s”"),
    Kind.OPTIONAL: _l("Now optional: “%(about)s”"),
    Kind.LIMITS: _l("Other limits: “%(about)s”"),
    Kind.CHOICES_ADDED: _l("New options for “%(about)s”: %(details)s"),
    Kind.CHOICES_REMOVED: _l("Options removed from “%(about)s”: %(details)s"),
    Kind.CHOICES_REWORDED: _l("Options reworded for “%(about)s”: %(details)s"),
    Kind.CHOICES_ORDERED: _l("The options have another order: “%(about)s”"),
    Kind.CONDITIONS: _l("Asked under other conditions: “%(about)s”"),
    Kind.AUDIENCE: _l("Seen by others than before: “%(about)s”"),
    Kind.IDENTIFYING: _l("Another mark whether it identifies: “%(about)s”"),
    Kind.TYPE: _l("Another kind of question: “%(about)s”"),
    Kind.MOVED: _l("Moved: “%(about)s”, now in “%(details)s”"),
    Kind.ORDERED: _l("The questions have another order: “%(about)s”"),
}


def said(words: Words) -> str:
    """Return a text in the language of the page, or what stands for an empty one."""
    return words.in_(current_locale()).strip() or _("(no words yet)")


def change(found: Change) -> str:
    """Tell one difference between two states of a form."""
    details = ", ".join(said(each) for each in found.details)
    return str(_CHANGES[found.kind]) % {"about": said(found.about or Words()), "details": details}


def problem(found: Problem) -> str:
    """Tell what is to be mended."""
    return str(_(found.message, **dict(found.values)))


def place(found: Problem, definition: Definition) -> str:
    """Name the question or section that a problem is about; nothing if it is about the whole form."""
    if found.question and (question := definition.question(found.question)):
        return said(question.label)
    section = definition.section(found.section) if found.section else None
    return said(section.title) if section else ""


def condition(found: Condition, definition: Definition) -> str:
    """Write a condition as people say it: `“Is it new?” is No`."""
    about = definition.question(found.question)
    label = said(about.label) if about else _("a question that is gone")
    words = _("“%(question)s” %(operator)s", question=label, operator=OPERATORS[found.operator])
    return f"{words} {value(found, about)}".strip()


def value(found: Condition, about: Question | None) -> str:
    """Write what a condition compares with."""
    if found.operator is Operator.ANSWERED:
        return ""
    if about is None:
        return found.value
    match about.type:
        case QuestionType.YES_NO:
            return str({"yes": _("Yes"), "no": _("No")}.get(found.value, found.value))
        case QuestionType.COUNTRY:
            return country_name(found.value)
    return next((said(each.label) for each in about.choices if each.key == found.value), found.value)


def limits(question: Question) -> str:
    """Write the limits of a question: `at most 100 words`."""
    parts = []
    if question.words:
        parts.append(ngettext("at most %(num)s word", "at most %(num)s words", question.words))
    if question.least is not None and question.most is not None:
        parts.append(_("%(least)s to %(most)s", least=question.least, most=question.most))
    elif question.least is not None:
        parts.append(_("at least %(least)s", least=question.least))
    elif question.most is not None:
        parts.append(_("at most %(most)s", most=question.most))
    if question.choices:
        parts.append(ngettext("%(num)s option", "%(num)s options", len(question.choices)))
    return ", ".join(parts)


def facts(question: Question, definition: Definition) -> list[tuple[str, str]]:
    """Return all that makes up a question, name and value, to be compared with another state of it."""
    options = "\n".join(" / ".join(filter(None, (each.label.en, each.label.fr))) for each in question.choices)
    return [
        (_("English question"), question.label.en),
        (_("French question"), question.label.fr),
        (_("English help text"), question.help.en),
        (_("French help text"), question.help.fr),
        (_("Answer"), _("Required") if question.required else _("Optional")),
        (_("Options"), options),
        (_("Limits"), limits(replace(question, choices=()))),
        (_("Asked only if"), "\n".join(condition(each, definition) for each in question.conditions)),
        (_("Who sees the answer"), str(AUDIENCES[question.audience])),
        (_("The answer tells who applies"), _("Yes") if question.identifying else _("No")),
    ]


def missing_languages(words: Words) -> list[str]:
    """Return the languages in which a text is missing while it is there in the other."""
    return [code for code, text in (("en", words.en), ("fr", words.fr)) if not text.strip() and words.in_(code).strip()]
