"""What confirmed savings could fund next, and what an overspend means.

The plan is solved again with everything already funded as promised, the budget raised by the underspend, and the
contingency held back. Nobody who has an offer loses it; the answer is what the plan then funds in addition. Only a
saving that is confirmed is money to spend: a line closed by its owner, a price that changed, passes handed back. What
is forecast under for any other reason may be a late invoice.
"""

from dataclasses import dataclass, field, replace

import pandas as pd

from budget.allocation.inputs.objective import Objective
from budget.monitoring.monitored import Monitored
from budget.monitoring.posting import CONFIRMED
from budget.planning import plan_changes
from budget.planning.plan import Plan, solve_again
from budget.planning.plan_changes import GAINS, LOSES, changes
from budget.planning.within_reach import about, at_least_one
from data.wording import counted, exact_pounds

ONE_OFF = (
    "Each is priced for a whole academic year. What begins later costs less this year and as much the next: a balance "
    "is there once, and a promise goes on."
)
LARGEST = 3  # lines that are named of an overspend


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left over, or missing, in the year monitored. Money in pence."""

    variance_pence: int  # of all lines: below zero is an underspend
    contingency_pence: int
    raised_by_pence: int = 0  # how much the plan's budget was raised: the savings confirmed, 0 where there are none
    next: Plan | None = None  # the plan solved again; None where it was not
    coming: pd.DataFrame = field(default_factory=pd.DataFrame)  # as `plan_changes.changes`, those who gain
    vehicles: pd.DataFrame = field(default_factory=pd.DataFrame)  # as `plan_changes.vehicles`
    not_kept: tuple[str, ...] = ()  # cohorts funded in part that would get another offer


def remade(plan: Plan, more_pence: int, contingency_pence: int) -> Plan:
    """Return the plan solved again, with what it funds promised and `more_pence` added to its budget.

    The reserve is at least the contingency, as far as the money goes. A plan of least cost is solved for the most
    access, as it would leave the money unspent. Raises InputError where the limits cannot be read with the other
    budget.
    """
    scenario, allocation = plan.scenario, plan.allocation
    chosen = allocation.chosen.reset_index()
    whole = chosen[chosen["part"] >= 1] if "part" in chosen else chosen
    offers = tuple(zip(whole["cohort"].astype(str), whole["option"].astype(str), strict=True))
    units = {str(service): int(count) for service, count in allocation.services["units"].items()}
    limits = replace(scenario.limits, committed=offers, committed_units={**scenario.limits.committed_units, **units})
    aim = scenario.objective
    budget = max(0, scenario.budget_pence + more_pence)
    reserve = min(max(scenario.reserve_pence, contingency_pence), max(0, budget - allocation.spent_pence))
    scenario = replace(
        scenario,
        budget_pence=budget,
        reserve_pence=reserve,
        limits=limits,
        objective=Objective("most_access", aim.access) if aim.aim == "least_cost" else aim,
    )
    return solve_again(plan, scenario)


def year_end_balance(plan: Plan, monitored: Monitored) -> Balance:
    """Return what the forecast leaves or lacks, and what the plan could fund with it."""
    variance, contingency = monitored.total("variance_pence"), monitored.contingency_pence
    free = monitored.available_pence
    if not free or plan.allocation.status == "infeasible":
        return Balance(variance, contingency)
    after = remade(plan, free, contingency)
    if after.allocation.status == "infeasible":
        return Balance(variance, contingency, free, after)
    table = changes(plan, after)
    coming = table[table["effect"] == GAINS]
    losing = tuple(table.index[table["effect"] == LOSES].astype(str))
    return Balance(variance, contingency, free, after, coming, plan_changes.vehicles(plan, after), losing)


def in_words(plan: Plan, monitored: Monitored, balance: Balance) -> list[str]:
    """Return sentences on what the balance is and could fund, or what an overspend means."""
    year, variance = monitored.year, balance.variance_pence
    if variance > 0:
        return _overspend(monitored, balance)
    if variance == 0:
        return [f"The forecast for {year} is the budget: there is no balance to give."]
    contingency = ""
    if balance.contingency_pence:
        contingency = f", and the contingency of {exact_pounds(balance.contingency_pence)} stays held"
    lines = [f"An underspend of {exact_pounds(-variance)} is forecast for {year}{contingency}."]
    free, ways = balance.raised_by_pence, ", ".join(CONFIRMED.values())
    if not free:
        none = (
            "Nothing of it is confirmed as a saving" if not monitored.total("saving_pence") else "Overspends take it up"
        )
        return [*lines, f"{none}, so it is not offered for spending. A saving is confirmed by line: {ways}."]
    lines.append(f"{exact_pounds(free)} of it is confirmed as saved, after every overspend that is forecast.")
    after = balance.next
    if after is None:
        return lines
    if after.allocation.status == "infeasible":
        return [*lines, f"It could fund nothing under the limits: {'; '.join(after.allocation.conflicts)}."]
    if balance.coming.empty and balance.vehicles.empty:
        return [*lines, "It would bring nothing more within reach: nothing that helps can be had for it."]
    cost = exact_pounds(after.allocation.spent_pence - plan.allocation.spent_pence)
    reach = at_least_one(after.allocation) - at_least_one(plan.allocation)
    lines.append(
        f"With it the plan could fund {counted(len(balance.coming), 'offer')} more for {cost}, which would bring "
        f"{about(reach)} more young people within reach:"
    )
    lines += [_offer(cohort, row) for cohort, row in balance.coming.iterrows()]
    for _, row in balance.vehicles.iterrows():
        lines.append(f"{row['label']}: {row['after']} in place of {row['before']} vehicles.")
    if balance.not_kept:
        lines.append(f"Funded in part until now, and less after: {', '.join(balance.not_kept)}.")
    return [*lines, ONE_OFF]


def name_of(cohort: object, row: pd.Series) -> str:
    """Return a cohort by the name of its area, with its code; by its code where the area has no name.

    `row` is one of `plan_changes.changes`.
    """
    return f"{row['area_name']} ({cohort})" if str(row["area_name"]) != str(cohort) else str(cohort)


def _offer(cohort: object, row: pd.Series) -> str:
    before = f" in place of {row['before']}" if row["before"] else ""
    cost = exact_pounds(row["cost_pence_after"] - row["cost_pence_before"])
    takers, more = f"{row['people_after']:,.2f} takers", row["within_reach_after"] - row["within_reach_before"]
    reach = f"{abs(more):,.2f} {'fewer' if more < 0 else 'more'} within reach"
    return f"{name_of(cohort, row)}: {row['after']}{before} for {takers}, {cost}, {reach}."


def _overspend(monitored: Monitored, balance: Balance) -> list[str]:
    variance, contingency = balance.variance_pence, balance.contingency_pence
    over = sorted((line for line in monitored.lines if line.variance_pence > 0), key=lambda line: -line.variance_pence)
    named = "; ".join(f"{line.label} {exact_pounds(line.variance_pence)} over" for line in over[:LARGEST])
    lines = [f"An overspend of {exact_pounds(variance)} is forecast for {monitored.year}. Most of it: {named}."]
    held, short = exact_pounds(contingency), exact_pounds(max(0, variance - contingency))
    if contingency >= variance:
        lines.append(f"The contingency of {held} covers it, and {exact_pounds(contingency - variance)} of that stays.")
    elif contingency:
        lines.append(f"The contingency of {held} covers a part; {short} is without money.")
    else:
        lines.append(f"No contingency is held: {short} is without money.")
    return [*lines, "Nothing more can be funded. Move money between lines, find it elsewhere, or fund fewer next year."]
