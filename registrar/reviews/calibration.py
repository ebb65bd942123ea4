"""Scores freed from the habits of those who gave them, with how sure they are.

The model is y = μ + f(application) + b(reviewer) + ε with f ~ N(0, α_f), b ~ N(0, α_b) and ε ~ N(0, σ²). Its best
linear unbiased prediction solves Henderson's mixed model equations: ridge regression with λ = σ²/α. The variances are
estimated from the data by restricted maximum likelihood (EM). Sources: Henderson 1975; Platt & Burges 2012,
"Regularized bootstrapping for reviewer calibration"; Ge, Welling & Ghahramani 2013; NIPS 2014 consistency experiment.
"""

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
AT_ONCE = 500
"""Draws held in memory together."""
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
    solution = system.solve(found)
    chances = _chances(solution, found.noise, top)
    return Calibration(
        mean=float(solution.mean),
        variances=found,
        applications=_estimates(system, solution, found.noise, chances),
        reviewers=dict(zip(system.reviewers, map(float, solution.habits), strict=True)),
        groups=_groups(system),
        few=tuple(key for key, count in system.reviewer_counts().items() if count < FEW_REVIEWS),
        settles_most=_settles_most(system, solution, chances, found.noise),
        residuals=tuple(map(float, system.residuals(solution) / np.sqrt(found.noise))),
    )


@dataclass(frozen=True)
class _Solution:
    """What solves the mixed model equations, with the parts of the inverse of their matrix that are needed."""

    mean: float
    qualities: Matrix
    """f of each application."""
    habits: Matrix
    """b of each reviewer."""
    own: Matrix
    """For each application the part of its variance that it shares with no other."""
    shared: Matrix
    """How each application's quality with the mean (μ + f) depends on the mean and the habits."""
    core: Matrix
    """Inverse over the mean and the habits: the smaller block, of reviewers, and not the larger, of applications."""
    spread_of_qualities: float
    """Sum of the variances of f, in units of the noise."""

    def spread(self) -> Matrix:
        """Return the variance of μ + f of each application, in units of the noise."""
        return np.asarray(self.own + ((self.shared @ self.core) * self.shared).sum(axis=1), dtype=np.float64)


class _System:
    """The scores as sums and counts: of each application, of each reviewer, and of each pair of them.

    An application's equation names no other application, so applications are eliminated one by one and only the
    equations of the mean and the reviewers remain to be solved together (their Schur complement).
    """

    def __init__(self, scores: Sequence[Score]) -> None:
        self.applications = list(dict.fromkeys(each.application for each in scores))
        self.reviewers = list(dict.fromkeys(each.reviewer for each in scores))
        self.values: Matrix = np.array([each.value for each in scores], dtype=float)
        places = {key: number for number, key in enumerate(self.applications)}
        habits = {key: number for number, key in enumerate(self.reviewers)}
        self.places: NDArray[np.int64] = np.array([places[each.application] for each in scores])
        self.habits: NDArray[np.int64] = np.array([habits[each.reviewer] for each in scores])
        pairs = np.zeros((len(places), 1 + len(habits)))
        np.add.at(pairs, (self.places, 1 + self.habits), 1.0)
        pairs[:, 0] = pairs[:, 1:].sum(axis=1)
        self._pairs: Matrix = pairs
        self._products = {
            int(count): pairs[pairs[:, 0] == count].T @ pairs[pairs[:, 0] == count] for count in np.unique(pairs[:, 0])
        }
        self._sums: Matrix = np.asarray(np.bincount(self.places, self.values, len(places)), dtype=np.float64)
        self._core_sums: Matrix = np.append(self.values.sum(), np.bincount(self.habits, self.values, len(habits)))

    def solve(self, variances: Variances) -> _Solution:
        """Solve the mixed model equations; what depends on their number of scores alone is added up by that."""
        penalty = variances.noise / variances.applications
        own = 1.0 / (self._pairs[:, 0] + penalty)
        weights = self._pairs * own[:, None]
        counts = self._pairs.sum(axis=0)
        left = np.diag(counts + variances.noise / variances.reviewers)
        left[0, :], left[:, 0] = counts, counts
        core = np.linalg.inv(left - sum(each / (count + penalty) for count, each in self._products.items()))
        found = core @ (self._core_sums - weights.T @ self._sums)
        shared = -weights
        shared[:, 0] += 1.0
        through_core = sum(
            float((core * each).sum()) / (count + penalty) ** 2 for count, each in self._products.items()
        )
        qualities, spread = own * self._sums - weights @ found, float(own.sum()) + through_core
        return _Solution(float(found[0]), qualities, found[1:], own, shared, core, spread)

    def residuals(self, solution: _Solution) -> Matrix:
        expected = solution.mean + solution.qualities[self.places] + solution.habits[self.habits]
        return np.asarray(self.values - expected, dtype=np.float64)

    def reviewer_counts(self) -> dict[Hashable, int]:
        return dict(zip(self.reviewers, map(int, self._pairs[:, 1:].sum(axis=0)), strict=True))

    def raw_means(self) -> list[tuple[float, int]]:
        """Return the raw mean of each application, and of how many scores."""
        counts = self._pairs[:, 0]
        return [(float(mean), int(count)) for mean, count in zip(self._sums / counts, counts, strict=True)]


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
    solution = system.solve(found)
    qualities, habits = solution.qualities, solution.habits
    applications = (qualities @ qualities + found.noise * solution.spread_of_qualities) / len(qualities)
    reviewers = (habits @ habits + found.noise * np.diag(solution.core)[1:].sum()) / len(habits)
    noise = (system.values @ system.residuals(solution)) / max(len(system.values) - 1, 1)
    return Variances(max(float(applications), least), max(float(reviewers), least), max(float(noise), least))


def _chances(solution: _Solution, noise: float, top: int) -> Matrix:
    """Return how often each application is among the best `top` in draws from the posterior; the seed is fixed."""
    count = len(solution.qualities)
    if top >= count:
        return np.ones(count)
    if top <= 0:
        return np.zeros(count)
    random, times = np.random.default_rng(20_150_331), np.zeros(count)
    together = solution.shared @ np.linalg.cholesky(solution.core)
    for _ in range(DRAWS // AT_ONCE):
        errors = random.standard_normal((AT_ONCE, count)) * np.sqrt(solution.own)
        errors += random.standard_normal((AT_ONCE, together.shape[1])) @ together.T
        sampled = solution.qualities + np.sqrt(noise) * errors
        best = np.argpartition(-sampled, top - 1, axis=1)[:, :top]
        times += np.bincount(best.ravel(), minlength=count)
    return times / DRAWS


def _estimates(system: _System, solution: _Solution, noise: float, chances: Matrix) -> dict[Hashable, Estimate]:
    scores = solution.mean + solution.qualities
    reach = WITHIN * np.sqrt(noise * solution.spread())
    found = zip(system.applications, scores, reach, system.raw_means(), chances, strict=True)
    return {
        key: Estimate(float(score), float(score - wide), float(score + wide), *raw, float(chance))
        for key, score, wide, raw, chance in found
    }


def _settles_most(system: _System, solution: _Solution, chances: Matrix, noise: float) -> Any:
    """Name the open application whose uncertainty one more review shrinks most: p(1 − p) · v² / (v + σ²)."""
    variance = noise * solution.spread()
    gain = chances * (1 - chances) * variance**2 / (variance + noise)
    best = int(np.argmax(gain))
    low, high = TOSS_UP
    return system.applications[best] if low < chances[best] < high else None


def _groups(system: _System) -> int:
    """Count the connected parts of the graph of applications and reviewers."""
    parent = list(range(len(system.applications) + len(system.reviewers)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for place, habit in zip(system.places.tolist(), system.habits.tolist(), strict=True):
        parent[root(place)] = root(len(system.applications) + habit)
    return len({root(number) for number in range(len(parent))})
