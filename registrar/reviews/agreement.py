"""How far reviewers agree on a criterion: Krippendorff's α with missing values, for nominal, ordinal and interval data.

Source: K. Krippendorff, "Computing Krippendorff's alpha-reliability", 2011: α = 1 − D_o / D_e over the matrix of
coincidences. 1 is agreement without exception, 0 what chance gives; below 0.667 a criterion is read differently by
different people, which speaks of the criterion and not of a person.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import permutations

ENOUGH = 0.667
"""Least α for tentative conclusions (Krippendorff 2004)."""


class Scale(StrEnum):
    """What the difference between two values means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


Units = Sequence[Sequence[float]]
"""For each application the values that it was given; missing ones are left out."""


def alpha(units: Units, scale: Scale = Scale.ORDINAL) -> float | None:
    """Return Krippendorff's α; None where no two values can be compared or all of them are the same."""
    coincidences = _coincidences(units)
    totals: dict[float, float] = {}
    for (one, _), weight in coincidences.items():
        totals[one] = totals.get(one, 0.0) + weight
    count = sum(totals.values())
    difference = _DIFFERENCES[scale](totals)
    expected = sum(totals[one] * totals[other] * difference(one, other) for one in totals for other in totals)
    if count < 2 or expected == 0:
        return None
    observed = sum(weight * difference(one, other) for (one, other), weight in coincidences.items())
    return 1 - (count - 1) * observed / expected


def _coincidences(units: Units) -> Mapping[tuple[float, float], float]:
    """Count the pairs of values within each unit, each with 1 / (values of the unit − 1)."""
    found: dict[tuple[float, float], float] = {}
    for values in units:
        for pair in permutations(values, 2):
            found[pair] = found.get(pair, 0.0) + 1 / (len(values) - 1)
    return found


Difference = Callable[[float, float], float]


def _nominal(_totals: Mapping[float, float]) -> Difference:
    return lambda one, other: float(one != other)


def _interval(_totals: Mapping[float, float]) -> Difference:
    return lambda one, other: (one - other) ** 2


def _ordinal(totals: Mapping[float, float]) -> Difference:
    """The square of how many values stand between two, their own counted half."""
    below: dict[float, float] = {}
    running = 0.0
    for value in sorted(totals):
        below[value] = running + totals[value] / 2
        running += totals[value]
    return lambda one, other: (below[one] - below[other]) ** 2


_DIFFERENCES = {Scale.NOMINAL: _nominal, Scale.ORDINAL: _ordinal, Scale.INTERVAL: _interval}
