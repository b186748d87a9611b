"""Say why no kind of support on offer would bring anything within reach of anybody in target."""

import numpy as np
import pandas as pd

from budget.offers import needs
from budget.offers.distances import to_nearest
from budget.offers.targeting import by_purpose
from budget.planning.plan import Plan
from data import travel
from data.wording import counted

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
        return f"{away}: there is none within {furthest:g} km."
    return f"{away}: the nearest is at least {least.min():.0f} km away."
