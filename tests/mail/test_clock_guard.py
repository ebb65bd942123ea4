"""The clock guard: a jump forward is noticed at once, believed after ten minutes, and forgotten when taken back."""

from datetime import timedelta

import pytest

from registrar.mail.clock_guard import Change, ClockGuard
from tests.conftest import START


class Clocks:
    """A wall clock that can be set, and a steady one that cannot."""

    def __init__(self) -> None:
        self.wall, self.steady = START, 1000.0
        self.guard = ClockGuard(lambda: self.wall, lambda: self.steady)

    def after(self, seconds: float, *, jump: float = 0.0) -> Change:
        """Let time pass, set the wall clock by so many seconds more, and look."""
        self.wall += timedelta(seconds=seconds + jump)
        self.steady += seconds
        return self.guard.look()


def test_time_that_passes_is_no_jump() -> None:
    clocks = Clocks()

    assert [clocks.after(seconds) for seconds in (0.5, 3600, 86400)] == [Change.NONE] * 3


def test_many_small_corrections_are_no_jump() -> None:
    clocks = Clocks()

    assert {clocks.after(60, jump=5) for _ in range(100)} == {Change.NONE}


def test_a_jump_is_told_once_and_believed_after_ten_minutes_of_the_steady_clock() -> None:
    clocks = Clocks()

    told = [clocks.after(1, jump=121), clocks.after(1), clocks.after(597), clocks.after(2), clocks.after(1)]

    assert told == [Change.JUMPED, Change.NONE, Change.NONE, Change.BELIEVED, Change.NONE]
    assert not clocks.guard.is_waiting


def test_a_jump_that_is_taken_back_ends_at_once() -> None:
    clocks = Clocks()
    clocks.after(1, jump=86400)
    waited = clocks.guard.is_waiting

    assert (waited, clocks.after(1, jump=-86400), clocks.guard.is_waiting) == (True, Change.TAKEN_BACK, False)


@pytest.mark.parametrize("jump", [119, -3600])
def test_a_small_jump_and_one_backward_stop_nothing(jump: float) -> None:
    assert Clocks().after(1, jump=jump) is Change.NONE
