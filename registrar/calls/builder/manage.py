"""The organisers' forms: the list, a new one, the builder, its preview, and taking a removal back."""

from typing import Any

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls import form_operations, form_queries
from registrar.calls.builder import question_manage, section_manage, version_manage
from registrar.calls.builder.blueprint import back, bp, builder, found, frame
from registrar.calls.builder.fields import NameForm, NewForm
from registrar.calls.builder.importing import read
from registrar.calls.builder.preview import language, rendered, typed
from registrar.calls.conditions import asked
from registrar.calls.definition import Definition
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.web.access import staff
from registrar.web.failures import tell

PAGES = (question_manage, section_manage, version_manage)
"""What is registered by being imported: all on one blueprint."""


@bp.get("")
@staff(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """List the forms, the one changed last first."""
    return render_template("forms/index.html", lines=form_queries.listing(db), **frame())


@bp.route("/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new() -> ResponseReturnValue:
    """Begin a form: empty, with the questions of another, or from a file."""
    form = NewForm(source=request.args.get("source", ""))
    form.offer(form_queries.listing(db))
    if request.method == "GET" or not form.validate():
        return _new_page(form)
    try:
        definition = _beginning(form)
        made = form_operations.create(db, form.name.data or "", definition, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        field = form.file if refusal.message != form_operations.NAME_TAKEN else form.name
        field.errors = [*field.errors, tell(refusal)]
        return _new_page(form)
    db.commit()
    return back(made)


@bp.get("/<int:form_id>")
@staff(Role.ORGANISER)
def form(form_id: int) -> ResponseReturnValue:
    """Show the builder."""
    return builder(found(form_id))


@bp.route("/<int:form_id>/name", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def name(form_id: int) -> ResponseReturnValue:
    """Give the form another name."""
    row = found(form_id)
    form = NameForm(obj=row)
    if request.method == "GET" or not form.validate():
        return _name_page(form, form_id)
    try:
        form_operations.rename(db, row, form.name.data or "", by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        form.name.errors = [*form.name.errors, tell(refusal)]
        return _name_page(form, form_id)
    db.commit()
    flash(_("The form is renamed."))
    return back(row)


@bp.route("/<int:form_id>/preview", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def preview(form_id: int) -> ResponseReturnValue:
    """Show the form as applicants will, with what was typed and what is asked then; nothing is stored."""
    row = found(form_id)
    definition = row.draft_definition
    values = typed(definition, request.form)
    code = language()
    fields = rendered(definition, values, asked(definition, values), code)
    return render_template("forms/preview.html", preview=fields, preview_language=code, **frame(row))


@bp.post("/<int:form_id>/undo")
@staff(Role.ORGANISER)
def undo(form_id: int) -> ResponseReturnValue:
    """Bring back what was removed, to where it stood."""
    row = found(form_id)
    number = request.form.get("entry", "")
    entry = form_queries.removal(db, row, int(number)) if number.isdecimal() and len(number) < 19 else None
    if entry is None:
        abort(404)
    try:
        form_operations.bring_back(db, form_id, entry, by=actor(), now=now())
    except Conflict:
        raise
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
        return back(row)
    db.commit()
    flash(_("It is back where it was."))
    return back(row)


def _beginning(form: NewForm) -> Definition:
    """Return what a new form begins with: the file before the chosen form."""
    content = form.content
    if content:
        return read(content)
    kind, _colon, number = (form.source.data or "").partition(":")
    if kind == "draft":
        return found(int(number)).draft_definition
    if kind == "version":
        return version_manage.of_number(int(number)).definition
    return Definition()


def _new_page(form: NewForm) -> ResponseReturnValue:
    return render_template("forms/new.html", form=form, **frame()), 422 if form.errors else 200


def _name_page(form: NameForm, form_id: int) -> ResponseReturnValue:
    page: dict[str, Any] = {"form": form, **frame(found(form_id))}
    return render_template("forms/name.html", **page), 422 if form.errors else 200
