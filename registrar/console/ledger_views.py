"""The mail ledger: what became of every mail, sending again on purpose, and ending doubts by hand."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.campaigns.models import Campaign
from registrar.clock import now
from registrar.console import ledger_operations as operations
from registrar.console import ledger_queries as queries
from registrar.console import reach, registration_queries, words
from registrar.console.forms import LedgerFilterForm, SettleForm, row_number
from registrar.console.ledger_queries import Cursor, Listed
from registrar.console.navigation import bp, same_page
from registrar.console.rules import LedgerFilter, Settlement
from registrar.db import db
from registrar.errors import Refusal
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.people.models import Person
from registrar.reminders.models import ReminderRule
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.get("/mail")
@staff(Role.ORGANISER)
def ledger() -> ResponseReturnValue:
    """List mails, the newest first."""
    return _ledger()


@bp.post("/mail/<int:mail_id>/again")
@staff(Role.ORGANISER)
def send_again(mail_id: int) -> ResponseReturnValue:
    """Queue a failed mail once more."""
    mail = _found(mail_id)
    try:
        operations.send_again(db, mail, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(refusal)
    db.commit()
    flash(_("The mail is queued again."))
    return _back(mail)


@bp.post("/mail/<int:mail_id>/settle")
@staff(Role.ORGANISER)
def settle(mail_id: int) -> ResponseReturnValue:
    """Note what is known about a mail in doubt, or send it again."""
    mail = _found(mail_id)
    how = _how() or abort(400)
    try:
        operations.settle(db, mail, how, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(refusal)
    db.commit()
    flash(_("The mail is queued again.") if how is Settlement.AGAIN else _("Noted."))
    return _back(mail)


@bp.post("/mail/settle")
@staff(Role.ORGANISER)
def settle_all() -> ResponseReturnValue:
    """Note what is known about all mails in doubt that the filter of the address shows."""
    filters, form = _filters(), SettleForm()
    if not form.validate():
        return _ledger(form.first_error), 422
    doubtful = [*queries.narrowed(db, signed_in_staff(), filters.details), OutboxMail.id <= form.newest]
    settled = operations.settle_all(db, doubtful, Settlement(form.how.data), by=signed_in_staff(), now=now())
    db.commit()
    flash(ngettext("%(num)s mail is settled.", "%(num)s mails are settled.", settled))
    return redirect(url_for(".ledger", campaign=filters.details.campaign_id), 303)


def _found(mail_id: int) -> OutboxMail:
    mail = db.scalar(select(OutboxMail).where(OutboxMail.id == mail_id, reach.mails(signed_in_staff())))
    return mail or abort(404)


def _how() -> Settlement | None:
    chosen = request.form.get("how", "")
    return Settlement(chosen) if chosen in set(Settlement) else None


def _back(mail: OutboxMail) -> ResponseReturnValue:
    return redirect(url_for(".ledger", session=mail.session_id, campaign=mail.campaign_id), 303)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    return _ledger(tell(refusal)), 409


def _filters() -> LedgerFilterForm:
    form = LedgerFilterForm()
    form.offer(registration_queries.sessions(db, None))
    return form


def _ledger(problem: str = "") -> str:
    form = _filters()
    wanted = form.details
    cursor = Cursor(row_number(request.args.get("below")), row_number(request.args.get("above")))
    listed = queries.mails(db, signed_in_staff(), wanted, cursor)
    sessions = {each.id: each for each in registration_queries.sessions(db, None)}
    return render_template(
        "console/ledger.html", filters_form=form, wanted=wanted, mails=listed.mails, sessions=sessions, words=words,
        recipients=queries.recipients(db, listed.mails), mailings=queries.mailings(db, listed.mails),
        counts=queries.counts(db, wanted.session_id, signed_in_staff()), most_counted=queries.MOST_COUNTED,
        problem=problem, zone=signed_in_staff().timezone, **_pager(listed), **_narrowed_to(wanted),
        **_doubtful(wanted, listed),
    )  # fmt: skip


def _pager(listed: Listed) -> dict[str, Any]:
    newer, older = listed.newer_above, listed.older_below
    return {
        "newer_url": same_page(above=newer, below=None) if newer else None,
        "older_url": same_page(below=older, above=None) if older else None,
    }


def _narrowed_to(wanted: LedgerFilter) -> dict[str, Any]:
    """Return what the ledger is narrowed to by a link, to be named on the page."""
    return {
        "campaign": db.get(Campaign, wanted.campaign_id) if wanted.campaign_id else None,
        "person": db.get(Person, wanted.person_id) if wanted.person_id else None,
        "rule": db.get(ReminderRule, wanted.rule_id) if wanted.rule_id else None,
    }


def _doubtful(wanted: LedgerFilter, listed: Listed) -> dict[str, Any]:
    """Return the form that settles everything shown, where it shows mails in doubt alone."""
    if wanted.state is not MailState.IN_DOUBT or not listed.mails or listed.newer_above:
        return {"settle_form": None}
    form = SettleForm()
    form.upto.data = str(listed.mails[0].id)
    return {"settle_form": form, "settle_url": url_for(".settle_all") + same_page()}
