"""Which reminders are to be planned, which are due, and for whom."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, cast, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from registrar.db import DbSession
from registrar.letters.models import LetterVersion
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.programmes.models import Programme, Season, Session
from registrar.programmes.rules import ProgrammeKind, SeasonStatus
from registrar.reminders.audiences import recipients
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.reminders.rules import (
    A_DAY,
    FOLLOW_UP_USEFUL,
    HORIZON,
    UNDO_WITHIN,
    Anchor,
    Audience,
    PlanState,
    before_start,
)
from registrar.weekly.models import Registration

NOTICES = ("weekly.moved", "weekly.added", "weekly.reinstated")
"""Kinds of mail that tell the time of a session afresh."""

UNTOLD = (MailState.CANCELLED, MailState.SKIPPED, MailState.FAILED)

EXEMPT = exists().where(ReminderExemption.session_id == Session.id, ReminderExemption.rule_id == ReminderRule.id)
"""The rule is switched off for this session."""
_of_this_time = ReminderPlan.revision == Session.revision
_WHOLE = (joinedload(ReminderPlan.session, innerjoin=True), joinedload(ReminderPlan.rule, innerjoin=True))


def series_without_rules(db: DbSession) -> Sequence[Programme]:
    """Return the series that nobody has given any rule, not even one that is switched off."""
    rules = exists().where(ReminderRule.programme_id == Programme.id)
    return db.scalars(select(Programme).where(Programme.kind == ProgrammeKind.SERIES, ~rules)).all()


def unplanned(db: DbSession, now: datetime) -> Sequence[Row[Session, ReminderRule]]:
    """Return each session with each rule that has no plan for it yet and is due soon, or was lately."""
    rules = db.scalars(select(ReminderRule).where(ReminderRule.disabled_at.is_(None))).all()
    if not rules:
        return []
    statement = (
        select(Session, ReminderRule)
        .join(ReminderRule, ReminderRule.programme_id == Session.programme_id)
        .where(Session.cancelled_at.is_(None), ~EXEMPT, or_(*(_in_reach(rule, now) for rule in rules)))
    )
    return db.execute(statement.order_by(Session.starts_at, Session.id, ReminderRule.id)).all()


def in_reach(db: DbSession, rule: ReminderRule, now: datetime) -> Sequence[Session]:
    """Return the sessions for which this rule has no plan yet and is due soon, or was lately."""
    statement = select(Session).join(ReminderRule, ReminderRule.programme_id == Session.programme_id)
    on = (Session.cancelled_at.is_(None), ReminderRule.disabled_at.is_(None), ~EXEMPT)
    return db.scalars(statement.where(*on, _in_reach(rule, now))).all()


def rules_of(db: DbSession, programme_id: int) -> list[ReminderRule]:
    """Return the rules of a series, also those that are switched off."""
    statement = select(ReminderRule).where(ReminderRule.programme_id == programme_id)
    return list(db.scalars(statement.order_by(ReminderRule.id)))


def sessions_to_come(db: DbSession, programme_id: int, now: datetime) -> Sequence[Session]:
    """Return the sessions of a series that have not ended, in the order of time."""
    coming = (Session.programme_id == programme_id, Session.ends_at > now, Session.cancelled_at.is_(None))
    return db.scalars(select(Session).where(*coming).order_by(Session.starts_at, Session.id)).all()


def all_series(db: DbSession) -> list[Programme]:
    """Return the weekly series that are not archived, the newest first."""
    statement = (
        select(Programme)
        .join(Programme.season)
        .where(Programme.kind == ProgrammeKind.SERIES, Season.status != SeasonStatus.ARCHIVED)
    )
    return list(db.scalars(statement.order_by(Season.position, Programme.position)))


def session_to_show(db: DbSession, rule: ReminderRule, wanted: int | None, now: datetime) -> Session | None:
    """Return the wanted session of the rule's series, else the one that a mail would be about next."""
    mine = select(Session).where(Session.programme_id == rule.programme_id, Session.cancelled_at.is_(None))
    if wanted is not None:
        return db.scalar(mine.where(Session.id == wanted))
    coming = db.scalar(mine.where(Session.ends_at > now).order_by(Session.starts_at, Session.id).limit(1))
    last = mine.where(Session.ends_at <= now).order_by(Session.published_at.is_(None), Session.starts_at.desc())
    past = db.scalar(last.limit(1)) if coming is None or rule.anchor is not Anchor.START else None
    return past or coming


def _in_reach(rule: ReminderRule, now: datetime) -> ColumnElement[bool]:
    reach = rule.lead + (A_DAY if rule.at_local else timedelta(0))
    planned = exists().where(ReminderPlan.session_id == Session.id, ReminderPlan.rule_id == ReminderRule.id)
    mine = ReminderRule.id == rule.id
    if rule.anchor is Anchor.START:
        coming = (Session.starts_at > now) & (Session.starts_at <= now + HORIZON + reach)
        return mine & coming & ~planned.where(ReminderPlan.revision == Session.revision)
    anchor = Session.ends_at if rule.anchor is Anchor.END else Session.published_at
    lately = (anchor > now - FOLLOW_UP_USEFUL - reach) & (anchor <= now + HORIZON)
    # What was told afterwards is not told again because the session's time is mended later on.
    return mine & lately & ~planned.where(or_(ReminderPlan.state != PlanState.VOID, _of_this_time))


def overtaken() -> Select[int]:
    """Select the plans whose session has moved or is cancelled, or that are switched off."""
    off = or_(Session.cancelled_at.is_not(None), ReminderRule.disabled_at.is_not(None), EXEMPT)
    return _joined().where(ReminderPlan.state == PlanState.PLANNED, or_(~_of_this_time, off))


def switched_on_again(now: datetime) -> Select[int]:
    """Select the plans that were void only because they were switched off, and whose moment is ahead or just over."""
    return _joined().where(
        ReminderPlan.state == PlanState.VOID,
        ReminderPlan.due_at > now - UNDO_WITHIN,
        ReminderPlan.expires_at > now,
        Session.cancelled_at.is_(None),
        ReminderRule.disabled_at.is_(None),
        ~EXEMPT,
        _of_this_time,
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
    """Return the plans whose moment has come, whoever works on them."""
    statement = select(ReminderPlan).where(ReminderPlan.state == PlanState.PLANNED, ReminderPlan.due_at <= now)
    return db.scalars(statement.order_by(ReminderPlan.id).options(*_WHOLE)).all()


def held(db: DbSession, ids: Collection[int]) -> Sequence[ReminderPlan]:
    """Return those of these plans that no other worker works on, kept for this one until its transaction ends."""
    statement = select(ReminderPlan).where(ReminderPlan.id.in_(ids), ReminderPlan.state == PlanState.PLANNED)
    statement = statement.order_by(ReminderPlan.id).options(*_WHOLE)
    locked = statement.with_for_update(of=ReminderPlan, skip_locked=True)
    return db.scalars(locked, execution_options={"populate_existing": True}).all() if ids else []


def chunk(db: DbSession, cursor: int, size: int) -> tuple[int, int]:
    """Return the last of the next registrations after a cursor, and how many they are."""
    following = select(Registration.id).where(Registration.id > cursor).order_by(Registration.id).limit(size).subquery()
    last, count = db.execute(select(func.max(following.c.id), func.count())).one()
    return last or cursor, count


def mails(plan: ReminderPlan, last: int) -> Select[Any]:
    """Select what differs between the mails of a plan to the registrations from its cursor up to the last."""
    prefix, suffix = f"reminder:{plan.session_id}:", f":{plan.rule_id}:g{plan.revision}"
    key = literal(prefix).concat(cast(Registration.id, Text)).concat(suffix).label("key")
    columns = (key, Registration.person_id, Registration.id.label("registration_id"))
    whom = recipients(plan.rule, plan.session_id, plan.due_at, *columns)
    return whom.where(Registration.id > plan.cursor, Registration.id <= last)


def newest_version(db: DbSession, rule: ReminderRule) -> int | None:
    """Return the organiser's own words that a rule is to be written in now, if it has any."""
    if rule.template_id is None:
        return None
    versions = select(LetterVersion.id).where(LetterVersion.template_id == rule.template_id)
    return db.scalar(versions.order_by(LetterVersion.number.desc()).limit(1))


def leads(db: DbSession, programme_id: int) -> list[Callable[[datetime, str], datetime]]:
    """Return for each reminder to those with a seat how to tell when it leaves, from a start and its zone."""
    statement = select(ReminderRule).where(
        ReminderRule.programme_id == programme_id,
        ReminderRule.anchor == Anchor.START,
        ReminderRule.audience != Audience.WAITING,
        ReminderRule.disabled_at.is_(None),
    )
    return [partial(before_start, rule) for rule in db.scalars(statement)]


def switched_on(db: DbSession, session: Session) -> Sequence[ReminderRule]:
    """Return the rules of the series that are switched on for this session."""
    off = exists().where(ReminderExemption.rule_id == ReminderRule.id, ReminderExemption.session_id == session.id)
    on = (ReminderRule.programme_id == session.programme_id, ReminderRule.disabled_at.is_(None), ~off)
    return db.scalars(select(ReminderRule).where(*on).order_by(ReminderRule.id)).all()


def told_at(
    db: DbSession, registration_ids: Collection[int], session_id: int, *, since: datetime
) -> dict[int, datetime]:
    """Return when a notice last gave each of these people the session's time since a moment."""
    statement = select(OutboxMail.registration_id, OutboxMail.session_id, OutboxMail.context, OutboxMail.created_at)
    statement = statement.where(
        OutboxMail.registration_id.in_(registration_ids),
        OutboxMail.kind.in_(NOTICES),
        OutboxMail.state.not_in(UNTOLD),
        OutboxMail.created_at >= since,
    )
    found: dict[int, datetime] = {}
    for registration_id, about, context, at in db.execute(statement.order_by(OutboxMail.created_at)):
        if about == session_id or session_id in [item.get("session") for item in context.get("sessions", [])]:
            found[registration_id] = at
    return found


def _joined() -> Select[int]:
    return select(ReminderPlan.id).join(ReminderPlan.session).join(ReminderPlan.rule)
