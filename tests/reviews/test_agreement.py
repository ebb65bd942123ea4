"""Krippendorff's α against published tables, missing values included."""

import pytest

from registrar.reviews.agreement import Scale, alpha

N = None
OBSERVERS: tuple[tuple[float | None, ...], ...] = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3),
    (N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N),
)
"""Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: four observers, twelve units."""
BINARY = ((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0))
"""The same paper, section A: two observers, nothing missing."""


def units(*observers: tuple[float | None, ...]) -> list[list[float]]:
    return [[each for each in unit if each is not None] for unit in zip(*observers, strict=True)]


@pytest.mark.parametrize(("scale", "value"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)])
def test_the_published_values_with_missing_data(scale: Scale, value: float) -> None:
    found = alpha(units(*OBSERVERS), scale)
    assert found is not None
    assert round(found, 3) == value


def test_the_published_value_of_binary_data() -> None:
    found = alpha(units(*BINARY), Scale.NOMINAL)
    assert found is not None
    assert round(found, 3) == 0.095


def test_two_levels_are_the_same_on_every_scale() -> None:
    values = [alpha(units(*BINARY), scale) for scale in Scale]
    assert values == pytest.approx([values[0]] * 3)


def test_full_agreement_is_one() -> None:
    assert alpha([[1, 1], [2, 2, 2], [3, 3]]) == 1


def test_agreement_below_chance_is_negative() -> None:
    found = alpha([[1, 2], [2, 1], [1, 2]], Scale.NOMINAL)
    assert found is not None
    assert found < 0


@pytest.mark.parametrize("given", [[], [[1]], [[1], [2]], [[3, 3], [3, 3]]])
def test_nothing_to_compare_gives_no_value(given: list[list[float]]) -> None:
    assert alpha(given) is None
