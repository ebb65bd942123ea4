"""A series week by week: numbers, states, and what belongs together."""

from datetime import UTC, datetime, timedelta

from registrar.programmes.weeks import Meeting, WeekState, current, related, weeks_of

START = datetime(2027, 1, 6, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def meeting(number: int, title: str = "", **given: datetime) -> Meeting:
    starts_at = START + (number - 1) * timedelta(weeks=1)
    facts: dict[str, datetime | None] = {"cancelled_at": None, "published_at": None, **given}
    return Meeting(
        id=number, slug=f"week-{number}", starts_at=starts_at, ends_at=starts_at + HOUR, timezone="Europe/Paris",
        title_en=title, title_fr="", capacity=None, **facts,
    )  # fmt: skip


def states(meetings: list[Meeting], now: datetime) -> list[str]:
    return [week.state for week in weeks_of(meetings, now)]


def test_one_week_is_next_and_the_later_ones_are_planned() -> None:
    now = START + HOUR

    assert states([meeting(3), meeting(1), meeting(2)], now) == ["done", "next", "planned"]


def test_while_one_is_live_none_is_next() -> None:
    assert states([meeting(1), meeting(2)], START) == ["live", "planned"]


def test_a_cancelled_week_keeps_its_number_and_is_never_next() -> None:
    weeks = weeks_of([meeting(1, cancelled_at=START), meeting(2)], START - HOUR)

    assert [(week.number, week.state) for week in weeks] == [(1, WeekState.CANCELLED), (2, WeekState.NEXT)]


def test_after_the_season_no_week_is_current() -> None:
    assert current(weeks_of([meeting(1)], START + HOUR)) is None


def test_a_shared_speaker_counts_more_than_a_shared_word() -> None:
    meetings = [
        meeting(1, "Tokens", published_at=START),
        meeting(2, "Lending digital works", published_at=START),
        meeting(3, "Something else", published_at=START),
        meeting(4, "Lending works of art"),
        meeting(5, "Lending again"),
    ]

    found = related(4, meetings, [(4, 7), (3, 7)])

    assert [each.id for each in found] == [3, 2, 1]
