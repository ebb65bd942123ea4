"""Views of the list: kept, named anew, shared, seen first, removed."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.applications.desk import saved_views
from registrar.applications.desk.blueprint import bp, found_call
from registrar.applications.desk.list_manage import list_page
from registrar.applications.desk_models import SavedView
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo


@bp.post("/calls/<slug>/applications/views")
@staff(Role.ORGANISER)
def keep_view(slug: str) -> ResponseReturnValue:
    """Keep what the address asks for under a name."""
    call = found_call(slug)
    query = request.query_string.decode("ascii", "ignore")
    try:
        view = saved_views.save(db, call, signed_in_staff(), request.form.get("name", ""), query)
    except Refusal as refusal:
        return _refused(slug, refusal)
    return _done(call, view, _("The view is kept."))


@bp.post("/calls/<slug>/applications/views/<int:view_id>/rename")
@staff(Role.ORGANISER)
def rename_view(slug: str, view_id: int) -> ResponseReturnValue:
    """Give a view another name."""
    call, view = _own(slug, view_id)
    try:
        saved_views.rename(db, view, request.form.get("name", ""))
    except Refusal as refusal:
        return _refused(slug, refusal)
    return _done(call, view, _("The view has its new name."))


@bp.post("/calls/<slug>/applications/views/<int:view_id>/share")
@staff(Role.ORGANISER)
def share_view(slug: str, view_id: int) -> ResponseReturnValue:
    """Let the other organisers see a view."""
    call, view = _own(slug, view_id)
    saved_views.share(view, now=now())
    return _done(call, view, _("The other organisers see this view now."))


@bp.post("/calls/<slug>/applications/views/<int:view_id>/unshare")
@staff(Role.ORGANISER)
def unshare_view(slug: str, view_id: int) -> ResponseReturnValue:
    """Keep a view to oneself again."""
    call, view = _own(slug, view_id)
    saved_views.keep_to_oneself(view)
    return _done(call, view, _("Only you see this view now."))


@bp.post("/calls/<slug>/applications/views/<int:view_id>/first")
@staff(Role.ORGANISER)
def see_view_first(slug: str, view_id: int) -> ResponseReturnValue:
    """Show this view, one's own or a shared one, to oneself first."""
    call = found_call(slug)
    kept = saved_views.kept(db, call, signed_in_staff())
    view = next((each for each in kept.views if each.id == view_id), None) or abort(404)
    saved_views.see_first(db, call, signed_in_staff(), view)
    return _done(call, view, _("You see this view first from now on."))


@bp.post("/calls/<slug>/applications/views/everything-first")
@staff(Role.ORGANISER)
def see_everything_first(slug: str) -> ResponseReturnValue:
    """Show the whole list to oneself first again."""
    call = found_call(slug)
    saved_views.see_first(db, call, signed_in_staff(), None)
    return _done(call, None, _("You see all applications first from now on."))


@bp.post("/calls/<slug>/applications/views/<int:view_id>/remove")
@staff(Role.ORGANISER)
def remove_view(slug: str, view_id: int) -> ResponseReturnValue:
    """Remove a view; the way back keeps it anew."""
    call, view = _own(slug, view_id)
    url = url_for(".keep_view", slug=slug) + f"?{view.query}"
    name = view.name
    saved_views.remove(db, call, view)
    db.commit()
    offer_undo(_("The view is removed."), url, name=name)
    return redirect(url_for(".index", slug=slug, everything=1), 303)


def _own(slug: str, view_id: int) -> tuple[Call, SavedView]:
    call = found_call(slug)
    kept = saved_views.kept(db, call, signed_in_staff())
    mine = (each for each in kept.views if each.staff_id == signed_in_staff().id)
    return call, next((each for each in mine if each.id == view_id), None) or abort(404)


def _refused(slug: str, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    return list_page(found_call(slug), None, tell(refusal)), 422


def _done(call: Call, view: SavedView | None, message: str) -> ResponseReturnValue:
    db.commit()
    flash(message)
    query = f"?view={view.id}&{view.query}" if view else "?everything=1"
    return redirect(url_for(".index", slug=call.slug) + query, 303)
