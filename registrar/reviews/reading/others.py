"""What the others said, once one's own review is submitted: their levels and comments, never their private notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from registrar.accounts.models import Staff
from registrar.db import DbSession
from registrar.errors import N_, Refusal
from registrar.reviews import discussing
from registrar.reviews.access import Seat, within_reach
from registrar.reviews.decision_models import Contribution
from registrar.reviews.models import Assignment, Review, Reviewer, ReviewScore
from registrar.reviews.rules import WORKING, Hearing, ReviewState

LONGEST = 5_000


@dataclass(frozen=True)
class Said:
    """What one reviewer said about an application to the committee."""

    name: str
    levels: Mapping[int, int]
    """By criterion."""
    comment: str


@dataclass(frozen=True)
class Habit:
    """How a reviewer and the others use a criterion, on the applications that they both scored: counts by level."""

    own: dict[int, int]
    others: dict[int, int]

    @property
    def means(self) -> tuple[float | None, float | None]:
        return _mean(self.own), _mean(self.others)


def said(db: DbSession, seat: Seat) -> list[Said]:
    """Return what the others said, nothing at all unless this reviewer may see it now."""
    if not seat.sees_others:
        return []
    statement = (
        select(Review)
        .join(Review.assignment)
        .where(
            Assignment.application_id == seat.assignment.application_id,
            Assignment.id != seat.assignment.id,
            Assignment.state.in_(WORKING),
            Review.state == ReviewState.SUBMITTED,
        )
        .options(
            selectinload(Review.scores),
            joinedload(Review.assignment).joinedload(Assignment.reviewer).joinedload(Reviewer.staff),
        )
        .order_by(Review.assignment_id)
    )
    return [
        Said(each.assignment.reviewer.staff.name, {s.criterion_id: s.value for s in each.scores}, each.comment)
        for each in db.scalars(statement)
    ]


def habits(db: DbSession, staff: Staff, reviewer: Reviewer) -> dict[int, Habit]:
    """Count levels by criterion over applications whose own review is submitted; the caller asks the phase first."""
    own_done = (
        select(Assignment.application_id)
        .join(Assignment.application)
        .join(Assignment.reviewer)
        .join(Assignment.review)
        .where(*within_reach(staff), Assignment.reviewer_id == reviewer.id, Review.state == ReviewState.SUBMITTED)
    )
    is_own = (Assignment.reviewer_id == reviewer.id).label("is_own")
    statement = (
        select(ReviewScore.criterion_id, ReviewScore.value, is_own, func.count())
        .join(Review, Review.id == ReviewScore.review_id)
        .join(Review.assignment)
        .where(
            Assignment.application_id.in_(own_done),
            Assignment.state.in_(WORKING),
            Review.state == ReviewState.SUBMITTED,
        )
        .group_by(ReviewScore.criterion_id, ReviewScore.value, is_own)
    )
    found: dict[int, Habit] = {}
    for criterion, value, own, count in db.execute(statement):
        habit = found.setdefault(criterion, Habit({}, {}))
        (habit.own if own else habit.others)[value] = count
    return found


def thread(db: DbSession, seat: Seat) -> Sequence[Contribution]:
    """Return the committee's discussion of an application, the oldest first, as far as this reviewer hears it."""
    if not hears(seat):
        return []
    return discussing.contributions(db, seat.assignment.application, {Hearing.COMMITTEE})


def hears(seat: Seat) -> bool:
    """Tell whether a reviewer takes part in the discussion: while it is open, and after their own review."""
    return seat.capabilities.discusses and seat.sees_others


def contribute(db: DbSession, seat: Seat, text: str, *, now: datetime) -> Contribution:
    """Say something to the committee."""
    if not hears(seat):
        raise Refusal(N_("The discussion of this application is not open to you."))
    if not text.strip() or len(text) > LONGEST:
        raise Refusal(N_("Write between 1 and %(max)d characters."), max=LONGEST)
    staff, application = seat.assignment.reviewer.staff, seat.assignment.application
    return discussing.contribute(db, application, text, Hearing.COMMITTEE, staff=staff, now=now)


def take_back(db: DbSession, seat: Seat, number: int, *, actor: str, now: datetime) -> None:
    """Remove one's own contribution from the discussion."""
    for each in thread(db, seat):
        if each.id == number and each.staff_id == seat.assignment.reviewer.staff_id:
            return discussing.remove(db, each, by=actor, now=now)
    raise Refusal(N_("This contribution is not yours, or it is gone already."))


def _mean(counts: Mapping[int, int]) -> float | None:
    total = sum(counts.values())
    return sum(value * count for value, count in counts.items()) / total if total else None
