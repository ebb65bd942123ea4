"""Segments: the conditions that all hold for the recipients of a campaign, read strictly from what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from registrar.campaigns.rules import Registered, SeatWish
from registrar.errors import N_, Refusal

Names = tuple[str, ...]


class BadSegment(Refusal):
    """Stored conditions that nobody understands: nobody is mailed."""


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Conditions that all hold; without any it is nobody, never everybody. Numbers are those of rows."""

    series: int | None = None
    """Registered for this series, as `registered` says."""
    registered: Registered = Registered.LIVE
    signed_up_since: date | None = None
    """Registered (for the series, if one is named) on this day or later, in the zone of the campaign."""
    signed_up_until: date | None = None
    """Registered on this day or earlier."""
    seat_session: int | None = None
    """Has a seat in this session, as `seat` says."""
    seat: SeatWish = SeatWish.CONFIRMED
    attended_series: int | None = None
    """Attended between `attended_at_least` and `attended_at_most` sessions of this series."""
    attended_at_least: int | None = None
    attended_at_most: int | None = None
    attended_session: int | None = None
    missed_session: int | None = None
    """Had a seat in this session, which is over, and was not there."""
    cohort: int | None = None
    """Works for an institution that was selected in this season."""
    countries: Names = ()
    locale: str | None = None
    tags_any: Names = ()
    tags_all: Names = ()
    tags_none: Names = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for, so that nobody is meant."""
        return not any(getattr(self, name) for name in _CONDITIONS)

    def stored(self) -> dict[str, Any]:
        """Return what is stored: only what is asked for, as JSON has it."""
        asked = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _plain(value) for name, value in asked.items() if value != _DEFAULTS[name]}


_CONDITIONS = (
    "series", "signed_up_since", "signed_up_until", "seat_session", "attended_series", "attended_session",
    "missed_session", "cohort", "countries", "locale", "tags_any", "tags_all", "tags_none",
)  # fmt: skip
_DEFAULTS: Mapping[str, Any] = {each.name: each.default for each in fields(Segment)}
_NUMBERS = frozenset(
    {"series", "seat_session", "attended_series", "attended_at_least", "attended_at_most"}
    | {"attended_session", "missed_session", "cohort"}
)
_DAYS = frozenset({"signed_up_since", "signed_up_until"})
_NAMES = frozenset({"countries", "tags_any", "tags_all", "tags_none"})


def parse(stored: Mapping[str, Any]) -> Segment:
    """Return the segment of what is stored; refuse what is unknown or of the wrong kind, and mail nobody."""
    if unknown := stored.keys() - _DEFAULTS.keys():
        raise BadSegment(N_("The segment has a condition that nobody knows: %(name)s."), name=min(unknown))
    segment = Segment(**{name: _value(name, value) for name, value in stored.items()})
    asks_how_often = segment.attended_at_least is not None or segment.attended_at_most is not None
    if asks_how_often != (segment.attended_series is not None):
        raise BadSegment(N_("Say both the series and how many of its sessions were attended."))
    return segment


def _value(name: str, value: Any) -> Any:
    try:
        return _read(name, value)
    except (TypeError, ValueError) as error:
        raise BadSegment(N_("The segment has a condition that cannot be read: %(name)s."), name=name) from error


def _read(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return _number(value)
    if name in _NAMES:
        return tuple(_text(each) for each in _list(value))
    if name in _DAYS:
        return date.fromisoformat(_text(value))
    readers = {"registered": Registered, "seat": SeatWish}
    return readers.get(name, _text)(value)


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
