"""Engines that share nothing with ours give the same answers on a real timetable, by the same rules.

Rules of nigiri (pynigiri 0.1.5, on Linux), and what is done about each here:
  - times are whole minutes, rounded down: so are ours
  - a change at one stop takes two minutes: ours too
  - stops of one name or station near each other are joined on foot: here every stop has a name of its own, and no
    station; nobody walks between stops
Rules of cafein 0.29 that are not ours, and what is done about each here:
  - everybody may get on and off everywhere: so they may in our timetable too
  - a change at one stop takes no time: so it does here, where ours takes a second at least
  - nobody walks from one stop to another before the first ride (after the last they do): nor here
  - of journeys that leave equally late it takes that of fewest vehicles: so does this test
"""

import datetime
import io
import sys
import zipfile
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from data import timetables
from data.scan import NONE, Changes, Search, Walks, network_of, shortest
from data.timetables import Timetable
from tests.data.made_timetables import closed_walks
from tests.opendata import FOLDER, needs_opendata

FEED = FOLDER / "timetables" / "chester-20230816-small_gtfs.zip"
DAY = datetime.date(2023, 9, 12)
NEVER = 2**32 - 1
HOUR, MOST = 3600, 3
BY, AFTER = 9 * HOUR, 16 * HOUR + 1800
pytestmark = needs_opendata


@pytest.fixture(scope="module")
def chester() -> Timetable:
    return timetables.read(FEED, DAY)


@pytest.fixture(scope="module")
def on_foot(chester) -> list[tuple[int, int, int]]:
    return closed_walks(chester)


@pytest.fixture(scope="module")
def cafein(chester, on_foot):
    network = pytest.importorskip("cafein.network").TransportNetwork.from_gtfs([str(FEED)])
    names = chester.stops["stop_id"]
    network.set_transfers([(names[a], names[b], int(seconds), float(seconds)) for a, b, seconds in on_foot])
    return network


@pytest.fixture
def ours(chester, on_foot, monkeypatch):
    monkeypatch.setattr(sys.modules["data.scan.network"], "LEAST_CHANGE", 0)
    anywhere = np.ones_like(chester.may_board)
    columns = list(chester.transfers.columns)
    given = pd.DataFrame([(*row, True, -1, -1) for row in on_foot], columns=columns)
    same = replace(chester, may_board=anywhere, may_alight=anywhere, transfers=given)
    return network_of(same, Changes(metres_per_second=1.0, margin=0, longest_walk=0))


def _walks(chester: Timetable, on_foot: list) -> Walks:
    """Return each stop with itself and those that it is joined to."""
    every = sorted([(stop, stop, 0) for stop in range(len(chester.stops))] + [tuple(map(int, row)) for row in on_foot])
    table = np.array(every, dtype=np.int32)
    first = np.concatenate([[0], np.cumsum(np.bincount(table[:, 0]))]).astype(np.int32)
    return Walks(first, table[:, 1].copy(), table[:, 2].copy())


def _alone(stops: int) -> Walks:
    return Walks(np.arange(stops + 1, dtype=np.int32), np.arange(stops, dtype=np.int32), np.zeros(stops, np.int32))


def test_every_first_arrival_after_half_past_four_is_the_same(chester, on_foot, ours, cafein):
    stops, columns = len(chester.stops), _columns(chester, cafein)
    starts = range(0, stops, 60)
    leave = datetime.datetime.combine(DAY, datetime.time(16, 30))
    names = [chester.stops["stop_id"][start] for start in starts]
    theirs = cafein.travel_time_matrix(names, departure=leave, max_rides=MOST)[:, columns].astype(np.int64)
    walks, turned, search = _walks(chester, on_foot), ours.reversed(), Search(AFTER, 30 * HOUR, 24 * HOUR, MOST)
    reached = 0
    for row, start in enumerate(starts):
        found = shortest(turned, _alone(stops).of(start, stops), walks, search, back=True)
        seconds = np.where(found.found, found.last_arrive.astype(np.int64) - AFTER, NEVER)
        seconds[start] = 0
        assert (seconds == theirs[row]).all(), names[row]
        reached += int(found.found.sum())
    assert reached > 3000


def test_every_last_departure_for_nine_is_the_same(chester, on_foot, ours, cafein):
    stops, columns = len(chester.stops), _columns(chester, cafein)
    ends = range(0, stops, 60)
    deadline = datetime.datetime.combine(DAY, datetime.time(9))
    theirs = cafein.travel_time_matrix(list(chester.stops["stop_id"]), arrival=deadline, max_rides=MOST)
    walks, reached = _walks(chester, on_foot), 0
    for end in ends:
        door = walks.of(end, stops)
        seconds, last = np.full(stops, NEVER, dtype=np.int64), np.full(stops, -1)
        for most in range(1, MOST + 1):
            found = shortest(ours, door, _alone(stops), Search(0, BY, BY, most))
            later = found.found & (found.last_leave > last)
            last[later] = found.last_leave[later]
            seconds[later] = found.last_arrive[later] - last[later]
        apart = door == NONE
        assert (seconds == theirs[:, columns[end]].astype(np.int64))[apart].all(), chester.stops["stop_id"][end]
        reached += int((seconds < NEVER).sum())
    assert reached > 3000


@pytest.fixture(scope="module")
def no_stations(tmp_path_factory):
    """Return the feed with every stop named after its id and outside of any station."""
    path = tmp_path_factory.mktemp("feed") / "no_stations.zip"
    with zipfile.ZipFile(FEED) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "stops.txt":
                stops = pd.read_csv(io.BytesIO(content), dtype=str)
                content = stops.assign(stop_name=stops["stop_id"], parent_station="").to_csv(index=False).encode()
            target.writestr(name, content)
    return path


def test_nigiri_arrives_in_the_same_minute(no_stations):
    nigiri = pytest.importorskip("pynigiri", reason="pynigiri is there on Linux only")
    config = nigiri.LoaderConfig()
    config.link_stop_distance = 0
    days = (str(DAY - datetime.timedelta(days=1)), str(DAY + datetime.timedelta(days=2)))
    theirs = nigiri.load_timetable([nigiri.TimetableSource("", str(no_stations), config)], *days)
    made = timetables.read(no_stations, DAY)
    floor = {name: (getattr(made, name) // 60 * 60).astype(np.int32) for name in ("departure", "arrival")}
    turned = network_of(replace(made, **floor), Changes(metres_per_second=1.0, margin=120, longest_walk=0)).reversed()
    stops, names, reached = len(made.stops), list(made.stops["stop_id"]), 0
    midnight = int(datetime.datetime.combine(DAY, datetime.time(), ZoneInfo("Europe/London")).timestamp()) // 60
    for start in range(0, stops, 100):
        search = Search(AFTER, 27 * HOUR, 24 * HOUR, MOST)
        found = shortest(turned, _alone(stops).of(start, stops), _alone(stops), search, back=True)
        for end in range(7, stops, 25):
            query = nigiri.Query()
            query.start_time, query.max_transfers, query.max_travel_time = midnight + AFTER // 60, MOST - 1, 1440
            query.start = [nigiri.Offset(theirs.find_location(names[start]), 0, 0)]
            query.destination = [nigiri.Offset(theirs.find_location(names[end]), 0, 0)]
            query.start_match_mode = query.dest_match_mode = nigiri.LocationMatchMode.EXACT
            arrivals = [journey.arrival_time() - midnight for journey in nigiri.route(theirs, query)]
            arrivals = [minute for minute in arrivals if minute <= 27 * 60]  # later ones are of the next day's vehicles
            assert (min(arrivals) if arrivals else None) == (found.last_arrive[end] // 60 if found.found[end] else None)
            reached += len(arrivals) > 0
    assert reached > 50


def _columns(chester: Timetable, cafein) -> list[int]:
    place = {name: column for column, (name, *_) in enumerate(cafein.stops)}
    return [place[name] for name in chester.stops["stop_id"]]
