"""What will leave in the coming weeks: reminders as their rules stand, of deadlines too, and approved mailings."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from registrar.applications import draft_reminders
from registrar.calls.models import Call
from registrar.calls.rules import DRAFT_REMINDERS, CallState
from registrar.campaigns.audience import recipients_of, tally
from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import LETTER, UNFINISHED
from registrar.campaigns.segments import BadSegment
from registrar.console.forecast_weeks import Departure
from registrar.console.rules import hours_of_day
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.reminders.forecast import forecast


def departures(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    """Return everything that will leave up to a moment, as things stand, in the order of time."""
    found = (*_reminders(db, now, until), *_mailings(db, now, until), *_drafts(db, now, until))
    return sorted(found, key=lambda each: each.at)


def _reminders(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    """Return the reminders that somebody will get."""
    return [
        Departure(
            at=each.due_at, kind=each.kind, count=each.count, hours=each.hours, session=each.session, rule=each.rule,
            clock_change=each.clock_change,
        )
        for each in forecast(db, now=now, until=until)
        if each.count
    ]  # fmt: skip


def _mailings(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    """Return the approved mailings."""
    statement = select(Campaign).where(Campaign.state.in_(UNFINISHED), Campaign.starts_at <= until)
    return [_mailing(db, each, now) for each in db.scalars(statement.options(joinedload(Campaign.programme)))]


def _mailing(db: DbSession, campaign: Campaign, now: datetime) -> Departure:
    """Return a mailing with how many of its mails are still to be written."""
    at = max(campaign.starts_at or now, now)
    try:
        zones = tally(db, recipients_of(campaign, now)).zones
    except BadSegment:
        zones = Counter()
    hours = Counter(dict(enumerate(hours_of_day(at, zones.items()))))
    count = max((hours.total() or campaign.expected or 0) - campaign.queued, 0)
    return Departure(at=at, kind=LETTER, count=count, hours=+hours, campaign=campaign)


def _drafts(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    """Return the reminders of deadlines, to those who write in drafts today."""
    ahead = (Call.state == CallState.PUBLISHED, Call.closes_at > now, Call.closes_at <= until + max(DRAFT_REMINDERS))
    calls = db.scalars(select(Call).where(*ahead)).all()
    moments = ((call, call.closes_at - lead) for call in calls for lead in DRAFT_REMINDERS)
    return [found for call, at in moments if now < at <= until and (found := _of_deadline(db, call, at)).count]


def _of_deadline(db: DbSession, call: Call, at: datetime) -> Departure:
    whom = draft_reminders.recipients(call.id, call.closes_at, at).subquery()
    zones = select(Person.timezone, func.count()).join(whom, whom.c.person_id == Person.id).group_by(Person.timezone)
    hours = Counter(dict(enumerate(hours_of_day(at, [(zone, count) for zone, count in db.execute(zones)]))))
    return Departure(at=at, kind=draft_reminders.KIND, count=hours.total(), hours=+hours, call=call)
