"""What reviewers have still to do: assigned, reachable, not submitted, in the active phase of each of their calls."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from registrar.accounts.models import Staff
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.access import within_reach
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewPhase
from registrar.reviews.rules import ReviewState


@dataclass(frozen=True)
class Due:
    """How many reviews somebody has still to write for a call, and until when."""

    call: Call
    count: int
    ends_at: datetime | None


def of_staff(db: DbSession, staff: Staff) -> list[Due]:
    """Return the calls in which a member of staff has reviews to write now, the nearest end first."""
    statement = (
        select(Call, ReviewPhase.ends_at, func.count())
        .select_from(Assignment)
        .join(Assignment.application)
        .join(Assignment.reviewer)
        .join(Call, Call.id == Reviewer.call_id)
        .join(ReviewPhase, ReviewPhase.call_id == Call.id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(
            *within_reach(staff),
            ReviewPhase.active_since.is_not(None),
            ReviewPhase.scores,
            Call.frozen_at.is_(None),
            or_(Review.id.is_(None), Review.state != ReviewState.SUBMITTED),
        )
        .group_by(Call.id, ReviewPhase.id)
        .order_by(ReviewPhase.ends_at.nulls_last(), Call.id)
    )
    return [Due(call, count, ends_at) for call, ends_at, count in db.execute(statement)]


def reviewer_of(db: DbSession, staff: Staff, call: Call) -> Reviewer | None:
    """Return the part of a member of staff in the review of a call, unless they have left."""
    statement = select(Reviewer).where(Reviewer.call_id == call.id, Reviewer.staff_id == staff.id)
    return db.scalar(statement.where(Reviewer.left_at.is_(None)))
