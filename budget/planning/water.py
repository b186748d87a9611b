"""Tell what water does to a plan: which areas have it on their way, and what the journeys there rest on."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from budget.offers.targeting import KM_TO
from budget.planning.plan import Plan
from data.wording import counted, miles

NAMES = {KM_TO["college"]: "college or sixth form", KM_TO["work"]: "employment centre"}  # by the facts of an area
NOT_KNOWN = (
    "Water is not known in this bundle: journeys are estimated straight across the sea and estuaries. Build the bundle "
    "again, with boundaries, to go round them."
)


def is_known(plan: Plan) -> bool:
    """Return whether the plan goes round water; a made-up county has none to go round."""
    return plan.county.water is not None or plan.county.manifest.made_up


def counts(plan: Plan) -> Mapping[str, int | bool]:
    """Return whether water is known, and how many areas it touches.

    areas_across_water: the nearest college or employment centre in a straight line lies across wide water;
    areas_without_a_way: for one of the two no way round over land is known; areas_offered_a_ferry and
    areas_offered_lodging: in target, and the support brings something within reach.
    """
    facts = plan.targeting.facts
    across = facts[[f"{name}_across_water" for name in NAMES]].notna()
    no_way = np.isinf(facts[[f"{name}_way_round" for name in NAMES]].astype(float))
    offered = plan.choices.offers["kind"].map({kind.id: kind.mode for kind in plan.catalogue.kinds}).value_counts()
    return {
        "known": is_known(plan),
        "areas_across_water": int(across.any(axis=1).sum()),
        "areas_without_a_way": int(no_way.any(axis=1).sum()),
        "areas_offered_a_ferry": int(offered.get("ferry", 0)),
        "areas_offered_lodging": int(offered.get("lodging", 0)),
    }


def sentence(plan: Plan) -> str:
    """Return what water does to the plan, "" where it does nothing."""
    found = counts(plan)
    if not found["known"]:
        return NOT_KNOWN
    if not found["areas_across_water"]:
        return ""
    told = (
        f"{counted(found['areas_across_water'], 'area')} have water between them and the nearest college or jobs: the "
        "way round over land, or a ferry, counts"
    )
    told = told.replace("1 area have water between them", "1 area has water between it")
    if found["areas_without_a_way"]:
        told += f"; for {found['areas_without_a_way']:,} of them no way over land is known"
    return told + "."


def of_area(plan: Plan, code: str) -> list[str]:
    """Return a sentence for each purpose whose nearest destination lies across water from the area."""
    return _sentences(plan, plan.targeting.facts.loc[code])


def by_area(plan: Plan, codes: pd.Index) -> list[str]:
    """Return the sentences of each of these areas, together, "" where there is none."""
    facts = plan.targeting.facts.loc[codes]
    if facts[[f"{name}_across_water" for name in NAMES]].isna().all(axis=None):
        return [""] * len(codes)
    return [" ".join(_sentences(plan, area)) for _, area in facts.iterrows()]


def _sentences(plan: Plan, area: pd.Series) -> list[str]:
    told = []
    for name, words in NAMES.items():
        destination, km = area[f"{name}_across_water"], area[f"{name}_way_round"]
        if pd.isna(destination):
            continue
        place = plan.county.destinations.loc[destination, "name"]
        way = "no way over land is known" if math.isinf(km) else f"the way round over land is {miles(km)}"
        told.append(f"The nearest {words} in a straight line, {place}, is across water: {way}.")
    return told
