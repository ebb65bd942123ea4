"""What the console's lists may be asked for and how moments become charts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from registrar.mail.rules import MailState

PER_PAGE = 50
CHART_WEEKS = 12
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5, 6})
"""Hours that begin between 22:00 and 07:00."""


class ListState(StrEnum):
    """Which registrations a list shows; from `confirmed` on it is the state of a seat."""

    ACTIVE = "active"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    SKIPPED = "skipped"
    ATTENDED = "attended"
    MISSED = "missed"


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    COUNTRY = "country"


@dataclass(frozen=True, kw_only=True)
class RegistrationFilter:
    """Which registrations are asked for, and in which order."""

    text: str = ""
    programme_id: int | None = None
    session_id: int | None = None
    state: ListState | None = None
    country: str = ""
    locale: str = ""
    scope: str = ""
    sort: Sort = Sort.NEWEST

    @property
    def names_used(self) -> list[str]:
        """Which filters are set; never what was typed."""
        return sorted(name for name, value in vars(self).items() if value and name != "sort")

    @property
    def may_be_counted(self) -> bool:
        """Whether an index alone answers how many there are."""
        return not set(self.names_used) - {"programme_id"}


@dataclass(frozen=True, kw_only=True)
class LedgerFilter:
    """Which mails are asked for."""

    text: str = ""
    session_id: int | None = None
    kind: str = ""
    state: MailState | None = None
    came_back: bool = False
    """Only those about which a report came in."""
    campaign_id: int | None = None
    person_id: int | None = None
    rule_id: int | None = None

    @property
    def names_used(self) -> list[str]:
        """Which filters are set; never what was typed."""
        return sorted(name for name, value in vars(self).items() if value)


class Settlement(StrEnum):
    """What a person knows, or decides, about a mail in doubt."""

    ARRIVED = "arrived"
    LOST = "lost"
    AGAIN = "again"


def weekly_totals(days: Mapping[date, int], today: date, weeks: int = CHART_WEEKS) -> list[tuple[date, int]]:
    """Add up the counts of days to weeks that begin on Monday; the last is the week of `today`."""
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    totals = dict.fromkeys(mondays, 0)
    for day, count in days.items():
        monday = day - timedelta(days=day.weekday())
        if monday in totals:
            totals[monday] += count
    return list(totals.items())


def hours_of_day(at: datetime, zones: Iterable[tuple[str, int]]) -> list[int]:
    """Count for each hour of the day how many people have it on their clock at that moment."""
    hours = [0] * 24
    for zone, people in zones:
        hours[at.astimezone(ZoneInfo(zone)).hour] += people
    return hours


def share_at_night(hours: Sequence[int]) -> int:
    """Return for how many percent of the people it is between 22:00 and 07:00."""
    total = sum(hours)
    return round(100 * sum(hours[hour] for hour in NIGHT) / total) if total else 0


@dataclass(frozen=True)
class Pace:
    """How long mails took: half of them at most `median` seconds, 95 of 100 at most `p95`."""

    count: int
    median: float
    p95: float


def pace(seconds: Sequence[float]) -> Pace | None:
    """Return how long mails took, by the nearest rank; None where there is none."""
    if not seconds:
        return None
    ranked = sorted(seconds)

    def rank(percent: int) -> float:
        return ranked[max(-(-len(ranked) * percent // 100), 1) - 1]

    return Pace(len(ranked), rank(50), rank(95))
