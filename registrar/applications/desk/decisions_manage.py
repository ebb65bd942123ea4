"""What organisers decide about one application: eligibility, more time, a withdrawal on its team's behalf."""

from datetime import datetime

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications import grace, lifecycle
from registrar.applications.desk import operations
from registrar.applications.desk.blueprint import bp, found_application
from registrar.applications.desk.forms import GraceForm, OverrideForm, WithdrawForm
from registrar.applications.desk.notes_manage import done, way_back
from registrar.applications.desk.reading_manage import full_page
from registrar.applications.models import GraceLink
from registrar.applications.rules import Lifecycle, Override, Who
from registrar.clock import now
from registrar.db import db
from registrar.errors import N_, Conflict, Refusal
from registrar.programmes.rules import Fold, resolve
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.filter_forms import row_number
from registrar.web.forms import BaseForm
from registrar.web.notices import undo


@bp.post("/applications/<reference>/eligibility")
@staff(Role.ORGANISER)
def override(reference: str) -> ResponseReturnValue:
    """Decide about eligibility, whatever the rules say."""
    found, form = found_application(reference), OverrideForm()
    if not form.validate_on_submit():
        return full_page(found, wrong=form), 422
    decision = Override(form.decision.data)
    operations.override(db, found.id, decision, form.reason.data or "", by=actor(), now=now())
    return done(found, _("The decision is kept. The team does not see it."), "eligibility")


@bp.post("/applications/<reference>/eligibility/rules")
@staff(Role.ORGANISER)
def let_rules_decide(reference: str) -> ResponseReturnValue:
    """Take a decision about eligibility back; the way back makes it again."""
    found = found_application(reference)
    before, reason = found.eligibility, found.eligibility_reason
    if not operations.let_rules_decide(db, found.id, by=actor(), now=now()):
        return done(found, _("Nothing changed."), "eligibility")
    url = way_back(".override", reference=reference)
    message = undo(_("The rules decide again."), url, decision=str(before), reason=reason)
    return done(found, message, "eligibility")


@bp.post("/applications/<reference>/more-time")
@staff(Role.ORGANISER)
def give_time(reference: str) -> ResponseReturnValue:
    """Send the team a link that gives it more time."""
    found, form = found_application(reference), GraceForm()
    if not form.validate_on_submit():
        return full_page(found, wrong=form), 422
    try:
        until = _moment(form.until.data, found.call.timezone)
        grace.give(db, found, until, form.why.data or "", actor(), now())
    except Refusal as refusal:
        return _refused(reference, form, refusal)
    return done(found, _("A link for more time is on its way to all who may write."), "more-time")


@bp.post("/applications/<reference>/more-time/<int:number>/revoke")
@staff(Role.ORGANISER)
def revoke_time(reference: str, number: int) -> ResponseReturnValue:
    """End a link that was not used."""
    found = found_application(reference)
    link = db.get(GraceLink, number)
    if link is None or link.application_id != found.id:
        abort(404)
    try:
        grace.revoke(db, link.id, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(reference, None, refusal)
    return done(found, _("The link is revoked."), "more-time")


@bp.post("/applications/<reference>/withdraw")
@staff(Role.ORGANISER)
def withdraw(reference: str) -> ResponseReturnValue:
    """Withdraw on the team's behalf."""
    found, form = found_application(reference), WithdrawForm()
    if not form.validate_on_submit():
        return full_page(found, wrong=form), 422
    try:
        because = form.because.data or ""
        operations.withdraw(db, found, because, seen=_seen(), staff=signed_in_staff(), now=now())
    except Refusal as refusal:
        return _refused(reference, form, refusal)
    url = way_back(".restore", reference=reference)
    return done(found, undo(_("The application is withdrawn."), url, seen=str(found.version)), "state")


@bp.post("/applications/<reference>/restore")
@staff(Role.ORGANISER)
def restore(reference: str) -> ResponseReturnValue:
    """Take a withdrawal back."""
    found = found_application(reference)
    try:
        if operations.has_other(db, found):
            raise Conflict(N_("The institution has begun another application to this call in the meantime."))
        lifecycle.restore(db, found.id, seen=_seen(), by=Who.ORGANISER, actor=actor(), now=now())
    except Refusal as refusal:
        return _refused(reference, None, refusal)
    message = _("It is submitted again.") if found.state is Lifecycle.SUBMITTED else _("It is a draft again.")
    return done(found, message, "state")


def _seen() -> int:
    """Return the version of the application that the page showed."""
    return row_number(request.form.get("seen")) or 0


def _moment(wall: datetime | None, zone: str) -> datetime:
    """Return the moment that was typed as wall-clock time in the call's zone; the later one where there are two."""
    if wall is None:
        raise Refusal(N_("Say until when."))
    return resolve(wall.date(), wall.time(), zone, Fold.SECOND)


def _refused(reference: str, form: BaseForm | None, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    return full_page(found_application(reference), tell(refusal), form), 409 if isinstance(refusal, Conflict) else 422
