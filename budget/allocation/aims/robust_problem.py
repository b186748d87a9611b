"""A robust problem: an integer problem, how much its costs may deviate, and how many of them do so together."""

from collections.abc import Sequence
from dataclasses import dataclass

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses


@dataclass(frozen=True, slots=True)
class Deviations:
    """By how many pence each offer, and each unit of a service, may come to cost more than planned; 0 or more."""

    on_offers: Sequence[int]
    on_units: Sequence[int]


@dataclass(frozen=True, slots=True)
class RobustProblem:
    """A plan is to keep its budget when `gamma` cohorts and services are at their worst cost together.

    `problem` must be unfiltered: dominance ignores deviations. `gap` is relative.
    """

    problem: IntegerProblem
    deviations: Deviations
    gamma: int
    gap: float = 0.0001

    @property
    def most_value(self) -> int:
        """Return the value of every offer together, which no plan exceeds."""
        return sum(max(each, 0) for each in self.problem.value)

    @property
    def has_fleets(self) -> bool:
        """Return whether a service whose cost deviates may run several units."""
        return any(d and most > 1 for d, most in zip(self.deviations.on_units, self.problem.max_units, strict=True))

    def worst_spend_pence(self, plan: Solution) -> int:
        """Return a plan's spend where the `gamma` largest deviations of its cohorts and services occur."""
        of_cohorts = [self.deviations.on_offers[i] for i in plan.offers]  # one offer each
        of_services = [d * count for d, count in zip(self.deviations.on_units, plan.units, strict=True)]
        largest = sorted([*of_cohorts, *of_services], reverse=True)[: self.gamma]
        return plan.spend_pence(self.problem) + sum(largest)

    def excess_pence(self, plan: Solution) -> int:
        """Return by how much a plan's worst spend exceeds the budget, or 1 where it breaks another rule."""
        over = self.worst_spend_pence(plan) - self.problem.rows[0].right
        return max(over, 1 if excesses(self.problem, plan) else 0, 0)
