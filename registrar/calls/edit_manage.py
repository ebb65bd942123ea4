"""Organisers change what a call says, when it runs and who may apply; nothing that was typed gets lost."""

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.calls import operations, queries
from registrar.calls.forms import AdmissionForm, DatesForm, FormChoice, TextsForm
from registrar.calls.manage import bp, found, its_page, page_of
from registrar.calls.models import ApplicationForm, Call
from registrar.calls.rules import CallState
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.programmes.choices import zone_options
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import long_date
from registrar.web.notices import offer_undo

Part = TextsForm | DatesForm | AdmissionForm


@dataclass(frozen=True)
class Difference:
    """A field that somebody else left in another state than what is typed."""

    label: str
    theirs: str
    yours: str


@bp.route("/<slug>/texts", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def texts(slug: str) -> ResponseReturnValue:
    """Write what a call says; a preview stores nothing."""
    call = found(slug)
    form = TextsForm(data=_shown(TextsForm, call))
    if request.method == "GET" or _step() == "preview":
        return _page("texts", call, form, is_preview=_step() == "preview")
    return _save("texts", call, form)


@bp.route("/<slug>/dates", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def dates(slug: str) -> ResponseReturnValue:
    """Say when a call runs; where it is published, show first what that changes."""
    call = found(slug)
    form = DatesForm(data=_shown(DatesForm, call))
    if request.method == "GET":
        return _dates_page(call, form)
    if _step() == "check":
        return _dates_page(call, form, planned=form.values) if form.validate() else _dates_page(call, form, status=422)
    before = DatesForm.stored(call)
    return _save("dates", call, form, before)


@bp.route("/<slug>/admission", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def admission(slug: str) -> ResponseReturnValue:
    """Say who may apply, for how many places."""
    call = found(slug)
    form = AdmissionForm(data=_shown(AdmissionForm, call))
    form.offer(queries.line_titles(db))
    return _page("admission", call, form) if request.method == "GET" else _save("admission", call, form)


@bp.post("/<slug>/form")
@staff(Role.ORGANISER)
def choose_form(slug: str) -> ResponseReturnValue:
    """Let a draft ask another form."""
    call, form = found(slug), FormChoice()
    form.offer(queries.forms(db))
    if not form.validate():
        return page_of(call, form.first_error, 422)
    chosen = db.get_one(ApplicationForm, form.form.data)
    try:
        operations.choose_form(db, call.id, chosen, seen=form.seen_number, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return page_of(found(slug), tell(refusal), 409)
    db.commit()
    flash(_("Saved."), "done")
    return its_page(call)


def _step() -> str:
    """Return which button was pressed; Enter in a field saves."""
    return request.form.get("step", "save")


def _shown(form: type[Part], call: Call) -> dict[str, Any] | None:
    """Return what a form shows of a call; nothing if it was sent."""
    return None if request.method == "POST" else {**form.stored(call), "seen": str(call.version)}


def _save(name: str, call: Call, form: Part, before: dict[str, Any] | None = None) -> ResponseReturnValue:
    """Store what was filled in, or show the form again with what is to be mended."""
    if not form.validate():
        return _again(name, call, form, 422)
    try:
        changed = operations.edit(db, call.id, form.values, seen=form.seen_number, by=actor(), now=now())
    except Conflict as conflict:
        return _conflict(name, call.slug, form, conflict)
    except Refusal as refusal:
        db.rollback()
        form.form_errors.append(tell(refusal))
        return _again(name, found(call.slug), form, 422)
    db.commit()
    _tell(call, changed, before)
    return its_page(call)


def _again(name: str, call: Call, form: Part, status: int, **context: Any) -> ResponseReturnValue:
    """Show a form with what was typed."""
    if isinstance(form, DatesForm):
        return _dates_page(call, form, status=status, **context)
    return _page(name, call, form, status, **context)


def _conflict(name: str, slug: str, form: Part, conflict: Conflict) -> ResponseReturnValue:
    """Show what the other stored beside what was typed; saving again then counts as having seen it."""
    db.rollback()
    call = found(slug)
    stored = type(form)(formdata=None, data=form.stored(call))
    if isinstance(stored, AdmissionForm):
        stored.offer(queries.line_titles(db))
    pairs = ((field, stored[name]) for name, field in form.written().items())
    differing = [
        Difference(field.label.text, _readable(theirs), _readable(field))
        for field, theirs in pairs
        if (field.data or None) != (theirs.data or None)
    ]
    form.seen.data = str(call.version)
    return _again(name, call, form, 409, conflict=tell(conflict), differing=differing)


def _readable(field: Field) -> str:
    """Write what a field holds as people read it."""
    value = field.data
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if hasattr(field, "iter_choices") and value:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(each.label) for each in field.iter_choices() if each.value in chosen)
    if hasattr(value, "isoformat"):
        return long_date(value) if hasattr(value, "year") else f"{value:%H:%M}"
    return str(value) if value not in (None, "", []) else "–"


def _page(name: str, call: Call, form: Part, status: int = 200, **context: Any) -> ResponseReturnValue:
    return render_template(f"calls_manage/{name}.html", call=call, form=form, **context), status


def _dates_page(
    call: Call, form: DatesForm, planned: dict[str, Any] | None = None, status: int = 200, **context: Any
) -> ResponseReturnValue:
    """Show the dates; `planned` are new ones, with whom they concern."""
    counts = queries.count_of(db, call, signed_in_staff())
    return _page(
        "dates", call, form, status, planned=planned, counts=counts, zones=zone_options(),
        is_draft=call.state is CallState.DRAFT, **context,
    )  # fmt: skip


def _tell(call: Call, changed: list[str], before: dict[str, Any] | None) -> None:
    """Say that it is saved; offer the way back where a published call has other dates now."""
    if not changed or before is None or call.state is CallState.DRAFT:
        flash(_("Saved.") if changed else _("Saved; nothing was different."), "done")
        return
    fields = {name: _sent(value) for name, value in before.items() if value is not None}
    way_back = url_for(".dates", slug=call.slug)
    offer_undo(_("The dates are changed."), way_back, **fields, seen=call.version, step="save")


def _sent(value: Any) -> str:
    """Write a value as a browser would send it."""
    return f"{value:%H:%M}" if hasattr(value, "hour") else str(value)
