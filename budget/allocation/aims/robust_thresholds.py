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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.search import SearchResult, is_proved, search

PART_OF_GAP = 0.3  # of the requested gap, for each plain problem
LEAST_GAP = 1e-5


@dataclass(frozen=True, slots=True)
class Deviations:
    """By how many pence each offer, and each unit of a service, may come to cost more than planned; 0 or more."""

    on_offers: Sequence[int]
    on_units: Sequence[int]


@dataclass(frozen=True, slots=True)
class RobustProblem:
    """A robust problem, to be solved to a relative gap by a deadline (of time.perf_counter)."""

    problem: IntegerProblem
    deviations: Deviations
    gamma: int
    gap: float
    deadline: float

    def plan_at(self, q: int) -> Solution | None:
        """Return the plan at one threshold, whose worst spend keeps the budget; None where there is none."""
        pairs = zip(self.deviations.on_units, self.problem.max_units, strict=True)
        raised = [-(-max(d * most - q, 0) // max(most, 1)) for d, most in pairs]
        plain = _plain_problem(self.problem, self.deviations, q, raised, self.gamma * q)
        return None if plain is None else self._searched(plain).plan

    def bound_over(self, a: int, b: int) -> int | None:
        """Return an upper bound for thresholds from a to b; None where they allow no plan."""
        raised = [max(d - b, 0) for d in self.deviations.on_units]
        plain = _plain_problem(self.problem, self.deviations, b, raised, self.gamma * a)
        if plain is None or (found := self._searched(plain)).infeasible:
            return None
        return found.bound

    def _searched(self, plain: IntegerProblem) -> SearchResult:
        return search(plain, max(self.gap * PART_OF_GAP, LEAST_GAP), self.deadline, settle_ties=False)


def by_thresholds(
    robust_problem: RobustProblem, keeps: Callable[[Solution], bool]
) -> tuple[Solution | None, int | None]:
    """Return the best robust plan and an upper bound; None for either that was not found in time.

    `keeps` says whether a plan keeps every rule, including the budget at its worst spend.
    """
    problem, points = robust_problem.problem, _points(robust_problem.problem, robust_problem.deviations)
    best, value = None, -1
    everywhere = robust_problem.bound_over(points[0], points[-1])
    heap = [] if everywhere is None else [(-everywhere, 0, len(points) - 1)]
    while heap and time.perf_counter() < robust_problem.deadline:
        top, first, last = heap[0]
        if best is not None and is_proved(value, -top, robust_problem.gap):
            break
        middle = (first + last) // 2
        plan = robust_problem.plan_at(points[middle])
        if plan is not None and plan.value(problem) > value and keeps(plan):
            best, value = plan, plan.value(problem)
        if first == last:
            break  # a single threshold cannot be halved any further
        heapq.heappop(heap)
        for low, high in ((first, middle), (middle + 1, last)):
            bound = robust_problem.bound_over(points[low], points[high])
            if bound is not None:
                heapq.heappush(heap, (-min(bound, -top), low, high))
    return best, -heap[0][0] if heap else None


def _points(problem: IntegerProblem, deviations: Deviations) -> list[int]:
    """Return every threshold that may be the best, in order."""
    pairs = zip(deviations.on_units, problem.max_units, strict=True)
    of_units = {d * count for d, most in pairs for count in range(1, most + 1)}
    return sorted({0, *deviations.on_offers, *of_units})


def _plain_problem(
    problem: IntegerProblem, deviations: Deviations, q: int, raised: list[int], taken_pence: int
) -> IntegerProblem | None:
    """Return the plain problem of a threshold; None where it leaves no budget."""
    right = problem.rows[0].right - taken_pence
    if right < 0:
        return None
    costs = tuple(cost + max(d - q, 0) for cost, d in zip(problem.cost_pence, deviations.on_offers, strict=True))
    unit_costs = tuple(cost + more for cost, more in zip(problem.unit_cost_pence, raised, strict=True))
    offers = tuple(i for i, cost in enumerate(costs) if cost)
    units = tuple(s for s, cost in enumerate(unit_costs) if cost)
    budget = replace(
        problem.rows[0],
        right=right,
        offers=offers,
        on_offers=tuple(costs[i] for i in offers),
        units=units,
        on_units=tuple(unit_costs[s] for s in units),
    )
    return replace(problem, cost_pence=costs, unit_cost_pence=unit_costs, rows=(budget, *problem.rows[1:]))
