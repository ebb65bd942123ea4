"""What a person can ask for about their data: a copy of all of it, and to be forgotten."""

import json

import structlog
from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registrar.clock import now
from registrar.db import db
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person, forget_cookie
from registrar.privacy import operations
from registrar.privacy.forms import EraseForm
from registrar.tokens import Tokens
from registrar.web.access import personal, public
from registrar.web.headers import keep_private

bp = Blueprint("privacy", __name__)
log = structlog.get_logger()


@bp.get("/my/data")
@personal
def export() -> ResponseReturnValue:
    """Download everything that is known about the person."""
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    person = _me()
    content = json.dumps(operations.export(db, tokens, person, now=now()), ensure_ascii=False, indent=2)
    log.info("privacy.export", person=person.id)
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@bp.route("/my/erase", methods=["GET", "POST"])
@personal
def erase() -> ResponseReturnValue:
    """Show what erasing means, then do it once the person has ticked the box."""
    form, person = EraseForm(), _me()
    if not form.validate_on_submit():
        page = render_template("privacy/erase.html", form=form, person=person)
        return page, 422 if form.is_submitted() else 200
    operations.erase(db, person, by=f"person:{person.id}", now=now())
    db.commit()
    response = make_response(redirect(url_for(".goodbye"), 303))
    forget_cookie(response)
    return keep_private(response)


@bp.get("/goodbye")
@public
def goodbye() -> ResponseReturnValue:
    """Say that nothing is left."""
    return render_template("privacy/goodbye.html")


def _me() -> Person:
    return current_person() or abort(404)
