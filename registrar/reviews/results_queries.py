"""What the page of results tells about reviewers and criteria, beside the ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from sqlalchemy import func, select

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.calibration import FEW_REVIEWS
from registrar.reviews.models import Assignment, Criterion, Reviewer
from registrar.reviews.results import Results
from registrar.reviews.rules import AssignmentState


@dataclass(frozen=True)
class Habit:
    """A reviewer's share in the scores."""

    number: int
    name: str
    reviews: int
    outstanding: int
    mean: float | None
    more: float | None
    """How much more than the others they give to the same application; negative: less."""
    spread: float | None
    """Standard deviation of what they gave."""

    @property
    def is_few(self) -> bool:
        return self.reviews < FEW_REVIEWS


@dataclass(frozen=True)
class Agreement:
    """How far reviewers agree on a criterion, and how often each level was given."""

    criterion: Criterion
    alpha: float | None
    levels: dict[int, int]
    by_reviewer: dict[int, dict[int, int]]


def habits(db: DbSession, found: Results, staff: Staff) -> list[Habit]:
    """Return every reviewer of the call, in the order of the alphabet: this is no league table."""
    calibration = found.panel.calibration
    more = calibration.reviewers if calibration else {}
    totals = found.panel.totals
    return [
        Habit(
            number, name, len(totals.get(number, ())), asked - len(totals.get(number, ())),
            _mean(totals.get(number, ())), more.get(number), _deviation(totals.get(number, ())),
        )
        for number, name, asked in _reviewers(db, found.call, staff)
    ]  # fmt: skip


def agreements(found: Results, reviewers: Sequence[int]) -> list[Agreement]:
    """Return each criterion with its α and its distributions."""
    return [
        Agreement(
            each,
            found.panel.agreement.get(each.id),
            found.distribution(each),
            {number: found.distribution(each, number) for number in reviewers},
        )
        for each in found.criteria
    ]


def _reviewers(db: DbSession, call: Call, staff: Staff) -> list[tuple[int, str, int]]:
    """Return each reviewer of the call with how many reviews they are asked for."""
    asked = (
        select(func.count())
        .select_from(Assignment)
        .join(Assignment.application)
        .where(
            Assignment.reviewer_id == Reviewer.id,
            Application.state == Lifecycle.SUBMITTED,
            Assignment.state == AssignmentState.ASSIGNED,
            Application.id.not_in(barred(staff)),  # looked up once, not for each of thousands
        )
        .correlate(Reviewer)
        .scalar_subquery()
    )
    statement = select(Reviewer.id, Staff.name, Staff.email, asked).join(Reviewer.staff)
    found = db.execute(statement.where(Reviewer.call_id == call.id).order_by(Staff.name, Reviewer.id))
    return [(number, name or email, count) for number, name, email, count in found]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _deviation(values: Sequence[float]) -> float | None:
    mean = _mean(values)
    if mean is None or len(values) < 2:
        return None
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
