"""The points of a frontier: from the order in which money is best spent, or solved one by one where limits ask for it.

Every plan is checked from the tables before it is a point.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from budget.allocation.allocate import PENCE_IN_1000_POUNDS, solve
from budget.allocation.curve.efficiency_order import BoundLine, EfficiencyOrder
from budget.allocation.curve.exact_points import exact_point
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import MICRO, CheckedTables
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import check_plan
from budget.allocation.result import Allocation
from budget.allocation.search.search import TIME_OVER, is_proved

POINT_COLUMNS = (
    "status",
    "access",
    "bound",
    "concave_bound",
    "gap",
    "spent_pence",
    "people",
    "cohorts",
    "access_per_extra_1000_pounds",
)
Point = tuple[object, ...]  # the figures of POINT_COLUMNS
NO_PLAN: Point = ("infeasible", *(float("nan"),) * 4, pd.NA, float("nan"), pd.NA, float("nan"))


def reported(budgets: Sequence[int], report: Callable[[str, float], None]) -> Iterator[int]:
    """Yield budgets, and report before each how many are done."""
    for done, budget in enumerate(budgets):
        report(f"{done} of {len(budgets)} budgets", done / len(budgets))
        yield budget


@dataclass(frozen=True, slots=True)
class PointsFromOrder:
    """Points from the order of spending; where the gap asked is not met, from a small integer model."""

    tables: CheckedTables
    limits: Limits
    order: EfficiencyOrder
    reserve_pence: int
    gap: float
    deadline: float
    report: Callable[[str, float], None] = lambda text, part: None
    notes: list[str] = field(default_factory=list)

    def rows(self, budgets: Sequence[int]) -> Iterator[Point]:
        """Yield the points."""
        prices = {self.order.per_penny(budget - self.reserve_pence) for budget in budgets} | {0.0}
        lines = [line for line in (self.order.line(price) for price in sorted(prices)) if line is not None]
        best = None
        for budget in reported(budgets, self.report):
            ceiling = budget - self.reserve_pence
            if ceiling < self.order.least_pence:
                yield NO_PLAN
                continue
            best, bound, line_bound = self._point(ceiling, lines, best)
            yield self._row(best, bound, line_bound, ceiling)

    def _point(self, ceiling: int, lines: list[BoundLine], before: Solution | None) -> tuple[Solution, int, float]:
        order = replace(self.order, problem=self.order.problem.with_budget(ceiling))
        line = min(lines, key=lambda line: line.unrounded(ceiling))
        plan = order.plan_at(ceiling)
        if before is not None and before.value(order.problem) > plan.value(order.problem):
            plan = before
        bound, concave = line.at(ceiling), float(line.unrounded(ceiling))
        seconds = self.deadline - time.perf_counter()
        if seconds <= 0 and TIME_OVER not in self.notes:
            self.notes.append(TIME_OVER)
        if not is_proved(plan.value(order.problem), bound, self.gap) and seconds > 0:
            plan, bound = exact_point(order, line, plan, self.gap, seconds)
        return plan, bound, concave

    def _row(self, plan: Solution, bound: int, concave: float, ceiling: int) -> Point:
        problem = self.order.problem
        places = [problem.place[i] for i in plan.offers]
        check_plan(self.tables, self.limits, ceiling, places, plan.units)
        value = plan.value(problem)
        return (
            "optimal" if is_proved(value, bound, self.gap) else "time_limit",
            value * problem.step / MICRO,
            bound * problem.step / MICRO,
            concave * problem.step / MICRO,
            (bound - value) / bound if bound > 0 else 0.0,
            plan.spend_pence(problem),
            int(np.rint(self.tables.offers["people"].to_numpy(float)[places] * MICRO).astype("int64").sum()) / MICRO,
            len(places),
            self.order.per_penny(ceiling) * problem.step / MICRO * PENCE_IN_1000_POUNDS,
        )


@dataclass(frozen=True, slots=True)
class PointsOneByOne:
    """Points that are solved one by one."""

    problem: AllocationProblem  # its budget is replaced by that of each point
    report: Callable[[str, float], None] = lambda text, part: None
    notes: list[str] = field(default_factory=list)

    def rows(self, budgets: Sequence[int]) -> Iterator[Point]:
        """Yield the points. A plan for less money is a plan for more; a bound for more money one for less.

        Not so for the fairest plans: more money asks more of them.
        """
        found = [self._plan(budget) for budget in reported(budgets, self.report)]
        carried = self.problem.objective.aim == "most_access"
        best: Allocation | None = None
        for n, own in enumerate(found):
            if own is not None and (best is None or not carried or own.access > best.access):
                best = own
            bounds = [later.bound for later in (found[n:] if carried else found[n : n + 1]) if later is not None]
            yield NO_PLAN if best is None or own is None else self._row(own, best, min(bounds))

    def _plan(self, budget: int) -> Allocation | None:
        problem = replace(self.problem, budget_pence=budget)
        if problem.ceiling_pence < sum(grant.amount_pence for grant in problem.limits.grants):
            return None  # grants are a part of the budget
        plan = solve(problem)
        if TIME_OVER in plan.notes and TIME_OVER not in self.notes:
            self.notes.append(TIME_OVER)
        return None if plan.status == "infeasible" or plan.conflicts else plan

    def _row(self, own: Allocation, best: Allocation, bound: float) -> Point:
        bound = max(bound, best.access)
        missing = (bound - best.access) / bound if bound > 0 else 0.0
        price = own.access_per_extra_1000_pounds
        return (
            "optimal" if missing <= self.problem.gap or (best is own and own.status == "optimal") else "time_limit",
            best.access,
            bound,
            float("nan"),
            missing,
            best.spent_pence,
            best.people,
            len(best.chosen),
            float("nan") if price is None else price,
        )
