"""Offers of places as values: what frees a place, until when an answer is in time, when it is reminded."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Freed(StrEnum):
    """Why a place is free."""

    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    MORE_PLACES = "more_places"
    """Organisers gave the call more places."""


OFFER_REMINDERS = (timedelta(days=3), timedelta(days=1))
"""How long before its deadline an open offer is reminded, once each."""


def offer_until(now: datetime, days: int, zone: str) -> datetime:
    """Return until when an offer made now may be answered: the end of the day `days` days later, in the call's zone."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def places_free(places: int | None, taken: int) -> int | None:
    """Return how many places can still be offered, never below zero; None is without limit."""
    return None if places is None else max(places - taken, 0)


def reminder_due(until: datetime, now: datetime) -> timedelta | None:
    """Return the nearest lead of `OFFER_REMINDERS` that is due before a deadline; None if none is, or it is over."""
    return min((lead for lead in OFFER_REMINDERS if until - lead <= now < until), default=None)
