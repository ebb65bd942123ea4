"""The organisers' pages of a review's phases: the list with the active one, and each with what it allows."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import phases as operations
from registrar.reviews.blueprint import bp, done, found_call
from registrar.reviews.models import ReviewPhase
from registrar.reviews.phase_forms import SEES, PhaseForm
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.filter_forms import row_number
from registrar.web.locale import current_locale
from registrar.web.notices import undo


@bp.get("/phases")
@staff(Role.ORGANISER)
def phases(slug: str) -> ResponseReturnValue:
    """Show the phases of a call's review."""
    return _page(found_call(slug))


def _page(call: Call, problem: str = "") -> str:
    found = operations.phases_of(db, call)
    return render_template("reviews_manage/phases.html", call=call, phases=found, problem=problem, sees=SEES)


@bp.post("/phases/ready")
@staff(Role.ORGANISER)
def ready_phases(slug: str) -> ResponseReturnValue:
    """Make the ready set of phases."""
    call = found_call(slug)
    try:
        operations.make_ready(db, call, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(slug, refusal)
    return done(".phases", _("The phases are there. Activate one when you want to begin."), slug=slug)


@bp.route("/phases/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new_phase(slug: str) -> ResponseReturnValue:
    """Add a phase."""
    return _edit(found_call(slug), None)


@bp.route("/phases/<int:number>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def phase(slug: str, number: int) -> ResponseReturnValue:
    """Change a phase."""
    call = found_call(slug)
    return _edit(call, _found(call, number))


def _edit(call: Call, phase: ReviewPhase | None) -> ResponseReturnValue:
    form = PhaseForm()
    if request.method == "GET":
        if phase is not None:
            form.show(phase, call.timezone)
        return _form_page(call, phase, form)
    details = form.details(call.timezone) if form.validate() else None
    if details is None:
        return _form_page(call, phase, form), 422
    try:
        if phase is None:
            operations.add(db, call, details, by=actor(), now=now())
        else:
            operations.change(db, call, phase, details, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        form.form_errors = [tell(refusal)]
        return _form_page(call, phase, form), 422
    return done(".phases", _("The phase is kept."), slug=call.slug)


def _form_page(call: Call, phase: ReviewPhase | None, form: PhaseForm) -> str:
    return render_template("reviews_manage/phase.html", call=call, phase=phase, form=form)


@bp.post("/phases/active")
@staff(Role.ORGANISER)
def activate_phase(slug: str) -> ResponseReturnValue:
    """Make a phase the active one, or none."""
    call, number = found_call(slug), row_number(request.form.get("phase"))
    wanted = _found(call, number) if number else None
    try:
        before = operations.activate(db, call, wanted, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(slug, refusal)
    if before is wanted:
        return redirect(url_for(".phases", slug=slug), 303)
    told = _("No phase is active: reviewers see nothing.")
    if wanted is not None:
        told = _("“%(phase)s” is active now.", phase=wanted.name(current_locale()))
    way_back = url_for(".activate_phase", slug=slug)
    return done(".phases", undo(told, way_back, phase=before.id if before else ""), slug=slug)


@bp.post("/phases/<int:number>/remove")
@staff(Role.ORGANISER)
def remove_phase(slug: str, number: int) -> ResponseReturnValue:
    """Remove a phase that is not active."""
    call = found_call(slug)
    try:
        operations.remove(db, call, _found(call, number), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(slug, refusal)
    return done(".phases", _("The phase is removed."), slug=slug)


def _found(call: Call, number: int) -> ReviewPhase:
    phase = db.get(ReviewPhase, number)
    return phase if phase and phase.call_id == call.id else abort(404)


def _refused(slug: str, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    return _page(found_call(slug), tell(refusal)), 409
