"""The reviewing of the demonstration: a call in review, one that went all the way, both as the rules want them."""

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application, Member
from registrar.applications.rules import ConflictState, Enrolment, Lifecycle, OfferState, Verdict
from registrar.calls.models import Call
from registrar.cohorts.models import Promotion, RosterEntry
from registrar.db import Base, DbSession
from registrar.letters.models import LetterTemplate
from registrar.letters.rules import LetterUse
from registrar.ops.demo.removal import remove
from registrar.people.models import Person
from registrar.reviews.access import active_phase
from registrar.reviews.decision_models import Contribution, Decision, Release
from registrar.reviews.models import Assignment, Criterion, Review, Reviewer, ReviewPhase
from registrar.reviews.results import results
from registrar.reviews.rules import AssignmentState, ReviewState
from tests.conftest import START
from tests.ops.conftest import make

FIRST_ROUND, EARLIER = "wac-museums-first-round", "wac-museums-season-3"


def call(db: DbSession, slug: str) -> Call:
    return db.scalars(select(Call).where(Call.slug == slug)).one()


def count(db: DbSession, model: type[Base], *conditions: object) -> int:
    return db.scalar(select(func.count()).select_from(model).where(*conditions)) or 0  # type: ignore[arg-type]  # conditions


def test_a_call_in_review_has_60_applications_6_reviewers_and_20_places(demo: DbSession) -> None:
    found = call(demo, FIRST_ROUND)
    submitted = (Application.call_id == found.id, Application.state == Lifecycle.SUBMITTED)
    phase = active_phase(demo, found.id)

    assert (count(demo, Application, *submitted), found.places) == (64, 20)
    assert count(demo, Reviewer, Reviewer.call_id == found.id) == 6
    assert phase is not None
    assert (phase.position, phase.capabilities.scores, phase.capabilities.decides) == (2, True, True)


def test_most_reviews_are_submitted_and_some_work_is_left_for_each_state(demo: DbSession) -> None:
    mine = select(Assignment).join(Assignment.application).where(Application.call_id == call(demo, FIRST_ROUND).id)
    tasks = demo.scalars(mine).all()
    reviews = Counter(each.review.state if each.review else None for each in tasks)

    assert len(tasks) == 64 * 3
    assert Counter(each.state for each in tasks) == {
        AssignmentState.ASSIGNED: 189, AssignmentState.CONFLICTED: 1,
        AssignmentState.ABSTAINED: 1, AssignmentState.RECUSED: 1,
    }  # fmt: skip
    assert (reviews[ReviewState.SUBMITTED] > 170, reviews[ReviewState.DRAFT], reviews[None] > 5) == (True, 6, True)


def test_scores_can_be_calibrated_and_some_disagree(demo: DbSession) -> None:
    found = results(demo, call(demo, FIRST_ROUND)).panel

    assert found.calibration is not None
    assert 0 < len(found.disagreements) < 30
    assert {value is not None for value in found.agreement.values()} == {True}


def test_the_clear_cases_are_decided_and_nothing_is_released(demo: DbSession) -> None:
    found = call(demo, FIRST_ROUND)
    decided = demo.scalars(select(Decision.verdict).where(Decision.call_id == found.id)).all()
    released = count(demo, Application, Application.call_id == found.id, Application.released_at.is_not(None))

    assert Counter(decided) == {Verdict.ACCEPT: 14, Verdict.WAITLIST: 4, Verdict.DECLINE: 18}
    assert released == count(demo, Release, Release.call_id == found.id) == 0


def test_there_are_conflicts_in_every_state(demo: DbSession) -> None:
    states = Counter(demo.scalars(select(Conflict.state)))

    assert states == {ConflictState.CONFIRMED: 3, ConflictState.SUGGESTED: 1, ConflictState.DISMISSED: 1}


def test_camille_belongs_to_a_team_that_is_accepted_in_private(demo: DbSession) -> None:
    hers = (
        select(Decision.verdict)
        .join(Application, Application.id == Decision.application_id)
        .join(Member, Member.application_id == Application.id)
        .join(Person, Person.id == Member.person_id)
        .where(Person.email == "demo@example.org", Application.call_id == call(demo, FIRST_ROUND).id)
    )

    assert demo.scalars(hers).all() == [Verdict.ACCEPT]


def test_the_call_that_is_over_filled_every_place_and_promoted_in_order(demo: DbSession) -> None:
    found = call(demo, EARLIER)
    taken = select(Application).where(Application.call_id == found.id, Application.offer == OfferState.ACCEPTED)
    accepted = demo.scalars(taken).all()
    order = demo.scalars(select(Promotion.waitlist_position).order_by(Promotion.promoted_at, Promotion.id)).all()
    enrolled = count(demo, RosterEntry)

    assert len(accepted) == enrolled == found.places == 20
    assert order == [1, 2, 3, 4, 5]
    assert {each.enrolment for each in accepted} == {Enrolment.COMPLETED, Enrolment.DROPPED_OUT}
    assert found.frozen_at is not None


def test_nothing_of_it_is_left_when_it_is_removed(app: Flask, db: DbSession) -> None:
    make(app, db, START)
    with app.app_context():
        remove(db, app.extensions["registrar.tokens"])
        db.commit()
    of_reviews = (Reviewer, Criterion, ReviewPhase, Assignment, Review, Conflict)
    of_decisions = (Decision, Contribution, Release, Promotion, RosterEntry)

    assert {model: count(db, model) for model in (*of_reviews, *of_decisions) if count(db, model)} == {}
    assert count(db, LetterTemplate, LetterTemplate.use == LetterUse.DECISION) == 0
