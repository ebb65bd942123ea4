"""Sections in the builder: their words in both languages, their order, taking one out."""

import json
from functools import partial
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls import form_operations
from registrar.calls.builder import words
from registrar.calls.builder.blueprint import back, bp, conflict, found, frame, seen_number
from registrar.calls.builder.fields import SectionForm
from registrar.calls.builder.question_manage import offer_undo
from registrar.calls.definition import MalformedDefinitionError, Section, from_json, to_json
from registrar.calls.editing import Step, move_section
from registrar.calls.form_operations import Edit, StaleSection
from registrar.calls.models import ApplicationForm
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.route("/<int:form_id>/add/section", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new_section(form_id: int) -> ResponseReturnValue:
    """Write a section; it is stored when it is saved."""
    row, form = found(form_id), SectionForm()
    if request.method == "GET" or not form.validate():
        return _page(row, form)
    try:
        made = form_operations.add_new_section(db, form_id, form.section, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(found(form_id), form, tell(refusal), 422)
    db.commit()
    return back(row, f"section-{made.key}")


@bp.route("/<int:form_id>/sections/<key>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def section(form_id: int, key: str) -> ResponseReturnValue:
    """Show a section's words, or store them as they were changed."""
    row = found(form_id)
    stored = row.draft_definition.section(key) or abort(404)
    if request.method == "GET":
        return _page(row, SectionForm(formdata=None, data=_shown(stored)))
    form = SectionForm()
    if not form.validate():
        return _page(row, form)
    wanted = Section(key, form.section.title, form.section.help)
    try:
        form_operations.save_section(db, form_id, wanted, seen=_seen(form) or stored, by=actor(), now=now())
    except StaleSection as stale:
        db.rollback()
        form.seen.data = _shown(stale.current)["seen"]
        return _page(found(form_id), form, tell(stale), 409, theirs=stale.current)
    db.commit()
    return back(row, f"section-{key}")


@bp.post("/<int:form_id>/sections/<key>/arrange")
@staff(Role.ORGANISER)
def arrange_section(form_id: int, key: str) -> ResponseReturnValue:
    """Move a section or take it out, as the button says."""
    row, seen, what = found(form_id), seen_number(), request.form.get("do", "")
    if what not in (*Step, "out"):
        abort(400)
    try:
        if what == "out":
            return _take_out(row, key, seen)
        edit = Edit("form.move_section", partial(move_section, key=key, step=Step(what)), {"section": key})
        form_operations.change(db, form_id, edit, seen=seen, by=actor(), now=now())
    except Conflict as problem:
        return conflict(form_id, problem, seen)
    db.commit()
    return back(row, f"{what}-section-{key}")


def _take_out(row: ApplicationForm, key: str, seen: int) -> ResponseReturnValue:
    gone = row.draft_definition.section(key)
    entry = form_operations.take_out_section(db, row.id, key, seen=seen, by=actor(), now=now())
    db.commit()
    text = _("The section “%(section)s” is removed.", section=words.said(gone.title) if gone else key)
    if gone and (count := len(gone.questions)):
        text += " " + ngettext("%(num)s question went with it.", "%(num)s questions went with it.", count)
    offer_undo(row, text, entry.id)
    return back(row)


def _shown(stored: Section) -> dict[str, Any]:
    title, help = stored.title, stored.help
    seen = json.dumps(to_json(Section(stored.key, title, help)))
    return {"title_en": title.en, "title_fr": title.fr, "help_en": help.en, "help_fr": help.fr, "seen": seen}


def _seen(form: SectionForm) -> Section | None:
    """Return the section as the page showed it."""
    try:
        return from_json({"sections": [json.loads(form.seen.data or "")]}).sections[0]
    except (MalformedDefinitionError, ValueError, RecursionError):
        return None


def _page(
    row: ApplicationForm, form: SectionForm, problem: str = "", status: int = 200, **more: Any
) -> ResponseReturnValue:
    page = render_template("forms/section.html", form=form, problem=problem, **{"theirs": None, **frame(row), **more})
    return page, 422 if form.errors else status
