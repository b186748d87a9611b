"""Heuristics for a first plan: a greedy one guided by the linear relaxation, and the repair of a Lagrangian point."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses

if TYPE_CHECKING:
    from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation

FIRST_STEP, RAISED = 1e-7, 14  # prices of exceeded rows rise so often, by four times as much each time


def greedy_plan(problem: IntegerProblem, guide: np.ndarray | None, first: Sequence[int] = ()) -> Solution | None:
    """Fund cohorts one by one while everything fits, those that must be funded first; None where that breaks a limit.

    `guide` are the values of the linear relaxation (offers, units): offers that it funds whole come first, then the
    rest by access for a penny. Units of a service are bought as riders need them. With the offers of a plan as `first`
    the result is that plan without idle units, and with what the money left over can still buy.
    """
    greedy = _GreedyPlan(problem)
    cheapest = sorted(range(len(problem.cohort)), key=lambda i: (problem.cost_pence[i], i))
    must = [i for i in cheapest if problem.cohort[i] in problem.must_fund]
    for i in (*first, *must, *_in_greedy_order(problem, guide)):
        greedy.fund(i)
    plan = Solution(tuple(sorted(greedy.offers)), tuple(greedy.units))
    return None if excesses(problem, plan) else plan


def _in_greedy_order(problem: IntegerProblem, guide: np.ndarray | None) -> Iterator[int]:
    whole = np.zeros(len(problem.cohort)) if guide is None else np.floor(guide[: len(problem.cohort)] + 1e-6)
    cost, value = np.array(problem.cost_pence, dtype=float), np.array(problem.value, dtype=float)
    density = value / np.maximum(cost, 1.0)
    order = np.lexsort((np.arange(len(cost)), -density, -whole))
    return (int(i) for i in order if value[i] > 0)


class _GreedyPlan:
    """The offers and units chosen so far, and how much of each "<=" row they use."""

    def __init__(self, problem: IntegerProblem):
        self.problem = problem
        self.offers: list[int] = []
        self.units = [0] * len(problem.max_units)
        self.funded: set[int] = set()
        self.rows = [row for row in problem.rows if row.sense == "<="]
        self.used: Counter[int] = Counter()
        self.of_offer: dict[int, list[tuple[int, int]]] = defaultdict(list)  # row and coefficient
        self.of_unit: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for r, row in enumerate(self.rows):
            for i, c in zip(row.offers, row.on_offers, strict=True):
                self.of_offer[i].append((r, c))
            for s, c in zip(row.units, row.on_units, strict=True):
                self.of_unit[s].append((r, c))

    def fund(self, i: int) -> None:
        """Choose an offer, with the units it needs, if its cohort has none yet and every "<=" row still holds."""
        if self.problem.cohort[i] in self.funded:
            return
        service, change = self.problem.service[i], Counter(dict(self.of_offer[i]))
        seats = next((r for r in change if self.rows[r].kind == "seats"), None)
        more = 0
        if seats is not None:
            more = max(-((self.used[seats] + change[seats]) // self.rows[seats].on_units[0]), 0)
            change.update({r: c * more for r, c in self.of_unit[service]})
            if self.units[service] + more > self.problem.max_units[service]:
                return
        if any(self.used[r] + by > self.rows[r].right for r, by in change.items() if by > 0):
            return
        self.used.update(change)
        if more:
            self.units[service] += more
        self.offers.append(i)
        self.funded.add(self.problem.cohort[i])


def repaired_plan(lagrangian: "LagrangianRelaxation", point: "LagrangianPoint") -> Solution | None:
    """Raise the prices of the rows that a point exceeds until every row is kept, then spend what is left.

    None where that comes to no plan, as with floors that need other offers than the prices choose.
    """
    prices = point.prices / point.scale
    natural = np.where(prices > 0, prices, np.median(prices[prices > 0]) if (prices > 0).any() else 1.0)
    step, at = FIRST_STEP, point
    for _ in range(RAISED):
        over = at.activity > lagrangian.right
        if not over.any():
            return _upgraded(lagrangian, at)
        prices = prices + np.where(over, natural * step, 0.0)
        step *= 4
        at = lagrangian.at(prices)
    return None


def _upgraded(lagrangian: "LagrangianRelaxation", point: "LagrangianPoint") -> Solution:
    """Return the plan of a point with better offers as far as every row allows, best value for money first."""
    offers, left = point.offers.copy(), lagrangian.right - point.activity
    while True:
        now = offers[lagrangian.group]
        has = now >= 0
        gain = lagrangian.value - np.where(has, lagrangian.value[now], 0)
        rides = has & ~lagrangian.seatless[now]
        able = np.flatnonzero((gain > 0) & lagrangian.seatless & ~rides)
        more: np.ndarray = lagrangian.by_offer[able].toarray()  # of each row, above what the cohort takes now
        more[has[able]] -= lagrangian.by_offer[now[able][has[able]]].toarray()
        fits = (more <= left).all(axis=1)
        able, more = able[fits], more[fits]
        if not len(able):
            break
        order = np.argsort(-gain[able] / np.maximum(more[:, 0], 1), kind="stable")
        moved: set[int] = set()
        for n in order.tolist():
            group = int(lagrangian.group[able[n]])
            if group not in moved and (more[n] <= left).all():
                offers[group] = able[n]
                left = left - more[n]
                moved.add(group)
    return Solution(tuple(sorted(offers[offers >= 0].tolist())), tuple(point.units.tolist()))
