"""The small part of a problem that is left to settle once a plan is known and a price of money proves a bound.

With a plan of value L and the bound U at a price, an offer whose score lies more than U − L below the best of its
cohort is in no better plan (reduced-cost fixing: G. L. Nemhauser and L. A. Wolsey, "Integer and Combinatorial
Optimization", 1988, II.5). What is left is a small integer model, solved for the gap that is asked.
"""

import time
from dataclasses import replace

import numpy as np

from budget.model import Plan, build, plan_of
from budget.order import Line, Order
from budget.problem import Problem, Row
from budget.solver import Settings
from budget.verify import excesses


def settled(order: Order, line: Line, known: Plan, gap: float, seconds: float) -> tuple[Plan, int]:
    """Return the best plan found for the budget of the order's problem, and a bound that no plan can pass.

    `line` is the bound at a price, `known` a plan for that budget.
    """
    problem = order.problem
    low, high = known.value(problem), line.at(problem.rows[0].right)
    kept = _kept(order, line, high - low)
    small = restricted(problem, kept)
    position = {int(i): n for n, i in enumerate(kept)}
    start = Plan(tuple(position[i] for i in known.offers), known.units) if set(known.offers) <= set(position) else None
    model = build(small)
    began = time.perf_counter()
    answer = model.solve(Settings(gap=gap / 2, seconds=max(seconds, 0.05)), start)
    found = plan_of(small, model, answer)
    bound = min(high, max(model.safe_bound(answer), low)) if answer.status != "infeasible" else high
    if found is None or time.perf_counter() - began > 2 * seconds + 5:
        return known, bound
    plan = Plan(tuple(int(kept[i]) for i in found.offers), found.units)
    if excesses(problem, plan) or plan.value(problem) <= low:
        return known, bound
    return plan, max(bound, plan.value(problem))


def _kept(order: Order, line: Line, missing: int) -> np.ndarray:
    """Return the offers that a better plan may hold: all that ride, and those near the best of their cohort."""
    problem = order.problem
    cost, value = np.array(problem.cost_pence, dtype=np.int64), np.array(problem.value, dtype=np.int64)
    score = line.scale * value - line.price * cost
    cohort = np.array(problem.cohort, dtype=np.int64)
    starts = np.flatnonzero(np.diff(cohort, prepend=-1))
    number = np.cumsum(np.diff(cohort, prepend=-1) != 0) - 1
    best = np.maximum.reduceat(score, starts)
    best = np.where(np.isin(cohort[starts], list(problem.must_fund)), best, np.maximum(best, 0))
    near = best[number] - score <= (missing + 1) * line.scale
    tied = np.isin(cohort, [c for cluster in order.clusters for c in cluster.cohorts])
    return np.flatnonzero(near | tied)


def restricted(problem: Problem, kept: np.ndarray) -> Problem:
    """Return a problem with some of its offers, in order."""
    position = {int(i): n for n, i in enumerate(kept)}
    return replace(
        problem,
        place=tuple(problem.place[i] for i in kept),
        cohort=tuple(problem.cohort[i] for i in kept),
        cost_pence=tuple(problem.cost_pence[i] for i in kept),
        value=tuple(problem.value[i] for i in kept),
        service=tuple(problem.service[i] for i in kept),
        rows=tuple(_row(row, position) for row in problem.rows),
    )


def _row(row: Row, position: dict[int, int]) -> Row:
    held = [(position[i], c) for i, c in zip(row.offers, row.on_offers, strict=True) if i in position]
    return replace(row, offers=tuple(i for i, _ in held), on_offers=tuple(c for _, c in held))
