"""Say why no kind of support on offer would bring anything within reach of anybody in target."""

import numpy as np

from budget.offers.catalogue import PURPOSES
from budget.offers.distances import to_nearest
from budget.offers.targeting import by_purpose
from budget.planning.plan import Plan
from data.wording import counted

PLACES = {"college": "college or sixth form", "work": "employment centre"}


def why(plan: Plan) -> str:
    """Return the reason, purpose by purpose, for a plan whose cohorts have no offer at all.

    For each purpose: how many cohorts reach it without help, and how far the nearest destination is for the others.
    """
    cohorts = plan.choices.cohorts
    return " ".join(
        filter(None, (_of_purpose(plan, purpose, cohorts[f"reach_{purpose}"] >= 1) for purpose in PURPOSES))
    )


def _of_purpose(plan: Plan, purpose: str, reached) -> str:
    place, noun = PLACES[purpose], "area" if plan.applicants is None else "applicant"
    if reached.all():
        return f"Everybody in target can reach a {place} without help.".replace("a employment", "an employment")
    without = f"{counted(int((~reached).sum()), noun)} in target"
    figures = plan.catalogue.figures
    limit = f"{figures[f'{purpose}_minutes']:g} minutes at £{figures['affordable_weekly_cost']:g} a week"
    away = f"From {without} no {place} comes within {limit} by any kind of support on offer"
    if plan.applicants is not None:
        return f"{away}."
    areas = plan.county.areas.loc[reached.index[~reached]]
    destinations = by_purpose(plan.county.destinations, figures)[purpose]
    least, _ = to_nearest(areas, destinations, figures, plan.county.journeys)
    furthest = figures["furthest_considered_km"]
    if destinations.empty or np.all(least >= furthest - figures["place_extent_km"]):
        return f"{away}: there is none within {furthest:g} km."
    return f"{away}: the nearest is at least {least.min():.0f} km away."
