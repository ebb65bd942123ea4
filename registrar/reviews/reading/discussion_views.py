"""The committee's discussion of an application, as reviewers take part in it."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews.reading import others, typed
from registrar.reviews.reading.blueprint import bp, found_seat
from registrar.reviews.reading.forms import ContributionForm
from registrar.reviews.reading.room_views import page
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.post("/<reference>/discussion")
@staff(Role.REVIEWER)
def discuss(reference: str) -> ResponseReturnValue:
    """Say something to the committee, or take back what one said."""
    form = ContributionForm()
    number = request.form.get("remove", "")
    try:
        if number:
            others.take_back(db, found_seat(reference), typed.seen(number), actor=actor(), now=now())
        elif not form.validate_on_submit():
            return page(found_seat(reference), wrong=form, action="discussion"), 422
        else:
            others.contribute(db, found_seat(reference), form.text.data or "", now=now())
    except Refusal as refusal:
        db.rollback()
        form.text.errors = [tell(refusal)]
        return page(found_seat(reference), wrong=form, action="discussion"), 422
    db.commit()
    return redirect(url_for(".room", reference=reference, _anchor="discussion"), 303)
