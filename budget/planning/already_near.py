"""Say of areas in target what is within reach there without help already, and why the rules call them isolated.

A planner who reads "within reach without help" of an area that the rules chose as isolated asks which college that
is, how anybody gets there, and who is right. Both are: the rules look at distance and class, and reach at minutes and
cost.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from budget.offers.access import journey_reach
from budget.offers.needs import NEEDS, PURPOSE_OF
from budget.offers.targeting import base_journeys
from budget.planning.coverage import isolation_rules
from budget.planning.nearest import how
from budget.planning.plan import Plan
from data import travel
from data.wording import listed
from eligibility.rules.criteria import Verdict

NEAR = "College and work are within reach without help"


def sentences(plan: Plan, codes: pd.Index) -> pd.Series:
    """Return a sentence for each area of `codes`, all of whose needs are within reach: where, how, and why isolated.

    Index area_code. "about" stands before minutes that are estimates.
    """
    if codes.empty:
        return pd.Series(dtype=object)
    quickest = {need: _quickest(plan, rows, need) for need, rows in _journeys(plan, codes).items()}
    return pd.Series({code: _sentence(plan, code, quickest) for code in codes}, dtype=object)


def _journeys(plan: Plan, codes: pd.Index) -> Mapping[str, pd.DataFrame]:
    county = replace(plan.county, areas=plan.county.areas.loc[codes])
    base = base_journeys(county, plan.catalogue.figures)
    return {need: base[need] for need in NEEDS}


def _quickest(plan: Plan, journeys: pd.DataFrame, need: str) -> pd.DataFrame:
    """Return the quickest journey of each area that counts as within reach without help; index area_code."""
    reached = journey_reach(journeys, plan.catalogue, None, PURPOSE_OF[need], plan.scenario.decay)
    order = reached.sort_values(["minutes", "to_id", "mode"], kind="stable")
    return order.drop_duplicates("from_id").set_index("from_id")


def _sentence(plan: Plan, code: str, quickest: Mapping[str, pd.DataFrame]) -> str:
    academic, technical, work = (_journey(plan, code, quickest[need]) for need in NEEDS)
    if academic == technical:
        colleges = [academic]
    else:
        colleges = [f"{academic} for academic study", f"{technical} for technical study"]
    there = listed([*colleges, f"jobs at {work}"])
    met = plan.targeting.verdicts.loc[code, isolation_rules(plan.targeting)] == Verdict.PASS
    criteria = plan.targeting.rules.criteria
    why = listed([f"“{criteria[name].label}”" for name in met.index[met]])
    still = f" The rules still call the area isolated, by {why}." if why else ""
    return f"{NEAR}: {there}.{still}"


def _journey(plan: Plan, code: str, quickest: pd.DataFrame) -> str:
    """Return where a journey leads, how long it takes and how: "Louth College in about 27 minutes on foot"."""
    if code not in quickest.index:  # where reach falls off slowly, no journey may be whole
        return "a place further away"
    row = quickest.loc[code]
    about = "about " if row["source"] == travel.ESTIMATE else ""
    name = str(plan.county.destinations.loc[row["to_id"], "name"]).strip()
    return f"{name} in {about}{row['minutes']:.0f} minutes {how(row['mode'])}"
