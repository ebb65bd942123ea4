"""What a reviewer reaches: their assignments in the active phase, and nothing where a conflict is confirmed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.documents.contents import Reader
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from registrar.reviews.rules import WORKING, Capabilities, ReviewState, may_see_others

NOTHING = Capabilities()


@dataclass(frozen=True)
class Seat:
    """A reviewer before an application: the assignment, and what the active phase allows."""

    assignment: Assignment
    phase: ReviewPhase

    @property
    def capabilities(self) -> Capabilities:
        return self.phase.capabilities

    @property
    def sight(self) -> Reader:
        """Return with whose eyes they look at the application."""
        return sight_of(self.capabilities)

    @property
    def sees_others(self) -> bool:
        """Tell whether they see the others' reviews: never before their own is submitted."""
        own = self.assignment.review
        return may_see_others(self.capabilities, own.state if own else ReviewState.DRAFT)


def active_phase(db: DbSession, call_id: int) -> ReviewPhase | None:
    """Return the active phase of a call; the database holds that there is at most one."""
    return db.scalar(select(ReviewPhase).where(ReviewPhase.call_id == call_id, ReviewPhase.active_since.is_not(None)))


def capabilities(db: DbSession, call_id: int) -> Capabilities:
    """Return what reviewers of a call may do now: without an active phase nothing."""
    phase = active_phase(db, call_id)
    return phase.capabilities if phase else NOTHING


def sight_of(capabilities: Capabilities) -> Reader:
    return Reader.REVIEWERS if capabilities.sees_names else Reader.BLIND_REVIEWERS


def reviewers_of(db: DbSession, staff: Staff) -> list[Reviewer]:
    """Return the calls that a member of staff reviews, the newest first."""
    statement = (
        select(Reviewer)
        .join(Reviewer.call)
        .where(Reviewer.staff_id == staff.id, Reviewer.left_at.is_(None))
        .options(joinedload(Reviewer.call))
    )
    return list(db.scalars(statement.order_by(Call.closes_at.desc(), Call.id.desc())))


def within_reach(staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions over assignments (with their application and reviewer) that a member of staff works on."""
    return (
        Reviewer.staff_id == staff.id,
        Reviewer.left_at.is_(None),
        Assignment.state.in_(WORKING),
        Application.state == Lifecycle.SUBMITTED,
        reachable(staff),
    )


def seat(db: DbSession, staff: Staff, reference: str) -> Seat | None:
    """Return the reviewer's place before the application with this reference.

    None, for everything alike: it does not exist, is not theirs, they have a conflict, or no phase is active.
    """
    statement = (
        select(Assignment, ReviewPhase)
        .join(Assignment.application)
        .join(Assignment.reviewer)
        .join(ReviewPhase, ReviewPhase.call_id == Application.call_id)
        .where(Application.reference == reference, ReviewPhase.active_since.is_not(None), *within_reach(staff))
        .options(
            joinedload(Assignment.application).joinedload(Application.call),
            joinedload(Assignment.reviewer),
            joinedload(Assignment.review).selectinload(Review.scores),
        )
    )
    found = db.execute(statement).first()
    return Seat(found[0], found[1]) if found else None
