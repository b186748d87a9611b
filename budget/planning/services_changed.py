"""Plan with lines withdrawn and buses that may be funded, and say whom each brings within reach or cuts off."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, cast

import numpy as np
import pandas as pd

from budget.offers import access, ticketed
from budget.offers.catalogue import PURPOSES, Catalogue
from budget.offers.offers import make_cohorts
from budget.offers.targeting import base_journeys
from budget.scenarios.funded_journey import FundedJourney
from budget.scenarios.scenario import Scenario
from data import travel
from data.bundle import County
from data.faults import Fault, InputError
from data.journeys import altered
from data.suggest import did_you_mean
from data.timetables.altering import trips_of

KEPT = 8  # counties and buses whose journeys are kept: every scenario of a comparison asks for the same again
T = TypeVar("T")
_measured: OrderedDict[tuple, tuple[County, object]] = OrderedDict()


def without_lines(county: County, scenario: Scenario) -> County:
    """Return the county with the journeys that are left without the lines that a scenario withdraws.

    Raises InputError where the county keeps no timetable or its timetable has no such line.
    """
    county = county.published or county
    if not scenario.withdrawn:
        return county
    return _kept(county, ("withdrawn", scenario.withdrawn), lambda: _without(county, scenario))


def _without(county: County, scenario: Scenario) -> County:
    days = altered.timetables_of(county)
    faults = []
    for number, each in enumerate(scenario.withdrawn, start=1):
        if not any(trips_of(day, each).any() for day in days):
            known = sorted({str(line) for day in days for line in day.trips["line"]})
            problem = f'"{each.label}" is no line that runs on the day measured. {did_you_mean(each.line, known)}'
            faults.append(Fault(f"withdrawn {number}", problem))
    if faults:
        raise InputError("scenario", faults)
    return replace(altered.withdrawn_from(county, scenario.withdrawn), published=county)


def with_services(
    journeys: dict[str, pd.DataFrame], county: County, scenario: Scenario, catalogue: Catalogue
) -> dict[str, pd.DataFrame]:
    """Return the journeys by need with the ticket that covers each, and with those of each bus that may be funded.

    A bus has its id as their mode. A ticket makes the fare of what it covers cheaper.
    """
    every = {id(table): table for table in journeys.values()}  # the same where nothing is known of what colleges offer
    more = {key: ticketed.marked(each, county, scenario.tickets, catalogue.figures) for key, each in every.items()}
    if scenario.journeys:
        rows = pd.concat([_rows(county, each, catalogue) for each in scenario.journeys], ignore_index=True)
        for key, table in more.items():
            pairs = rows["from_id"].isin(table["from_id"]) & rows["to_id"].isin(table["to_id"])
            more[key] = pd.concat([table, rows[pairs]], ignore_index=True)
    return {need: more[id(table)] for need, table in journeys.items()}


def _rows(county: County, journey: FundedJourney, catalogue: Catalogue) -> pd.DataFrame:
    """Return the journeys that a bus brings; the fare is that of every vehicle boarded, at the dearer way."""
    buses = [calls for calls in (journey.there, journey.home) if calls]
    key = ("bus", county.manifest.checksum, journey.there, journey.home)
    brought = _kept(county, key, lambda: altered.brought_by(county, buses, journey.id))
    usual = catalogue.figures["bus_fare"] * 100
    fare = usual if journey.fare_pence is None else journey.fare_pence
    rows = brought.assign(
        mode=journey.id,
        distance_km=np.nan,
        fare_pence=brought["own"] * fare + brought["other"] * usual,
        source="timetable",
        as_of=county.manifest.timetables["days"][0],
    )
    return rows[travel.JOURNEY_COLUMNS]


def _kept(county: County, key: tuple, measure: Callable[[], T]) -> T:
    """Return what was measured for this county before, or measure it and keep it."""
    whole = (id(county), *key)
    if whole not in _measured:
        _measured[whole] = (county, measure())  # the county is kept with it, so that its id stays its own
        while len(_measured) > KEPT:
            _measured.popitem(last=False)
    _measured.move_to_end(whole)
    return cast(T, _measured[whole][1])  # of the same key


@dataclass(frozen=True, slots=True)
class CutOff:
    """Low-income young people who lose somewhere that they could be in time by themselves, of all areas of the county.

    By purpose (college, work); area codes are in the order of how many people they have.
    """

    people: dict[str, float]  # for whom nothing is left
    areas: dict[str, tuple[str, ...]]
    fewer_people: dict[str, float]  # who lose one destination at least, and have another
    fewer_areas: dict[str, tuple[str, ...]]


def cut_off(county: County, scenario: Scenario, catalogue: Catalogue) -> CutOff | None:
    """Return whom the withdrawn lines cut off; None where none are withdrawn. `county` is as the plan has it."""
    before = county.published
    if not scenario.withdrawn or before is None:
        return None
    key = ("cut off", *(catalogue.figures[name] for name in sorted(catalogue.figures)))
    return _kept(county, key, lambda: _cut_off(before, county, catalogue))


def _cut_off(published: County, county: County, catalogue: Catalogue) -> CutOff:
    people = make_cohorts(county.areas, catalogue)["people"].sort_values(ascending=False, kind="stable")
    before, after = (_in_time(each, catalogue, people.index) for each in (published, county))
    none, fewer = {}, {}
    for purpose, had in before.items():
        left = after[purpose]
        none[purpose] = people[(had > 0) & (left == 0)]
        fewer[purpose] = people[(left > 0) & (left < had)]
    totals = [{purpose: float(each.sum()) for purpose, each in part.items()} for part in (none, fewer)]
    codes = [{purpose: tuple(each.index) for purpose, each in part.items()} for part in (none, fewer)]
    return CutOff(totals[0], codes[0], totals[1], codes[1])


def _in_time(county: County, catalogue: Catalogue, areas: pd.Index) -> dict[str, pd.Series]:
    """Return how many destinations of each purpose are within the time limit of each area, whatever the way costs."""
    base = base_journeys(county, catalogue.figures)
    count = {}
    for purpose in PURPOSES:
        reached = access.journey_reach(base[purpose], catalogue, None, purpose, "step", at_any_cost=True)
        count[purpose] = reached.groupby("from_id")["to_id"].nunique().reindex(areas, fill_value=0)
    return count
