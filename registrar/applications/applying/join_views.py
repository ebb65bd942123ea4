"""Joining a team: the page behind an invitation; its button lets the owner of the mailbox in, exactly once."""

from flask import abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registrar.applications import inviting, starting
from registrar.applications.applying import queries
from registrar.applications.applying.blueprint import private
from registrar.applications.applying.forms import PersonForm
from registrar.applications.applying.start_views import SAME_PRESS, bp, enter, way_in
from registrar.applications.models import Invitation, Member
from registrar.applications.rules import Lifecycle
from registrar.clock import now
from registrar.db import db
from registrar.errors import Conflict, Refusal
from registrar.people.personal_cookie import current_person
from registrar.programmes.choices import zone_options
from registrar.tokens import Claim
from registrar.web.access import public
from registrar.web.failures import tell
from registrar.web.limits import limiter, sign_up_limit

__all__ = ["bp"]


@bp.route("/invited/<token>", methods=["GET", "POST"])
@public
def join(token: str) -> ResponseReturnValue:
    """Show to which team somebody was invited; the button joins it."""
    claim, found = way_in(token)
    state = _state(claim, found)
    if found is None or state != "open":
        return _over(token, claim, found, state)
    form = _form(found)
    if not form.validate_on_submit():
        return _page(token, found, form)
    try:
        person = starting.person_of(db, found, form.typed(found.timezone), now=now())
        application = inviting.accept(db, found.id, person, now=now())
    except Conflict:
        db.rollback()
        return redirect(url_for(".join", token=token), 303)
    except Refusal as refusal:
        db.rollback()
        return _page(token, found, form, tell(refusal))
    db.commit()
    return enter(application, person)


@bp.post("/invited/<token>/fresh")
@public
@limiter.limit(sign_up_limit)
def send_invitation(token: str) -> ResponseReturnValue:
    """Mail a fresh invitation to the address of an ended one, if the team still wants it."""
    _, found = way_in(token)
    if found is None or found.role is None:
        abort(404)
    try:
        inviting.resend(db, found, actor="anyone", now=now())
        db.commit()
    except Refusal:
        db.rollback()
    return redirect(url_for("applications.link_sent"), 303)


def _form(found: Invitation) -> PersonForm:
    person = queries.person_of(db, found.email_key)
    return PersonForm(
        name=person.name if person else "",
        timezone=person.timezone if person else "",
        language=person.locale if person else found.locale,
    )


def _page(token: str, found: Invitation, form: PersonForm, refusal: str = "") -> Response:
    return private(
        "applications/join.html", 422 if form.errors or refusal else 200, token=token, invitation=found,
        application=found.application, call=found.call, form=form, refusal=refusal, zones=zone_options(),
        known=queries.person_of(db, found.email_key),
    )  # fmt: skip


def _state(claim: Claim | None, found: Invitation | None) -> str:
    """Name what an invitation still allows."""
    if claim is None or found is None or found.application is None:
        return "unknown"
    if found.used_at:
        return "used"
    if found.revoked_at or found.application.state is Lifecycle.WITHDRAWN:
        return "revoked"
    return "ended" if claim.is_over(now()) or claim.counter != found.mail_number else "open"


def _over(token: str, claim: Claim | None, found: Invitation | None, state: str) -> Response:
    """Answer for an ended invitation; who uses it twice, or is on the team, is led to the application."""
    if found and found.application and state == "used":
        owner = queries.person_of(db, found.email_key)
        member = db.get(Member, (found.application.id, owner.id)) if owner else None
        pressed = request.method == "POST" and found.used_at and now() - found.used_at < SAME_PRESS
        if owner and member and pressed and claim and not claim.is_over(now()):
            return enter(found.application, owner)
        if member and owner is current_person():
            return make_response(
                redirect(url_for("applications.overview", reference=found.application.reference), 303)
            )  # fmt: skip
    status = 404 if state == "unknown" else 410
    return private("applications/join_over.html", status, state=state, token=token)
