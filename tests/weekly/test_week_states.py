"""What a week is to a person, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from registrar.programmes.rules import Phase
from registrar.weekly.rules import SeatState
from registrar.weekly.week_states import Choice, ClockNote, WeekState, choice, clock_note, week_state

PARIS, NEW_YORK = "Europe/Paris", "America/New_York"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("phase", "seat", "was_there", "state", "possible"),
    [
        (Phase.PLANNED, SeatState.CONFIRMED, False, WeekState.CONFIRMED, Choice.SKIP),
        (Phase.LIVE, SeatState.CONFIRMED, True, WeekState.CONFIRMED, Choice.SKIP),
        (Phase.PLANNED, SeatState.WAITING, False, WeekState.WAITING, Choice.SKIP),
        (Phase.SOON, SeatState.OFFERED, False, WeekState.OFFERED, Choice.SKIP),
        (Phase.PLANNED, SeatState.LAPSED, False, WeekState.LAPSED, Choice.RETURN),
        (Phase.PLANNED, SeatState.SKIPPED, False, WeekState.SKIPPED, Choice.RETURN),
        (Phase.PLANNED, None, False, WeekState.NOT_CHOSEN, Choice.ADD),
        (Phase.CANCELLED, SeatState.CONFIRMED, False, WeekState.CANCELLED, None),
        (Phase.OVER, SeatState.CONFIRMED, True, WeekState.ATTENDED, None),
        (Phase.OVER, SeatState.CONFIRMED, False, WeekState.MISSED, None),
        (Phase.OVER, SeatState.SKIPPED, False, WeekState.SKIPPED, None),
        (Phase.OVER, SeatState.WAITING, False, WeekState.OVER, None),
        (Phase.OVER, None, False, WeekState.OVER, None),
    ],
)
def test_phase_seat_and_presence_say_what_a_week_is_and_what_can_be_done(
    phase: Phase, seat: SeatState | None, was_there: bool, state: WeekState, possible: Choice | None
) -> None:
    assert week_state(phase, seat, was_there) is state
    assert choice(phase, state) is possible


def wednesday(month: int, day: int, utc_hour: int) -> datetime:
    return datetime(2027, month, day, utc_hour, tzinfo=UTC)


def test_a_person_in_new_york_is_told_when_their_clocks_change_first_and_when_the_hosts_follow() -> None:
    usual, first, still, back = wednesday(3, 10, 17), wednesday(3, 17, 17), wednesday(3, 24, 17), wednesday(3, 31, 16)

    assert clock_note(usual, usual - timedelta(weeks=1), NEW_YORK, PARIS) is None
    assert clock_note(first, usual, NEW_YORK, PARIS) == ClockNote(HOUR, unusual=True)
    assert clock_note(still, first, NEW_YORK, PARIS) == ClockNote(timedelta(0), unusual=True)
    assert clock_note(back, still, NEW_YORK, PARIS) == ClockNote(-HOUR, unusual=False)


def test_a_person_in_paris_is_told_nothing() -> None:
    assert clock_note(wednesday(3, 31, 16), wednesday(3, 24, 17), PARIS, PARIS) is None


def test_the_first_week_has_none_before_it() -> None:
    assert clock_note(wednesday(3, 17, 17), None, NEW_YORK, PARIS) == ClockNote(timedelta(0), unusual=True)
