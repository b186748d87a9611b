"""Journeys by timetable, on a feed of a county's size, against cafein on the same feed. CPU seconds.

1.5 million stop times and 58,000 stops: reading, 60 destinations there and back for 700 areas, one destination more.
cafein answers for one time to arrive by at a go, so the shortest journey of the hour takes it sixty; a few are run and
the rest counted. It goes from stops and not from doors, with as many vehicles, and changes on foot within groups of
stops 100 m apart only, as what it is given has to be closed. `python -m benchmarks.timetables`.
"""

import datetime
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from cafein.network import TransportNetwork
from pytest import MonkeyPatch

from benchmarks._county_feed import write
from data import timetables
from data.bundle import County, Manifest
from data.journeys.altered import brought_by
from data.journeys.measure import measure
from data.journeys.question import Question, question
from data.journeys.walks import stop_points
from data.journeys.ways import Pairs, Places, both_ways
from data.timetables import Timetable
from data.timetables.altering import Call
from data.timetables.stored import packed
from tests.data.made_timetables import closed_walks

DAY = datetime.date(2023, 9, 12)
AREAS, DESTINATIONS, MOST = 700, 60, 3
WITHIN_M = 45_000
DEADLINES = 5  # that cafein is asked for


def main() -> None:
    asked = question([DAY.isoformat()], "09:00", "16:30")
    print(f"timetables: load {os.getloadavg()[0]:.1f}; CPU seconds")
    with tempfile.TemporaryDirectory() as folder:
        feed = write(Path(folder) / "county_gtfs.zip")
        timetable, reading = seconds(lambda: timetables.read(feed, DAY))
        print(f"  {len(timetable.stops):,} stops, {len(timetable.trip):,} rides: read in {reading:.1f}")
        areas, destinations = _places(timetable)
        trips = np.ones(len(timetable.trips), dtype=bool)

        def measure(count: int) -> object:
            places = Places(areas, destinations[:count], _pairs(areas, destinations[:count]))
            return both_ways(timetable, trips, places, asked, jobs=os.cpu_count() or 1)

        _, compiling = seconds(lambda: measure(1))
        _, one = seconds(lambda: measure(1))
        (there, back), many = seconds(lambda: measure(DESTINATIONS))
        each = (many - one) / (DESTINATIONS - 1)
        found = int((np.isfinite(there.seconds) & np.isfinite(back.seconds)).sum())
        print(f"  first run, with numba made ready {compiling:.1f}; the network and one destination {one:.1f}")
        print(f"  {DESTINATIONS} destinations both ways for {AREAS} areas {many:.1f}, ", end="")
        print(f"{found:,} of {len(there.seconds):,} pairs have a journey")
        most_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"  a scenario that adds one journey there and home {_added(timetable, areas, destinations, asked):.1f}")
        print(f"  one destination more {each:.3f}; most memory {most_memory:.2f} GiB")
        theirs = _cafein(feed, timetable) / DEADLINES
        print(f"  cafein, {DESTINATIONS} destinations one way by one time {theirs:.2f}; ", end="")
        print(f"for each minute of the hour, both ways, {2 * 60 * theirs / (each * DESTINATIONS):.0f}x ours")


def _places(timetable: Timetable) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of areas and destinations: beside stops drawn at random, as people live near them."""
    random = np.random.default_rng(1)
    points = stop_points(timetable.stops)
    drawn = points[random.choice(len(points), AREAS + DESTINATIONS, replace=False)]
    drawn = drawn + random.normal(0, 300, drawn.shape)
    return drawn[:AREAS], drawn[AREAS:]


def _added(timetable: Timetable, areas: np.ndarray, destinations: np.ndarray, asked: Question) -> float:
    """Return the CPU seconds for a bus past the ten areas nearest the first destination, and home again."""
    xy = ["easting_m", "northing_m"]
    places = pd.DataFrame(areas, columns=xy).rename_axis("area_code")
    towns = pd.DataFrame(destinations, columns=xy).rename_axis("destination_id").assign(kind="college")
    plain = County(places, towns, Manifest("Bench", (), ()))
    with MonkeyPatch.context() as patch:
        patch.setattr(timetables, "read", lambda *_, **__: timetable)
        found = measure(plain, [], asked, os.cpu_count() or 1)
    manifest = Manifest("Bench", (), (), timetables=dict(found.asked))
    county = replace(
        plain, journeys=found.journeys, journey_details=found.details, timetable=packed([timetable]), manifest=manifest
    )
    nearest = areas[np.hypot(*(areas - destinations[0]).T).argsort()[:10]][::-1]
    stops = [*nearest, destinations[0]]
    there = [Call(27_600 + 240 * number, "", *map(float, stop)) for number, stop in enumerate(stops)]
    home = [Call(61_200 + 240 * number, "", *map(float, stop)) for number, stop in enumerate(stops[::-1])]
    brought_by(county, [there, home], "new")  # numba made ready
    brought, spent = seconds(lambda: brought_by(county, [there, home], "new"))
    print(f"  a bus by ten areas shortens {len(brought):,} of {len(county.journeys):,} journeys")
    return spent


def _pairs(areas: np.ndarray, destinations: np.ndarray) -> Pairs:
    metres = np.hypot(*(areas[None] - destinations[:, None]).transpose(2, 0, 1))
    destination, area = np.nonzero(metres <= WITHIN_M)
    return Pairs(area, destination, metres[destination, area], np.ones(len(area), dtype=bool))


def _cafein(feed: Path, timetable: Timetable) -> float:
    network = TransportNetwork.from_gtfs([str(feed)])
    names = timetable.stops["stop_id"].to_list()
    network.set_transfers([(names[a], names[b], int(each), float(each)) for a, b, each in closed_walks(timetable)])
    every = [name for name, *_ in network.stops]
    nine = datetime.datetime.combine(DAY, datetime.time(9))
    chunk = (0, max(1, len(every) // DESTINATIONS))
    deadlines = [nine - datetime.timedelta(minutes=minutes) for minutes in range(DEADLINES)]

    def ask() -> list[np.ndarray]:
        return [network.travel_time_matrix(every, arrival=by, max_rides=MOST, chunk=chunk) for by in deadlines]

    return seconds(ask)[1]


def seconds(work: Callable[[], object]) -> tuple:
    """Return what the work returns and the CPU seconds that it takes."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


if __name__ == "__main__":
    main()
