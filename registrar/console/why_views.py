"""Did somebody get the mails of a session, and if not, why: for any person and session."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import signed_in_staff
from registrar.clock import now
from registrar.console import ledger_queries as queries
from registrar.console import registration_queries, why, words
from registrar.console.forms import WhyForm, row_number, search_text
from registrar.console.navigation import bp
from registrar.console.report_words import SUPPRESSIONS
from registrar.console.why_facts import Facts, gather
from registrar.db import db
from registrar.mail import retention
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.settings import Settings
from registrar.web.access import staff


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
    known = gather(db, signed_in_staff(), people[0], session) if session and len(people) == 1 else None
    return render_template(
        "console/why.html", filters_form=form, session=session, people=people, known=known,
        answers=_answers(known) if known else [], words=words, zone=signed_in_staff().timezone,
        asked=bool(form.q.data), suppressions=SUPPRESSIONS,
        mailings=queries.mailings(db, known.others) if known else {},
    )  # fmt: skip


def _answers(known: Facts) -> list[why.Answer]:
    settings: Settings = current_app.extensions["registrar.settings"]
    at = now()
    return why.answers(known, at, retention.log_begins_at(settings, at))


def _people(text: str) -> list[Person]:
    """Return the person of the address, else those whose name or address holds the text."""
    if person_id := row_number(request.args.get("person")):
        found = db.get(Person, person_id)
        return [found] if found else []
    return queries.people_like(db, text) if text else []
