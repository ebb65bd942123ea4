"""The organisers' pages of who reviews what: coverage, a plan before it is applied, changes from either side's list."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.models import Application
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.reviews import assignments as operations
from registrar.reviews import coverage, plan_words, planning, reviewers
from registrar.reviews.assigning import Shortage
from registrar.reviews.blueprint import bp, done, found_call
from registrar.reviews.models import Reviewer
from registrar.reviews.reviewers import Work
from registrar.reviews.rules import AssignmentState
from registrar.reviews.suggesting import suggest
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.filter_forms import row_number
from registrar.web.notices import undo
from registrar.web.paging import page, page_number

USUAL, MOST = 3, 10
"""Reviews per application."""


@bp.get("/assignments")
@staff(Role.ORGANISER)
def assignments(slug: str) -> ResponseReturnValue:
    """Show how many reviewers each application has, and how much each reviewer has."""
    call, me, number = found_call(slug), signed_in_staff(), page_number()
    covered, more = coverage.page(db, call, me, number)
    spread = coverage.spread(db, call, me)
    panel = [each for each in reviewers.panel(db, call) if each.left_at is None]
    return render_template(
        "reviews_manage/assignments.html", call=call, covered=covered, spread=spread, each=_each(), most=MOST,
        page=page(number, coverage.PER_PAGE, len(covered), total=sum(spread.values()), more=more), panel=panel,
        work=reviewers.work(db, call, me), nothing=Work(),
    )  # fmt: skip


def _each() -> int:
    """Return how many reviews each application is to have."""
    return min(row_number(request.values.get("each")) or USUAL, MOST)


@bp.post("/assignments/prepare")
@staff(Role.ORGANISER)
def prepare_plan(slug: str) -> ResponseReturnValue:
    """Look for conflicts of interest first, so that the plan keeps clear of them, then show it."""
    suggest(db, found_call(slug), by=actor(), now=now())
    db.commit()
    return redirect(url_for(".plan", slug=slug, each=_each()), 303)


@bp.get("/assignments/plan")
@staff(Role.ORGANISER)
def plan(slug: str) -> ResponseReturnValue:
    """Show who would review what, or what is short."""
    return _plan_page(found_call(slug))


def _plan_page(call: Call, problem: str = "") -> str:
    me, each = signed_in_staff(), _each()
    found = operations.plan(db, call, each, me)
    shown: dict[str, Any] = {"preview": None, "shortage": "", "advice": []}
    if isinstance(found, Shortage):
        count = len(operations.readers(db, call))
        named = planning.references(db, list(found.short_papers))
        shown |= {
            "shortage": plan_words.told(found, each, count),
            "advice": plan_words.advice(found, each, count, named),
        }
    else:
        shown["preview"] = planning.preview(db, call, found, me)
    return render_template("reviews_manage/plan.html", call=call, each=each, problem=problem, most=MOST, **shown)


@bp.post("/assignments/plan")
@staff(Role.ORGANISER)
def apply_plan(slug: str) -> ResponseReturnValue:
    """Apply the plan that was looked at."""
    call = found_call(slug)
    try:
        refuse_if_frozen(call)
        seen = request.form.get("fingerprint", "")
        new = operations.apply(db, call, _each(), seen, by=actor(), now=now(), seen_by=signed_in_staff())
    except Refusal as refusal:
        db.rollback()
        return _plan_page(found_call(slug), tell(refusal)), 409
    told = ngettext("%(num)s review was given out.", "%(num)s reviews were given out.", new)
    return done(".assignments", told, slug=slug)


@bp.get("/assignments/applications/<reference>")
@staff(Role.ORGANISER)
def application_reviewers(slug: str, reference: str) -> ResponseReturnValue:
    """Show who reviews one application, and who else could."""
    return _application(found_call(slug), reference)


def _application(call: Call, reference: str, problem: str = "") -> str:
    found = coverage.of_application(db, call, signed_in_staff(), reference) or abort(404)
    return render_template(
        "reviews_manage/application_reviewers.html", call=call, found=found, problem=problem,
        free=coverage.free_reviewers(db, found.application),
    )  # fmt: skip


@bp.get("/assignments/reviewers/<int:number>")
@staff(Role.ORGANISER)
def reviewer_applications(slug: str, number: int) -> ResponseReturnValue:
    """Show what one reviewer has, and what else they could be given."""
    call = found_call(slug)
    return _reviewer(call, _found(call, number))


def _reviewer(call: Call, found: Reviewer, problem: str = "") -> str:
    me = signed_in_staff()
    return render_template(
        "reviews_manage/reviewer_applications.html", call=call, reviewer=found, problem=problem,
        given=coverage.of_reviewer(db, found, me), free=coverage.free_applications(db, found, me),
        work=reviewers.work(db, call, me).get(found.id, Work()),
    )  # fmt: skip


@bp.post("/assignments/add")
@staff(Role.ORGANISER)
def add_assignment(slug: str) -> ResponseReturnValue:
    """Give an application to a reviewer; `side` says from whose list."""
    call = found_call(slug)
    reference, side = request.form.get("application", ""), request.form.get("side", "")
    application = _application_of(call, reference)
    reviewer = _found(call, row_number(request.form.get("reviewer")) or 0)
    try:
        refuse_if_frozen(call)
        operations.add(db, application, reviewer, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(slug, side, reference, reviewer.id, refusal)
    told = _("%(name)s reviews %(reference)s.", name=reviewer.staff.name, reference=reference)
    return _back(slug, side, reference, reviewer.id, told)


@bp.post("/assignments/<int:number>/remove")
@staff(Role.ORGANISER)
def remove_assignment(slug: str, number: int) -> ResponseReturnValue:
    """Take an application from a reviewer who has written nothing yet."""
    call, side = found_call(slug), request.form.get("side", "")
    found = coverage.assignment(db, call, signed_in_staff(), number) or abort(404)
    reference, reviewer = found.application.reference, found.reviewer
    if found.state is not AssignmentState.ASSIGNED:
        abort(404)
    try:
        refuse_if_frozen(call)
        operations.remove(db, found, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(slug, side, reference, reviewer.id, refusal)
    text = _("%(name)s does not review %(reference)s any more.", name=reviewer.staff.name, reference=reference)
    fields = {"application": reference, "reviewer": reviewer.id, "side": side}
    told = undo(text, url_for(".add_assignment", slug=slug), **fields)
    return _back(slug, side, reference, reviewer.id, told)


def _application_of(call: Call, reference: str) -> Application:
    found = coverage.of_application(db, call, signed_in_staff(), reference) or abort(404)
    return found.application


def _found(call: Call, number: int) -> Reviewer:
    found = db.get(Reviewer, number)
    return found if found and found.call_id == call.id and found.left_at is None else abort(404)


def _back(slug: str, side: str, reference: str, number: int, told: object) -> ResponseReturnValue:
    """Lead to the list from which it was done."""
    if side == "reviewer":
        return done(".reviewer_applications", told, slug=slug, number=number)
    return done(".application_reviewers", told, slug=slug, reference=reference)


def _refused(slug: str, side: str, reference: str, number: int, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    call, status = found_call(slug), 409 if isinstance(refusal, Conflict) else 422
    if side == "reviewer":
        return _reviewer(call, _found(call, number), tell(refusal)), status
    return _application(call, reference, tell(refusal)), status
