"""What a reviewer does with an application: save, submit, hand back, declare a conflict of interest."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications import conflicts
from registrar.applications.rules import ConflictSource
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import assignments, reviewing
from registrar.reviews.access import Seat
from registrar.reviews.models import Review
from registrar.reviews.reading import queue, room, typed
from registrar.reviews.reading.blueprint import bp, found_seat
from registrar.reviews.reading.forms import ReasonForm
from registrar.reviews.reading.room import Attempt
from registrar.reviews.reading.room_views import page
from registrar.reviews.reviewing import StaleReview, Typed, criteria_of
from registrar.reviews.rules import AssignmentState
from registrar.web.access import staff
from registrar.web.failures import tell

WRONG, CLASH = 422, 409


@bp.post("/<reference>/save")
@staff(Role.REVIEWER)
def save(reference: str) -> ResponseReturnValue:
    """Save what was typed so far: a form, or `{"value": …, "version": the one that was seen}` from the script.

    The script is answered 200 `{version, at, total, …}`, 409 with what another window saved, 422 with `message`.
    """
    seat = found_seat(reference)
    if request.is_json:
        return _answer_script(seat)
    wanted, seen = _typed_in_form(seat)
    try:
        _saved(seat, wanted, seen)
    except Refusal as refusal:
        return _again(seat, wanted, refusal)
    db.commit()
    flash(_("Your review is saved. The committee sees it once you submit it."))
    return redirect(url_for(".room", reference=reference), 303)


@bp.post("/<reference>/submit")
@staff(Role.REVIEWER)
def submit(reference: str) -> ResponseReturnValue:
    """Save and submit a review, then go back to it or on to the next one."""
    seat = found_seat(reference)
    wanted, seen = _typed_in_form(seat)
    lacking = typed.missing(wanted, criteria_of(db, seat))
    try:
        if lacking:
            return _incomplete(seat, wanted, seen, lacking)
        review = _saved(seat, wanted, seen)
        reviewing.submit(db, seat, seen=review.version, actor=actor(), now=now())
    except Refusal as refusal:
        return _again(seat, wanted, refusal)
    db.commit()
    flash(_("Your review is submitted. Thank you."))
    return redirect(_onward(seat, reference), 303)


@bp.post("/<reference>/abstain")
@staff(Role.REVIEWER)
def abstain(reference: str) -> ResponseReturnValue:
    """Have no opinion about an application, and say why."""
    return _hand_back(reference, AssignmentState.ABSTAINED, "abstain")


@bp.post("/<reference>/recuse")
@staff(Role.REVIEWER)
def recuse(reference: str) -> ResponseReturnValue:
    """Step back from an application, and say why."""
    return _hand_back(reference, AssignmentState.RECUSED, "recuse")


@bp.post("/<reference>/conflict")
@staff(Role.REVIEWER)
def conflict(reference: str) -> ResponseReturnValue:
    """Declare a conflict of interest: from this moment the application does not exist for this reviewer."""

    def declare(seat: Seat, reason: str) -> None:
        conflicts.declare(
            db, signed_in_staff().id, seat.assignment.application, ConflictSource.REVIEWER, reason, by=actor(),
            now=now(), ends=assignments.end_for_conflict,
        )  # fmt: skip

    done = _("Thank you for saying so. Nothing of that application reaches you any more.")
    return _with_reason(reference, "conflict", declare, done)


def _hand_back(reference: str, to: AssignmentState, action: str) -> ResponseReturnValue:
    def act(seat: Seat, reason: str) -> None:
        reviewing.hand_back(db, seat.assignment, to, reason, actor=actor(), now=now())

    return _with_reason(reference, action, act, _("Thank you for saying so. The organisers see why."))


def _with_reason(reference: str, action: str, act: Callable[[Seat, str], None], done: str) -> ResponseReturnValue:
    seat, form = found_seat(reference), ReasonForm()
    if not form.validate_on_submit():
        return page(seat, wrong=form, action=action), WRONG
    try:
        act(seat, form.reason.data or "")
    except Refusal as refusal:
        db.rollback()
        form.reason.errors = [tell(refusal)]
        return page(found_seat(reference), wrong=form, action=action), WRONG
    db.commit()
    flash(done)
    return redirect(url_for(".index"), 303)


def _typed_in_form(seat: Seat) -> tuple[Typed, int]:
    return typed.from_form(request.form, criteria_of(db, seat)), typed.seen(request.form.get("version", ""))


def _saved(seat: Seat, wanted: Typed, seen: int) -> Review:
    typed.refuse_invisible(wanted)
    return reviewing.save(db, seat, wanted, seen=seen, now=now())


def _incomplete(seat: Seat, wanted: Typed, seen: int, lacking: frozenset[int]) -> ResponseReturnValue:
    """Say what is missing at its criterion; a draft is saved all the same, a submitted review stays as it is."""
    review = seat.assignment.review
    message = _("Choose a level for every required criterion, or abstain.")
    if review is None or review.submitted_at is None:
        seen = _saved(seat, wanted, seen).version
        db.commit()
        seat = found_seat(seat.assignment.application.reference)
        message += " " + _("What you wrote is saved.")
    return page(seat, Attempt(wanted, message, lacking, version=seen)), WRONG


def _again(seat: Seat, wanted: Typed, refusal: Refusal) -> ResponseReturnValue:
    """Show what was typed again, with why it could not be done; beside it what another window saved."""
    reference = seat.assignment.application.reference
    db.rollback()
    seat = found_seat(reference)
    stored = typed.of(seat.assignment.review, criteria_of(db, seat)) if isinstance(refusal, StaleReview) else None
    return page(seat, Attempt(wanted, tell(refusal), stored=stored)), CLASH if stored else WRONG


def _onward(seat: Seat, reference: str) -> str:
    if request.form.get("then") != "next":
        return url_for(".room", reference=reference)
    mine = queue.tasks(db, signed_in_staff(), seat.assignment.application.call_id)
    following = queue.after(mine, reference)
    return url_for(".room", reference=following.reference) if following else url_for(".index")


def _answer_script(seat: Seat) -> ResponseReturnValue:
    given: Any = request.get_json(silent=True)
    wanted = typed.from_json(given.get("value")) if isinstance(given, dict) else None
    if wanted is None or type(given.get("version")) is not int:
        abort(400)
    zone, reference = signed_in_staff().timezone, seat.assignment.application.reference
    try:
        review = _saved(seat, wanted, given["version"])
    except StaleReview as stale:
        db.rollback()
        return jsonify({"message": tell(stale), **_stored(reference, zone)}), CLASH
    except Refusal as refusal:
        db.rollback()
        return jsonify({"message": tell(refusal)}), WRONG
    told = room.facts(db, seat, review, typed.of(review, criteria_of(db, seat)), zone)
    db.commit()
    return jsonify(told)


def _stored(reference: str, zone: str) -> dict[str, Any]:
    """Return what another window saved."""
    seat = found_seat(reference)
    review = seat.assignment.review
    if review is None:
        return {"version": 0, "value": room.as_json(typed.of(None, criteria_of(db, seat)))}
    stored = typed.of(review, criteria_of(db, seat))
    return room.facts(db, seat, review, stored, zone) | {"value": room.as_json(stored)}
