"""What a personal join link leads to, as a pure decision: wait, go in, watch, or a page that says why not."""

from datetime import datetime
from enum import StrEnum

from registrar.programmes.rules import Phase, phase
from registrar.weekly.rules import SeatState


class Entrance(StrEnum):
    SESSION_CANCELLED = "session_cancelled"
    REGISTRATION_CANCELLED = "registration_cancelled"
    NO_SEAT = "no_seat"
    SKIPPED = "skipped"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    EARLY = "early"
    """Confirmed, but the door is not open yet."""
    OPEN = "open"
    WATCH = "watch"
    """Over, and the summary or recording is published."""
    RECORDING_TO_COME = "recording_to_come"


_BY_STATE = {
    SeatState.WAITING: Entrance.WAITING,
    SeatState.OFFERED: Entrance.OFFERED,
    SeatState.LAPSED: Entrance.LAPSED,
    SeatState.SKIPPED: Entrance.SKIPPED,
}
_BY_PHASE = {
    Phase.CANCELLED: Entrance.SESSION_CANCELLED,
    Phase.PLANNED: Entrance.EARLY,
    Phase.SOON: Entrance.OPEN,
    Phase.LIVE: Entrance.OPEN,
}


def entrance(
    starts_at: datetime,
    ends_at: datetime,
    *,
    session_cancelled_at: datetime | None,
    published_at: datetime | None,
    registration_cancelled_at: datetime | None,
    seat: SeatState | None,
    now: datetime,
) -> Entrance:
    """Return what the link leads to at `now`; only a confirmed seat leads into the meeting."""
    current = phase(starts_at, ends_at, session_cancelled_at, now)
    if current is Phase.OVER:
        return Entrance.WATCH if published_at else Entrance.RECORDING_TO_COME
    if current is Phase.CANCELLED:
        return Entrance.SESSION_CANCELLED
    if registration_cancelled_at:
        return Entrance.REGISTRATION_CANCELLED
    if seat is not SeatState.CONFIRMED:
        return _BY_STATE[seat] if seat else Entrance.NO_SEAT
    return _BY_PHASE[current]
