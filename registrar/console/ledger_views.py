"""The mail ledger, the reason for each mail that did not arrive, and sending again on purpose."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.clock import now
from registrar.console import ledger_operations as operations
from registrar.console import ledger_queries as queries
from registrar.console import registration_queries, why, words
from registrar.console.forms import LedgerFilterForm, WhyForm, search_text
from registrar.console.navigation import bp, page, page_number
from registrar.console.rules import PER_PAGE
from registrar.db import db
from registrar.errors import Refusal
from registrar.mail.models import OutboxMail
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.web.access import staff
from registrar.web.failures import tell


@bp.get("/mail")
@staff(Role.ORGANISER)
def ledger() -> ResponseReturnValue:
    """List mails, the newest first."""
    return _ledger()


def _ledger(problem: str = "") -> str:
    form = LedgerFilterForm()
    sessions = registration_queries.sessions(db, None)
    form.offer(sessions)
    wanted, number = form.details, page_number()
    mails, more = queries.mails(db, wanted, number)
    return render_template(
        "console/ledger.html", filters_form=form, wanted=wanted, mails=mails, recipients=queries.recipients(db, mails),
        counts=queries.counts(db, wanted.session_id), sessions={each.id: each for each in sessions}, words=words,
        page=page(number, PER_PAGE, len(mails), more=more), zone=signed_in_staff().timezone, problem=problem,
        again=operations.AGAIN,
    )  # fmt: skip


@bp.post("/mail/<int:mail_id>/again")
@staff(Role.ORGANISER)
def send_again(mail_id: int) -> ResponseReturnValue:
    """Queue a failed or doubtful mail once more."""
    mail = db.get(OutboxMail, mail_id) or abort(404)
    try:
        operations.send_again(db, mail, by=actor(), now=now())
    except Refusal as refusal:
        db.rollback()
        return _ledger(tell(refusal)), 409
    db.commit()
    flash(_("The mail is queued again."))
    return redirect(url_for(".ledger", session=mail.session_id), 303)


@bp.get("/mail/why", endpoint="why")
@staff(Role.ORGANISER)
def why_not() -> ResponseReturnValue:
    """Say for one person and one session what became of each reminder."""
    form = WhyForm()
    form.offer(registration_queries.sessions(db, None))
    session = db.get(Session, int(form.chosen("session"))) if form.chosen("session") else None
    people = _people(search_text(form.q))
    if len(people) == 1 and not form.q.data:
        form.q.data = people[0].email
    known = why.facts(db, people[0], session) if session and len(people) == 1 else None
    return render_template(
        "console/why.html", filters_form=form, session=session, people=people, known=known,
        answers=why.answers(known, now()) if known else [], words=words, zone=signed_in_staff().timezone,
        asked=bool(form.q.data),
    )  # fmt: skip


def _people(text: str) -> list[Person]:
    """Return the person of the address, else those whose name or address holds the text."""
    person_id = request.args.get("person", "")
    if person_id.isdecimal() and len(person_id) < 10:
        found = db.get(Person, int(person_id))
        return [found] if found else []
    return queries.people_like(db, text) if text else []
