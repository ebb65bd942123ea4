"""An offered place: taken, given on, or asked for again, by the button behind a mailed link."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.tokens import Purpose, Tokens
from registrar.web.access import public
from registrar.web.failures import tell
from registrar.web.headers import keep_private
from registrar.weekly import seats
from registrar.weekly.models import Seat
from registrar.weekly.rules import SeatState

bp = Blueprint("offers", __name__)
ANSWERS = {"accept": seats.accept, "decline": seats.decline, "again": seats.take_again}


@bp.route("/offers/<token>", methods=["GET", "POST"])
@public
def offer(token: str) -> ResponseReturnValue:
    """Show what is offered and until when, or act on the answer."""
    seat = _seat(token)
    if seat is None:
        return _page(None, token, status=404)
    answer = ANSWERS.get(request.form.get("answer", "")) if request.method == "POST" else None
    if answer is None:
        return _page(seat, token)
    try:
        answer(db, seat, by=f"person:{seat.registration.person_id}", now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(_seat(token), token, tell(refusal), 409)
    db.commit()
    return redirect(url_for(".offer", token=token), 303)


def _page(seat: Seat | None, token: str, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    values = {"seat": seat, "state": _state(seat), "token": token, "refusal": refusal}
    return keep_private(make_response(render_template("weekly/offer.html", **values), status))


def _state(seat: Seat | None) -> str:
    """Name what the page says; an offer whose time is over has ended, also before the worker has seen it."""
    if seat is None:
        return "unknown"
    moment = now()
    if seat.session.cancelled_at or seat.registration.cancelled_at or moment >= seat.session.ends_at:
        return "closed"
    if seat.offered_until:
        return "open" if moment < seat.offered_until else "gone"
    words = {SeatState.CONFIRMED: "confirmed", SeatState.WAITING: "waiting", SeatState.SKIPPED: "declined"}
    return words.get(seat.state, "gone")


def _seat(token: str) -> Seat | None:
    tokens: Tokens = current_app.extensions["registrar.tokens"]
    claim = tokens.read(Purpose.OFFER, token)
    return db.get(Seat, claim.ids[0]) if claim else None
