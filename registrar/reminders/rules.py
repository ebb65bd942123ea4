"""When a reminder is due, whom it is for and until when it is still useful."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Anchor(StrEnum):
    START = "start"
    PUBLISHED = "published"


class Audience(StrEnum):
    CONFIRMED = "confirmed"
    MISSED = "missed"


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
