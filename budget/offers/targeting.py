"""Find the areas that a plan is for: the facts of every area, and the verdicts of the targeting policy on them.

Distances are bounds and minutes are estimates or imported; an area whose facts do not settle the policy is in neither
list and is counted as not settled. Nothing here decides about a person.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from budget.offers import distances, needs
from data import travel
from data.bundle import County
from data.figures import Figures
from eligibility.deciding.assess import assess
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Policy, Rules

# The fact of the distance by purpose and by study.
KM_TO = {"college": "km_to_college", "work": "km_to_employment_centre"} | {s: f"km_to_{s}" for s in needs.STUDIES}
PURPOSE_KINDS = {"college": ("college", "sixth_form"), "work": ("employment_centre",)}


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
    tables = {purpose: destinations[destinations["kind"].isin(kinds)] for purpose, kinds in PURPOSE_KINDS.items()}
    too_small = tables["work"]["size"] < figures["least_jobs"]
    return tables | {"work": tables["work"][~too_small]}


def base_journeys(county: County, figures: Figures) -> dict[str, pd.DataFrame]:
    """Return, by purpose and by study, the journeys by base modes of every area to its nearest destinations."""
    rule, purposes = absent_rule(county), by_purpose(county.destinations, figures)
    imported = travel.with_vehicles(county.journeys, county.journey_details)
    ground = travel.ground(county.water, figures)

    def to(destinations: pd.DataFrame) -> pd.DataFrame:
        made = travel.base_journeys(county.areas, destinations, figures, imported, ground)
        return travel.applied(rule, made)

    journeys = {purpose: to(destinations) for purpose, destinations in purposes.items()}
    for study, colleges in needs.by_study(purposes["college"], figures).items():
        whole = colleges is purposes["college"]  # nothing is known of what colleges offer
        journeys[study] = journeys["college"] if whole else to(colleges)
    return journeys


def journeys_in_target(
    county: County, in_target: pd.Index, figures: Figures, base: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return, by need, the journeys by every mode of the areas in target; `base` is of `base_journeys`."""
    journeys: dict[str, pd.DataFrame] = {}
    purposes = by_purpose(county.destinations, figures)
    for purpose, destinations in (needs.by_study(purposes["college"], figures) | {"work": purposes["work"]}).items():
        if purpose == "technical" and base["technical"] is base["academic"]:
            journeys[purpose] = journeys["academic"]
            continue
        imported = travel.between(county.journeys, in_target, destinations.index)
        here = base[purpose][base[purpose]["from_id"].isin(in_target)]
        journeys[purpose] = travel.applied(absent_rule(county), travel.with_derived_modes(here, figures, imported))
    return journeys


def absent_rule(county: County) -> travel.AbsentRule | None:
    """Return which pairs have no journey because the county's travel matrix has none, as the council chose."""
    return travel.absent_rule(county.manifest.absent_journeys, county.journeys, county.destinations)


def target(
    county: County, policy: Policy, day: datetime.date, figures: Figures, base: Mapping[str, pd.DataFrame]
) -> Targeting:
    """Judge every area by the targeting policy on a day; `base` is of `base_journeys`.

    Raises InputError where the policy has a parameter with no value on that day.
    """
    facts = area_facts(county, figures, base)
    rules = policy.on(day)
    return Targeting(facts, assess(facts, rules), rules)


def area_facts(county: County, figures: Figures, base: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the facts of each area: its columns, and km bounds and minutes to the nearest college, study and jobs.

    Where wide water lies before the nearest in a straight line, km_to_college_across_water and its like have the id of
    that destination, and km_to_college_way_round the way round over land (inf: none known).
    """
    facts = pd.DataFrame(county.areas.drop(columns="geometry"))
    purposes, ground = by_purpose(county.destinations, figures), travel.ground(county.water, figures)
    for purpose, destinations in (purposes | needs.by_study(purposes["college"], figures)).items():
        name = KM_TO[purpose]
        low, high = distances.to_nearest(county.areas, destinations, figures, county.journeys, ground)
        facts[f"{name}_low"], facts[f"{name}_high"] = low, high
        across = travel.across_water(facts, destinations, figures, ground)
        facts[f"{name}_across_water"] = across["to_id"].reindex(facts.index)
        facts[f"{name}_way_round"] = across["land_km"].reindex(facts.index)
        low, high = _minutes(base[purpose], facts.index, _timetabled(county))
        facts[f"minutes_to_{purpose}_low"], facts[f"minutes_to_{purpose}_high"] = low, high
    return facts


def _timetabled(county: County) -> pd.Index:
    """Return the areas that published timetables cover."""
    given = county.journeys
    return (
        pd.Index([]) if given is None else pd.Index(given.loc[given["source"].eq(travel.TIMETABLE), "from_id"].unique())
    )


def _minutes(journeys: pd.DataFrame, areas: pd.Index, timetabled: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Return the least and the most that the quickest journey by a mode open to all can take, in minutes.

    The quickest that is known is the most; it is also the least where every such journey is known. For an area that
    timetables cover, an estimate by public transport to a place that they do not cover is no knowledge: it may be the
    least, never the most.
    """
    rows = journeys[journeys["mode"].isin(travel.open_to_all())]
    minutes = rows.groupby("from_id")["minutes"]
    all_known = minutes.count() == minutes.size()
    least = minutes.min().reindex(areas).where(all_known.reindex(areas, fill_value=False))
    guessed = rows["source"].eq(travel.ESTIMATE) & rows["mode"].isin(travel.public_transport())
    known = rows[~(guessed & rows["from_id"].isin(timetabled))]
    return least, known.groupby("from_id")["minutes"].min().reindex(areas)


def summary(targeting: Targeting, areas: pd.DataFrame) -> Mapping[str, float]:
    """Return how many areas and young people are in target, not settled and not in target."""
    people = areas["young_people"].groupby(targeting.outcome).sum()
    count = targeting.outcome.value_counts()
    return {
        f"{what}_{name}": float(table.get(verdict, 0))
        for name, verdict in (("in_target", Verdict.PASS), ("not_settled", Verdict.UNKNOWN), ("other", Verdict.FAIL))
        for what, table in (("areas", count), ("young_people", people))
    }
