"""The best plan for a budget where every efficient plan of every group is known: one of each group, exactly.

A multiple-choice knapsack. At a price of money each group has a best plan, and any other loses some of its score. Few
plans lose so little that they can be in a plan worth more than one that is known, and only these are combined, group by
group, by dynamic programming with dominance and bounds (K. Dudzinski and S. Walukiewicz, "Exact methods for the
knapsack problem and its generalizations", European Journal of Operational Research 28, 1987).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from budget.allocation.curve.efficiency_order import NOTHING, BoundLine, EfficiencyOrder
from budget.allocation.curve.linked_cluster import LinkedCluster
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.stop_rule import is_proved

MOST_STATES = 30_000  # combinations kept at once; beyond them those that lose least are kept, and nothing is proved


@dataclass(frozen=True, slots=True)
class Group:
    """The plans of a group: cost and value of each, and a cohort's offers or the numbers of a cluster's plans."""

    cluster: LinkedCluster | None
    cost: np.ndarray
    value: np.ndarray
    plan: np.ndarray


@dataclass(frozen=True, slots=True)
class _Layer:
    """The plans of one group that are still open: their places, what each costs, and the score that it loses."""

    group: int
    places: np.ndarray
    cost: np.ndarray
    loss: np.ndarray


def closer_plan(
    order: EfficiencyOrder, groups: Sequence[Group], line: BoundLine, plan: Solution, bound: int, gap: float
) -> tuple[Solution, int]:
    """Return a better plan for the budget of the order's problem, or a lower bound, or both, for the gap asked.

    `groups` are those of `groups_of`, `line` a bound whose price is near that of the budget, `bound` the lowest known.
    What a plan may miss of the bound is widened until one is found: the narrower, the fewer are the plans.
    """
    problem, highest = order.problem, bound
    value, missing = plan.value(problem), max(int(bound * Fraction(gap)), 0)
    while not is_proved(value, bound, gap):
        least = max(highest - missing, value + 1)
        places, is_complete = _best_places(groups, line, problem.rows[0].right, least)
        if places is not None:
            plan = _solution(order, groups, places)
            value = plan.value(problem)
        if not is_complete:
            break
        bound = value if places is not None else least - 1
        missing = 4 * missing + 1
    return plan, bound


def groups_of(order: EfficiencyOrder) -> list[Group] | None:
    """Return the groups of an order with all their efficient plans; None where those of a service are not known."""
    groups = []
    for cluster in order.clusters:
        if not isinstance(cluster, LinkedCluster):
            return None
        cost, value = cluster.points
        groups.append(Group(cluster, cost, value, np.arange(len(cost))))
    problem = order.problem
    by_cohort: dict[int, list[int]] = {}
    for i in order.free.tolist():
        by_cohort.setdefault(problem.cohort[i], [] if problem.cohort[i] in problem.must_fund else [NOTHING]).append(i)
    for own in by_cohort.values():
        cost = np.array([0 if i == NOTHING else problem.cost_pence[i] for i in own], dtype=np.int64)
        value = np.array([0 if i == NOTHING else problem.value[i] for i in own], dtype=np.int64)
        groups.append(Group(None, cost, value, np.array(own)))
    return groups


def _solution(order: EfficiencyOrder, groups: Sequence[Group], places: Sequence[int]) -> Solution:
    chosen: list[int] = []
    units = [0] * len(order.problem.max_units)
    for group, place in zip(groups, places, strict=True):
        number = int(group.plan[place])
        if group.cluster is not None:
            plan = group.cluster.plan(number)
            chosen += plan.offers
            for service, count in plan.units:
                units[service] = count
        elif number != NOTHING:
            chosen.append(number)
    return Solution(tuple(sorted(chosen)), tuple(units))


def _best_places(
    groups: Sequence[Group], line: BoundLine, budget_pence: int, least: int
) -> tuple[list[int] | None, bool]:
    """Return the places of the best plan worth `least` or more, None where none is found; and if all were looked at.

    A plan is worth that much if what it loses of the groups' best scores, with the price of the money that it leaves,
    is at most what the bound is above it.
    """
    room = line.price * budget_pence + line.rest - line.scale * least
    places, spent, layers = [], 0, []
    for n, group in enumerate(groups):
        score = line.scale * group.value - line.price * group.cost
        loss = score.max() - score
        places.append(int(np.argmin(loss)))
        near = np.flatnonzero(loss <= room)
        if len(near) > 1:
            layers.append(_Layer(n, near, group.cost[near], loss[near]))
        else:
            spent += int(group.cost[places[n]])
    layers.sort(key=lambda layer: -int(np.ptp(layer.cost)))  # the small ones fill what the large ones leave
    found, is_complete = _combined(layers, line.price, budget_pence - spent, room)
    if found is None:
        return None, is_complete
    for layer, choice in zip(layers, found, strict=True):
        places[layer.group] = int(layer.places[choice])
    return places, is_complete


def _combined(layers: Sequence[_Layer], price: int, money: int, room: int) -> tuple[list[int] | None, bool]:
    """Return which plan of each layer make up the best whole within the money and what may be lost."""
    least, most = (_left_to_spend(layers, figure) for figure in (np.min, np.max))
    if room < 0 or least[0] > money or price * max(money - most[0], 0) > room:
        return None, True
    cost = loss = np.zeros(1, dtype=np.int64)
    came_from, is_complete = [], True
    for n, layer in enumerate(layers):
        grown = (cost[:, None] + layer.cost).ravel()
        lost = (loss[:, None] + layer.loss).ravel()
        unspent = np.maximum(money - grown - most[n + 1], 0)
        kept = np.flatnonzero((grown + least[n + 1] <= money) & (lost + price * unspent <= room))
        kept = kept[_efficient(grown[kept], price * grown[kept] - lost[kept])]
        if len(kept) > MOST_STATES:
            kept = kept[np.argsort(lost[kept], kind="stable")[:MOST_STATES]]
            is_complete = False
        cost, loss = grown[kept], lost[kept]
        came_from.append(kept)
    if not len(cost):
        return None, is_complete
    at, found = int(np.argmax(price * cost - loss)), []
    for layer, kept in zip(reversed(layers), reversed(came_from), strict=True):
        at, choice = divmod(int(kept[at]), len(layer.cost))
        found.append(choice)
    return found[::-1], is_complete


def _left_to_spend(layers: Sequence[_Layer], figure: Callable[[np.ndarray], int]) -> list[int]:
    """Return what the layers from each one on cost at least, or at most."""
    costs = [int(figure(layer.cost)) for layer in layers]
    return [sum(costs[n:]) for n in range(len(costs) + 1)]


def _efficient(cost: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Return which combinations are worth more than every one that costs as little, cheapest first."""
    order = np.lexsort((-worth, cost))
    highest = np.maximum.accumulate(worth[order])
    is_more = np.concatenate([[True], highest[1:] > highest[:-1]])[: len(order)]
    return np.asarray(order[is_more])
