"""The doctor finds what is wrong with reviews, decisions and offers, planted against the database's own guards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState, OfferState, Verdict
from registrar.calls.models import Call
from registrar.cohorts import offers
from registrar.cohorts.models import Promotion
from registrar.cohorts.rules import Freed
from registrar.db import DbSession
from registrar.ops import review_checks, review_invariants
from registrar.ops.findings import Level
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from registrar.reviews.rules import Sees
from tests import factories

Examine = Callable[[], list[str]]
UNGUARDED = "The database no longer holds conflicts, places or decisions."


@pytest.fixture
def examine(app: Flask, db: DbSession, now: datetime) -> Examine:
    """Run the checks and return what is wrong."""

    def examine() -> list[str]:
        db.flush()
        settings = app.extensions["registrar.settings"]
        found = [*review_checks.reviews(db, settings, now), *review_checks.offers(db, settings, now)]
        return [each.text for each in found if each.level is not Level.OK]

    return examine


@pytest.fixture
def call(db: DbSession) -> Call:
    return factories.call(db, places=2)


@pytest.fixture
def assignment(db: DbSession, call: Call, now: datetime) -> Assignment:
    """An application given to a reviewer, with a draft of a review."""
    reviewer = Reviewer(call_id=call.id, staff_id=factories.staff(db).id, languages=[], subjects=[], load=5)
    reviewer.invited_at = now
    row = {"application_id": factories.submitted(db, call).id, "reviewer_id": factories.stored(db, reviewer).id}
    found = factories.stored(db, Assignment(**row, assigned_at=now, assigned_by="staff:1", state_at=now))
    factories.stored(db, Review(assignment_id=found.id, saved_at=now))
    return found


def without(db: DbSession, trigger: str, table: str) -> None:
    """Take a trigger away."""
    if db.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update"):
            db.execute(text(f"DROP TRIGGER IF EXISTS {trigger}_{event}"))
    else:
        db.execute(text(f"DROP TRIGGER {trigger} ON {table}"))


def phase(db: DbSession, call: Call, position: int, now: datetime) -> ReviewPhase:
    may = dict.fromkeys(("sees_names", "scores", "discusses", "decides"), False)
    names = {"name_en": "Phase", "name_fr": "Phase", "sees_others": Sees.NEVER, "active_since": now}
    return factories.stored(db, ReviewPhase(call_id=call.id, position=position, **may, **names))


def promotion(db: DbSession, application: Application, position: int, now: datetime) -> None:
    row: dict[str, Any] = {
        "call_id": application.call_id,
        "application_id": application.id,
        "waitlist_position": position,
    }
    row |= {"cause": Freed.MORE_PLACES, "promoted_at": now, "promoted_by": "worker"}
    factories.stored(db, Promotion(**row))


def test_a_sound_call_is_no_finding(
    examine: Examine, db: DbSession, call: Call, assignment: Assignment, now: datetime
) -> None:
    phase(db, call, 1, now)
    one, other = factories.offered(db, call), factories.offered(db, call)
    factories.waitlisted(db, call, 1), factories.waitlisted(db, call, 2)
    offers.accept(db, one.id, seen=1, actor="person:1", now=now)
    offers.decline(db, other.id, seen=1, actor="person:1", now=now)

    assert examine() == []


def test_two_active_phases_are_a_failure(examine: Examine, db: DbSession, call: Call, now: datetime) -> None:
    db.execute(text("DROP INDEX uq_review_phase_active"))
    phase(db, call, 1, now)
    phase(db, call, 2, now)

    assert examine() == ["1 calls are in several phases of review at once."]


def test_an_assignment_in_a_conflict_is_a_failure(
    examine: Examine, db: DbSession, assignment: Assignment, now: datetime
) -> None:
    without(db, "conflict_without_assignment", "conflict")
    row = {"staff_id": assignment.reviewer.staff_id, "application_id": assignment.application_id, "said_at": now}
    row |= {"source": ConflictSource.TEAM, "state": ConflictState.CONFIRMED, "said_by": "staff:1"}
    factories.stored(db, Conflict(**row))

    assert examine() == ["1 assignments go on in a conflict of interest.", UNGUARDED]


def test_more_offers_than_places_are_a_failure(examine: Examine, db: DbSession, call: Call) -> None:
    without(db, "offers_within_places", "application")
    for _ in range(3):
        factories.offered(db, call)

    assert examine() == [UNGUARDED, "1 calls offer more than their places."]


def test_a_verdict_told_that_nobody_gave_is_a_failure(examine: Examine, db: DbSession, call: Call) -> None:
    without(db, "released_is_decided", "application")
    one = factories.submitted(db, call)
    one.released_verdict, one.released_at = Verdict.DECLINE, factories.NOW

    assert examine() == ["1 teams were told what nobody decided.", UNGUARDED]


def test_a_promotion_that_passes_somebody_over_is_a_failure(
    examine: Examine, db: DbSession, call: Call, now: datetime
) -> None:
    call.places = 1
    factories.waitlisted(db, call, 1)
    promotion(db, factories.offered(db, call), 2, now)

    assert examine() == ["1 promotions passed somebody over."]


def test_promotions_in_the_wrong_order_are_a_failure(
    examine: Examine, db: DbSession, call: Call, now: datetime
) -> None:
    promotion(db, factories.offered(db, call), 2, now)
    promotion(db, factories.offered(db, call), 1, now + timedelta(minutes=1))

    assert examine() == ["1 promotions passed somebody over."]


def test_an_accepted_place_without_an_entry_in_the_roster_is_a_failure(
    examine: Examine, db: DbSession, call: Call
) -> None:
    factories.offered(db, call, offer=OfferState.ACCEPTED)

    assert examine() == ["1 applications contradict the roster."]


def test_a_team_that_waits_beside_a_free_place_is_a_failure(examine: Examine, db: DbSession, call: Call) -> None:
    factories.waitlisted(db, call, 1)

    assert examine() == ["In 1 calls a team waits although a place is free."]


def test_several_reviews_of_one_assignment_are_counted(db: DbSession, assignment: Assignment) -> None:
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("CREATE TEMP TABLE review AS SELECT * FROM main.review"))
        db.execute(text("INSERT INTO temp.review SELECT * FROM temp.review"))
    else:
        db.execute(text("ALTER TABLE review DROP CONSTRAINT uq_review_assignment_id"))
        row = {"assignment_id": assignment.id, "saved_at": factories.NOW}
        factories.stored(db, Review(**row))

    assert review_invariants.doubled_reviews(db) == 1
