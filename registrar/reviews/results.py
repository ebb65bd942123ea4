"""What the reviews of a call say together: totals, calibrated scores, agreement, disagreement; all from the record.

Everything is read with a handful of queries, however many applications there are, and computed anew each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, select, true

from registrar.accounts.models import Staff
from registrar.applications.conflicts import reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.agreement import Scale, alpha
from registrar.reviews.calibration import Calibration, Score, calibrate
from registrar.reviews.models import Assignment, Criterion, Review, ReviewScore
from registrar.reviews.reviewing import criteria
from registrar.reviews.rules import AssignmentState, ReviewState, Weighed, total

FAR_APART = 2.0
"""Levels between the lowest and the highest total that make a disagreement."""
UNEXPECTED = 2.0
"""Standard deviations of the noise by which a total differs from what the model expects."""


@dataclass(frozen=True)
class Reviewed:
    """A submitted review: whose, of what, with its level for each criterion."""

    application: int
    reviewer: int
    levels: Mapping[int, int]
    total: float | None


@dataclass(frozen=True)
class Results:
    """The submitted reviews of a call, and what follows from them."""

    call: Call
    criteria: Sequence[Criterion]
    reviews: Sequence[Reviewed]

    @cached_property
    def calibration(self) -> Calibration | None:
        """Return the model over all totals; None while there is none."""
        scores = [Score(each.application, each.reviewer, each.total) for each in self.reviews if each.total is not None]
        return calibrate(scores, self.call.places or len({each.application for each in scores})) if scores else None

    def agreement(self) -> dict[int, float | None]:
        """Return Krippendorff's α (ordinal) of each criterion."""
        return {each.id: alpha(self._units(each.id), Scale.ORDINAL) for each in self.criteria}

    def spread(self) -> dict[int, float]:
        """Return how far apart the totals of each application are."""
        totals = self._totals()
        return {number: max(values) - min(values) for number, values in totals.items()}

    def disagreements(self) -> set[int]:
        """Return the applications whose reviews contradict each other, or one of which the model did not expect."""
        apart = {number for number, spread in self.spread().items() if spread >= FAR_APART}
        scored = [each for each in self.reviews if each.total is not None]
        residuals = self.calibration.residuals if self.calibration else ()
        return apart | {each.application for each, off in zip(scored, residuals, strict=True) if abs(off) >= UNEXPECTED}

    def distribution(self, criterion: int, reviewer: int | None = None) -> dict[int, int]:
        """Count how often each level of a criterion was given, by one reviewer or by all."""
        levels = {level["value"]: 0 for each in self.criteria if each.id == criterion for level in each.levels}
        for each in self.reviews:
            if criterion in each.levels and reviewer in (None, each.reviewer):
                levels[each.levels[criterion]] = levels.get(each.levels[criterion], 0) + 1
        return levels

    def _totals(self) -> dict[int, list[float]]:
        found: dict[int, list[float]] = {}
        for each in self.reviews:
            if each.total is not None:
                found.setdefault(each.application, []).append(each.total)
        return found

    def _units(self, criterion: int) -> list[list[float]]:
        units: dict[int, list[float]] = {}
        for each in self.reviews:
            if criterion in each.levels:
                units.setdefault(each.application, []).append(float(each.levels[criterion]))
        return list(units.values())


def results(db: DbSession, call: Call, staff: Staff | None = None) -> Results:
    """Return what the submitted reviews of a call say, without the applications that do not exist for `staff`."""
    found = criteria(db, call.id)
    return Results(call, found, _reviews(db, call, found, reachable(staff) if staff else true()))


def _reviews(db: DbSession, call: Call, found: Sequence[Criterion], condition: ColumnElement[bool]) -> list[Reviewed]:
    of_call = (
        Application.call_id == call.id,
        Application.state == Lifecycle.SUBMITTED,
        Assignment.state == AssignmentState.ASSIGNED,
        Review.state == ReviewState.SUBMITTED,
        condition,
    )
    wanted = (
        select(Review.id, Assignment.application_id, Assignment.reviewer_id)
        .join(Review.assignment)
        .join(Assignment.application)
        .where(*of_call)
        .order_by(Assignment.application_id, Assignment.reviewer_id)
    )
    scores = (
        select(ReviewScore.review_id, ReviewScore.criterion_id, ReviewScore.value)
        .join(Review, Review.id == ReviewScore.review_id)
        .join(Review.assignment)
        .join(Assignment.application)
        .where(*of_call)
    )
    levels: dict[int, dict[int, int]] = {}
    for review, criterion, value in db.execute(scores):
        levels.setdefault(review, {})[criterion] = value
    return [
        Reviewed(application, reviewer, levels.get(review, {}), _total(found, levels.get(review, {})))
        for review, application, reviewer in db.execute(wanted)
    ]


def _total(found: Sequence[Criterion], levels: Mapping[int, int]) -> float | None:
    weighed = [
        Weighed(each.weight, each.required, float(levels[each.id]) if each.id in levels else None) for each in found
    ]
    return total(weighed)
