"""Find an irreducible infeasible subset (IIS): limits that cannot be kept together, none of them without need.

Where fractions of offers could not keep the limits either, an elastic relaxation (every limit may be missed, at a cost;
J. W. Chinneck, "Feasibility and Infeasibility in Optimization", 2008) finds the few that matter: those with a price
conflict by themselves (Farkas). A deletion filter then leaves out one at a time, and what cannot be left out is
irreducible: without any one of them there is a plan. Each cohort that must be funded is a limit of its own. Where only
whole numbers conflict, the filter solves in whole numbers. All of it ends after so much work, so that the same limits
are named on any machine.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from budget.allocation.model.highs import SolverSettings, arrays_of, solve_arrays
from budget.allocation.model.highs_process import Arrays, SolverAnswer
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Goal, build

WORK = 30_000  # simplex iterations of the filter
A_SOLVE = 100  # iterations that every solve counts for besides its own, and one more for each ten of its offers
IN_WHOLE_NUMBERS = 20  # iterations that one of a solve in whole numbers counts for
NODES = 10  # of one solve in whole numbers
LARGEST_COEFFICIENT = 2**40  # sums of smaller ones stay in 64 bits
LARGEST = 20_000  # offers; with more nothing is solved in whole numbers
SECONDS = 60.0  # for one solve: far more than it needs
MUST = "one_offer_"  # what the name of the row of a cohort that must be funded begins with


@dataclass
class Work:
    """The work that is left for a number of solves, in simplex iterations, the same on every machine."""

    left: int
    until: float = math.inf  # a value of time.perf_counter: the time limit, after which no work is left

    def is_over(self) -> bool:
        """Say whether the work or the time is used up."""
        return self.left <= 0 or time.perf_counter() > self.until

    def done_by(self, solve: Callable[[SolverSettings], SolverAnswer], offers: int, each: int) -> SolverAnswer:
        """Return the answer of a solve, which ends with the work that is left, and count it: `each` an iteration."""
        seconds = min(SECONDS, max(self.until - time.perf_counter(), 0.05))
        answer = solve(SolverSettings(gap=0.0, seconds=seconds, nodes=NODES, iterations=max(self.left, 1)))
        self.left -= answer.iterations * each + A_SOLVE + offers // 10
        return answer


def impossible_alone(problem: IntegerProblem) -> str | None:
    """Return the name of the first limit that no plan keeps whatever else is given up; None where there is none.

    A limit is looked at with the most, or the least, that each cohort and each service can add to it.
    """
    cohort = np.array(problem.cohort, dtype=np.int64)
    starts = np.flatnonzero(np.diff(cohort, prepend=-1))
    for row in problem.rows:
        if row.kind != "limit":
            continue
        sign = 1 if row.sense == ">=" else -1
        adds = [0] * len(cohort)
        for i, c in zip(row.offers, row.on_offers, strict=True):
            adds[i] = max(sign * c, 0)
        exact = np.array(adds, dtype=object if max(adds, default=0) > LARGEST_COEFFICIENT else np.int64)
        most = int(np.maximum.reduceat(exact, starts).sum()) if len(starts) else 0
        most += sum(max(sign * c, 0) * problem.max_units[s] for s, c in zip(row.units, row.on_units, strict=True))
        if most < sign * row.right:
            return row.name
    return None


def irreducible_subset(problem: IntegerProblem, until: float = math.inf) -> tuple[tuple[str, ...], bool]:
    """Return the names of a conflicting set, and whether it is known to be irreducible.

    A limit that is impossible by itself is the first to be looked for. `until` (of time.perf_counter) ends the filter.

    Where fractions of offers conflict it is irreducible for fractions, and for whole numbers as far as `WORK` allows.
    A name is that of a row, or `one_offer_…` for a cohort that must be funded.
    """
    if alone := impossible_alone(problem):
        return (alone,), True
    feasibility = _Feasibility.from_problem(problem)
    work = Work(WORK, until)
    subset = feasibility.names
    if not feasibility.cannot_be_kept(subset, work, in_fractions=True)[0]:
        return _filtered(feasibility, subset, work, in_fractions=False)
    few = feasibility.priced()
    if few and feasibility.cannot_be_kept(few, work, in_fractions=True)[0]:
        subset = few
    subset, is_irreducible = _filtered(feasibility, subset, work, in_fractions=True)
    fewer, _ = _filtered(feasibility, subset, work, in_fractions=False)  # fractions may keep what whole numbers cannot
    return fewer, is_irreducible


def _filtered(
    feasibility: "_Feasibility", subset: tuple[str, ...], work: Work, *, in_fractions: bool
) -> tuple[tuple[str, ...], bool]:
    """Leave out one limit after another that the conflict does not need; say whether all were settled."""
    is_sure = True
    for name in list(subset):
        if work.is_over():
            return subset, False
        without = tuple(other for other in subset if other != name)
        conflict, is_settled = feasibility.cannot_be_kept(without, work, in_fractions=in_fractions)
        subset = without if conflict else subset
        is_sure = is_sure and is_settled
    return subset, is_sure


@dataclass(frozen=True, slots=True)
class _Feasibility:
    """A model without a goal, as arrays, whose limits can be left out by name."""

    arrays: Arrays
    names: tuple[str, ...]  # of the limits, in the order in which they are tried without
    row_of: dict[str, int]

    @classmethod
    def from_problem(cls, problem: IntegerProblem) -> "_Feasibility":
        model = build(problem, Goal(True, [0] * len(problem.cohort), [0] * len(problem.max_units)))
        places = {constraint.name: n for n, constraint in enumerate(model.lp.constraints())}
        cost = least_costs(problem)
        names = [f"{MUST}{cohort:06d}" for cohort in sorted(problem.must_fund, key=lambda c: (cost.get(c, np.inf), c))]
        names += [row.name for row in problem.rows if row.kind != "seats"][::-1]
        return cls(arrays_of(model.lp), tuple(names), places)

    def cannot_be_kept(self, subset: tuple[str, ...], work: Work, *, in_fractions: bool) -> tuple[bool, bool]:
        """Say whether it is proved that no plan keeps these limits, and whether that or the opposite is settled."""
        if not in_fractions and len(self.arrays.cost) > LARGEST:
            return False, False
        lower, upper = self.arrays.row_lower.copy(), self.arrays.row_upper.copy()
        for name in set(self.names) - set(subset):
            row = self.row_of[name]
            lower[row] = -np.inf
            if not name.startswith(MUST):
                upper[row] = np.inf
        integer = self.arrays.integer & (not in_fractions)
        arrays = replace(self.arrays, row_lower=lower, row_upper=upper, integer=integer)
        each = 1 if in_fractions else IN_WHOLE_NUMBERS
        answer = work.done_by(partial(solve_arrays, arrays), len(arrays.cost), each)
        return answer.status == "infeasible", answer.status in ("infeasible", "optimal")

    def priced(self) -> tuple[str, ...]:
        """Return the limits that have a price when each may be missed at a cost: together they cannot be kept."""
        rows = np.array([self.row_of[name] for name in self.names])
        is_floor = np.isfinite(self.arrays.row_lower[rows])
        coefficients = np.abs(np.append(self.arrays.coefficients, 0.0))  # the last row may have none
        size = np.maximum(np.maximum.reduceat(coefficients, self.arrays.starts[:-1])[rows], 1.0)
        elastic = self._elastic(rows, np.where(is_floor, size, -size))
        answer = solve_arrays(elastic, SolverSettings(seconds=SECONDS, iterations=WORK))
        if answer.row_duals is None:
            return ()
        duals = np.abs(answer.row_duals[rows]) * size
        return tuple(name for name, dual in zip(self.names, duals, strict=True) if dual > 1e-9)

    def _elastic(self, rows: np.ndarray, slack: np.ndarray) -> Arrays:
        """Return the relaxation with a column for each limit, of cost one, that makes up what it is missed by."""
        a = self.arrays
        more = np.zeros(len(a.row_lower), dtype=int)
        more[rows] = 1
        ends = a.starts[1:]
        columns = np.insert(a.columns, ends[rows], len(a.cost) + np.arange(len(rows)))
        coefficients = np.insert(a.coefficients, ends[rows], slack)
        return Arrays(
            maximise=False,
            offset=0.0,
            cost=np.concatenate([np.zeros(len(a.cost)), np.ones(len(rows))]),
            lower=np.concatenate([a.lower, np.zeros(len(rows))]),
            upper=np.concatenate([a.upper, np.full(len(rows), np.inf)]),
            integer=np.zeros(len(a.cost) + len(rows), dtype=bool),
            row_lower=a.row_lower,
            row_upper=a.row_upper,
            starts=np.concatenate([[0], np.cumsum(np.diff(a.starts) + more)]).astype(np.int32),
            columns=columns.astype(np.int32),
            coefficients=coefficients,
        )


def least_costs(problem: IntegerProblem) -> dict[int, int]:
    """Return what the cheapest offer of each cohort costs."""
    return {cohort: min(problem.cost_pence[i] for i in own) for cohort, own in problem.by_cohort().items()}
