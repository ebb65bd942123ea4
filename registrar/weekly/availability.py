"""How many places of a session are left and how many people wait: counted only where the places are limited."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from registrar.db import DbSession
from registrar.programmes.weeks import Meeting
from registrar.weekly.models import Seat
from registrar.weekly.rules import TAKING, SeatState


@dataclass(frozen=True)
class Availability:
    """The places of one session; nobody waits in line for a free place of another session."""

    capacity: int
    taken: int
    waiting: int

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Tell whether a newcomer would wait: no place is free, or others wait for it already."""
        return self.free == 0 or self.waiting > 0


def availability(db: DbSession, meetings: Iterable[Meeting]) -> dict[int, Availability]:
    """Return the places of those sessions that have a limit, in one statement or none."""
    limits = {meeting.id: meeting.capacity for meeting in meetings if meeting.capacity is not None}
    if not limits:
        return {}
    rows = db.execute(
        select(Seat.session_id, Seat.state, func.count())
        .where(Seat.session_id.in_(limits), Seat.state.in_([*TAKING, SeatState.WAITING]))
        .group_by(Seat.session_id, Seat.state)
    )
    counts = {(session_id, state): count for session_id, state, count in rows}
    return {
        id: Availability(
            capacity, sum(counts.get((id, state), 0) for state in TAKING), counts.get((id, SeatState.WAITING), 0)
        )
        for id, capacity in limits.items()
    }
