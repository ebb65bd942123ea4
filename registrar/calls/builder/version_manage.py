"""Versions in the builder: publishing one with what it changes, reading one, its file, and using it for a call."""

import json

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls import form_queries, versions
from registrar.calls.builder.blueprint import bp, conflict, found, frame, seen_number
from registrar.calls.definition import Definition, to_json
from registrar.calls.form_changes import changes
from registrar.calls.form_checks import problems
from registrar.calls.models import ApplicationForm, Call, FormVersion
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import current_locale


@bp.route("/<int:form_id>/publish", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def publish(form_id: int) -> ResponseReturnValue:
    """Show what a new version would change and what stands in its way, or publish it."""
    row = found(form_id)
    if request.method == "GET":
        return _publish_page(row)
    seen = seen_number()
    try:
        made = versions.publish(db, form_id, seen=seen, by=actor(), now=now())
    except Conflict as problem:
        return conflict(form_id, problem, seen)
    except Refusal as refusal:
        db.rollback()
        return _publish_page(found(form_id), tell(refusal), 422)
    db.commit()
    flash(_("Version %(number)s is published.", number=made.number))
    return _its_page(made)


@bp.get("/<int:form_id>/versions/<int:number>")
@staff(Role.ORGANISER)
def version(form_id: int, number: int) -> ResponseReturnValue:
    """Show a version as it was published, and which calls ask it."""
    return _version_page(_version(form_id, number))


@bp.get("/<int:form_id>/versions/<int:number>.json")
@staff(Role.ORGANISER)
def version_json(form_id: int, number: int) -> Response:
    """Answer with a version as a file."""
    return _file(_version(form_id, number).definition, f"form-{form_id}-version-{number}.json")


@bp.get("/<int:form_id>/draft.json")
@staff(Role.ORGANISER)
def draft_json(form_id: int) -> Response:
    """Answer with the draft as a file."""
    return _file(found(form_id).draft_definition, f"form-{form_id}-draft.json")


@bp.post("/<int:form_id>/versions/<int:number>/use")
@staff(Role.ORGANISER)
def use_version(form_id: int, number: int) -> ResponseReturnValue:
    """Let a call ask this version."""
    wanted, seen = _version(form_id, number), seen_number()
    slug = request.form.get("call", "")
    call = next((each for each in form_queries.calls_of(db, wanted.form) if each.slug == slug), None) or abort(404)
    try:
        versions.use(db, call.id, wanted, seen=seen, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _version_page(_version(form_id, number), tell(refusal), 409)
    db.commit()
    flash(_("“%(call)s” asks version %(number)s now.", call=call.title(current_locale()), number=number))
    return _its_page(wanted)


def of_number(version_id: int) -> FormVersion:
    """Return a version by its id."""
    return db.get(FormVersion, version_id) or abort(404)


def _publish_page(row: ApplicationForm, problem: str = "", status: int = 200) -> ResponseReturnValue:
    definition = row.draft_definition
    page = render_template(
        "forms/publish.html",
        definition=definition,
        problems=problems(definition),
        newest=versions.newest(row),
        unpublished=versions.unpublished(row),
        calls=form_queries.calls_of(db, row),
        problem=problem,
        **frame(row),
    )
    return page, status


def _version_page(shown: FormVersion, problem: str = "", status: int = 200) -> ResponseReturnValue:
    row = shown.form
    earlier = form_queries.version(db, row.id, shown.number - 1)
    page = render_template(
        "forms/version.html",
        version=shown,
        definition=shown.definition,
        changed=changes(earlier.definition, shown.definition) if earlier else [],
        newest=versions.newest(row),
        calls=form_queries.calls_of(db, row),
        names=form_queries.names(db, [shown.published_by]),
        can_use=_can_use,
        problem=problem,
        **frame(row),
    )
    return page, status


def _can_use(call: Call, shown: FormVersion) -> bool:
    """Tell whether a call could ask this version and asks an older one, or none yet."""
    return call.form_version is None or call.form_version.number < shown.number


def _file(definition: Definition, name: str) -> Response:
    text = json.dumps(to_json(definition), ensure_ascii=False, indent=1)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _its_page(shown: FormVersion) -> ResponseReturnValue:
    return redirect(url_for("forms.version", form_id=shown.form_id, number=shown.number), 303)


def _version(form_id: int, number: int) -> FormVersion:
    return form_queries.version(db, form_id, number) or abort(404)
