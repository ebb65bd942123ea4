"""The organisers' pages of a call's reviewers: who they are and how far, and each with their ties."""

from collections.abc import Callable

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.people.named import the_one_named, with_country
from registrar.reviews import reviewers as operations
from registrar.reviews.blueprint import bp, done, found_call
from registrar.reviews.models import Reviewer, ReviewerTie
from registrar.reviews.reviewer_forms import TIES, InviteReviewerForm, ReviewerForm, TieForm
from registrar.reviews.reviewers import Work
from registrar.reviews.rules import Tie
from registrar.settings import Settings
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import undo


@bp.get("/reviewers")
@staff(Role.ORGANISER)
def reviewers(slug: str) -> ResponseReturnValue:
    """Show who reviews a call, how much each has and how far they are."""
    call = found_call(slug)
    return _page(call, _invitation(call))


def _invitation(call: Call) -> InviteReviewerForm:
    form = InviteReviewerForm()
    form.offer(operations.candidates(db, call))
    return form


def _page(call: Call, form: InviteReviewerForm) -> str:
    panel = operations.panel(db, call)
    return render_template(
        "reviews_manage/reviewers.html", call=call, form=form, live=[each for each in panel if each.left_at is None],
        gone=[each for each in panel if each.left_at is not None], nothing=Work(), zone=signed_in_staff().timezone,
        work=operations.work(db, call, signed_in_staff()), ties=TIES,
    )  # fmt: skip


@bp.post("/reviewers")
@staff(Role.ORGANISER)
def invite_reviewer(slug: str) -> ResponseReturnValue:
    """Invite somebody to review."""
    call = found_call(slug)
    form = _invitation(call)
    if not form.validate():
        return _page(call, form), 422
    try:
        invited = _invite(call, form)
    except Refusal as refusal:
        db.rollback()
        form.form_errors = [tell(refusal)]
        return _page(found_call(slug), form), 422
    return done(".reviewers", _("An invitation is on its way to %(name)s.", name=invited.staff.name), slug=slug)


def _invite(call: Call, form: InviteReviewerForm) -> Reviewer:
    if form.member.data:
        member = db.get_one(Staff, form.member.data)
        return operations.invite(db, call, member, form.details, by=actor(), now=now())
    settings: Settings = current_app.extensions["registrar.settings"]
    newcomer = form.newcomer(settings.default_timezone)
    return operations.invite_newcomer(db, call, newcomer, form.details, by=actor(), now=now())


@bp.route("/reviewers/<int:number>", methods=["GET", "POST"])
@staff(Role.ORGANISER)
def reviewer(slug: str, number: int) -> ResponseReturnValue:
    """Show one reviewer, and change what they read, know and take on."""
    found, form = _found(slug, number), ReviewerForm()
    if request.method == "GET":
        form.show(found)
        return _one(found, form)
    if not form.validate():
        return _one(found, form), 422
    change = operations.change
    return _act(found, lambda: change(db, found, form.details, by=actor(), now=now()), _("Kept."))


def _one(found: Reviewer, form: ReviewerForm, tie_form: TieForm | None = None) -> str:
    count = operations.work(db, found.call, signed_in_staff()).get(found.id, Work())
    return render_template(
        "reviews_manage/reviewer.html", call=found.call, reviewer=found, form=form, work=count, ties=TIES,
        tie_form=tie_form or TieForm(formdata=None), zone=signed_in_staff().timezone,
    )  # fmt: skip


@bp.post("/reviewers/<int:number>/again")
@staff(Role.ORGANISER)
def invite_again(slug: str, number: int) -> ResponseReturnValue:
    """Send the invitation once more."""
    found = _found(slug, number)
    operations.remind(db, found, now=now())
    return _done(found, _("An invitation is on its way to %(name)s.", name=found.staff.name))


@bp.post("/reviewers/<int:number>/leave")
@staff(Role.ORGANISER)
def let_go(slug: str, number: int) -> ResponseReturnValue:
    """Let a reviewer go."""
    found = _found(slug, number)
    text = _("%(name)s reviews this call no longer.", name=found.staff.name)
    told = undo(text, url_for(".come_back", slug=slug, number=number))
    return _act(found, lambda: operations.leave(db, found, by=actor(), now=now()), told)


@bp.post("/reviewers/<int:number>/come-back")
@staff(Role.ORGANISER)
def come_back(slug: str, number: int) -> ResponseReturnValue:
    """Take back that a reviewer left."""
    found = _found(slug, number)
    told = _("%(name)s reviews this call again.", name=found.staff.name)
    return _act(found, lambda: operations.come_back(db, found, by=actor(), now=now()), told)


@bp.post("/reviewers/<int:number>/ties")
@staff(Role.ORGANISER)
def add_tie(slug: str, number: int) -> ResponseReturnValue:
    """Note what binds a reviewer to an institution."""
    found, form = _found(slug, number), TieForm()
    if form.validate():
        try:
            institution = the_one_named(db, form.institution.data or "")
            operations.tie(db, found, institution, Tie(form.tie.data), by=actor(), now=now())
            return _done(found, _("Noted. Conflicts of interest are suggested from it."))
        except Refusal as refusal:
            db.rollback()
            form.institution.errors = [tell(refusal)]
    found, shown = _found(slug, number), ReviewerForm(formdata=None)
    shown.show(found)
    return _one(found, shown, form), 422


@bp.post("/reviewers/<int:number>/ties/<int:tie_id>/remove")
@staff(Role.ORGANISER)
def remove_tie(slug: str, number: int, tie_id: int) -> ResponseReturnValue:
    """Take back what binds a reviewer to an institution."""
    found, made = _found(slug, number), db.get(ReviewerTie, tie_id)
    if made is None or made.reviewer_id != found.id:
        abort(404)
    fields = {"institution": with_country(made.institution), "tie": made.tie.value}
    operations.untie(db, found, made, by=actor(), now=now())
    return _done(found, undo(_("Removed."), url_for(".add_tie", slug=slug, number=number), **fields))


def _found(slug: str, number: int) -> Reviewer:
    found = db.get(Reviewer, number)
    return found if found and found.call_id == found_call(slug).id else abort(404)


def _act(found: Reviewer, act: Callable[[], None], told: object) -> ResponseReturnValue:
    slug, number = found.call.slug, found.id
    try:
        act()
    except Refusal as refusal:
        db.rollback()
        form, found = ReviewerForm(formdata=None), _found(slug, number)
        form.show(found)
        form.form_errors = [tell(refusal)]
        return _one(found, form), 409
    return _done(found, told)


def _done(found: Reviewer, told: object) -> ResponseReturnValue:
    return done(".reviewer", told, slug=found.call.slug, number=found.id)
