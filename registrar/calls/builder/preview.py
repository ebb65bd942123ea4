"""A form as applicants will see it, rendered in either language for organisers to try."""

from collections.abc import Collection
from dataclasses import replace

from flask import render_template, request
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from registrar.calls.builder.words import LANGUAGES, said
from registrar.calls.conditions import Answers
from registrar.calls.definition import Definition, Question, Words
from registrar.calls.reading import value_of
from registrar.calls.rules import QuestionType
from registrar.programmes.choices import country_options
from registrar.web.locale import current_locale


def language() -> str:
    """Return the language in which the form is to be seen: as asked, else that of the page."""
    wanted = request.values.get("preview", "")
    return wanted if wanted in LANGUAGES else current_locale()


def rendered(definition: Definition, values: Answers, keys: Collection[str], code: str) -> Markup:
    """Render a whole form in a language; questions that are not asked are there and hidden."""
    with force_locale(code):
        shown = Definition(
            tuple(replace(each, questions=tuple(map(_worded, each.questions))) for each in definition.sections)
        )
        return Markup(  # noqa: S704 - a rendered template
            render_template(
                "forms/preview_fields.html",
                definition=shown, values=values, asked=keys, locale=code, countries=country_options(),
            )
        )  # fmt: skip


def rendered_question(question: Question) -> dict[str, Markup]:
    """Render one question in each language, under keys that do not meet on the page."""
    found = {}
    for code in LANGUAGES:
        choices = tuple(replace(each, key=each.key or f"new-{number}") for number, each in enumerate(question.choices))
        shown = replace(question, key=f"{question.key or 'new'}-{code}", choices=choices)
        with force_locale(code):
            page = render_template(
                "forms/preview_question.html", q=_worded(shown), locale=code, countries=country_options()
            )
        found[code] = Markup(page)  # noqa: S704 - a rendered template
    return found


def _worded(question: Question) -> Question:
    """Return a question with words for what has none yet, so that every field has a label."""
    nothing = Words(said(Words()))
    choices = tuple(each if each.label.in_("en") else replace(each, label=nothing) for each in question.choices)
    return replace(question, label=question.label if question.label.in_("en") else nothing, choices=choices)


def typed(definition: Definition, sent: MultiDict[str, str]) -> Answers:
    """Return what was typed into a preview."""
    questions = (each for each in definition.questions() if each.type is not QuestionType.FILE)
    return {each.key: value_of(each, sent) for each in questions}
