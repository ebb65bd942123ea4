"""More time: a team asks for it once, and takes what it was given by a link."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.applications import grace, teams
from registrar.applications.applying import start_views
from registrar.applications.applying.blueprint import bp, member_of, private
from registrar.applications.applying.forms import MoreTimeForm
from registrar.applications.applying.start_views import tokens
from registrar.applications.models import GraceLink
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.people.personal_cookie import current_person
from registrar.tokens import Purpose
from registrar.web import access
from registrar.web.failures import tell
from registrar.web.forms import BaseForm

__all__ = ["bp"]


@bp.route("/<reference>/more-time", methods=["GET", "POST"])
@access.applicant
def more_time(reference: str) -> ResponseReturnValue:
    """Ask the organisers for more time, once."""
    member = member_of(reference)
    if not teams.may_write(member):
        abort(403)
    overview = url_for(".overview", reference=reference)
    if not grace.may_ask(member.application, now()):
        return redirect(overview, 303)
    form = MoreTimeForm()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return private("applications/more_time.html", status, application=member.application, form=form)
    try:
        grace.ask(db, member.application, form.reason.data or "", by=member.person, now=now())
    except Conflict:
        db.rollback()
        return redirect(overview, 303)
    db.commit()
    flash(_("The organisers have your request. They answer by mail."))
    return redirect(overview, 303)


@start_views.bp.route("/grace/<token>", methods=["GET", "POST"], endpoint="grace")
@access.public
def take_time(token: str) -> ResponseReturnValue:
    """Show how much time a link gives; the button takes it."""
    claim = tokens().read(Purpose.GRACE, token)
    link = db.get(GraceLink, claim.ids[0]) if claim else None
    if link is None:
        return private("applications/grace_over.html", 404, link=None, state="unknown")
    form, state = BaseForm(), grace.state_of(link, now())
    if state is not grace.LinkState.OPEN or not form.validate_on_submit():
        return _page(link, form, state)
    person = current_person()
    try:
        application = grace.use(db, link.id, actor=f"person:{person.id}" if person else "anyone", now=now())
    except Refusal as refusal:
        db.rollback()
        link = db.get_one(GraceLink, link.id, populate_existing=True)
        return _page(link, form, grace.state_of(link, now()), tell(refusal))
    db.commit()
    return redirect(url_for("applications.overview", reference=application.reference), 303)


def _page(link: GraceLink, form: BaseForm, state: grace.LinkState, refusal: str = "") -> ResponseReturnValue:
    if state is not grace.LinkState.OPEN:
        return private("applications/grace_over.html", 410, link=link, state=state)
    person = current_person()
    return private(
        "applications/grace.html", 422 if refusal else 200, link=link, form=form, refusal=refusal, person=person,
        call=link.application.call,
    )  # fmt: skip
