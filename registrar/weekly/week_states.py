"""What one week of a series is to one person, as values: seat, presence and clocks in, words and choices out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registrar.programmes.rules import Phase, clocks_differ, wall_clock_shift
from registrar.weekly.rules import SeatState


class WeekState(StrEnum):
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    NOT_CHOSEN = "not_chosen"
    ATTENDED = "attended"
    MISSED = "missed"
    """Confirmed, but not seen there."""
    OVER = "over"
    """Over, without a seat."""


class Choice(StrEnum):
    """What the person can do about a week with one click."""

    SKIP = "skip"
    RETURN = "return"
    ADD = "add"


LEAVABLE = frozenset({WeekState.CONFIRMED, WeekState.WAITING, WeekState.OFFERED})
RETURNABLE = frozenset({WeekState.SKIPPED, WeekState.LAPSED})


def week_state(phase: Phase, seat: SeatState | None, was_there: bool) -> WeekState:
    """Return what the week is to this person."""
    if phase is Phase.CANCELLED:
        return WeekState.CANCELLED
    if phase is not Phase.OVER:
        return WeekState(seat) if seat else WeekState.NOT_CHOSEN
    if was_there:
        return WeekState.ATTENDED
    if seat is SeatState.SKIPPED:
        return WeekState.SKIPPED
    return WeekState.MISSED if seat is SeatState.CONFIRMED else WeekState.OVER


def choice(phase: Phase, state: WeekState) -> Choice | None:
    """Return what can be done about the week; nothing once it is over or cancelled."""
    if phase in {Phase.OVER, Phase.CANCELLED}:
        return None
    if state in LEAVABLE:
        return Choice.SKIP
    return Choice.RETURN if state in RETURNABLE else Choice.ADD


@dataclass(frozen=True)
class ClockNote:
    """Why the hour is another one than usual for this person."""

    shift: timedelta
    """How much later than the week before; negative: earlier; zero when it was so the week before too."""
    unusual: bool
    """Whether the clocks of host and person are not at their usual distance."""


def clock_note(starts_at: datetime, before: datetime | None, zone: str, host_zone: str) -> ClockNote | None:
    """Return what to tell about the clocks, or None in the weeks when all is as usual."""
    shift = wall_clock_shift(before, starts_at, zone, host_zone) if before else timedelta(0)
    unusual = clocks_differ(starts_at, host_zone, zone)
    return ClockNote(shift, unusual) if shift or unusual else None
