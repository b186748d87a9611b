"""The order in which money is best spent: one pass gives a plan and a bound for every budget.

Each group (a cohort, or services with all who may ride on them) has plans of its own; those on the upper hull of (cost,
access) are reached by steps of falling access for a penny. All steps of all groups, sorted by that, are the order: at
each of its budgets it is a best plan, and between them a straight line is a bound (the linear relaxation of a
multiple-choice knapsack; P. Sinha and A. A. Zoltners, Operations Research 27, 1979). The bound that is reported is
not read off the hull: it is what each group's best plan is worth at a price, over every offer, in whole numbers
(`EfficiencyOrder.line`).
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from budget.allocation.curve.linked_cluster import LinkedCluster
from budget.allocation.curve.service_hull import Cluster, service_clusters
from budget.allocation.curve.service_plan import ROOM, ServicePlan
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.lagrangian import LagrangianRelaxation, lagrangian_relaxation

NOTHING, TOGETHER = -1, -2  # in place of a point's offer: none, and the plan of a cluster
LOOKED_AT = 5_000  # steps beyond a budget that are tried with what it leaves


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A bound for every budget: access is at most (price·budget + rest) / scale, in the problem's steps and pence."""

    price: int
    rest: int
    scale: int

    def at(self, budget_pence: int) -> int:
        """Return the most that a plan within a budget can be worth."""
        return (self.price * budget_pence + self.rest) // self.scale

    def unrounded(self, budget_pence: int) -> Fraction:
        """Return the same bound before it is rounded down to a whole step."""
        return Fraction(self.price * budget_pence + self.rest, self.scale)


@dataclass(frozen=True, slots=True)
class EfficiencyOrder:
    """Points of every group, cheapest first, and the steps between them in the order they are taken.

    Points are arrays: `group`, `cost`, `value`, `offer` (a position in the problem, NOTHING or TOGETHER);
    `service_plans` has the plan of a point that is TOGETHER. `first` is each group's first point. `steps` are the
    points stepped to. `spend` and `worth` are totals before the first step and after each; `slope` is the access for a
    penny of each step. `free` are the offers of cohorts without a seat on any service. `lagrangian` is None where there
    is no offer.
    """

    problem: IntegerProblem
    clusters: tuple[Cluster, ...]
    group: np.ndarray
    cost: np.ndarray
    value: np.ndarray
    offer: np.ndarray
    service_plans: dict[int, ServicePlan]
    first: np.ndarray
    steps: np.ndarray
    spend: np.ndarray
    worth: np.ndarray
    slope: np.ndarray
    free: np.ndarray
    lagrangian: LagrangianRelaxation | None

    @property
    def has_shared_riders(self) -> bool:
        """Whether some cohort may ride on either of two services."""
        return any(isinstance(cluster, LinkedCluster) and len(cluster.services) > 1 for cluster in self.clusters)

    @property
    def least_pence(self) -> int:
        """What the first plan costs: nothing, or what those cost who must be funded."""
        return int(self.spend[0])

    @property
    def all_pence(self) -> int:
        """The least spend that brings all the access there is."""
        return int(self.spend[-1])

    def count(self, budget_pence: int) -> int:
        """Return how many steps a budget pays for; below `least_pence` it is -1."""
        return int(np.searchsorted(self.spend, budget_pence, side="right")) - 1

    def per_penny(self, budget_pence: int) -> float:
        """Return the access for a penny of the first step that a budget does not pay for, 0 beyond the last."""
        taken = self.count(budget_pence)
        return float(self.slope[taken]) if 0 <= taken < len(self.steps) else 0.0

    def highest_per_penny(self, budget_pence: int) -> float:
        """Return the highest price that is right for a budget: that of its last step where it ends with that."""
        taken = self.count(budget_pence)
        is_whole = taken > 0 and self.spend[taken] == budget_pence and np.isfinite(self.slope[taken - 1])
        return float(self.slope[taken - 1]) if is_whole else self.per_penny(budget_pence)

    def current(self, taken: int) -> np.ndarray:
        """Return each group's point after a number of steps."""
        now = self.first.copy()
        np.maximum.at(now, self.group[self.steps[:taken]], self.steps[:taken])
        return now

    def plan_at(self, budget_pence: int) -> Solution:
        """Return a plan for a budget: the steps it pays for, in order, and what the rest of it can still buy."""
        taken = self.count(budget_pence)
        now = self.current(taken)
        left = budget_pence - int(self.spend[taken])
        beyond = self.steps[taken:]
        more = self.cost[beyond] - self.cost[beyond - 1]
        for point in beyond[more <= left][:LOOKED_AT].tolist():
            step = int(self.cost[point] - self.cost[point - 1])
            if step <= left and now[self.group[point]] == point - 1:
                now[self.group[point]], left = point, left - step
        return self.solution_of(now, left)

    def solution_of(self, now: np.ndarray, left: int = 0) -> Solution:
        """Return the plan of one point a group, with better offers for single cohorts that `left` pence pay for."""
        offers = {int(g): int(i) for g, i in enumerate(self.offer[now]) if i >= 0}
        if left:
            offers |= self._upgrades(now, left)
        chosen, units = list(offers.values()), [0] * len(self.problem.max_units)
        for point in now[self.offer[now] == TOGETHER].tolist():
            plan = self.service_plans[point]
            chosen += plan.offers
            for service, count in plan.units:
                units[service] = count
        return Solution(tuple(sorted(chosen)), tuple(units))

    def _upgrades(self, now: np.ndarray, left: int) -> dict[int, int]:
        cost, value, cohort = self._free_offers()
        free, group = self.free, len(self.clusters) + np.unique(cohort, return_inverse=True)[1]
        spent, worth = self.cost[now].copy(), self.value[now].copy()
        better: dict[int, int] = {}
        while True:
            gain = np.where(cost - spent[group] <= left, value - worth[group], 0)
            if not len(gain) or gain.max() <= 0:
                return better
            best = int(np.argmax(gain))
            g = int(group[best])
            left -= int(cost[best] - spent[g])
            spent[g], worth[g], better[g] = cost[best], value[best], int(free[best])

    def line(self, per_penny: float) -> BoundLine | None:
        """Return the bound that a price of money proves, over every offer; None for a price beyond 64 bits."""
        problem, (cost, value, cohort) = self.problem, self._free_offers()
        units = sum(most * each for most, each in zip(problem.max_units, problem.unit_cost_pence, strict=True))
        size = sum(map(abs, problem.value)) + int((sum(problem.cost_pence) + units) * per_penny) + 1
        if size > ROOM:
            return None
        scale = 1 << (ROOM // size).bit_length() - 1
        price = round(per_penny * scale)
        names, group = np.unique(cohort, return_inverse=True)
        best = np.where(np.isin(names, list(problem.must_fund)), -ROOM, 0)
        np.maximum.at(best, group, scale * value - price * cost)
        tied = sum(cluster.best(scale, price)[0] for cluster in self.clusters)
        return BoundLine(price, int(best.sum()) + tied, scale)

    def _free_offers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return cost, value and cohort of the offers of cohorts without a seat on any service."""
        problem, free = self.problem, self.free
        cost, value, cohort = (
            np.array(each, dtype=np.int64) for each in (problem.cost_pence, problem.value, problem.cohort)
        )
        return cost[free], value[free], cohort[free]


def efficiency_order(problem: IntegerProblem) -> EfficiencyOrder | None:
    """Return the order of a problem; None where it has limits, or services that `service_clusters` does not cover."""
    if any(row.kind == "limit" for row in problem.rows):
        return None
    if problem.must_fund - set(problem.cohort) or (clusters := service_clusters(problem)) is None:
        return None
    hulls = [cluster.hull() for cluster in clusters]
    hull_points = [point for hull in hulls for point in hull]
    riding = [cohort for cluster in clusters for cohort in cluster.cohorts]
    free = np.flatnonzero(~np.isin(np.array(problem.cohort, dtype=np.int64), riding))
    tied = np.array([g for g, hull in enumerate(hulls) for _ in hull], dtype=np.int64)
    group, cost, value, offer = _points(problem, free)
    group = np.concatenate([tied, group + len(clusters)])
    cost = np.concatenate([np.array([point.cost for point in hull_points], dtype=np.int64), cost])
    value = np.concatenate([np.array([point.value for point in hull_points], dtype=np.int64), value])
    offer = np.concatenate([np.full(len(hull_points), TOGETHER, dtype=np.int64), offer])
    is_first = np.diff(group, prepend=-1) != 0
    points = np.flatnonzero(~is_first)
    slope = _slope(cost, value, points)
    order = np.argsort(-slope, kind="stable")  # a group's own steps stay in turn: their slopes fall
    steps, first = points[order], np.flatnonzero(is_first)
    return EfficiencyOrder(
        problem=problem,
        clusters=clusters,
        group=group,
        cost=cost,
        value=value,
        offer=offer,
        service_plans=dict(enumerate(hull_points)),
        first=first,
        steps=steps,
        spend=_totals(cost, first, steps),
        worth=_totals(value, first, steps),
        slope=slope[order],
        free=free,
        lagrangian=lagrangian_relaxation(problem),
    )


def _totals(figure: np.ndarray, first: np.ndarray, steps: np.ndarray) -> np.ndarray:
    return np.concatenate([[figure[first].sum()], figure[first].sum() + np.cumsum(figure[steps] - figure[steps - 1])])


def _slope(cost: np.ndarray, value: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return the access for a penny of each step; infinite for a step that costs nothing. Monotone, as division is."""
    more, gain = (cost[points] - cost[points - 1]).astype(float), (value[points] - value[points - 1]).astype(float)
    slopes: np.ndarray = np.divide(gain, more, out=np.full(len(points), np.inf), where=more > 0)
    return slopes


def _points(problem: IntegerProblem, free: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return group, cost, value and offer of the hulls of cohorts without a seat on any service, cheapest first."""
    cohort = np.array(problem.cohort, dtype=np.int64)[free]
    cost, value = np.array(problem.cost_pence, dtype=np.int64)[free], np.array(problem.value, dtype=np.int64)[free]
    names, group = np.unique(cohort, return_inverse=True)
    without = np.flatnonzero(~np.isin(names, list(problem.must_fund)))
    nothing = np.zeros(len(without), dtype=np.int64)
    group = np.concatenate([without, group])
    cost, value = np.concatenate([nothing, cost]), np.concatenate([nothing, value])
    offer = np.concatenate([nothing + NOTHING, free])
    order = np.lexsort((offer, -value, cost, group))
    points = tuple(figures[order] for figures in (group, cost, value, offer))
    while True:
        kept = _kept(*points[:3])
        if kept.all():
            return points
        points = tuple(figures[kept] for figures in points)


def _kept(group: np.ndarray, cost: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Say which points bring more than the one before and lie above the chord of their neighbours."""
    same = np.diff(group) == 0
    kept = np.ones(len(group), dtype=bool)
    kept[1:] &= ~(same & (np.diff(value) <= 0))
    if not kept.all():
        return kept
    inner = np.flatnonzero(same[1:] & same[:-1]) + 1
    kept[inner] = _slope(cost, value, inner) > _slope(cost, value, inner + 1)
    return kept
