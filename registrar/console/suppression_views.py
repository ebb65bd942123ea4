"""Addresses that get no mail: look one up, stop it, send to it again; each change with its reason."""

from email_validator import EmailNotValidError
from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import report_words, words
from registrar.console import suppression_queries as queries
from registrar.console.forms import search_text
from registrar.console.navigation import bp, page, page_number
from registrar.console.report_forms import AddressForm, AddressSearchForm
from registrar.console.rules import PER_PAGE
from registrar.db import db
from registrar.errors import Refusal
from registrar.mail.bounces.rules import without_addresses
from registrar.mail.suppression import lift, stop, suppressions_among
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.forms import check_address
from registrar.web.headers import keep_private


@bp.get("/mail/suppressions")
@staff(Role.ORGANISER)
def suppressions() -> ResponseReturnValue:
    """Tell whether mail goes to an address, and list those that get none."""
    search = AddressSearchForm()
    form = AddressForm(formdata=None, email=_address(search_text(search.q)))
    return keep_private(make_response(_page(form, search)))


def _address(text: str) -> str:
    """Return an address as it would be stored, or nothing if the text is none."""
    try:
        return check_address(text).normalized
    except EmailNotValidError:
        return ""


def _page(form: AddressForm, search: AddressSearchForm) -> str:
    number, asked = page_number(), form.email.data or ""
    stopped, more = queries.newest(db, number)
    return render_template(
        "console/suppressions.html", form=form, filters_form=search, stopped=stopped, whose=queries.whose(db, stopped),
        asked=asked, found=suppressions_among(db, [asked]).get(asked), not_an_address=bool(search.q.data) and not asked,
        words=words, report_words=report_words, page=page(number, PER_PAGE, len(stopped), more=more),
        zone=signed_in_staff().timezone,
    )  # fmt: skip


@bp.post("/mail/suppressions/stop")
@staff(Role.ORGANISER)
def stop_address() -> ResponseReturnValue:
    """Send nothing more to an address."""
    form = AddressForm()
    if not form.validate():
        return _page(form, AddressSearchForm()), 422
    address, person = form.email.data or "", queries.person_with(db, form.email.key)
    try:
        why = without_addresses(form.why.data or "")
        stop(db, address, why=why, by=actor(), now=now(), person_id=person.id if person else None)
    except Refusal as refusal:
        return _refused(form, refusal)
    return _done(_("No more mail goes to %(address)s.", address=address))


@bp.post("/mail/suppressions/lift")
@staff(Role.ORGANISER)
def lift_suppression() -> ResponseReturnValue:
    """Send to an address again."""
    form = AddressForm()
    if not form.validate():
        return _page(form, AddressSearchForm()), 422
    address = form.email.data or ""
    try:
        lift(db, address, why=without_addresses(form.why.data or ""), by=actor(), now=now())
    except Refusal as refusal:
        return _refused(form, refusal)
    return _done(_("Mail goes to %(address)s again.", address=address))


def _refused(form: AddressForm, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    form.email.errors = [*form.email.errors, tell(refusal)]
    return _page(form, AddressSearchForm()), 409


def _done(told: str) -> ResponseReturnValue:
    db.commit()
    flash(told)
    return redirect(url_for(".suppressions"), 303)
