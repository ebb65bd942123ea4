"""Organisers publish a call, hide it again, close and reopen it, and let it ask a newer version of its form."""

from collections.abc import Callable

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.calls import operations, queries, versions
from registrar.calls.manage import bp, found, its_page, page_of
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo


@bp.post("/<slug>/publish")
@staff(Role.ORGANISER)
def publish(slug: str) -> ResponseReturnValue:
    return _act(
        slug,
        lambda call, seen: operations.publish(db, call.id, seen=seen, by=actor(), now=now()),
        _("The call is published."),
        way_back=".unpublish",
    )


@bp.post("/<slug>/unpublish")
@staff(Role.ORGANISER)
def unpublish(slug: str) -> ResponseReturnValue:
    """Hide a call again while nobody has begun."""
    return _act(
        slug,
        lambda call, seen: operations.back_to_draft(db, call.id, _applications, seen=seen, by=actor(), now=now()),
        _("The call is a draft again. Nobody sees it."),
        way_back=".publish",
    )


@bp.post("/<slug>/close")
@staff(Role.ORGANISER)
def close(slug: str) -> ResponseReturnValue:
    return _act(
        slug,
        lambda call, seen: operations.close(db, call.id, seen=seen, by=actor(), now=now()),
        _("The call is closed. What was written is kept."),
        way_back=".reopen",
    )


@bp.post("/<slug>/reopen")
@staff(Role.ORGANISER)
def reopen(slug: str) -> ResponseReturnValue:
    return _act(
        slug,
        lambda call, seen: operations.reopen(db, call.id, seen=seen, by=actor(), now=now()),
        _("The call is open as its dates say."),
        way_back=".close",
    )


@bp.post("/<slug>/newest-form")
@staff(Role.ORGANISER)
def use_newest(slug: str) -> ResponseReturnValue:
    """Let a call ask the newest version of its form; drafts follow, what was submitted stays as it is."""
    version = versions.newest(found(slug).form) or abort(404)
    return _act(
        slug,
        lambda call, seen: versions.use(db, call.id, version, seen=seen, by=actor(), now=now()),
        _("The call asks version %(number)s of the form.", number=version.number),
    )


def _applications(call: Call) -> int:
    return queries.count_of(db, call, None).total


def _act(
    slug: str, act: Callable[[Call, int], object], told: str, *, way_back: str | None = None
) -> ResponseReturnValue:
    """Do one thing with a call and offer the way back, or show the call with what stands against it."""
    call = found(slug)
    try:
        act(call, _seen())
    except Refusal as refusal:
        db.rollback()
        return page_of(found(slug), tell(refusal), 409 if isinstance(refusal, Conflict) else 422)
    db.commit()
    if way_back is None:
        flash(told, "done")
    else:
        offer_undo(told, url_for(way_back, slug=slug), seen=call.version)
    return its_page(call)


def _seen() -> int:
    """Return the version that the page showed; what is no number fits none."""
    typed = request.form.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else -1
