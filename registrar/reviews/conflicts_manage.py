"""The organisers' page of conflicts of interest: suggested, confirmed and dismissed ones, and declaring one."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications import conflicts as operations
from registrar.applications.conflict_models import Conflict
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import conflict_lists as queries
from registrar.reviews.assignments import end_for_conflict
from registrar.reviews.blueprint import bp, done, found_call
from registrar.reviews.conflict_forms import SOURCES, ConflictForm
from registrar.reviews.suggesting import suggest
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import undo

SETTLED = frozenset({ConflictState.CONFIRMED, ConflictState.DISMISSED})


@bp.get("/conflicts")
@staff(Role.ORGANISER)
def conflicts(slug: str) -> ResponseReturnValue:
    """Show the conflicts of interest about a call."""
    return _page(found_call(slug), _form())


def _form() -> ConflictForm:
    form = ConflictForm()
    form.offer(queries.members(db))
    return form


def _page(call: Call, form: ConflictForm, problem: str = "") -> str:
    me = signed_in_staff()
    return render_template(
        "reviews_manage/conflicts.html", call=call, form=form, problem=problem, me=me, zone=me.timezone,
        conflicts=queries.conflicts_of(db, call, me), sources=SOURCES, references=queries.references(db, call, me),
    )  # fmt: skip


@bp.post("/conflicts/suggest")
@staff(Role.ORGANISER)
def suggest_conflicts(slug: str) -> ResponseReturnValue:
    """Look for conflicts in ties, parent bodies and mail domains."""
    call = found_call(slug)
    suggest(db, call, by=actor(), now=now())
    db.flush()
    waiting = len(queries.conflicts_of(db, call, signed_in_staff()).suggested)
    told = ngettext("%(num)s suggestion waits.", "%(num)s suggestions wait.", waiting)
    return done(".conflicts", told if waiting else _("Nothing was found that is not known."), slug=slug)


@bp.post("/conflicts")
@staff(Role.ORGANISER)
def declare_conflict(slug: str) -> ResponseReturnValue:
    """Declare a conflict on somebody's behalf: it holds at once."""
    call, form = found_call(slug), _form()
    if not form.validate():
        return _page(call, form), 422
    application = queries.application(db, call, signed_in_staff(), form.reference)
    if application is None:
        form.application.errors = [_("No submitted application to this call has this reference.")]
        return _page(call, form), 422
    made = operations.declare(
        db, form.member.data, application, ConflictSource(form.source.data), form.reason.data or "",
        by=actor(), now=now(), ends=end_for_conflict,
    )  # fmt: skip
    return _told(slug, made, _("The conflict holds from now on."))


@bp.post("/conflicts/<int:number>")
@staff(Role.ORGANISER)
def settle_conflict(slug: str, number: int) -> ResponseReturnValue:
    """Confirm a conflict, dismiss a suggestion, or lift what was confirmed."""
    call, typed = found_call(slug), request.form.get("to", "")
    found = queries.conflict(db, call, signed_in_staff(), number) or abort(404)
    to = ConflictState(typed) if typed in SETTLED else abort(400)
    try:
        operations.settle(db, found, to, by=actor(), now=now(), ends=end_for_conflict)
    except Refusal as refusal:
        db.rollback()
        return _page(found_call(slug), _form(), tell(refusal)), 409
    text = _("The conflict holds from now on.") if to is ConflictState.CONFIRMED else _("There is no conflict.")
    return _told(slug, found, text)


def _told(slug: str, found: Conflict, text: str) -> ResponseReturnValue:
    """Say so, with the way back unless it is one's own: about that somebody else decides."""
    other = ConflictState.DISMISSED if found.state is ConflictState.CONFIRMED else ConflictState.CONFIRMED
    if found.staff_id == signed_in_staff().id:
        return done(".conflicts", text, slug=slug)
    url = url_for(".settle_conflict", slug=slug, number=found.id)
    return done(".conflicts", undo(text, url, to=other.value), slug=slug)
