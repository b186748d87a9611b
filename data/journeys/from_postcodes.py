"""Measure journeys from every postcode of a county to its colleges, as evidence about an application.

All postcodes are measured, so that no file says where applicants live. A day's shortest journey by any public transport
counts, the longer way of the two, and the worst of the days: a table of from_id (a postcode), to_id, minutes and as_of.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from data.bundle import County
from data.faults import InputError
from data.journeys.question import Question
from data.journeys.tables import worst_seconds
from data.journeys.walks import covered, served
from data.journeys.ways import Places, both_ways
from data.timetables import Timetable
from data.travel.timetabled import POSTCODE_COLUMNS

COLLEGES = ("college", "sixth_form")
NO_POSTCODES = "has no postcodes. Build it with a postcode directory, or leave --postcodes out."


def check(county: County) -> None:
    """Raise InputError where the county has no postcodes to measure from."""
    if county.postcodes is None or county.postcodes.empty:
        raise InputError(county.manifest.name, [NO_POSTCODES])


def homes_and_colleges(county: County) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the postcodes of a county's areas that have a place, and its colleges and sixth forms."""
    postcodes = county.postcodes
    assert postcodes is not None  # because of check
    homes = postcodes[postcodes["easting_m"].notna() & postcodes["area_code"].isin(county.areas.index)]
    return homes, county.destinations[county.destinations["kind"].isin(COLLEGES)]


def minutes(
    homes: pd.DataFrame,
    colleges: pd.DataFrame,
    places: Places,
    days: list[tuple[Timetable, np.ndarray]],
    asked: Question,
    jobs: int = 1,
    progress: Callable[[float], None] = lambda share: None,
) -> pd.DataFrame:
    """Return POSTCODE_COLUMNS of data.travel.timetabled, inf where both places are covered and there is no journey.

    `homes` and `colleges` are those of `places`; `days` have each day's timetable and which of its journeys count.
    """
    pairs = places.pairs
    known = np.zeros(len(pairs.area), dtype=bool)
    worst, on = np.zeros(len(pairs.area)), np.full(len(pairs.area), "", dtype=object)
    for number, (timetable, trips) in enumerate(days):
        stops = served(timetable, trips)
        near_home, near_college = (
            covered(points, stops, asked.figures["covered_km"]) for points in (places.areas, places.destinations)
        )
        known |= near_home[pairs.area] & near_college[pairs.destination]
        done = partial(_done, progress, number, len(days))
        seconds = worst_seconds(both_ways(timetable, trips, places, asked, jobs, done))
        on = np.where((seconds > worst) | (on == ""), timetable.day.isoformat(), on)
        worst = np.maximum(worst, seconds)
    table = pd.DataFrame(
        {
            "from_id": homes.index.to_numpy(dtype=object)[pairs.area],
            "to_id": colleges.index.to_numpy(dtype=object)[pairs.destination],
            "minutes": worst / 60,
            "as_of": on,
        }
    )[known]
    return table[list(POSTCODE_COLUMNS)].sort_values(["from_id", "to_id"], ignore_index=True)


def _done(progress: Callable[[float], None], number: int, days: int, share: float) -> None:
    progress((number + share) / days)
