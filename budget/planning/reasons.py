"""Say why each cohort of a plan is funded or not, and how good the plan is known to be."""

import pandas as pd

from budget.allocation.inputs.limits import NO_LIMITS
from budget.allocation.why.explain import Explained, explain_plan
from budget.allocation.why.sentences import NOTHING_HELPS
from budget.offers.needs import NEEDS
from budget.planning import already_near
from budget.planning.plan import Plan, once
from data.wording import percent


@once
def explanation(plan: Plan) -> Explained:
    """Return why each cohort is funded or not, and what one more unit of each limit would buy."""
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    return explain_plan(plan.problem, plan.allocation, labels=labels, cohorts=plan.choices.cohorts.index)


@once
def not_funded(plan: Plan) -> pd.DataFrame:
    """Return every cohort in target without an offer, and why, those in the most deprived decile first.

    Index cohort; area_name, district, people, reason (a sentence), best_option, cost_pence and access of the offer it
    would get first (NA where there is none), entry_budget_pence (the budget at which it comes in, NA where that is not
    known), kept_out_by, pence_per_access and forced_in_access as in `budget.allocation.why.explain`.
    """
    cohorts, why = plan.choices.cohorts, explanation(plan).cohorts
    left = (
        cohorts.loc[why.index[~why["funded"]]]
        .sort_values(["decile", "people"], ascending=[True, False], kind="stable")
        .index
    )
    table = cohorts.loc[left, ["area_name", "district", "people"]].copy()
    columns = {"best_option": "best_option", "best_cost_pence": "cost_pence", "best_access": "access"}
    columns |= {n: n for n in ("entry_budget_pence", "kept_out_by", "pence_per_access", "forced_in_access", "reason")}
    for source, name in columns.items():
        table[name] = why.loc[left, source]
    is_applicants = plan.applicants is not None
    reach = cohorts.loc[left, [f"reach_{need}" for need in NEEDS]] >= 1
    within = reach.any(axis=1) if is_applicants else reach.all(axis=1)
    near = table.index[within & (table["kept_out_by"] == NOTHING_HELPS)]
    if is_applicants:
        table.loc[near, "reason"] = "Their own destination is within reach without help."
    else:
        table.loc[near, "reason"] = already_near.sentences(plan, near)
    return table


def proof(plan: Plan) -> str:
    """Return how good the plan is known to be, as a sentence; it claims only what the aim of the plan is.

    Where nobody is in target or there is no money there is no choice, and nothing is called the best.
    """
    allocation = plan.allocation
    better, nearly, short = (
        words.replace("{limits}", _limited(plan)) for words in PROVED.get(allocation.aim, PROVED["most_access"])
    )
    if allocation.status == "infeasible":
        return "No plan can satisfy the limits: " + "; ".join(allocation.conflicts) + "."
    if allocation.chosen.empty and plan.choices.cohorts.empty:
        return "There is no choice to make."
    if allocation.chosen.empty and allocation.budget_pence == plan.scenario.reserve_pence:
        return "There is no money to spend."
    if allocation.status == "optimal" and allocation.gap == 0:
        return f"Proved best{_grounds(plan)}: {better}."
    behind = f"{allocation.gap:.2%}" if allocation.gap >= 0.0001 else "0.01%"
    if allocation.status == "optimal":
        return f"Proved best to within {behind}{_grounds(plan)}: {nearly.format(behind)}."
    return f"Stopped at the time limit: the best plan found, at most {short.format(behind)}."


def _grounds(plan: Plan) -> str:
    """Say on how many estimated journeys the proof rests: it holds for the journeys given, true or not."""
    if not (share := plan.estimated_share):
        return ""
    if share > 1 - 1e-9:
        return " for journeys that are all estimates"
    return f" for journeys of which {percent(share)}, by access score, are estimates"


def _limited(plan: Plan) -> str:
    return "" if plan.scenario.limits == NO_LIMITS else " within these limits"


# By the aim of a plan: what is proved of it, the same where a gap is left, and how far it may be from the best.
PROVED = {
    "most_access": (
        "no plan for this money{limits} has a higher access score",
        "its access score is at most {} below the highest of any plan for this money{limits}",
        "{} short of the best there is",
    ),
    "least_cost": (
        "no plan that does what was asked costs less",
        "at most {} of its cost is more than the cheapest plan that does what was asked",
        "{} of its cost above the least there is",
    ),
    "fair_first": (
        "no plan that raises the worst-off as far has a higher access score",
        "its access score is at most {} below the highest of any plan that raises the worst-off as far",
        "{} short of the best that is as fair",
    ),
}
