"""Make the tables of a plan by area: what each is given, what else could be offered there, and why it is not."""

import pandas as pd

from budget.allocation.why.sentences import MARGIN, NO_PLAN, about
from budget.planning.by_group import with_vehicle_share
from budget.planning.plan import Plan, once
from data.wording import pounds, whole_pounds

KEPT_OUT = {
    MARGIN: "the budget, narrowly: what was left was not enough",
    NO_PLAN: "the limits, which conflict",
}
SMALL = 0.005  # access that shows as 0.00
STATUSES = ("funded", "not_funded", "not_settled", "not_in_target")


@once
def by_area(plan: Plan) -> pd.DataFrame:
    """Return what the plan does with every area, in the order of the county's areas.

    Index area_code; area_name, district, status (one of STATUSES; "not_funded" is in target), kind (id of the kind
    funded, NA elsewhere), people, whole_cost_pence, access and within_reach of the offer (0 elsewhere).
    """
    areas = plan.county.areas
    table = pd.DataFrame({"area_name": areas["area_name"], "district": areas["district_name"]}, index=areas.index)
    chosen = with_vehicle_share(plan).reset_index("option", drop=True)
    table["status"] = pd.Series("not_in_target", index=table.index, dtype=object)
    table.loc[plan.targeting.not_settled, "status"] = "not_settled"
    table.loc[plan.targeting.in_target, "status"] = "not_funded"
    table.loc[chosen.index, "status"] = "funded"
    table["kind"] = chosen["kind"].reindex(table.index).astype("string")
    for column in ("people", "whole_cost_pence", "access", "within_reach"):
        table[column] = chosen[column].reindex(table.index).fillna(0).astype(chosen[column].dtype)
    return table


def funded(plan: Plan) -> pd.DataFrame:
    """Return the chosen offers with the names of area, kind and service.

    Index cohort; area_name, district, label, people, whole_cost_pence (with its share of a vehicle), access,
    within_reach (of at least one purpose), service (its label, "" where the offer rides on none).
    """
    chosen = with_vehicle_share(plan).reset_index("option", drop=True)
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    chosen["area_name"] = plan.choices.cohorts["area_name"].reindex(chosen.index)
    chosen["label"] = chosen["kind"].map(labels).astype(object)
    chosen["service"] = _service_labels(plan, chosen["service"])
    return chosen[["area_name", "district", "label", "people", "whole_cost_pence", "access", "within_reach", "service"]]


def offers_to(plan: Plan, area_code: str) -> pd.DataFrame:
    """Return what could be offered to the low-income young people of an area, and whether the plan funds it.

    Index kind, every kind on offer in the catalogue's order; label, people, cost_pence, access and within_reach (NA
    where the kind brings them nothing), service (its label, "" where there is none), result (a sentence). Empty for an
    area without a cohort, such as one outside the target.
    """
    kinds = plan.catalogue.kinds if area_code in plan.choices.cohorts.index else ()
    index = pd.Index([kind.id for kind in kinds], name="kind", dtype=object)
    every = plan.choices.offers
    offers = every[every.index.get_level_values("cohort") == area_code].droplevel("cohort").reindex(index)
    chosen = {kind for cohort, kind in plan.allocation.chosen.index if cohort == area_code}
    table = pd.DataFrame({"label": pd.Series([kind.label for kind in kinds], index=index, dtype=object)})
    for column in ("people", "access", "within_reach"):
        table[column] = offers[column]
    table["cost_pence"] = offers["cost_pence"].astype("Int64")
    table["service"] = _service_labels(plan, offers["service"])
    other = "another kind was chosen for this area" if chosen else "not in this plan"
    table["result"] = pd.Series(other, index=index, dtype=object)
    running = offers["service"].isna() | offers["service"].isin(plan.allocation.services.index)
    table.loc[~running, "result"] = "only by a vehicle that does not run in this plan"
    table.loc[offers["access"].isna(), "result"] = "brings nothing more within reach here"
    table.loc[table.index.isin(chosen), "result"] = "funded"
    return table


def figures_behind(plan: Plan, row: pd.Series) -> list[tuple[str, str]]:
    """Return the figures that decide whether a cohort is funded, each with its name; `row` is of `explanation`."""
    if pd.isna(row["best_option"]) and not row["funded"]:
        return []
    labels = {kind.id: kind.label for kind in plan.catalogue.kinds}
    rides = set(plan.choices.offers["service"].dropna().index)

    def offer(option: str, pence: int, access: float) -> str:
        kind, comma, part = str(option).partition(", ")
        without = " without the vehicle" if (row.name, kind) in rides else ""
        gain = f"{access:,.2f} of the access score"
        return f"{labels.get(kind, kind)}{comma}{part}: {whole_pounds(pence)}{without} for {gain}"

    figures = []
    if row["funded"]:
        figures.append(("Funded", offer(row["option"], row["cost_pence"], row["access"])))
    if not pd.isna(row["best_option"]):
        what = "The next best" if row["funded"] else "It would get"
        figures.append((what, offer(row["best_option"], row["best_cost_pence"], row["best_access"])))
    for what, column in (
        ("Cost for a point of the access score here", "pence_per_access"),
        ("What this plan's last pounds pay for a point", "plan_pence_per_access"),
    ):
        if row[column] > 0:
            figures.append((what, whole_pounds(row[column])))
    return figures if row["funded"] else [*figures, *_left_out(row)]


def _left_out(row: pd.Series) -> list[tuple[str, str]]:
    """Return what keeps a cohort out, the budget at which it comes in, and what funding it would lose elsewhere."""
    figures = [("Kept out by", KEPT_OUT.get(row["kept_out_by"], str(row["kept_out_by"])))]
    if row["out_at_any_budget"]:
        figures.append(("It comes in, at the latest, by a budget of", "none, under these limits"))
    elif not pd.isna(row["entry_budget_pence"]):
        figures.append(("It comes in, at the latest, by a budget of", _entry(row)))
    lost = row["forced_in_access"]
    if pd.isna(lost):
        return figures
    change = f"an access score about {lost:,.2f} lower in all"
    if lost == float("inf"):
        change = "there is not enough money"
    elif lost < SMALL:
        change = "an access score no lower, give or take one offer"
    return [*figures, ("If it had to be funded for the same money", change)]


def _entry(row: pd.Series) -> str:
    pence = int(row["entry_budget_pence"])
    return pounds(-(-pence // 100) * 100) if row["entry_is_exact"] else about(pence)


def pence_each(plan: Plan) -> int | None:
    """Return the spend for each young person brought within reach of at least one, to the penny; None without any."""
    people = float(plan.allocation.chosen["within_reach"].sum())
    return round(plan.allocation.spent_pence / people) if people else None


def _service_labels(plan: Plan, services: pd.Series) -> pd.Series:
    return services.map(plan.choices.services["label"]).astype(object).fillna("")
