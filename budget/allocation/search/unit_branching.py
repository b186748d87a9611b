"""Branching on the units of services: where a service may run one unit or two, each is looked at by itself.

A price for a limit makes a service worth the same with and without one more vehicle, and the bound is then that of a
part of one. With the units bounded the Lagrangian dual (`budget.allocation.search.boxstep`) is lower, and it is solved
again in a few evaluations from the prices before. The range of units with the highest bound is split first, at the
service whose counts are hardest to tell apart (branch and bound: A. H. Land and A. G. Doig, "An automatic method of
solving discrete programming problems", Econometrica 28, 1960).
"""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.heuristics import repaired_plan
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation
from budget.allocation.search.reduced_cost_fixing import ReducedCosts, reduced_costs_at

SPLITS = 40  # ranges of units that are split, at most
CLOSE = 5e-6  # of a bound: how close to the lowest one the dual of a range is solved

IsMet = Callable[[int | None, int], bool]  # whether the value of a plan (None: no plan) and a bound are good enough


@dataclass(order=True)
class UnitRange:
    """Plans with so many units of each service at least and at most: the relaxation, its best point and its bound."""

    order: tuple[int, int]  # the bound below nought, so that the highest is the first of a heap; then when it was made
    lagrangian: LagrangianRelaxation = field(compare=False)
    point: LagrangianPoint = field(compare=False)

    @cached_property
    def reduced_costs(self) -> ReducedCosts:
        """The reduced costs at the point."""
        return reduced_costs_at(self.lagrangian, self.point)

    @property
    def bound(self) -> int:
        """The bound on these plans, in the problem's steps."""
        return -self.order[0]


def branch_on_units(
    lagrangian: LagrangianRelaxation,
    point: LagrangianPoint,
    known: Solution | None,
    is_met: IsMet,
    deadline: float,
) -> tuple[Solution | None, list[UnitRange]]:
    """Return the best plan, the one known among them, and the ranges that are left, the highest bound first.

    Every plan is in one of them, so that the first bound is one on all plans.
    """
    problem, plan = lagrangian.problem, known
    value = None if plan is None else plan.value(problem)
    first = UnitRange((-(point.bound // point.scale), 0), lagrangian, point)
    open_, made = [first], 1
    for _ in range(SPLITS):
        widest = open_[0]
        if is_met(value, widest.bound) or time.perf_counter() > deadline:
            break
        parts = _halves(widest, value)
        if parts is None:
            break
        heapq.heappop(open_)
        for least, most in parts:
            within = lagrangian.with_units(least, most)
            points = best_dual_points(within, deadline, CLOSE, widest.point)
            bound = min(points[0].bound // points[0].scale, widest.bound)
            found = repaired_plan(within, points[0])
            if found is not None and not excesses(problem, found) and (value is None or found.value(problem) > value):
                plan, value = found, found.value(problem)
            heapq.heappush(open_, UnitRange((-bound, made), within, points[0]))
            made += 1
    return plan, sorted(open_)


def _halves(widest: UnitRange, value: int | None) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Return the bounds on the units of both halves of a range; None where no service is in doubt."""
    missing = widest.reduced_costs.missing(value) if value is not None else None
    doubts = []
    for service, costs in widest.reduced_costs.units.items():
        ranked = sorted((cost, count) for count, cost in enumerate(costs) if missing is None or cost <= missing)
        allowed = [each for each in ranked if widest.lagrangian.least_units[service] <= each[1]]
        if len(allowed) > 1:
            doubts.append((allowed[1][0], service, min(allowed[0][1], allowed[1][1])))
    if not doubts:
        return None
    _, service, count = min(doubts)
    least, most = widest.lagrangian.least_units, widest.lagrangian.most_units
    below, above = most.copy(), least.copy()
    below[service], above[service] = count, count + 1
    return [(least, below), (above, most)]
