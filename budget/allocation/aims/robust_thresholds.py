"""Robust plans of large problems, by thresholds: a few plain problems in place of a hard one.

For a fixed threshold q the robust budget row is a plain one: each cost is raised by the part of its deviation above q,
and Γ·q is taken from the budget. The best q is 0 or one of the deviations (Bertsimas and Sim, "Robust discrete
optimization and network flows", Mathematical Programming 98, 2003, theorem 3). For all q from a to b together, costs
raised as for b and a budget lowered as for a give an upper bound. Ranges of q are halved, the one with the highest
bound first, until that bound is within the gap of the best plan found. Each plain problem goes to
`budget.allocation.search.search`.

A service may run several units, whose deviations grow together. Its unit cost is raised by the average excess over
all its units for a plan, and by that of its first unit for a bound.
"""

import heapq
import time
from dataclasses import replace

from budget.allocation.aims.robust_problem import RobustProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.search import search
from budget.allocation.search.stop_rule import SearchResult, is_proved

PART_OF_GAP = 0.3  # of the requested gap, for each plain problem
LEAST_GAP = 1e-5


def by_thresholds(robust: RobustProblem, deadline: float) -> tuple[Solution | None, int | None]:
    """Return the best robust plan and an upper bound; None for either that was not found by the deadline."""
    problem, points = robust.problem, _points(robust)
    best, value = None, -1
    bound = _bound_over(robust, points[0], points[-1], deadline)
    heap = [] if bound is None else [(-bound, 0, len(points) - 1)]
    while heap and time.perf_counter() < deadline:
        top, first, last = heap[0]
        if best is not None and is_proved(value, -top, robust.gap):
            break
        middle = (first + last) // 2
        plan = _plan_at(robust, points[middle], deadline)
        if plan is not None and plan.value(problem) > value and not robust.excess_pence(plan):
            best, value = plan, plan.value(problem)
        if first == last:
            break  # a single threshold cannot be halved any further
        heapq.heappop(heap)
        for low, high in ((first, middle), (middle + 1, last)):
            bound = _bound_over(robust, points[low], points[high], deadline)
            if bound is not None:
                heapq.heappush(heap, (-min(bound, -top), low, high))
    return best, -heap[0][0] if heap else None


def _points(robust: RobustProblem) -> list[int]:
    """Return every threshold that may be the best, in order."""
    pairs = zip(robust.deviations.on_units, robust.problem.max_units, strict=True)
    of_units = {d * count for d, most in pairs for count in range(1, most + 1)}
    return sorted({0, *robust.deviations.on_offers, *of_units})


def _plan_at(robust: RobustProblem, q: int, deadline: float) -> Solution | None:
    """Return the plan at one threshold, None where there is none."""
    pairs = zip(robust.deviations.on_units, robust.problem.max_units, strict=True)
    raised = [-(-max(d * most - q, 0) // max(most, 1)) for d, most in pairs]
    found = _search(robust, q, raised, robust.gamma * q, deadline)
    return None if found is None else found.plan


def _bound_over(robust: RobustProblem, a: int, b: int, deadline: float) -> int | None:
    """Return an upper bound for thresholds from a to b; None where they allow no plan."""
    raised = [max(d - b, 0) for d in robust.deviations.on_units]
    found = _search(robust, b, raised, robust.gamma * a, deadline)
    return None if found is None or found.infeasible else found.bound


def _search(robust: RobustProblem, q: int, raised: list[int], taken_pence: int, deadline: float) -> SearchResult | None:
    """Search the plain problem of a threshold; None where `taken_pence` leaves no budget."""
    problem = robust.problem
    right = problem.rows[0].right - taken_pence
    if right < 0:
        return None
    pairs = zip(problem.cost_pence, robust.deviations.on_offers, strict=True)
    costs = tuple(cost + max(d - q, 0) for cost, d in pairs)
    unit_costs = tuple(cost + more for cost, more in zip(problem.unit_cost_pence, raised, strict=True))
    budget = replace(problem.rows[0], right=right).with_dense(costs, unit_costs)
    raised_problem = replace(problem, cost_pence=costs, unit_cost_pence=unit_costs, rows=(budget, *problem.rows[1:]))
    gap = max(robust.gap * PART_OF_GAP, LEAST_GAP)
    return search(raised_problem, gap, deadline, settle_ties=False)
