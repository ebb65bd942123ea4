"""Verdicts in private: set one by one or in bulk, the waiting list in order, all undoable until released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Verdict
from registrar.audit import operations as audit
from registrar.calls.freezing import refuse_if_frozen
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import N_, Conflict, Refusal
from registrar.reviews.decision_models import Decision


@dataclass(frozen=True)
class Before:
    """What a decision was before it was changed, to undo that."""

    application_id: int
    verdict: Verdict | None
    waitlist_position: int | None


def decide(
    db: DbSession,
    call: Call,
    applications: Sequence[Application],
    verdict: Verdict | None,
    *,
    reason: str = "",
    by: str,
    now: datetime,
) -> list[Before]:
    """Set the verdict of applications (None takes it back); new ones join the end of the waiting list in this order.

    Return what was before. The caller holds the call's lock, so that two organisers do not decide over each other.
    """
    refuse_if_frozen(call)
    before = []
    for application in applications:
        if application.state is not Lifecycle.SUBMITTED:
            raise Refusal(N_("Only a submitted application can be decided."))
        decision = _decision(db, application, by, now)
        before.append(Before(application.id, decision.verdict, decision.waitlist_position))
        if decision.verdict is not verdict:
            position = _last_position(db, call) + 1 if verdict is Verdict.WAITLIST else None
            _set(db, decision, verdict, position, by, now)
        if reason:
            decision.reason = reason
    _close_ranks(db, call)
    return before


def undo(db: DbSession, call: Call, before: Sequence[Before], *, by: str, now: datetime) -> None:
    """Put verdicts and places in the waiting list back to what they were."""
    refuse_if_frozen(call)
    decisions = [(each, db.get_one(Decision, each.application_id)) for each in before]
    for _, decision in decisions:
        decision.waitlist_position = None
    db.flush()
    for each, decision in decisions:
        _set(db, decision, each.verdict, None, by, now)
    wanted = sorted((each for each in before if each.waitlist_position), key=lambda each: each.waitlist_position or 0)
    order = waiting_list(db, call)
    for each in wanted:
        decision = db.get_one(Decision, each.application_id)
        if decision in order:
            order.remove(decision)
        order.insert((each.waitlist_position or 1) - 1, decision)
    _number(db, order)


def reorder(db: DbSession, call: Call, application_id: int, position: int, *, by: str, now: datetime) -> None:
    """Move an application to a place in the waiting list, from 1."""
    refuse_if_frozen(call)
    order = waiting_list(db, call)
    moved = next((each for each in order if each.application_id == application_id), None)
    if moved is None:
        raise Conflict(N_("This application is not on the waiting list any more."))
    order.remove(moved)
    order.insert(min(max(position, 1), len(order) + 1) - 1, moved)
    _number(db, order)
    audit.record(db, by, "decision.reorder", moved.application, now=now, position=position)


def waiting_list(db: DbSession, call: Call) -> list[Decision]:
    """Return the internal waiting list in its order."""
    statement = select(Decision).where(Decision.call_id == call.id, Decision.verdict == Verdict.WAITLIST)
    return list(db.scalars(statement.order_by(Decision.waitlist_position.nulls_last(), Decision.application_id)))


def _decision(db: DbSession, application: Application, by: str, now: datetime) -> Decision:
    found = db.get(Decision, application.id, populate_existing=True)
    if found is None:
        found = Decision(application_id=application.id, call_id=application.call_id, verdict=None, version=0)
        found.decided_at, found.decided_by, found.reason = now, by, ""
        db.add(found)
        db.flush()
    return found


def _set(
    db: DbSession, decision: Decision, verdict: Verdict | None, position: int | None, by: str, now: datetime
) -> None:
    decision.verdict, decision.waitlist_position = verdict, position
    decision.version, decision.decided_at, decision.decided_by = decision.version + 1, now, by
    audit.record(db, by, "decision.set", decision.application, now=now, verdict=verdict)
    db.flush()


def _last_position(db: DbSession, call: Call) -> int:
    return db.scalar(select(func.max(Decision.waitlist_position)).where(Decision.call_id == call.id)) or 0


def _close_ranks(db: DbSession, call: Call) -> None:
    _number(db, waiting_list(db, call))


def _number(db: DbSession, order: Sequence[Decision]) -> None:
    """Number the waiting list from 1; first away from every number, because each is there once."""
    if [each.waitlist_position for each in order] == list(range(1, len(order) + 1)):
        return
    for each in order:
        each.waitlist_position = None
    db.flush()
    for place, each in enumerate(order, start=1):
        each.waitlist_position = place
    db.flush()
