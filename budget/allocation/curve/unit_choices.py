"""How many units of each service a budget should run: a bound for every choice, from prices that all budgets share.

Where a price of money makes one more vehicle worth the same as none, the bound at that price is that of a part of one,
and no plan comes near it. With the units fixed the best price is a little higher or lower. So each service is looked
at once for each of a row of prices, for all its counts together (one table of seats has them all); then the bound of
any choice of units, at any budget, is the least of a few sums. Choices are looked through with the highest bound first
(branch and bound: A. H. Land and A. G. Doig, Econometrica 28, 1960).
"""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, log, log1p

import numpy as np

from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.heuristics import repaired_plan
from budget.allocation.search.lagrangian import LagrangianRelaxation
from budget.allocation.search.unit_branching import UnitRange

SPACING, AROUND = 0.01, 12  # prices stand a hundredth apart; so many on either side of a budget's own are looked at
NODES = 5_000  # parts of choices that are looked at for a budget, at most
PLANS = 24  # choices that a plan is made for, at most


@dataclass(frozen=True, slots=True)
class _Scores:
    """The bound at a price without its money and its services with riders, and theirs, by units that run."""

    whole: int
    rest: int
    by_units: list[list[int]]


class UnitChoices:
    """The scores of every service at a row of prices, kept from one budget to the next.

    `lagrangian` has the largest budget, `highest` is the highest price of a budget, in steps of access for a penny.
    """

    def __init__(self, lagrangian: LagrangianRelaxation, highest: float):
        self.relaxed, self.highest = lagrangian.with_budget(0), highest if isfinite(highest) else 0.0
        beyond = self.highest * (1 + SPACING) ** (AROUND + 1)
        self.scale = lagrangian.scale_for(np.array([beyond * lagrangian.divisor[0]]))
        self.known: dict[int, _Scores] = {}

    def closer(
        self, budget_pence: int, per_penny: float, known: Solution, is_met: Callable[[int, int], bool], deadline: float
    ) -> tuple[Solution, list[UnitRange], int] | None:
        """Return a plan at least as good as the one known, and the ranges of units that may hold a much better one.

        `is_met` says whether the value of a plan and a bound are close enough. The ranges come with the highest bound
        first; the figure is a bound on all plans that are in none of them. None where there is nothing to choose.
        """
        if not 0 < per_penny <= self.highest or not self.relaxed.services:
            return None
        middle = round(log(per_penny) / log1p(SPACING))
        prices = [self._at(each) for each in range(middle - AROUND, middle + AROUND + 1)]
        money = budget_pence // self.relaxed.divisor[0]
        choices = _Choices(prices, money, self.scale)
        within = self.relaxed.with_budget(budget_pence)
        problem, plan, tried = within.problem, known, set()
        value = known.value(problem)
        for _ in range(NODES):
            bound = choices.bound
            if is_met(value, bound) or time.perf_counter() > deadline:
                break
            units, price = choices.likely()
            if units not in tried and len(tried) < PLANS:
                tried.add(units)
                fixed = self._with_units(within, units, units)
                found = repaired_plan(fixed, fixed.at_whole(np.array([price]), self.scale))
                if found is not None and not excesses(problem, found) and found.value(problem) > value:
                    plan, value = found, found.value(problem)
                    continue
            if not choices.split():
                break
        left = sorted(choices.open, key=lambda each: each[:2])
        wide = [each for each in left if not is_met(value, -each[0] // self.scale)]
        close = max((-each[0] // self.scale for each in left[len(wide) :]), default=value)
        return plan, [self._range(within, choices, *each) for each in wide], max(close, value)

    def _range(
        self, within: LagrangianRelaxation, choices: "_Choices", bound: int, made: int, fixed: tuple[int, ...], sums
    ) -> UnitRange:
        """Return a part of the choices as a range of units, with its point at its best price."""
        least = tuple(max(n, 0) for n in fixed)
        most = tuple(n if n >= 0 else own.shape[1] - 1 for n, own in zip(fixed, choices.by_units, strict=True))
        part = self._with_units(within, least, most)
        point = part.at_whole(np.array([choices.prices[int(np.argmin(sums))]]), self.scale)
        return UnitRange((bound // self.scale, made), part, point)

    def _at(self, exponent: int) -> _Scores:
        if exponent not in self.known:
            price = (1 + SPACING) ** exponent * self.relaxed.divisor[0]
            whole = int(round(price * self.scale))
            self.known[exponent] = _Scores(whole, *self.relaxed.scores_by_units(np.array([whole]), self.scale))
        return self.known[exponent]

    def _with_units(
        self, within: LagrangianRelaxation, least: tuple[int, ...], most: tuple[int, ...]
    ) -> LagrangianRelaxation:
        """Return the relaxation with units of each service with riders in bounds; the others run none."""
        bounds = np.zeros((2, len(within.most_units)), dtype=np.int64)
        bounds[:, [service.number for service in within.services]] = least, most
        return within.with_units(*bounds)


class _Choices:
    """Parts of choices with their bounds: units fixed for some services, any for the others."""

    def __init__(self, prices: list[_Scores], money: int, scale: int):
        self.scale, self.prices = scale, [each.whole for each in prices]
        base = np.array([each.rest + each.whole * money for each in prices], dtype=np.int64)
        self.by_units = [np.array(each, dtype=np.int64) for each in zip(*(p.by_units for p in prices), strict=True)]
        self.made = 0
        self.open: list[tuple[int, int, tuple[int, ...], np.ndarray]] = []
        self._push((-1,) * len(self.by_units), base + sum(each.max(axis=1) for each in self.by_units))

    @property
    def bound(self) -> int:
        """The bound on all choices, in the problem's steps."""
        return -self.open[0][0] // self.scale

    def _push(self, fixed: tuple[int, ...], sums: np.ndarray) -> None:
        self.made += 1
        heapq.heappush(self.open, (-int(sums.min()), self.made, fixed, sums))

    def likely(self) -> tuple[tuple[int, ...], int]:
        """Return the units of the choice with the highest bound, as its price has them, and that price."""
        _, _, fixed, sums = self.open[0]
        k = int(np.argmin(sums))
        units = [n if n >= 0 else int(np.argmax(own[k])) for n, own in zip(fixed, self.by_units, strict=True)]
        return tuple(units), self.prices[k]

    def split(self) -> bool:
        """Part the choice with the highest bound, at the service in most doubt; return whether it could be."""
        _, _, fixed, sums = self.open[0]
        k = int(np.argmin(sums))
        doubts = []
        for service, (n, own) in enumerate(zip(fixed, self.by_units, strict=True)):
            if n < 0 and len(own[k]) > 1:
                second, best = np.sort(own[k])[-2:]
                doubts.append((int(best - second), service))
        if not doubts:
            return False
        heapq.heappop(self.open)
        _, service = min(doubts)
        own = self.by_units[service]
        for n in range(own.shape[1]):
            self._push((*fixed[:service], n, *fixed[service + 1 :]), sums - own.max(axis=1) + own[:, n])
        return True
