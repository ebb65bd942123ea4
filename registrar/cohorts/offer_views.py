"""A team's page about its offered place: GET shows, POST answers, once and in time."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registrar.applications import teams
from registrar.applications.applying.blueprint import member_of, private
from registrar.applications.models import Application, Member
from registrar.applications.rules import OfferState, Who
from registrar.clock import now
from registrar.cohorts import leaving, offers
from registrar.cohorts.forms import AnswerForm
from registrar.db import db
from registrar.errors import N_, Refusal
from registrar.web import access
from registrar.web.failures import tell

bp = Blueprint("cohorts", __name__, url_prefix="/applications")


@bp.get("/<reference>/offer")
@access.applicant
def offer(reference: str) -> ResponseReturnValue:
    """Show the place that is offered; before a release everybody is led back to their application alike."""
    member = member_of(reference)
    return _page(member) if _concerned(member.application) else _home(reference)


@bp.post("/<reference>/offer")
@access.applicant
def answer(reference: str) -> ResponseReturnValue:
    """Accept or decline the place, leave the waiting list, or leave the cohort."""
    member, form = member_of(reference), AnswerForm()
    if not teams.may_write(member):
        abort(403)
    if not _concerned(member.application):
        return _home(reference)
    act, told = ANSWERS.get(form.answer.data or "") or abort(400)
    try:
        act(member, form.seen.data or 0)
        db.commit()
    except Refusal as refusal:
        db.rollback()
        return _page(member_of(reference), tell(refusal), 409)
    flash(_(told))
    return _home(reference)


def _accept(member: Member, seen: int) -> None:
    offers.accept(db, member.application_id, seen=seen, actor=_actor(member), now=now())


def _decline(member: Member, seen: int) -> None:
    offers.decline(db, member.application_id, seen=seen, actor=_actor(member), now=now())


def _leave_line(member: Member, seen: int) -> None:
    leaving.leave_waiting_list(db, member.application_id, seen=seen, actor=_actor(member), now=now())


def _drop_out(member: Member, seen: int) -> None:
    leaving.drop_out(db, member.application_id, seen=seen, by=Who.TEAM, actor=_actor(member), now=now())


ANSWERS: dict[str, tuple[Callable[[Member, int], None], str]] = {
    "accept": (_accept, N_("The place is yours. Welcome!")),
    "decline": (_decline, N_("You have declined the place. Thank you for telling us.")),
    "leave": (_leave_line, N_("You are no longer on the waiting list.")),
    "drop_out": (_drop_out, N_("You have left the cohort. Thank you for telling us.")),
}


def _concerned(application: Application) -> bool:
    """Tell whether there is a place, or a place in line, to speak of: released facts only."""
    return application.offer is not None or application.waitlist_position is not None


def _page(member: Member, problem: str = "", status: int = 200) -> ResponseReturnValue:
    application = member.application
    until = application.offer_until
    in_time = until is not None and now() < until
    return private(
        "cohorts/offer.html",
        status,
        application=application,
        call=application.call,
        person=member.person,
        may_write=teams.may_write(member),
        is_open=application.offer is OfferState.OPEN and in_time,
        is_over=application.offer is OfferState.OPEN and not in_time,
        problem=problem,
    )


def _home(reference: str) -> ResponseReturnValue:
    return redirect(url_for("applications.overview", reference=reference), 303)


def _actor(member: Member) -> str:
    return f"person:{member.person_id}"
