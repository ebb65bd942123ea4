"""Submitting, withdrawing and taking that back, on the stored application."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from registrar.applications import answers, lifecycle
from registrar.applications.answers import Save, StaleAnswer, TooLate
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle, Who
from registrar.calls.definition import Question
from registrar.calls.rules import CallState
from registrar.db import DbSession
from registrar.errors import Conflict, IllegalTransition
from tests import factories


def question(key: str) -> Question:
    found = factories.FORM.question(key)
    assert found
    return found


@pytest.fixture
def draft(db: DbSession) -> Application:
    """A complete draft."""
    found = factories.application(db, factories.call(db), lead=factories.person(db))
    for key, value in factories.ANSWERS.items():
        factories.answer(db, found, key, value)
    db.commit()
    return found


def test_a_complete_draft_is_submitted_and_its_answers_count(db: DbSession, draft: Application, now: datetime) -> None:
    lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=now)
    db.commit()

    assert (draft.state, draft.version, draft.submitted_at) == (Lifecycle.SUBMITTED, 2, now)
    assert draft.counted == factories.ANSWERS
    assert draft.form_version_id == draft.call.form_version_id


def test_an_incomplete_draft_is_not_submitted(db: DbSession, draft: Application, now: datetime) -> None:
    person = draft.members[0].person
    answers.save(db, draft, Save(question("why"), "  ", 1), by=person, now=now)

    with pytest.raises(lifecycle.Incomplete):
        lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=now)


def test_nothing_is_submitted_from_the_end_of_the_grace_on(db: DbSession, draft: Application) -> None:
    end = draft.call.closes_at + draft.call.grace
    with pytest.raises(TooLate):
        lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=end)
    db.rollback()
    lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=end - timedelta(microseconds=1))

    assert draft.state is Lifecycle.SUBMITTED


def test_nothing_is_submitted_to_a_call_that_was_closed_by_hand_except_with_more_time(
    db: DbSession, draft: Application, now: datetime
) -> None:
    draft.call.state, draft.call.closed_at = CallState.CLOSED, now
    with pytest.raises(TooLate, match="closed this call"):
        lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=now)
    draft.extended_until = now + timedelta(hours=1)
    lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=now)

    assert draft.state is Lifecycle.SUBMITTED


def test_whoever_has_seen_an_older_state_moves_nothing(db: DbSession, draft: Application, now: datetime) -> None:
    lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=now)
    with pytest.raises(Conflict):
        lifecycle.withdraw(db, draft.id, seen=1, by=Who.TEAM, actor="person:1", now=now)
    with pytest.raises(IllegalTransition):
        lifecycle.submit(db, draft.id, seen=2, actor="person:1", now=now)


def test_a_withdrawn_application_makes_room_for_another_and_then_stays_withdrawn(
    db: DbSession, draft: Application, now: datetime
) -> None:
    lifecycle.withdraw(db, draft.id, seen=1, by=Who.TEAM, actor="person:1", now=now)
    lifecycle.restore(db, draft.id, seen=2, by=Who.TEAM, actor="person:1", now=now)
    assert (draft.state, draft.withdrawn_at) == (Lifecycle.DRAFT, None)
    lifecycle.withdraw(db, draft.id, seen=3, by=Who.TEAM, actor="person:1", now=now)
    factories.application(db, draft.call, institution_id=draft.institution_id)

    with pytest.raises(IntegrityError):
        lifecycle.restore(db, draft.id, seen=4, by=Who.TEAM, actor="person:1", now=now)


def test_what_was_submitted_goes_on_counting_while_a_change_is_incomplete(
    db: DbSession, draft: Application, now: datetime
) -> None:
    person = draft.members[0].person
    lifecycle.submit(db, draft.id, seen=1, actor="person:1", now=now)
    later = now + timedelta(minutes=5)
    answers.save(db, draft, Save(question("new"), False, 1), by=person, now=later)
    assert (draft.counted, draft.counted_at) == (factories.ANSWERS, now)

    answers.save(db, draft, Save(question("past"), "A website.", 0), by=person, now=later)
    assert draft.counted == factories.ANSWERS | {"new": False, "past": "A website."}
    assert draft.counted_at == later


def test_a_save_that_knows_an_older_answer_is_refused_unless_it_says_the_same(
    db: DbSession, draft: Application, now: datetime
) -> None:
    person = draft.members[0].person
    first = answers.save(db, draft, Save(question("why"), "For our visitors.", 1), by=person, now=now)
    assert first.version == 2
    assert answers.save(db, draft, Save(question("why"), "For our visitors.", 1), by=person, now=now).version == 2

    with pytest.raises(StaleAnswer) as refused:
        answers.save(db, draft, Save(question("why"), "For our staff.", 1), by=person, now=now)
    assert refused.value.current.value == "For our visitors."
