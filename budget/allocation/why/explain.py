"""Explain a plan: why each cohort is funded or not, and what one more unit of each limit would bring, in one pass.

The prices of a plan (`budget.allocation.why.opportunity_cost`) compare every offer with what the money buys elsewhere.
The order of spending (`budget.allocation.curve.efficiency_order`) gives the budget at which a cohort comes in; where
there are limits the relaxation gives it, solved for many budgets (`budget.allocation.why.entry_budgets`). For
these no plan is made again; the tests force cohorts in, solve again and compare.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Unpack

import numpy as np
import pandas as pd

from budget.allocation.allocate import PENCE_IN_1000_POUNDS
from budget.allocation.inputs.allocation_problem import AllocationProblem, Settings
from budget.allocation.inputs.limit_wording import result_in_words
from budget.allocation.inputs.tables import CheckedTables
from budget.allocation.result import Allocation
from budget.allocation.why.entry_budgets import EntryBudgets, entry_budgets_under_limits
from budget.allocation.why.more_money import as_most_access, more_money
from budget.allocation.why.opportunity_cost import OpportunityCosts, entry_budgets, one_more_unit, opportunity_costs
from budget.allocation.why.sentences import (
    BUDGET,
    CLOSE,
    MARGIN,
    NO_PLAN,
    NOTHING_HELPS,
    SEATS,
    SERVICE,
    ReasonSentences,
    Row,
)

COHORT_COLUMNS = (
    "funded", "option", "cost_pence", "access", "best_option", "best_cost_pence", "best_access", "more_pence",
    "more_access", "pence_per_access", "plan_pence_per_access", "entry_budget_pence", "entry_is_exact",
    "out_at_any_budget", "forced_in_access", "kept_out_by", "reason",
)  # fmt: skip
LIMIT_COLUMNS = ("limit", "value", "bound", "slack", "access_per_unit", "sentence")


@dataclass(frozen=True)
class Explained:
    """The reasons for each cohort, and what more of each limit would bring.

    `cohorts` (index cohort, in order) has COHORT_COLUMNS. A funded cohort has its `option`, `cost_pence` and `access`;
    `best_option` is the best other offer, with its cost and access, and `more_pence` and `more_access` are what
    changing to it would change. Where it takes a seat that is for the service and all its riders, or, where not
    `entry_is_exact`, for the cohort's own access and a vehicle if none runs.

    For a cohort that is not funded `best_option` is what it would get, at `pence_per_access`; the plan's own is
    `plan_pence_per_access`. `entry_budget_pence` is a budget at which a best plan holds it: where `entry_is_exact` by
    that one at the latest; else from the relaxation and at most about a hundredth too high; NA where it is not known.
    `out_at_any_budget`: limits keep it out for any money. `forced_in_access`: what the plan would lose if it had to be
    funded for the same money, to within the plan's gap and what one offer brings; infinite where the money does not
    reach. `kept_out_by`: the limit that keeps it out.

    `limits` is worked out when it is first asked for: under limits a plan is made for it with £1,000 more.
    """

    cohorts: pd.DataFrame
    work_out_limits: Callable[[], pd.DataFrame] = field(repr=False, compare=False)

    @cached_property
    def limits(self) -> pd.DataFrame:
        """What more of the budget (£1,000), of each limit and of each service that runs all its units would bring.

        Its columns are LIMIT_COLUMNS; it is empty where there is no plan.
        """
        return self.work_out_limits()


def explain(
    offers: pd.DataFrame,
    allocation: Allocation,
    *,
    labels: Mapping[str, str] | None = None,
    cohorts: pd.Index | None = None,
    **settings: Unpack[Settings],
) -> Explained:
    """Explain a plan that `allocate` made of the same offers and settings.

    `labels` names options for people; `cohorts` are all there are, also those without an offer.
    """
    problem = AllocationProblem.checked(offers, allocation.budget_pence, **settings)
    return explain_plan(problem, allocation, labels=labels, cohorts=cohorts)


def explain_plan(
    problem: AllocationProblem,
    allocation: Allocation,
    *,
    labels: Mapping[str, str] | None = None,
    cohorts: pd.Index | None = None,
) -> Explained:
    """Explain a plan of a checked problem, as `explain` does."""
    problem = as_most_access(problem, allocation)
    tables = problem.tables
    costs = opportunity_costs(problem)
    names = pd.Index(tables.offers.index.get_level_values("cohort").unique() if cohorts is None else cohorts)
    table = _cohorts(costs, allocation, tables, names.astype(str))
    table["plan_pence_per_access"] = 1 / costs.per_penny if costs.per_penny > 0 else float("nan")
    found = _entries(costs, allocation, problem)
    pence = pd.Series(found.pence, dtype="Int64").reindex(table.index) + problem.reserve_pence
    table["entry_budget_pence"] = pence.where(~table["funded"])
    table["entry_is_exact"] = costs.order is not None
    table["out_at_any_budget"] = table.index.isin(found.never) & ~table["funded"] & table["best_option"].notna()
    table["kept_out_by"] = _kept_out_by(costs, allocation, table)
    words = ReasonSentences(labels or {}, _service_labels(tables))
    table["reason"] = [words.sentence(row) for row in table.to_dict("records")]
    return Explained(table[list(COHORT_COLUMNS)], partial(_limits, costs, allocation, problem))


def _cohorts(costs: OpportunityCosts, allocation: Allocation, tables: CheckedTables, names: pd.Index) -> pd.DataFrame:
    """Return what each cohort gets, and the best that it does not get."""
    chosen = allocation.chosen.reset_index()
    chosen.index = pd.Index(chosen["cohort"].astype(str))
    types = {"option": object, "cost_pence": "Int64", "access": float}
    table = chosen[list(types)].reindex(names.rename("cohort")).astype(types)
    table.insert(0, "funded", names.isin(chosen.index))
    offers = costs.offers
    keys = set(zip(chosen["cohort"].astype(str), chosen["option"].astype(str), _parts(chosen), strict=True))
    part = _parts(tables.offers.iloc[offers["place"].to_numpy()])
    is_chosen = [key in keys for key in zip(offers["cohort"], offers["option"], part, strict=True)]
    # Where nobody has solved the services anew, an offer that rides on an idle one is ranked with the vehicle's price:
    # a part of a vehicle may cost nothing at the plan's prices, and only a whole one can be bought.
    idle = tables.services["unit_cost_pence"].drop(allocation.services.index).astype("int64").to_dict()
    vehicle_pence = offers["service"].map(idle if costs.order is None else {}).fillna(0).astype(float)
    offers = offers.assign(ranked_by=offers["loss"] + costs.per_penny * vehicle_pence, vehicle_pence=vehicle_pence)
    ranked = offers[~np.array(is_chosen, dtype=bool)].sort_values(["ranked_by", "cost_pence", "option"], kind="stable")
    best = ranked.drop_duplicates("cohort").set_index("cohort").reindex(names)
    table = table.join(best[list(types)].astype(types).add_prefix("best_"))
    table["service"] = best["service"].astype(object)
    own_pence = table["cost_pence"].fillna(0).astype(float)
    is_own = table["funded"] & best["service"].isna()
    table["more_pence"] = best["more_pence"].where(~is_own, best["cost_pence"] - own_pence)
    table["more_access"] = best["more_access"].where(~is_own, best["access"] - table["access"])
    if costs.order is None:  # nobody has solved the service anew: the cohort's own ride, and a vehicle if none runs
        whole = best["cost_pence"].astype("Float64").astype(float) + best["vehicle_pence"].fillna(0)
        table["more_pence"] = whole - own_pence
        table["more_access"] = best["access"] - table["access"].fillna(0.0)
    ratio = table["more_pence"] / table["more_access"].where(table["more_access"] > 0)
    own = table["cost_pence"].astype(float) / table["access"].where(table["access"] > 0)
    table["pence_per_access"] = ratio.where(~table["funded"], own).astype(float)
    table["forced_in_access"] = best["loss"].clip(lower=0).where(~table["funded"], 0.0)
    return table


def _parts(offers: pd.DataFrame) -> list[float]:
    return offers["part"].tolist() if "part" in offers.columns else [1.0] * len(offers)


def _entries(costs: OpportunityCosts, allocation: Allocation, problem: AllocationProblem) -> EntryBudgets:
    if costs.order is not None:
        names = costs.order.problem.cohort_names
        return EntryBudgets(
            {str(names[n]): pence for n, pence in entry_budgets(costs.order, problem.ceiling_pence).items()}
        )
    return EntryBudgets() if allocation.status == "infeasible" else entry_budgets_under_limits(problem)


def _kept_out_by(costs: OpportunityCosts, allocation: Allocation, table: pd.DataFrame) -> list[str]:
    running = set(allocation.services.index)

    def keeps_out(name: str, row: Row) -> str:
        if row["funded"]:
            return ""
        if pd.isna(row["best_option"]):
            return NOTHING_HELPS
        if allocation.status == "infeasible":
            return NO_PLAN
        if costs.kept_out.get(name):
            return costs.kept_out[name]
        rides = not pd.isna(row["service"])
        if (
            rides and row["service"] not in running
        ):  # part of a vehicle may be as good for the money, and none can be bought
            return SERVICE
        if row["forced_in_access"] <= CLOSE:
            return MARGIN
        if rides:
            return SEATS
        return BUDGET

    return [keeps_out(name, row) for name, row in zip(table.index, table.to_dict("records"), strict=True)]


def _service_labels(tables: CheckedTables) -> dict[str, str]:
    labels = tables.services["label"] if "label" in tables.services.columns else pd.Series(dtype=object)
    return {name: str(labels.get(name, name)) for name in tables.services.index}


def _limits(costs: OpportunityCosts, allocation: Allocation, problem: AllocationProblem) -> pd.DataFrame:
    if allocation.status == "infeasible":
        return pd.DataFrame(columns=list(LIMIT_COLUMNS))
    tables, ceiling = problem.tables, problem.ceiling_pence
    spent = allocation.spent_pence / 100
    more = more_money(problem, allocation, costs.per_penny * PENCE_IN_1000_POUNDS, costs.order)
    rows = [("the budget", spent, ceiling / 100, ceiling / 100 - spent, more.about, f"The budget: {more.words}")]
    for row in allocation.limits.to_dict("records"):
        rows.append((*(row[name] for name in LIMIT_COLUMNS[:-1]), f"{result_in_words(row)}."))
    labels = _service_labels(tables)
    for service, (most, gain) in (one_more_unit(costs.order, ceiling) if costs.order else {}).items():
        name = tables.services.index[service]
        units = int(allocation.services["units"].get(name, 0))
        sentence = (
            f"{labels[name]}: {units} of {most} run; "
            f"one more allowed would add at most about {gain:,.3f} to the access score."
        )
        rows.append((labels[name], units, most, most - units, gain, sentence))
    return pd.DataFrame(rows, columns=list(LIMIT_COLUMNS))
