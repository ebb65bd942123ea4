"""Who reviews what: planned, looked at, applied, changed by hand; impossible plans say what would help."""

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from registrar.accounts.models import Staff
from registrar.applications.models import Application
from registrar.applications.rules import ConflictState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.errors import Conflict as Changed
from registrar.errors import Refusal
from registrar.reviews import assignments
from registrar.reviews.assigning import Plan, Shortage
from registrar.reviews.models import Assignment, Review, Reviewer
from registrar.reviews.planning import lift
from registrar.reviews.rules import AssignmentState
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.reviews.panel import assignment, conflict, reviewer

URL = "/console/calls/wac-museums/assignments"


def panel(db: DbSession, call: Call, count: int, load: int = 10) -> list[Reviewer]:
    return [reviewer(db, call, load=load) for _ in range(count)]


def applied(db: DbSession, call: Call, count: int) -> list[Application]:
    return [factories.submitted(db, call) for _ in range(count)]


def planned(db: DbSession, call: Call, each: int) -> Plan:
    found = assignments.plan(db, call, each)
    assert isinstance(found, Plan)
    return found


def counts(db: DbSession) -> list[int]:
    """How many each reviewer has."""
    db.expire_all()
    statement = select(func.count()).select_from(Assignment).group_by(Assignment.reviewer_id)
    return sorted(db.scalars(statement))


def fingerprint(page: str) -> str:
    found = re.search(r'name="fingerprint" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_a_plan_is_looked_at_and_then_applied(client: Client, db: DbSession, call: Call) -> None:
    panel(db, call, 4)
    applied(db, call, 8)
    looked = send(client, f"{URL}/prepare", each="2")
    page = client.get(looked.location).text
    answer = send(client, f"{URL}/plan", each="2", fingerprint=fingerprint(page))

    assert answer.status_code == 303
    assert counts(db) == [4, 4, 4, 4]


def test_a_plan_that_would_be_another_by_now_is_not_applied(client: Client, db: DbSession, call: Call) -> None:
    panel(db, call, 3)
    applied(db, call, 3)
    page = client.get(f"{URL}/plan?each=2").text
    applied(db, call, 1)
    answer = send(client, f"{URL}/plan", each="2", fingerprint=fingerprint(page))

    assert answer.status_code == 409
    assert fingerprint(answer.text) != fingerprint(page)
    assert counts(db) == []


def test_applying_twice_is_refused(db: DbSession, call: Call, now: datetime) -> None:
    panel(db, call, 2)
    applied(db, call, 2)
    seen = assignments.fingerprint_of(planned(db, call, 1))
    assignments.apply(db, call, 1, seen, by="staff:1", now=now)

    assert assignments.apply(db, call, 1, seen, by="staff:1", now=now) == 0
    with pytest.raises(Changed):
        assignments.apply(db, call, 2, seen, by="staff:1", now=now)


def test_what_is_given_stays_and_conflicts_are_kept_clear_of(db: DbSession, call: Call) -> None:
    people, papers = panel(db, call, 3), applied(db, call, 2)
    assignment(db, papers[0], people[0])
    conflict(db, people[1].staff, papers[0])
    conflict(db, people[0].staff, papers[1], state=ConflictState.SUGGESTED, settled_at=None)
    found = planned(db, call, 2)

    assert found.pairs == {
        (papers[0].id, people[0].id), (papers[0].id, people[2].id),
        (papers[1].id, people[1].id), (papers[1].id, people[2].id),
    }  # fmt: skip
    assert (papers[0].id, people[0].id) not in found.new


@pytest.mark.parametrize("state", [AssignmentState.ABSTAINED, AssignmentState.RECUSED])
def test_what_was_handed_back_is_not_given_to_the_same_again(db: DbSession, call: Call, state: AssignmentState) -> None:
    people, papers = panel(db, call, 2), applied(db, call, 1)
    assignment(db, papers[0], people[0], state=state, reason="No time.")

    assert planned(db, call, 1).new == {(papers[0].id, people[1].id)}


def test_languages_and_subjects_are_followed(db: DbSession, call: Call) -> None:
    french, english = reviewer(db, call, languages=["fr"]), reviewer(db, call, languages=["en"])
    paper = factories.submitted(db, call, lead=factories.person(db, locale="fr"))

    assert planned(db, call, 1).new == {(paper.id, french.id)}
    assert english.id != french.id


def test_who_left_gets_nothing_and_what_they_had_is_given_to_others(db: DbSession, call: Call, now: datetime) -> None:
    people, papers = panel(db, call, 2), applied(db, call, 1)
    assignment(db, papers[0], people[0])
    people[0].left_at = now
    db.flush()

    assert planned(db, call, 1).new == {(papers[0].id, people[1].id)}


def test_a_shortage_is_told_in_words_with_what_would_help(client: Client, db: DbSession, call: Call) -> None:
    panel(db, call, 4, load=12)
    applied(db, call, 22)
    found = assignments.plan(db, call, 3)
    page = client.get(f"{URL}/plan?each=3").text

    assert isinstance(found, Shortage)
    assert found.missing == 18
    assert "3 reviews each needs 18 more than the reviewers can take on." in page
    assert "Raise the load of 2 reviewers by 9 each." in page
    assert "Ask for 2 each." in page


def test_a_shortage_by_conflicts_names_the_applications(client: Client, db: DbSession, call: Call) -> None:
    people, papers = panel(db, call, 2), applied(db, call, 2)
    conflict(db, people[0].staff, papers[0])
    page = client.get(f"{URL}/plan?each=2").text

    assert f"{papers[0].reference} (1)" in page
    assert "Raise the load" not in page


def test_without_reviewers_the_plan_says_whom_to_invite(client: Client, db: DbSession, call: Call) -> None:
    applied(db, call, 1)

    assert "There is nobody to review." in client.get(f"{URL}/plan?each=1").text


@pytest.mark.parametrize(
    ("missing", "reviewers", "expected"), [(18, 6, (2, 9)), (1, 6, (2, 1)), (45, 6, (5, 9)), (5, 1, (1, 5))]
)
def test_a_load_is_raised_by_what_few_can_bear(missing: int, reviewers: int, expected: tuple[int, int]) -> None:
    assert lift(missing, reviewers) == expected


@pytest.mark.parametrize("side", ["application", "reviewer"])
def test_an_application_is_given_and_taken_back_by_hand_from_either_list(
    client: Client, db: DbSession, call: Call, side: str
) -> None:
    person, paper = panel(db, call, 1)[0], applied(db, call, 1)[0]
    fields: dict[str, Any] = {"application": paper.reference, "reviewer": person.id, "side": side}
    given = send(client, f"{URL}/add", **fields)
    twice = send(client, f"{URL}/add", **fields)
    made = db.scalars(select(Assignment.id)).one()
    shown = client.get(given.location).text
    removed = send(client, f"{URL}/{made}/remove", side=side)

    assert (given.status_code, twice.status_code, removed.status_code) == (303, 422, 303)
    assert "Take back" in shown
    assert given.location == removed.location
    assert counts(db) == []


def test_what_is_begun_is_not_taken_away(client: Client, db: DbSession, call: Call, now: datetime) -> None:
    made = assignment(db, applied(db, call, 1)[0], panel(db, call, 1)[0])
    db.add(Review(assignment_id=made.id, saved_at=now))
    db.flush()
    answer = send(client, f"{URL}/{made.id}/remove", side="application")

    assert answer.status_code == 422
    assert "has begun a review" in answer.text


def test_by_hand_a_conflict_is_refused_and_a_lifted_one_lets_them_go_on(
    db: DbSession, call: Call, now: datetime
) -> None:
    person, paper = panel(db, call, 1)[0], applied(db, call, 1)[0]
    made = assignment(db, paper, person, state=AssignmentState.CONFLICTED)
    stands = conflict(db, person.staff, paper)
    with pytest.raises(Refusal):
        assignments.add(db, paper, person, by="staff:1", now=now)
    stands.state = ConflictState.DISMISSED
    db.flush()
    assignments.add(db, paper, person, by="staff:1", now=now)

    assert made.state is AssignmentState.ASSIGNED


def test_what_an_organiser_may_not_see_stays_as_it_is_and_counts_for_loads(
    client: Client, db: DbSession, call: Call, organiser: Staff
) -> None:
    person = panel(db, call, 1, load=2)[0]
    hidden, *others = applied(db, call, 3)
    assignment(db, hidden, person)
    conflict(db, organiser, hidden)
    found = assignments.plan(db, call, 1, organiser)
    one = client.get(f"{URL}/applications/{hidden.reference}")
    given = send(client, f"{URL}/add", application=hidden.reference, reviewer=person.id, side="reviewer")

    assert isinstance(found, Shortage)
    assert (found.asked, found.possible) == (len(others), 1)
    assert (one.status_code, given.status_code) == (404, 404)


def test_a_frozen_call_is_not_assigned(client: Client, db: DbSession, call: Call, now: datetime) -> None:
    person, paper = panel(db, call, 1)[0], applied(db, call, 1)[0]
    call.frozen_at = now
    answer = send(client, f"{URL}/add", application=paper.reference, reviewer=person.id, side="reviewer")

    assert answer.status_code == 422
    assert counts(db) == []
