"""Branching on the units of services: where a service may run one unit or two, each is looked at by itself.

A price for money or for a limit makes a service worth the same with and without one more vehicle, and the bound is then
that of a part of one. With the units fixed, other prices are better. A service is looked at once for each of a few
vectors of prices, for all its counts together (one table of seats has them all), and the bound of any choice of units
is then the least of a few sums. The part of the choices with the highest bound is looked at first (branch and bound:
A. H. Land and A. G. Doig, "An automatic method of solving discrete programming problems", Econometrica 28, 1960): its
own best prices are found (`budget.allocation.search.boxstep`), which serve all other parts too, and then it is split at
the service whose counts are hardest to tell apart.
"""

import heapq
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Protocol

import numpy as np

from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.heuristics import repaired_plan
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation
from budget.allocation.search.reduced_cost_fixing import ReducedCosts, reduced_costs_at

NODES = 2_000  # parts that are looked at, at most
DUALS = 40  # parts whose own best prices are found, at most
PLANS = 40  # choices that a plan is made for, at most
KEPT = 3  # points that are kept of a part whose prices were found
CLOSE = 5e-6  # of a bound: how close to the lowest one the dual of a part is solved

IsMet = Callable[[int | None, int], bool]  # whether the value of a plan (None: no plan) and a bound are good enough
Counts = tuple[int, ...]  # units of each service with riders; -1 for any


@dataclass(frozen=True, slots=True)
class Scores:
    """Prices, the bound there without its money and its services with riders, and theirs, by units that run."""

    prices: np.ndarray
    scale: int
    rest: int
    by_units: list[list[int]]

    def plan_within(self, part: LagrangianRelaxation) -> Solution | None:
        """Return a plan of a part of the choices of units, made near these prices."""
        return repaired_plan(part, part.at_whole(self.prices, self.scale))

    def bound_at(self, money: int) -> float:
        """Return the bound at a right-hand side of the budget's row, in the problem's steps."""
        return (self.rest + int(self.prices[0]) * money + sum(map(max, self.by_units))) / self.scale


class Closer(Protocol):
    """Finds prices that are better for a part of the choices of units."""

    def closer(
        self, part: LagrangianRelaxation, at: Scores, deadline: float, is_met: Callable[[int], bool]
    ) -> tuple[Sequence[Scores], Solution | None]:
        """Return scores at prices that suit a part, begun from those `at`, and a plan of it if one was found.

        The search for them may end at a bound that is good enough.
        """


class UnitScores:
    """The scores of the services of a problem at some prices. They hold for every budget, and are kept for the next."""

    def __init__(self, lagrangian: LagrangianRelaxation):
        self.relaxed = lagrangian.with_budget(0)
        self.known: dict[tuple[bytes, int], Scores] = {}

    def add(self, prices: np.ndarray, scale: int) -> Scores:
        """Return the scores at prices that are whole multiples of 1/`scale`, worked out once."""
        key = (prices.tobytes(), scale)
        if key not in self.known:
            self.known[key] = Scores(prices, scale, *self.relaxed.scores_by_units(prices, scale))
        return self.known[key]

    def closer(
        self, part: LagrangianRelaxation, at: Scores, deadline: float, is_met: Callable[[int], bool]
    ) -> tuple[list[Scores], Solution | None]:
        """Return scores at the best prices of a part, and a plan made near these."""
        points = best_dual_points(part, deadline, CLOSE, at.prices / at.scale)
        return [self.add(point.prices, point.scale) for point in points[:KEPT]], repaired_plan(part, points[0])

    def lowest(self, lagrangian: LagrangianRelaxation, count: int) -> list[Scores]:
        """Return so many of the known scores, those with the lowest bounds at the budget of a relaxation first."""
        money = int(lagrangian.right[0])
        return sorted(self.known.values(), key=lambda each: each.bound_at(money))[:count]


@dataclass(order=True)
class UnitRange:
    """Plans with so many units of each service at least and at most: the relaxation, prices and the bound there."""

    order: tuple[int, int]  # the bound below nought, so that the highest is the first; then when it was made
    lagrangian: LagrangianRelaxation = field(compare=False)
    scores: Scores = field(compare=False)

    @cached_property
    def point(self) -> LagrangianPoint:
        """The best choices at the prices."""
        return self.lagrangian.at_whole(self.scores.prices, self.scores.scale)

    @cached_property
    def reduced_costs(self) -> ReducedCosts:
        """The reduced costs at the prices."""
        return reduced_costs_at(self.lagrangian, self.point)

    @property
    def bound(self) -> int:
        """The bound on these plans, in the problem's steps."""
        return -self.order[0]


def branch_on_units(
    lagrangian: LagrangianRelaxation,
    scores: Sequence[Scores],
    known: Solution | None,
    is_met: IsMet,
    deadline: float,
    kept: Closer | None = None,
) -> tuple[Solution | None, list[UnitRange]]:
    """Return the best plan, the one known among them, and the ranges that are left, the highest bound first.

    Every plan is in one of them, so that the first bound is one on all plans. `scores` are at the prices to begin with.
    The best prices of single parts are found only where there is a place to keep them.
    """
    parts = _Parts(lagrangian, scores)
    problem, plan, duals = lagrangian.problem, known, 0
    value = None if plan is None else plan.value(problem)
    tried: set[Counts] = set()
    for _ in range(NODES):
        parts.refresh()
        if is_met(value, parts.bound) or time.perf_counter() > deadline:
            break
        units, at = parts.likely()
        found = None
        if units not in tried and len(tried) < PLANS:
            tried.add(units)
            found = at.plan_within(parts.within(units))
        elif kept is not None and duals < DUALS and not parts.is_closest:
            duals += 1
            scores, found = kept.closer(parts.within(parts.fixed), at, deadline, partial(is_met, value))
            parts.add(scores)
        elif not parts.split():
            break
        if found is not None and not excesses(problem, found) and (value is None or found.value(problem) > value):
            plan, value = found, found.value(problem)
    return plan, parts.ranges()


class _Parts:
    """Parts of the choices of units, the highest bound first: units fixed for some services, any for the others.

    A part is its bound below nought, when it was made, its units, and whether prices of its own were found.
    """

    def __init__(self, lagrangian: LagrangianRelaxation, scores: Sequence[Scores]):
        self.lagrangian = lagrangian
        self.scores: list[Scores] = []
        self.money = int(lagrangian.right[0])
        self.made = 0
        self.base = np.zeros(0)
        counts = lagrangian.most_units[[service.number for service in lagrangian.services]]
        self.by_units = [np.zeros((0, int(most) + 1)) for most in counts]
        self.add(scores)
        self.open: list[tuple[int, int, Counts, bool]] = []
        self._push((-1,) * len(self.by_units), is_closest=True)

    @property
    def bound(self) -> int:
        """The bound on all plans, in the problem's steps."""
        return -self.open[0][0]

    @property
    def fixed(self) -> Counts:
        """The units of the part with the highest bound."""
        return self.open[0][2]

    @property
    def is_closest(self) -> bool:
        """Whether prices of its own were found for the part with the highest bound."""
        return self.open[0][3]

    def add(self, scores: Sequence[Scores]) -> None:
        """Take in scores at further prices; the part with the highest bound has then its own."""
        self.scores += scores
        more = [(each.rest + int(each.prices[0]) * self.money) / each.scale for each in scores]
        self.base = np.concatenate([self.base, more])
        for service, own in enumerate(self.by_units):
            rows = np.array([each.by_units[service] for each in scores], dtype=float)
            rows /= np.array([[each.scale] for each in scores], dtype=float)
            self.by_units[service] = np.concatenate([own, rows])
        if self.made:
            bound, made, fixed, _ = self.open[0]
            self.open[0] = (bound, made, fixed, True)

    def _best(self, fixed: Counts) -> tuple[int, Scores, int]:
        """Return the bound of a part in whole steps, and the prices that give it, with their number."""
        own = zip(fixed, self.by_units, strict=True)
        sums = self.base + sum(each[:, n] if n >= 0 else each.max(axis=1) for n, each in own)
        k = int(np.argmin(sums))
        at = self.scores[k]
        whole = sum(each[n] if n >= 0 else max(each) for n, each in zip(fixed, at.by_units, strict=True))
        return (at.rest + int(at.prices[0]) * self.money + whole) // at.scale, at, k

    def _push(self, fixed: Counts, *, is_closest: bool, most: int | None = None) -> None:
        bound = self._best(fixed)[0]
        self.made += 1
        heapq.heappush(self.open, (-(bound if most is None else min(bound, most)), self.made, fixed, is_closest))

    def refresh(self) -> None:
        """Lower the highest bound by what was found since, until the highest is one of today."""
        while True:
            bound, made, fixed, is_closest = self.open[0]
            now = -min(self._best(fixed)[0], -bound)
            if now == bound:
                return
            heapq.heapreplace(self.open, (now, made, fixed, is_closest))

    def likely(self) -> tuple[Counts, Scores]:
        """Return the units of the part with the highest bound, those not fixed as its prices have them, and these."""
        _, at, k = self._best(self.fixed)
        own = zip(self.fixed, self.by_units, strict=True)
        return tuple(n if n >= 0 else int(np.argmax(each[k])) for n, each in own), at

    def within(self, fixed: Counts) -> LagrangianRelaxation:
        """Return the relaxation of a part."""
        least, most = self.lagrangian.least_units.copy(), self.lagrangian.most_units.copy()
        for service, n in zip(self.lagrangian.services, fixed, strict=True):
            if n >= 0:
                least[service.number] = most[service.number] = n
        return self.lagrangian.with_units(least, most)

    def split(self) -> bool:
        """Part the choices with the highest bound, at the service in most doubt; return whether it could be."""
        k = self._best(self.fixed)[2]
        doubts = []
        for service, (n, own) in enumerate(zip(self.fixed, self.by_units, strict=True)):
            if n < 0 and own.shape[1] > 1:
                second, best = np.sort(own[k])[-2:]
                doubts.append((float(best - second), service))
        if not doubts:
            return False
        bound, _, fixed, _ = heapq.heappop(self.open)
        _, service = min(doubts)
        for n in range(self.by_units[service].shape[1]):
            self._push((*fixed[:service], n, *fixed[service + 1 :]), is_closest=False, most=-bound)
        return True

    def ranges(self) -> list[UnitRange]:
        """Return the parts that are left, as ranges of units."""
        left = [(*each[:2], each[2]) for each in sorted(self.open, key=lambda each: each[:2])]
        return [UnitRange((bound, made), self.within(fixed), self._best(fixed)[1]) for bound, made, fixed in left]
