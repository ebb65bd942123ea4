"""Public pages of calls: all of them, one with everything a team wants to know, and its questions to read."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from registrar.calls import public_page, queries
from registrar.calls.models import Call
from registrar.calls.rules import Stage
from registrar.clock import now
from registrar.db import db
from registrar.web import caching
from registrar.web.access import public

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
    return render_template("calls/call.html", **public_page.context(found, queries.stage_of(found, now()), now()))


@bp.get("/calls/<slug>/questions")
@public
def questions(slug: str) -> ResponseReturnValue:
    """Show every question of the form, to read and to print before beginning."""
    found = queries.public_call(db, slug) or abort(404)
    version = found.form_version or abort(404)
    return render_template("calls/questions.html", call=found, definition=version.definition)
