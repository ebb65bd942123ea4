"""A segment is read strictly: what nobody understands is refused, and nothing is nobody."""

from datetime import date
from typing import Any

import pytest

from registrar.campaigns.rules import Registered, SeatWish
from registrar.campaigns.segments import BadSegment, Segment, parse


def test_nothing_is_empty() -> None:
    assert parse({}) == Segment()
    assert Segment().is_empty is True


@pytest.mark.parametrize("stored", [{"registered": "ever"}, {"seat": "waiting"}])
def test_a_manner_without_its_condition_is_empty(stored: dict[str, Any]) -> None:
    assert parse(stored).is_empty is True


def test_every_condition_is_kept_as_it_was_stored() -> None:
    segment = Segment(
        series=1,
        registered=Registered.EVER,
        signed_up_since=date(2027, 1, 1),
        signed_up_until=date(2027, 1, 31),
        seat_session=2,
        seat=SeatWish.SKIPPED,
        attended_series=3,
        attended_at_least=0,
        attended_at_most=4,
        attended_session=5,
        missed_session=6,
        cohort=7,
        countries=("FR", "GH"),
        locale="fr",
        tags_any=("host",),
        tags_all=("alumni", "press"),
        tags_none=("gone",),
    )

    assert parse(segment.stored()) == segment
    assert segment.is_empty is False


@pytest.mark.parametrize(
    "stored",
    [
        {"everybody": True},
        {"series": "1"},
        {"series": True},
        {"series": -1},
        {"series": None},
        {"registered": "perhaps"},
        {"seat": "offered"},
        {"seat_session": 1.5},
        {"countries": "FR"},
        {"countries": []},
        {"countries": [""]},
        {"tags_any": [1]},
        {"locale": ""},
        {"signed_up_since": "yesterday"},
        {"signed_up_since": 20270101},
        {"attended_at_least": 1},
        {"attended_series": 1},
    ],
)
def test_what_cannot_be_read_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(BadSegment):
        parse(stored)
