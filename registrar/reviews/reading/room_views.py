"""One review: the page with its two panes, and the files of the application."""

from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.applications import words
from registrar.applications.documents.contents import Reader
from registrar.applications.file_models import Upload
from registrar.applications.files import uploads
from registrar.applications.files.serving import serve, serve_anonymous
from registrar.clock import now
from registrar.db import db
from registrar.reviews.access import Seat
from registrar.reviews.reading import others, room, typed
from registrar.reviews.reading.blueprint import bp, found_seat
from registrar.reviews.reading.forms import ContributionForm, ReasonForm
from registrar.reviews.reading.room import Attempt
from registrar.reviews.reviewing import criteria_of
from registrar.reviews.rules import ReviewState
from registrar.web.access import staff
from registrar.web.forms import BaseForm


@bp.get("/<reference>", endpoint="room")
@staff(Role.REVIEWER)
def shown(reference: str) -> ResponseReturnValue:
    """Show an application beside its rubric."""
    return page(found_seat(reference))


@bp.get("/<reference>/files/<int:number>")
@staff(Role.REVIEWER)
def file(reference: str, number: int) -> Response:
    """Send a file of an application; where the review is blind, under a neutral name and without its properties."""
    seat = found_seat(reference)
    if number not in room.seen(db, seat).uploads:
        abort(404)
    upload = uploads.find(db, seat.assignment.application, number)
    if upload is None or upload.removed_at is not None:
        abort(404)
    if seat.sight is Reader.BLIND_REVIEWERS:
        return serve_anonymous(upload, _neutral(seat, upload))
    return serve(upload)


def page(seat: Seat, attempt: Attempt | None = None, wrong: BaseForm | None = None, action: str = "") -> str:
    """Render the page; `attempt` could not be done, `wrong` is a form of this action that needs a change."""
    member, review = signed_in_staff(), seat.assignment.review
    criteria = criteria_of(db, seat)
    shown = attempt.typed if attempt else typed.of(review, criteria)
    stored_version = review.version if review else 0
    version = attempt.version if attempt and attempt.version is not None else stored_version
    said = others.said(db, seat)
    return render_template(
        "reviews/room.html", seat=seat, said=said, totals=room.totals(criteria, said),
        call=seat.assignment.application.call, phase=seat.phase,
        view=room.seen(db, seat), words=words, criteria=criteria, shares=room.shares(criteria), typed=shown,
        total=room.written_total(criteria, shown), version=version, review=review, attempt=attempt,
        is_submitted=review is not None and review.state is ReviewState.SUBMITTED, place=room.place(db, seat),
        saved_at=room.saved_at(review, member.timezone), zone=member.timezone, now=now(), staff=member,
        setup=_setup(seat, version, shown), **_beside(seat, wrong, action),
    )  # fmt: skip


def _beside(seat: Seat, wrong: BaseForm | None, action: str) -> dict[str, Any]:
    """Return the discussion, and the forms of the page."""
    forms = {name: ReasonForm(formdata=None, prefix="") for name in ("abstain", "recuse", "conflict")}
    if isinstance(wrong, ReasonForm):
        forms[action] = wrong
    return {
        "thread": others.thread(db, seat),
        "hears": others.hears(seat),
        "contribution": wrong if isinstance(wrong, ContributionForm) else ContributionForm(formdata=None),
        "forms": forms,
        "wrong": action,
    }


def _setup(seat: Seat, version: int, shown: Any) -> dict[str, Any]:
    reference = seat.assignment.application.reference
    return {
        "reference": reference,
        "person": f"staff{seat.assignment.reviewer.staff_id}",
        "version": version,
        "value": room.as_json(shown),
        "shortcuts": seat.assignment.reviewer.shortcuts,
    }


def _neutral(seat: Seat, upload: Upload) -> str:
    """Return a name that tells nothing but the kind of the file, which every stored name ends with."""
    return f"{seat.assignment.application.reference}-{upload.id}.{upload.name.rpartition('.')[2]}"
