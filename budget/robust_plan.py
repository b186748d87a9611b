"""A county's plan made robust: from the high case of take-up and prices to a plan that keeps its budget, and its price.

How much more a cohort can cost is what its offer costs with its take-up and its price both at their high ends, less
what it is planned to cost; for a vehicle likewise with its price.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from budget import robust
from budget.cases import remade
from budget.limits import NO_LIMITS
from budget.offers_table import CheckedTables, checked_tables
from budget.plan import Plan
from budget.problem import Problem, problem_of
from budget.ranges import Ranges
from budget.robust import Deviations, Robust
from budget.verify import check_plan
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

    Raises InputError where `gamma_text` is no number of cohorts, and where the scenario has what this does not cover.
    """
    scenario = plain.scenario
    tables = checked_tables(plain.choices.offers, plain.choices.services)
    ceiling = scenario.budget_pence - scenario.reserve_pence
    problem = problem_of(tables.offers, tables.services, NO_LIMITS, ceiling, filtered=False)
    count = robust.uncertain(problem)
    gamma = _gamma(gamma_text, count)
    deviations = deviations_of(problem, tables, high_case(plain, ranges))
    found = robust.solve(
        problem,
        deviations,
        gamma,
        gap=scenario.gap,
        time_limit_seconds=scenario.time_limit_seconds,
        start=_start(problem),
    )
    places = [problem.place[i] for i in found.plan.offers]
    check_plan(tables, NO_LIMITS, ceiling, places, found.plan.units)
    made = replace(plain, allocation=_allocation(plain, tables, problem, found))
    return RobustPlan(made, plain, gamma, count, found.worst_pence)


def _gamma(text: str, count: int) -> int:
    try:
        return robust.gamma_of(text, count)
    except (ValueError, ZeroDivisionError):
        problem = f'{text!r} is not understood. Write how many cohorts, such as 20, or "10%" of them, or "sqrt".'
        raise InputError("--robust", [Fault("", problem)]) from None


def _start(problem: Problem):
    """Return the empty plan, which keeps any budget, as the least that is known."""
    return robust.Plan((), (0,) * len(problem.max_units))


def high_case(plain: Plan, ranges: Ranges) -> Plan:
    """Return the choices of the high case as a plan with nothing to spend, which takes no time to solve."""
    figures = {**plain.scenario.figures, **ranges.values("high")}
    scenario = replace(plain.scenario, figures=figures, budget_pence=0, reserve_pence=0)
    return remade(plain, scenario)


def deviations_of(problem: Problem, tables: CheckedTables, high: Plan) -> Deviations:
    """Return how much more each offer and each vehicle can cost than planned, in the problem's order."""
    now = tables.offers["cost_pence"].astype("int64")
    worst = high.choices.offers["cost_pence"].reindex(now.index).fillna(0).astype("int64")
    more = (worst - now).clip(lower=0).tolist()
    each = tables.services["unit_cost_pence"].astype("int64")
    dearer = high.choices.services["unit_cost_pence"].reindex(each.index).fillna(0).astype("int64")
    return Deviations([more[place] for place in problem.place], (dearer - each).clip(lower=0).tolist())


def _allocation(plain: Plan, tables: CheckedTables, problem: Problem, found: Robust):
    plan, step = found.plan, problem.step / 10**6
    value = plan.value(problem)
    chosen = tables.offers.iloc[[problem.place[i] for i in plan.offers]]
    units = pd.Series(list(plan.units), index=tables.services.index, dtype="int64")
    costs = units * tables.services["unit_cost_pence"].astype("int64")
    return replace(
        plain.allocation,
        status="optimal" if found.is_proved else "time_limit",
        chosen=chosen,
        services=pd.DataFrame({"units": units, "cost_pence": costs})[units > 0],
        access=value * step,
        bound=found.bound * step,
        gap=float(Fraction(found.bound - value, found.bound)) if found.bound else 0.0,
        spent_pence=plan.spend_pence(problem),
        people=float(sum((Fraction(str(people)) for people in chosen["people"].tolist()), Fraction(0))),
        access_per_extra_1000_pounds=None,
    )
