"""When reminders are due, and their words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from registrar.programmes.rules import resolve
from registrar.reminders.rules import (
    Anchor,
    Audience,
    TimeToGo,
    Unit,
    due_at,
    excerpt,
    expires_at,
    is_served,
    kind_of,
    time_to_go,
)

START = datetime(2027, 1, 13, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    anchor: Anchor
    lead: timedelta
    at_local: time | None = None


@dataclass(frozen=True)
class Meeting:
    starts_at: datetime = START
    timezone: str = "Europe/Paris"
    published_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + HOUR


def local(due: datetime | None, zone: str) -> str:
    return due.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %z") if due else "never"


def test_a_reminder_is_due_its_lead_before_the_start_and_useful_until_then() -> None:
    due = due_at(Rule(Anchor.START, DAY), Meeting())

    assert due == START - DAY
    assert expires_at(Anchor.START, due, START) == START


def test_what_follows_is_due_after_the_end_or_the_publication_and_useful_for_a_week() -> None:
    published = START + DAY
    after_it = Rule(Anchor.PUBLISHED, timedelta(0))

    assert due_at(Rule(Anchor.END, 2 * HOUR), Meeting()) == START + 3 * HOUR
    assert due_at(after_it, Meeting(published_at=published)) == published
    assert due_at(after_it, Meeting()) is None
    assert expires_at(Anchor.PUBLISHED, published, START) == published + 7 * DAY


CHANGES = [
    (date(2027, 3, 28), "Europe/Paris"),
    (date(2027, 10, 31), "Europe/Paris"),
    (date(2027, 3, 14), "America/New_York"),
    (date(2027, 11, 7), "America/New_York"),
]


@pytest.mark.parametrize(("on", "zone"), CHANGES)
def test_an_elapsed_lead_stays_the_same_across_the_nights_when_clocks_change(on: date, zone: str) -> None:
    start = resolve(on, time(18), zone)
    due = due_at(Rule(Anchor.START, DAY), Meeting(start, zone))

    assert due is not None
    assert start - due == DAY
    assert start - resolve(on - DAY, time(18), zone) != DAY


@pytest.mark.parametrize(("on", "zone"), CHANGES)
def test_a_wall_clock_lead_keeps_its_hour_across_the_nights_when_clocks_change(on: date, zone: str) -> None:
    meeting = Meeting(resolve(on, time(18), zone), zone)
    rules = [Rule(Anchor.START, DAY, time(17)), Rule(Anchor.START, 0 * DAY, time(9)), Rule(Anchor.END, DAY, time(10))]

    dues = [due.astimezone(ZoneInfo(zone)) for rule in rules if (due := due_at(rule, meeting))]

    assert [(due.date(), due.time()) for due in dues] == [
        (on - DAY, time(17)),
        (on, time(9)),
        (on + DAY, time(10)),
    ]


@pytest.mark.parametrize(
    ("on", "zone", "at", "due"),
    [
        (date(2027, 3, 28), "Europe/Paris", time(2, 30), "2027-03-28 03:00 +0200"),
        (date(2027, 10, 31), "Europe/Paris", time(2, 30), "2027-10-31 02:30 +0200"),
        (date(2027, 3, 14), "America/New_York", time(2, 30), "2027-03-14 03:00 -0400"),
        (date(2027, 11, 7), "America/New_York", time(1, 30), "2027-11-07 01:30 -0400"),
    ],
)
def test_a_time_that_is_skipped_counts_as_the_change_and_one_that_happens_twice_as_the_first(
    on: date, zone: str, at: time, due: str
) -> None:
    meeting = Meeting(resolve(on, time(18), zone), zone)

    assert local(due_at(Rule(Anchor.START, 0 * DAY, at), meeting), zone) == due


def test_the_day_is_counted_in_the_sessions_zone() -> None:
    late = Meeting(datetime(2027, 1, 14, 3, tzinfo=UTC), "America/New_York")

    assert local(due_at(Rule(Anchor.START, DAY, time(17)), late), late.timezone) == "2027-01-12 17:00 -0500"


def test_what_follows_an_end_is_never_due_before_it() -> None:
    assert due_at(Rule(Anchor.END, 0 * DAY, time(9)), Meeting()) == START + HOUR


@pytest.mark.parametrize(
    ("anchor", "audience", "kind"),
    [
        (Anchor.START, Audience.CONFIRMED, "reminders.before"),
        (Anchor.START, Audience.SETTLED, "reminders.before"),
        (Anchor.START, Audience.WAITING, "reminders.waiting"),
        (Anchor.END, Audience.CONFIRMED, "reminders.after"),
        (Anchor.PUBLISHED, Audience.MISSED, "reminders.follow_up"),
    ],
)
def test_each_rule_sends_its_kind_of_mail(anchor: Anchor, audience: Audience, kind: str) -> None:
    assert kind_of(anchor, audience) == kind


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


def test_an_excerpt_is_plain_words_cut_between_two() -> None:
    text = "# What *stayed*\n\n- See [the slides](https://example.org)\n\nA long_name stays."

    assert excerpt(text) == "What stayed See the slides A long_name stays."
    assert excerpt(text, 12) == "What stayed …"
