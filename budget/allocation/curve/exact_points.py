"""The small part of a problem that is left to settle once a plan is known and a price of money proves a bound.

With a plan of value L and the bound U at a price, an offer whose score lies more than U − L below the best of its
cohort is in no better plan (reduced-cost fixing: G. L. Nemhauser and L. A. Wolsey, "Integer and Combinatorial
Optimization", 1988, II.5); no more is a cohort left without, where that loses as much. Cohorts with one choice left are
fixed, and what remains is a small integer model, solved for the gap that is asked.
"""

import numpy as np

from budget.allocation.curve.efficiency_order import Line, Order
from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.pulp_model import Solution, build, solution_of
from budget.allocation.model.verify import excesses
from budget.allocation.search.reduced_cost_fixing import Left, restricted

NEVER = -(2**62)


def settled(order: Order, line: Line, known: Solution, gap: float, seconds: float) -> tuple[Solution, int]:
    """Return the best plan found for the budget of the order's problem, and a bound that no plan can pass.

    `line` is the bound at a price, `known` a plan for that budget.
    """
    problem = order.problem
    low, high = known.value(problem), line.at(problem.rows[0].right)
    left = left_open(order, line, high - low)
    small = restricted(problem, left)
    position = {i: n for n, i in enumerate(left.open)}
    inside = [i for i in known.offers if i in position]
    start = None
    if len(inside) + len(left.fixed) == len(known.offers) and set(left.fixed) <= set(known.offers):
        start = Solution(tuple(position[i] for i in inside), known.units)
    model = build(small)
    fixed = sum(problem.value[i] for i in left.fixed)
    finest = 0.9 * gap * high / max(high - fixed, 1)
    answer = model.solve(SolverSettings(gap=min(finest, 0.5), seconds=max(seconds, 0.05)), start)
    bound = high if answer.status == "infeasible" else min(high, max(model.safe_bound(answer) + fixed, low))
    found = solution_of(small, model, answer)
    if found is None:
        return known, bound
    plan = Solution(tuple(sorted((*left.fixed, *(left.open[i] for i in found.offers)))), found.units)
    if excesses(problem, plan) or plan.value(problem) <= low:
        return known, bound
    return plan, max(bound, plan.value(problem))


def left_open(order: Order, line: Line, missing: int) -> Left:
    """Return what a plan better by up to `missing` steps may still choose; services that may run stay open whole."""
    problem = order.problem
    cost, value = np.array(problem.cost_pence, dtype=np.int64), np.array(problem.value, dtype=np.int64)
    score = line.scale * value - line.price * cost
    most = (missing + 1) * line.scale
    running = [c for c in order.clusters if not c.stands_still(line.scale, line.price, most)]
    idle = np.isin(np.array(problem.service), [c.service for c in order.clusters if c not in running])
    score[idle] = NEVER
    cohort = np.array(problem.cohort, dtype=np.int64)
    starts = np.flatnonzero(np.diff(cohort, prepend=-1))
    number = np.cumsum(np.diff(cohort, prepend=-1) != 0) - 1
    best = np.maximum.reduceat(score, starts)
    must = np.isin(cohort[starts], list(problem.must_fund))
    best = np.where(must, best, np.maximum(best, 0))
    tied = np.isin(cohort, [c for cluster in running for c in cluster.cohorts])
    near = ((best[number] - score <= most) & ~idle) | tied
    needed = must | ((best > most) & ~tied[starts])
    alone = needed & (np.add.reduceat(near.astype(int), starts) == 1)
    fixed = near & alone[number] & ~tied
    return Left(
        open=tuple(np.flatnonzero(near & ~fixed).tolist()),
        fixed=tuple(np.flatnonzero(fixed).tolist()),
        must=frozenset(cohort[starts][needed & ~alone].tolist()) | (problem.must_fund & set(cohort[tied].tolist())),
    )
