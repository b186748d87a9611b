"""Say what of a plan is spent on people whose nearest college may have a site still nearer.

Official lists place a college at its main site. Where it teaches in other towns too, those who live there seem far from
college, and a plan may pay for journeys that they do not need.
"""

import pandas as pd

from budget.planning.by_group import with_vehicle_share
from budget.planning.plan import Plan, once
from data.official import sites
from data.wording import counted, listed, percent, whole_pounds

LEAST_SHARE = 0.1  # of the spend, from which it is told beside the proof
MOST_NAMED = 5  # colleges in a sentence; the workbook and --json have all


@once
def at_one_site(plan: Plan) -> pd.DataFrame:
    """Return the colleges within reach that stand at one site, those with most of the plan's spend first.

    Index destination_id; name, and of the funded cohorts whose nearest college it is: cohorts, people, cost_pence.
    """
    colleges = sites.at_one_site(plan.county.destinations)[["name"]]
    funded = with_vehicle_share(plan).reset_index()
    areas = funded["cohort"] if plan.applicants is None else funded["cohort"].map(plan.choices.cohorts["area_code"])
    nearest = sites.nearest_college(plan.county.areas, plan.county.destinations)
    by = funded.groupby(areas.map(nearest).to_numpy())
    sums = pd.DataFrame(
        {"cohorts": by.size(), "people": by["people"].sum(), "cost_pence": by["whole_cost_pence"].sum()}
    )
    table = colleges.join(sums).fillna({"cohorts": 0, "people": 0.0, "cost_pence": 0})
    table = table.astype({"cohorts": int, "cost_pence": int})
    return table.sort_values(["cost_pence", "name"], ascending=[False, True])


def beside_the_proof(plan: Plan) -> str:
    """Say, where much of the spend hangs on colleges at one site, that the plan does so too; "" where little does.

    Nothing for applicants, as a share of their money would tell of few people.
    """
    table = at_one_site(plan)
    spent = table[table["cost_pence"] > 0]
    share = int(spent["cost_pence"].sum()) / max(plan.allocation.spent_pence, 1)
    if share < LEAST_SHARE or plan.applicants is not None:
        return ""
    colleges = counted(len(spent), "college")
    return (
        f"{percent(share)} of the spend goes to people whose nearest college is one of {colleges} that stand at one "
        "site alone in the official lists. If these teach in other towns too, add those sites under Rules and data "
        "before you rely on this plan."
    )


def to_json(plan: Plan) -> list[dict]:
    """Return the rows of `at_one_site` as JSON holds them."""
    return [
        {"destination": id, "name": str(row["name"]), "cohorts": int(row["cohorts"]),
         "people": round(float(row["people"]), 2), "cost_pence": int(row["cost_pence"])}
        for id, row in at_one_site(plan).iterrows()
    ]  # fmt: skip


def in_words(plan: Plan, with_money: bool = True) -> str:
    """Say how much of the plan goes to people nearest to a college at one site, and name those; "" where none is.

    Where no college or sixth form is left it says so. Without money where a sum would tell how many applicants there
    are.
    """
    table = at_one_site(plan)
    spent = table[table["cost_pence"] > 0]
    if table.empty:
        return sites.none_left(plan.county.destinations, plan.county.manifest.name)
    shown = spent if with_money and len(spent) else table
    named = list(shown["name"][:MOST_NAMED])
    if shown is spent:
        named = [f"{row['name']} ({whole_pounds(row['cost_pence'])})" for _, row in spent[:MOST_NAMED].iterrows()]
    if len(shown) > MOST_NAMED:
        named.append(counted(len(shown) - MOST_NAMED, "other"))
    if shown is not spent:
        return f"In the official lists {listed(named)} {'stand' if len(table) > 1 else 'stands'} at one site alone."
    return (
        f"{whole_pounds(spent['cost_pence'].sum())} goes to people whose nearest college stands at one site alone in "
        f"the official lists: {listed(named)}. If it teaches nearer to them, they may need less help."
    )
