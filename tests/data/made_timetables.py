"""Small timetables out of a seed, with everything a feed can have, and every journey in them by plain Python."""

import math
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from data.scan import Search
from data.timetables import STOP_COLUMNS, TRANSFER_COLUMNS, TRIP_COLUMNS, Timetable

DAY = date(2026, 9, 15)
COLUMNS = ("departure", "arrival", "from_stop", "to_stop", "trip", "position", "may_board", "may_alight")


def timetable(stops: list[tuple], journeys: list[list[tuple]], transfers: list[tuple] = ()) -> Timetable:
    """Return a timetable. A stop is easting, northing, place; a journey's call is stop, arrives, leaves, on, off.

    A transfer is as TRANSFER_COLUMNS. Times are in seconds.
    """
    rides = [
        (call[2], after[1], call[0], after[0], trip, position, call[3], after[4])
        for trip, calls in enumerate(journeys)
        for position, (call, after) in enumerate(zip(calls, calls[1:], strict=False))
    ]
    names = [(f"s{number}", f"Stop {number}", *stop) for number, stop in enumerate(stops)]
    trips = [(f"t{trip}", str(trip), "Buses", "BUS", "bus", "", False, False, "made") for trip in range(len(journeys))]
    return Timetable(
        DAY,
        pd.DataFrame(names, columns=list(STOP_COLUMNS)),
        pd.DataFrame(trips, columns=list(TRIP_COLUMNS)),
        **_arrays(rides),
        transfers=pd.DataFrame(list(transfers), columns=list(TRANSFER_COLUMNS)).astype({"allowed": bool}),
        warnings=(),
        sources=(),
    )


def _arrays(rides: list[tuple]) -> dict[str, np.ndarray]:
    table = pd.DataFrame(rides, columns=list(COLUMNS)).sort_values(["departure", "arrival", "trip", "position"])
    return {name: table[name].to_numpy(dtype=bool if name.startswith("may") else np.int32) for name in COLUMNS}


def some_timetable(random: Random) -> Timetable:
    """Return a timetable of up to six stops and eight journeys in which every rule has something to decide."""
    count = random.randint(2, 6)
    stops = [
        (random.randrange(0, 1500, 100), random.randrange(0, 300, 100), random.randrange(count)) for _ in range(count)
    ]
    journeys = some_journeys(random, count, random.randint(1, 8))
    transfers = [
        (
            random.randrange(count),
            random.randrange(count),
            random.choice([0, 60, 90, 240]),
            random.random() < 0.7,
            -1,
            -1,
        )
        for _ in range(random.randint(0, 3))
    ]
    transfers = list({row[:2]: row for row in transfers}.values())
    for first, second in zip(range(len(journeys)), range(1, len(journeys)), strict=False):
        end, start = journeys[first][-1], journeys[second][0]
        if end[0] == start[0] and end[1] <= start[2]:
            transfers.append((end[0], start[0], 0, True, first, second))
    return timetable(stops, journeys, transfers)


def some_journeys(random: Random, stops: int, count: int) -> list[list[tuple]]:
    """Return the calls of so many journeys between so many stops."""
    return [_calls(random, stops) for _ in range(count)]


def _calls(random: Random, stops: int) -> list[tuple]:
    """Return the calls of one journey: some take no time, some only set down or pick up."""
    time, calls = random.randrange(0, 2400, 30), []
    for _ in range(random.randint(2, 5)):
        leaves = time + random.choice([0, 0, 30, 120])
        calls.append((random.randrange(stops), time, leaves, random.random() < 0.8, random.random() < 0.8))
        time = leaves + random.choice([0, 60, 60, 150, 600])
    return calls


def backwards(made: Timetable) -> Timetable:
    """Return the timetable with time running backwards, ride by ride."""
    last = {int(trip): int(made.position[made.trip == trip].max()) for trip in set(made.trip.tolist())}
    rows = [
        (-made.arrival[ride], -made.departure[ride], made.to_stop[ride], made.from_stop[ride], made.trip[ride])
        + (last[int(made.trip[ride])] - made.position[ride], made.may_alight[ride], made.may_board[ride])
        for ride in range(len(made.departure))
    ]
    turned = {"from_stop": "to_stop", "to_stop": "from_stop", "from_trip": "to_trip", "to_trip": "from_trip"}
    transfers = made.transfers.rename(columns=turned)[list(TRANSFER_COLUMNS)]
    return replace(made, **_arrays(rows), transfers=transfers)


def every_change(made: Timetable, metres_per_second: float, margin: int, longest_walk: int) -> dict:
    """Return {(from stop, to stop): seconds} of every change that is possible."""
    found = {}
    rows = list(made.stops[["easting", "northing", "place"]].itertuples(index=False, name=None))
    for a, (east, north, place) in enumerate(rows):
        for b, (other_east, other_north, other_place) in enumerate(rows):
            walk = math.hypot(east - other_east, north - other_north) / metres_per_second
            if a == b or walk <= longest_walk or place == other_place:
                found[a, b] = max(1, math.ceil(walk) + margin)
    for row in made.transfers.itertuples(index=False):
        if row.from_trip < 0 and row.allowed:
            found[row.from_stop, row.to_stop] = max(1, row.seconds)
        elif row.from_trip < 0:
            found.pop((row.from_stop, row.to_stop), None)
    return found


def every_journey(made: Timetable, changes: dict, start: dict, end: dict, search: Search, leave: tuple, arrive: tuple):
    """Return the shortest of all journeys that leave and arrive within two spans of time, the last and the first.

    `start` and `end` are {stop: seconds of walk}; the result is ((seconds, vehicles), last to leave, first to arrive),
    or None. Every ride of every vehicle is tried from every place where one can get on, to every place where one can
    get off, with as many vehicles and seconds as `search` says.
    """
    vehicle, calls = _chains(made)
    place = {ride: at for chain in calls.values() for at, ride in enumerate(chain)}
    boards: dict[int, list[int]] = {}
    for ride in range(len(made.departure)):
        if made.may_board[ride]:
            boards.setdefault(int(made.from_stop[ride]), []).append(ride)
    onwards: dict[int, list[tuple[int, int]]] = {}
    for (a, b), seconds in changes.items():
        onwards.setdefault(a, []).append((b, seconds))

    @cache
    def at_door(ride: int, vehicles: int) -> float:
        best = math.inf
        for later in calls[vehicle[int(made.trip[ride])]][place[ride] :]:
            if not made.may_alight[later]:
                continue
            stop, time = int(made.to_stop[later]), int(made.arrival[later])
            if stop in end and arrive[0] <= time + end[stop] <= arrive[1]:
                best = min(best, time + end[stop])
            if vehicles > 1:
                for other, seconds in onwards.get(stop, ()):
                    for board in boards.get(other, ()):
                        if made.departure[board] >= time + seconds:
                            best = min(best, at_door(board, vehicles - 1))
        return best

    journeys = [
        (at_door(ride, vehicles) - int(made.departure[ride]) + seconds, vehicles, int(made.departure[ride]) - seconds)
        for stop, seconds in start.items()
        for ride in boards.get(stop, ())
        for vehicles in range(1, search.most_vehicles + 1)
        if leave[0] <= int(made.departure[ride]) - seconds <= leave[1]
    ]
    journeys = [journey for journey in journeys if journey[0] <= search.longest]
    if not journeys:
        return None
    return (
        min(journeys)[:2],
        max(journey[2] for journey in journeys),
        min(journey[0] + journey[2] for journey in journeys),
    )


def _chains(made: Timetable) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return the vehicle of each journey and the rides of each vehicle in their order; some stay seated."""
    seated = [row for row in made.transfers.itertuples(index=False) if row.from_trip >= 0]
    firsts, seconds = [row.from_trip for row in seated], [row.to_trip for row in seated]
    goes_on = {a: b for a, b in zip(firsts, seconds, strict=True) if firsts.count(a) == 1 and seconds.count(b) == 1}
    vehicle, calls, rides = {}, {}, {trip: [] for trip in range(len(made.trips))}
    for ride, trip in enumerate(made.trip.tolist()):
        rides[trip].append(ride)
    for trip in range(len(made.trips)):
        if trip in goes_on.values():
            continue
        calls[trip], here = [], trip
        while here is not None:
            vehicle[here] = trip
            calls[trip] += sorted(rides[here], key=lambda ride: made.position[ride])
            here = goes_on.get(here)
    return vehicle, calls


def closed_walks(made: Timetable) -> list[tuple[int, int, int]]:
    """Return from_stop, to_stop and seconds at 1 m/s between stops 100 m apart; stops joined to one are all joined."""
    points = made.stops[["easting", "northing"]].to_numpy(dtype=float)
    near = cKDTree(points).query_pairs(100, output_type="ndarray")
    joined = coo_matrix((np.ones(len(near)), near.T), shape=(len(points), len(points)))
    group = pd.DataFrame({"group": connected_components(joined)[1], "stop": np.arange(len(points))})
    pairs = group.merge(group, on="group").query("stop_x != stop_y")
    metres = np.hypot(*(points[pairs["stop_x"]] - points[pairs["stop_y"]]).T)
    return list(zip(pairs["stop_x"], pairs["stop_y"], np.ceil(metres).astype(int), strict=True))
