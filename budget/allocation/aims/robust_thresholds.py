"""Robust plans of large problems, by thresholds: a handful of plain problems in place of one hard one.

For a fixed threshold q the robust budget row is a plain one: each cost raised by what its deviation exceeds q by, and
Γ·q taken from the budget; the best q is 0 or one of the deviations (Bertsimas and Sim, "Robust discrete optimization
and network flows", Mathematical Programming 98, 2003, theorem 3). For all q from a to b at once, costs raised as for b
and a budget lowered as for a give a bound that no robust plan with such a q passes. Ranges of q are halved, the one
with the highest bound first, until that bound is within the gap of the best plan found. Each plain problem goes to
`budget.allocation.search.search`, so that whatever makes plans fast makes these fast.

A service may run several units, whose deviations grow together: for a plan it is raised by the chord over all its
units, for a bound by that of its first.
"""

import heapq
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.search import Found, is_proved, search

PART_OF_GAP = 0.3  # of the gap asked, left to each plain problem
LEAST_GAP = 1e-5


@dataclass(frozen=True, slots=True)
class Deviations:
    """By how many pence each offer, and each unit of a service, may come to cost more than planned; 0 or more."""

    on_offers: Sequence[int]
    on_units: Sequence[int]


@dataclass(frozen=True, slots=True)
class Question:
    """A robust problem to be solved to a gap by a deadline (of time.perf_counter)."""

    problem: IntegerProblem
    deviations: Deviations
    gamma: int
    gap: float
    deadline: float

    def plan_at(self, q: int) -> Solution | None:
        """Return a plan that keeps the budget at its worst, made with one threshold; None where there is none."""
        pairs = zip(self.deviations.on_units, self.problem.max_units, strict=True)
        raised = [-(-max(d * most - q, 0) // max(most, 1)) for d, most in pairs]
        plain = _plain(self.problem, self.deviations, q, raised, self.gamma * q)
        return None if plain is None else self._searched(plain).plan

    def bound_over(self, a: int, b: int) -> int | None:
        """Return what no plan with a threshold from a to b passes; None where there is no such plan."""
        raised = [max(d - b, 0) for d in self.deviations.on_units]
        plain = _plain(self.problem, self.deviations, b, raised, self.gamma * a)
        if plain is None or (found := self._searched(plain)).infeasible:
            return None
        return found.bound

    def _searched(self, plain: IntegerProblem) -> Found:
        return search(plain, max(self.gap * PART_OF_GAP, LEAST_GAP), self.deadline, settle_ties=False)


def by_thresholds(question: Question, keeps: Callable[[Solution], bool]) -> tuple[Solution | None, int | None]:
    """Return the best robust plan found and a bound that none passes, None for either that was not found in time.

    `keeps` says whether a plan keeps every rule, the budget at its worst among them.
    """
    problem, points = question.problem, _points(question.problem, question.deviations)
    best, value = None, -1
    everywhere = question.bound_over(points[0], points[-1])
    heap = [] if everywhere is None else [(-everywhere, 0, len(points) - 1)]
    while heap and time.perf_counter() < question.deadline:
        top, first, last = heap[0]
        if best is not None and is_proved(value, -top, question.gap):
            break
        middle = (first + last) // 2
        plan = question.plan_at(points[middle])
        if plan is not None and plan.value(problem) > value and keeps(plan):
            best, value = plan, plan.value(problem)
        if first == last:
            break  # what is left of the bound of a single threshold cannot be taken apart any further
        heapq.heappop(heap)
        for low, high in ((first, middle), (middle + 1, last)):
            bound = question.bound_over(points[low], points[high])
            if bound is not None:
                heapq.heappush(heap, (-min(bound, -top), low, high))
    return best, -heap[0][0] if heap else None


def _points(problem: IntegerProblem, deviations: Deviations) -> list[int]:
    """Return every threshold that may be the best one, in order."""
    pairs = zip(deviations.on_units, problem.max_units, strict=True)
    of_units = {d * count for d, most in pairs for count in range(1, most + 1)}
    return sorted({0, *deviations.on_offers, *of_units})


def _plain(
    problem: IntegerProblem, deviations: Deviations, q: int, raised: list[int], held_pence: int
) -> IntegerProblem | None:
    """Return the plain problem of a threshold; None where it leaves no budget at all."""
    right = problem.rows[0].right - held_pence
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
