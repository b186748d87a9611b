"""Branching on shares: limits by share of the plan's total become limits by amount where the total is in a range.

"A quarter of the spend at least in each district" ties every offer to every other, as the total stands in each row.
Where the total lies in a known range, the share of its lower end is a floor on one group alone that every such plan
keeps: a looser problem, whose bound holds. The share of its upper end is a floor that is enough: a stricter problem,
whose plans keep the shares. Both have limits of single groups, which column generation handles well
(`budget.allocation.search.column_generation`). A range in which the bound is too far above the best plan is halved.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from budget.allocation.inputs.tables import MICRO
from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.column_generation import ColumnGeneration, DualPoint
from budget.allocation.search.column_plans import best_plan
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation, lagrangian_relaxation

SPEND, ACCESS = "spend", "access"  # measures whose totals can be bounded
FEW = 100  # cohorts for each share limit, at most: with more, whole offers come close to any share without branching
RANGES, IN_VAIN = 6, 4  # ranges that are halved, at most, and at most while there is no plan
CLOSE = 1e-6  # of a bound, where a gap of 0 is asked

IsMet = Callable[[int | None, int], bool]  # whether the value of a plan (None: no plan) and a bound are good enough


@dataclass(frozen=True, slots=True)
class TotalRange:
    """Totals from `low` to `high`, and the bound on plans with such a total, in the problem's steps."""

    low: int
    high: int
    bound: int
    start: DualPoint | None = None  # the prices to start column generation from

    def halves(self) -> tuple["TotalRange", "TotalRange"]:
        """Return the lower and the upper half."""
        middle = (self.low + self.high) // 2
        return replace(self, high=middle), replace(self, low=middle + 1)


def branch_on_shares(
    lagrangian: LagrangianRelaxation,
    point: LagrangianPoint,
    known: Solution | None,
    is_met: IsMet,
    until: float,
    gap: float,
) -> tuple[Solution | None, int]:
    """Return the best plan, the one known among them, and the bound that no plan can pass.

    `point` has the prices of the problem as it is, and the first bound. Nothing is done where no share has
    a price, where there are more than `FEW` cohorts for each such share, or where the bound says that there is no plan.
    """
    bound = point.bound // point.scale
    prices = lagrangian.named_prices(point)
    shares = (row for row in lagrangian.problem.rows if row.share is not None and prices[row.name])
    priced = [row for row in shares if _measured(lagrangian.problem, row) is not None]
    if not priced or len(lagrangian.starts) > FEW * len(priced) or bound < least_value(lagrangian.problem):
        return known, bound
    measure = SPEND if any(row.measure == SPEND for row in priced) else ACCESS
    totals = _ShareBranching(lagrangian, point, measure, is_met, until, gap, known)
    whole = totals.whole()
    totals.look_for_a_plan(whole)
    open_ = totals.still_open(whole)
    for turn in range(RANGES):
        widest = max(open_, key=lambda each: each.bound, default=None)
        if widest is None or widest.low >= widest.high or totals.is_over(widest.bound):
            break
        if totals.plan is None and turn >= IN_VAIN:
            break
        open_.remove(widest)
        lower, upper = widest.halves()
        totals.look_for_a_plan(lower)
        open_ += totals.still_open(lower, upper)
    bounds = [each.bound for each in open_] + ([] if totals.value is None else [totals.value])
    return totals.plan, max(bounds, default=bound)


@dataclass
class _ShareBranching:
    """The problem, the measure whose total is branched on, the best plan so far, and when to stop."""

    lagrangian: LagrangianRelaxation
    point: LagrangianPoint
    measure: str
    is_met: IsMet
    until: float
    gap: float
    plan: Solution | None

    @property
    def problem(self) -> IntegerProblem:
        return self.lagrangian.problem

    @property
    def value(self) -> int | None:
        return None if self.plan is None else self.plan.value(self.problem)

    def is_over(self, bound: int) -> bool:
        return self.is_met(self.value, bound) or time.perf_counter() > self.until

    def whole(self) -> TotalRange:
        """Return the range with the total of every plan that is no worse than the one known."""
        bound = self.point.bound // self.point.scale
        high = self.problem.rows[0].right if self.measure == SPEND else bound
        return TotalRange(self._least(), high, bound)

    def _least(self) -> int:
        if self.measure == SPEND:
            return 0 if self.value is None else least_spend(self.lagrangian, self.point, self.value)
        return least_value(self.problem) if self.value is None else self.value

    def look_for_a_plan(self, part: TotalRange) -> None:
        """Look for a better plan in the stricter problem: floors by the upper end of the range, caps by the lower."""
        if part.high < self._least():
            return
        strict = with_totals(self._within(part), {self.measure: part.high}, {self.measure: part.low})
        columns = self._improved(strict, part, lambda _: False)
        if columns is None or columns.best.bound is None:
            return
        found = best_plan(columns, self.until, self.gap / 4)
        if found is not None and not excesses(self.problem, found):
            self.plan = max(self.plan or found, found, key=lambda plan: plan.value(self.problem))

    def still_open(self, *parts: TotalRange) -> list[TotalRange]:
        """Return the ranges with their bounds, without those in which no plan is as good as the best one."""
        found = []
        for part in parts:
            part = replace(part, low=max(part.low, self._least()))
            found += [self._bounded(part)] if part.low <= part.high else []
        return [each for each in found if each is not None and (self.value is None or each.bound >= self.value)]

    def _bounded(self, part: TotalRange) -> TotalRange | None:
        """Return a range with the bound of the looser problem; None where it has no plan at all."""
        loose = with_totals(self._within(part), {self.measure: part.low}, {self.measure: part.high})
        columns = self._improved(loose, part, lambda best: self.is_met(self.value, best.steps))
        if columns is None:
            return part
        if columns.best.bound is None:
            return None
        bound = min(columns.best.steps, part.bound)
        high = min(part.high, bound) if self.measure == ACCESS else part.high
        return TotalRange(part.low, high, bound, columns.best) if part.low <= high else None

    def _within(self, part: TotalRange) -> IntegerProblem:
        """Return the problem with no more money than the range of its spend has."""
        if self.measure != SPEND:
            return self.problem
        return self.problem.with_budget(min(self.problem.rows[0].right, part.high))

    def _improved(
        self, problem: IntegerProblem, part: TotalRange, enough: Callable[[DualPoint], bool]
    ) -> ColumnGeneration | None:
        """Return columns with the best prices, starting from those of the wider range where there is one."""
        lagrangian = lagrangian_relaxation(problem)
        if lagrangian is None:
            return None
        columns = ColumnGeneration(lagrangian)
        if part.start is None:
            columns.start_at(best_dual_points(lagrangian, self.until)[0])
        else:
            columns.evaluate(part.start.prices, part.start.rider_duals)
        columns.improve(self.until, max(self.gap, CLOSE) / 4, enough)
        return columns


def least_value(problem: IntegerProblem) -> int:
    """Return the least that any plan can be worth, in the problem's steps."""
    on_units = (most * min(each, 0) for most, each in zip(problem.max_units, problem.unit_value, strict=True))
    return sum(min(each, 0) for each in problem.value) + sum(on_units)


def least_spend(lagrangian: LagrangianRelaxation, point: LagrangianPoint, value: int) -> int:
    """Return the least that a plan worth `value` must spend, in pence, by the price of money at a point.

    At a price p of money no plan that leaves r pence unspent is worth more than bound − p·r.
    """
    price = int(point.prices[0])
    if price <= 0:
        return 0
    unspent = max(point.bound - value * point.scale, 0) // price
    return max((int(lagrangian.right[0]) - unspent) * lagrangian.divisor[0], 0)


def with_totals(problem: IntegerProblem, floors: Mapping[str, int], caps: Mapping[str, int]) -> IntegerProblem:
    """Return the problem with shares as amounts: of `floors[measure]` for "at least", of `caps[measure]` for "at most".

    Totals are in pence for spend and in the problem's steps for access; a share of another measure is left as it is.
    """

    def as_amount(row: Row) -> Row:
        total = (floors if row.sense == ">=" else caps).get(row.measure)
        return row if row.share is None or total is None else _amount(problem, row, total) or row

    return replace(problem, rows=tuple(map(as_amount, problem.rows)))


def _amount(problem: IntegerProblem, row: Row, total: int) -> Row | None:
    """Return the row over the group alone: the share's row and its part of every offer's measure, added up."""
    measured = _measured(problem, row)
    if measured is None or row.share is None:
        return None
    (offers, units), (times, divided) = measured
    part, whole = row.share.numerator, row.share.denominator
    on_offers, on_units = part * offers, part * units
    on_offers[list(row.offers)] += np.array(row.on_offers, dtype=object)
    on_units[list(row.units)] += np.array(row.on_units, dtype=object)
    for both, each in ((on_offers, offers), (on_units, units)):
        if not np.all((both == 0) | (both == whole * each)):  # the row is not of this measure, as with another goal
            return None
    right = part * total * times
    right = -(-right // divided) if row.sense == ">=" else right // divided  # the measure is in whole numbers
    return replace(row, right=right, share=None).with_dense(on_offers.tolist(), on_units.tolist())


def _measured(problem: IntegerProblem, row: Row) -> tuple[tuple[np.ndarray, np.ndarray], tuple[int, int]] | None:
    """Return what each offer and unit adds to a share's total in the row's unit, and how our total converts to it.

    The conversion is a pair: multiply by the first, divide by the second. None where the total cannot be bounded.
    """
    if row.measure == SPEND:
        costs, unit_costs = (np.array(each, dtype=object) for each in (problem.cost_pence, problem.unit_cost_pence))
        return (costs, unit_costs), (1, 1)
    if row.measure != ACCESS or any(problem.unit_value) or row.share is None:
        return None
    times = problem.step * row.scale // row.share.denominator
    offers = np.array(problem.value, dtype=object) * times
    if any(each % MICRO for each in offers):
        return None
    return (offers // MICRO, np.zeros(len(problem.unit_value), dtype=object)), (times, MICRO)
