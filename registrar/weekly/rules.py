"""Seats and waiting lists as values: which state may follow which, and how long an offer lasts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from registrar.errors import N_, IllegalTransition


class Scope(StrEnum):
    """What a person signed up for: everything including sessions added later, or chosen sessions only."""

    SEASON = "season"
    CHOSEN = "chosen"


class SeatState(StrEnum):
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    """An offer that was not taken in time."""
    SKIPPED = "skipped"
    """Given up by the person: this week only, or with the whole registration."""


class AttendanceSource(StrEnum):
    JOIN_LINK = "join_link"


class Subscription(StrEnum):
    """Kinds of mail of a series that can be switched off one by one."""

    REMINDERS = "reminders"
    FOLLOW_UPS = "follow_ups"
    NEWS = "news"
    """Sessions added later."""


TRANSITIONS: Mapping[SeatState, frozenset[SeatState]] = MappingProxyType(
    {
        SeatState.CONFIRMED: frozenset({SeatState.SKIPPED}),
        SeatState.WAITING: frozenset({SeatState.CONFIRMED, SeatState.OFFERED, SeatState.SKIPPED}),
        SeatState.OFFERED: frozenset({SeatState.CONFIRMED, SeatState.LAPSED, SeatState.SKIPPED}),
        SeatState.LAPSED: frozenset({SeatState.CONFIRMED, SeatState.WAITING}),
        SeatState.SKIPPED: frozenset({SeatState.CONFIRMED, SeatState.WAITING}),
    }
)

TAKING = frozenset({SeatState.CONFIRMED, SeatState.OFFERED})
"""States that take one of the session's places."""

CONFIRM_WITHIN = timedelta(hours=48)
RESEND_AFTER = timedelta(minutes=5)
OFFER_LONGEST = timedelta(hours=24)
OFFER_SHORTEST = timedelta(minutes=15)


def move(current: SeatState, to: SeatState) -> SeatState:
    """Return the new state, or refuse."""
    if to not in TRANSITIONS[current]:
        raise IllegalTransition(N_("A seat that is %(current)s cannot become %(to)s."), current=current, to=to)
    return to


def offer_until(now: datetime, starts_at: datetime) -> datetime:
    """Return when an offer lapses: after a quarter of the time left, 15 minutes to a day, never after the start."""
    window = min(max((starts_at - now) / 4, OFFER_SHORTEST), OFFER_LONGEST)
    return min(now + window, starts_at)


def has_room(capacity: int | None, taken: int) -> bool:
    """Tell whether one more seat can be given."""
    return capacity is None or taken < capacity
