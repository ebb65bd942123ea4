"""When reminders are due, and their words."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from registrar.programmes.rules import resolve
from registrar.reminders.rules import (
    Anchor,
    TimeToGo,
    Unit,
    due_at,
    excerpt,
    expires_at,
    is_served,
    nearer_is_due,
    time_to_go,
)

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_reminder_is_due_its_lead_before_the_start_and_useful_until_then() -> None:
    due = due_at(Anchor.START, DAY, START, None)

    assert due == START - DAY
    assert expires_at(Anchor.START, due, START) == START


def test_a_follow_up_is_due_at_the_publication_and_useful_for_a_week() -> None:
    published = START + DAY

    assert due_at(Anchor.PUBLISHED, timedelta(0), START, published) == published
    assert due_at(Anchor.PUBLISHED, timedelta(0), START, None) is None
    assert expires_at(Anchor.PUBLISHED, published, START) == published + 7 * DAY


@pytest.mark.parametrize(
    ("on", "zone"),
    [
        (date(2027, 3, 28), "Europe/Paris"),
        (date(2027, 10, 31), "Europe/Paris"),
        (date(2027, 3, 14), "America/New_York"),
        (date(2027, 11, 7), "America/New_York"),
    ],
)
def test_the_lead_is_elapsed_time_across_the_nights_when_clocks_change(on: date, zone: str) -> None:
    start = resolve(on, time(18), zone)
    due = due_at(Anchor.START, DAY, start, None)

    assert due is not None
    assert start - due == DAY
    assert start - resolve(on - DAY, time(18), zone) != DAY


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=10), TimeToGo(1, Unit.MINUTES)),
        (timedelta(minutes=20, seconds=20), TimeToGo(20, Unit.MINUTES)),
        (timedelta(minutes=54), TimeToGo(54, Unit.MINUTES)),
        (timedelta(minutes=55), TimeToGo(1, Unit.HOURS)),
        (HOUR, TimeToGo(1, Unit.HOURS)),
        (DAY, TimeToGo(24, Unit.HOURS)),
        (timedelta(hours=36), TimeToGo(2, Unit.DAYS)),
        (7 * DAY, TimeToGo(7, Unit.DAYS)),
    ],
)
def test_the_time_to_go_is_told_as_people_say_it(left: timedelta, words: TimeToGo) -> None:
    assert time_to_go(left) == words


def test_a_confirmation_serves_the_reminder_of_the_next_half_hour() -> None:
    due = START - HOUR

    assert [is_served(due - timedelta(minutes=minutes), due) for minutes in (30, 29, -1)] == [False, True, True]


def test_a_reminder_gives_way_to_a_nearer_one_that_is_due() -> None:
    leads = [DAY, HOUR]

    assert [nearer_is_due(DAY, leads, START, START - left) for left in (DAY, 2 * HOUR, HOUR)] == [False, False, True]
    assert nearer_is_due(HOUR, leads, START, START - HOUR) is False


def test_an_excerpt_is_plain_words_cut_between_two() -> None:
    text = "# What *stayed*\n\n- See [the slides](https://example.org)\n\nA long_name stays."

    assert excerpt(text) == "What stayed See the slides A long_name stays."
    assert excerpt(text, 12) == "What stayed …"
