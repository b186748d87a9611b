"""What a forecast underspend could fund next, and what an overspend means.

The balance, less the contingency that is held, is given to the plan: it is solved again with everything already funded
as promised and the budget raised by the balance. Nobody who has an offer loses it; what comes in is the answer.
"""

from dataclasses import dataclass, replace

import pandas as pd

from budget.allocation.allocate import allocate
from budget.allocation.inputs.objective import Objective
from budget.monitoring.forecast import Monitored
from budget.planning import plan_changes
from budget.planning.plan import Plan
from budget.planning.plan_changes import GAINS, changes

ONE_OFF = (
    "Each is priced for a whole academic year. What begins later costs less this year and as much the next: a balance "
    "is there once, and a promise goes on."
)
LARGEST = 3  # lines named of an overspend


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left over, or missing, in the year monitored. Money in pence."""

    variance_pence: int  # of all lines: below nought an underspend
    contingency_pence: int  # held against it
    raised_by_pence: int  # what the plan's budget was raised by: the underspend, 0 where there is none
    next: Plan | None  # the plan solved again; None where nothing was asked
    coming: pd.DataFrame  # as `plan_changes.changes`, those who gain
    vehicles: pd.DataFrame  # as `plan_changes.vehicles`
    not_kept: tuple[str, ...] = ()  # cohorts funded in part that would have another offer


def raised(plan: Plan, monitored: Monitored) -> Plan:
    """Return the plan solved again with what it funds promised and its budget raised by the forecast underspend.

    The contingency is held back as a part of the reserve. A plan of least cost is solved for the most access, as it
    would leave the balance unspent. Raises InputError where the limits cannot be read with the larger budget.
    """
    scenario, allocation = plan.scenario, plan.allocation
    chosen = allocation.chosen.reset_index()
    whole = chosen[chosen["part"] >= 1] if "part" in chosen else chosen
    offers = tuple(zip(whole["cohort"].astype(str), whole["option"].astype(str), strict=True))
    units = {str(service): int(count) for service, count in allocation.services["units"].items()}
    limits = replace(scenario.limits, committed=offers, committed_units={**scenario.limits.committed_units, **units})
    aim = scenario.objective
    budget = scenario.budget_pence + max(0, -monitored.total("variance_pence"))
    again = replace(
        scenario,
        budget_pence=budget,
        reserve_pence=max(scenario.reserve_pence, monitored.contingency_pence),
        limits=limits,
        objective=Objective("most_access", aim.access) if aim.aim == "least_cost" else aim,
    )
    found = allocate(
        plan.choices.offers,
        budget,
        services=plan.choices.services,
        limits=limits,
        objective=again.objective,
        reserve_pence=again.reserve_pence,
        gap=again.gap,
        time_limit_seconds=again.time_limit_seconds,
    )
    return replace(plan, scenario=again, allocation=found)


def of(plan: Plan, monitored: Monitored) -> Balance:
    """Return what the forecast leaves or lacks, and what comes into the plan with it."""
    variance = monitored.total("variance_pence")
    held = monitored.contingency_pence
    if variance >= 0 or plan.allocation.status == "infeasible":
        return Balance(variance, held, 0, None, pd.DataFrame(), pd.DataFrame())
    after = raised(plan, monitored)
    if after.allocation.status == "infeasible":
        return Balance(variance, held, -variance, after, pd.DataFrame(), pd.DataFrame())
    table = changes(plan, after)
    coming = table[table["effect"] == GAINS]
    lost = tuple(table.index[table["effect"] == "loses"].astype(str))
    return Balance(variance, held, -variance, after, coming, plan_changes.vehicles(plan, after), lost)


def in_words(plan: Plan, monitored: Monitored, balance: Balance) -> list[str]:
    """Say what the balance is and what it could fund, or what an overspend means: sentences for every surface."""
    year, variance = monitored.year, balance.variance_pence
    if variance > 0:
        return _overspend(monitored, balance)
    if variance == 0:
        return [f"The forecast for {year} is the budget: there is no balance to give."]
    held = (
        f", and the contingency of {_pounds(balance.contingency_pence)} stays held" if balance.contingency_pence else ""
    )
    said = [f"An underspend of {_pounds(-variance)} is forecast for {year}{held}."]
    after = balance.next
    if after is None:
        return said
    if after.allocation.status == "infeasible":
        return [*said, "It could fund nothing under the limits: " + "; ".join(after.allocation.conflicts) + "."]
    if balance.coming.empty and balance.vehicles.empty:
        return [*said, "It would bring nothing more within reach: nothing that helps can be had for it."]
    cost = after.allocation.spent_pence - plan.allocation.spent_pence
    more = after.allocation.access - plan.allocation.access
    said.append(
        f"With it the plan could fund {_counted(len(balance.coming), 'offer')} more for {_pounds(cost)}, which would "
        f"bring {more:,.2f} more young people within reach:"
    )
    said += [_offer(cohort, row) for cohort, row in balance.coming.iterrows()]
    for _, row in balance.vehicles.iterrows():
        said.append(f"{row['label']}: {row['after']} in place of {row['before']} vehicles.")
    if balance.not_kept:
        said.append(f"Funded in part until now, and less after: {', '.join(balance.not_kept)}.")
    return [*said, ONE_OFF]


def _offer(cohort: object, row: pd.Series) -> str:
    name = f"{row['area_name']} ({cohort})" if str(row["area_name"]) != str(cohort) else str(cohort)
    before = f" in place of {row['before']}" if row["before"] else ""
    people, money = row["people_after"], row["cost_pence_after"] - row["cost_pence_before"]
    brought = row["access_after"] - row["access_before"]
    return (
        f"{name}: {row['after']}{before} for {people:,.2f} takers, {_pounds(int(money))}, {brought:,.2f} more within "
        "reach."
    )


def _overspend(monitored: Monitored, balance: Balance) -> list[str]:
    variance, held = balance.variance_pence, balance.contingency_pence
    lines = sorted((line for line in monitored.lines if line.variance_pence > 0), key=lambda line: -line.variance_pence)
    named = "; ".join(f"{line.label} {_pounds(line.variance_pence)} over" for line in lines[:LARGEST])
    said = [f"An overspend of {_pounds(variance)} is forecast for {monitored.year}. Most of it: {named}."]
    if held >= variance:
        said.append(f"The contingency of {_pounds(held)} covers it, and {_pounds(held - variance)} of that stays.")
    elif held:
        said.append(f"The contingency of {_pounds(held)} covers a part; {_pounds(variance - held)} is without money.")
    else:
        said.append(f"No contingency is held: {_pounds(variance)} is without money.")
    return [*said, "Nothing more can be funded. Move money between lines, find it elsewhere, or fund fewer next year."]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"
