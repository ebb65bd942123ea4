"""The personal page: every week of a person's series, and what they can do about it with one click."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.people.models import Person
from registrar.people.personal_cookie import current_person
from registrar.programmes.models import Session
from registrar.web.access import personal
from registrar.web.failures import tell
from registrar.web.locale import current_locale
from registrar.web.notices import offer_undo
from registrar.weekly.models import Registration, Seat
from registrar.weekly.personal import changes as own_changes
from registrar.weekly.personal.forms import CancelForm
from registrar.weekly.personal.marks import marks
from registrar.weekly.personal.weeks import next_of_all, own_series
from registrar.weekly.personal_links import feed_link, join_link, webcal
from registrar.weekly.rules import SeatState

bp = Blueprint("my", __name__, url_prefix="/my")


def me() -> Person:
    """Return the person whose page this is."""
    person = current_person()
    if person is None:
        abort(404)
    return person


def by_me() -> str:
    """Name the person for the audit trail."""
    return f"person:{me().id}"


@bp.get("")
@personal
def page() -> ResponseReturnValue:
    """Show every week of every series of this person."""
    return _page()


@bp.post("/seats/<int:seat_id>/skip")
@personal
def skip(seat_id: int) -> ResponseReturnValue:
    seat = _own_seat(seat_id)

    def act(moment: datetime) -> None:
        own_changes.skip(db, seat, by=by_me(), now=moment)
        offer_undo(_("You skip %(title)s.", title=_title(seat.session)), url_for(".take_again", seat_id=seat.id))

    return _change(act)


@bp.post("/seats/<int:seat_id>/return")
@personal
def take_again(seat_id: int) -> ResponseReturnValue:
    seat = _own_seat(seat_id)

    def act(moment: datetime) -> None:
        own_changes.take_again(db, seat, by=by_me(), now=moment)
        offer_undo(_told(seat), url_for(".skip", seat_id=seat.id))

    return _change(act)


@bp.post("/registrations/<int:registration_id>/weeks/<int:session_id>")
@personal
def add_week(registration_id: int, session_id: int) -> ResponseReturnValue:
    """Add one week to a registration for chosen weeks."""
    registration = _own_registration(registration_id)
    session = db.get(Session, session_id)
    if session is None or session.programme_id != registration.programme_id:
        abort(404)

    def act(moment: datetime) -> None:
        seat = own_changes.add(db, registration, session, by=by_me(), now=moment)
        offer_undo(_told(seat), url_for(".skip", seat_id=seat.id))

    return _change(act)


@bp.post("/registrations/<int:registration_id>/season")
@personal
def take_season(registration_id: int) -> ResponseReturnValue:
    """Turn chosen weeks into the whole season."""
    registration = _own_registration(registration_id)

    def act(moment: datetime) -> None:
        own_changes.take_season(db, registration, by=by_me(), now=moment)
        flash(_("You are registered for the whole season, with every week that will be added."))

    return _change(act)


@bp.route("/cancel", methods=["GET", "POST"])
@personal
def cancel() -> ResponseReturnValue:
    """Show what cancelling means, then do it."""
    live = [each for each in own_series(db, me(), now()) if each.registration.cancelled_at is None]
    form = CancelForm()
    form.registrations.choices = {str(each.registration.id): each.programme.title for each in live}
    if not form.is_submitted():
        wanted = request.args.get("registration", type=int)
        form.registrations.data = [each.registration.id for each in live if wanted in {None, each.registration.id}]
    elif form.validate():
        chosen = [each.registration for each in live if each.registration.id in (form.registrations.data or [])]
        return _cancel(chosen)
    return render_template("weekly/cancel.html", form=form, series=live), 422 if form.errors else 200


def _cancel(registrations: list[Registration]) -> ResponseReturnValue:
    own_changes.cancel(db, registrations, by=by_me(), now=now())
    db.commit()
    for registration in registrations:
        text = _("Your registration for %(series)s is cancelled.", series=registration.programme.title)
        offer_undo(text, url_for(".come_back", registration_id=registration.id))
    return redirect(url_for(".page"), 303)


@bp.post("/registrations/<int:registration_id>/come-back")
@personal
def come_back(registration_id: int) -> ResponseReturnValue:
    """Sign up again for a series that was cancelled, with one click."""
    registration = _own_registration(registration_id)

    def act(moment: datetime) -> None:
        own_changes.come_back(db, registration, by=by_me(), now=moment)
        flash(_("Welcome back. You are registered for %(series)s.", series=registration.programme.title))

    return _change(act)


def _change(act: Callable[[datetime], None]) -> ResponseReturnValue:
    """Do it and go back to the page; if it cannot be done, say why on the page as it now is."""
    try:
        act(now())
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
        return _page(), 409
    db.commit()
    return redirect(url_for(".page"), 303)


def _page() -> str:
    person, moment = me(), now()
    series = own_series(db, person, moment)
    return render_template(
        "weekly/my.html",
        person=person,
        series=series,
        soonest=next_of_all(series),
        welcome=request.args.get("welcome", ""),
        feed_link=feed_link,
        join_link=join_link,
        webcal=webcal,
        marks=lambda own: marks(own, person.timezone),
    )


def _told(seat: Seat) -> str:
    if seat.state is SeatState.CONFIRMED:
        return str(_("You have a seat in %(title)s.", title=_title(seat.session)))
    return str(_("%(title)s is full: you are on the waiting list.", title=_title(seat.session)))


def _title(session: Session) -> str:
    return session.title(current_locale())


def _own_seat(seat_id: int) -> Seat:
    """Return a seat of this person, or nothing that tells whether it exists."""
    statement = select(Seat).join(Seat.registration).options(joinedload(Seat.session), joinedload(Seat.registration))
    seat = db.scalar(statement.where(Seat.id == seat_id, Registration.person_id == me().id))
    return seat or abort(404)


def _own_registration(registration_id: int) -> Registration:
    statement = select(Registration).options(joinedload(Registration.programme))
    found = db.scalar(statement.where(Registration.id == registration_id, Registration.person_id == me().id))
    return found or abort(404)
