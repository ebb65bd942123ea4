"""One application as it is weighed: its reviews side by side, its verdict, and the discussion about it."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from registrar.accounts.rules import Role
from registrar.accounts.signed_in import actor, signed_in_staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.clock import now
from registrar.db import db
from registrar.errors import Refusal
from registrar.reviews import board_queries, bulk, discussing
from registrar.reviews import board_words as words
from registrar.reviews.blueprint import bp, found_call
from registrar.reviews.board_manage import LONGEST_REASON, VERDICTS, tell_decided
from registrar.reviews.decision_models import Contribution, Decision
from registrar.reviews.models import Assignment, Review, Reviewer
from registrar.reviews.results import Results, results
from registrar.reviews.rules import Hearing
from registrar.web.access import staff
from registrar.web.failures import tell
from registrar.web.notices import offer_undo


@bp.get("/board/<reference>")
@staff(Role.ORGANISER)
def weighed(slug: str, reference: str) -> ResponseReturnValue:
    """Show an application with everything it is weighed by."""
    call = found_call(slug)
    return weighed_page(call, found_application(call, reference))


@bp.post("/board/<reference>")
@staff(Role.ORGANISER)
def decide_one(slug: str, reference: str) -> ResponseReturnValue:
    """Set the verdict of one application."""
    call = found_call(slug)
    application, verdict = found_application(call, reference), request.form.get("verdict", "")
    if verdict not in VERDICTS:
        return weighed_page(call, application, _("Choose a verdict.")), 422
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    try:
        count, number = bulk.decide(
            db, call.id, [application.id], VERDICTS[verdict], reason, staff=signed_in_staff(), now=now()
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(slug, reference, refusal)
    db.commit()
    tell_decided(slug, count, number)
    return redirect(url_for(".weighed", slug=slug, reference=reference), 303)


@bp.post("/board/<reference>/discussion")
@staff(Role.ORGANISER)
def contribute(slug: str, reference: str) -> ResponseReturnValue:
    """Add to the discussion."""
    application = found_application(found_call(slug), reference)
    hearing = Hearing.COMMITTEE if request.form.get("hearing") == Hearing.COMMITTEE else Hearing.ORGANISERS
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        discussing.contribute(db, application, text, hearing, staff=signed_in_staff(), now=now())
    except Refusal as refusal:
        return _refused(slug, reference, refusal)
    db.commit()
    return _to_discussion(slug, reference)


@bp.post("/board/<reference>/discussion/<int:number>/remove")
@staff(Role.ORGANISER)
def remove_contribution(slug: str, reference: str, number: int) -> ResponseReturnValue:
    """Take a contribution out of the discussion."""
    application = found_application(found_call(slug), reference)
    discussing.remove(db, _contribution(application, number), by=actor(), now=now())
    db.commit()
    url = url_for(".restore_contribution", slug=slug, reference=reference, number=number)
    offer_undo(_("The contribution is removed."), url)
    return _to_discussion(slug, reference)


@bp.post("/board/<reference>/discussion/<int:number>/restore")
@staff(Role.ORGANISER)
def restore_contribution(slug: str, reference: str, number: int) -> ResponseReturnValue:
    """Put a removed contribution back."""
    application = found_application(found_call(slug), reference)
    discussing.restore(db, _contribution(application, number), by=actor(), now=now())
    db.commit()
    return _to_discussion(slug, reference)


def found_application(call: Call, reference: str) -> Application:
    """Return an application of this call that exists for who is signed in."""
    wanted = (Application.reference == reference, Application.call_id == call.id)
    statement = select(Application).where(
        *wanted, Application.state == Lifecycle.SUBMITTED, reachable(signed_in_staff())
    )
    return db.scalar(statement.options(joinedload(Application.institution))) or abort(404)


def weighed_page(call: Call, application: Application, problem: str = "") -> str:
    """Render the page of one application."""
    reader = signed_in_staff()
    found, entries = results(db, call, reader), board_queries.entries(db, call, reader)
    entry = next(each for each in entries if each.number == application.id)
    return render_template(
        "reviews/weighed.html", call=call, application=application, results=found, panel=found.panel, words=words,
        line=board_queries.lines(db, [entry], found.panel)[0], assignments=_assignments(application),
        decision=db.get(Decision, application.id), said=discussing.contributions(db, application), problem=problem,
        hearings=Hearing, typed=request.form, totals=_totals(found, application), zone=reader.timezone,
    )  # fmt: skip


def _assignments(application: Application) -> list[Assignment]:
    statement = select(Assignment).where(Assignment.application_id == application.id)
    whole = (
        joinedload(Assignment.reviewer).joinedload(Reviewer.staff),
        joinedload(Assignment.review).selectinload(Review.scores),
    )
    return list(db.scalars(statement.options(*whole).order_by(Assignment.id)))


def _totals(found: Results, application: Application) -> dict[int, float | None]:
    return {each.reviewer: each.total for each in found.panel.reviews if each.application == application.id}


def _contribution(application: Application, number: int) -> Contribution:
    found = db.get(Contribution, number)
    return found if found and found.application_id == application.id else abort(404)


def _refused(slug: str, reference: str, refusal: Refusal) -> ResponseReturnValue:
    db.rollback()
    call = found_call(slug)
    return weighed_page(call, found_application(call, reference), tell(refusal)), 422


def _to_discussion(slug: str, reference: str) -> ResponseReturnValue:
    return redirect(url_for(".weighed", slug=slug, reference=reference) + "#discussion", 303)
