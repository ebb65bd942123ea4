"""What may follow what in a campaign, and what its segment says, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from registrar.errors import N_, IllegalTransition


class CampaignState(StrEnum):
    DRAFT = "draft"
    HELD = "held"
    """Approved; leaves at `starts_at`, and can be taken back until then."""
    CANARY = "canary"
    """The first few have been queued; the others wait until `starts_at`."""
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"


TRANSITIONS: Mapping[CampaignState, frozenset[CampaignState]] = MappingProxyType(
    {
        CampaignState.DRAFT: frozenset({CampaignState.HELD}),
        CampaignState.HELD: frozenset(
            {CampaignState.DRAFT, CampaignState.CANARY, CampaignState.SENDING, CampaignState.CANCELLED}
        ),
        CampaignState.CANARY: frozenset({CampaignState.SENDING, CampaignState.CANCELLED}),
        CampaignState.SENDING: frozenset({CampaignState.DONE, CampaignState.CANCELLED}),
        CampaignState.DONE: frozenset(),
        CampaignState.CANCELLED: frozenset(),
    }
)


def move(current: CampaignState, to: CampaignState) -> CampaignState:
    """Return the new state, or refuse."""
    if to not in TRANSITIONS[current]:
        raise IllegalTransition(N_("A mailing that is %(current)s cannot become %(to)s."), current=current, to=to)
    return to


LETTER = "campaigns.letter"
TEST_LETTER = "campaigns.test"
"""Kinds of mail."""

COUNTED_BY_EYE = 100
"""Above so many recipients the organiser types the number."""
CHUNK = 2_000
"""How many mails the fan-out writes in one transaction."""
MOST_WAITING = 20_000
"""How many mails of one campaign may wait at once, so that pausing and cancelling stay quick at a million."""
CANARY_WAIT = timedelta(minutes=30)
"""How long the others wait after the first few."""
LARGEST_CANARY = 1_000
USEFUL = timedelta(days=7)
"""How long a campaign's mail is worth sending."""
EVERYBODY = 2**31 - 1
"""The cursor of a fan-out that has dealt with all recipients; beyond every person."""

UNDER_WAY = frozenset({CampaignState.CANARY, CampaignState.SENDING})
UNFINISHED = frozenset({CampaignState.HELD}) | UNDER_WAY


class Registered(StrEnum):
    """How somebody is registered for a series."""

    LIVE = "live"
    CANCELLED = "cancelled"
    EVER = "ever"


class SeatWish(StrEnum):
    """What a seat in one session is to be."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    SKIPPED = "skipped"


class PauseReason(StrEnum):
    """Why a campaign stands still, as the audit trail keeps it."""

    BY_HAND = "by_hand"
    GROWN = "grown"
    """Many more recipients than were approved."""
    CANARY = "canary"
    """Too many of the first few came back."""
    UNREADABLE = "unreadable"
    """Its conditions cannot be read any more."""


def has_grown(expected: int, found: int) -> bool:
    """Tell whether there are so many more recipients than approved that a person must look again."""
    return found > expected * 1.1 + 10


def needs_typed_count(recipients: int) -> bool:
    """Tell whether the organiser types the number of recipients by hand."""
    return recipients > COUNTED_BY_EYE


def canary_failed(size: int, came_back: int) -> bool:
    """Tell whether more than a tenth of the first mails were refused, came back or were complained about."""
    return came_back * 10 > size


def leaves_at(now: datetime, hold: timedelta, scheduled: datetime | None) -> datetime:
    """Return when an approved campaign leaves: at its time, but never before its hold is over."""
    return max(now + hold, scheduled) if scheduled else now + hold


LOOKED_BACK = timedelta(minutes=5)
"""Over how long the rate of sending is measured."""


@dataclass(frozen=True)
class Rate:
    """How many mails were settled in a time."""

    settled: int
    within: timedelta

    @property
    def a_minute(self) -> int:
        return round(self.settled * (timedelta(minutes=1) / self.within)) if self.within else 0

    def time_for(self, rest: int) -> timedelta | None:
        """Return how long the rest takes at this rate, or None while nothing moves."""
        return self.within * (rest / self.settled) if self.settled and self.within else None


NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5, 6})
"""Local hours at which a mail may wake somebody: from 22:00 to 07:00."""


def local_hours(at: datetime, zones: Mapping[str, int]) -> tuple[int, ...]:
    """Count for each hour of the day how many people have it on their clock at that moment."""
    hours = [0] * 24
    for zone, people in zones.items():
        hours[at.astimezone(ZoneInfo(zone)).hour] += people
    return tuple(hours)


def at_night(hours: Sequence[int]) -> int:
    """Return for how many people it is between 22:00 and 07:00."""
    return sum(hours[hour] for hour in NIGHT)
