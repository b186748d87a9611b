"""Measure the shortest line over land between places: straight where no wide water lies between, else the way round.

A straight line with more than `water_breaks_km` of water in one stretch is broken. Its way round is found on the net of
land, with the roads of crossings.toml; where there is none, the length is infinite: no road is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from data.figures import Figures
from data.travel.crossings import Ferry, all_crossings
from data.travel.water import Water, water_map
from data.travel.ways import LandNet, land_net

# How much longer a way along the net may be than the shortest there is: as a multiple, and km on top for its corners.
# Measured on 42,000 pairs over land in Cornwall 2 to 40 km apart: 99 of 100 are within 2.5 % or 0.3 km.
TOO_LONG, CORNERS_KM = 1.03, 1.0


def least_km(straight_km: pd.Series, land_km: pd.Series) -> pd.Series:
    """Return the least that the shortest line over land can be: no less than the straight line."""
    return np.maximum(straight_km, (land_km / TOO_LONG - CORNERS_KM).where(np.isfinite(land_km), 0))


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The land and water around a council, with the roads and ferries over the water."""

    water: Water
    net: LandNet
    ferries: tuple[Ferry, ...]
    breaks_m: float  # water wider than this breaks a straight line

    def broken(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return whether wide water breaks the straight line from each start to the end of the same row."""
        return self.water.widest_m(starts, ends) > self.breaks_m

    def over_land_km(self, starts: np.ndarray, ends: np.ndarray, most_km: float) -> np.ndarray:
        """Return the shortest line over land from each start to the end of the same row, in km.

        Places are easting and northing. inf: no way over land is known, or it is longer than `most_km`.
        """
        km = np.hypot(*(ends - starts).T) / 1000
        rows = np.flatnonzero(self.broken(starts, ends))
        if len(rows):
            some_starts, start = np.unique(starts[rows], axis=0, return_inverse=True)
            some_ends, end = np.unique(ends[rows], axis=0, return_inverse=True)
            ways = self.ways_km(some_starts, some_ends, most_km)
            km[rows] = np.maximum(ways[start, end], km[rows])
        return km

    def from_each_km(self, starts: np.ndarray, ends: np.ndarray, most_km: float) -> np.ndarray:
        """Return the shortest line over land from every start (rows) to every end (columns), in km; inf beyond."""
        km = np.hypot(*(ends[None, :] - starts[:, None]).transpose(2, 0, 1)) / 1000
        row, column = np.nonzero(km <= most_km)
        across = self.broken(starts[row], ends[column])
        km[km > most_km] = np.inf
        row, column = row[across], column[across]
        some, place = np.unique(column, return_inverse=True)
        if len(some):
            km[row, column] = np.maximum(self.ways_km(starts, ends[some], most_km)[row, place], km[row, column])
        return km

    def ways_km(self, starts: np.ndarray, ends: np.ndarray, most_km: float) -> np.ndarray:
        """Return the length of the way along the net from every start (rows) to every end (columns), in km."""
        if len(ends) < len(starts):  # the search runs from each of the first: take the fewer
            return self.net.lengths_km(ends, starts, most_km).T
        return self.net.lengths_km(starts, ends, most_km)


def ground(strips: pd.DataFrame | None, assumed: Figures) -> Ground | None:
    """Return the ground of a bundle's strips of water, None where water is not known in it."""
    if strips is None:
        return None
    columns = tuple(strips[name].to_numpy().tobytes() for name in ("south_m", "west_m", "east_m"))
    return _ground(columns, str(strips.dtypes["south_m"]), assumed["water_breaks_km"], assumed["water_bridged_km"])


@lru_cache(maxsize=2)  # making it takes a tenth of a second, and every plan of a county needs it again
def _ground(columns: Sequence[bytes], dtype: str, breaks_km: float, bridged_km: float) -> Ground:
    south, west, east = (np.frombuffer(column, dtype=dtype) for column in columns)
    water = water_map(pd.DataFrame({"south_m": south, "west_m": west, "east_m": east}))
    crossings = all_crossings()
    roads = [(np.array(road.ends[0]), np.array(road.ends[1])) for road in crossings.roads]
    net = land_net(water, roads, bridged_km * 1000)
    ferries = tuple(ferry for ferry in crossings.ferries if all(water.on_map(np.array([end]))[0] for end in ferry.ends))
    return Ground(water, net, ferries, breaks_km * 1000)
