"""The organisers' pages about places: offers with the waiting list and its promotions, and the roster of the cohort."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Who
from registrar.calls.models import Call
from registrar.clock import now
from registrar.cohorts import leaving, offers, queries, tending, words
from registrar.cohorts.forms import AnswerForm, PlacesForm, ProlongForm
from registrar.cohorts.rules import offer_until
from registrar.db import db
from registrar.errors import Refusal
from registrar.web.access import staff
from registrar.web.failures import tell

bp = Blueprint("places", __name__, url_prefix="/console/calls/<slug>")


@bp.get("/offers")
@staff(Role.ORGANISER)
def standing(slug: str) -> ResponseReturnValue:
    """Show who has an offer, who waits, and who moved up because of whom."""
    return _page(slug)


@bp.post("/offers/<reference>/prolong")
@staff(Role.ORGANISER)
def prolong(slug: str, reference: str) -> ResponseReturnValue:
    """Give a team more time to answer, or open a lapsed offer again."""
    found, form = _application(slug, reference), ProlongForm()
    if not form.validate():
        return _page(slug, form.first_error, 422)
    until = form.until(found.call.timezone)
    seen = form.seen.data or 0
    return _act(
        slug,
        lambda: tending.prolong(db, found.id, until, seen=seen, by=actor(), now=now()),
        _("The team has more time, and is told."),
    )


@bp.post("/offers/<reference>/withdraw")
@staff(Role.ORGANISER)
def withdraw(slug: str, reference: str) -> ResponseReturnValue:
    """Take an open offer back; its place goes on."""
    found, seen = _application(slug, reference), AnswerForm().seen.data or 0
    return _act(
        slug,
        lambda: offers.withdraw(db, found.id, seen=seen, by=Who.ORGANISER, actor=actor(), now=now()),
        _("The offer is taken back. Tell the team why."),
    )


@bp.post("/offers/places")
@staff(Role.ORGANISER)
def give_places(slug: str) -> ResponseReturnValue:
    """Change how many places there are; new ones are offered at once."""
    call, form = _call(slug), PlacesForm()
    if not form.validate():
        return _page(slug, form.first_error, 422)
    places, seen = form.places.data or 0, form.seen.data or 0
    try:
        made = tending.give_places(db, call.id, places, seen=seen, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(slug, refusal)
    told = ngettext("Saved. %(num)s place is offered now.", "Saved. %(num)s places are offered now.", made)
    return _done(slug, told if made else _("Saved."))


@bp.get("/roster")
@staff(Role.ORGANISER)
def roster(slug: str) -> ResponseReturnValue:
    """Show who takes part in the cohort."""
    call = _call(slug)
    entries = queries.roster(db, call, signed_in_staff())
    zone = signed_in_staff().timezone
    return render_template("cohorts/roster.html", call=call, entries=entries, zone=zone, words=words)


@bp.post("/roster/<reference>/left")
@staff(Role.ORGANISER)
def drop_out(slug: str, reference: str) -> ResponseReturnValue:
    """Note that an institution has left the cohort."""
    found, seen = _application(slug, reference), AnswerForm().seen.data or 0
    return _act(
        slug,
        lambda: leaving.drop_out(db, found.id, seen=seen, by=Who.ORGANISER, actor=actor(), now=now()),
        _("The institution has left the cohort."),
        "roster",
    )


@bp.post("/roster/<reference>/back")
@staff(Role.ORGANISER)
def come_back(slug: str, reference: str) -> ResponseReturnValue:
    """Note that an institution takes part again."""
    found, seen = _application(slug, reference), AnswerForm().seen.data or 0
    return _act(
        slug,
        lambda: leaving.come_back(db, found.id, seen=seen, actor=actor(), now=now()),
        _("The institution takes part again."),
        "roster",
    )


def _act(slug: str, act: Callable[[], object], told: str, page: str = "standing") -> ResponseReturnValue:
    """Do it and tell it, or show the offers with what stands against it."""
    try:
        act()
    except Refusal as refusal:
        return _refused(slug, refusal)
    return _done(slug, told, page)


def _done(slug: str, told: str, page: str = "standing") -> ResponseReturnValue:
    db.commit()
    flash(told, "done")
    return redirect(url_for(f".{page}", slug=slug), 303)


def _refused(slug: str, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    return _page(slug, tell(refusal), 409)


def _page(slug: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    call = _call(slug)
    found = queries.standing(db, call, signed_in_staff())
    proposed = offer_until(now(), call.offer_days, call.timezone)
    context: dict[str, Any] = {
        "call": call,
        "found": found,
        "problem": problem,
        "words": words,
        "last_day": words.last_day(proposed, call.timezone),
        "who": queries.names_of(db, [each.promotion.promoted_by for each in found.promotions]),
        "zone": signed_in_staff().timezone,
    }
    return render_template("cohorts/standing.html", **context), status


def _call(slug: str) -> Call:
    return db.scalar(select(Call).where(Call.slug == slug).options(joinedload(Call.programme))) or abort(404)


def _application(slug: str, reference: str) -> Application:
    """Return an application of this call; one that they may not see is not there."""
    statement = select(Application).join(Application.call)
    where = (Application.reference == reference, Call.slug == slug, reachable(signed_in_staff()))
    return db.scalar(statement.where(*where)) or abort(404)
