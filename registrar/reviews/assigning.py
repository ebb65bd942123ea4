"""Who reviews what: as many reviews as asked for each application, balanced, without conflicts, preferences met.

A transportation problem (applications supply reviews, reviewers take up to their load) whose costs say what is
preferred; each further review of the same reviewer costs more than the one before, which balances. Its linear program
has whole solutions, so HiGHS solves 200 applications × 15 reviewers × 3 in well under a second.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations

from registrar.reviews.programs import Infeasible, Program

Pair = tuple[int, int]
"""An application and a reviewer, by their numbers."""

LANGUAGE_COST = 40.0
"""A reviewer who does not read the application's language."""
EXPERTISE_COST = 10.0
"""A reviewer who knows none of its subjects."""
BALANCE_COST = 1.0
"""The second review of a reviewer costs one more than the first, and so on, in shares of their load."""
VARIETY = 0.01
"""Below every preference: spreads pairs of reviewers, the same way each time."""


@dataclass(frozen=True)
class Paper:
    """An application as assignment sees it."""

    number: int
    language: str
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """A reviewer as assignment sees them."""

    number: int
    load: int
    """Most reviews they take on."""
    languages: frozenset[str] = frozenset()
    """Empty: any."""
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shortage:
    """Why there is no assignment: how many reviews are asked for, and how many can be had at most."""

    asked: int
    possible: int
    short_papers: Mapping[int, int] = field(default_factory=dict)
    """Applications with fewer reviewers without a conflict than reviews are asked for: how many there are."""
    possible_each: int = 0
    """How many reviews each application could have with the reviewers there are."""

    @property
    def missing(self) -> int:
        return self.asked - self.possible


@dataclass(frozen=True)
class Plan:
    """An assignment, new and kept pairs together."""

    pairs: frozenset[Pair]
    new: frozenset[Pair]
    groups: int
    """Into how many groups without a common application the reviewers fall; 1 lets scores be compared."""
    same_pairs: int
    """How often two reviewers share more applications than they must."""


class Impossible(Exception):  # noqa: N818 - an answer, not a fault
    """There is no assignment; says what is short."""

    def __init__(self, shortage: Shortage) -> None:
        super().__init__(shortage)
        self.shortage = shortage


def assign(
    papers: Sequence[Paper],
    readers: Sequence[Reader],
    each: int,
    *,
    conflicts: Collection[Pair] = (),
    kept: Collection[Pair] = (),
) -> Plan:
    """Return who reviews what, `each` reviews per application; raise `Impossible` with what is short.

    Pairs that are kept stay, also beyond a reviewer's load and where an application then has more than `each`.
    """
    barred, fixed = frozenset(conflicts), frozenset(kept) - frozenset(conflicts)
    found = _solve(papers, readers, each, barred, fixed)
    if found is None:
        raise Impossible(shortage(papers, readers, each, conflicts=conflicts, kept=kept))
    pairs = frozenset(found) | fixed
    return Plan(pairs, pairs - fixed, groups(pairs), _repeated(pairs))


def cost(paper: Paper, reader: Reader) -> float:
    """Return how far a pair is from what is preferred, without the balance."""
    language = LANGUAGE_COST if reader.languages and paper.language not in reader.languages else 0.0
    known = not paper.subjects or bool(paper.subjects & reader.subjects)
    return language + (0.0 if known else EXPERTISE_COST)


def total_cost(papers: Sequence[Paper], readers: Sequence[Reader], pairs: Collection[Pair]) -> float:
    """Return what an assignment costs: its preferences and its balance."""
    paper_of, reader_of = {each.number: each for each in papers}, {each.number: each for each in readers}
    loads = Counter(reader for _, reader in pairs)
    preferences = sum(cost(paper_of[paper], reader_of[reader]) for paper, reader in pairs)
    return preferences + sum(_steps(reader_of[reader].load, count) for reader, count in loads.items())


def shortage(
    papers: Sequence[Paper],
    readers: Sequence[Reader],
    each: int,
    *,
    conflicts: Collection[Pair] = (),
    kept: Collection[Pair] = (),
) -> Shortage:
    """Return what is short: in all, and for the applications that too many reviewers may not see."""
    barred, fixed = frozenset(conflicts), frozenset(kept) - frozenset(conflicts)
    free = {paper.number: sum((paper.number, reader.number) not in barred for reader in readers) for paper in papers}
    possible = _most(papers, readers, each, barred, fixed)
    level = next(
        (fewer for fewer in range(each - 1, 0, -1) if _solve(papers, readers, fewer, barred, fixed) is not None), 0
    )
    return Shortage(each * len(papers), possible, {key: count for key, count in free.items() if count < each}, level)


def groups(pairs: Collection[Pair]) -> int:
    """Count the groups of reviewers that are not linked by common applications."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for paper, reader in pairs:
        parent[root(("paper", paper))] = root(("reader", reader))
    return len({root(node) for node in list(parent)})


def _solve(
    papers: Sequence[Paper], readers: Sequence[Reader], each: int, barred: frozenset[Pair], fixed: frozenset[Pair]
) -> list[Pair] | None:
    """Return the new pairs of the cheapest assignment; None where there is none."""
    program, choices = _program(papers, readers, each, barred, fixed, exactly=True)
    try:
        values = program.solve()
    except Infeasible:
        return None
    return [pair for pair, variable in choices.items() if values[variable] > 0.5]


def _most(
    papers: Sequence[Paper], readers: Sequence[Reader], each: int, barred: frozenset[Pair], fixed: frozenset[Pair]
) -> int:
    """Return how many reviews can be had at most."""
    program, choices = _program(papers, readers, each, barred, fixed, exactly=False)
    for variable in choices.values():
        program.costs[variable] = -10_000.0
    values = program.solve()
    held = Counter(paper for paper, _ in fixed)
    kept = sum(min(count, each) for count in held.values())
    return kept + sum(values[variable] > 0.5 for variable in choices.values())


def _program(
    papers: Sequence[Paper],
    readers: Sequence[Reader],
    each: int,
    barred: frozenset[Pair],
    fixed: frozenset[Pair],
    *,
    exactly: bool,
) -> tuple[Program, dict[Pair, int]]:
    """Build the flow: a row per application, a row per reviewer whose steps of load cost more and more."""
    held_by_paper, held_by_reader = Counter(paper for paper, _ in fixed), Counter(reader for _, reader in fixed)
    program, choices = Program(), {}
    needs = {one.number: max(each - held_by_paper[one.number], 0) for one in papers}
    asked = {number: program.row(need if exactly else 0, need) for number, need in needs.items()}
    for reader in readers:
        taken = program.row(0.0, 0.0)
        for step in range(held_by_reader[reader.number], reader.load):
            program.entries[program.variable(_step(reader.load, step))].append((taken, -1.0))
        for paper in papers:
            pair = (paper.number, reader.number)
            if pair not in barred and pair not in fixed:
                price = cost(paper, reader) + VARIETY * _spread(pair)
                choices[pair] = program.variable(price, (asked[paper.number], taken))
    return program, choices


def _step(load: int, taken: int) -> float:
    """Return what the next review costs a reviewer who has taken some, in shares of their load."""
    return BALANCE_COST * (2 * taken + 1) / load


def _steps(load: int, count: int) -> float:
    return sum(_step(load, taken) for taken in range(count)) if load else 0.0


def _spread(pair: Pair) -> float:
    """Return a number from 0 to 1 that looks random and is always the same for the pair."""
    digest = blake2b(f"{pair[0]}:{pair[1]}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32


def _repeated(pairs: Collection[Pair]) -> int:
    """Count how often two reviewers meet beyond the first time that an even spread would need."""
    by_paper: dict[int, list[int]] = {}
    for paper, reader in pairs:
        by_paper.setdefault(paper, []).append(reader)
    met = Counter(duo for readers in by_paper.values() for duo in combinations(sorted(readers), 2))
    count = len({reader for _, reader in pairs})
    duos = count * (count - 1) // 2
    fair = -(-sum(met.values()) // duos) if duos else 0
    return sum(max(times - fair, 0) for times in met.values())
