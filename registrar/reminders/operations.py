"""Plan the reminders of sessions to come and spread what is due over the outbox; the worker runs both."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, update

from registrar.db import DbSession, insert_missing
from registrar.mail.operations import NewMail, enqueue
from registrar.mail.rules import Lane
from registrar.programmes.models import Programme, Session
from registrar.reminders import queries
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import DEFAULT_RULES, Anchor, PlanState, due_at, expires_at, kind_of

CHUNK = 500


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
    rows = [_planned(session, rule) for session, rule in queries.unplanned(db, now)]
    return added + voided + restored + withdrawn + insert_missing(db, ReminderPlan, rows)


def fan_out(db: DbSession, now: datetime) -> int:
    """Queue the next chunk of one due plan with its cursor, after sorting out those that have become useless."""
    due = queries.due_plans(db, now)
    useful = _sort_out(due, now)
    if useful:
        _queue_chunk(db, min(useful, key=lambda each: each.expires_at), now)
    return len(due)


JOBS = (plan, fan_out)


def _planned(session: Session, rule: ReminderRule) -> dict[str, Any]:
    due = cast(datetime, due_at(rule, session))
    return {
        "session_id": session.id,
        "rule_id": rule.id,
        "revision": session.revision,
        "state": PlanState.PLANNED,
        "due_at": due,
        "expires_at": expires_at(rule.anchor, due, session.starts_at),
        "cursor": 0,
    }


def _sort_out(due: Iterable[ReminderPlan], now: datetime) -> list[ReminderPlan]:
    """End the plans that come too late or that a nearer one of the same session replaces; return the others."""
    reminders: dict[int, list[ReminderPlan]] = defaultdict(list)
    useful: list[ReminderPlan] = []
    for each in due:
        if now >= each.expires_at:
            _end(each, PlanState.LATE, now)
        elif each.rule.anchor is Anchor.START:
            reminders[each.session_id].append(each)
        else:
            useful.append(each)
    return useful + [_nearest(plans, now) for plans in reminders.values()]


def _nearest(plans: Sequence[ReminderPlan], now: datetime) -> ReminderPlan:
    nearest = max(plans, key=lambda each: each.due_at)
    for each in plans:
        if each is not nearest:
            _end(each, PlanState.SUPERSEDED, now)
    return nearest


def _queue_chunk(db: DbSession, plan: ReminderPlan, now: datetime) -> None:
    people = queries.audience(db, plan, CHUNK)
    enqueue(db, *(_mail(plan, registration, person) for registration, person in people), now=now)
    if people:
        plan.cursor = people[-1][0]
    if len(people) < CHUNK:
        _end(plan, PlanState.DONE, now)


def _mail(plan: ReminderPlan, registration_id: int, person_id: int) -> NewMail:
    return NewMail(
        key=f"reminder:{plan.session_id}:{registration_id}:{plan.rule_id}:g{plan.revision}",
        kind=kind_of(plan.rule.anchor, plan.rule.audience),
        lane=Lane.REMINDER,
        due_at=plan.due_at,
        expires_at=plan.expires_at,
        person_id=person_id,
        registration_id=registration_id,
        session_id=plan.session_id,
        rule_id=plan.rule_id,
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
