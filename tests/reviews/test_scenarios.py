"""Scenarios: the best choice under rules, what each rule costs, and which rules cannot be met."""

from itertools import combinations
from random import Random

import pytest

from registrar.reviews.scenarios import Candidate, Limit, NoSuchChoice, choose

FRENCH = Limit("country", "FR", most=1)


def candidates(*given: tuple[float, str]) -> list[Candidate]:
    return [Candidate(number, score, {"country": country}) for number, (score, country) in enumerate(given)]


FIVE = candidates((5, "FR"), (4, "FR"), (3, "DE"), (2, "IT"), (1, "ES"))


def test_without_rules_the_best_are_chosen() -> None:
    found = choose(FIVE, 2)
    assert (found.chosen, found.total, found.without) == (frozenset({0, 1}), 9.0, 9.0)


def test_a_ceiling_says_who_swaps_and_what_it_costs() -> None:
    found = choose(FIVE, 2, [FRENCH])
    assert (found.chosen, found.comes_in, found.goes_out) == (frozenset({0, 2}), (2,), (1,))
    assert [(each.limit, each.price) for each in found.prices] == [(FRENCH, 1)]


def test_a_floor_of_different_countries() -> None:
    assert choose(FIVE, 3, [Limit("country", different=True, least=3)]).chosen == {0, 2, 3}


def test_a_ceiling_for_every_value() -> None:
    assert choose(FIVE, 4, [Limit("country", most=1)]).chosen == {0, 2, 3, 4}


def test_a_ceiling_of_different_countries() -> None:
    assert choose(FIVE, 3, [Limit("country", different=True, most=2)]).chosen == {0, 1, 2}


def test_who_is_fixed_stays_in_or_out() -> None:
    given = [
        Candidate(0, 5, {}, fixed=False),
        Candidate(1, 1, {}, fixed=True),
        Candidate(2, 3, {}),
        Candidate(3, 2, {}),
    ]
    assert choose(given, 2).chosen == {1, 2}


def test_rules_that_cannot_be_met_are_named() -> None:
    impossible = Limit("country", "JP", least=1)
    with pytest.raises(NoSuchChoice) as refused:
        choose(FIVE, 2, [FRENCH, impossible])
    assert refused.value.alone == (impossible,)


@pytest.mark.parametrize("seed", range(8))
def test_no_other_choice_is_better(seed: int) -> None:
    random = Random(seed)
    given = candidates(*((random.randint(10, 50) / 10, random.choice(["FR", "DE", "IT"])) for _ in range(10)))
    limits = [Limit("country", most=2), Limit("country", "IT", least=1)]

    def fits(chosen: tuple[Candidate, ...]) -> bool:
        countries = [each.traits["country"] for each in chosen]
        return max(map(countries.count, countries)) <= 2 and "IT" in countries

    best = max((sum(e.score for e in chosen) for chosen in combinations(given, 4) if fits(chosen)), default=None)
    if best is None:
        with pytest.raises(NoSuchChoice):
            choose(given, 4, limits)
    else:
        assert choose(given, 4, limits).total == pytest.approx(best)
