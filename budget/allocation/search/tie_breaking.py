"""Break ties between plans of the same access: the one that spends least, then the one with the earliest offers.

Of plans that spend the same, the one with the fewest offers that bring no access comes first (a limit or a duty to fund
may call for such offers). After that: take the first offer, in the order of cohort and option, that only one of two
plans funds; the plan that funds it comes first.

The rule holds in full for a plan proved best, whatever gap was asked for, with up to `ORDERED_OFFERS` offers worth
considering. Up to `CHEAPEST_OFFERS` the least spend is proved, and the order is the solver's, which is the same every
time. Beyond, both are the solver's.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.model.pulp_model import Goal, Solution, build, solution_of
from budget.allocation.model.verify import excesses

ORDERED_OFFERS = 400
CHEAPEST_OFFERS = 2_000
TIES_LEFT_OPEN = "Other plans with the same access may exist, and may spend less: too many offers to settle that."
BLOCK = 20  # offers ordered in one solve: their weights are the powers of two up to 2^19


def break_ties(
    problem: IntegerProblem, best: Solution, deadline: float, *, in_order: bool = True, nodes: int | None = None
) -> tuple[Solution, tuple[str, ...]]:
    """Return the plan that the rule picks among those with the access of `best`, and a note where it could not.

    Without `in_order`, for a plan that is not proved best, only the least spend for no less access is looked for. Each
    solve ends after so many `nodes`, if any are given.
    """
    if len(problem.cohort) > CHEAPEST_OFFERS:
        return best, (TIES_LEFT_OPEN,)
    problem = _with_row(problem, "access_kept", ">=", best.value(problem), problem.value, problem.unit_value)
    everything = range(len(problem.cohort))
    no_units = [0] * len(problem.max_units)
    spend = Goal(False, problem.cost_pence, problem.unit_cost_pence)
    plan, proved = _best(problem, spend, best, deadline, nodes)
    problem = _with_row(problem, "spend_kept", "<=", plan.spend_pence(problem), problem.cost_pence, spend.on_units)
    if not in_order or not proved or len(problem.cohort) > ORDERED_OFFERS:
        return plan, () if proved else (_ended("the cheapest of equal plans", deadline),)
    idle = [int(value <= 0) for value in problem.value]
    if any(idle):
        plan, proved = _best(problem, Goal(False, idle, no_units), plan, deadline, nodes)
        problem = _with_row(problem, "idle_kept", "<=", sum(idle[i] for i in plan.offers), idle)
    if _is_alone(problem, plan, deadline, nodes):
        return plan, ()
    for first in range(0, len(problem.cohort), BLOCK):
        block = everything[first : first + BLOCK]
        weights = [1 << (BLOCK - 1 - (i - first)) if i in block else 0 for i in everything]
        plan, proved = _best(problem, Goal(True, weights, no_units), plan, deadline, nodes)
        if not proved:
            return plan, (_ended("the order of equal plans", deadline),)
        kept = sum(weights[i] for i in plan.offers)
        problem = _with_row(problem, f"order_kept_{first:06d}", ">=", kept, weights)
    return plan, ()


def _ended(what: str, deadline: float) -> str:
    """Say that something was not settled, and whether the clock or the work allowed ended it."""
    if time.perf_counter() >= deadline:
        return f"Time ran out before {what} was settled."
    return f"The work allowed for it ended before {what} was settled."


def _is_alone(problem: IntegerProblem, plan: Solution, deadline: float, nodes: int | None) -> bool:
    """Say whether no other point of offers does as well: none differs from the plan by one offer or more."""
    chosen = set(plan.offers)
    differs = Goal(True, [-1 if i in chosen else 1 for i in range(len(problem.cohort))], [0] * len(problem.max_units))
    other, proved = _best(problem, differs, plan, deadline, nodes)
    return proved and set(other.offers) == chosen


def _best(
    problem: IntegerProblem, goal: Goal, known: Solution, deadline: float, nodes: int | None
) -> tuple[Solution, bool]:
    """Solve for another goal from a known plan; say whether what is returned is proved best."""
    model = build(problem, goal)
    answer = model.solve(SolverSettings.until(deadline, nodes=nodes), known)
    plan = solution_of(problem, model, answer)
    if plan is None or excesses(problem, plan):
        plan = known
    worth = [each.total(goal.on_offers, goal.on_units) for each in (plan, known)]
    if (worth[1] > worth[0]) if goal.maximise else (worth[1] < worth[0]):
        plan, worth = known, worth[::-1]
    bound = model.safe_bound(answer)
    return plan, (worth[0] >= bound) if goal.maximise else (worth[0] <= bound)


def _with_row(
    problem: IntegerProblem, name: str, sense: str, right: int, on_offers: Sequence[int], on_units: Sequence[int] = ()
) -> IntegerProblem:
    row = Row(name, "limit", name, sense, right, scale=1).with_dense(on_offers, on_units)
    return replace(problem, rows=(*problem.rows, row))
