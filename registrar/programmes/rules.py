"""Kinds of programmes and events, and the rules of their schedule: local times, weekly repetition, phases."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from registrar.errors import N_, Refusal

JOIN_OPENS = timedelta(minutes=15)
"""How long before its start a session may be joined."""

MINUTE = timedelta(minutes=1)
WEEK = timedelta(weeks=1)


class ProgrammeKind(StrEnum):
    SERIES = "series"
    COHORT = "cohort"
    ACCELERATOR = "accelerator"


class EventKind(StrEnum):
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    MEETUPS = "meetups"
    STUDY = "study"


class Access(StrEnum):
    OPEN = "open"
    APPLICATION = "application"
    CLOSED = "closed"


class SeasonStatus(StrEnum):
    PLANNED = "planned"
    ONGOING = "ongoing"
    ARCHIVED = "archived"


class SpeakerPart(StrEnum):
    SPEAKER = "speaker"
    MODERATOR = "moderator"


class Fold(StrEnum):
    """Which of the two moments is meant when the clocks go back and a local time happens twice."""

    FIRST = "first"
    SECOND = "second"


class Phase(StrEnum):
    """Where a session stands: `soon` is when it may be joined but has not started."""

    PLANNED = "planned"
    SOON = "soon"
    LIVE = "live"
    OVER = "over"
    CANCELLED = "cancelled"


class UnknownZone(Refusal):
    """A time zone that nobody knows."""

    def __init__(self, zone: str) -> None:
        super().__init__(N_("The time zone %(zone)s is not known."), zone=zone)


class NonexistentLocalTime(Refusal):
    """A local time that the clocks skip; `before` and `after` are the nearest moments that exist, to the minute."""

    def __init__(self, wall: datetime, zone: str, before: datetime, after: datetime) -> None:
        super().__init__(
            N_(
                "%(at)s does not exist on %(on)s in %(zone)s, because the clocks go forward. "
                "The nearest times are %(before)s and %(after)s."
            ),
            at=f"{wall:%H:%M}",
            on=wall.date(),
            zone=zone,
            before=_clock(before, zone, wall.date()),
            after=_clock(after, zone, wall.date()),
        )
        self.before = before
        self.after = after


class AmbiguousLocalTime(Refusal):
    """A local time that happens twice; `first` and `second` are the two moments."""

    def __init__(self, wall: datetime, zone: str, first: datetime, second: datetime) -> None:
        super().__init__(
            N_(
                "%(at)s happens twice on %(on)s in %(zone)s, because the clocks go back. "
                "Choose the first or the second one."
            ),
            at=f"{wall:%H:%M}",
            on=wall.date(),
            zone=zone,
        )
        self.first = first
        self.second = second


def zone_named(zone: str) -> ZoneInfo:
    """Return the IANA time zone of that name, or refuse."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:  # a path, a folder, or nothing at all
        raise UnknownZone(zone) from missing


def resolve(on: date, at: time, zone: str, fold: Fold | None = None) -> datetime:
    """Return the moment (UTC) of a wall-clock time in `zone`.

    Refuse a time that does not exist, and one that happens twice as long as `fold` does not say which is meant.
    """
    place = zone_named(zone)
    wall = datetime.combine(on, at.replace(tzinfo=None, fold=0))
    first = wall.replace(tzinfo=place).astimezone(UTC)
    second = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    if second < first:  # PEP 495: in a gap the two readings stand in reverse order
        change = _clock_change(second, first, place)
        raise NonexistentLocalTime(wall, zone, before=change - MINUTE, after=change)
    if first < second and fold is None:
        raise AmbiguousLocalTime(wall, zone, first, second)
    return second if fold is Fold.SECOND else first


def weekly_starts(
    first_on: date, at: time, zone: str, weeks: int, skipping: Collection[date] = (), fold: Fold | None = None
) -> list[datetime]:
    """Return the starts (UTC) of `weeks` weekly sessions at one wall-clock time.

    Skipped dates (holidays) get no session; the season then ends that much later.
    """
    starts: list[datetime] = []
    on = first_on
    while len(starts) < weeks:
        if on not in skipping:
            starts.append(resolve(on, at, zone, fold))
        on += WEEK
    return starts


def shift_by_weeks(starts_at: datetime, weeks: int, zone: str, fold: Fold | None = None) -> datetime:
    """Return the start moved by whole weeks (earlier when negative) at the same wall-clock time in `zone`."""
    wall = starts_at.astimezone(zone_named(zone))
    return resolve(wall.date() + weeks * WEEK, wall.time(), zone, fold)


def clocks_differ(starts_at: datetime, zone_a: str = "Europe/Paris", zone_b: str = "America/New_York") -> bool:
    """Tell whether the hours between two zones are unusual at that moment.

    Usual is the difference that holds on most days of the (UTC) calendar year: 6 hours from Paris to New York, 5 in the
    two or three weeks of March and the week around the end of October when only one of them is on summer time.
    """
    return _difference(starts_at, zone_a, zone_b) != _usual_difference(starts_at.astimezone(UTC).year, zone_a, zone_b)


def wall_clock_shift(before: datetime, after: datetime, zone: str, host_zone: str) -> timedelta:
    """Return how much later (negative: earlier) a person in `zone` sees the weekly time than at the session before.

    Only changes of the clocks count: where both zones change together, or the host moves a session, it is zero.
    """
    return _difference(after, host_zone, zone) - _difference(before, host_zone, zone)


def join_opens_at(starts_at: datetime) -> datetime:
    return starts_at - JOIN_OPENS


def phase(starts_at: datetime, ends_at: datetime, cancelled_at: datetime | None, now: datetime) -> Phase:
    """Return where the session stands at `now`: live from its start, over from its end."""
    if cancelled_at is not None:
        return Phase.CANCELLED
    if now >= ends_at:
        return Phase.OVER
    if now >= starts_at:
        return Phase.LIVE
    return Phase.SOON if now >= join_opens_at(starts_at) else Phase.PLANNED


def _clock_change(earlier: datetime, later: datetime, place: ZoneInfo) -> datetime:
    """Return the first whole minute between two moments (UTC) at which the new offset holds."""
    minutes = (later - earlier) // MINUTE
    new = _offset(later, place)
    return earlier + MINUTE * _first(minutes, lambda minute: _offset(earlier + minute * MINUTE, place) == new)


def _first(count: int, holds: Callable[[int], bool]) -> int:
    """Return the smallest number up to `count` for which `holds` turns true, by halving."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _clock(moment: datetime, zone: str, on: date) -> str:
    """Write the local time, with its date where that is another one than `on`."""
    wall = moment.astimezone(ZoneInfo(zone))
    return f"{wall:%H:%M}" if wall.date() == on else f"{wall:%Y-%m-%d %H:%M}"


def _offset(moment: datetime, place: ZoneInfo) -> timedelta:
    return moment.astimezone(place).utcoffset() or timedelta(0)


def _difference(moment: datetime, zone_a: str, zone_b: str) -> timedelta:
    """Return how much the clocks of `zone_b` are ahead of those of `zone_a`."""
    return _offset(moment, zone_named(zone_b)) - _offset(moment, zone_named(zone_a))


@lru_cache(maxsize=256)
def _usual_difference(year: int, zone_a: str, zone_b: str) -> timedelta:
    noon = datetime(year, 1, 1, 12, tzinfo=UTC)
    days = (noon + timedelta(days=number) for number in range(365))
    return Counter(_difference(day, zone_a, zone_b) for day in days).most_common(1)[0][0]
