"""Access for every budget, from nothing to all, with a bound that no plan can pass; and where more money buys little.

Without limits the whole curve comes from one pass (`budget.allocation.curve.efficiency_order`): a plan for each
budget, a bound for all of them, the price of money, and the order in which cohorts come in. Where a plan and the
bound are further apart than the gap asked, the few offers that could still matter are settled exactly
(`budget.allocation.curve.frontier_points`). With limits each budget is a solve of its own
(`budget.allocation.allocate`). The plan for a budget that somebody picks is `allocate` at that budget.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
import pandas as pd

from budget.allocation.allocate import PENCE_IN_1000_POUNDS, solve
from budget.allocation.curve.efficiency_order import EfficiencyOrder, efficiency_order
from budget.allocation.curve.frontier_points import (
    POINT_COLUMNS,
    Report,
    offer_names,
    points_of_order,
    points_one_by_one,
)
from budget.allocation.inputs.allocation_problem import AllocationProblem, Settings
from budget.allocation.inputs.objective import MOST_ACCESS
from budget.allocation.inputs.tables import LARGEST_PENCE, MICRO, CheckedTables
from budget.allocation.model.integer_problem import IntegerProblem, to_integers
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.stop_rule import TIME_OVER
from budget.allocation.search.tie_breaking import TIES_LEFT_OPEN
from data.faults import Fault, InputError
from data.wording import plain_number

POINTS = 40
MOST_POINTS = 2_000
ONE_PASS, POINT_BY_POINT = "one pass", "point by point"
Offer = tuple[str, str]  # a cohort and an option
STEP_COLUMNS = ("budget_pence", "access", "enters", "leaves", "more_pence", "more_access", "access_per_1000_pounds")


@dataclass(frozen=True, slots=True)
class Frontier:
    """What each budget buys.

    `points` (index budget_pence, rising): status ("optimal" is proved within the gap, "time_limit" is not, "infeasible"
    has no plan), access, bound (no plan brings more), concave_bound (the same from prices alone, a concave curve; NaN
    where points were solved one by one), gap, spent_pence, people, cohorts, access_per_extra_1000_pounds (the price of
    money: what the next pounds buy).

    `steps`: what comes in and goes out as money grows, in order (STEP_COLUMNS; enters and leaves are tuples of (cohort,
    option)); empty where points were solved one by one.

    `knee_pence` is the budget up to which each pound buys more than the average pound of the whole curve does: where
    the curve is furthest above the straight line between its ends. None where it has no such place, or where points
    that were solved one by one are not all proved. `all_pence` is the
    least that brings all the access there is, None where it is not known.

    `chosen`: the offers of each point that was solved on its own, in the order of the points; empty for one pass.
    """

    points: pd.DataFrame
    steps: pd.DataFrame
    knee_pence: int | None
    all_pence: int | None
    way: str
    seconds: float
    notes: tuple[str, ...] = ()
    chosen: tuple[frozenset[Offer], ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the curve in the shape that the command line prints; what enters and leaves since the point before."""
        points = []
        for (pence, row), (enters, leaves) in zip(self.points.iterrows(), self.changes(), strict=True):
            figures = {name: _json_value(row[name]) for name in self.points}
            named = {"enters": enters, "leaves": leaves}
            points.append({"budget_pence": int(pence)} | figures | {k: [list(o) for o in v] for k, v in named.items()})
        return {
            "way": self.way,
            "knee_pence": self.knee_pence,
            "all_pence": self.all_pence,
            "seconds": round(self.seconds, 3),
            "points": points,
            "notes": list(self.notes),
        }

    def changes(self) -> list[tuple[list[Offer], list[Offer]]]:
        """Return, for each point, the offers that came in since the point before and those that went.

        They are those of the order's steps or, where each point was solved on its own, of two plans side by side; the
        first point is beside an empty plan.
        """
        if self.way == POINT_BY_POINT:
            before = (frozenset[Offer](), *self.chosen)
            pairs = zip(before, self.chosen, strict=False)
            return [(sorted(now - then), sorted(then - now)) for then, now in pairs]
        budgets = self.steps["budget_pence"].to_numpy()
        found, taken = [], 0
        for pence in self.points.index:
            upto = int(np.searchsorted(budgets, pence, side="right"))
            part = self.steps.iloc[taken:upto]
            came = {offer for offers in part["enters"] for offer in offers}
            went = {offer for offers in part["leaves"] for offer in offers}
            found.append((sorted(came - went), sorted(went - came)))
            taken = upto
        return found


def _json_value(value: str | float | None) -> str | float | None:
    """Return a figure of a point for JSON: None where it is missing, a whole number without decimals."""
    if value is None or isinstance(value, str):
        return value
    return None if pd.isna(value) else plain_number(float(value))


def even_budgets(from_pence: int, to_pence: int, steps: int) -> tuple[int, ...]:
    """Return `steps` + 1 budgets evenly apart, both ends among them. Raises InputError.

    >>> even_budgets(0, 100, 4)
    (0, 25, 50, 75, 100)
    """
    faults = []
    if not 0 <= from_pence < to_pence:
        faults.append(Fault("", "The curve must go from a budget of 0 or more to a larger one."))
    if not 1 <= steps <= MOST_POINTS:
        faults.append(Fault("steps", f"{steps} is not a number of steps. Give 1 to {MOST_POINTS:,}."))
    if faults:
        raise InputError("frontier", faults)
    return tuple(from_pence + (to_pence - from_pence) * n // steps for n in range(steps + 1))


def round_step(more_pence: int, steps: int) -> int:
    """Return the least round amount of which `steps` come to at least `more_pence`.

    >>> round_step(83_511_597, 20)
    5000000
    """
    least = -(-more_pence // max(steps, 1))
    power: int = 10 ** max(len(str(least)) - 2, 0)
    counts = (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
    steps_up: list[int] = [n * power for n in counts]
    return next(step for step in steps_up if step >= least)


def trace(
    offers: pd.DataFrame,
    *,
    budgets_pence: Sequence[int] = (),
    from_pence: int = 0,
    to_pence: int | None = None,
    steps: int = POINTS,
    report: Report = lambda text, part: None,
    **settings: Unpack[Settings],
) -> Frontier:
    """Return the curve at some budgets, or at `steps` even steps between two: by default to what buys all.

    `settings` are those of `allocate`; `report` says how many budgets are done, and which part that is. Raises
    InputError with every fault.
    """
    problem = AllocationProblem.checked(offers, LARGEST_PENCE, **settings)
    return trace_problem(
        problem, budgets_pence=budgets_pence, from_pence=from_pence, to_pence=to_pence, steps=steps, report=report
    )


def trace_problem(
    problem: AllocationProblem,
    *,
    budgets_pence: Sequence[int] = (),
    from_pence: int = 0,
    to_pence: int | None = None,
    steps: int = POINTS,
    totals: tuple[str, ...] = (),
    report: Report = lambda text, part: None,
) -> Frontier:
    """Return the curve of a checked problem as `trace` does; the problem's own budget plays no part.

    `totals` are columns of the offers table, of six decimals at most: the points have their sums under the same names.
    """
    started = time.perf_counter()
    if problem.objective.aim == "least_cost":  # that has no budget: what a budget buys is the most access
        problem = replace(problem, objective=MOST_ACCESS)
    tables, reserve_pence = problem.tables, problem.reserve_pence
    integers = to_integers(replace(problem.with_ceiling(LARGEST_PENCE), objective=MOST_ACCESS))
    order = None if problem.objective.aim == "fair_first" or problem.limits.grants else efficiency_order(integers)
    all_pence = _buys_all(problem, started) if order is None else order.all_pence
    if to_pence is None and not budgets_pence:
        buys_all = dearest_pence(integers) if all_pence is None else all_pence
        more = max(buys_all + reserve_pence - from_pence, 1)
        to_pence = from_pence + steps * round_step(more, steps)
    budgets = tuple(sorted(set(budgets_pence))) or even_budgets(from_pence, to_pence or 0, steps)
    if budgets[0] < 0 or budgets[-1] > LARGEST_PENCE:
        raise InputError("frontier", [Fault("budget", "Give budgets from 0 to £100 billion.")])
    deadline = started + problem.time_limit_seconds
    chosen: list[frozenset[Offer]] = []
    if order is None:
        rows, chosen, is_late = points_one_by_one(problem, budgets, deadline, report, totals)
    else:
        rows, is_late = points_of_order(problem, order, budgets, deadline, report, totals)
    points = pd.DataFrame(rows, columns=[*POINT_COLUMNS, *totals], index=pd.Index(budgets, name="budget_pence"))
    points = points.astype({"spent_pence": "Int64", "cohorts": "Int64"})
    return Frontier(
        points=points,
        steps=pd.DataFrame(columns=list(STEP_COLUMNS)) if order is None else steps_of(order, tables, reserve_pence),
        knee_pence=knee_of_points(points) if order is None else knee_pence(order) + reserve_pence,
        all_pence=None if all_pence is None else all_pence + reserve_pence,
        way=POINT_BY_POINT if order is None else ONE_PASS,
        seconds=time.perf_counter() - started,
        notes=(*tables.notes, *([TIME_OVER] if is_late else [])),
        chosen=tuple(chosen),
    )


def _buys_all(problem: AllocationProblem, started: float) -> int | None:
    """Return the least spend that brings all the access there is, None where it is not proved in an even part of time.

    Of plans of equal access the cheapest is the plan (`allocate`), so it is the spend of the best plan without a
    budget. Not for the fairest plans, whose access falls where money raises the least share, nor with grants, which
    are a part of the budget.
    """
    if problem.objective.aim == "fair_first" or problem.limits.grants:
        return None
    seconds = problem.time_limit_seconds / POINTS
    found = solve(replace(problem, budget_pence=LARGEST_PENCE, reserve_pence=0, gap=0.0, time_limit_seconds=seconds))
    return found.spent_pence if found.status == "optimal" and TIES_LEFT_OPEN not in found.notes else None


def dearest_pence(problem: IntegerProblem) -> int:
    """Return the cost of the dearest offer of every cohort and of every unit of every service."""
    dearest = [max(own, key=lambda i: problem.cost_pence[i]) for own in problem.by_cohort().values()]
    return Solution(tuple(dearest), problem.max_units).spend_pence(problem)


def knee_pence(order: EfficiencyOrder) -> int:
    """Return the spend from which the next step buys no more for a pound than the average pound of the whole curve."""
    cost, gain = int(order.spend[-1] - order.spend[0]), int(order.worth[-1] - order.worth[0])
    if not cost:
        return int(order.spend[0])
    more, brings = np.diff(order.spend).tolist(), np.diff(order.worth).tolist()
    above = sum(1 for c, v in zip(more, brings, strict=True) if v * cost > gain * c)
    return int(order.spend[above])


def knee_of_points(points: pd.DataFrame) -> int | None:
    """Return the knee of points that were solved one by one; None where one of them is not proved."""
    known = points["access"].dropna()
    if points["status"].eq("time_limit").any() or len(known) < 3 or known.iloc[-1] <= known.iloc[0]:
        return None
    budget = (known.index - known.index[0]) / (known.index[-1] - known.index[0])
    access = (known - known.iloc[0]) / (known.iloc[-1] - known.iloc[0])
    return int(known.index[int(np.argmax(access.to_numpy() - budget.to_numpy()))])


def steps_of(order: EfficiencyOrder, tables: CheckedTables, reserve_pence: int = 0) -> pd.DataFrame:
    """Return every step of the order, with the budget that pays for it and what it changes (STEP_COLUMNS)."""
    names = offer_names(tables.offers.iloc[list(order.problem.place)])
    offer = order.offer.tolist()

    def offers_at(point: int) -> tuple[tuple[str, str], ...]:
        if (i := offer[point]) >= 0:
            return (names[i],)
        return tuple(names[i] for i in order.service_plans[point].offers) if point in order.service_plans else ()

    step = order.problem.step
    more, gain = np.diff(order.spend), np.diff(order.worth)
    changes = [_change(offers_at(point - 1), offers_at(point)) for point in order.steps.tolist()]
    return pd.DataFrame(
        {
            "budget_pence": order.spend[1:] + reserve_pence,
            "access": order.worth[1:] * step / MICRO,
            "enters": [enters for enters, _ in changes],
            "leaves": [leaves for _, leaves in changes],
            "more_pence": more,
            "more_access": gain * step / MICRO,
            "access_per_1000_pounds": order.slope * step / MICRO * PENCE_IN_1000_POUNDS,
        }
    )


def _change(before: tuple[Offer, ...], after: tuple[Offer, ...]) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
    """Return what came in and what went."""
    if len(before) <= 1 and len(after) <= 1:
        return after, before
    return tuple(sorted(set(after) - set(before))), tuple(sorted(set(before) - set(after)))
