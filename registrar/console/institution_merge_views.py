"""Institutions that look like one: proposals, the preview of a merge, the merge and its undo."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import institution_operations as operations
from registrar.console import institution_queries as queries
from registrar.console import institution_words
from registrar.console.institution_rules import InstitutionFilter
from registrar.console.institution_views import bp, found, its_page
from registrar.console.navigation import page, page_number
from registrar.console.rules import PER_PAGE
from registrar.db import db
from registrar.errors import Refusal
from registrar.people import unmerging
from registrar.people.duplicates import proposals, proposals_for, take_back, tell_apart
from registrar.people.models import Institution, InstitutionMerge
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.filter_forms import LONGEST_SEARCH
from registrar.web.forms import invisible, tidy
from registrar.web.notices import offer_undo


@bp.get("/duplicates")
@staff(Role.ORGANISER)
def duplicates() -> ResponseReturnValue:
    """List pairs that look like one institution, and why."""
    every, number = proposals(db), page_number()
    before = (number - 1) * PER_PAGE
    shown = every[before : before + PER_PAGE]
    pages = page(number, PER_PAGE, len(shown), total=len(every), more=len(every) - before - len(shown))
    return render_template("institutions/duplicates.html", proposals=shown, page=pages, words=institution_words)


@bp.post("/<int:institution_id>/apart/<int:other_id>")
@staff(Role.ORGANISER)
def apart(institution_id: int, other_id: int) -> ResponseReturnValue:
    """Remember that two are not the same."""
    one, other = _pair(institution_id, other_id)
    tell_apart(db, one, other, by=actor(), now=now())
    db.commit()
    text = _("%(first)s and %(second)s are kept apart.", first=one.name, second=other.name)
    back = {"back": "duplicates"} if request.form.get("back") == "duplicates" else {}
    offer_undo(text, url_for(".alike", institution_id=one.id, other_id=other.id), **back)
    return _back(one)


@bp.post("/<int:institution_id>/alike/<int:other_id>")
@staff(Role.ORGANISER)
def alike(institution_id: int, other_id: int) -> ResponseReturnValue:
    """Forget that two were told apart."""
    one, other = _pair(institution_id, other_id)
    take_back(db, one, other, by=actor(), now=now())
    db.commit()
    return _back(one)


def _pair(one: int, other: int) -> tuple[Institution, Institution]:
    return (found(one), found(other)) if one != other else abort(404)


def _back(institution: Institution) -> ResponseReturnValue:
    """Lead to where the button was: the list of those that look alike, or the page of one."""
    is_list = request.form.get("back") == "duplicates"
    return redirect(url_for(".duplicates"), 303) if is_list else its_page(institution)


@bp.get("/<int:institution_id>/merge")
@staff(Role.ORGANISER)
def choose(institution_id: int) -> ResponseReturnValue:
    """Choose with which institution another one is merged."""
    institution = found(institution_id)
    asked = str(tidy(request.args.get("q", "")))[:LONGEST_SEARCH]
    text = "" if invisible(asked) else asked
    lines = queries.lines(db, signed_in_staff(), InstitutionFilter(text=text), 1)[0] if text else []
    return render_template(
        "institutions/choose.html", institution=institution, alike=proposals_for(db, institution), asked=text,
        found=[line.institution for line in lines if line.institution.id != institution.id], words=institution_words,
    )  # fmt: skip


@bp.get("/<int:institution_id>/merge/<int:other_id>")
@staff(Role.ORGANISER)
def preview(institution_id: int, other_id: int) -> ResponseReturnValue:
    """Show what a merge would move, before anything is done."""
    return _preview(*_pair(institution_id, other_id))


def _preview(kept: Institution, merged: Institution, problem: str = "") -> str:
    plan = None
    if not problem:
        try:
            plan = operations.plan_merge(db, kept, merged)
        except Refusal as refusal:
            problem = tell(refusal)
    return render_template(
        "institutions/merge.html", kept=kept, merged=merged, plan=plan, problem=problem, words=institution_words
    )


@bp.post("/<int:institution_id>/merge/<int:other_id>")
@staff(Role.ORGANISER)
def merge(institution_id: int, other_id: int) -> ResponseReturnValue:
    """Let one institution stand for both."""
    kept, merged = _pair(institution_id, other_id)
    try:
        done = operations.merge(db, kept, merged, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _preview(kept, merged, tell(refusal)), 409
    db.commit()
    text = _("%(merged)s is now one with %(kept)s.", merged=merged.name, kept=kept.name)
    offer_undo(text, url_for(".undo_merge", merge_id=done.id))
    return its_page(kept)


@bp.post("/merges/<int:merge_id>/undo")
@staff(Role.ORGANISER)
def undo_merge(merge_id: int) -> ResponseReturnValue:
    """Make two institutions of one again."""
    merge = db.get(InstitutionMerge, merge_id) or abort(404)
    merged = found(merge.merged_id)
    try:
        left = unmerging.undo(db, merge, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
        return its_page(merged)
    db.commit()
    flash(_("The merge was undone: %(name)s stands on its own again.", name=merged.name))
    if left:
        what = institution_words.in_words(left)
        flash(_("Changed since and therefore left as it is: %(what)s.", what=what))
    return its_page(merged)
