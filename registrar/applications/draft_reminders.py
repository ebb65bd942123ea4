"""Reminders to drafts before their deadline: the worker queues them once for each lead and deadline.

A call's own deadline concerns many drafts at once: they are queued in one statement together with an entry in the audit
trail, and as long as there is one from after the lead's moment, nothing more is asked. Teams that were given more time
are few; they are looked at one by one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Text, and_, cast, exists, func, literal, or_, select

from registrar.applications.models import Application, GraceLink, Member
from registrar.applications.rules import Lifecycle
from registrar.applications.teams import WRITING
from registrar.audit import operations as audit
from registrar.audit.models import AuditEntry
from registrar.calls.models import Call
from registrar.calls.rules import DRAFT_REMINDERS, CallState, lead_due
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.operations import NewMail, enqueue_selected
from registrar.mail.rules import Lane

KIND = "applications.deadline"
REMINDED = "call.remind_drafts"
WORKER = "worker"


def remind(db: DbSession, now: datetime) -> int:
    """Queue the reminders that are due; return how many mails that made."""
    calls = sum(_remind_call(db, call, now) for call in _calls_ahead(db, now))
    return calls + sum(_remind_team(db, *team, now) for team in _teams_ahead(db, now))


JOBS = (remind,)


def recipients(call_id: int, closes_at: datetime, begun_before: datetime) -> Select[Any]:
    """Return who may write in a draft to a call that was begun before a moment and has the call's own deadline."""
    own_deadline = or_(Application.extended_until.is_(None), Application.extended_until <= closes_at)
    return _writers(begun_before).where(Application.call_id == call_id, own_deadline)


def _calls_ahead(db: DbSession, now: datetime) -> Iterator[Call]:
    """Yield the calls with a lead that is due and of which nobody has been reminded since it was."""
    reminded_at = (
        select(func.max(AuditEntry.at))
        .where(AuditEntry.subject == Call.__tablename__, AuditEntry.subject_id == Call.id)
        .where(AuditEntry.action == REMINDED)
        .scalar_subquery()
    )
    ahead = (Call.closes_at > now, Call.closes_at <= now + max(DRAFT_REMINDERS))
    found = db.execute(select(Call, reminded_at).where(Call.state == CallState.PUBLISHED, *ahead).order_by(Call.id))
    for call, latest in found.all():
        lead = lead_due(call.closes_at, now)
        if lead is not None and (latest is None or latest < call.closes_at - lead):
            yield call


def _remind_call(db: DbSession, call: Call, now: datetime) -> int:
    """Queue the nearest lead that is due for all drafts of a call; one that was missed meanwhile is left out."""
    lead = lead_due(call.closes_at, now)
    if lead is None:
        return 0
    chosen = recipients(call.id, call.closes_at, call.closes_at - lead)
    count = _queue(db, chosen, lead, call.closes_at, now)
    audit.record(db, WORKER, REMINDED, call, now=now, hours=int(lead.total_seconds() // 3600), mails=count)
    return count


def _teams_ahead(db: DbSession, now: datetime) -> list[tuple[int, datetime]]:
    """Return the drafts whose team has a deadline of its own that is near, with that deadline."""
    near = and_(Application.extended_until > now, Application.extended_until <= now + max(DRAFT_REMINDERS))
    taken = exists().where(GraceLink.application_id == Application.id, GraceLink.until > now, GraceLink.uses > 0)
    statement = (
        select(Application.id, Application.extended_until)
        .join(Call, Call.id == Application.call_id)
        .where(near, taken, Application.state == Lifecycle.DRAFT, Application.extended_until > Call.closes_at)
    )
    return [(number, until) for number, until in db.execute(statement) if until is not None]


def _remind_team(db: DbSession, application_id: int, until: datetime, now: datetime) -> int:
    """Queue the nearest lead that is due for one team, to those who have not got it yet."""
    lead = lead_due(until, now)
    if lead is None:
        return 0
    has_it = exists().where(
        OutboxMail.application_id == Application.id, OutboxMail.key == _key(lead, until), OutboxMail.kind == KIND
    )
    chosen = _writers(until - lead).where(Application.id == application_id, ~has_it)
    return _queue(db, chosen, lead, until, now)


def _writers(begun_before: datetime) -> Select[Any]:
    chosen: Select[Any] = select(Member.person_id, Application.id.label("application_id"))  # type: ignore[assignment]  # columns are added
    return chosen.join(Application, Application.id == Member.application_id).where(
        Application.state == Lifecycle.DRAFT, Application.created_at < begun_before, Member.role.in_(WRITING)
    )


def _key(lead: timedelta, ends_at: datetime) -> Any:
    """Return `deadline:<application>:<lead in minutes>:<deadline>:<person>` in SQL."""
    middle = f":{int(lead.total_seconds() // 60)}:{int(ends_at.timestamp())}:"
    return literal("deadline:") + cast(Application.id, Text) + literal(middle) + cast(Member.person_id, Text)


def _queue(db: DbSession, chosen: Select[Any], lead: timedelta, ends_at: datetime, now: datetime) -> int:
    alike = NewMail(key="", kind=KIND, lane=Lane.REMINDER, due_at=ends_at - lead, expires_at=ends_at)
    return enqueue_selected(db, chosen.add_columns(_key(lead, ends_at).label("key")), alike, now=now)
