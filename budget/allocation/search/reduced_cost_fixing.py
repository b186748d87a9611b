"""The part of a problem that is still open: offers that certain losses have not ruled out, the others fixed.

At given prices every offer has a loss: how far a plan that holds it must stay below the bound (reduced-cost fixing).
Where a plan is known, offers that lose more than the bound exceeds the plan cannot be in a better or an equal
plan, so what is left is exact. With any other threshold it is a smaller problem whose plans keep every rule.
"""

from dataclasses import dataclass, replace

import numpy as np

from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.lagrangian import NEVER, Choice, Market


@dataclass(frozen=True, slots=True)
class Losses:
    """What is lost for certain, times the scale of a choice: by each offer, by none for a cohort, by units run."""

    scale: int
    bound: int
    offers: np.ndarray
    nothing: np.ndarray
    units: dict[int, list[int]]

    def open_within(self, threshold: int) -> int:
        """Return how many offers lose no more than a threshold, but for one of each cohort."""
        return int((self.offers <= threshold).sum()) + int((self.nothing <= threshold).sum()) - len(self.nothing)

    def smallest(self, count: int) -> int:
        """Return the loss below which there are so many offers that are not a cohort's best."""
        losses = self.offers[(self.offers > 0) & (self.offers < -NEVER)]
        losses = np.concatenate([losses, self.nothing[(self.nothing > 0) & (self.nothing < -NEVER)]])
        if len(losses) <= count:
            return -NEVER - 1
        return int(np.partition(losses, count)[count])


@dataclass(frozen=True, slots=True)
class Core:
    """A smaller problem, where its offers stand in the whole one, and what is fixed."""

    problem: IntegerProblem
    offers: tuple[int, ...]
    fixed: tuple[int, ...]
    fixed_units: tuple[int, ...]
    fixed_value: int

    def whole(self, plan: Solution) -> Solution:
        """Return a plan of the core as a plan of the whole problem."""
        offers = sorted([*self.fixed, *(self.offers[i] for i in plan.offers)])
        return Solution(tuple(offers), tuple(a + b for a, b in zip(plan.units, self.fixed_units, strict=True)))

    def part(self, plan: Solution) -> Solution | None:
        """Return a plan of the whole problem as a plan of the core; None where it is not one."""
        here = {i: position for position, i in enumerate(self.offers)}
        free = set(plan.offers) - set(self.fixed)
        units = tuple(a - b for a, b in zip(plan.units, self.fixed_units, strict=True))
        bounded = all(0 <= n <= most for n, most in zip(units, self.problem.max_units, strict=True))
        if not bounded or not set(self.fixed) <= set(plan.offers) or not free <= set(here):
            return None
        return Solution(tuple(sorted(here[i] for i in free)), units)


def losses_at(market: Market, choice: Choice) -> Losses:
    """Return the losses of a market at the prices of a choice."""
    offers, nothing, units = market.losses(choice)
    return Losses(choice.scale, choice.bound, offers, nothing, units)


def core_of(market: Market, losses: Losses, threshold: int) -> Core:
    """Return what is open when everything that loses more than the threshold is ruled out."""
    problem = market.problem
    keep = losses.offers <= threshold
    bare = losses.nothing <= threshold
    kept = np.add.reduceat(keep.astype(np.int64), market.starts)
    counts = {s: [n for n, loss in enumerate(each) if loss <= threshold] for s, each in losses.units.items()}
    settled = _settled(market, (kept + bare) <= 1, counts)
    fixed_units = np.zeros(len(problem.max_units), dtype=np.int64)
    most = np.array(problem.max_units, dtype=np.int64)
    for service in market.services:
        if settled[market.group[list(service.riders)]].all() and len(counts[service.number]) <= 1:
            fixed_units[service.number] = sum(counts[service.number])
            most[service.number] = 0
    fixed = np.flatnonzero(keep & settled[market.group])
    left = np.flatnonzero(keep & ~settled[market.group])
    names = np.array(problem.cohort)[market.starts]
    must = names[~settled & ~bare].tolist()
    smaller = _restricted(market, left, fixed, fixed_units, most, frozenset(must))
    value = int(market.value[fixed].sum()) + int(market.unit_value @ fixed_units)
    return Core(smaller, tuple(left.tolist()), tuple(fixed.tolist()), tuple(fixed_units.tolist()), value)


def _settled(market: Market, settled: np.ndarray, counts: dict[int, list[int]]) -> np.ndarray:
    """Return which cohorts have one thing left, and ride on nothing that is open; a service opens all its riders."""
    settled = settled.copy()
    while True:
        before = int(settled.sum())
        for service in market.services:
            groups = market.group[list(service.riders)]
            if not settled[groups].all() or len(counts[service.number]) > 1:
                settled[groups] = False
        if int(settled.sum()) == before:
            return settled


def _restricted(market, left, fixed, fixed_units, most, must) -> IntegerProblem:
    problem = market.problem
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


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to settle: offers still open, offers fixed, and cohorts that must have one of the open ones."""

    open: tuple[int, ...]
    fixed: tuple[int, ...]
    must: frozenset[int]


def restricted(problem: IntegerProblem, left: Left) -> IntegerProblem:
    """Return the problem of what is open, its budget less what is fixed."""
    position = {i: n for n, i in enumerate(left.open)}
    spent = sum(problem.cost_pence[i] for i in left.fixed)
    first, *others = (_row(row, position) for row in problem.rows)
    return replace(
        problem,
        place=tuple(problem.place[i] for i in left.open),
        cohort=tuple(problem.cohort[i] for i in left.open),
        cost_pence=tuple(problem.cost_pence[i] for i in left.open),
        value=tuple(problem.value[i] for i in left.open),
        service=tuple(problem.service[i] for i in left.open),
        must_fund=left.must,
        rows=(replace(first, right=first.right - spent), *others),
    )


def _row(row: Row, position: dict[int, int]) -> Row:
    held = [(position[i], c) for i, c in zip(row.offers, row.on_offers, strict=True) if i in position]
    return replace(row, offers=tuple(i for i, _ in held), on_offers=tuple(c for _, c in held))
