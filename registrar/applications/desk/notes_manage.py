"""What organisers write beside one application: notes and tags, each with its way back."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.desk import operations, tags
from registrar.applications.desk.blueprint import bp, found_application
from registrar.applications.desk.forms import NoteForm
from registrar.applications.desk.reading_manage import full_page
from registrar.applications.desk_models import Note
from registrar.applications.models import Application
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import undo


@bp.post("/applications/<reference>/notes")
@staff(Role.ORGANISER)
def add_note(reference: str) -> ResponseReturnValue:
    """Put a note on an application."""
    found, form = found_application(reference), NoteForm()
    if not form.validate_on_submit():
        return full_page(found, wrong=form), 422
    operations.add_note(db, found, form.text.data or "", staff=signed_in_staff(), now=now())
    return done(found, _("The note is kept."), "notes")


@bp.post("/applications/<reference>/notes/<int:number>/remove")
@staff(Role.ORGANISER)
def remove_note(reference: str, number: int) -> ResponseReturnValue:
    """Take a note off the page."""
    found = found_application(reference)
    operations.remove_note(db, found, _note(found, number), by=actor(), now=now())
    url = way_back("desk.restore_note", reference=reference, number=number)
    return done(found, undo(_("The note is removed."), url), "notes")


@bp.post("/applications/<reference>/notes/<int:number>/restore")
@staff(Role.ORGANISER)
def restore_note(reference: str, number: int) -> ResponseReturnValue:
    """Put a removed note back."""
    found = found_application(reference)
    operations.restore_note(db, found, _note(found, number), by=actor(), now=now())
    return done(found, _("The note is back."), "notes")


@bp.post("/applications/<reference>/tags")
@staff(Role.ORGANISER)
def add_tag(reference: str) -> ResponseReturnValue:
    """Put a tag on an application."""
    found = found_application(reference)
    try:
        tags.put_on(db, [found.id], request.form.get("tag", ""), by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return full_page(found_application(reference), tell(refusal)), 422
    return done(found, "", "tags")


@bp.post("/applications/<reference>/tags/remove")
@staff(Role.ORGANISER)
def remove_tag(reference: str) -> ResponseReturnValue:
    """Take a tag off an application."""
    found, tag = found_application(reference), request.form.get("tag", "")
    try:
        changed = tags.take_off(db, [found.id], tag, by=actor(), now=now())
    except Refusal:
        abort(400)
    url = way_back("desk.add_tag", reference=reference)
    return done(found, undo(_("The tag is taken off."), url, tag=tag) if changed else "", "tags")


def done(found: Application, message: Any, anchor: str) -> ResponseReturnValue:
    """Commit, say so, and show the application again where it was changed."""
    reference = found.reference
    db.commit()
    if message:
        flash(message, "undo" if isinstance(message, dict) else "message")
    return redirect(way_back(".application", reference=reference) + f"#{anchor}", 303)


def way_back(endpoint: str, **values: Any) -> str:
    """Return an address that keeps the list from which its reader came."""
    return url_for(endpoint, **{**request.args.to_dict(), **values})


def _note(found: Application, number: int) -> Note:
    note = db.get(Note, number)
    return note if note and note.application_id == found.id else abort(404)
