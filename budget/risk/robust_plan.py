"""The robust plan of a county: it keeps its budget where take-up and prices are high, and says what access that costs.

How much more a cohort can cost is what its offer costs with its take-up and its price both at their high ends, less
what it is planned to cost; for a vehicle likewise with its price.
"""

from dataclasses import dataclass, replace

import numpy as np

from budget.allocation.aims import robust
from budget.allocation.aims.robust import RobustSolution
from budget.allocation.aims.robust_problem import Deviations, RobustProblem
from budget.allocation.allocate import allocation_of
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import NO_LIMITS
from budget.allocation.inputs.tables import CheckedTables
from budget.allocation.model.integer_problem import IntegerProblem, to_integers
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.result import Allocation
from budget.allocation.search.stop_rule import SearchResult
from budget.offers.ranges import Ranges
from budget.planning.plan import Plan, replan
from data.faults import Fault, InputError


@dataclass(frozen=True, slots=True)
class RobustPlan:
    """A plan that keeps its budget when any `gamma` of its `uncertain` cohorts and services are at their worst.

    `worst_pence` is what it then spends at most; `access_given_up` what the plain plan brings more, as planned.
    """

    plan: Plan
    plain: Plan
    gamma: int
    uncertain: int
    worst_pence: int

    @property
    def access_given_up(self) -> float:
        """The price of robustness: access of the plain plan less that of the robust one."""
        return self.plain.allocation.access - self.plan.allocation.access

    def to_json(self) -> dict:
        """Return what the command line prints of it beside the plan."""
        return {
            "gamma": self.gamma,
            "uncertain": self.uncertain,
            "worst_spend_pence": self.worst_pence,
            "plain_access": self.plain.allocation.access,
            "access_given_up": self.access_given_up,
        }


def make(plain: Plan, ranges: Ranges, gamma_text: str) -> RobustPlan:
    """Return the robust plan for a plan's county and scenario, within the scenario's gap or its time limit.

    Where no plan keeps every limit and the budget at its worst, its allocation says so, as any other's does.
    Raises InputError where `gamma_text` is no number of cohorts, and for an objective that this does not cover.
    """
    scenario = plain.scenario
    if scenario.objective.aim != "most_access":
        fault = f'A plan can be made robust for the most access only; the objective is "{scenario.objective.aim}".'
        raise InputError("--robust", [fault])
    problem = plain.problem
    integers = to_integers(problem, filtered=False)
    count = robust.uncertain(integers)
    gamma = _gamma(gamma_text, count)
    deviations = deviations_of(integers, problem.tables, high_case(plain, ranges))
    robust_problem = RobustProblem(integers, deviations, gamma, problem.gap)
    nothing = Solution((), (0,) * len(integers.max_units))  # keeps any budget, and most limits
    start = None if excesses(integers, nothing) else nothing
    found = robust.solve(robust_problem, time_limit_seconds=problem.time_limit_seconds, start=start)
    allocation = _allocation(plain, problem, integers, found, gamma)
    return RobustPlan(replace(plain, allocation=allocation), plain, gamma, count, found.worst_pence)


def _gamma(text: str, count: int) -> int:
    try:
        return robust.gamma_of(text, count)
    except (ValueError, ZeroDivisionError):
        problem = f'{text!r} is not understood. Write how many cohorts, such as 20, or "10%" of them, or "sqrt".'
        raise InputError("--robust", [Fault("", problem)]) from None


def high_case(plain: Plan, ranges: Ranges) -> Plan:
    """Return the choices of the high case as a plan with nothing to spend, which takes no time to solve."""
    figures = {**plain.scenario.figures, **ranges.values("high")}
    scenario = replace(plain.scenario, figures=figures, budget_pence=0, reserve_pence=0, limits=NO_LIMITS)
    return replan(plain, scenario)


def deviations_of(problem: IntegerProblem, tables: CheckedTables, high: Plan) -> Deviations:
    """Return how much more each offer and each vehicle can cost than planned, in the problem's order."""
    now = tables.offers["cost_pence"].astype("int64")
    worst = high.choices.offers["cost_pence"].reindex(now.index).fillna(0).astype("int64")
    if "part" in tables.offers:  # rounded up, as the cost of a part is
        worst = np.ceil((worst * tables.offers["part"]).round(6)).astype("int64")
    more = (worst - now).clip(lower=0).tolist()
    each = tables.services["unit_cost_pence"].astype("int64")
    dearer = high.choices.services["unit_cost_pence"].reindex(each.index).fillna(0).astype("int64")
    return Deviations([more[place] for place in problem.place], (dearer - each).clip(lower=0).tolist())


def _allocation(
    plain: Plan, problem: AllocationProblem, integers: IntegerProblem, found: RobustSolution, gamma: int
) -> Allocation:
    """Return the robust plan as an allocation, checked against the tables; one of nothing says why there is none."""
    result = SearchResult(found.plan, found.bound, {}, infeasible=found.infeasible)
    allocation = replace(allocation_of(problem, integers, result), seconds=plain.allocation.seconds)
    if found.plan is not None:
        return allocation
    worst = f"the budget when any {gamma} cohorts and services come out at their worst, together with the other limits"
    late = "No plan that keeps the budget at its worst and every limit was found in the time given."
    return replace(allocation, bound=0.0, gap=0.0, conflicts=(worst if found.infeasible else late,), notes=())
