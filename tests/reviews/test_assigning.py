"""Assignment: as good as an independent solver finds possible, within loads and conflicts, clear about shortages."""

from collections import Counter
from random import Random

import pytest

from registrar.reviews.assigning import (
    Impossible,
    Pair,
    Paper,
    Plan,
    Reader,
    assign,
    groups,
    shortage,
    total_cost,
)
from tests.reviews.cheapest_flow import cheapest


def instance(seed: int, papers: int, readers: int, load: int) -> tuple[list[Paper], list[Reader], set[Pair]]:
    random = Random(seed)
    found = [Paper(n, random.choice(["en", "fr"]), frozenset(random.sample("abcde", 2))) for n in range(papers)]
    panel = [
        Reader(n, load, frozenset(random.choice([("en",), ("en", "fr"), ()])), frozenset(random.sample("abcde", 2)))
        for n in range(readers)
    ]
    barred = {(number, random.randrange(readers)) for number in range(0, papers, 2)}
    return found, panel, barred


@pytest.mark.parametrize("seed", range(12))
def test_the_assignment_costs_what_an_independent_solver_finds(seed: int) -> None:
    papers, readers, barred = instance(seed, papers=10, readers=5, load=8)
    plan = assign(papers, readers, 3, conflicts=barred)
    assert total_cost(papers, readers, plan.pairs) == pytest.approx(cheapest(papers, readers, 3, barred), abs=0.4)


@pytest.mark.parametrize("seed", range(5))
def test_everybody_gets_what_is_asked_for_and_nobody_too_much(seed: int) -> None:
    papers, readers, barred = instance(seed, papers=40, readers=8, load=20)
    plan = assign(papers, readers, 3, conflicts=barred)
    loads = Counter(reader for _, reader in plan.pairs)

    assert Counter(paper for paper, _ in plan.pairs) == {each.number: 3 for each in papers}
    assert plan.pairs & barred == frozenset()
    assert max(loads.values()) <= 20
    assert plan.groups == 1


def test_work_is_spread_evenly_over_equal_reviewers() -> None:
    papers = [Paper(number, "en") for number in range(20)]
    plan = assign(papers, [Reader(number, 20) for number in range(5)], 3)
    assert Counter(reader for _, reader in plan.pairs) == dict.fromkeys(range(5), 12)


def test_existing_work_is_kept_and_completed() -> None:
    papers, readers = [Paper(0, "en"), Paper(1, "en")], [Reader(number, 2) for number in range(3)]
    plan = assign(papers, readers, 2, kept=[(0, 2)])
    assert (0, 2) in plan.pairs
    assert len(plan.new) == 3


def test_who_reads_the_language_comes_before_who_knows_the_subject() -> None:
    paper = Paper(0, "fr", frozenset("a"))
    readers = [Reader(0, 1, frozenset({"en"}), frozenset("a")), Reader(1, 1, frozenset({"fr"}))]
    assert assign([paper], readers, 1) == Plan(frozenset({(0, 1)}), frozenset({(0, 1)}), 1, 0)


def test_a_shortage_says_how_many_reviews_are_missing_and_what_would_do() -> None:
    papers = [Paper(number, "en") for number in range(20)]
    readers = [Reader(number, 14) for number in range(3)]
    with pytest.raises(Impossible) as refused:
        assign(papers, readers, 3)
    found = refused.value.shortage
    assert (found.asked, found.possible, found.missing, found.possible_each) == (60, 42, 18, 2)


def test_a_shortage_names_the_applications_with_too_many_conflicts() -> None:
    papers, readers = [Paper(0, "en"), Paper(1, "en")], [Reader(0, 9), Reader(1, 9)]
    assert shortage(papers, readers, 2, conflicts=[(0, 1)]).short_papers == {0: 1}


def test_groups_of_reviewers_are_counted() -> None:
    assert groups([(0, 0), (0, 1), (1, 2), (1, 3)]) == 2
    assert groups([(0, 0), (0, 1), (1, 1), (1, 2)]) == 1
    assert groups([]) == 0
