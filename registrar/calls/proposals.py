"""What is proposed for a new call: an address that is free, and moments at usable wall-clock times."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select

from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.programmes.rules import Fold, NonexistentLocalTime, resolve, zone_named

NOTICE = timedelta(weeks=4)
"""How long from now a proposed opening lies, at least."""


class Unit(StrEnum):
    """What dates are moved by."""

    WEEKS = "weeks"
    YEARS = "years"


def monday(now: datetime, zone: str) -> date:
    """Return the first Monday after the notice."""
    earliest = (now + NOTICE).astimezone(zone_named(zone)).date()
    return earliest + timedelta(days=-earliest.weekday() % 7)


def moment(on: date, at: time, zone: str) -> datetime:
    """Return the moment of a wall-clock time; one that the clocks skip becomes the minute after the gap."""
    try:
        return resolve(on, at, zone, Fold.FIRST)
    except NonexistentLocalTime as skipped:
        return skipped.after


def moved(at: datetime, zone: str, by: int, unit: Unit) -> datetime:
    """Return the same wall-clock time that many weeks or years later; weeks keep the day of the week."""
    wall = at.astimezone(zone_named(zone))
    return moment(moved_day(wall.date(), by, unit), wall.time(), zone)


def moved_day(on: date, by: int, unit: Unit) -> date:
    """Return the day that many weeks or years later; 29 February becomes the 28th where there is none."""
    if unit is Unit.WEEKS:
        return on + timedelta(weeks=by)
    try:
        return on.replace(year=on.year + by)
    except ValueError:
        return on.replace(year=on.year + by, day=28)


def free_slug(db: DbSession, line: str, on: date) -> str:
    """Return an address that no call has: the programme line and the year, then numbered."""
    taken = set(db.scalars(select(Call.slug).where(Call.slug.startswith(line, autoescape=True))))
    wishes = (f"{line}-{on.year}", *(f"{line}-{on.year}-{number}" for number in range(2, len(taken) + 3)))
    return _first_free(wishes, taken)


def _first_free(wishes: Iterable[str], taken: set[str]) -> str:
    return next(each for each in wishes if each not in taken)
