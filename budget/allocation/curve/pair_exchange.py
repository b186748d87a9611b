"""A better plan for a budget by changing two groups at once, until no pair of changes brings more.

The order leaves a little money over; a dearer offer here for a cheaper one there often spends it better. All pairs are
looked at together: changes are sorted by what they cost, and for each the best other one that fits with it is read
off a running maximum.
"""

from dataclasses import dataclass

import numpy as np

from budget.allocation.curve.efficiency_order import TOGETHER, Order
from budget.allocation.model.pulp_model import Solution

ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Swaps:
    """Every choice of every group: an offer, nothing, or a plan on the hull of a cluster (`point`)."""

    order: Order
    group: np.ndarray
    cost: np.ndarray
    value: np.ndarray
    offer: np.ndarray
    point: np.ndarray

    @classmethod
    def of(cls, order: Order) -> "Swaps":
        """Return the choices of an order's groups."""
        problem, free = order.problem, order.free
        ends = np.flatnonzero(order.offer < 0)  # nothing, and the plans of clusters
        group = np.concatenate([order.group[ends], order.group_of_offer(free)])
        cost = np.concatenate([order.cost[ends], np.array(problem.cost_pence, dtype=np.int64)[free]])
        value = np.concatenate([order.value[ends], np.array(problem.value, dtype=np.int64)[free]])
        offer = np.concatenate([order.offer[ends], free])
        point = np.concatenate([ends, np.full(len(free), -1)])
        return cls(order, group, cost, value, offer, point)

    def improved(self, plan: Solution, budget_pence: int) -> Solution:
        """Return a plan of the order, for a budget, with the best pairs of changes made."""
        now = self._choices(plan)
        if now is None:
            return plan
        left = budget_pence - int(self.cost[now].sum())
        for _ in range(ROUNDS):
            pair = self._best_pair(now, left)
            if pair is None:
                break
            for choice in pair:
                left -= int(self.cost[choice] - self.cost[now[self.group[choice]]])
                now[self.group[choice]] = choice
        return self._plan(now)

    def _best_pair(self, now: np.ndarray, left: int) -> tuple[int, ...] | None:
        more, gain = self.cost - self.cost[now[self.group]], self.value - self.value[now[self.group]]
        by_cost = np.argsort(more, kind="stable")
        most = np.maximum.accumulate(gain[by_cost])
        leader = np.maximum.accumulate(np.where(gain[by_cost] == most, np.arange(len(most)), 0))
        last = np.searchsorted(more[by_cost], left - more, side="right") - 1
        partner = by_cost[leader[np.maximum(last, 0)]]
        apart = (last >= 0) & (self.group[partner] != self.group)
        alone = np.where(more <= left, gain, -1)
        together = np.where(apart, gain + gain[partner], -1)
        best = int(np.argmax(np.maximum(alone, together)))
        if max(alone[best], together[best]) <= 0:
            return None
        return (best,) if alone[best] >= together[best] else (best, int(partner[best]))

    def _choices(self, plan: Solution) -> np.ndarray | None:
        """Return the choice of each group in a plan; None where a cluster's is not on its hull."""
        number = {int(i): n for n, i in enumerate(self.offer) if i >= 0}
        now = np.full(len(self.order.first), -1)
        for n in np.flatnonzero(self.offer == -1).tolist():
            now[self.group[n]] = n
        chosen, seen = set(plan.offers), 0
        for n in np.flatnonzero(self.offer == TOGETHER).tolist():
            held = self.order.held[int(self.point[n])]
            own = set(self.order.clusters[int(self.group[n])].cost)
            units = plan.units[self.order.clusters[int(self.group[n])].service]
            if set(held.offers) == chosen & own and held.units == units:
                now[self.group[n]], seen = n, seen + 1
        for i in plan.offers:
            if i in number:
                now[self.group[number[i]]] = number[i]
        return now if seen == len(self.order.clusters) and (now >= 0).all() else None

    def _plan(self, now: np.ndarray) -> Solution:
        offers = [int(i) for i in self.offer[now] if i >= 0]
        units = [0] * len(self.order.problem.max_units)
        for n in now[self.offer[now] == TOGETHER].tolist():
            held = self.order.held[int(self.point[n])]
            offers += held.offers
            units[self.order.clusters[int(self.group[n])].service] = held.units
        return Solution(tuple(sorted(offers)), tuple(units))
