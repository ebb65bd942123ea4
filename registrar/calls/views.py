"""Public pages of calls: all of them, one with everything a team wants to know, and its questions to read."""

from typing import Any

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from registrar.calls import eligibility_words, queries, structured_data
from registrar.calls.eligibility import rules_of
from registrar.calls.models import Call
from registrar.calls.rules import Stage
from registrar.clock import now
from registrar.db import db
from registrar.programmes.structured_data import organiser
from registrar.settings import Settings
from registrar.web import caching
from registrar.web.access import public
from registrar.web.links import absolute
from registrar.web.locale import current_locale

bp = Blueprint("calls", __name__)
caching.keep(bp, caching.SHORT)


@bp.get("/calls")
@public
def index() -> ResponseReturnValue:
    """List the calls that are open, coming and over."""
    moment = now()
    calls = queries.most_relevant_first(queries.public_calls(db), moment)
    by_stage: dict[Stage, list[Call]] = {}
    for each in calls:
        by_stage.setdefault(queries.stage_of(each, moment), []).append(each)
    return render_template("calls/index.html", by_stage=by_stage)


@bp.get("/calls/<slug>")
@public
def call(slug: str) -> ResponseReturnValue:
    found = queries.public_call(db, slug) or abort(404)
    return render_template("calls/call.html", **page(found, queries.stage_of(found, now())))


@bp.get("/calls/<slug>/questions")
@public
def questions(slug: str) -> ResponseReturnValue:
    """Show every question of the form, to read and to print before beginning."""
    found = queries.public_call(db, slug) or abort(404)
    version = found.form_version or abort(404)
    return render_template("calls/questions.html", call=found, definition=version.definition)


def page(call: Call, stage: Stage) -> dict[str, Any]:
    """Return what the page of a call shows at this stage."""
    settings: Settings = current_app.extensions["registrar.settings"]
    by = organiser(settings.organisation, absolute("programmes.home"))
    url = absolute("calls.call", slug=call.slug)
    return {
        "call": call,
        "stage": stage,
        "rules": eligibility_words.asked(rules_of(call.eligibility), queries.line_titles(db)),
        "definition": call.form_version.definition if call.form_version else None,
        "next_call": queries.call_of_line(db, call.programme.line, now()) if stage is Stage.OVER else None,
        "structured": structured_data.call(call, current_locale(), url, by),
    }
