"""What the reviews of a call say together: totals, calibrated scores, agreement, disagreement; all from the record.

Everything is read with a handful of queries, however many applications there are. What was computed is kept as long as
no review changes: the same reviews give the same result.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Engine,
    ScalarSelect,
    Select,
    String,
    cast,
    func,
    literal,
    select,
    true,
)

from registrar.accounts.models import Staff
from registrar.applications.conflicts import barred, reachable
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.calls.models import Call
from registrar.db import DbSession
from registrar.reviews.agreement import Scale, alpha
from registrar.reviews.calibration import Calibration, Estimate, Score, calibrate
from registrar.reviews.models import Assignment, Criterion, Review, ReviewScore
from registrar.reviews.reviewing import criteria
from registrar.reviews.rules import AssignmentState, ReviewState, Weighed, total

FAR_APART = 2.0
"""Levels between the lowest and the highest total that make a disagreement."""
UNEXPECTED = 2.0
"""Standard deviations of the noise by which a total differs from what the model expects."""
KEPT = 16
"""Results that a process keeps."""


@dataclass(frozen=True)
class Reviewed:
    """A submitted review: whose, of what, with its level for each criterion."""

    application: int
    reviewer: int
    levels: Mapping[int, int]
    total: float | None


@dataclass(frozen=True)
class Panel:
    """The submitted reviews of a call as values, and what follows from them; each thing is computed once."""

    reviews: Sequence[Reviewed]
    places: int | None

    @cached_property
    def calibration(self) -> Calibration | None:
        """Return the model over all totals; None while there is none."""
        scores = [Score(each.application, each.reviewer, each.total) for each in self.reviews if each.total is not None]
        return calibrate(scores, self.places or len({each.application for each in scores})) if scores else None

    @cached_property
    def estimates(self) -> Mapping[Hashable, Estimate]:
        """Return the estimate of each application that has a score."""
        return self.calibration.applications if self.calibration else {}

    @cached_property
    def ranks(self) -> dict[Hashable, int]:
        """Return the place of each application by calibrated score, from 1."""
        return _ranked({key: each.score for key, each in self.estimates.items()})

    @cached_property
    def raw_ranks(self) -> dict[Hashable, int]:
        """Return the place of each application by raw mean, from 1."""
        return _ranked({key: each.raw for key, each in self.estimates.items()})

    @cached_property
    def cut(self) -> float | None:
        """Return the calibrated score between the last place and the first without one; None if nobody is left out."""
        scores = sorted((each.score for each in self.estimates.values()), reverse=True)
        if not self.places or self.places >= len(scores):
            return None
        return (scores[self.places - 1] + scores[self.places]) / 2

    @cached_property
    def spread(self) -> dict[int, float]:
        """Return how far apart the totals of each application are."""
        found: dict[int, list[float]] = {}
        for each in self.reviews:
            if each.total is not None:
                found.setdefault(each.application, []).append(each.total)
        return {number: max(values) - min(values) for number, values in found.items()}

    @cached_property
    def disagreements(self) -> frozenset[int]:
        """Return the applications whose reviews contradict each other, or one of which the model did not expect."""
        apart = {number for number, spread in self.spread.items() if spread >= FAR_APART}
        scored = [each for each in self.reviews if each.total is not None]
        residuals = self.calibration.residuals if self.calibration else ()
        unexpected = {each.application for each, off in zip(scored, residuals, strict=True) if abs(off) >= UNEXPECTED}
        return frozenset(apart | unexpected)

    @cached_property
    def toss_ups(self) -> frozenset[Hashable]:
        """Return the applications whose place among the best is open."""
        return frozenset(self.calibration.toss_ups() if self.calibration else ())

    @cached_property
    def totals(self) -> dict[int, list[float]]:
        """Return the totals that each reviewer gave."""
        found: dict[int, list[float]] = {}
        for each in self.reviews:
            if each.total is not None:
                found.setdefault(each.reviewer, []).append(each.total)
        return found

    @cached_property
    def single(self) -> int:
        """Count the applications that have one score only."""
        return sum(each.reviews == 1 for each in self.estimates.values())

    @cached_property
    def agreement(self) -> dict[int, float | None]:
        """Return Krippendorff's α (ordinal) of each criterion that has a score."""
        units: dict[int, dict[int, list[float]]] = {}
        for each in self.reviews:
            for criterion, level in each.levels.items():
                units.setdefault(criterion, {}).setdefault(each.application, []).append(float(level))
        return {criterion: alpha(list(found.values()), Scale.ORDINAL) for criterion, found in units.items()}

    @cached_property
    def given(self) -> dict[tuple[int, int], dict[int, int]]:
        """Count how often each reviewer gave each level of each criterion, by (criterion, reviewer)."""
        found: dict[tuple[int, int], dict[int, int]] = {}
        for each in self.reviews:
            for criterion, level in each.levels.items():
                counts = found.setdefault((criterion, each.reviewer), {})
                counts[level] = counts.get(level, 0) + 1
        return found


@dataclass(frozen=True)
class Results:
    """The submitted reviews of a call beside its rubric."""

    call: Call
    criteria: Sequence[Criterion]
    panel: Panel

    @property
    def scale(self) -> tuple[float, float]:
        """Return the lowest and the highest level of the rubric, with half a level around them for intervals."""
        values = [float(level["value"]) for each in self.criteria for level in each.levels]
        return min(values, default=1.0) - 0.5, max(values, default=5.0) + 0.5

    def distribution(self, criterion: Criterion, reviewer: int | None = None) -> dict[int, int]:
        """Count how often each level of a criterion was given, by one reviewer or by all."""
        levels = {int(level["value"]): 0 for level in criterion.levels}
        for (of, by), counts in self.panel.given.items():
            if of == criterion.id and reviewer in (None, by):
                for level, count in counts.items():
                    levels[level] = levels.get(level, 0) + count
        return levels


def results(db: DbSession, call: Call, staff: Staff | None = None) -> Results:
    """Return what the submitted reviews of a call say, without the applications that do not exist for `staff`."""
    found = criteria(db, call.id)
    condition = reachable(staff) if staff else true()
    rubric = tuple((each.id, each.weight, each.required) for each in found)
    key = (call.id, call.places, rubric, _state(db, call, staff))
    kept = _kept(db)
    panel = kept.get(key) or kept.put(key, Panel(_reviews(db, call, found, condition), call.places))
    return Results(call, found, panel)


class _Kept:
    """The panels that were used last."""

    def __init__(self) -> None:
        self._panels: OrderedDict[Hashable, Panel] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Panel | None:
        with self._lock:
            if key in self._panels:
                self._panels.move_to_end(key)
            return self._panels.get(key)

    def put(self, key: Hashable, panel: Panel) -> Panel:
        with self._lock:
            self._panels[key] = panel
            while len(self._panels) > KEPT:
                self._panels.popitem(last=False)
        return panel


_BY_POOL: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()
"""What is known of a database ends with its connections: after a restore the same numbers may mean something else."""


def _kept(db: DbSession) -> _Kept:
    bind = db.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    return _BY_POOL.setdefault(engine.pool, _Kept())


def _state(db: DbSession, call: Call, staff: Staff | None) -> tuple[str, ...]:
    """Return what changes whenever a review of the call changes, or what exists for `staff`.

    Each save raises the review's version. What does not exist is named one by one, so that nobody gets the results of
    somebody for whom more exists.
    """
    number, version = cast(Review.id, BigInteger), cast(Review.version, BigInteger)
    sums = (func.count(), func.sum(number), func.sum(version), func.sum(number * version))
    hidden = _barred(staff) if staff else literal("")
    return tuple(str(each) for each in db.execute(_submitted(call, true(), *sums, hidden)).one())


def _barred(staff: Staff) -> ScalarSelect[str]:
    """Select the applications that do not exist for a member of staff, as one text."""
    theirs = barred(staff).subquery()
    return select(func.aggregate_strings(cast(theirs.c.application_id, String), ",")).scalar_subquery()


def _submitted(call: Call, condition: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Select from the submitted reviews of the applications that count."""
    joined = select(*columns).select_from(Review).join(Review.assignment).join(Assignment.application)
    return joined.where(
        Application.call_id == call.id,
        Application.state == Lifecycle.SUBMITTED,
        Assignment.state == AssignmentState.ASSIGNED,
        Review.state == ReviewState.SUBMITTED,
        condition,
    )


def _reviews(db: DbSession, call: Call, found: Sequence[Criterion], condition: ColumnElement[bool]) -> list[Reviewed]:
    """Read every review with its scores; a review without any has one row."""
    about = (Assignment.application_id, Assignment.reviewer_id)
    statement = _submitted(call, condition, *about, ReviewScore.criterion_id, ReviewScore.value)
    statement = statement.outerjoin(ReviewScore, ReviewScore.review_id == Review.id)
    levels: dict[tuple[int, int], dict[int, int]] = {}
    for application, reviewer, criterion, value in db.execute(statement):
        given = levels.setdefault((application, reviewer), {})
        if criterion is not None:
            given[criterion] = value
    return [Reviewed(*pair, given, _total(found, given)) for pair, given in sorted(levels.items())]


def _total(found: Sequence[Criterion], levels: Mapping[int, int]) -> float | None:
    weighed = [
        Weighed(each.weight, each.required, float(levels[each.id]) if each.id in levels else None) for each in found
    ]
    return total(weighed)


def _ranked(scores: Mapping[Hashable, float]) -> dict[Hashable, int]:
    """Number the scores from the highest; equal ones in the order of their applications."""
    order = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: place for place, key in enumerate(order, start=1)}
