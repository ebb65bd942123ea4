"""A lead withdraws the application, or takes that back."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from registrar.applications import leaving, teams
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.applying.forms import SeenForm, WithdrawForm
from registrar.applications.models import Member
from registrar.applications.rules import Lifecycle
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.web import access
from registrar.web.failures import tell

__all__ = ["bp"]


@bp.route("/<reference>/withdraw", methods=["GET", "POST"])
@access.applicant
def withdraw(reference: str) -> ResponseReturnValue:
    """Say what withdrawing means, and do it."""
    member = _lead(reference)
    application = member.application
    if application.state is Lifecycle.WITHDRAWN or application.released_at is not None:
        return redirect(url_for(".overview", reference=reference), 303)
    form = WithdrawForm(seen=application.version)
    refusal = ""
    if form.validate_on_submit():
        try:
            reason, seen = form.reason.data or "", form.seen.data or 0
            leaving.withdraw(db, application, reason, seen=seen, by=member.person, now=now())
            db.commit()
            flash(_("The application was withdrawn."))
            return redirect(url_for(".overview", reference=reference), 303)
        except Refusal as refused:
            db.rollback()
            refusal = tell(refused)
    status = 409 if refusal else 422 if form.errors else 200
    return private(
        "applications/withdraw.html", status, application=application, call=application.call, form=form,
        refusal=refusal, person=member.person,
    )  # fmt: skip


@bp.post("/<reference>/restore")
@access.applicant
def restore(reference: str) -> ResponseReturnValue:
    """Take a withdrawal back."""
    member, form = _lead(reference), SeenForm()
    try:
        leaving.restore(db, member.application, seen=form.seen.data or 0, by=member.person, now=now())
        db.commit()
        flash(_("The application is open again, as it was before."))
    except IntegrityError:
        db.rollback()
        flash(_("Your institution has begun another application to this call in the meantime."))
    except Refusal as refusal:
        db.rollback()
        flash(tell(refusal))
    return redirect(url_for(".overview", reference=reference), 303)


def _lead(reference: str) -> Member:
    member = member_of(reference)
    if not teams.may_lead(member):
        abort(403)
    return member
