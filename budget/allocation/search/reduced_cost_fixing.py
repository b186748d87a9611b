"""Make a problem smaller by reduced costs: rule out offers that cost too much of the bound, fix what is then decided.

At given prices the reduced cost of an offer is how far any plan that holds it stays below the bound (G. L. Nemhauser
and L. A. Wolsey, "Integer and Combinatorial Optimization", 1988, II.5). Offers whose reduced cost is more than what a
known plan misses of the bound are in no better and no equal plan, so that the restricted problem is exact. With any
other threshold its plans still keep every rule, and it is solved for a plan only.
"""

from dataclasses import dataclass, replace

import numpy as np

from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.lagrangian import NEVER, LagrangianPoint, LagrangianRelaxation


@dataclass(frozen=True, slots=True)
class ReducedCosts:
    """What each choice takes off the bound at least; these and `bound` are in the problem's steps times `scale`.

    `offers`: funding each offer. `without`: leaving each cohort without one. `units`: running 0, 1, … of a service.
    """

    scale: int
    bound: int
    offers: np.ndarray
    without: np.ndarray
    units: dict[int, list[int]]

    def missing(self, value: int) -> int:
        """Return what a plan of this value (in steps) misses of the bound."""
        return self.bound - value * self.scale

    def count_within(self, threshold: int) -> int:
        """Return how many offers have a reduced cost of at most the threshold, one of each cohort not counted."""
        return int((self.offers <= threshold).sum()) + int((self.without <= threshold).sum()) - len(self.without)

    def threshold_for(self, count: int) -> int:
        """Return the threshold that leaves so many choices open besides the best of each cohort."""
        costs = np.concatenate([self.offers, self.without])
        costs = costs[(costs > 0) & (costs < -NEVER)]
        return -NEVER - 1 if len(costs) <= count else int(np.partition(costs, count)[count])


@dataclass(frozen=True, slots=True)
class RestrictedProblem:
    """A smaller problem, the positions of its offers in the whole one, and what is fixed there, worth `fixed_value`."""

    problem: IntegerProblem
    offers: tuple[int, ...]
    fixed: tuple[int, ...]
    fixed_units: tuple[int, ...]
    fixed_value: int

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open: no plan but `only_plan` can be better than the one that the threshold is for."""
        return not self.offers and not any(self.problem.max_units)

    @property
    def only_plan(self) -> Solution:
        """What is fixed, as a plan of the whole problem. It may break a limit."""
        return self.to_whole(Solution((), (0,) * len(self.fixed_units)))

    def to_whole(self, plan: Solution) -> Solution:
        """Return a plan of the restricted problem as a plan of the whole one."""
        offers = sorted([*self.fixed, *(self.offers[i] for i in plan.offers)])
        return Solution(tuple(offers), tuple(a + b for a, b in zip(plan.units, self.fixed_units, strict=True)))

    def to_restricted(self, plan: Solution) -> Solution | None:
        """Return a plan of the whole problem as a plan of the restricted one; None where it is not one."""
        here = {i: position for position, i in enumerate(self.offers)}
        free = set(plan.offers) - set(self.fixed)
        units = tuple(a - b for a, b in zip(plan.units, self.fixed_units, strict=True))
        bounded = all(0 <= n <= most for n, most in zip(units, self.problem.max_units, strict=True))
        if not bounded or not set(self.fixed) <= set(plan.offers) or not free <= set(here):
            return None
        return Solution(tuple(sorted(here[i] for i in free)), units)


def reduced_costs_at(lagrangian: LagrangianRelaxation, point: LagrangianPoint) -> ReducedCosts:
    """Return the reduced costs at the prices of a point."""
    return ReducedCosts(point.scale, point.bound, *lagrangian.reduced_costs(point))


def restricted_problem(
    lagrangian: LagrangianRelaxation, reduced_costs: ReducedCosts, threshold: int
) -> RestrictedProblem:
    """Return the problem that is left when every choice with a reduced cost above the threshold is ruled out."""
    problem = lagrangian.problem
    is_open = reduced_costs.offers <= threshold
    may_go_without = reduced_costs.without <= threshold
    choices = np.add.reduceat(is_open.astype(np.int64), lagrangian.starts) + may_go_without
    counts = {s: [n for n, cost in enumerate(each) if cost <= threshold] for s, each in reduced_costs.units.items()}
    settled = _settled(lagrangian, choices <= 1, counts)
    fixed_units = np.zeros(len(problem.max_units), dtype=np.int64)
    most = lagrangian.most_units.copy()
    for service in lagrangian.services:
        most[service.number] = max(counts[service.number], default=0)
        if settled[lagrangian.group[list(service.riders)]].all() and len(counts[service.number]) <= 1:
            fixed_units[service.number] = sum(counts[service.number])
            most[service.number] = 0
    fixed = np.flatnonzero(is_open & settled[lagrangian.group])
    left = np.flatnonzero(is_open & ~settled[lagrangian.group])
    cohorts = np.array(problem.cohort)[lagrangian.starts]
    must = frozenset(cohorts[~settled & ~may_go_without].tolist())
    smaller = _restricted(problem, left, fixed, fixed_units, most, must)
    value = int(lagrangian.value[fixed].sum()) + int(lagrangian.unit_value @ fixed_units)
    return RestrictedProblem(smaller, tuple(left.tolist()), tuple(fixed.tolist()), tuple(fixed_units.tolist()), value)


def _settled(lagrangian: LagrangianRelaxation, settled: np.ndarray, counts: dict[int, list[int]]) -> np.ndarray:
    """Return which cohorts have one choice left, and no service whose units or other riders are still open."""
    settled = settled.copy()
    while True:
        before = int(settled.sum())
        for service in lagrangian.services:
            groups = lagrangian.group[list(service.riders)]
            if not settled[groups].all() or len(counts[service.number]) > 1:
                settled[groups] = False
        if int(settled.sum()) == before:
            return settled


def _restricted(
    problem: IntegerProblem,
    left: np.ndarray,
    fixed: np.ndarray,
    fixed_units: np.ndarray,
    most: np.ndarray,
    must: frozenset[int],
) -> IntegerProblem:
    """Return the problem over the offers `left`, with the seats of services that have units left in `most`."""
    where = np.full(len(problem.cohort), -1)
    where[left] = np.arange(len(left))
    in_fixed = np.zeros(len(problem.cohort), dtype=bool)
    in_fixed[fixed] = True
    rows = tuple(_without(row, where, in_fixed, fixed_units) for row in problem.rows)
    open_seats = {row.units[0] for row in problem.rows if row.kind == "seats" and most[row.units[0]]}
    return replace(
        problem,
        place=tuple(problem.place[i] for i in left),
        cohort=tuple(problem.cohort[i] for i in left),
        cost_pence=tuple(problem.cost_pence[i] for i in left),
        value=tuple(problem.value[i] for i in left),
        service=tuple(problem.service[i] for i in left),
        max_units=tuple(most.tolist()),
        must_fund=must,
        rows=tuple(row for row in rows if row.kind != "seats" or row.units[0] in open_seats),
    )


def _without(row: Row, where: np.ndarray, fixed: np.ndarray, fixed_units: np.ndarray) -> Row:
    """Return a row over the offers that are open, its right-hand side less what the fixed ones take."""
    at, on = np.array(row.offers, dtype=np.int64), np.array(row.on_offers, dtype=np.int64)
    used = int(on[fixed[at]].sum()) + sum(c * int(fixed_units[s]) for s, c in zip(row.units, row.on_units, strict=True))
    open_ = where[at] >= 0
    return replace(
        row,
        right=row.right - used,
        offers=tuple(where[at[open_]].tolist()),
        on_offers=tuple(on[open_].tolist()),
    )
