"""Scores freed from the habits of those who gave them, with how sure they are.

The model is y = μ + f(application) + b(reviewer) + ε with f ~ N(0, α_f), b ~ N(0, α_b) and ε ~ N(0, σ²). Its best
linear unbiased prediction solves Henderson's mixed model equations: ridge regression with λ = σ²/α. The variances are
estimated from the data by restricted maximum likelihood (EM). Sources: Henderson 1975; Platt & Burges 2012,
"Regularized bootstrapping for reviewer calibration"; Ge, Welling & Ghahramani 2013; NIPS 2014 consistency experiment.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

FEW_REVIEWS = 5
"""A reviewer with fewer says too little about their habits."""
ROUNDS = 200
"""Most steps of the estimation."""
CLOSE_ENOUGH = 1e-6
SMALLEST_SHARE = 1e-3
"""Least share of the scores' variance that a source of it keeps, so that every matrix can be inverted."""
DRAWS = 4000
TOSS_UP = (0.1, 0.9)
"""Chances between these two make a toss-up."""
WITHIN = 1.959964
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True)
class Score:
    """What a reviewer gave to an application."""

    application: Hashable
    reviewer: Hashable
    value: float


@dataclass(frozen=True)
class Variances:
    """How much of the difference between scores comes from applications, from reviewers, and from chance."""

    applications: float
    reviewers: float
    noise: float


@dataclass(frozen=True)
class Estimate:
    """One application: its calibrated score with its interval of 95 %, and its raw mean beside it."""

    score: float
    low: float
    high: float
    raw: float
    reviews: int
    in_top: float
    """Chance of being among the best N; 0 to 1."""


@dataclass(frozen=True)
class Calibration:
    """The model over one set of scores."""

    mean: float
    variances: Variances
    applications: dict[Hashable, Estimate]
    reviewers: dict[Hashable, float]
    """How much more than others a reviewer gives."""
    groups: int
    """Into how many groups without a common reviewer or application the scores fall; 1 is connected."""
    few: tuple[Hashable, ...] = ()
    """Reviewers with fewer than five reviews."""
    settles_most: Hashable | None = None
    """The application where one more review would settle most; None where nothing is open."""
    residuals: tuple[float, ...] = field(default=(), repr=False)
    """Of each score in the order given, in standard deviations of the noise."""

    def toss_ups(self) -> list[Hashable]:
        """Return the applications whose place among the best N is open."""
        low, high = TOSS_UP
        return [key for key, each in self.applications.items() if low < each.in_top < high]


def calibrate(scores: Sequence[Score], top: int, variances: Variances | None = None) -> Calibration:
    """Fit the model; `top` is how many places there are. The same scores give the same result.

    Raise `ValueError` where there is no score at all.
    """
    if not scores:
        raise ValueError("There are no scores.")
    system = _System(scores)
    found = variances or _estimate(system)
    solution, inverse = system.solve(found)
    quality, spread = _qualities(system, solution, inverse, found.noise)
    chances = _chances(quality, spread, top)
    return Calibration(
        mean=float(solution[0]),
        variances=found,
        applications=_estimates(system, quality, spread, chances),
        reviewers=dict(zip(system.reviewers, map(float, solution[1 + len(system.applications) :]), strict=True)),
        groups=_groups(system),
        few=tuple(key for key, count in system.reviewer_counts().items() if count < FEW_REVIEWS),
        settles_most=_settles_most(system, spread, chances, found.noise),
        residuals=tuple(map(float, system.residuals(solution) / np.sqrt(found.noise))),
    )


class _System:
    """The scores as a design matrix: a column for the mean, one per application, one per reviewer."""

    def __init__(self, scores: Sequence[Score]) -> None:
        self.applications = list(dict.fromkeys(each.application for each in scores))
        self.reviewers = list(dict.fromkeys(each.reviewer for each in scores))
        self.values: Matrix = np.array([each.value for each in scores], dtype=float)
        places = {key: 1 + number for number, key in enumerate(self.applications)}
        habits = {key: 1 + len(places) + number for number, key in enumerate(self.reviewers)}
        self.rows = [(places[each.application], habits[each.reviewer]) for each in scores]
        design = np.zeros((len(scores), 1 + len(places) + len(habits)))
        for number, (place, habit) in enumerate(self.rows):
            design[number, [0, place, habit]] = 1.0
        self._design: Matrix = design
        self._products: Matrix = design.T @ design
        self._sums: Matrix = design.T @ self.values

    def solve(self, variances: Variances) -> tuple[Matrix, Matrix]:
        """Return the solution of the mixed model equations and the inverse of their matrix."""
        penalties = np.zeros(len(self._sums))
        penalties[1 : 1 + len(self.applications)] = variances.noise / variances.applications
        penalties[1 + len(self.applications) :] = variances.noise / variances.reviewers
        inverse = np.asarray(np.linalg.inv(self._products + np.diag(penalties)), dtype=np.float64)
        return inverse @ self._sums, inverse

    def residuals(self, solution: Matrix) -> Matrix:
        return np.asarray(self.values - self._design @ solution, dtype=np.float64)

    def reviewer_counts(self) -> dict[Hashable, int]:
        counts = Counter(habit for _, habit in self.rows)
        first = 1 + len(self.applications)
        return {key: counts[first + number] for number, key in enumerate(self.reviewers)}

    def application_scores(self) -> list[Matrix]:
        """Return the raw scores of each application."""
        found: list[list[float]] = [[] for _ in self.applications]
        for (place, _), value in zip(self.rows, self.values, strict=True):
            found[place - 1].append(float(value))
        return [np.array(each) for each in found]


def _estimate(system: _System) -> Variances:
    """Estimate the variances by restricted maximum likelihood, with the steps of expectation and maximisation."""
    total = max(float(np.var(system.values)), 1e-6)
    found = Variances(total / 2, total / 4, total / 2)
    least = total * SMALLEST_SHARE
    for _ in range(ROUNDS):
        step = _step(system, found, least)
        change = max(abs(_of(step, name) - _of(found, name)) for name in ("applications", "reviewers", "noise"))
        found = step
        if change < CLOSE_ENOUGH * total:
            break
    return found


def _of(variances: Variances, name: str) -> float:
    return float(getattr(variances, name))


def _step(system: _System, found: Variances, least: float) -> Variances:
    solution, inverse = system.solve(found)
    count, many = len(system.applications), len(system.reviewers)
    spread = np.diag(inverse) * found.noise
    of_applications, of_reviewers = slice(1, 1 + count), slice(1 + count, None)
    applications = (solution[of_applications] @ solution[of_applications] + spread[of_applications].sum()) / count
    reviewers = (solution[of_reviewers] @ solution[of_reviewers] + spread[of_reviewers].sum()) / many
    noise = (system.values @ system.residuals(solution)) / max(len(system.values) - 1, 1)
    return Variances(max(float(applications), least), max(float(reviewers), least), max(float(noise), least))


def _qualities(system: _System, solution: Matrix, inverse: Matrix, noise: float) -> tuple[Matrix, Matrix]:
    """Return μ + f of each application and the covariance of these."""
    count = len(system.applications)
    pick = np.hstack([np.ones((count, 1)), np.eye(count), np.zeros((count, len(system.reviewers)))])
    spread: Matrix = noise * (pick @ inverse @ pick.T)
    quality: Matrix = pick @ solution
    return quality, spread


def _chances(quality: Matrix, spread: Matrix, top: int) -> Matrix:
    """Return how often each application is among the best `top` in draws from the posterior; the seed is fixed."""
    count = len(quality)
    if top >= count:
        return np.ones(count)
    if top <= 0:
        return np.zeros(count)
    draws = np.random.default_rng(20_150_331).standard_normal((DRAWS, count))
    roots = np.linalg.cholesky(spread + np.eye(count) * 1e-9 * max(float(np.trace(spread)) / count, 1e-9))
    sampled = quality + draws @ roots.T
    best = np.argpartition(-sampled, top - 1, axis=1)[:, :top]
    return np.bincount(best.ravel(), minlength=count) / DRAWS


def _estimates(system: _System, quality: Matrix, spread: Matrix, chances: Matrix) -> dict[Hashable, Estimate]:
    reach = WITHIN * np.sqrt(np.diag(spread))
    found = zip(system.applications, quality, reach, system.application_scores(), chances, strict=True)
    return {
        key: Estimate(
            float(score), float(score - wide), float(score + wide), float(raw.mean()), len(raw), float(chance)
        )
        for key, score, wide, raw, chance in found
    }


def _settles_most(system: _System, spread: Matrix, chances: Matrix, noise: float) -> Any:
    """Name the open application whose uncertainty one more review shrinks most: p(1 − p) · v² / (v + σ²)."""
    variance = np.diag(spread)
    gain = chances * (1 - chances) * variance**2 / (variance + noise)
    best = int(np.argmax(gain))
    low, high = TOSS_UP
    return system.applications[best] if low < chances[best] < high else None


def _groups(system: _System) -> int:
    """Count the connected parts of the graph of applications and reviewers."""
    parent = list(range(1 + len(system.applications) + len(system.reviewers)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for place, habit in system.rows:
        parent[root(place)] = root(habit)
    return len({root(number) for number in range(1, len(parent))})
