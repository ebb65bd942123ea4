"""The schedule keeps its wall-clock time, and refuses or asks where a local time is none or two."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registrar.programmes.rules import (
    AmbiguousLocalTime,
    Fold,
    NonexistentLocalTime,
    Phase,
    UnknownZone,
    clocks_differ,
    join_opens_at,
    phase,
    resolve,
    shift_by_weeks,
    wall_clock_shift,
    weekly_starts,
)

PARIS = "Europe/Paris"
NEW_YORK = "America/New_York"
SIX = time(18)
HOUR = timedelta(hours=1)
EPOCH = datetime(1975, 1, 1, tzinfo=UTC)
START = datetime(2026, 10, 7, 16, tzinfo=UTC)


def in_utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def season(first_on: date) -> list[datetime]:
    return weekly_starts(first_on, SIX, PARIS, 25)


def test_a_local_time_becomes_a_moment_in_utc() -> None:
    assert resolve(date(2026, 7, 1), SIX, PARIS) == in_utc("2026-07-01 16:00")
    assert resolve(date(2026, 12, 1), SIX, PARIS) == in_utc("2026-12-01 17:00")
    assert resolve(date(2026, 7, 1), SIX, PARIS).tzinfo is UTC


@pytest.mark.parametrize(
    ("on", "at", "zone", "before", "after"),
    [
        (date(2026, 3, 29), time(2, 30), PARIS, "2026-03-29 00:59", "2026-03-29 01:00"),
        (date(2027, 3, 28), time(2, 0), PARIS, "2027-03-28 00:59", "2027-03-28 01:00"),
        (date(2026, 3, 8), time(2, 59), NEW_YORK, "2026-03-08 06:59", "2026-03-08 07:00"),
        (date(2027, 3, 14), time(2, 30), NEW_YORK, "2027-03-14 06:59", "2027-03-14 07:00"),
        (date(2011, 12, 30), time(12), "Pacific/Apia", "2011-12-30 09:59", "2011-12-30 10:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_the_nearest_ones(
    on: date, at: time, zone: str, before: str, after: str
) -> None:
    with pytest.raises(NonexistentLocalTime) as refused:
        resolve(on, at, zone, Fold.FIRST)
    assert (refused.value.before, refused.value.after) == (in_utc(before), in_utc(after))


def test_the_refusal_of_a_skipped_time_reads_well() -> None:
    with pytest.raises(NonexistentLocalTime) as refused:
        resolve(date(2026, 3, 29), time(2, 30), PARIS)
    assert str(refused.value) == (
        "02:30 does not exist on 2026-03-29 in Europe/Paris, because the clocks go forward. "
        "The nearest times are 01:59 and 03:00."
    )


def test_the_refusal_of_a_skipped_day_names_the_days_around_it() -> None:
    with pytest.raises(NonexistentLocalTime) as refused:
        resolve(date(2011, 12, 30), time(12), "Pacific/Apia")
    assert str(refused.value).endswith("The nearest times are 2011-12-29 23:59 and 2011-12-31 00:00.")


@pytest.mark.parametrize(
    ("on", "at", "zone", "first", "second"),
    [
        (date(2026, 10, 25), time(2, 30), PARIS, "2026-10-25 00:30", "2026-10-25 01:30"),
        (date(2027, 10, 31), time(2, 30), PARIS, "2027-10-31 00:30", "2027-10-31 01:30"),
        (date(2026, 11, 1), time(1, 30), NEW_YORK, "2026-11-01 05:30", "2026-11-01 06:30"),
        (date(2027, 11, 7), time(1, 0), NEW_YORK, "2027-11-07 05:00", "2027-11-07 06:00"),
    ],
)
def test_a_time_that_happens_twice_is_asked_about(on: date, at: time, zone: str, first: str, second: str) -> None:
    with pytest.raises(AmbiguousLocalTime) as asked:
        resolve(on, at, zone)
    assert (asked.value.first, asked.value.second) == (in_utc(first), in_utc(second))
    assert resolve(on, at, zone, Fold.FIRST) == in_utc(first)
    assert resolve(on, at, zone, Fold.SECOND) == in_utc(second)


@pytest.mark.parametrize("at", [time(1, 59), time(3, 0)])
def test_the_times_around_a_change_of_the_clocks_are_neither_refused_nor_asked_about(at: time) -> None:
    for on in (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)):
        assert resolve(on, at, PARIS).astimezone(ZoneInfo(PARIS)).time() == at


@pytest.mark.parametrize("zone", ["Europe/Pariss", "", "Europe", "../../etc/passwd", "Europe/Paris\0"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        resolve(date(2026, 7, 1), SIX, zone)


@given(
    some.integers(0, 60_000_000).map(lambda minutes: EPOCH + timedelta(minutes=minutes)),
    some.sampled_from([PARIS, NEW_YORK, "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_every_moment_is_found_again_from_its_local_time(moment: datetime, zone: str) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    assert resolve(local.date(), local.time(), zone, Fold.SECOND if local.fold else Fold.FIRST) == moment


@pytest.mark.parametrize("first_on", [date(2026, 1, 14), date(2026, 9, 30), date(2027, 1, 13), date(2027, 9, 29)])
def test_25_sessions_stay_at_18_00_in_paris_across_every_change_of_the_clocks(first_on: date) -> None:
    local = [start.astimezone(ZoneInfo(PARIS)) for start in season(first_on)]
    assert [moment.time() for moment in local] == [SIX] * 25
    assert [moment.date() for moment in local] == [first_on + timedelta(weeks=week) for week in range(25)]
    assert {start.time() for start in season(first_on)} == {time(16), time(17)}


def test_a_season_runs_on_past_skipped_dates() -> None:
    starts = weekly_starts(date(2026, 12, 16), SIX, PARIS, 3, skipping={date(2026, 12, 23), date(2026, 12, 30)})
    assert [start.date() for start in starts] == [date(2026, 12, 16), date(2027, 1, 6), date(2027, 1, 13)]


def test_a_series_at_a_skipped_time_is_refused() -> None:
    with pytest.raises(NonexistentLocalTime):
        weekly_starts(date(2026, 3, 22), time(2, 30), PARIS, 2)


def test_a_shift_by_weeks_keeps_the_wall_clock_time() -> None:
    assert shift_by_weeks(in_utc("2026-10-21 16:00"), 1, PARIS) == in_utc("2026-10-28 17:00")
    assert shift_by_weeks(in_utc("2027-04-01 16:00"), -1, PARIS) == in_utc("2027-03-25 17:00")


def test_a_shift_onto_a_time_that_happens_twice_is_asked_about() -> None:
    with pytest.raises(AmbiguousLocalTime):
        shift_by_weeks(in_utc("2026-10-18 00:30"), 1, PARIS)


def test_the_clocks_of_europe_and_america_differ_in_these_weeks_of_2026_and_2027() -> None:
    wednesdays = weekly_starts(date(2026, 1, 7), SIX, PARIS, 104)
    assert [start.date().isoformat() for start in wednesdays if clocks_differ(start)] == [
        "2026-03-11",
        "2026-03-18",
        "2026-03-25",
        "2026-10-28",
        "2027-03-17",
        "2027-03-24",
        "2027-11-03",
    ]


def test_zones_without_summer_time_never_differ_from_each_other() -> None:
    assert not any(clocks_differ(start, "Asia/Tokyo", "Asia/Kolkata") for start in season(date(2026, 9, 30)))


def shifts(zone: str) -> dict[str, timedelta]:
    starts = weekly_starts(date(2026, 9, 30), SIX, PARIS, 30)
    found = {after: wall_clock_shift(before, after, zone, PARIS) for before, after in pairwise(starts)}
    return {after.date().isoformat(): shift for after, shift in found.items() if shift}


def test_a_person_in_new_york_sees_each_change_of_the_clocks_once_and_back() -> None:
    assert shifts(NEW_YORK) == {"2026-10-28": HOUR, "2026-11-04": -HOUR, "2027-03-17": HOUR, "2027-03-31": -HOUR}


def test_a_person_where_clocks_never_change_sees_both_changes_of_the_host() -> None:
    assert shifts("Asia/Tokyo") == {"2026-10-28": HOUR, "2027-03-31": -HOUR}


def test_a_person_whose_clocks_change_with_the_hosts_sees_no_shift() -> None:
    assert shifts("Europe/Bucharest") == {}


def test_the_shift_seen_is_the_shift_of_the_local_time() -> None:
    before, after = in_utc("2027-03-10 17:00"), in_utc("2027-03-17 17:00")
    seen = [start.astimezone(ZoneInfo(NEW_YORK)).hour for start in (before, after)]
    assert seen == [12, 13]
    assert wall_clock_shift(before, after, NEW_YORK, PARIS) == HOUR


def test_a_session_that_the_host_moves_is_no_shift_of_the_clocks() -> None:
    assert wall_clock_shift(START, START + timedelta(weeks=1, hours=2), NEW_YORK, PARIS) == timedelta(0)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - timedelta(minutes=15, seconds=1), Phase.PLANNED),
        (START - timedelta(minutes=15), Phase.SOON),
        (START - timedelta(seconds=1), Phase.SOON),
        (START, Phase.LIVE),
        (START + HOUR - timedelta(seconds=1), Phase.LIVE),
        (START + HOUR, Phase.OVER),
    ],
)
def test_a_session_is_planned_then_soon_then_live_then_over(now: datetime, expected: Phase) -> None:
    assert phase(START, START + HOUR, None, now) is expected


@pytest.mark.parametrize("now", [START - timedelta(days=1), START, START + timedelta(days=1)])
def test_a_cancelled_session_stays_cancelled(now: datetime) -> None:
    assert phase(START, START + HOUR, START - timedelta(days=2), now) is Phase.CANCELLED


def test_joining_opens_a_quarter_of_an_hour_before_the_start() -> None:
    assert join_opens_at(START) == START - timedelta(minutes=15)
