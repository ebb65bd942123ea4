"""Verdicts on many applications at once, each time with its way back."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.audit import operations as audit
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.cohorts.offers import locked_call
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.reviews import deciding
from registrar.reviews.access import active_phase
from registrar.reviews.decision_models import Decision

ACTION = "decision.bulk"


def decide(
    db: DbSession, call_id: int, numbers: Collection[int], verdict: Verdict | None, reason: str, *,
    staff: Staff, now: datetime,
) -> tuple[int, int]:  # fmt: skip
    """Set the verdict of applications, in the order given; return how many, and the number under which to undo it."""
    call = locked_call(db, call_id)
    _refuse_outside_phase(db, call)
    applications = _of_call(db, call, numbers, staff)
    if not applications:
        raise Refusal(N_("Tick the applications first."))
    by = f"staff:{staff.id}"
    before = deciding.decide(db, call, applications, verdict, reason=reason, by=by, now=now)
    facts = [
        [each.application_id, each.verdict, each.waitlist_position, _decision(db, each.application_id).version]
        for each in before
    ]
    audit.record(db, by, ACTION, call, now=now, verdict=verdict, before=facts)
    db.flush()
    return len(before), _last(db, call, by)


def undo(db: DbSession, call_id: int, number: int, *, staff: Staff, now: datetime) -> int:
    """Put verdicts back to what they were before; raise `Conflict` if one of them was changed since."""
    call, by = locked_call(db, call_id), f"staff:{staff.id}"
    entry = db.get(AuditEntry, number)
    if entry is None or (entry.action, entry.subject_id, entry.actor) != (ACTION, call.id, by):
        raise Refusal(N_("There is nothing to take back."))
    allowed = {each.id for each in _of_call(db, call, [row[0] for row in entry.details["before"]], staff)}
    rows = [row for row in entry.details["before"] if row[0] in allowed]
    if any(_decision(db, row[0]).version != row[3] for row in rows):
        raise Conflict(N_("Somebody has decided about these applications since: look at the board again."))
    before = [deciding.Before(row[0], Verdict(row[1]) if row[1] else None, row[2]) for row in rows]
    deciding.undo(db, call, before, by=by, now=now)
    return len(before)


def place_before(db: DbSession, call_id: int, number: int, other: int | None, *, staff: Staff, now: datetime) -> None:
    """Move an application of the waiting list in front of another, or to its end."""
    call = locked_call(db, call_id)
    _refuse_outside_phase(db, call)
    if not _of_call(db, call, [number], staff):
        raise Conflict(N_("This application is not on the waiting list any more."))
    order = [each.application_id for each in deciding.waiting_list(db, call) if each.application_id != number]
    place = order.index(other) + 1 if other in order else len(order) + 1
    deciding.reorder(db, call, number, place, by=f"staff:{staff.id}", now=now)


def _of_call(db: DbSession, call: Call, numbers: Collection[int], staff: Staff) -> Sequence[Application]:
    """Return those of these applications that are of the call and exist for this organiser, in the order given."""
    statement = select(Application).where(Application.call_id == call.id, Application.id.in_(numbers), reachable(staff))
    found = {each.id: each for each in db.scalars(statement)}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def _refuse_outside_phase(db: DbSession, call: Call) -> None:
    phase = active_phase(db, call.id)
    if phase is not None and not phase.decides:
        raise Refusal(N_("The phase of the review that is active does not decide yet: activate one that does."))


def _decision(db: DbSession, number: int) -> Decision:
    return db.get_one(Decision, number)


def _last(db: DbSession, call: Call, by: str) -> int:
    statement = select(AuditEntry.id).where(
        AuditEntry.subject == Call.__tablename__,
        AuditEntry.subject_id == call.id,
        AuditEntry.action == ACTION,
        AuditEntry.actor == by,
    )
    return db.scalars(statement.order_by(AuditEntry.id.desc()).limit(1)).one()
