"""Where an application stands, out of nothing but what its team may know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registrar.applications.rules import Enrolment, Lifecycle, OfferState, Step, Verdict
from registrar.applications.status import Released, Standing, standing, tracker
from tests.factories import NOW

SUBMITTED = Released(Lifecycle.SUBMITTED, NOW, last_change_at=NOW + timedelta(days=10))
AFTER = NOW + timedelta(days=10)
DECIDED = replace(SUBMITTED, released_at=AFTER)


def way(facts: Released, now: object = AFTER) -> str:
    """Write the way as one letter per step."""
    return " ".join(f"{mark.step}:{mark.reached}" for mark in tracker(facts, now))  # type: ignore[arg-type]


def test_a_draft_and_a_withdrawn_application_have_no_way() -> None:
    assert tracker(Released(Lifecycle.DRAFT, None, AFTER), NOW) == []
    assert tracker(replace(SUBMITTED, state=Lifecycle.WITHDRAWN), NOW) == []


def test_before_the_release_the_way_ends_in_review_whatever_else_is_known() -> None:
    before = way(SUBMITTED, NOW)

    assert before == "received:done in_review:coming decision:coming offer:coming enrolled:coming"
    assert way(SUBMITTED) == before.replace("in_review:coming", "in_review:current")


@pytest.mark.parametrize(
    ("facts", "rest"),
    [
        ({"verdict": Verdict.DECLINE}, ""),
        ({"verdict": Verdict.WAITLIST}, " offer:coming enrolled:coming"),
        ({"verdict": Verdict.ACCEPT}, " offer:coming enrolled:coming"),
        ({"verdict": Verdict.ACCEPT, "offer": OfferState.OPEN}, " offer:current enrolled:coming"),
        ({"verdict": Verdict.WAITLIST, "offer": OfferState.OPEN}, " offer:current enrolled:coming"),
        ({"verdict": Verdict.ACCEPT, "offer": OfferState.LAPSED}, " offer:done enrolled:coming"),
        (
            {"verdict": Verdict.ACCEPT, "offer": OfferState.ACCEPTED, "enrolment": Enrolment.ENROLLED},
            " offer:done enrolled:done",
        ),
    ],
)
def test_after_the_release_the_way_goes_on_as_far_as_it_concerns_the_team(facts: dict[str, object], rest: str) -> None:
    released = replace(DECIDED, **facts)  # type: ignore[arg-type]  # each by its own name

    assert way(released) == "received:done in_review:done decision:done" + rest


def test_the_moments_of_the_way_are_those_of_the_facts() -> None:
    marks = {mark.step: mark.at for mark in tracker(replace(DECIDED, verdict=Verdict.ACCEPT), AFTER)}

    assert (marks[Step.RECEIVED], marks[Step.DECISION], marks[Step.OFFER]) == (NOW, AFTER, None)


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        (Released(Lifecycle.DRAFT, None, AFTER), NOW, Standing.DRAFT),
        (Released(Lifecycle.DRAFT, None, AFTER), AFTER, Standing.MISSED),
        (SUBMITTED, NOW, Standing.RECEIVED),
        (SUBMITTED, AFTER, Standing.IN_REVIEW),
        (replace(DECIDED, verdict=Verdict.DECLINE), AFTER, Standing.DECIDED),
        (replace(DECIDED, state=Lifecycle.WITHDRAWN), AFTER, Standing.WITHDRAWN),
    ],
)
def test_an_application_in_one_word(facts: Released, now: object, expected: Standing) -> None:
    assert standing(facts, now) is expected  # type: ignore[arg-type]  # a moment
