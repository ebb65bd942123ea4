"""What came back: first what a person must look at, then what was dealt with."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import ledger_queries, report_words, words
from registrar.console import report_queries as queries
from registrar.console.forms import search_text
from registrar.console.navigation import bp, page, page_number
from registrar.console.report_forms import PersonSearchForm
from registrar.console.rules import PER_PAGE
from registrar.db import db
from registrar.errors import N_, Refusal
from registrar.mail.bounces import operations
from registrar.mail.models import BounceReport
from registrar.people.models import Person
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.headers import keep_private


@bp.get("/mail/reports")
@staff(Role.ORGANISER)
def reports() -> ResponseReturnValue:
    """List what came back."""
    number = page_number()
    waiting = queries.waiting(db) if number == 1 else []
    past, more = queries.past(db, number)
    return render_template(
        "console/reports.html", waiting=waiting, past=past, words=words, report_words=report_words,
        about=queries.about(db, signed_in_staff(), [*waiting, *past]), zone=signed_in_staff().timezone,
        page=page(number, PER_PAGE, len(past), more=more),
    )  # fmt: skip


@bp.get("/mail/reports/<int:report_id>")
@staff(Role.ORGANISER)
def report(report_id: int) -> ResponseReturnValue:
    """Show one report, and whom it may be about."""
    return keep_private(make_response(_page(_found(report_id))))


def _page(found: BounceReport, problem: str = "") -> str:
    form = PersonSearchForm()
    text = search_text(form.q)
    return render_template(
        "console/report.html", report=found, problem=problem,
        about=queries.about(db, signed_in_staff(), [found]).get(found.id),
        named=queries.named(db, found), people=ledger_queries.people_like(db, text) if text else [], asked=bool(text),
        filters_form=form, shown=queries.shown(found.raw) if found.raw else "", words=words, report_words=report_words,
        zone=signed_in_staff().timezone,
    )  # fmt: skip


@bp.post("/mail/reports/<int:report_id>/accept")
@staff(Role.ORGANISER)
def accept_report(report_id: int) -> ResponseReturnValue:
    """Take a report for a bounce: of the person who is named, or of the recipient of the proven mail."""
    found = _found(report_id)
    try:
        address, person_id = _whose(found)
        operations.accept(db, found, address, by=actor(), now=now(), person_id=person_id)
    except Refusal as refusal:
        return _refused(found, refusal)
    return _done(_("No more mail goes to %(address)s.", address=address))


def _whose(found: BounceReport) -> tuple[str, int | None]:
    """Return the address that was chosen, and whose it is, or refuse."""
    chosen = request.form.get("person", "")
    if chosen.isdecimal() and len(chosen) < 10:
        person = db.get(Person, int(chosen)) or abort(404)
        return person.email, person.id
    proven = queries.about(db, signed_in_staff(), [found]).get(found.id)
    if proven is None or not proven.address:
        raise Refusal(N_("Choose whose mail came back."))
    return proven.address, proven.person_id


@bp.post("/mail/reports/<int:report_id>/dismiss")
@staff(Role.ORGANISER)
def dismiss_report(report_id: int) -> ResponseReturnValue:
    """Take a report for nothing to act on."""
    found = _found(report_id)
    try:
        operations.dismiss(db, found, by=actor(), now=now())
    except Refusal as refusal:
        return _refused(found, refusal)
    return _done(_("The report is settled. Nothing was stopped."))


def _found(report_id: int) -> BounceReport:
    return db.get(BounceReport, report_id) or abort(404)


def _refused(found: BounceReport, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    db.refresh(found)
    return _page(found, tell(refusal)), 409


def _done(told: str) -> ResponseReturnValue:
    db.commit()
    flash(told)
    return redirect(url_for(".reports"), 303)
