"""Journeys by timetable around Chester against the estimate, and what they change in a plan: the figures of the docs.

`python -m benchmarks.chester` builds Cheshire West and Chester from the official files with the timetable beside them.
"""

import datetime

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from budget.planning import by_timetable
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data import county as counties
from data import travel
from data.bundle import County
from data.journeys.command import with_measured
from data.journeys.files import without_timetables
from data.journeys.measure import measure
from data.journeys.question import question
from data.journeys.walks import points_of, stop_points
from data.timetables.stored import unpacked
from tests.opendata import FOLDER

NEAR_M, HOUR, BUDGET_PENCE = 800, 60, 30_000_000
COLLEGES = ("college", "sixth_form")
PAIR = ["from_id", "to_id"]


def main() -> None:
    asked = question(["2023-09-12"], "09:00", "16:30")
    plain = counties.build(FOLDER, ["Cheshire West and Chester"])
    found = measure(plain, [FOLDER / "timetables"], asked)
    county = with_measured(plain, found)
    print(f"all pairs: {found.asked['pairs']}")
    _against_the_estimate(county)
    _slower(found.details)
    _plans(county)


def _against_the_estimate(county: County) -> None:
    """Print how often the estimate is on the other side of an hour, between places with a served stop near them."""
    figures, (timetable,) = travel.default_figures(), unpacked(county.timetable)
    stops = cKDTree(stop_points(timetable.stops))
    served = {
        name: table.index[stops.query(points_of(table))[0] <= NEAR_M]
        for name, table in (("areas", county.areas), ("destinations", county.destinations))
    }
    journeys = county.journeys[county.journeys["mode"].eq("bus") & (county.journeys["source"] == travel.TIMETABLE)]
    near = journeys["from_id"].isin(served["areas"]) & journeys["to_id"].isin(served["destinations"])
    journeys = journeys[near].set_index(PAIR)["minutes"]
    colleges = county.destinations.loc[served["destinations"]].query("kind in @COLLEGES")
    ground = travel.ground(county.water, figures)
    every = figures.with_values({"destinations_considered": len(colleges)})
    estimate = travel.base_journeys(county.areas, colleges, every, None, ground)
    estimate = estimate[estimate["mode"] == "bus"].set_index(PAIR)["minutes"]
    both = pd.concat([journeys.rename("timetable"), estimate.rename("estimate")], axis=1, join="inner")
    within = both <= HOUR
    print(
        f"served within {NEAR_M} m: {len(served['areas'])} areas; {len(both)} pairs with a college; the estimate puts "
        f"{within['estimate'].sum()} within an hour, {(within['estimate'] & ~within['timetable']).sum()} of which are "
        f"not by timetable; the other way round {(~within['estimate'] & within['timetable']).sum()}"
    )
    details = county.journey_details
    ways = (
        details[details["mode"].eq("bus")].groupby(PAIR, observed=True)["way"].agg(lambda each: "+".join(sorted(each)))
    )
    ways = ways[ways.index.isin(journeys.index)]
    print(f"  with work, by ways that there are: {ways.value_counts().to_dict()}")


def _slower(details: pd.DataFrame) -> None:
    """Print how often the journey that leaves last is over ten minutes longer than the shortest, of those there."""
    there = details[(details["way"] == "there") & (details["vehicles"] > 0)]
    minutes = {
        name: there[name].str.split(":").map(lambda at: int(at[0]) * 60 + int(at[1]))
        for name in ("last_leave", "last_arrive")
    }
    longer = (minutes["last_arrive"] - minutes["last_leave"]) - there["minutes"] > 10
    print(f"ways there by public transport: {len(there):,}; the last to leave is over ten minutes longer: ", end="")
    print(f"{np.mean(longer):.0%}")


def _plans(county: County) -> None:
    """Print what a plan buys without and with timetables, and on what its access rests."""
    for name, each in (("without", without_timetables(county)), ("with", county)):
        plan = planning.make(each, Scenario(budget_pence=BUDGET_PENCE), datetime.date(2026, 11, 30))
        kinds = plan.allocation.chosen["kind"].value_counts().to_dict()
        print(f"plan {name} timetables: {len(plan.targeting.in_target)} areas in target, {kinds}")
        print(f"  {by_timetable.of_plan(plan)}")


if __name__ == "__main__":
    main()
