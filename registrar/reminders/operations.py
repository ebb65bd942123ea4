"""Plan the reminders of sessions to come and spread what is due over the outbox; the worker runs both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, update

from registrar.db import DbSession, insert_missing
from registrar.mail.operations import NewMail, enqueue_selected
from registrar.mail.rules import Lane
from registrar.programmes.models import Programme, Session
from registrar.reminders import queries
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import DEFAULT_RULES, PlanState, covers, due_at, expires_at, kind_of

CHUNK = 2000
"""How many registrations one transaction looks at: few enough for others to write in between."""


def ensure_default_rules(db: DbSession, programme: Programme) -> int:
    """Give a series the rules that every new one starts with; return how many it did not have."""
    rows = [
        {"programme_id": programme.id, "anchor": spec.anchor, "lead": spec.lead, "audience": spec.audience}
        for spec in DEFAULT_RULES
    ]
    return insert_missing(db, ReminderRule, rows)


def plan(db: DbSession, now: datetime) -> int:
    """Bring the plans up to the season as it is now; return how many changed."""
    added = sum(ensure_default_rules(db, programme) for programme in queries.series_without_rules(db))
    voided = _move(db, queries.overtaken(), PlanState.VOID, now)
    restored = _move(db, queries.switched_on_again(now), PlanState.PLANNED, None)
    withdrawn = _changed(db, delete(ReminderPlan).where(ReminderPlan.id.in_(queries.unpublished())))
    rows = [row for session, rule in queries.unplanned(db, now) if (row := planned(session, rule, now))]
    return added + voided + restored + withdrawn + insert_missing(db, ReminderPlan, rows)


def fan_out(db: DbSession, now: datetime) -> int:
    """Queue the next chunk of one due plan with its cursor, after ending those that have become useless.

    What another worker has in hand is left to it. Returns how much was done.
    """
    due = queries.due_plans(db, now)
    useless = _useless(due, now)
    ended = queries.held(db, useless)
    for each in ended:
        _end(each, useless[each.id], now)
    useful = sorted((each for each in due if each.id not in useless), key=lambda each: (each.expires_at, each.id))
    return len(ended) + any(_queue_chunk(db, each, now) for each in useful)


JOBS = (plan, fan_out)


def planned(session: Session, rule: ReminderRule, now: datetime) -> dict[str, Any] | None:
    """Return the plan of a rule for a session; None while nothing is known of its moment, or when it is over."""
    due = due_at(rule, session)
    if due is None or (expires := expires_at(rule.anchor, due, session.starts_at)) <= now:
        return None
    return {
        "session_id": session.id,
        "rule_id": rule.id,
        "revision": session.revision,
        "state": PlanState.PLANNED,
        "due_at": due,
        "expires_at": expires,
        "cursor": 0,
        "queued": 0,
    }


def _useless(due: Sequence[ReminderPlan], now: datetime) -> dict[int, PlanState]:
    """Say which plans come too late, and which a nearer one of the same session replaces."""
    late = {each.id: PlanState.LATE for each in due if now >= each.expires_at}
    others = [each for each in due if each.id not in late]
    replaced = (each.id for each in others if any(_replaces(nearer, each) for nearer in others))
    return late | dict.fromkeys(replaced, PlanState.SUPERSEDED)


def _replaces(nearer: ReminderPlan, plan: ReminderPlan) -> bool:
    """Tell whether a plan speaks of the same to the same people, and later."""
    same = nearer.session_id == plan.session_id and nearer.rule.anchor is plan.rule.anchor
    later = (nearer.due_at, nearer.id) > (plan.due_at, plan.id)
    return same and later and covers(nearer.rule.audience, plan.rule.audience)


def _queue_chunk(db: DbSession, due: ReminderPlan, now: datetime) -> bool:
    """Queue one chunk of the plan if no other worker has it in hand."""
    for plan in queries.held(db, [due.id]):
        last, count = queries.chunk(db, plan.cursor, CHUNK)
        alike = _mail(plan, queries.newest_version(db, plan.rule))
        plan.queued += enqueue_selected(db, queries.mails(plan, last), alike, now=now)
        plan.cursor = last
        if count < CHUNK:
            _end(plan, PlanState.DONE, now)
        return True
    return False


def _mail(plan: ReminderPlan, version: int | None) -> NewMail:
    """Return what all mails of a plan have in common."""
    return NewMail(
        key="",
        kind=kind_of(plan.rule.anchor, plan.rule.audience),
        lane=Lane.REMINDER,
        due_at=plan.due_at,
        expires_at=plan.expires_at,
        session_id=plan.session_id,
        rule_id=plan.rule_id,
        letter_version_id=version,
        topic=plan.session.programme.slug,
        revision=plan.revision,
    )


def _end(plan: ReminderPlan, state: PlanState, now: datetime) -> None:
    plan.state, plan.finished_at = state, now


def _move(db: DbSession, which: Select[int], state: PlanState, finished_at: datetime | None) -> int:
    statement = update(ReminderPlan).where(ReminderPlan.id.in_(which))
    return _changed(db, statement.values(state=state, finished_at=finished_at))


def _changed(db: DbSession, statement: Any) -> int:
    result = db.execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], result).rowcount
