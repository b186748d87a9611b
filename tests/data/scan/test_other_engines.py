"""An engine that shares nothing with ours gives the same answers on a real timetable, by the same rules.

Rules of cafein 0.29 that are not ours, and what is done about each here:
  - everybody may get on and off everywhere: so they may in our timetable too
  - a change at one stop takes no time: so it does here, where ours takes a second at least
  - nobody walks from one stop to another before the first ride (after the last they do): nor here
  - of journeys that leave equally late it takes that of fewest vehicles: so does this test
"""

import datetime
import sys
from dataclasses import replace

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
    starts = range(0, stops, 40)
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
    assert reached > 5000


def test_every_last_departure_for_nine_is_the_same(chester, on_foot, ours, cafein):
    stops, columns = len(chester.stops), _columns(chester, cafein)
    ends = range(0, stops, 40)
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
    assert reached > 5000


def _columns(chester: Timetable, cafein) -> list[int]:
    place = {name: column for column, (name, *_) in enumerate(cafein.stops)}
    return [place[name] for name in chester.stops["stop_id"]]
