"""Which areas the plan is for: the facts of every area, and the verdicts of the targeting policy on them.

Distances are bounds and minutes are estimates or imported; an area whose facts do not settle the policy is in neither
list and is counted as not settled. Nothing here decides about a person.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data import travel
from data.figures import Figures
from eligibility.deciding.assess import assess
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Policy, Rules

PURPOSE_KINDS = {"college": ("college", "sixth_form"), "work": ("employment_centre",)}
PUBLIC_MODES = ("walk", "bus")  # what a young person without a vehicle has


@dataclass(frozen=True, slots=True)
class Targeting:
    """The areas as the targeting policy sees them."""

    facts: pd.DataFrame  # index area_code; the facts that the policy may name
    verdicts: pd.DataFrame  # index area_code; one int8 column a criterion
    rules: Rules

    @property
    def outcome(self) -> pd.Series:
        """Return the policy's result for each area: FAIL not in target, UNKNOWN not settled, PASS in target."""
        return self.verdicts[self.rules.result]

    @property
    def in_target(self) -> pd.Index:
        """Return the codes of the areas in target."""
        return self.outcome.index[self.outcome == Verdict.PASS]

    @property
    def not_settled(self) -> pd.Index:
        """Return the codes of the areas that the facts do not settle."""
        return self.outcome.index[self.outcome == Verdict.UNKNOWN]


def by_purpose(destinations: pd.DataFrame, figures: Figures) -> dict[str, pd.DataFrame]:
    """Return the destinations that serve each purpose; employment centres of unknown or enough jobs."""
    found = {purpose: destinations[destinations["kind"].isin(kinds)] for purpose, kinds in PURPOSE_KINDS.items()}
    too_small = found["work"]["size"] < figures["least_jobs"]
    return found | {"work": found["work"][~too_small]}


def target(
    areas: gpd.GeoDataFrame,
    destinations: pd.DataFrame,
    policy: Policy,
    day: datetime.date,
    figures: Figures,
    imported: pd.DataFrame | None = None,
) -> Targeting:
    """Judge every area by the targeting policy on a day.

    Raises InputError where the policy has a parameter with no value on that day.
    """
    facts = area_facts(areas, destinations, figures, imported)
    rules = policy.on(day)
    return Targeting(facts, assess(facts, rules), rules)


def area_facts(
    areas: gpd.GeoDataFrame, destinations: pd.DataFrame, figures: Figures, imported: pd.DataFrame | None
) -> pd.DataFrame:
    """Return the facts of each area: its columns, and km bounds and minutes to the nearest college and jobs."""
    facts = pd.DataFrame(areas.drop(columns="geometry"))
    places = facts[["easting_m", "northing_m", "rural_urban"]]
    for purpose, near in by_purpose(destinations, figures).items():
        name = {"college": "college", "work": "employment_centre"}[purpose]
        pairs = travel.nearest(places, near, 1, figures["furthest_considered_km"])
        straight = pairs.set_index("from_id")["straight_km"].reindex(facts.index)
        # None within the radius considered: at least that far, and nothing known beyond.
        facts[f"km_to_{name}_low"], facts[f"km_to_{name}_high"] = travel.distance_bounds(
            straight.fillna(figures["furthest_considered_km"]), figures
        )
        facts.loc[straight.isna(), f"km_to_{name}_high"] = float("inf")
        low, high = _minutes(places, near, figures, imported)
        facts[f"minutes_to_{purpose}_low"], facts[f"minutes_to_{purpose}_high"] = low, high
    return facts


def _minutes(
    places: pd.DataFrame, destinations: pd.DataFrame, figures: Figures, imported: pd.DataFrame | None
) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most that the quickest journey on foot or by bus can take, in minutes.

    The quickest that is known is the most; it is also the least where every journey on foot and by bus is known.
    """
    journeys = travel.base_journeys(places, destinations, figures, imported)
    public = journeys[journeys["mode"].isin(PUBLIC_MODES)]
    by_place = public.groupby("from_id")["minutes"]
    quickest = by_place.min().reindex(places.index)
    all_known = by_place.count() == by_place.size()
    return quickest.where(all_known.reindex(places.index, fill_value=False)), quickest


def summary(targeting: Targeting, areas: pd.DataFrame) -> Mapping[str, float]:
    """Return how many areas and young people are in target, not settled and not in target."""
    people = areas["young_people"].groupby(targeting.outcome).sum()
    count = targeting.outcome.value_counts()
    return {
        f"{what}_{name}": float(table.get(verdict, 0))
        for name, verdict in (("in_target", Verdict.PASS), ("not_settled", Verdict.UNKNOWN), ("other", Verdict.FAIL))
        for what, table in (("areas", count), ("young_people", people))
    }
