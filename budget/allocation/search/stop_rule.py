"""What a search ends with and when: its result, what it leaves for the next one, and when a plan is good enough."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses

if TYPE_CHECKING:
    from budget.allocation.search.column_generation import DualPoint
    from budget.allocation.search.unit_branching import UnitScores

TIME_OVER = "The time limit ended the search: more time, or a faster machine, may give another plan."


@dataclass
class Memory:
    """What a search leaves for the next one of the same problem with more money; prices hold for every budget."""

    plan: Solution | None = None
    scores: "UnitScores | None" = None
    columns: "list[DualPoint]" = field(default_factory=list)  # the best point of column generation


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best plan found, None where there is none, and the bound that no plan can pass, in the problem's steps.

    `prices` are by the name of a row: the steps that one more unit of its right-hand side brings. {}: not known.
    `reasons` say why there is no plan although none is proved impossible.
    """

    plan: Solution | None
    bound: int
    prices: Mapping[str, float]
    infeasible: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopRule:
    """What ends a search: the gap, the deadline, enough steps, the nodes of its last solve; and what it begins with."""

    problem: IntegerProblem
    gap: float
    deadline: float
    enough: int | None
    nodes: int | None
    near: "list[DualPoint] | None" = None
    memory: Memory | None = None
    is_hurried: bool = False  # the next of many like problems is worth more than the last of the work on this one

    def is_met(self, value: int | None, bound: int) -> bool:
        """Say whether a plan of this value (None where there is none) and a bound are good enough."""
        if self.enough is not None and (bound < self.enough or (value is not None and value >= self.enough)):
            return True
        return value is not None and is_proved(value, bound, self.gap)

    def is_met_by(self, plan: Solution | None, bound: int) -> bool:
        """Say the same of a plan, None where there is none."""
        return self.is_met(None if plan is None else plan.value(self.problem), bound)

    def least_for(self, bound: int) -> int | None:
        """Return the least value of a plan that is good enough beside a bound; None where any plan is."""
        part = 1 - Fraction(self.gap)
        if part <= 0:
            return None
        least = ceil(bound * part if bound > 0 else bound / part)
        return least if self.enough is None else min(least, self.enough)

    def is_over(self) -> bool:
        """Say whether the deadline has passed."""
        return time.perf_counter() > self.deadline


def better_plan(problem: IntegerProblem, *plans: Solution | None) -> Solution | None:
    """Return the plan of the highest value, of equals the one that spends least; None where there is none."""
    known = [plan for plan in plans if plan is not None]
    return max(known, key=lambda plan: (plan.value(problem), -plan.spend_pence(problem)), default=None)


def is_proved(value: int, bound: int, gap: float) -> bool:
    """Say whether a plan of this value is within the gap asked of anything the bound allows; exactly."""
    return missing(value, bound) <= Fraction(gap)


def missing(value: int | Fraction, bound: int | Fraction) -> Fraction:
    """Return what is missing to the bound, as a part of the bound; of the cost where there is only cost."""
    if bound <= value:
        return Fraction(0)
    return Fraction(bound - value) / (bound if bound > 0 else -value)


def if_feasible(problem: IntegerProblem, plan: Solution | None) -> Solution | None:
    """Return a plan where it keeps every row."""
    return plan if plan is not None and not excesses(problem, plan) else None
