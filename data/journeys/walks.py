"""Walks: from the centre of an area to the stops near it, from stops to a destination, and all the way."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data.scan import Walks
from data.timetables import Timetable
from data.travel import Ground
from data.travel.near import XY


def points_of(places: pd.DataFrame) -> np.ndarray:
    """Return easting and northing of each place in metres (areas, destinations)."""
    return places[XY].to_numpy(dtype=float)


def stop_points(stops: pd.DataFrame) -> np.ndarray:
    """Return easting and northing of each stop in metres."""
    return stops[["easting", "northing"]].to_numpy(dtype=float)


def walks(places: np.ndarray, stops: np.ndarray, speed: float, longest: int, ground: Ground | None = None) -> Walks:
    """Return the stops within a walk of each place; `speed` in metres a second of straight line, `longest` in seconds.

    Nobody walks over wide water where `ground` knows it.
    """
    near = cKDTree(stops).query_ball_point(places, longest * speed, return_sorted=True) if len(stops) else []
    place = np.repeat(np.arange(len(places)), [len(found) for found in near] if len(stops) else 0)
    stop = np.concatenate([*near, []]).astype(np.int32)
    if ground is not None and len(stop):
        dry = ~ground.broken(places[place], stops[stop])
        place, stop = place[dry], stop[dry]
    seconds = np.ceil(np.hypot(*(places[place] - stops[stop]).T) / speed).astype(np.int32)
    first = np.zeros(len(places) + 1, dtype=np.int32)
    np.cumsum(np.bincount(place, minlength=len(places)), out=first[1:])
    return Walks(first, stop, seconds)


def some(joined: Walks, places: np.ndarray) -> Walks:
    """Return the walks of some of the places, by their numbers."""
    counts = np.diff(joined.first)[places]
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    rows = np.repeat(joined.first[places] - first[:-1], counts) + np.arange(first[-1])
    return Walks(first, joined.stop[rows], joined.seconds[rows])


def served(timetable: Timetable, trips: np.ndarray) -> np.ndarray:
    """Return the places of the stops at which some of the journeys stop: `trips` is bool, one a journey."""
    rides = trips[timetable.trip]
    return stop_points(timetable.stops)[np.union1d(timetable.from_stop[rides], timetable.to_stop[rides])]


def covered(places: np.ndarray, stops: np.ndarray, within_km: float) -> np.ndarray:
    """Return whether there is a stop within so many km of each place."""
    if not len(stops):
        return np.zeros(len(places), dtype=bool)
    return cKDTree(stops).query(places, distance_upper_bound=within_km * 1000)[0] < np.inf
