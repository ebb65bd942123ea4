"""Declined teams read feedback in the rubric's words if the organisers wish, and never who gave it."""

from datetime import datetime

import pytest

from registrar.accounts.rules import Role
from registrar.applications.models import Application
from registrar.applications.rules import Verdict
from registrar.applications.status import AfterRelease
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Person
from registrar.reviews import feedback
from registrar.reviews.decision_models import Release
from registrar.reviews.models import Criterion, Review, ReviewScore
from registrar.reviews.rules import ReleaseState, ReviewState
from registrar.tokens import Tokens
from tests import factories
from tests.conftest import Client, TestClock
from tests.pages import text
from tests.reviews import scenes
from tests.weekly.browsing import enter


@pytest.fixture
def ana(client: Client, db: DbSession, tokens: Tokens, clock: TestClock) -> Person:
    person = factories.person(db)
    enter(client, tokens, person, clock)
    return person


@pytest.fixture
def call(db: DbSession) -> Call:
    return factories.call(db)


@pytest.fixture
def declined(db: DbSession, call: Call, ana: Person, now: datetime) -> Application:
    """Declined after three reviews: two found it strong, one weak; one has a draft that nobody reads."""
    found = factories.released(db, call, Verdict.DECLINE, lead=ana)
    levels = [
        {"value": value, "title": {"en": title}, "text": {"en": f"{title} idea"}}
        for value, title in ((1, "Weak"), (5, "Strong"))
    ]
    idea = factories.stored(
        db, Criterion(call_id=call.id, position=1, title_en="Idea", title_fr="", weight=1, levels=levels)
    )
    for value, said in ((1, "Think smaller."), (5, ""), (5, "A fine team.")):
        staff = factories.staff(db, Role.REVIEWER, name=f"Canary {value}")
        assigned = scenes.assignment(db, found, scenes.reviewer(db, call, now, staff_id=staff.id), now)
        facts = {"state": ReviewState.SUBMITTED, "submitted_at": now, "saved_at": now, "comment": "Canary"}
        review = factories.stored(db, Review(assignment_id=assigned.id, feedback=said, **facts))
        db.add(ReviewScore(review_id=review.id, criterion_id=idea.id, value=value))
    draft = scenes.assignment(db, found, scenes.reviewer(db, call, now), now)
    db.add(Review(assignment_id=draft.id, feedback="Canary draft", saved_at=now))
    db.flush()
    return found


def wish(db: DbSession, call: Call, now: datetime, **figures: bool) -> None:
    facts = {"state": ReleaseState.DONE, "asked_at": now, "asked_by": "staff:1", "offers_until": now}
    factories.stored(db, Release(call_id=call.id, released_at=now, figures=figures, **facts))


def test_without_the_organisers_wish_nothing_is_shared(
    db: DbSession, call: Call, declined: Application, now: datetime
) -> None:
    wish(db, call, now, feedback=False)

    assert feedback.after_release(db, declined) == AfterRelease()


def test_the_levels_most_given_come_first_and_texts_stand_alone(
    db: DbSession, call: Call, declined: Application, now: datetime
) -> None:
    wish(db, call, now, feedback=True)
    found = feedback.after_release(db, declined)

    assert [(each.title("fr"), each.words("en")) for each in found.levels] == [("Idea", ["Strong idea", "Weak idea"])]
    assert found.texts == ["A fine team.", "Think smaller."]


def test_the_page_of_the_team_shows_it_without_any_name(
    client: Client, db: DbSession, call: Call, declined: Application, now: datetime
) -> None:
    wish(db, call, now, feedback=True)
    said = text(client.get(f"/applications/{declined.reference}"))

    assert ("Strong idea" in said, "Think smaller." in said, "Canary" in said) == (True, True, False)


def test_the_place_in_line_counts_those_who_still_wait(db: DbSession, call: Call, now: datetime) -> None:
    wish(db, call, now, place_in_line=True)
    factories.waitlisted(db, call, 2)
    third = factories.waitlisted(db, call, 5)

    assert feedback.after_release(db, third) == AfterRelease(place=2)
