"""Make cohorts of applicants: who was found eligible, who still may be, and what serves each one's own journey.

A cohort is one applicant. It is offered what brings its own destination within reach from the middle of the area of its
home, by the journeys of the bundle or by estimates. Three things differ from the cohorts of areas:

    people        1, and take-up 1: an applicant has asked for help
    contribution  that of the decision in place of the catalogue's, and at most the price of the support; where the
                  decision leaves it open, the least that it can be, so that no uncertain income is counted
    weights       reaching one's destination counts in full; between college and work the council's weights keep their
                  proportion

A cohort is named by its row in the decisions, not by a reference or a name: readers of a plan need neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from budget.offers import needs, offers
from budget.offers.catalogue import PURPOSES, Catalogue
from budget.offers.offers import OfferTables
from budget.offers.targeting import PURPOSE_KINDS, absent_rule
from data import travel
from data.bundle import County
from data.faults import Fault, InputError
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER, REFER_REASONS

OPEN = tuple(REFER_REASONS[name] for name in ("evidence", "measure", "margin"))  # the criteria are not settled yet
TAKE_UP_NOTE = "An applicant has asked for the support: it is counted as taken up."
WEIGHT_NOTE = (
    "An applicant has one destination: reaching it counts in full, college and work in the council's proportion."
)


@dataclass(frozen=True, slots=True)
class Applicants:
    """The people of a decisions workbook who matter to a budget, and how many do not."""

    table: pd.DataFrame  # index cohort; person_id, area_code, destination_id, contribution_pence, is_open, is_pending
    without_place: tuple[tuple[str, str], ...]  # cohort and what it lacks: eligible or pending, and in no plan
    before_an_officer: int  # referred although the criteria are settled: considered individually
    not_on_criteria: int

    @property
    def eligible(self) -> pd.DataFrame:
        """Return those found eligible, with a place."""
        return self.table[~self.table["is_pending"]]

    @property
    def pending(self) -> pd.DataFrame:
        """Return those who may become eligible by further evidence or a measured distance, with a place."""
        return self.table[self.table["is_pending"]]

    @property
    def open_contributions(self) -> int:
        """Return how many have a contribution that is not settled; the least it can be is counted."""
        return int(self.table["is_open"].sum())


def from_decisions(decisions: pd.DataFrame, county: County, name: str = "the decisions") -> Applicants:
    """Return the applicants of a decisions workbook, from its decisions (`decisions_file.read_decisions`).

    Every person decided is counted once: in the table, among those without a place, before an officer, or not on the
    criteria. Raises InputError for rows that have no number of their own, which are the cohorts' names.
    """
    rows = decisions["row"]
    _check_rows(rows, name)
    width = len(str(rows.max())) if len(rows) else 1
    cohort = pd.Index([f"row {row:0{width}d}" for row in rows], name="cohort", dtype=object)
    table = decisions.set_index(cohort)
    reasons = table["refer_reasons"].fillna("")
    unsettled = table["needed"].fillna("").ne("") | np.any(
        [reasons.str.contains(text, regex=False) for text in OPEN], 0
    )
    pending = (table["outcome"] == REFER) & unsettled
    wanted = table[(table["outcome"] == ELIGIBLE) | pending]
    low, high = wanted["low_pence"], wanted["high_pence"]
    cohorts = pd.DataFrame(
        {
            "person_id": wanted["person_id"].astype(object),
            "area_code": wanted["area_code"].astype(object),
            "destination_id": wanted["destination_id"].astype(object),
            "contribution_pence": low.fillna(0).clip(lower=0).astype("int64"),
            "is_open": (low.isna() | high.isna() | (low != high).fillna(True)).astype(bool),
            "is_pending": pending[wanted.index].astype(bool),
        }
    ).sort_index()
    lacks = _lacks(cohorts, county)
    return Applicants(
        table=cohorts[lacks == ""],
        without_place=tuple(lacks[lacks != ""].items()),
        before_an_officer=int(((table["outcome"] == REFER) & ~unsettled).sum()),
        not_on_criteria=int((table["outcome"] == NOT_ON_CRITERIA).sum()),
    )


def _check_rows(rows: pd.Series, name: str) -> None:
    faults = [
        Fault(f"Decisions, row {place + 2}", "has no number under Row of the file. Put it back as `assess` wrote it.")
        for place in np.flatnonzero(rows.isna())
    ]
    faults += [
        Fault(f"Decisions, row {place + 2}", f"has the same Row of the file ({rows.iloc[place]}) as one above it.")
        for place in np.flatnonzero(rows.duplicated() & rows.notna())
    ]
    if faults:
        raise InputError(name, faults)


def _lacks(cohorts: pd.DataFrame, county: County) -> pd.Series:
    """Return what each applicant lacks to be planned for, "" for nothing."""
    home, goal = cohorts["area_code"], cohorts["destination_id"]
    problems = [
        (home.isna(), "the area of the home is not known"),
        (~home.isin(county.areas.index), "the area of the home is not in this bundle"),
        (goal.isna(), "the destination is not known"),
        (~goal.isin(county.destinations.index), "the destination is not in this bundle"),
    ]
    words = np.select([mask.to_numpy() for mask, _ in problems], [text for _, text in problems], default="")
    return pd.Series(words, index=cohorts.index, dtype=object)


def catalogue_for(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue for applicants: take-up is 1, and the one destination counts in full."""
    by_name = dict(catalogue.figures.by_name)
    new = {f"{kind.id}.take_up": (1.0, TAKE_UP_NOTE) for kind in catalogue.kinds}
    most = max(catalogue.figures[f"{purpose}_weight"] for purpose in PURPOSES)
    for purpose in PURPOSES if most else ():
        new[f"{purpose}_weight"] = (catalogue.figures[f"{purpose}_weight"] / most, WEIGHT_NOTE)
    for name, (value, note) in new.items():
        by_name[name] = replace(by_name[name], value=value, note=note, source=None, set_by_council=False)
    return replace(catalogue, figures=replace(catalogue.figures, by_name=by_name))


Altered = Callable[[pd.DataFrame], pd.DataFrame]


def unaltered(journeys: pd.DataFrame) -> pd.DataFrame:
    """Return journeys as they are, where a scenario has no ticket and no bus of its own."""
    return journeys


def offer_tables(
    people: pd.DataFrame, county: County, catalogue: Catalogue, decay: str, altered: Altered = unaltered
) -> OfferTables:
    """Return the offers to applicants, each a cohort; journeys to other destinations do not count.

    `people`: rows of `Applicants.table`; `catalogue`: of `catalogue_for`. The cohorts have the further columns
    area_code, destination_id and contribution_pence.
    """
    areas = pd.DataFrame(county.areas.drop(columns="geometry")).loc[people["area_code"].astype(object)]
    places = areas.set_axis(people.index)
    cohorts = offers.cohorts_of(places, pd.Series(1.0, index=people.index), catalogue)
    cohorts = cohorts.join(people[["area_code", "destination_id", "contribution_pence"]])
    every = journeys(people, county, catalogue, altered)
    kind_of = every["to_id"].map(county.destinations["kind"])  # of any size: it is this applicant's own destination
    by_purpose = {purpose: every[kind_of.isin(kinds).to_numpy()] for purpose, kinds in PURPOSE_KINDS.items()}
    college = by_purpose.pop("college")  # the course is the applicant's own, whatever it is
    by_need = by_purpose | dict.fromkeys(needs.STUDIES, college)
    return offers.for_cohorts(cohorts, places, by_need, catalogue, decay, county.destinations)


def journeys(people: pd.DataFrame, county: County, catalogue: Catalogue, altered: Altered = unaltered) -> pd.DataFrame:
    """Return each applicant's journeys to their own destination by every mode; from_id is the cohort.

    `altered` puts a scenario's tickets and buses into the journeys between areas and destinations.
    """
    pairs = people[["area_code", "destination_id"]].drop_duplicates().set_axis(["from_id", "to_id"], axis=1)
    imported = travel.with_vehicles(county.journeys, county.journey_details)
    if imported is not None:
        imported = imported.merge(pairs[["from_id", "to_id"]], on=["from_id", "to_id"])
    ground = travel.ground(county.water, catalogue.figures)
    joined = travel.given_pairs(pairs, county.areas, county.destinations, catalogue.figures, ground)
    base = travel.estimate_base_modes(joined, county.areas["rural_urban"], catalogue.figures, imported)
    rule = absent_rule(county)
    every = travel.with_derived_modes(travel.applied(rule, base), catalogue.figures, imported)
    every = altered(travel.applied(rule, every))
    own = people[["area_code", "destination_id"]].set_axis(["from_id", "to_id"], axis=1).rename_axis("cohort")
    table = own.reset_index().merge(every, on=["from_id", "to_id"])
    return table.drop(columns="from_id").rename(columns={"cohort": "from_id"})[every.columns]
