"""Reviewers with outstanding work get one digest over all their calls; nobody else does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.accounts.models import Staff
from registrar.accounts.rules import Role
from registrar.applications.conflict_models import Conflict
from registrar.applications.models import Application
from registrar.applications.rules import ConflictSource, ConflictState
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.mail.models import OutboxMail
from registrar.reviews import outstanding, reminding
from registrar.reviews.models import Assignment, Review
from registrar.reviews.rules import AssignmentState, ReviewState
from tests import factories
from tests.reviews import scenes

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def rui(db: DbSession) -> Staff:
    return factories.staff(db, Role.REVIEWER, name="Rui")


def work(db: DbSession, staff: Staff, now: datetime, **phase: object) -> tuple[Call, Application]:
    """A call in which a review is to be written until in three days."""
    call = factories.call(db)
    scenes.phase(db, call, now, **phase)
    application = factories.submitted(db, call)
    scenes.assignment(db, application, scenes.reviewer(db, call, now, staff_id=staff.id), now)
    return call, application


def digests(db: DbSession) -> list[tuple[int | None, datetime]]:
    statement = select(OutboxMail).where(OutboxMail.kind == "reviews.reminder").order_by(OutboxMail.id)
    return [(each.staff_id, each.due_at) for each in db.scalars(statement)]


def test_three_moments_remind_once_each_over_all_calls(db: DbSession, rui: Staff, now: datetime) -> None:
    work(db, rui, now)
    work(db, rui, now)
    for hours in range(0, 24 * 6, 3):
        reminding.remind(db, now + hours * HOUR)

    ends_at = now + 3 * DAY
    assert digests(db) == [(rui.id, ends_at - 3 * DAY), (rui.id, ends_at - DAY), (rui.id, ends_at + DAY)]
    assert [each.count for each in outstanding.of_staff(db, rui)] == [1, 1]


def test_who_has_written_everything_is_left_alone(db: DbSession, rui: Staff, now: datetime) -> None:
    _call, application = work(db, rui, now)
    assigned = db.scalars(select(Assignment).where(Assignment.application_id == application.id)).one()
    facts = {"assignment_id": assigned.id, "state": ReviewState.SUBMITTED, "submitted_at": now, "saved_at": now}
    factories.stored(db, Review(**facts))

    assert (reminding.remind(db, now), digests(db)) == (0, [])


def test_who_abstained_or_has_a_conflict_is_left_alone(db: DbSession, rui: Staff, now: datetime) -> None:
    _call, application = work(db, rui, now)
    assigned = db.scalars(select(Assignment).where(Assignment.application_id == application.id)).one()
    assigned.state, assigned.reason = AssignmentState.CONFLICTED, ""
    db.flush()
    facts = {"source": ConflictSource.REVIEWER, "state": ConflictState.CONFIRMED, "said_at": now, "said_by": "staff:1"}
    factories.stored(db, Conflict(staff_id=rui.id, application_id=application.id, **facts))

    assert reminding.remind(db, now) == 0


def test_a_phase_that_is_not_active_reminds_nobody(db: DbSession, rui: Staff, now: datetime) -> None:
    work(db, rui, now, active_since=None)

    assert reminding.remind(db, now) == 0
