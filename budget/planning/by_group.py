"""Add up what a plan gives by district, deprivation decile and kind of support."""

import numpy as np
import pandas as pd

from budget.planning.plan import Plan, once

NUMBER_IN_MSOA = r"(\d{3})[A-Z]$"  # "Cornwall 052A" is an area of the neighbourhood Cornwall 052


@once
def by_district(plan: Plan) -> pd.DataFrame:
    """Return young people in target, and people, spend and reach funded, by district, as `by_group` does."""
    return by_group(plan, plan.choices.cohorts["district"])


@once
def by_part(plan: Plan) -> tuple[str, pd.DataFrame]:
    """Return what the parts of the county are called, and `by_group` of them.

    They are its districts; of a county of one district, its wards where the bundle names them, else the official
    neighbourhoods (MSOAs), by which its areas are named.
    """
    if plan.county.areas["district_name"].nunique() > 1:
        return "district", by_district(plan)
    areas, names = _areas_of(plan), plan.county.names
    if names is not None and (names["kind"] == "ward").any():
        wards = names[names["kind"] == "ward"].drop_duplicates("area_code").set_index("area_code")["name"]
        what, parts = "ward", wards.reindex(areas)
    else:
        msoas = plan.county.areas["area_name"].astype(object).str.replace(NUMBER_IN_MSOA, r"\1", regex=True)
        what, parts = "neighbourhood", msoas.reindex(areas)
    return what, by_group(
        plan, pd.Series(parts.fillna("not known").to_numpy(dtype=object), index=plan.choices.cohorts.index, name=what)
    )


def by_decile(plan: Plan) -> pd.DataFrame:
    """Return the same by the deprivation decile of the area (IMD, 1 the most deprived tenth), index as in DECILES."""
    table = by_group(plan, deciles(plan).rename("decile"))
    return table.reindex([decile for decile in DECILES if decile in table.index])


def by_group(plan: Plan, groups: pd.Series) -> pd.DataFrame:
    """Return what each group of cohorts has and is given; `groups` names the group of each cohort.

    Index the group, sorted; areas_in_target, low_income_people, cohorts, people, cost_pence (offers and the group's
    share of vehicles by riders, to the penny), access (the score), within_reach (people, of at least one purpose).
    """
    cohorts = plan.choices.cohorts
    funded = with_vehicle_share(plan)
    totals = _totals(funded, groups.reindex(funded.index.get_level_values("cohort")).to_numpy())
    table = pd.DataFrame({"areas_in_target": cohorts.groupby(groups).size()})
    table["low_income_people"] = cohorts["people"].groupby(groups).sum()
    return table.join(totals).fillna(0).astype({"cohorts": int, "cost_pence": int}).sort_index()


@once
def by_kind(plan: Plan) -> pd.DataFrame:
    """Return cohorts, people, spend (with vehicles, empty ones too), access and within_reach by kind as catalogued."""
    funded = with_vehicle_share(plan)
    table = pd.DataFrame({"label": {kind.id: kind.label for kind in plan.catalogue.kinds}}).rename_axis("kind")
    table = table.join(_totals(funded, funded["kind"].to_numpy()))
    numbers = {"cohorts": 0, "people": 0.0, "cost_pence": 0, "access": 0.0, "within_reach": 0.0}
    table = table.fillna(numbers).astype({"cohorts": int, "cost_pence": int})
    empty = empty_vehicles(plan)
    table.loc[empty.index, "cost_pence"] += empty
    return table


def _totals(funded: pd.DataFrame, groups: np.ndarray) -> pd.DataFrame:
    by = funded.groupby(groups)
    totals = (
        by[["people", "whole_cost_pence", "access", "within_reach"]]
        .sum()
        .rename(columns={"whole_cost_pence": "cost_pence"})
    )
    totals.insert(0, "cohorts", by.size())
    return totals


def deciles(plan: Plan) -> pd.Series:
    """Return the deprivation decile of each cohort's area as one of DECILES."""
    known = plan.county.areas["imd_decile"].reindex(_areas_of(plan))
    words = ["not known" if pd.isna(decile) else str(int(decile)) for decile in known]
    return pd.Series(words, index=plan.choices.cohorts.index, dtype=object)


def _areas_of(plan: Plan) -> pd.Index:
    """Return the area of each cohort, in order."""
    cohorts = plan.choices.cohorts
    return cohorts.index if plan.applicants is None else pd.Index(cohorts["area_code"])


DECILES = (*map(str, range(1, 11)), "not known")


@once
def with_vehicle_share(plan: Plan) -> pd.DataFrame:
    """Return the chosen offers with `whole_cost_pence`: their own cost and their share of the vehicle they ride on.

    A vehicle's cost is shared by expected riders, to the penny.
    """
    chosen = plan.allocation.chosen.copy()
    whole, people = chosen["cost_pence"].to_numpy("int64").copy(), chosen["people"]
    rows = chosen.groupby("service").indices  # by position
    for service, pence in plan.allocation.services["cost_pence"].items():
        riders = rows.get(service, [])
        whole[riders] += shared_out(int(pence), people.iloc[riders]).to_numpy()
    chosen["whole_cost_pence"] = whole
    return chosen


def empty_vehicles(plan: Plan) -> pd.Series:
    """Return pence by kind of support of vehicles that nobody in the plan rides on; no group of areas has them.

    A limit that promises a vehicle can make one.
    """
    bought, chosen, offers = plan.allocation.services["cost_pence"], plan.allocation.chosen, plan.choices.offers
    empty = bought[~bought.index.isin(chosen["service"].dropna())]
    kinds = offers[["service", "kind"]].dropna().drop_duplicates("service").set_index("service")["kind"]
    return empty.groupby(kinds.reindex(empty.index).to_numpy(dtype=object)).sum()


def shared_out(pence: int, by: pd.Series) -> pd.Series:
    """Share whole pence in proportion to `by` (positive, to six decimals), losing none.

    Each part is what the running share, rounded half up, grows by: a rule that the workbook can compute as well.
    """
    so_far = (by * 1_000_000).round().astype("int64").cumsum()
    total = int(so_far.iloc[-1]) if len(so_far) else 0
    running = [(2 * pence * part + total) // (2 * total) for part in so_far.tolist()]
    return pd.Series(np.diff(np.array(running, dtype="int64"), prepend=0), index=by.index)
