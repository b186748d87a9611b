"""Make of a timetable what is scanned: rides in the order of departure, and the changes that lead to each stop."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data.timetables import Timetable

LEAST_CHANGE = 1  # second: with none at all, two vehicles of one second would have no order


@dataclass(frozen=True, slots=True)
class Changes:
    """How passengers change between vehicles where the timetable itself does not say how long it takes."""

    metres_per_second: float  # along the straight line: walking speed over how much longer the way is
    margin: int  # seconds that a change takes beside the walk, at one stop or between two
    longest_walk: int  # seconds


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Rides sorted by departure, and for each stop the changes that lead to it. All arrays are int32 but two.

    Journeys whose passengers stay seated from one to the next are one vehicle.
    """

    departure: np.ndarray  # seconds
    arrival: np.ndarray
    from_stop: np.ndarray
    to_stop: np.ndarray
    vehicle: np.ndarray
    ride: np.ndarray  # which connection of the timetable it is
    may_board: np.ndarray  # bool
    may_alight: np.ndarray  # bool
    first_change: np.ndarray  # the changes to stop s are those from first_change[s] up to first_change[s + 1]
    change_from: np.ndarray  # the stop where one gets off
    change_seconds: np.ndarray
    vehicles: int

    @property
    def rides(self) -> tuple[np.ndarray, ...]:
        """What compiled functions take as `rides`: an object of ours is more than numba can take."""
        return (
            self.departure,
            self.arrival,
            self.from_stop,
            self.to_stop,
            self.vehicle,
            self.may_board,
            self.may_alight,
        )

    @property
    def changes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What compiled functions take as `changes`."""
        return self.first_change, self.change_from, self.change_seconds

    @property
    def stops(self) -> int:
        """How many stops there are."""
        return len(self.first_change) - 1

    def reversed(self) -> "Network":
        """Return the network with time running backwards: a journey there becomes the journey back.

        A time t becomes -t, and getting on becomes getting off.
        """
        order = np.lexsort((-np.arange(len(self.ride)), -self.departure, -self.arrival))
        to_stop = np.repeat(np.arange(self.stops, dtype=np.int32), np.diff(self.first_change))
        first, from_stop, seconds = _by_stop(self.change_from, to_stop, self.change_seconds, self.stops)
        return Network(
            -self.arrival[order],
            -self.departure[order],
            self.to_stop[order],
            self.from_stop[order],
            self.vehicle[order],
            self.ride[order],
            self.may_alight[order],
            self.may_board[order],
            first,
            from_stop,
            seconds,
            self.vehicles,
        )


def network_of(timetable: Timetable, changes: Changes, trips: np.ndarray | None = None) -> Network:
    """Return the network of a timetable. `trips` (bool, one a journey) says which may be used; None: all of them."""
    used = np.ones(len(timetable.trips), dtype=bool) if trips is None else trips
    vehicle, part = _vehicles(timetable)
    keep = np.flatnonzero(used[timetable.trip])
    if part.any():  # rides of one vehicle at one second stay in the order in which it makes them
        keys = (timetable.position, part[timetable.trip], vehicle[timetable.trip], timetable.arrival)
        keep = keep[np.lexsort([key[keep] for key in (*keys, timetable.departure)])]
    first, change_from, change_seconds = _by_stop(*_changes(timetable, changes), len(timetable.stops))
    return Network(
        timetable.departure[keep],
        timetable.arrival[keep],
        timetable.from_stop[keep],
        timetable.to_stop[keep],
        vehicle[timetable.trip[keep]],
        keep.astype(np.int32),
        timetable.may_board[keep],
        timetable.may_alight[keep],
        first,
        change_from,
        change_seconds,
        len(timetable.trips),
    )


def _vehicles(timetable: Timetable) -> tuple[np.ndarray, np.ndarray]:
    """Return the vehicle of each journey and which part of its way that is: one vehicle where passengers stay seated.

    A journey that goes on as two others, or comes from two, is left by itself.
    """
    number = np.arange(len(timetable.trips), dtype=np.int32)
    part = np.zeros_like(number)
    rows = timetable.transfers
    seated = rows[(rows["from_trip"] >= 0) & (rows["to_trip"] >= 0) & rows["allowed"] & (rows["seconds"] == 0)]
    seated = seated.drop_duplicates(["from_trip", "to_trip"])
    seated = seated[~seated["from_trip"].duplicated(keep=False) & ~seated["to_trip"].duplicated(keep=False)]
    before = dict(zip(seated["to_trip"], seated["from_trip"], strict=True))
    for trip in before:
        first, passed = trip, set()
        while first in before and first not in passed:
            passed.add(first)
            first = before[first]
        number[trip], part[trip] = first, len(passed)
    return number, part


def _changes(timetable: Timetable, rule: Changes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return to_stop, from_stop and seconds of every change: on foot, or as the timetable says."""
    stops = timetable.stops
    points = stops[["easting", "northing"]].to_numpy(dtype=float)
    near = cKDTree(points).query_pairs(rule.longest_walk * rule.metres_per_second, output_type="ndarray")
    same = np.arange(len(stops))
    pairs = np.concatenate([near, near[:, ::-1], np.column_stack([same, same]), _of_one_place(stops["place"])])
    metres = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    seconds = np.ceil(metres / rule.metres_per_second).astype(np.int64) + rule.margin
    walked = pd.DataFrame({"from_stop": pairs[:, 0], "to_stop": pairs[:, 1], "seconds": seconds, "allowed": True})
    given = timetable.transfers
    given = given[(given["from_trip"] < 0) & (given["to_trip"] < 0)][list(walked.columns)]
    table = pd.concat([walked, given]).drop_duplicates(["from_stop", "to_stop"], keep="last")
    table = table[table["allowed"].to_numpy(dtype=bool)].sort_values(["to_stop", "from_stop"])
    columns = [table["to_stop"], table["from_stop"], table["seconds"].clip(lower=LEAST_CHANGE)]
    to_stop, from_stop, seconds = (column.to_numpy(dtype=np.int32) for column in columns)
    return to_stop, from_stop, seconds


def _of_one_place(place: pd.Series) -> np.ndarray:
    """Return every pair of two stops of one place."""
    table = pd.DataFrame({"stop": np.arange(len(place)), "place": place.to_numpy()})
    table = table[table.duplicated("place", keep=False)]
    pairs = table.merge(table, on="place")
    return pairs.loc[pairs["stop_x"] != pairs["stop_y"], ["stop_x", "stop_y"]].to_numpy(dtype=np.int64)


def _by_stop(
    stop: np.ndarray, other: np.ndarray, seconds: np.ndarray, stops: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the rows of each stop start, and the rows in the order of the stops."""
    order = np.lexsort((seconds, other, stop))
    first = np.zeros(stops + 1, dtype=np.int32)
    np.cumsum(np.bincount(stop, minlength=stops), out=first[1:])
    return first, other[order], seconds[order]
