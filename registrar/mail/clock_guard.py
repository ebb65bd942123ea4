"""Whether the machine's clock has jumped: compared with a steady clock that nobody can set.

A clock that springs forward makes reminders of later days due, and the leases of living workers run out. So nothing is
sent until the new time has held for a while; it is believed then. A clock that is put back only lets mail wait.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum

from registrar.clock import Clock, system_clock

JUMP = timedelta(minutes=2)
BELIEVED_AFTER = timedelta(minutes=10)


def steady() -> float:
    """Return seconds of a clock that only goes on, through a sleep of the machine too where there is one (Linux)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Change(Enum):
    """What a look at the clocks has shown."""

    NONE = "none"
    JUMPED = "jumped"
    TAKEN_BACK = "taken back"
    BELIEVED = "believed"


class ClockGuard:
    """Looks at both clocks; between two looks no more than a moment of the one may pass without the other."""

    def __init__(self, wall: Clock = system_clock, steady: Callable[[], float] = steady) -> None:
        self._wall, self._steady = wall, steady
        self._jumped_at: float | None = None
        self._rebase(wall(), steady())

    @property
    def is_waiting(self) -> bool:
        """Whether the clock has jumped and is not believed yet."""
        return self._jumped_at is not None

    def look(self) -> Change:
        """Compare the clocks with what they showed before."""
        wall, at = self._wall(), self._steady()
        jump = (wall - self._seen) - timedelta(seconds=at - self._seen_at)
        if self._jumped_at is None:
            return self._look_for_a_jump(jump, wall, at)
        if jump <= JUMP:
            return self._end(Change.TAKEN_BACK, wall, at)
        if at - self._jumped_at >= BELIEVED_AFTER.total_seconds():
            return self._end(Change.BELIEVED, wall, at)
        return Change.NONE

    def _look_for_a_jump(self, jump: timedelta, wall: datetime, at: float) -> Change:
        if jump > JUMP:
            self._jumped_at = at
            return Change.JUMPED
        self._rebase(wall, at)
        return Change.NONE

    def _end(self, change: Change, wall: datetime, at: float) -> Change:
        self._jumped_at = None
        self._rebase(wall, at)
        return change

    def _rebase(self, wall: datetime, at: float) -> None:
        self._seen, self._seen_at = wall, at
