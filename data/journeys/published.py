"""Give the rides of journeys the single fares that operators publish, and say how many have one."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from data import timetables
from data.timetables import PublishedFares, Timetable
from data.travel.parquet_files import FareFile
from data.travel.timetabled import BETWEEN, UNKNOWN

RIDE = ("operator_codes", "lines", "boarded", "alighted")  # columns of details, of each vehicle

Pence = Callable[[str, str, str, str, str], int | None]  # of operator, line, boarded, alighted and day


def read(
    feeds: Sequence[Path], days: Sequence[Timetable], ages: tuple[int, int], progress: Callable[[float], None]
) -> PublishedFares | None:
    """Return the published fares among the files given, of what runs on the days; None where there are none."""
    stops = {stop for day in days for stop in day.stops["stop_id"]}
    lines = {tuple(row) for day in days for row in day.trips[["operator_code", "line"]].to_numpy()}
    return timetables.read_fares(feeds, stops, lines, [day.day.isoformat() for day in days], ages, progress)


def with_fares(details: pd.DataFrame, pence: Pence) -> pd.DataFrame:
    """Return details with the published fare of each ride, as far as `pence` knows it."""
    keys = [*RIDE, "day", "fares"]
    ways = details[keys].drop_duplicates()
    ways["new"] = [_of_way(row, pence) for row in ways.to_numpy(dtype=object)]
    fares = details[keys].merge(ways, on=keys, how="left")["new"].to_numpy(dtype=object)
    return details.assign(fares=fares)


def known(details: pd.DataFrame) -> Pence:
    """Return what the details of journeys say of fares, for other journeys of the same days."""
    found: dict[tuple[str, str, str, str, str], int] = {}
    if set(RIDE) <= set(details):
        for *ride, day, fares in details[[*RIDE, "day", "fares"]].drop_duplicates().to_numpy(dtype=object):
            for *one, fare in zip(*(each.split(BETWEEN) for each in (*ride, fares)), strict=False):
                if fare.isdecimal():
                    found[(*one, day)] = int(fare)
    return lambda *ride: found.get(ride)


def _of_way(row: np.ndarray, pence: Pence) -> str:
    *ride, day, before = row
    each = [names.split(BETWEEN) for names in ride]
    if not before or len({len(names) for names in each}) > 1:  # on foot, or a name that has the sign itself
        return before
    fares = [pence(code, line, boarded, alighted, day) for code, line, boarded, alighted in zip(*each, strict=True)]
    return BETWEEN.join(UNKNOWN if fare is None else str(fare) for fare in fares)


def files_of(fares: PublishedFares | None) -> tuple[FareFile, ...]:
    """Return the files that fares were read from, as manifests keep them."""
    return tuple(FareFile(name=each.name, sha256=each.sha256) for each in (fares.sources if fares else ()))
