"""Say why no kind of support on offer would bring anything within reach: of anybody in target, or of one area."""

from dataclasses import replace

import numpy as np
import pandas as pd

from budget.offers import needs
from budget.offers.distances import to_nearest
from budget.offers.targeting import base_journeys, by_purpose, journeys_in_target
from budget.planning.nearest import how
from budget.planning.plan import Plan
from data import travel
from data.wording import counted, listed, miles

PLACES = {
    "college": "college or sixth form",
    "academic": "college or sixth form for academic study",
    "technical": "college or sixth form for technical study",
    "work": "employment centre",
}


def why(plan: Plan) -> str:
    """Return the reason, need by need, for a plan whose cohorts have no offer at all.

    For each need: that everybody reaches it without help, or how far the nearest place is for those who do not.
    """
    cohorts, purposes = plan.choices.cohorts, by_purpose(plan.county.destinations, plan.catalogue.figures)
    places: dict[str, pd.DataFrame] = needs.by_study(purposes["college"], plan.catalogue.figures)
    reach = {need: cohorts[f"reach_{need}"] for need in needs.NEEDS}
    if places["academic"] is places["technical"]:  # nothing is known of what colleges offer
        places, reach = {"college": purposes["college"]}, {"college": reach["academic"], "work": reach["work"]}
    places |= {"work": purposes["work"]}
    return " ".join(_of_need(plan, need, places[need], reach[need] >= 1) for need in reach)


def _of_need(plan: Plan, need: str, destinations: pd.DataFrame, reached: pd.Series) -> str:
    place, noun = PLACES[need], "area" if plan.applicants is None else "applicant"
    if reached.all():
        return f"Everybody in target can reach {'an' if need == 'work' else 'a'} {place} without help."
    figures, purpose = plan.catalogue.figures, needs.PURPOSE_OF.get(need, "college")
    limit = f"{figures[f'{purpose}_minutes']:g} minutes at £{figures['affordable_weekly_cost']:g} a week"
    without = f"{counted(int((~reached).sum()), noun)} in target"
    away = f"From {without} no {place} comes within {limit} by any kind of support on offer"
    if plan.applicants is not None:
        return f"{away}."
    areas = plan.county.areas.loc[reached.index[~reached]]
    ground = travel.ground(plan.county.water, figures)
    least, _ = to_nearest(areas, destinations, figures, plan.county.journeys, ground)
    furthest = figures["furthest_considered_km"]
    if destinations.empty or np.all(least >= furthest - figures["place_extent_km"]):
        return f"{away}: there is none within {miles(furthest)}."
    return f"{away}: the nearest is at least {miles(least.min())} away."


def of_area(plan: Plan, code: str) -> str:
    """Return why no kind of support brings anything more within reach of an area in target, need by need.

    "" where every need is within reach without help.
    """
    figures, cohort = plan.catalogue.figures, plan.choices.cohorts.loc[code]
    county = replace(plan.county, areas=plan.county.areas.loc[[code]])
    journeys = journeys_in_target(county, county.areas.index, figures, base_journeys(county, figures))
    modes = {mode for kind in plan.catalogue.kinds for mode in kind.modes}
    told: dict[str, list[str]] = {}
    for need in needs.NEEDS:
        if cohort[f"reach_{need}"] < 1:
            rows = journeys[need][journeys[need]["mode"].isin(modes)]
            why = _too_far(plan, needs.PURPOSE_OF[need], rows.sort_values("minutes", kind="stable").head(1))
            told.setdefault(why, []).append(need)
    return " ".join(why.format(place=_place(which)) for why, which in told.items())


def _place(which: list[str]) -> str:
    return PLACES["college"] if which == list(needs.STUDIES) else listed([PLACES[need] for need in which])


def _too_far(plan: Plan, purpose: str, quickest: pd.DataFrame) -> str:
    """Say how long the quickest journey by any kind of support takes to a {place}, and what counts."""
    figures = plan.catalogue.figures
    limit, cost = figures[f"{purpose}_minutes"], figures["affordable_weekly_cost"]
    minutes = float(quickest["minutes"].iloc[0]) if len(quickest) else float("nan")
    if not np.isfinite(minutes):
        return "No journey to any {place} is known, by any kind of support."
    row = quickest.iloc[0]
    name = str(plan.county.destinations.loc[row["to_id"], "name"]).strip().replace("{", "(").replace("}", ")")
    about = "about " if row["source"] == travel.ESTIMATE else ""
    way = f"{name} takes {about}{minutes:.0f} minutes {how(row['mode'])}"
    if minutes > limit:
        return (
            f"By the quickest kind of support, {way}, and no {{place}} that counts is nearer: {limit:g} minutes count."
        )
    return f"{way}, quick enough for a {{place}}, but at more than £{cost:g} a week or farther than the support goes."
