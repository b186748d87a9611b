"""A plan in the low and the high case of take-up and prices, and the reserve that lets it stand.

In a case every uncertain figure lies at the same end of its range at once. The plan is costed again there as it stands
(the same offers, the same vehicles), and a new plan is made that knows the case.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from budget.offers.ranges import Ranges
from budget.planning.plan import Plan, replan
from budget.risk import simulation
from budget.risk.simulation import MICRO, Risk
from budget.scenarios.scenario import CASES, Scenario

RESERVE_STEPS = 6  # plans made at most in the search for a reserve
CLOSE_ENOUGH_PENCE = 100_000  # a reserve is sought to the nearest £1,000


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what the plan comes to in it, and the plan that would be made if the case were known beforehand."""

    name: str
    spent_pence: int
    people: float
    access: float
    over_pence: int  # by how much the plan, as it stands, would pass the whole budget
    replanned: Plan


@dataclass(frozen=True, slots=True)
class Reserve:
    """A reserve, the plan that keeps it, and that plan's risk: its chance of overspending is one that is accepted."""

    reserve_pence: int
    plan: Plan
    risk: Risk


def cases(plan: Plan, ranges: Ranges) -> tuple[Case, ...]:
    """Return the low, central and high case of a plan."""
    return tuple(_case(plan, name, ranges.values(name)) for name in CASES)


def _case(plan: Plan, name: str, values: dict[str, float]) -> Case:
    changed = {figure: value for figure, value in values.items() if value != plan.catalogue.figures[figure]}
    figures = {**plan.scenario.figures, **changed}
    other = plan
    if changed:
        other = replan(plan, replace(plan.scenario, figures=figures, take_up_case="central"))
    spent, people, micro = recosted(plan, other)
    over = max(spent - plan.allocation.budget_pence, 0)
    return Case(name, spent, people, micro / MICRO, over, other)


def recosted(plan: Plan, other: Plan) -> tuple[int, float, int]:
    """Return the pence, people and millionths of access of a plan's offers and vehicles at another plan's figures.

    Riders beyond the seats of the vehicles bought are turned away, and pay and gain nothing.
    """
    chosen = plan.allocation.chosen
    now = other.choices.offers.reindex(chosen.index)  # an offer that nobody takes up there costs and brings nothing
    columns = now[["people", "cost_pence", "access"]].fillna(0.0).astype(float)
    if "part" in chosen:  # of a cohort that is funded in part; its cost in whole pence, rounded up as in the plan
        columns = columns.mul(chosen["part"], axis=0)
        columns["cost_pence"] = np.ceil(columns["cost_pence"].round(6))
    spent, people, micro = 0, 0.0, 0
    for service, rows in columns.groupby(chosen["service"].fillna(""), sort=True):
        pence, riders = int(rows["cost_pence"].astype("int64").sum()), float(rows["people"].sum())
        gain = int((rows["access"] * MICRO).round().astype("int64").sum())
        seats = riders
        if service != "":
            units = int(plan.allocation.services["units"].get(service, 0))
            row = plan.choices.services.loc[service]
            seats = min(riders, units * float(row["seats_per_unit"]))
            spent += units * int(other.choices.services["unit_cost_pence"].get(service, row["unit_cost_pence"]))
        part = seats / riders if riders else 1.0
        spent, people, micro = spent + round(pence * part), people + seats, micro + round(gain * part)
    return spent, round(people, 2), micro


def with_reserve(
    plan: Plan, ranges: Ranges, risk: Risk, report: Callable[[str], None] = lambda text: None
) -> Reserve | None:
    """Return a reserve under which a plan is made whose simulated chance of overspending is accepted.

    The least that was found in a few steps by halving, up to all that is not granted for some purpose. None where no
    reserve does it: where what must be funded, or what is promised, costs too much.
    """
    scenario = plan.scenario
    if risk.chance_of_overspending <= risk.chance_accepted:
        return Reserve(scenario.reserve_pence, plan, risk)
    low, high = scenario.reserve_pence, _most_that_can_be_held(scenario)
    guess, best = min(low + risk.short_pence, high), None
    for _ in range(RESERVE_STEPS):
        report(f"Trying a reserve of £{guess / 100:,.0f}.")
        held = _held(plan, ranges, guess, risk)
        if _is_accepted(held):
            high, best = guess, held
        elif held.plan.allocation.status == "infeasible":
            high = guess
        else:
            low = guess
        if high - low <= CLOSE_ENOUGH_PENCE:
            break
        guess = (low + high) // 2 // 100 * 100
    if best is None and _is_accepted(held := _held(plan, ranges, high, risk)):
        return held
    return best


def _is_accepted(held: Reserve) -> bool:
    is_a_plan = held.plan.allocation.status != "infeasible"
    return is_a_plan and held.risk.chance_of_overspending <= held.risk.chance_accepted


def _most_that_can_be_held(scenario: Scenario) -> int:
    """Return the largest reserve: grants are part of what may be spent, and cannot be held back."""
    return scenario.budget_pence - sum(grant.amount_pence for grant in scenario.limits.grants)


def _held(plan: Plan, ranges: Ranges, reserve_pence: int, risk: Risk) -> Reserve:
    made = replan(plan, replace(plan.scenario, reserve_pence=reserve_pence))
    again = simulation.simulate(made, ranges, draws=len(risk.draws.spend_pence), seed=risk.seed)
    return Reserve(reserve_pence, made, again)
