"""The blueprint of the builder, and what all of its pages need."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.signed_in import signed_in_staff
from registrar.calls import form_queries, versions
from registrar.calls.builder import words
from registrar.calls.builder.preview import language, rendered
from registrar.calls.conditions import asked
from registrar.calls.form_checks import problems
from registrar.calls.models import ApplicationForm
from registrar.calls.rules import QuestionType
from registrar.db import db
from registrar.errors import Conflict
from registrar.web.failures import tell

bp = Blueprint("forms", __name__, url_prefix="/console/forms")


def found(form_id: int) -> ApplicationForm:
    """Return the form of the address."""
    return form_queries.form(db, form_id) or abort(404)


def seen_number() -> int:
    """Return the number of the draft that the page showed; 0 where it does not say."""
    text = request.form.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def back(form: ApplicationForm, focus: str = "") -> ResponseReturnValue:
    """Lead to the builder, with the focus where it was."""
    return redirect(url_for("forms.form", form_id=form.id, focus=focus or None), 303)


def builder(form: ApplicationForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Show the builder."""
    definition = form.draft_definition
    code = language()
    page = render_template(
        "forms/form.html",
        definition=definition,
        problems=problems(definition),
        unpublished=versions.unpublished(form),
        newest=versions.newest(form),
        preview=rendered(definition, {}, asked(definition, {}), code),
        preview_language=code,
        types=QuestionType,
        calls=form_queries.calls_of(db, form),
        focus=request.args.get("focus", ""),
        **frame(form),
        **more,
    )
    return page, status


def conflict(form_id: int, problem: Conflict, seen: int) -> ResponseReturnValue:
    """Show the builder as it is now, with what others have changed since the page was shown."""
    db.rollback()
    form = found(form_id)
    entries = form_queries.since(db, form, seen)
    people = form_queries.names(db, [each.actor for each in entries])
    told = [(each.at, people.get(each.actor, ""), _told(form, each.action, each.details)) for each in entries]
    return builder(form, 409, conflict=tell(problem), since=told)


def frame(form: ApplicationForm | None = None) -> dict[str, Any]:
    """Return what every page of the builder shows."""
    return {"words": words, "zone": signed_in_staff().timezone, "form_row": form}


def _told(form: ApplicationForm, action: str, facts: dict[str, Any]) -> str:
    """Say what an entry of the audit trail did, with the question it was about."""
    done = str(words.DONE.get(action, action))
    question = form.draft_definition.question(str(facts.get("question", "")))
    return _("%(done)s: “%(question)s”", done=done, question=words.said(question.label)) if question else done
