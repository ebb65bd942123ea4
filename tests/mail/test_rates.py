"""Rates: shared by all workers, never exceeded, and a moment of its own for what has to wait."""

from datetime import datetime, timedelta

import pytest

from registrar.db import DbSession
from registrar.mail import rates
from registrar.mail.rates import Asking, Rate
from registrar.mail.rules import Lane

FAST = Rate(20.0)
GROUP = "gmail"


def asking(*numbers: int, lane: Lane = Lane.REMINDER, is_back: bool = False) -> list[Asking]:
    return [Asking(number, GROUP, lane, is_back) for number in numbers]


def seconds(moments: dict[int, datetime], now: datetime) -> dict[int, float]:
    return {number: round((moment - now).total_seconds(), 3) for number, moment in moments.items()}


def test_rates_are_read_as_the_settings_write_them() -> None:
    read = rates.parse(["* 600/minute", "gmail 20/second", "example.org 36/hour"])

    assert read == {"*": Rate(10.0), "gmail": Rate(20.0), "example.org": Rate(0.01)}


def test_a_bucket_holds_one_second_and_fills_with_time(db: DbSession, now: datetime) -> None:
    taken = [
        rates.take(db, GROUP, FAST, 50, now=now + timedelta(seconds=after)) for after in (0, 0, 0.5, 0.5, 1, 100, 100)
    ]

    assert taken == [20, 0, 10, 0, 10, 20, 0]


def test_a_slow_rate_still_gives_one_token_at_a_time(db: DbSession, now: datetime) -> None:
    slow = Rate(0.01)

    assert [rates.take(db, GROUP, slow, 5, now=now + timedelta(seconds=after)) for after in (0, 99, 100)] == [1, 0, 1]


def test_two_workers_whose_clocks_differ_a_little_never_exceed_the_rate(db: DbSession, now: datetime) -> None:
    skew = timedelta(seconds=0.5)
    taken = 0
    for step in range(100):
        at = now + timedelta(milliseconds=100 * step)
        taken += rates.take(db, GROUP, FAST, 7, now=at) + rates.take(db, GROUP, FAST, 7, now=at - skew)

    assert taken <= 20 + 20 * 9.9
    assert taken >= 20 * 9.9 - 20


def test_tokens_that_were_not_needed_come_back_but_never_beyond_the_bucket(db: DbSession, now: datetime) -> None:
    rates.take(db, GROUP, FAST, 15, now=now)
    rates.give_back(db, GROUP, FAST, 4, now=now)
    some = rates.take(db, GROUP, FAST, 50, now=now)
    rates.give_back(db, GROUP, FAST, 500, now=now)

    assert (some, rates.take(db, GROUP, FAST, 50, now=now)) == (9, 20)


def test_a_clock_that_was_put_back_does_not_stop_the_bucket(db: DbSession, now: datetime) -> None:
    rates.take(db, GROUP, FAST, 20, now=now + timedelta(days=1))

    assert [rates.take(db, GROUP, FAST, 20, now=now + timedelta(seconds=after)) for after in (0, 1)] == [0, 20]


def test_what_gets_no_token_is_lined_up_at_the_pace_of_the_rate(db: DbSession, now: datetime) -> None:
    first = rates.admit(db, {GROUP: Rate(2.0)}, asking(1, 2, 3, 4), now=now)
    second = rates.admit(db, {GROUP: Rate(2.0)}, asking(5, 6), now=now)

    assert seconds(first, now) == {3: 0.5, 4: 1.0}
    assert seconds(second, now) == {5: 1.5, 6: 2.0}


def test_those_who_waited_go_before_new_ones_and_personal_mail_before_all(db: DbSession, now: datetime) -> None:
    rate = {GROUP: Rate(1.0)}
    rates.admit(db, rate, asking(1, 2, 3), now=now)
    later = now + timedelta(seconds=1)

    mixed = [*asking(4), *asking(2, is_back=True), *asking(5, lane=Lane.PERSONAL)]
    moments = rates.admit(db, rate, mixed, now=later)

    assert seconds(moments, now) == {2: 2.0, 4: 3.0}


@pytest.mark.parametrize("group", ["example.org", "unknown"])
def test_a_group_without_a_rate_is_always_admitted(db: DbSession, now: datetime, group: str) -> None:
    assert rates.admit(db, {GROUP: FAST}, [Asking(1, group, 1, is_back=False)], now=now) == {}
