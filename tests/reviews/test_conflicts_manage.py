"""Conflicts of interest: suggested, declared, confirmed, dismissed and lifted; the database holds what follows."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.people.models import Institution, InstitutionDomain
from registrar.reviews.models import ReviewerTie
from registrar.reviews.rules import AssignmentState, Tie
from registrar.reviews.suggesting import suggest, suggestions
from tests import factories
from tests.browsing import send
from tests.conftest import Client
from tests.reviews.panel import assignment, conflict, reviewer

URL = "/console/calls/wac-museums/conflicts"


def tied(db: DbSession, call: Call, institution: Institution, tie: Tie, email: str = "ama@home.example") -> None:
    """A reviewer with a tie to an institution."""
    found = reviewer(db, call, factories.staff(db, email=email))
    factories.stored(db, ReviewerTie(reviewer_id=found.id, institution_id=institution.id, tie=tie))


def found_sources(db: DbSession, call: Call) -> list[ConflictSource]:
    db.expire_all()
    return [each.source for each in suggestions(db, call)]


@pytest.mark.parametrize(
    ("tie", "source"),
    [
        (Tie.WORKS_AT, ConflictSource.INSTITUTION),
        (Tie.WORKED_AT, ConflictSource.INSTITUTION),
        (Tie.MENTORED, ConflictSource.MENTORING),
        (Tie.COHORT, ConflictSource.COHORT),
    ],
)
def test_a_tie_to_the_institution_suggests_a_conflict(
    db: DbSession, call: Call, tie: Tie, source: ConflictSource
) -> None:
    applied = factories.submitted(db, call)
    factories.submitted(db, call)
    tied(db, call, applied.institution, tie)

    assert found_sources(db, call) == [source]


@pytest.mark.parametrize("tie", [Tie.WORKS_AT, Tie.MENTORED])
def test_the_body_above_and_its_other_institutions_suggest_a_conflict_only_where_one_works(
    db: DbSession, call: Call, tie: Tie
) -> None:
    city = factories.institution(db)
    one, other = (factories.institution(db, parent_id=city.id) for _ in range(2))
    factories.submitted(db, call, institution_id=one.id)
    tied(db, call, city, tie, "a@home.example")
    tied(db, call, other, tie, "b@home.example")

    assert found_sources(db, call) == ([ConflictSource.PARENT] * 2 if tie is Tie.WORKS_AT else [])


def test_mail_domains_suggest_a_conflict_unless_they_are_everybodys(db: DbSession, call: Call) -> None:
    salt = factories.institution(db)
    db.add(InstitutionDomain(institution_id=salt.id, domain="salt.example"))
    factories.submitted(db, call, institution_id=salt.id, lead=factories.person(db, email="ana@gmail.com"))
    reviewer(db, call, factories.staff(db, email="ben@salt.example"))
    reviewer(db, call, factories.staff(db, email="cleo@gmail.com"))

    assert found_sources(db, call) == [ConflictSource.DOMAIN]


def test_a_suggestion_that_was_dismissed_is_not_made_again(db: DbSession, call: Call, now: datetime) -> None:
    applied = factories.submitted(db, call)
    tied(db, call, applied.institution, Tie.MENTORED)
    suggest(db, call, by="staff:1", now=now)
    made = db.scalars(select(Conflict)).one()
    made.state, made.settled_at = ConflictState.DISMISSED, now
    db.flush()
    suggest(db, call, by="staff:1", now=now)

    assert [each.state for each in db.scalars(select(Conflict))] == [ConflictState.DISMISSED]


def test_a_confirmed_suggestion_ends_the_reviewers_work(client: Client, db: DbSession, call: Call) -> None:
    applied, found = factories.submitted(db, call), reviewer(db, call)
    given = assignment(db, applied, found)
    made = conflict(db, found.staff, applied, state=ConflictState.SUGGESTED, settled_at=None)
    answer = send(client, f"{URL}/{made.id}", to="confirmed")
    db.expire_all()

    assert answer.status_code == 303
    assert (made.state, given.state) == (ConflictState.CONFIRMED, AssignmentState.CONFLICTED)


def test_a_conflict_that_is_declared_holds_at_once_and_can_be_lifted(client: Client, db: DbSession, call: Call) -> None:
    applied, found = factories.submitted(db, call), reviewer(db, call)
    typed: dict[str, Any] = {"member": found.staff_id, "source": "team", "reason": "Cousins."}
    declared = send(client, URL, application=f"{applied.reference.lower()} · Somewhere", **typed)
    made = db.scalars(select(Conflict)).one()
    before = made.state
    lifted = send(client, f"{URL}/{made.id}", to="dismissed")
    db.refresh(made)

    assert (declared.status_code, lifted.status_code) == (303, 303)
    assert (before, made.state, made.source) == (
        ConflictState.CONFIRMED, ConflictState.DISMISSED, ConflictSource.TEAM
    )  # fmt: skip


def test_nobody_lifts_their_own_conflict_because_it_is_not_there_for_them(
    client: Client, db: DbSession, call: Call, organiser: Staff
) -> None:
    applied = factories.submitted(db, call)
    made = conflict(db, organiser, applied)
    answer = send(client, f"{URL}/{made.id}", to="dismissed")

    assert answer.status_code == 404


def test_nobody_dismisses_a_suggestion_about_themselves(
    client: Client, db: DbSession, call: Call, organiser: Staff
) -> None:
    made = conflict(db, organiser, factories.submitted(db, call), state=ConflictState.SUGGESTED, settled_at=None)
    answer = send(client, f"{URL}/{made.id}", to="dismissed")

    assert answer.status_code == 409


def test_others_conflicts_with_what_is_out_of_reach_are_not_shown(
    client: Client, db: DbSession, call: Call, organiser: Staff
) -> None:
    applied = factories.submitted(db, call, reference="WAC-SECRET")
    before = client.get(URL).text
    conflict(db, factories.staff(db, name="Someone Else"), applied)
    conflict(db, organiser, applied)
    hidden = client.get(URL).text
    typed: dict[str, Any] = {"member": organiser.id, "source": "team", "reason": "x"}
    declared = send(client, URL, application="WAC-SECRET", **typed)
    unknown = send(client, URL, application="WAC-NOBODY", **typed)

    assert ("WAC-SECRET" in before, "WAC-SECRET" in hidden) == (True, False)
    assert declared.status_code == unknown.status_code == 422
    assert declared.text.count("No submitted application") == unknown.text.count("No submitted application") > 0


def test_the_database_refuses_an_assignment_where_a_conflict_is_confirmed(db: DbSession, call: Call) -> None:
    applied, found = factories.submitted(db, call), reviewer(db, call)
    conflict(db, found.staff, applied)

    with pytest.raises(IntegrityError):
        assignment(db, applied, found)


def test_the_database_refuses_to_confirm_before_the_assignment_has_ended(db: DbSession, call: Call) -> None:
    applied, found = factories.submitted(db, call), reviewer(db, call)
    assignment(db, applied, found)

    with pytest.raises(IntegrityError):
        conflict(db, found.staff, applied)


def test_the_database_refuses_to_take_up_work_again_while_the_conflict_stands(db: DbSession, call: Call) -> None:
    applied, found = factories.submitted(db, call), reviewer(db, call)
    given = assignment(db, applied, found, state=AssignmentState.CONFLICTED)
    conflict(db, found.staff, applied)
    given.state = AssignmentState.ASSIGNED

    with pytest.raises(IntegrityError):
        db.flush()
