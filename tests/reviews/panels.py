"""Panels made up from known qualities and habits, to see what can be recovered from their scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registrar.reviews.calibration import Score, calibrate


@dataclass(frozen=True)
class Panel:
    """Scores from 1 to 5, and what they were made from."""

    scores: list[Score]
    qualities: NDArray[np.float64]
    habits: NDArray[np.float64]


def panel(
    seed: int,
    *,
    applications: int = 100,
    reviewers: int = 12,
    each: int = 3,
    habits: float = 0.6,
    noise: float = 0.8,
) -> Panel:
    """Make a panel; `habits` and `noise` are standard deviations, that of the qualities is 1."""
    random = np.random.default_rng(seed)
    quality, habit = random.normal(0, 1, applications), random.normal(0, habits, reviewers)
    scores = [
        Score(number, int(reviewer), float(np.clip(np.round(3 + quality[number] + habit[reviewer] + error), 1, 5)))
        for number in range(applications)
        for reviewer, error in zip(
            random.choice(reviewers, each, replace=False), random.normal(0, noise, each), strict=True
        )
    ]
    return Panel(scores, quality, habit)


def recall(made: Panel, top: int) -> tuple[float, float]:
    """Return which share of the true best the raw and the calibrated order find."""
    best = set(np.argsort(-made.qualities)[:top].tolist())
    found = calibrate(made.scores, top).applications
    by_raw = sorted(found, key=lambda key: (-found[key].raw, key))[:top]
    by_score = sorted(found, key=lambda key: (-found[key].score, key))[:top]
    return len(best & set(by_raw)) / top, len(best & set(by_score)) / top
