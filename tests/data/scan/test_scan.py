"""The scan finds what trying every journey finds, and what holds of any timetable holds of it."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.scan import NONE, Changes, Found, Search, Walks, network_of, shortest
from data.scan.network import Network
from data.timetables import Timetable
from tests.data.made_timetables import backwards, every_change, every_journey, some_journeys, some_timetable, timetable
from tests.draws import draws

RULE = Changes(metres_per_second=1.0, margin=60, longest_walk=300)
ALWAYS = (-(10**9), 10**9)
SEEDS = st.integers(0, 2**40)
both_ways = pytest.mark.parametrize("back", [False, True], ids=["there", "back"])


def _walks(places: list[dict[int, int]]) -> Walks:
    first = np.cumsum([0, *map(len, places)]).astype(np.int32)
    rows = np.array([row for place in places for row in place.items()], dtype=np.int32).reshape(-1, 2)
    return Walks(first, rows[:, 0].copy(), rows[:, 1].copy())


def _find(made: Timetable, home: dict, door: dict, search: Search, back: bool) -> Found:
    scanned = network_of(made, RULE)
    at_door = _walks([door]).of(0, len(made.stops))
    return shortest(scanned.reversed() if back else scanned, at_door, _walks([home]), search, back)


def _some_walks(random: Random, stops: int) -> dict[int, int]:
    joined = random.sample(range(stops), random.randint(1, min(3, stops)))
    return {stop: random.randrange(0, 300, 20) for stop in joined}


def _case(seed: int) -> tuple[Random, Timetable, dict[int, int], dict[int, int], Search]:
    random = Random(seed)
    made = some_timetable(random)
    home, door = _some_walks(random, len(made.stops)), _some_walks(random, len(made.stops))
    edge, width = _edge(random, made, door), random.choice([0, 600, 1800])
    earliest = random.choice([random.randrange(0, 3000, 60), edge, edge - width])
    latest, longest = earliest + width, random.choice([600, 1800, 10_000])
    return random, made, home, door, Search(earliest, latest, longest, random.randint(1, 3))


def _edge(random: Random, made: Timetable, door: dict[int, int]) -> int:
    """Return when some vehicle lets be at the door, or has to be left for from there: a window may end just then."""
    arriving = [int(made.arrival[ride]) + door[stop] for ride, stop in enumerate(made.to_stop) if stop in door]
    leaving = [int(made.departure[ride]) - door[stop] for ride, stop in enumerate(made.from_stop) if stop in door]
    return random.choice([*arriving, *leaving, 0])


@both_ways
@draws(300)
@given(SEEDS)
def test_the_shortest_and_the_last_journey_are_those_of_trying_every_one(back, seed):
    _, made, home, door, search = _case(seed)
    changes = every_change(made, RULE.metres_per_second, RULE.margin, RULE.longest_walk)
    found = _find(made, home, door, search, back)
    window = (search.earliest, search.latest)
    ends, spans = ((door, home), (window, ALWAYS)) if back else ((home, door), (ALWAYS, window))
    expected = every_journey(made, changes, *ends, search, *spans)
    assert found.found[0] == (expected is not None)
    if expected is None:
        return
    vehicles = int((found.board[0] != NONE).sum())
    assert (found.arrive[0] - found.leave[0], vehicles) == expected[0]
    assert (found.last_arrive[0] if back else found.last_leave[0]) == expected[2 if back else 1]
    assert _travelled(made, changes, found, *ends) == (found.leave[0], found.arrive[0])


def _travelled(made: Timetable, changes: dict, found: Found, start: dict, end: dict) -> tuple[int, int]:
    """Travel as the answer says, checking every step, and return when that leaves and arrives."""
    rides = [(on, off) for on, off in zip(found.board[0], found.alight[0], strict=True) if on != NONE]
    for on, off in rides:
        assert made.may_board[on] and made.may_alight[off] and made.departure[on] <= made.arrival[off]
    for (_, off), (on, _) in zip(rides, rides[1:], strict=False):
        needs = changes[int(made.to_stop[off]), int(made.from_stop[on])]
        assert made.arrival[off] + needs <= made.departure[on]
    first, last = rides[0][0], rides[-1][1]
    return (
        made.departure[first] - start[int(made.from_stop[first])],
        made.arrival[last] + end[int(made.to_stop[last])],
    )


def _seconds(found: Found) -> float:
    return float(found.arrive[0] - found.leave[0]) if found.found[0] else np.inf


@both_ways
@draws(80)
@given(SEEDS)
def test_one_more_journey_never_lengthens_any(back, seed):
    random, made, home, door, search = _case(seed)
    more = some_journeys(random, len(made.stops), 1)
    assert _seconds(_find(_with(made, more), home, door, search, back)) <= _seconds(
        _find(made, home, door, search, back)
    )


def _with(made: Timetable, more: list) -> Timetable:
    stops = list(made.stops[["easting", "northing", "place"]].itertuples(index=False, name=None))
    other = timetable(stops, more)
    count = len(made.trips)
    rides = {
        name: np.concatenate([getattr(made, name), getattr(other, name) + (count if name == "trip" else 0)])
        for name in ("departure", "arrival", "from_stop", "to_stop", "trip", "position", "may_board", "may_alight")
    }
    order = np.lexsort((rides["position"], rides["trip"], rides["arrival"], rides["departure"]))
    rides = {name: values[order].astype(getattr(made, name).dtype) for name, values in rides.items()}
    trips = made.trips.loc[[*made.trips.index, *[0] * len(more)]].reset_index(drop=True)
    return replace(made, trips=trips, **rides)


@draws(80)
@given(SEEDS, st.integers(0, 1800))
def test_a_later_deadline_never_brings_an_earlier_last_departure(seed, later):
    _, made, home, door, search = _case(seed)
    found = _find(made, home, door, search, back=False)
    relaxed = _find(made, home, door, replace(search, latest=search.latest + later), back=False)
    assert not found.found[0] or relaxed.last_leave[0] >= found.last_leave[0]


@draws(80)
@given(SEEDS, st.integers(0, 1800))
def test_leaving_earlier_never_arrives_later(seed, earlier):
    _, made, home, door, search = _case(seed)
    found = _find(made, home, door, search, back=True)
    relaxed = _find(made, home, door, replace(search, earliest=search.earliest - earlier), back=True)
    assert not found.found[0] or relaxed.last_arrive[0] <= found.last_arrive[0]


@draws(80)
@given(SEEDS)
def test_there_and_back_swap_when_the_timetable_runs_backwards(seed):
    _, made, home, door, search = _case(seed)
    turned = replace(search, earliest=-search.latest, latest=-search.earliest)
    there, back = _find(made, home, door, search, False), _find(backwards(made), home, door, turned, True)
    assert _seconds(there) == _seconds(back)
    assert not there.found[0] or there.last_leave[0] == -back.last_arrive[0]


def test_a_vehicle_of_the_same_minute_is_reached_only_with_the_time_a_change_takes():
    calls = [[(0, 0, 0, True, True), (1, 600, 600, True, True)], [(1, 600, 600, True, True), (2, 900, 900, True, True)]]
    stops = [(0, 0, 0), (5000, 0, 1), (10_000, 0, 2)]
    search = Search(0, 3000, 3000, 2)
    assert not _find(timetable(stops, calls), {0: 0}, {2: 0}, search, False).found[0]
    seated = timetable(stops, calls, [(1, 1, 0, True, 0, 1)])
    stayed = _find(seated, {0: 0}, {2: 0}, search, False)
    assert (_seconds(stayed), int((stayed.board[0] != NONE).sum())) == (900, 1)


def test_a_stop_that_is_reached_from_more_stops_than_there_was_room_for_is_scanned_whole():
    many = 20_000
    rides = np.array([[0, 1000], [600, 1500], [1, 0], [2, 3], [0, 1], [0, 1]], dtype=np.int32)
    first = np.full(many + 3, many, dtype=np.int32)
    first[0] = 0
    froms, seconds = np.arange(2, many + 2, dtype=np.int32), np.full(many, 60, dtype=np.int32)
    scanned = Network(*rides, *np.ones((2, 2), dtype=bool), first, froms, seconds, vehicles=2)
    found = shortest(scanned, _walks([{3: 0}]).of(0, many + 2), _walks([{1: 0}]), Search(0, 3000, 3000, 2))
    assert (_seconds(found), found.board[0].tolist()) == (1500, [0, 1])
