"""Which applications would be chosen under rules like "at most 3 per country", and what each rule costs.

A small integer program over the total of the scores. It proposes; people decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from registrar.reviews.programs import Infeasible, Program


@dataclass(frozen=True)
class Candidate:
    """An application as a scenario sees it."""

    number: int
    score: float
    traits: Mapping[str, str]
    """`{"country": "FR", "kind": "museum"}`."""
    fixed: bool | None = None
    """True: chosen whatever the rules say; False: not to be chosen."""


@dataclass(frozen=True)
class Limit:
    """A floor or a ceiling for a trait: of one value, of every value (`value` None), or of how many values occur."""

    trait: str
    value: str | None = None
    least: int | None = None
    most: int | None = None
    different: bool = False
    """Counts different values among the chosen: "at least 8 countries"."""


@dataclass(frozen=True)
class Priced:
    """What a rule costs: how much higher the total would be without it; None where that changes nothing."""

    limit: Limit
    price: float


@dataclass(frozen=True)
class Outcome:
    """Who would be chosen, against the best total without rules: who comes in, who goes out, what each rule costs."""

    chosen: frozenset[int]
    total: float
    without: float
    comes_in: tuple[int, ...]
    goes_out: tuple[int, ...]
    prices: tuple[Priced, ...]


class NoSuchChoice(Exception):  # noqa: N818 - an answer, not a fault
    """No choice fulfils all rules; `alone` are the rules without each of which there would be one."""

    def __init__(self, alone: tuple[Limit, ...]) -> None:
        super().__init__(alone)
        self.alone = alone


def choose(candidates: Sequence[Candidate], places: int, limits: Sequence[Limit] = ()) -> Outcome:
    """Return the best choice of at most `places` applications under the rules; raise `NoSuchChoice`."""
    free = _best(candidates, places, ())
    best = _best(candidates, places, limits)
    if free is None or best is None:
        raise NoSuchChoice(tuple(limit for limit in limits if _best(candidates, places, _without(limits, limit))))
    scores = {each.number: each.score for each in candidates}
    by_score = sorted(scores, key=lambda number: (-scores[number], number))
    total = _total(best, scores)
    return Outcome(
        best,
        total,
        _total(free, scores),
        tuple(number for number in by_score if number in best - free),
        tuple(number for number in by_score if number in free - best),
        tuple(Priced(limit, _price(candidates, places, limits, limit, total, scores)) for limit in limits),
    )


def _price(
    candidates: Sequence[Candidate],
    places: int,
    limits: Sequence[Limit],
    limit: Limit,
    total: float,
    scores: Mapping[int, float],
) -> float:
    found = _best(candidates, places, _without(limits, limit))
    return max(_total(found, scores) - total, 0.0) if found is not None else 0.0


def _without(limits: Sequence[Limit], limit: Limit) -> list[Limit]:
    return [each for each in limits if each is not limit]


def _total(chosen: frozenset[int], scores: Mapping[int, float]) -> float:
    return sum(scores[number] for number in sorted(chosen))


def _best(candidates: Sequence[Candidate], places: int, limits: Sequence[Limit]) -> frozenset[int] | None:
    """Return the best choice; equal ones are told apart by their numbers. None where there is no choice."""
    program = Program(whole=True)
    count = min(places, sum(each.fixed is not False for each in candidates))
    everybody = program.row(count, count)
    lowest = min((each.score for each in candidates), default=0.0)
    picks = {}
    for order, each in enumerate(sorted(candidates, key=lambda one: one.number)):
        low, high = (1.0, 1.0) if each.fixed else (0.0, 0.0 if each.fixed is False else 1.0)
        picks[each.number] = program.variable(-(each.score - lowest) + order * 1e-7, (everybody,), low, high)
    for limit in limits:
        _add(program, picks, candidates, limit)
    try:
        values = program.solve()
    except Infeasible:
        return None
    return frozenset(number for number, variable in picks.items() if values[variable] > 0.5)


def _add(program: Program, picks: Mapping[int, int], candidates: Sequence[Candidate], limit: Limit) -> None:
    of_value: dict[str, list[int]] = {}
    for each in candidates:
        if value := each.traits.get(limit.trait, ""):
            of_value.setdefault(value, []).append(picks[each.number])
    low = -inf if limit.least is None else float(limit.least)
    high = inf if limit.most is None else float(limit.most)
    if limit.different:
        _add_different(program, of_value, low, high)
    elif limit.value is not None:
        program.row(low, high, dict.fromkeys(of_value.get(limit.value, ()), 1.0))
    else:
        for variables in of_value.values():
            program.row(low, high, dict.fromkeys(variables, 1.0))


def _add_different(program: Program, of_value: Mapping[str, Sequence[int]], low: float, high: float) -> None:
    """Give each value a variable that says whether it occurs among the chosen, and bound their number."""
    occurs = []
    for variables in of_value.values():
        mark = program.variable(0.0)
        program.row(0.0, inf, {**dict.fromkeys(variables, 1.0), mark: -1.0})  # it occurs only if one is chosen
        program.row(-inf, 0.0, {**dict.fromkeys(variables, 1.0), mark: -float(len(variables))})  # one chosen: it occurs
        occurs.append(mark)
    program.row(low, high, dict.fromkeys(occurs, 1.0))
