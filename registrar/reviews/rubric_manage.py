"""The organisers' pages of a call's rubric: its criteria in their order, and each with its levels."""

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import rubrics as operations
from registrar.reviews.blueprint import bp, done, found_call
from registrar.reviews.models import Criterion
from registrar.reviews.ready_rubric import READY
from registrar.reviews.rubric_forms import CriterionForm
from registrar.reviews.rubrics import Direction
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.locale import current_locale
from registrar.web.notices import undo


@bp.get("/rubric")
@staff(Role.ORGANISER)
def rubric(slug: str) -> ResponseReturnValue:
    """Show the criteria by which applications are scored."""
    return _page(found_call(slug))


def _page(call: Call, problem: str = "") -> str:
    criteria = operations.criteria_of(db, call)
    live = [each for each in criteria if each.retired_at is None]
    return render_template(
        "reviews_manage/rubric.html", call=call, problem=problem, live=live, scored=operations.scored(db, criteria),
        retired=[each for each in criteria if each.retired_at is not None],
        total=sum(each.weight for each in live if each.required),
    )  # fmt: skip


@bp.post("/rubric/ready")
@staff(Role.ORGANISER)
def ready_rubric(slug: str) -> ResponseReturnValue:
    """Take the rubric to begin with."""
    call = found_call(slug)
    return _act(call, lambda: operations.make_ready(db, call, READY, by=actor(), now=now()), _("The rubric is there."))


@bp.route("/rubric/new", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def new_criterion(slug: str) -> ResponseReturnValue:
    """Add a criterion."""
    return _edit(found_call(slug), None)


@bp.route("/rubric/<int:number>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def criterion(slug: str, number: int) -> ResponseReturnValue:
    """Change a criterion."""
    call = found_call(slug)
    return _edit(call, _found(call, number))


def _edit(call: Call, criterion: Criterion | None) -> ResponseReturnValue:
    form = CriterionForm()
    if request.method == "GET":
        _fill(form, criterion)
        return _form_page(call, criterion, form)
    details = form.details if form.validate() else None
    if details is None:
        return _form_page(call, criterion, form), 422
    try:
        if criterion is None:
            operations.add(db, call, details, by=actor(), now=now())
        else:
            operations.change(db, call, criterion, details, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        form.form_errors = [tell(refusal)]
        return _form_page(call, criterion, form), 422
    return done(".rubric", _("The criterion is kept."), slug=call.slug)


def _fill(form: CriterionForm, criterion: Criterion | None) -> None:
    if criterion is None:
        form.begin()
    else:
        form.show(criterion, free=0 if operations.scored(db, [criterion]) else 1)


def _form_page(call: Call, criterion: Criterion | None, form: CriterionForm) -> str:
    is_scored = bool(criterion and operations.scored(db, [criterion]))
    return render_template("reviews_manage/criterion.html", call=call, criterion=criterion, form=form, scored=is_scored)


@bp.post("/rubric/<int:number>/move")
@staff(Role.ORGANISER)
def move_criterion(slug: str, number: int) -> ResponseReturnValue:
    """Move a criterion up or down."""
    call = found_call(slug)
    found, typed = _found(call, number), request.form.get("direction", "")
    direction = Direction(typed) if typed in set(Direction) else abort(400)
    return _act(call, lambda: operations.move(db, call, found, direction, by=actor(), now=now()), _("Moved."))


@bp.post("/rubric/<int:number>/retire")
@staff(Role.ORGANISER)
def retire_criterion(slug: str, number: int) -> ResponseReturnValue:
    """Ask a criterion no longer."""
    call = found_call(slug)
    found = _found(call, number)
    text = _("“%(criterion)s” is not asked any more.", criterion=found.title(current_locale()))
    told = undo(text, url_for(".restore_criterion", slug=slug, number=number))
    return _act(call, lambda: operations.retire(db, call, found, by=actor(), now=now()), told)


@bp.post("/rubric/<int:number>/restore")
@staff(Role.ORGANISER)
def restore_criterion(slug: str, number: int) -> ResponseReturnValue:
    """Ask a retired criterion again."""
    call = found_call(slug)
    found = _found(call, number)
    return _act(call, lambda: operations.restore(db, call, found, by=actor(), now=now()), _("It is asked again."))


def _act(call: Call, act: Callable[[], None], told: object) -> ResponseReturnValue:
    slug = call.slug
    try:
        act()
    except Refusal as refusal:
        db.rollback()
        return _page(found_call(slug), tell(refusal)), 409
    return done(".rubric", told, slug=slug)


def _found(call: Call, number: int) -> Criterion:
    criterion = db.get(Criterion, number)
    return criterion if criterion and criterion.call_id == call.id else abort(404)
