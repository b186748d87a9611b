"""Cost a plan again in the low and the high case of take-up and prices, and find the reserve that it needs.

In a case every uncertain figure is at the same end of its range. The plan is costed again there, with the same offers
and vehicles, and a new plan is made for the case.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from budget.offers.ranges import Ranges
from budget.planning.plan import Plan, replan, solve_again
from budget.risk import simulation
from budget.risk.simulation import MICRO, Risk
from budget.scenarios.scenario import CASES
from data.wording import whole_pounds

RESERVE_STEPS = 6  # plans made at most in the search for a reserve
CLOSE_ENOUGH_PENCE = 100_000  # a reserve is sought to the nearest £1,000


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what the plan spends and brings in it, and the plan that would be made for it."""

    name: str
    spent_pence: int
    people: float
    access: float
    within_reach: float  # people, of at least one purpose
    over_pence: int  # by how much the plan would exceed the whole budget
    replanned: Plan


@dataclass(frozen=True, slots=True)
class Reserve:
    """A reserve, the plan that keeps it, and that plan's risk."""

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
    spent, people, micro, reach = recosted(plan, other)
    over = max(spent - plan.allocation.budget_pence, 0)
    return Case(name, spent, people, micro / MICRO, reach / MICRO, over, other)


def recosted(plan: Plan, other: Plan) -> tuple[int, float, int, int]:
    """Return a plan's pence, people, and millionths of access and of people within reach, at another plan's figures.

    Riders beyond the seats of the vehicles bought are turned away, and pay and gain nothing.
    """
    chosen = plan.allocation.chosen
    now = other.choices.offers.reindex(chosen.index)  # an offer that nobody takes up there costs and brings nothing
    columns = now[["people", "cost_pence", "access", "within_reach"]].fillna(0.0).astype(float)
    if "part" in chosen:  # of a cohort that is funded in part; its cost in whole pence, rounded up as in the plan
        columns = columns.mul(chosen["part"], axis=0)
        columns["cost_pence"] = np.ceil(columns["cost_pence"].round(6))
    spent, people, micro, reach = 0, 0.0, 0, 0
    for service, rows in columns.groupby(chosen["service"].fillna(""), sort=True):
        pence, riders = int(rows["cost_pence"].astype("int64").sum()), float(rows["people"].sum())
        gain, reached = (int((rows[n] * MICRO).round().astype("int64").sum()) for n in ("access", "within_reach"))
        seats = riders
        if service != "":
            units = int(plan.allocation.services["units"].get(service, 0))
            row = plan.choices.services.loc[service]
            seats = min(riders, units * float(row["seats_per_unit"]))
            spent += units * int(other.choices.services["unit_cost_pence"].get(service, row["unit_cost_pence"]))
        part = seats / riders if riders else 1.0
        spent, people = spent + round(pence * part), people + seats
        micro, reach = micro + round(gain * part), reach + round(reached * part)
    return spent, round(people, 2), micro, reach


def with_reserve(
    plan: Plan, ranges: Ranges, risk: Risk, report: Callable[[str], None] = lambda text: None
) -> Reserve | None:
    """Return a reserve under which a plan's simulated chance of overspending is accepted, with that plan.

    It is the least found by halving in a few steps, up to everything that no grant pays for. None where no reserve is
    enough, because what must be funded or is promised costs too much.
    """
    scenario = plan.scenario
    if risk.chance_of_overspending <= risk.chance_accepted:
        return Reserve(scenario.reserve_pence, plan, risk)
    low = scenario.reserve_pence
    high = scenario.budget_pence - sum(grant.amount_pence for grant in scenario.limits.grants)  # they are to be spent
    guess, best = min(low + risk.short_pence, high), None
    years = simulation.figures_drawn(ranges, len(risk.draws.spend_pence), risk.seed)  # a reserve changes no year
    for _ in range(RESERVE_STEPS):
        report(f"Trying a reserve of {whole_pounds(guess)}.")
        tried = _try_reserve(plan, ranges, guess, risk, years)
        if _is_accepted(tried):
            high, best = guess, tried
        elif tried.plan.allocation.status == "infeasible":
            high = guess
        else:
            low = guess
        if high - low <= CLOSE_ENOUGH_PENCE:
            break
        guess = (low + high) // 2 // 100 * 100
    if best is None and _is_accepted(tried := _try_reserve(plan, ranges, high, risk, years)):
        return tried
    return best


def _is_accepted(reserve: Reserve) -> bool:
    has_plan = reserve.plan.allocation.status != "infeasible"
    return has_plan and reserve.risk.chance_of_overspending <= reserve.risk.chance_accepted


def _try_reserve(plan: Plan, ranges: Ranges, reserve_pence: int, risk: Risk, years: dict[str, np.ndarray]) -> Reserve:
    with_it = solve_again(plan, replace(plan.scenario, reserve_pence=reserve_pence))
    again = simulation.simulate(with_it, ranges, draws=len(risk.draws.spend_pence), seed=risk.seed, years=years)
    return Reserve(reserve_pence, with_it, again)
