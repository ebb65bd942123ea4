"""What is paused, why, and how it goes on: everything, one kind of mail, or one mailing."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import gate_operations as operations
from registrar.console import gate_queries as queries
from registrar.console import words
from registrar.console.forms import PauseForm
from registrar.console.navigation import bp
from registrar.db import db
from registrar.errors import Refusal
from registrar.mail.beats import SILENT_AFTER
from registrar.mail.models import MailGate
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.get("/mail/gates")
@staff(Role.ORGANISER)
def gates() -> ResponseReturnValue:
    """Show what is paused, and the form that pauses."""
    return _page(_form(), now())


@bp.post("/mail/gates")
@staff(Role.ORGANISER)
def pause() -> ResponseReturnValue:
    """Pause everything, a kind of mail or a mailing."""
    form, at = _form(), now()
    if not form.validate():
        return _page(form, at), 422
    try:
        operations.pause(db, form.scope.data, form.why.data or "", by=actor(), now=at)
    except Refusal as refusal:
        db.rollback()
        form.scope.errors = [tell(refusal)]
        return _page(form, at), 409
    db.commit()
    flash(_("It is paused. Mails that the mail server has in hand at this moment still leave."))
    return redirect(url_for(".gates"), 303)


@bp.post("/mail/gates/<int:gate_id>/resume")
@staff(Role.ORGANISER)
def resume(gate_id: int) -> ResponseReturnValue:
    """Let go what is paused; a gate that somebody else opened meanwhile is no fault."""
    closed = db.get(MailGate, gate_id)
    try:
        if closed is not None:
            operations.resume(db, closed, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _page(_form(), now(), tell(refusal)), 409
    db.commit()
    flash(_("It goes on. What waited leaves now, unless it has become useless."))
    return redirect(url_for(".gates"), 303)


def _form() -> PauseForm:
    form = PauseForm()
    form.offer(queries.pausable_campaigns(db))
    return form


def _page(form: PauseForm, at: datetime, problem: str = "") -> str:
    closed = queries.closed(db)
    return render_template(
        "console/gates.html", form=form, closed=closed, waiting=queries.waiting(db), machines=queries.machines(db),
        workers=queries.workers(db), people=queries.people_of(db, [each.gate.closed_by for each in closed]),
        words=words, zone=signed_in_staff().timezone, silent_since=at - SILENT_AFTER, problem=problem,
    )  # fmt: skip
