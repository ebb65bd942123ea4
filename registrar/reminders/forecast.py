"""Which reminders the coming weeks will bring: by session and rule, for how many, and at which hour of theirs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Row, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from registrar.db import DbSession
from registrar.people.models import Person
from registrar.programmes.models import Session
from registrar.programmes.rules import zone_named
from registrar.reminders.audiences import recipients, wanted
from registrar.reminders.models import ReminderExemption, ReminderPlan, ReminderRule
from registrar.reminders.rules import (
    FOLLOW_UP_USEFUL,
    LONGEST_LEAD,
    Anchor,
    Audience,
    PlanState,
    due_at,
    expires_at,
    kind_of,
)
from registrar.weekly.models import Registration

HOST = "Europe/Paris"


@dataclass(frozen=True)
class Forecast:
    """The mails that one rule will send about one session."""

    session: Session
    rule: ReminderRule
    kind: str
    due_at: datetime
    count: int
    """How many would get it if it left now."""
    hours: Counter[int]
    """How many read it at which hour (0–23) of their own day."""
    clock_change: bool
    """Whether the clocks of the host, of Europe or of a recipient change in its week."""


def forecast(db: DbSession, *, now: datetime, until: datetime) -> list[Forecast]:
    """Return what will still be sent up to a moment, in the order of time; recordings not yet published are unknown."""
    dues = [
        (due, session, rule)
        for session, rule in _switched_on(db, now, until)
        if (due := due_at(rule, session)) and now < expires_at(rule.anchor, due, session.starts_at) and due <= until
    ]
    known: dict[object, Mapping[str, int]] = {}
    return [_forecast(db, session, rule, due, known) for due, session, rule in sorted(dues, key=_order)]


def _order(each: tuple[datetime, Session, ReminderRule]) -> tuple[datetime, int, int]:
    due, session, rule = each
    return due, session.id, rule.id


def _forecast(
    db: DbSession, session: Session, rule: ReminderRule, due: datetime, known: dict[object, Mapping[str, int]]
) -> Forecast:
    audience = (session.id, rule.anchor, rule.audience, due if rule.audience is Audience.SETTLED else None)
    zones = known.get(audience)
    if zones is None:
        zones = known[audience] = zones_of(db, session, rule, due)
    hours: Counter[int] = Counter()
    for zone, count in zones.items():
        hours[due.astimezone(zone_named(zone)).hour] += count
    kind = kind_of(rule.anchor, rule.audience)
    changes = clocks_change(due, session.timezone, zones)
    return Forecast(session, rule, kind, due, hours.total(), hours, changes)


def zones_of(db: DbSession, session: Session, rule: ReminderRule, due: datetime) -> Mapping[str, int]:
    """Count the recipients of a rule by their time zone, as of now."""
    statement = recipients(rule, session.id, due, Person.timezone, func.count())
    statement = statement.join(Person, Person.id == Registration.person_id).where(wanted(rule))
    return dict(db.execute(statement.group_by(Person.timezone)).all())


def clocks_change(at: datetime, host_zone: str, zones: Iterable[str]) -> bool:
    """Tell whether any of these clocks, or Europe's, changes in the host's week (Monday to Sunday) of a moment."""
    day = at.astimezone(zone_named(host_zone)).date()
    monday = datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)
    ends = monday + timedelta(weeks=1)
    return any(_offset(monday, zone) != _offset(ends, zone) for zone in {HOST, host_zone, *zones})


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(zone_named(zone)).utcoffset()


def _switched_on(db: DbSession, now: datetime, until: datetime) -> list[Row[Session, ReminderRule]]:
    """Return each session with each rule that may still write about it."""
    exempt = exists().where(ReminderExemption.session_id == Session.id, ReminderExemption.rule_id == ReminderRule.id)
    over = exists().where(
        ReminderPlan.session_id == Session.id,
        ReminderPlan.rule_id == ReminderRule.id,
        or_(
            ReminderPlan.state.not_in((PlanState.PLANNED, PlanState.VOID)),
            and_(ReminderPlan.state == PlanState.VOID, ReminderPlan.due_at <= now),
        ),
        or_(ReminderRule.anchor != Anchor.START, ReminderPlan.revision == Session.revision),
    )
    coming = and_(Session.starts_at > now, Session.starts_at <= until + LONGEST_LEAD)
    lately = Session.starts_at > now - LONGEST_LEAD - 2 * FOLLOW_UP_USEFUL
    statement = (
        select(Session, ReminderRule)
        .join(ReminderRule, ReminderRule.programme_id == Session.programme_id)
        .where(Session.cancelled_at.is_(None), ReminderRule.disabled_at.is_(None), ~exempt, ~over)
        .where(or_(coming, and_(ReminderRule.anchor != Anchor.START, lately, Session.starts_at <= until)))
        .options(joinedload(Session.programme, innerjoin=True))
    )
    return list(db.execute(statement).all())
