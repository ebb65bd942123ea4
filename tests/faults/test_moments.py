"""Reminders at their moment: the nights when clocks change, and downtime across several leads."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.faults.calendar_lab import accepted, endings, hold_at, local, remind
from tests.faults.conftest import MakeLab
from tests.faults.lab import Lab

pytestmark = pytest.mark.faults
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def work_at(it: Lab, moment: datetime) -> int:
    """Let a worker do what is due at a moment, and return how many reminders have been accepted by then."""
    assert it.work("--once", "--now", moment.isoformat()).wait() == 0
    return len(accepted(it))


@pytest.mark.parametrize(
    ("zone", "year", "month", "day", "elapsed", "wall_clock"),
    [
        ("Europe/Paris", 2027, 3, 28, datetime(2027, 3, 27, 8, tzinfo=UTC), datetime(2027, 3, 27, 16, tzinfo=UTC)),
        ("Europe/Paris", 2027, 10, 31, datetime(2027, 10, 30, 9, tzinfo=UTC), datetime(2027, 10, 30, 15, tzinfo=UTC)),
        ("America/New_York", 2027, 3, 14, datetime(2027, 3, 13, 14, tzinfo=UTC), datetime(2027, 3, 13, 22, tzinfo=UTC)),
        ("America/New_York", 2027, 11, 7, datetime(2027, 11, 6, 15, tzinfo=UTC), datetime(2027, 11, 6, 21, tzinfo=UTC)),
    ],
)
def test_reminders_leave_at_their_moment_in_the_nights_when_clocks_change(
    lab: MakeLab, zone: str, year: int, month: int, day: int, elapsed: datetime, wall_clock: datetime
) -> None:
    it = lab()
    remind(it, DAY)
    remind(it, DAY, time(17))
    hold_at(it, local(zone, year, month, day, 10), zone)
    it.people(1)

    counted = [
        work_at(it, moment) for moment in (elapsed - MINUTE, elapsed, wall_clock - MINUTE, wall_clock, wall_clock + DAY)
    ]

    assert counted == [0, 1, 1, 2, 2]
    assert it.violations() == []


def test_after_downtime_only_the_nearest_reminder_that_is_still_useful_leaves(lab: MakeLab) -> None:
    it = lab()
    for hours in (48, 24, 1):
        remind(it, timedelta(hours=hours))
    starts_at = local("Europe/Paris", 2027, 2, 10, 18)
    hold_at(it, starts_at, "Europe/Paris")
    it.people(3)

    counted = [work_at(it, starts_at - timedelta(minutes=minutes)) for minutes in (30, 10)]
    after = work_at(it, starts_at + MINUTE)

    assert (counted, after) == ([3, 3], 3)
    assert endings(it) == [("sent", None)] * 3


def test_after_downtime_beyond_the_start_nobody_is_reminded(lab: MakeLab) -> None:
    it = lab()
    remind(it, timedelta(hours=1))
    starts_at = local("Europe/Paris", 2027, 2, 10, 18)
    hold_at(it, starts_at, "Europe/Paris")
    it.people(2)

    before = work_at(it, starts_at - timedelta(hours=2))
    after = work_at(it, starts_at + MINUTE)

    assert (before, after) == (0, 0)
