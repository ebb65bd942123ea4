"""What will leave in the coming weeks: reminders as their rules stand, and mailings that are approved."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import CampaignState
from registrar.console.forecast_weeks import Departure
from registrar.db import DbSession
from registrar.reminders.forecast import forecast

UNDER_WAY = (CampaignState.HELD, CampaignState.CANARY, CampaignState.SENDING)


def departures(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    """Return everything that will leave up to a moment, as things stand, in the order of time."""
    return sorted([*_reminders(db, now, until), *_mailings(db, now, until)], key=lambda each: each.at)


def _reminders(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    return [
        Departure(
            at=each.due_at, kind=each.kind, count=each.count, hours=each.hours, session=each.session, rule=each.rule,
            clock_change=each.clock_change,
        )
        for each in forecast(db, now=now, until=until)
    ]  # fmt: skip


def _mailings(db: DbSession, now: datetime, until: datetime) -> list[Departure]:
    """Return the approved mailings with how many of their mails are still to be written."""
    statement = select(Campaign).where(Campaign.state.in_(UNDER_WAY), Campaign.starts_at <= until)
    return [
        Departure(
            at=max(each.starts_at or now, now),
            kind="campaigns.letter",
            count=max((each.expected or 0) - each.queued, 0),
            hours=Counter(),
            campaign=each,
        )
        for each in db.scalars(statement)
    ]
