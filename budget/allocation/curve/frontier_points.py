"""The points of a frontier: from the order in which money is best spent, or solved one by one where limits ask for it.

Where that order leaves a gap, the units of services are chosen (`budget.allocation.curve.shared_prices`) or, where
services share riders, plans of all groups are combined (`budget.allocation.curve.group_knapsack`). Where that leaves
one, the budget is searched by itself from the plan known (`budget.allocation.search.search`). Every plan is checked
from the tables before it is a point.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from budget.allocation.allocate import LEAST_SECONDS, PENCE_IN_1000_POUNDS, solve, solve_next
from budget.allocation.curve.efficiency_order import BoundLine, EfficiencyOrder
from budget.allocation.curve.group_knapsack import closer_plan, groups_of
from budget.allocation.curve.shared_prices import SharedPrices
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.tables import MICRO, exact_total
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import check_plan
from budget.allocation.result import Allocation
from budget.allocation.search.price_search import search_ranges
from budget.allocation.search.search import search
from budget.allocation.search.stop_rule import TIME_OVER, Memory, better_plan, is_proved
from budget.allocation.search.unit_branching import branch_on_units

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
LONGEST = 4  # times an even part of the time left that one budget may take
NO_PLAN: Point = ("infeasible", *(float("nan"),) * 4, pd.NA, float("nan"), pd.NA, float("nan"))
Report = Callable[[str, float], None]  # hears how many budgets are done, and which part that is


def offer_names(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the cohort and option of rows of the offers table, an option that is paid in part as "option, 50%"."""
    cohorts, options = (rows.index.get_level_values(name).astype(str).tolist() for name in ("cohort", "option"))
    if "part" in rows.columns:
        parts = zip(options, rows["part"].tolist(), strict=True)
        options = [option if part == 1 else f"{option}, {part:.0%}" for option, part in parts]
    return list(zip(cohorts, options, strict=True))


def _no_plan(totals: Sequence[str]) -> Point:
    return (*NO_PLAN, *(float("nan"),) * len(totals))


def _reported(budgets: Sequence[int], report: Report) -> Iterator[int]:
    """Yield budgets, and report before each how many are done."""
    for done, budget in enumerate(budgets):
        report(f"{done} of {len(budgets)} budgets", done / len(budgets))
        yield budget


def points_of_order(
    problem: AllocationProblem,
    order: EfficiencyOrder,
    budgets: Sequence[int],
    deadline: float,
    report: Report,
    totals: Sequence[str] = (),
) -> tuple[list[Point], bool]:
    """Return the points from the order of spending, and whether the deadline left some without a closer look.

    A point has the figures of POINT_COLUMNS and the sums of the columns `totals` of the offers table.
    """
    prices = {order.per_penny(budget - problem.reserve_pence) for budget in budgets} | {0.0}
    lines = [line for line in map(order.line, sorted(prices)) if line is not None]
    groups, shared = None, None
    if order.has_shared_riders:
        groups = groups_of(order)
    elif order.lagrangian is not None:
        shared = SharedPrices(order.lagrangian.with_budget(budgets[-1]), max(prices))
    points, best, is_late = [], None, False
    for budget in _reported(budgets, report):
        ceiling = budget - problem.reserve_pence
        if ceiling < order.least_pence:
            points.append(_no_plan(totals))
            continue
        here = replace(order, problem=order.problem.with_budget(ceiling))
        line = min(lines, key=lambda line: line.unrounded(ceiling))  # noqa: B023 - used at once
        plan, bound = here.plan_at(ceiling), line.at(ceiling)
        if best is not None and best.value(here.problem) > plan.value(here.problem):
            plan = best
        if time.perf_counter() > deadline:
            is_late = True
        elif not is_proved(plan.value(here.problem), bound, problem.gap):
            if groups is not None:
                plan, bound = closer_plan(here, groups, line, plan, bound, problem.gap)
            if not is_proved(plan.value(here.problem), bound, problem.gap):
                plan, bound = _closer(here, shared, plan, bound, problem.gap, deadline)
        points.append(_point_of_order(problem, here, plan, bound, line, totals))
        best = plan
    return points, is_late


def _point_of_order(
    allocation_problem: AllocationProblem,
    order: EfficiencyOrder,
    plan: Solution,
    bound: int,
    line: BoundLine,
    totals: Sequence[str],
) -> Point:
    """Return a plan for the budget of the order's problem as a point, checked."""
    problem, tables = order.problem, allocation_problem.tables
    places, ceiling = [problem.place[i] for i in plan.offers], problem.rows[0].right
    check_plan(tables, allocation_problem.limits, ceiling, places, plan.units)
    value, chosen = plan.value(problem), tables.offers.iloc[places]
    return (
        "optimal" if is_proved(value, bound, allocation_problem.gap) else "time_limit",
        value * problem.step / MICRO,
        bound * problem.step / MICRO,
        float(line.unrounded(ceiling)) * problem.step / MICRO,
        (bound - value) / bound if bound > 0 else 0.0,
        plan.spend_pence(problem),
        exact_total(chosen["people"]),
        len(places),
        order.per_penny(ceiling) * problem.step / MICRO * PENCE_IN_1000_POUNDS,
        *(exact_total(chosen[name]) for name in totals),
    )


def _closer(
    order: EfficiencyOrder, prices: SharedPrices | None, plan: Solution, bound: int, gap: float, deadline: float
) -> tuple[Solution, int]:
    """Return a better plan for the budget of the order's problem, or a lower bound, or both, for the gap asked."""
    problem, ceiling = order.problem, order.problem.rows[0].right
    if order.lagrangian is not None and prices is not None and (scores := prices.near(order.per_penny(ceiling))):
        is_met = partial(is_proved, gap=gap)
        found, ranges = branch_on_units(order.lagrangian.with_budget(ceiling), scores, plan, is_met, deadline)
        plan, lower = search_ranges(problem, ranges, found or plan, gap, deadline)
        bound = min(bound, lower)
    if is_proved(plan.value(problem), bound, gap):
        return plan, bound
    alone = search(problem, gap, deadline, plan, settle_ties=False)
    plan = better_plan(problem, plan, alone.plan) or plan
    return plan, max(min(bound, alone.bound), plan.value(problem))


def points_one_by_one(
    problem: AllocationProblem, budgets: Sequence[int], deadline: float, report: Report, totals: Sequence[str] = ()
) -> tuple[list[Point], list[frozenset[tuple[str, str]]], bool]:
    """Return points that are each solved, the offers of each, and whether a time limit ended one.

    A plan for less money is a plan for more; a bound for more money one for less. Not so for the fairest plans: more
    money asks more of them. What the quick ones leave of the time is for the others.
    """
    solved, memory = [], Memory()
    for n, budget in enumerate(_reported(budgets, report)):
        left = max(deadline - time.perf_counter(), LEAST_SECONDS)
        seconds = min(left, LONGEST * left / (len(budgets) - n))
        solved.append(_plan_for(replace(problem, budget_pence=budget, time_limit_seconds=seconds), memory))
    found = [None if plan is None or plan.status == "infeasible" or plan.conflicts else plan for plan in solved]
    carried = problem.objective.aim == "most_access"
    points, chosen, best = [], [], None
    for n, own in enumerate(found):
        if own is not None and (best is None or not carried or own.access > best.access):
            best = own
        bounds = [later.bound for later in (found[n:] if carried else found[n : n + 1]) if later is not None]
        if best is None or own is None:
            points.append(_no_plan(totals))
            chosen.append(frozenset[tuple[str, str]]())
        else:
            points.append(_point(problem.gap, own, best, min(bounds), totals))
            chosen.append(frozenset(offer_names(best.chosen)))
    return points, chosen, any(plan is not None and TIME_OVER in plan.notes for plan in solved)


def _plan_for(problem: AllocationProblem, memory: Memory) -> Allocation | None:
    """Return the plan for a budget; None where it is less than the grants, which are a part of it."""
    if problem.ceiling_pence < sum(grant.amount_pence for grant in problem.limits.grants):
        return None
    is_alone = problem.objective.aim == "fair_first" or problem.limits.grants  # other rows than the budget's move
    return solve(problem) if is_alone else solve_next(problem, memory)


def _point(gap: float, own: Allocation, best: Allocation, bound: float, totals: Sequence[str]) -> Point:
    bound = max(bound, best.access)
    missing = (bound - best.access) / bound if bound > 0 else 0.0
    price = own.access_per_extra_1000_pounds
    return (
        "optimal" if missing <= gap or (best is own and own.status == "optimal") else "time_limit",
        best.access,
        bound,
        float("nan"),
        missing,
        best.spent_pence,
        best.people,
        len(best.chosen),
        float("nan") if price is None else price,
        *(exact_total(best.chosen[name]) for name in totals),
    )
