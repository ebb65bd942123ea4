"""Which reminders are to be planned, which are due, and for whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.orm import joinedload

from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.programmes.models import Programme, Session
from registrar.programmes.rules import ProgrammeKind
from registrar.reminders.models import ReminderPlan, ReminderRule
from registrar.reminders.rules import FOLLOW_UP_USEFUL, HORIZON, Anchor, Audience, PlanState, due_at
from registrar.weekly.models import Attendance, Registration, Seat
from registrar.weekly.rules import SeatState

NOTICES = ("weekly.moved", "weekly.added", "weekly.reinstated")
"""Kinds of mail that tell the time of a session afresh."""
UNTOLD = (MailState.CANCELLED, MailState.SKIPPED, MailState.FAILED)


def series_without_rules(db: DbSession) -> Sequence[Programme]:
    """Return the series that nobody has given any rule, not even one that is switched off."""
    rules = exists().where(ReminderRule.programme_id == Programme.id)
    return db.scalars(select(Programme).where(Programme.kind == ProgrammeKind.SERIES, ~rules)).all()


def unplanned(db: DbSession, now: datetime) -> Sequence[Row[Session, ReminderRule]]:
    """Return each session to come, or published lately, with each rule that has no plan for it yet."""
    planned = exists().where(ReminderPlan.session_id == Session.id, ReminderPlan.rule_id == ReminderRule.id)
    before = (
        (ReminderRule.anchor == Anchor.START)
        & (Session.starts_at > now)
        & (Session.starts_at <= now + HORIZON)
        & ~planned.where(ReminderPlan.revision == Session.revision)
    )
    # What was told about the recording is not told again because the session's time is mended afterwards.
    after = (
        (ReminderRule.anchor == Anchor.PUBLISHED)
        & (Session.published_at > now - FOLLOW_UP_USEFUL)
        & ~planned.where(or_(ReminderPlan.state != PlanState.VOID, ReminderPlan.revision == Session.revision))
    )
    statement = (
        select(Session, ReminderRule)
        .join(ReminderRule, ReminderRule.programme_id == Session.programme_id)
        .where(Session.cancelled_at.is_(None), ReminderRule.disabled_at.is_(None), or_(before, after))
    )
    return db.execute(statement).all()


def overtaken() -> Select[int]:
    """Select the plans whose session has moved or is cancelled, or whose rule is switched off."""
    return _joined().where(
        ReminderPlan.state == PlanState.PLANNED,
        or_(
            Session.revision != ReminderPlan.revision,
            Session.cancelled_at.is_not(None),
            ReminderRule.disabled_at.is_not(None),
        ),
    )


def switched_on_again(now: datetime) -> Select[int]:
    """Select the plans that were void only because their rule was switched off."""
    return _joined().where(
        ReminderPlan.state == PlanState.VOID,
        ReminderPlan.expires_at > now,
        Session.revision == ReminderPlan.revision,
        Session.cancelled_at.is_(None),
        ReminderRule.disabled_at.is_(None),
    )


def unpublished() -> Select[int]:
    """Select the plans, not yet begun, of what is no longer published."""
    return _joined().where(
        ReminderPlan.state == PlanState.PLANNED,
        ReminderPlan.cursor == 0,
        ReminderRule.anchor == Anchor.PUBLISHED,
        or_(Session.published_at.is_(None), Session.published_at > ReminderPlan.due_at),
    )


def due_plans(db: DbSession, now: datetime) -> Sequence[ReminderPlan]:
    """Return the plans whose moment has come, held against other workers until the end of the transaction."""
    statement = (
        select(ReminderPlan)
        .where(ReminderPlan.state == PlanState.PLANNED, ReminderPlan.due_at <= now)
        .order_by(ReminderPlan.id)
        .options(joinedload(ReminderPlan.session, innerjoin=True), joinedload(ReminderPlan.rule, innerjoin=True))
        .with_for_update(of=ReminderPlan)
    )
    return db.scalars(statement).all()


def audience(db: DbSession, plan: ReminderPlan, size: int) -> Sequence[Row[int, int]]:
    """Return the next registrations and persons of a plan, in the order of its cursor.

    Who confirmed after the reminder was due has been told the time by the confirmation.
    """
    statement = (
        select(Registration.id, Registration.person_id)
        .join(Seat, Seat.registration_id == Registration.id)
        .where(Registration.id > plan.cursor, Registration.cancelled_at.is_(None))
        .where(Seat.session_id == plan.session_id, Seat.state == SeatState.CONFIRMED)
        .order_by(Registration.id)
        .limit(size)
    )
    if plan.rule.audience is Audience.MISSED:
        came = exists().where(Attendance.session_id == plan.session_id, Attendance.person_id == Registration.person_id)
        return db.execute(statement.where(~came)).all()
    in_time = (Registration.confirmed_at <= plan.due_at) & (Seat.state_at <= plan.due_at)
    return db.execute(statement.where(in_time)).all()


def leads(db: DbSession, programme_id: int) -> Sequence[timedelta]:
    """Return how long before the start each reminder of a series goes out."""
    statement = select(ReminderRule.lead).where(
        ReminderRule.programme_id == programme_id,
        ReminderRule.anchor == Anchor.START,
        ReminderRule.disabled_at.is_(None),
    )
    return db.scalars(statement).all()


def nearer_is_due(db: DbSession, rule: ReminderRule, session: Session, now: datetime) -> bool:
    """Tell whether a reminder nearer to the start is due already, so that this one would only repeat it."""
    rules = select(ReminderRule).where(
        ReminderRule.programme_id == rule.programme_id,
        ReminderRule.anchor == rule.anchor,
        ReminderRule.disabled_at.is_(None),
    )
    own = due_at(rule, session) or now
    return any(own < (due_at(other, session) or now) <= now for other in db.scalars(rules) if other.id != rule.id)


def told_since(db: DbSession, registration_id: int, session_id: int, since: datetime) -> bool:
    """Tell whether a notice has given this person the session's time since a moment."""
    statement = select(OutboxMail.session_id, OutboxMail.context).where(
        OutboxMail.registration_id == registration_id,
        OutboxMail.kind.in_(NOTICES),
        OutboxMail.state.not_in(UNTOLD),
        OutboxMail.created_at >= since,
    )
    return any(
        session_id == named or session_id in [item.get("session") for item in context.get("sessions", [])]
        for named, context in db.execute(statement)
    )


def _joined() -> Select[int]:
    return select(ReminderPlan.id).join(ReminderPlan.session).join(ReminderPlan.rule)
