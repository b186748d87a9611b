"""Use column generation where it pays: many limits of single groups have a price, and its first step helps."""

from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.column_branching import branch_with_columns
from budget.allocation.search.column_generation import ColumnGeneration
from budget.allocation.search.column_plans import best_plan, rounded_plan
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation
from budget.allocation.search.stop_rule import StopRule, better_plan

BINDING = 0.25  # share of the limits on one group that must have a price before column generation is tried
PART = 0.25  # of the gap asked: how close the prices come
CLOSE_BOUND = 1e-6  # of a bound: how close column generation comes to the best one where a gap of 0 is asked
WORTH_IT = 2e-5  # of a bound: what the first step of column generation must lower it by
EASY = 0.02  # of what is enough: with a bound so far above it, a plan is looked for before column generation
NEAR_POINTS = 20  # prices of like problems that column generation begins with, at most


def by_column_generation(
    lagrangian: LagrangianRelaxation, points: list[LagrangianPoint], bound: int, rule: StopRule, plan: Solution | None
) -> tuple[Solution | None, int, bool]:
    """Try column generation where many limits on one group have a price and the first step lowers the bound.

    Returns the best plan, the bound, and whether the units of services were branched on.
    """
    columns = ColumnGeneration(lagrangian)
    rows = [block.row for block in columns.blocks if block.row >= 0]
    priced = sum(bool(points[0].prices[row]) for row in rows)
    if priced < max(2, BINDING * len(rows)):
        return None, bound, False
    first = columns.start_at(points[0])
    for known in (*(rule.near or ()), *(rule.memory.columns if rule.memory else ())):
        columns.evaluate(known.prices, known.rider_duals)
    if first.bound is not None and bound - first.steps <= max(rule.gap / 2, WORTH_IT) * abs(bound):
        return rounded_plan(columns), bound, False
    close = max(rule.gap, CLOSE_BOUND) * PART
    if rule.enough is not None and first.bound is not None and first.steps - rule.enough > EASY * abs(rule.enough):
        easy = best_plan(columns, rule.deadline, close, rule.enough)  # far above what is enough: many plans will do
        if rule.is_met_by(easy, first.steps):
            return easy, bound, False
    columns.improve(rule.deadline, close, lambda best: rule.is_met_by(plan, best.steps))
    if rule.near is not None:
        rule.near[:] = [columns.best, *rule.near][:NEAR_POINTS]
    if rule.memory is not None:
        rule.memory.columns = [columns.best]
    if columns.best.bound is None:
        return None, bound, False
    bound = min(bound, columns.best.steps)
    if rule.is_met_by(plan, bound):
        return None, bound, False
    plan = better_plan(lagrangian.problem, plan, best_plan(columns, rule.deadline, close, rule.enough))
    if rule.is_met_by(plan, bound):
        return plan, bound, False
    plan, lower, of_parts = branch_with_columns(columns, plan, rule.is_met, rule.deadline, close)
    if rule.near is not None:
        rule.near[:] = [*rule.near, *of_parts][-NEAR_POINTS:]
    return plan, min(bound, lower), True
