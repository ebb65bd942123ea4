"""Teams that go after the release: off the waiting list, or out of the cohort; and what a withdrawal leaves behind."""

from datetime import datetime

from sqlalchemy import or_, select

from registrar.applications import lifecycle
from registrar.applications.models import Application
from registrar.applications.rules import Enrolment, Lifecycle, OfferState, Who, move
from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.cohorts.models import RosterEntry
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal

AT_ONCE = 100


def leave_waiting_list(db: DbSession, application_id: int, *, seen: int, actor: str, now: datetime) -> Application:
    """Withdraw an application that waits for a place; those behind it move up."""
    application = _seen(db, application_id, seen)
    if application.waitlist_position is None:
        raise Refusal(N_("This application is not on the waiting list any more."))
    application.waitlist_position = None
    return lifecycle.withdraw(db, application_id, seen=seen, by=Who.TEAM, actor=actor, now=now)


def drop_out(db: DbSession, application_id: int, *, seen: int, by: Who, actor: str, now: datetime) -> Application:
    """Leave the cohort after having accepted a place; the organisers decide whether somebody else still begins."""
    application = _seen(db, application_id, seen)
    if application.enrolment is None:
        raise Refusal(N_("There is no place in the cohort to give up."))
    application.enrolment = move(application.enrolment, Enrolment.DROPPED_OUT, by)
    application.version += 1
    entry = db.scalars(select(RosterEntry).where(RosterEntry.application_id == application_id)).one()
    entry.left_at = now
    audit.record(db, actor, "enrolment.drop_out", application, now=now)
    db.flush()
    return application


def come_back(db: DbSession, application_id: int, *, seen: int, actor: str, now: datetime) -> Application:
    """Let an institution that has left take part again; its place was kept."""
    application = _seen(db, application_id, seen)
    if application.enrolment is None:
        raise Refusal(N_("This institution has no place in the cohort."))
    application.enrolment = move(application.enrolment, Enrolment.ENROLLED, Who.ORGANISER)
    application.version += 1
    entry = db.scalars(select(RosterEntry).where(RosterEntry.application_id == application_id)).one()
    entry.left_at = None
    audit.record(db, actor, "enrolment.return", application, now=now)
    db.flush()
    return application


def pass_on_withdrawn(db: DbSession, now: datetime) -> int:
    """Pass on what withdrawn applications still hold, an open offer or a place in line; a job of the worker."""
    held = or_(Application.offer == OfferState.OPEN, Application.waitlist_position.is_not(None))
    statement = select(Application.id).join(Application.call).where(Application.state == Lifecycle.WITHDRAWN, held)
    found = db.scalars(statement.where(Call.frozen_at.is_(None)).limit(AT_ONCE)).all()
    for application_id in found:
        _pass_on(db, application_id, now)
    return len(found)


JOBS = (pass_on_withdrawn,)


def _pass_on(db: DbSession, application_id: int, now: datetime) -> None:
    application = _locked(db, application_id)
    application.waitlist_position = None
    db.flush()
    if application.offer is OfferState.OPEN:
        offers.withdraw(db, application_id, seen=application.version, by=Who.TEAM, actor="worker", now=now)


def _seen(db: DbSession, application_id: int, seen: int) -> Application:
    application = _locked(db, application_id)
    refuse_if_frozen(application.call)
    if application.version != seen:
        raise Conflict(N_("The application has changed in the meantime. See how it stands now."))
    return application


def _locked(db: DbSession, application_id: int) -> Application:
    call_id = db.scalars(select(Application.call_id).where(Application.id == application_id)).one()
    offers.locked_call(db, call_id)
    return db.get_one(Application, application_id, populate_existing=True)
