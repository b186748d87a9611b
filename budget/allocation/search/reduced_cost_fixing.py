"""The part of a problem that is still open: offers that certain reduced_costs have not ruled out, the others fixed.

At given prices every offer has a loss: how far a plan that holds it must stay below the bound (reduced-cost fixing).
Where a plan is known, offers that lose more than the bound exceeds the plan cannot be in a better or an equal
plan, so what is left is exact. With any other threshold it is a smaller problem whose plans keep every rule.
"""

from dataclasses import dataclass, replace

import numpy as np

from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.lagrangian import NEVER, LagrangianPoint, LagrangianRelaxation


@dataclass(frozen=True, slots=True)
class ReducedCosts:
    """What is lost for certain, times the scale of a point: by each offer, by none for a cohort, by units run."""

    scale: int
    bound: int
    offers: np.ndarray
    nothing: np.ndarray
    units: dict[int, list[int]]

    def count_within(self, threshold: int) -> int:
        """Return how many offers lose no more than a threshold, but for one of each cohort."""
        return int((self.offers <= threshold).sum()) + int((self.nothing <= threshold).sum()) - len(self.nothing)

    def smallest(self, count: int) -> int:
        """Return the loss below which there are so many offers that are not a cohort's best."""
        reduced_costs = self.offers[(self.offers > 0) & (self.offers < -NEVER)]
        reduced_costs = np.concatenate([reduced_costs, self.nothing[(self.nothing > 0) & (self.nothing < -NEVER)]])
        if len(reduced_costs) <= count:
            return -NEVER - 1
        return int(np.partition(reduced_costs, count)[count])


@dataclass(frozen=True, slots=True)
class RestrictedProblem:
    """A smaller problem, where its offers stand in the whole one, and what is fixed."""

    problem: IntegerProblem
    offers: tuple[int, ...]
    fixed: tuple[int, ...]
    fixed_units: tuple[int, ...]
    fixed_value: int

    def whole(self, plan: Solution) -> Solution:
        """Return a plan of the restricted as a plan of the whole problem."""
        offers = sorted([*self.fixed, *(self.offers[i] for i in plan.offers)])
        return Solution(tuple(offers), tuple(a + b for a, b in zip(plan.units, self.fixed_units, strict=True)))

    def part(self, plan: Solution) -> Solution | None:
        """Return a plan of the whole problem as a plan of the restricted; None where it is not one."""
        here = {i: position for position, i in enumerate(self.offers)}
        free = set(plan.offers) - set(self.fixed)
        units = tuple(a - b for a, b in zip(plan.units, self.fixed_units, strict=True))
        bounded = all(0 <= n <= most for n, most in zip(units, self.problem.max_units, strict=True))
        if not bounded or not set(self.fixed) <= set(plan.offers) or not free <= set(here):
            return None
        return Solution(tuple(sorted(here[i] for i in free)), units)


def reduced_costs_at(lagrangian: LagrangianRelaxation, point: LagrangianPoint) -> ReducedCosts:
    """Return the reduced_costs of a lagrangian at the prices of a point."""
    offers, nothing, units = lagrangian.reduced_costs(point)
    return ReducedCosts(point.scale, point.bound, offers, nothing, units)


def restricted_problem(
    lagrangian: LagrangianRelaxation, reduced_costs: ReducedCosts, threshold: int
) -> RestrictedProblem:
    """Return what is open when everything that loses more than the threshold is ruled out."""
    problem = lagrangian.problem
    keep = reduced_costs.offers <= threshold
    bare = reduced_costs.nothing <= threshold
    kept = np.add.reduceat(keep.astype(np.int64), lagrangian.starts)
    counts = {s: [n for n, loss in enumerate(each) if loss <= threshold] for s, each in reduced_costs.units.items()}
    settled = _settled(lagrangian, (kept + bare) <= 1, counts)
    fixed_units = np.zeros(len(problem.max_units), dtype=np.int64)
    most = np.array(problem.max_units, dtype=np.int64)
    for service in lagrangian.services:
        if settled[lagrangian.group[list(service.riders)]].all() and len(counts[service.number]) <= 1:
            fixed_units[service.number] = sum(counts[service.number])
            most[service.number] = 0
    fixed = np.flatnonzero(keep & settled[lagrangian.group])
    left = np.flatnonzero(keep & ~settled[lagrangian.group])
    names = np.array(problem.cohort)[lagrangian.starts]
    must = names[~settled & ~bare].tolist()
    smaller = _restricted(lagrangian, left, fixed, fixed_units, most, frozenset(must))
    value = int(lagrangian.value[fixed].sum()) + int(lagrangian.unit_value @ fixed_units)
    return RestrictedProblem(smaller, tuple(left.tolist()), tuple(fixed.tolist()), tuple(fixed_units.tolist()), value)


def _settled(lagrangian: LagrangianRelaxation, settled: np.ndarray, counts: dict[int, list[int]]) -> np.ndarray:
    """Return which cohorts have one thing left, and ride on nothing that is open; a service opens all its riders."""
    settled = settled.copy()
    while True:
        before = int(settled.sum())
        for service in lagrangian.services:
            groups = lagrangian.group[list(service.riders)]
            if not settled[groups].all() or len(counts[service.number]) > 1:
                settled[groups] = False
        if int(settled.sum()) == before:
            return settled


def _restricted(lagrangian, left, fixed, fixed_units, most, must) -> IntegerProblem:
    problem = lagrangian.problem
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
    """Return a row over what is open, its right-hand side less what is fixed."""
    at, on = np.array(row.offers, dtype=np.int64), np.array(row.on_offers, dtype=np.int64)
    used = int(on[fixed[at]].sum()) + sum(c * int(fixed_units[s]) for s, c in zip(row.units, row.on_units, strict=True))
    open_ = where[at] >= 0
    return replace(
        row,
        right=row.right - used,
        offers=tuple(where[at[open_]].tolist()),
        on_offers=tuple(on[open_].tolist()),
    )
