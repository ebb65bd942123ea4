"""The rubric: begun with one click, changed without making a score mean something else."""

from datetime import datetime
from typing import Any

import pytest

from registrar.accounts.models import Staff
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews import rubrics
from registrar.reviews.models import Criterion, ReviewScore
from registrar.reviews.ready_rubric import READY
from registrar.reviews.rubrics import criteria_of
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.reviews.panel import review

URL = "/console/calls/wac-museums/rubric"


@pytest.fixture
def criteria(db: DbSession, call: Call, now: datetime) -> list[Criterion]:
    rubrics.make_ready(db, call, READY, by="staff:1", now=now)
    db.commit()
    return list(criteria_of(db, call))


def typed(*levels: tuple[object, str], **given: Any) -> dict[str, Any]:
    """What the form sends."""
    rows = {f"levels-{n}-value": value for n, (value, _title) in enumerate(levels)}
    titles = {f"levels-{n}-title_en": title for n, (_value, title) in enumerate(levels)}
    return {"title_en": "Need", "weight": "1.5", "required": "y", **rows, **titles, **given}


def test_the_ready_rubric_describes_each_level_in_both_languages(
    client: Client, db: DbSession, call: Call
) -> None:  # fmt: skip
    answer = send(client, f"{URL}/ready")

    found = criteria_of(db, call)
    words = [
        text for each in found for level in each.levels for part in ("title", "text") for text in level[part].values()
    ]
    assert answer.status_code == 303
    assert [[level["value"] for level in each.levels] for each in found] == [[1, 2, 3, 4, 5]] * 5
    assert (len(words), all(words)) == (100, True)


def test_a_criterion_is_added_with_its_levels_and_blank_rows_are_left_out(
    client: Client, db: DbSession, call: Call
) -> None:
    answer = send(client, f"{URL}/new", **typed((2, "Good"), (1, "Weak"), ("", "")))
    found = criteria_of(db, call)[0]

    assert answer.status_code == 303
    assert [(level["value"], level["title"]["en"]) for level in found.levels] == [(1, "Weak"), (2, "Good")]
    assert (found.weight, found.required) == (1.5, True)


@pytest.mark.parametrize(
    "levels", [[(1, "Alone")], [(1, "Weak"), (1, "Good")], [(1, "Weak"), (2, "")], [("", "Weak"), (2, "Good")]]
)
def test_levels_that_are_no_scale_are_refused_and_kept_as_typed(
    client: Client, db: DbSession, call: Call, levels: list[tuple[object, str]]
) -> None:
    answer = send(client, f"{URL}/new", **typed(*levels))

    assert answer.status_code == 422
    assert 'value="Need"' in answer.text
    assert list(criteria_of(db, call)) == []


def test_a_weight_is_above_zero(client: Client, call: Call) -> None:
    answer = send(client, f"{URL}/new", **typed((1, "Weak"), (2, "Good"), weight="0"))

    assert answer.status_code == 422


def test_criteria_change_places_and_stop_at_the_ends(
    client: Client, db: DbSession, call: Call, criteria: list[Criterion]
) -> None:
    send(client, f"{URL}/{criteria[1].id}/move", direction="up")
    send(client, f"{URL}/{criteria[1].id}/move", direction="up")
    db.expire_all()

    assert [each.id for each in criteria_of(db, call)][:3] == [criteria[1].id, criteria[0].id, criteria[2].id]


def test_a_retired_criterion_is_not_asked_and_comes_back(
    client: Client, db: DbSession, criteria: list[Criterion]
) -> None:
    send(client, f"{URL}/{criteria[0].id}/retire")
    db.refresh(criteria[0])
    retired = criteria[0].retired_at
    send(client, f"{URL}/{criteria[0].id}/restore")
    db.refresh(criteria[0])

    assert retired is not None
    assert criteria[0].retired_at is None


def test_the_values_of_levels_stay_once_there_are_scores_but_words_may_change(
    client: Client, db: DbSession, call: Call, organiser: Staff, criteria: list[Criterion]
) -> None:
    done = review(db, factories.submitted(db, call), organiser)
    db.add(ReviewScore(review_id=done.id, criterion_id=criteria[0].id, value=4))
    db.commit()
    fewer = send(client, f"{URL}/{criteria[0].id}", **typed((1, "Weak"), (2, "Good")))
    reworded = send(client, f"{URL}/{criteria[0].id}", **typed(*((n, f"Level {n}") for n in range(1, 6))))
    db.refresh(criteria[0])

    assert (fewer.status_code, reworded.status_code) == (422, 303)
    assert [level["title"]["en"] for level in criteria[0].levels] == [f"Level {n}" for n in range(1, 6)]
