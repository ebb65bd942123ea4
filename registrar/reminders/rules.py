"""When a reminder is due, whom it is for and until when it is still useful."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Anchor(StrEnum):
    START = "start"
    END = "end"
    PUBLISHED = "published"


class Audience(StrEnum):
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    """Confirmed for a day or longer when the mail is due."""
    MISSED = "missed"
    WAITING = "waiting"
    """On the waiting list."""


class PlanState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    VOID = "void"
    """The session moved, was cancelled, or the rule was switched off before the fan-out."""
    LATE = "late"
    """Nobody could be told in time: the moment passed while no worker ran."""
    SUPERSEDED = "superseded"
    """A nearer reminder of the same session was due when the worker came back."""


@dataclass(frozen=True)
class RuleSpec:
    """A rule that a new programme starts with."""

    anchor: Anchor
    lead: timedelta
    audience: Audience


DEFAULT_RULES = (
    RuleSpec(Anchor.START, timedelta(hours=24), Audience.CONFIRMED),
    RuleSpec(Anchor.START, timedelta(hours=1), Audience.CONFIRMED),
    RuleSpec(Anchor.PUBLISHED, timedelta(0), Audience.MISSED),
)

FOLLOW_UP_USEFUL = timedelta(days=7)


def due_at(anchor: Anchor, lead: timedelta, starts_at: datetime, published_at: datetime | None) -> datetime | None:
    """Return when the mail is due, or None while its anchor is not known."""
    if anchor is Anchor.START:
        return starts_at - lead
    return published_at + lead if published_at else None


def expires_at(anchor: Anchor, due: datetime, starts_at: datetime) -> datetime:
    """Return until when the mail is still useful: a reminder until the start, a follow-up for a week."""
    return starts_at if anchor is Anchor.START else due + FOLLOW_UP_USEFUL


HORIZON = timedelta(days=8)
"""How long before its start the reminders of a session are planned."""
JUST_CONFIRMED = timedelta(minutes=30)

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"^\s{0,3}(?:#{1,6} |> ?|[-*+] |\d+\. )|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)", re.MULTILINE)


class Unit(StrEnum):
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True)
class TimeToGo:
    """The time until the start as people say it."""

    number: int
    unit: Unit


def time_to_go(left: timedelta) -> TimeToGo:
    """Round to minutes below an hour, to hours below a day and a half, else to days."""
    minutes = max(1, round(left / timedelta(minutes=1)))
    if minutes < 55:
        return TimeToGo(minutes, Unit.MINUTES)
    if left < timedelta(hours=36):
        return TimeToGo(max(1, round(left / timedelta(hours=1))), Unit.HOURS)
    return TimeToGo(round(left / timedelta(days=1)), Unit.DAYS)


def is_served(confirmed_at: datetime, due: datetime) -> bool:
    """Tell whether somebody confirmed so shortly before the reminder that the confirmation has served it."""
    return confirmed_at > due - JUST_CONFIRMED


def nearer_is_due(lead: timedelta, leads: Iterable[timedelta], starts_at: datetime, now: datetime) -> bool:
    """Tell whether a reminder nearer to the start is due already, so that this one would only repeat it."""
    return any(other < lead and starts_at - other <= now for other in leads)


def excerpt(markdown: str, length: int = 400) -> str:
    """Return the beginning of a Markdown text as plain words, cut between two of them."""
    text = " ".join(_MARKS.sub("", _LINK.sub(r"\1", markdown)).split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + " …"
