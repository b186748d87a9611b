"""The budget at which each cohort comes in where there are limits, which no single order of spending can say.

The budget becomes a variable of the linear relaxation, with every limit in it, and money a price: for each price the
best plan of the relaxation comes with the budget that it needs. Between two of these plans the price of the line
through them is tried next, and where nothing lies above the line the two are neighbours (M. J. Eisner and
D. G. Severance, "Mathematical techniques for efficient record segmentation in large shared databases", Journal of the
ACM 23, 1976). At such a budget no money is left for a part of anything, so that it is as near to a plan in whole
numbers as a relaxation comes. A cohort comes in at the least of these budgets at which it is funded whole: there, by
the relaxation's bound, funding it costs nothing. A cohort that comes in at none of them, and without which a plan in
whole numbers brings more than any plan with it, even for all the money, is kept out by a limit at any budget.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from budget.allocation.curve.frontier import dearest_pence
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.tables import LARGEST_PENCE
from budget.allocation.model.highs import SolvedAgain, SolverSettings, arrays_of
from budget.allocation.model.highs_process import Arrays
from budget.allocation.model.integer_problem import IntegerProblem, to_integers
from budget.allocation.model.pulp_model import build_tight
from budget.allocation.search.heuristics import greedy_plan

CLOSE = 0.01  # of a budget: budgets nearer to each other are not told apart
LARGEST = 20_000  # offers; beyond them each solve takes seconds
SOLVES, WORK = 120, 600_000  # solves, at most, and offers times solves, at most
SECONDS = 60.0  # far more than it needs
WHOLE = 1 - 1e-6
HALF = 0.5  # of a step of access: what all the money is worth at the least price
ABOVE = 1e-9  # of a line, from which a plan lies above it


@dataclass(frozen=True, slots=True)
class EntryBudgets:
    """The entry budgets by the names of cohorts.

    `pence` is the least budget above the ceiling at which a cohort is funded (for some hundred cohorts to within
    `CLOSE`). `never` are cohorts that no best plan funds, even for all the money. For the others it is not known.
    """

    pence: dict[str, int] = field(default_factory=dict)
    never: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Point:
    """A best plan of the relaxation at some price of money: its budget, its value, and the cohorts funded whole."""

    pence: float
    value: float
    funded_whole: np.ndarray
    loss: np.ndarray  # by cohort, the least that holding it loses at the prices
    funded: np.ndarray  # how much of each offer


def entry_budgets_under_limits(allocation_problem: AllocationProblem) -> EntryBudgets:
    """Return the budgets (less the reserve) above the problem's ceiling at which cohorts come in."""
    ceiling_pence = allocation_problem.ceiling_pence
    problem = to_integers(allocation_problem.with_ceiling(LARGEST_PENCE))
    if not problem.cohort or len(problem.cohort) > LARGEST:
        return EntryBudgets()
    relaxed = _Relaxed(allocation_problem, problem)
    least, most = relaxed.at(relaxed.dearest), relaxed.at(relaxed.cheapest)
    if least is None or most is None:
        return EntryBudgets()
    points, waiting = [least, most], [(least, most)]
    while waiting and relaxed.solves < min(SOLVES, WORK // len(problem.cohort)):
        low, high = waiting.pop(0)
        if high.pence - low.pence <= CLOSE * high.pence or not np.any(high.funded_whole & ~low.funded_whole):
            continue
        price = (high.value - low.value) / (high.pence - low.pence)
        between = relaxed.at(price)
        line = high.value - price * high.pence
        if between is None or between.value - price * between.pence <= line + ABOVE * abs(line):
            continue
        points.append(between)
        waiting += [(low, between), (between, high)]
    found = _first(problem, points, ceiling_pence)
    return EntryBudgets(found, frozenset(_never(relaxed, most)) - found.keys())


def _first(problem: IntegerProblem, points: list[_Point], ceiling_pence: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for point in sorted(points, key=lambda point: point.pence):
        if (pence := math.ceil(point.pence - 1e-6)) > ceiling_pence:
            for cohort in np.flatnonzero(point.funded_whole).tolist():
                found.setdefault(str(problem.cohort_names[cohort]), pence)
    return found


def _never(relaxed: "_Relaxed", most: _Point) -> Iterator[str]:
    """Yield cohorts that no best plan funds for all the money: with them the relaxation is below a plan without."""
    plan = greedy_plan(relaxed.problem, most.funded)
    if plan is None:
        return
    known = plan.value(relaxed.problem) * (1 - ABOVE)
    relaxed.at(relaxed.cheapest)  # back from the price that was tried last
    for cohort in np.unique(relaxed.cohort[~most.funded_whole[relaxed.cohort]]).tolist():
        if most.value + HALF - most.loss[cohort] < known or relaxed.most_with(cohort) < known:
            yield str(relaxed.problem.cohort_names[cohort])


class _Relaxed:
    """The relaxation of a problem at any price of money, its budget a variable of its own from the ceiling up."""

    def __init__(self, allocation_problem: AllocationProblem, problem: IntegerProblem):
        self.problem, self.solves = problem, 0
        self.cohort = np.array(problem.cohort, dtype=np.int64)
        model = build_tight(problem)
        top = max(dearest_pence(problem), allocation_problem.ceiling_pence + 1)
        rights = [
            {row.name: row.right for row in to_integers(allocation_problem.with_ceiling(pence)).rows}
            for pence in (top, top + 1)
        ]
        names = [row.name for row in model.lp.constraints()]
        self.row_of = {name: n for n, name in enumerate(names)}
        self.grows = np.array([rights[1].get(name, 0) - rights[0].get(name, 0) for name in names], dtype=float)
        self.without = np.array([rights[0].get(name, 0) for name in names], dtype=float) - self.grows * top
        self.ceiling_pence = allocation_problem.ceiling_pence
        plain = arrays_of(model.lp, integers=False)
        shape = (len(plain.row_lower), len(plain.cost))
        self.rows = sparse.csr_array((plain.coefficients, plain.columns, plain.starts), shape=shape)
        arrays = self._with_budget(plain, top)
        self.solved = SolvedAgain(arrays, SolverSettings(gap=0.0, seconds=SECONDS))
        self.dearest, self.cheapest = 2 * float(np.abs(arrays.cost).sum()), HALF / top

    def _with_budget(self, plain: Arrays, top: int) -> Arrays:
        """Return a model with a last column, the budget, in every row whose right-hand side grows with it."""
        wide = sparse.hstack([self.rows, sparse.csr_array(-self.grows[:, None])], format="csr")
        moved = self.grows != 0
        return replace(
            plain,
            cost=np.append(plain.cost, 0.0),
            lower=np.append(plain.lower, float(self.ceiling_pence)),
            upper=np.append(plain.upper, float(top)),
            integer=np.append(plain.integer, False),
            row_lower=np.where(moved & np.isfinite(plain.row_lower), self.without, plain.row_lower),
            row_upper=np.where(moved & np.isfinite(plain.row_upper), self.without, plain.row_upper),
            starts=wide.indptr.astype(np.int32),
            columns=wide.indices.astype(np.int32),
            coefficients=wide.data,
        )

    def at(self, price: float) -> _Point | None:
        """Return the best plan where money has this price a penny; None where there is none, or no answer in time."""
        self.solves += 1
        answer = self.solved.with_cost(len(self.solved.arrays.cost) - 1, -price)
        if answer.values is None or answer.row_duals is None:
            return None
        values, count = answer.values[:-1], len(self.cohort)
        funded_whole = np.bincount(self.cohort, values[:count], len(self.problem.cohort_names)) >= WHOLE
        cost = self.solved.arrays.cost[:-1]
        loss = np.full(len(self.problem.cohort_names), np.inf)
        np.minimum.at(loss, self.cohort, np.maximum((answer.row_duals @ self.rows - cost)[:count], 0.0))
        return _Point(self._needed_pence(values), float(cost @ values), funded_whole, loss, values[:count])

    def most_with(self, cohort: int) -> float:
        """Return what the plan at the last price is worth where a cohort must be funded, -inf where none holds it."""
        answer = self.solved.with_row_full(self.row_of[f"one_offer_{cohort:06d}"])
        if answer.values is None:
            return -math.inf if answer.status == "infeasible" else math.inf
        return float(self.solved.arrays.cost @ answer.values)

    def _needed_pence(self, values: np.ndarray) -> float:
        """Return the budget that a plan needs: at a price of next to nothing the column may hold more."""
        moved = self.grows > 0
        needed = (self.rows @ values - self.without)[moved] / self.grows[moved]
        return max(float(needed.max()), float(self.ceiling_pence))
