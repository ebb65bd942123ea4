"""The coming weeks as the forecast shows them: what leaves when, for how many, at which hour of theirs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from registrar.calls.models import Call
from registrar.campaigns.models import Campaign
from registrar.console.rules import share_at_night
from registrar.programmes.models import Session
from registrar.reminders.models import ReminderRule

CLOCKS = ("Europe/Paris", "America/New_York")
"""Where clocks change on two different dates; beside the zones of the sessions themselves."""


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Mails of one kind that leave together: reminders of a session by one rule, or of a deadline, or a mailing."""

    at: datetime
    kind: str
    count: int
    hours: Counter[int]
    """How many read it at which hour (0–23) of their own day; empty where that is not known."""
    session: Session | None = None
    rule: ReminderRule | None = None
    campaign: Campaign | None = None
    call: Call | None = None
    clock_change: bool = False

    @property
    def by_hour(self) -> list[int]:
        return by_hour(self.hours)

    @property
    def night(self) -> int:
        """For how many percent it is between 22:00 and 07:00."""
        return share_at_night(self.by_hour)


@dataclass(frozen=True)
class ClockChange:
    """A night in which the clocks of a place change."""

    zone: str
    on: date
    is_forward: bool


@dataclass(frozen=True)
class WeekAhead:
    """A week from Monday, with what leaves in it and the clocks that change."""

    monday: date
    departures: Sequence[Departure]
    changes: Sequence[ClockChange]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.departures)

    @property
    def is_marked(self) -> bool:
        """Whether the clocks change for anybody concerned."""
        return bool(self.changes) or any(each.clock_change for each in self.departures)


def by_hour(hours: Counter[int]) -> list[int]:
    """Return the counts of the 24 hours."""
    return [hours[hour] for hour in range(24)]


def all_hours(departures: Iterable[Departure]) -> Counter[int]:
    """Add up the hours at which people read everything."""
    return sum((each.hours for each in departures), Counter())


def weeks_ahead(departures: Sequence[Departure], now: datetime, weeks: int, zone: str) -> list[WeekAhead]:
    """Sort what leaves into weeks of a zone, beginning with the week of `now`; weeks without mail are there too."""
    clock = ZoneInfo(zone)
    today = now.astimezone(clock).date()
    first = today - timedelta(days=today.weekday())
    mondays = [first + timedelta(weeks=number) for number in range(weeks + 1)]
    zones = sorted({*CLOCKS, *(each.session.timezone for each in departures if each.session)})
    return [
        WeekAhead(
            monday,
            [each for each in departures if monday <= each.at.astimezone(clock).date() < monday + timedelta(weeks=1)],
            [change for each in zones for change in clock_changes(each, monday)],
        )
        for monday in mondays
    ]


def by_day(departures: Iterable[Departure], now: datetime, until: datetime, zone: str) -> dict[date, int]:
    """Count the mails of each day of a zone."""
    clock = ZoneInfo(zone)
    first, last = now.astimezone(clock).date(), until.astimezone(clock).date()
    days = {first + timedelta(days=number): 0 for number in range((last - first).days + 1)}
    for each in departures:
        days[max(first, each.at.astimezone(clock).date())] += each.count
    return days


def clock_changes(zone: str, monday: date) -> list[ClockChange]:
    """Return the nights of a week in which the clocks of a zone change."""
    offsets = [_offset(zone, monday + timedelta(days=day)) for day in range(8)]
    return [
        ClockChange(zone, monday + timedelta(days=day), after > before)
        for day, (before, after) in enumerate(pairwise(offsets))
        if before != after
    ]


def _offset(zone: str, day: date) -> timedelta:
    """Return how far the clocks of a zone are from UTC when the day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).utcoffset() or timedelta(0)
