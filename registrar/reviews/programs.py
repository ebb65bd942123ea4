"""Linear and integer programs, handed to HiGHS: variables with costs and bounds, rows that bound their sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import highspy
import numpy as np

TIME_LIMIT = 20.0
"""Seconds after which the best solution so far is taken."""


class Infeasible(Exception):  # noqa: N818 - an answer, not a fault
    """Nothing fulfils all rows at once."""


@dataclass
class Program:
    """A program to minimise; variables and rows are known by the numbers in which they were added."""

    costs: list[float] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    rows: list[tuple[float, float]] = field(default_factory=list)
    entries: list[list[tuple[int, float]]] = field(default_factory=list)
    """For each variable the rows in which it stands, with its factor."""
    whole: bool = False
    """Whether variables must be whole numbers; a program of flows has a whole solution without being asked."""

    def variable(self, cost: float, rows: Iterable[int] = (), low: float = 0.0, high: float = 1.0) -> int:
        """Add a variable that counts once in each of these rows."""
        self.costs.append(cost)
        self.bounds.append((low, high))
        self.entries.append([(row, 1.0) for row in rows])
        return len(self.costs) - 1

    def row(self, low: float = -inf, high: float = inf, factors: Mapping[int, float] | None = None) -> int:
        """Add a row, over variables that are there already or name it when they are added."""
        self.rows.append((low, high))
        for variable, factor in (factors or {}).items():
            self.entries[variable].append((len(self.rows) - 1, factor))
        return len(self.rows) - 1

    def solve(self) -> list[float]:
        """Return the value of each variable; raise `Infeasible` where there is no solution."""
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # carries no types
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("time_limit", TIME_LIMIT)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.passModel(self._model())
        solver.run()
        if solver.getModelStatus() not in _SOLVED or not solver.getInfo().primal_solution_status:
            raise Infeasible
        return list(solver.getSolution().col_value)

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self.rows)
        model.col_cost_ = np.array(self.costs)
        model.col_lower_, model.col_upper_ = _split(self.bounds)
        model.row_lower_, model.row_upper_ = _split(self.rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.cumsum([0, *map(len, self.entries)])
        model.a_matrix_.index_ = np.array([row for column in self.entries for row, _ in column], dtype=np.int32)
        model.a_matrix_.value_ = np.array([factor for column in self.entries for _, factor in column], dtype=float)
        if self.whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * len(self.costs)
        return model


_SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)


def _split(pairs: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(pairs, dtype=float).reshape(-1, 2)
    return both[:, 0], both[:, 1]
