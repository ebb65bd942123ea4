"""Which applications have how many reviews and whose, as far as the organiser who looks may know."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflict_models import Conflict
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import ConflictState, Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.models import Assignment, Reviewer
from registrar.reviews.rules import AssignmentState

PER_PAGE = 50


@dataclass(frozen=True)
class Covered:
    """An application and who reviews it."""

    application: Application
    assignments: list[Assignment]

    @property
    def working(self) -> list[Assignment]:
        return [each for each in self.assignments if each.state is AssignmentState.ASSIGNED]

    @property
    def over(self) -> list[Assignment]:
        return [each for each in self.assignments if each.state is not AssignmentState.ASSIGNED]


def spread(db: DbSession, call: Call, staff: Staff) -> dict[int, int]:
    """Count the applications by how many reviewers work on each, the fewest first."""
    counted = select(_working().label("count")).select_from(Application).where(*within(call, staff)).subquery()
    found = db.execute(select(counted.c.count, func.count()).group_by(counted.c.count))
    return dict(sorted(found.all()))


def page(db: DbSession, call: Call, staff: Staff, number: int) -> tuple[list[Covered], int]:
    """Return a page of applications, those with the fewest reviewers first, and how many follow it (0 or 1)."""
    statement = (
        select(Application)
        .where(*within(call, staff))
        .options(joinedload(Application.institution))
        .order_by(_working(), Application.reference)
        .offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    )
    found = db.scalars(statement).all()
    given = _given(db, Assignment.application_id.in_([each.id for each in found[:PER_PAGE]]))
    by_application = {each.id: [one for one in given if one.application_id == each.id] for each in found[:PER_PAGE]}
    return [Covered(each, by_application[each.id]) for each in found[:PER_PAGE]], len(found[PER_PAGE:])


def of_application(db: DbSession, call: Call, staff: Staff, reference: str) -> Covered | None:
    """Return one application with who reviews it."""
    statement = select(Application).where(*within(call, staff), Application.reference == reference)
    found = db.scalar(statement.options(joinedload(Application.institution)))
    return Covered(found, _given(db, Assignment.application_id == found.id)) if found else None


def of_reviewer(db: DbSession, reviewer: Reviewer, staff: Staff) -> list[Assignment]:
    """Return what a reviewer has."""
    return _given(db, (Assignment.reviewer_id == reviewer.id) & reachable(staff))


def assignment(db: DbSession, call: Call, staff: Staff, number: int) -> Assignment | None:
    return next(iter(_given(db, (Assignment.id == number) & (Application.call_id == call.id) & reachable(staff))), None)


def free_reviewers(db: DbSession, application: Application) -> Sequence[Reviewer]:
    """Return the reviewers who could be given an application: no conflict stands, and they do not have it."""
    has = select(Assignment.reviewer_id).where(
        Assignment.application_id == application.id, Assignment.state != AssignmentState.CONFLICTED
    )
    barred = select(Conflict.staff_id).where(
        Conflict.application_id == application.id, Conflict.state == ConflictState.CONFIRMED
    )
    there = (Reviewer.call_id == application.call_id, Reviewer.left_at.is_(None))
    statement = select(Reviewer).join(Reviewer.staff).options(joinedload(Reviewer.staff))
    free = statement.where(*there, Reviewer.id.not_in(has), Reviewer.staff_id.not_in(barred))
    return db.scalars(free.order_by(Staff.name, Reviewer.id)).all()


def free_applications(db: DbSession, reviewer: Reviewer, staff: Staff) -> Sequence[Application]:
    """Return what could be given to a reviewer, the applications with the fewest reviewers first."""
    has = select(Assignment.application_id).where(
        Assignment.reviewer_id == reviewer.id, Assignment.state != AssignmentState.CONFLICTED
    )
    barred = select(Conflict.application_id).where(
        Conflict.staff_id == reviewer.staff_id, Conflict.state == ConflictState.CONFIRMED
    )
    statement = select(Application).where(
        *within(reviewer.call, staff), Application.id.not_in(has), Application.id.not_in(barred)
    )
    ordered = statement.options(joinedload(Application.institution)).order_by(_working(), Application.reference)
    return db.scalars(ordered).all()


def within(call: Call, staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what is reviewed: submitted to this call, and within its reader's reach."""
    return Application.call_id == call.id, Application.state == Lifecycle.SUBMITTED, reachable(staff)


def _working() -> ColumnElement[int]:
    """Count who works on an application: reviewers who left do not."""
    statement = select(func.count()).select_from(Assignment).join(Assignment.reviewer)
    here = (Assignment.application_id == Application.id, Assignment.state == AssignmentState.ASSIGNED)
    return statement.where(*here, Reviewer.left_at.is_(None)).correlate(Application).scalar_subquery()


def _given(db: DbSession, condition: ColumnElement[bool]) -> list[Assignment]:
    """Return assignments with their reviewers and how far each is; of those who left none."""
    statement = (
        select(Assignment)
        .join(Assignment.application)
        .join(Assignment.reviewer)
        .join(Reviewer.staff)
        .where(condition, Application.state == Lifecycle.SUBMITTED, Reviewer.left_at.is_(None))
        .options(
            joinedload(Assignment.reviewer).joinedload(Reviewer.staff),
            joinedload(Assignment.application).joinedload(Application.institution),
            joinedload(Assignment.review),
        )
    )
    return list(db.scalars(statement.order_by(Staff.name, Application.reference)))
