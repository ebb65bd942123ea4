"""Which state may follow which, when a person must look again, and how fast it goes."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from registrar.campaigns.rules import (
    TRANSITIONS,
    CampaignState,
    Rate,
    at_night,
    canary_failed,
    has_grown,
    leaves_at,
    local_hours,
    move,
    needs_typed_count,
)
from registrar.errors import IllegalTransition

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("current", "to"), list(product(CampaignState, CampaignState)))
def test_only_what_the_table_says_may_follow(current: CampaignState, to: CampaignState) -> None:
    if to in TRANSITIONS[current]:
        assert move(current, to) is to
    else:
        with pytest.raises(IllegalTransition):
            move(current, to)


@pytest.mark.parametrize(
    ("expected", "found", "grown"),
    [(1, 11, False), (1, 12, True), (100, 120, False), (100, 121, True), (1000, 1110, False), (1000, 1111, True)],
)
def test_a_tenth_and_ten_more_is_no_growth(expected: int, found: int, grown: bool) -> None:
    assert has_grown(expected, found) is grown


def test_a_hundred_are_counted_by_eye() -> None:
    assert (needs_typed_count(100), needs_typed_count(101)) == (False, True)


def test_more_than_a_tenth_of_the_first_must_not_come_back() -> None:
    assert (canary_failed(10, 1), canary_failed(10, 2), canary_failed(5, 1)) == (False, True, True)


def test_it_leaves_at_its_time_but_not_before_its_hold_is_over() -> None:
    hold = timedelta(minutes=10)

    assert leaves_at(NOW, hold, None) == NOW + hold
    assert leaves_at(NOW, hold, NOW + timedelta(minutes=1)) == NOW + hold
    assert leaves_at(NOW, hold, NOW + timedelta(days=1)) == NOW + timedelta(days=1)


def test_local_hours_are_counted_by_zone() -> None:
    hours = local_hours(NOW, {"Europe/Paris": 3, "America/Los_Angeles": 2, "Asia/Kolkata": 1})

    assert {hour: people for hour, people in enumerate(hours) if people} == {10: 3, 1: 2, 14: 1}
    assert at_night(hours) == 2


def test_the_time_left_follows_from_the_rate() -> None:
    assert Rate(300, timedelta(minutes=5)).a_minute == 60
    assert Rate(300, timedelta(minutes=5)).time_for(120) == timedelta(minutes=2)
    assert Rate(0, timedelta(minutes=5)).time_for(120) is None
    assert Rate(0, timedelta(0)).a_minute == 0
