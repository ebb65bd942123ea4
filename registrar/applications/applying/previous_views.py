"""Start from the answers of an earlier season: what there is, what would be taken over, and the button."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from registrar.applications import previous, teams
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.models import Member
from registrar.applications.previous import Fate
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.web import access
from registrar.web.failures import tell

__all__ = ["bp"]


@bp.route("/<reference>/previous", endpoint="previous", methods=["GET", "POST"])
@access.applicant
def take_over(reference: str) -> ResponseReturnValue:
    """Show earlier applications and what of them fits; the button copies it."""
    member = member_of(reference)
    if not teams.may_write(member):
        abort(403)
    if request.method == "GET":
        return _page(member)
    found = previous.earlier_applications(db, member.application, member.person)
    earlier = next((each for each in found if each.reference == request.form.get("from")), None) or abort(404)
    try:
        compared = previous.take_over(db, member.application, earlier, by=member.person, now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(member_of(reference), tell(refusal))
    db.commit()
    taken = sum(each.fate is Fate.TAKEN for each in compared)
    flash(ngettext("%(num)s answer was taken over. Read it again: much may have changed.",
                   "%(num)s answers were taken over. Read them again: much may have changed.", taken))  # fmt: skip
    return redirect(url_for(".overview", reference=reference), 303)


def _page(member: Member, refusal: str = "") -> ResponseReturnValue:
    application = member.application
    found = [
        (each, previous.comparison(db, application, each))
        for each in previous.earlier_applications(db, application, member.person)
    ]
    return private(
        "applications/previous.html", 409 if refusal else 200, application=application, call=application.call,
        found=found, refusal=refusal, person=member.person,
    )  # fmt: skip
