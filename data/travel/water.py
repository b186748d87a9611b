"""Tell which straight lines cross water, on a map of squares that a bundle carries as strips of water."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

CELL_M = 100  # the height of a strip, and the side of a square
BLOCK = 10  # squares along the side of a block, which is looked at first
AT_ONCE = 2_000_000  # points looked at in one go, for the memory


@dataclass(frozen=True, slots=True, eq=False)
class Water:
    """Which squares of 100 m are water. Outside the map nothing is."""

    is_water: np.ndarray  # rows from south to north, columns from west to east
    west_m: float
    south_m: float
    wet_blocks: np.ndarray  # the number of blocks of 1 km with water to the south and west of each corner of blocks

    def widest_m(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return the longest stretch of water on each straight line, in metres.

        `start` and `end` are arrays of easting and northing, one row a line. A stretch is counted in steps of at most
        100 m, so it is known to about 100 m.
        """
        widest = np.zeros(len(start))
        doubtful = np.flatnonzero(self._near_water(start, end))
        points = np.ceil(np.hypot(*(end - start)[doubtful].T) / CELL_M).astype(int) + 1
        parts = np.cumsum(points) // AT_ONCE
        for part in np.unique(parts):
            lines = doubtful[parts == part]
            widest[lines] = self._along(start[lines], end[lines], points[parts == part])
        return widest

    def _along(self, start: np.ndarray, end: np.ndarray, points: np.ndarray) -> np.ndarray:
        line = np.repeat(np.arange(len(start)), points)
        firsts = np.cumsum(points) - points
        share = (np.arange(len(line)) - firsts[line]) / np.maximum(points - 1, 1)[line]
        along = end - start
        easting, northing = (start[line, axis] + share * along[line, axis] for axis in (0, 1))
        wet = self._wet(easting, northing)
        place = np.arange(len(line))
        before = np.where(wet, -1, place)  # the last dry point so far; none is before the first point of a line
        before[firsts] = np.where(wet[firsts], firsts - 1, firsts)
        run = place - np.maximum.accumulate(before)
        step = np.hypot(*along.T) / np.maximum(points - 1, 1)
        return np.maximum.reduceat(run, firsts) * step

    def on_map(self, places: np.ndarray) -> np.ndarray:
        """Return whether each place (easting, northing) lies on the map."""
        return self._squares(*places.T)[2]

    def at(self, places: np.ndarray) -> np.ndarray:
        """Return whether each place (easting, northing) lies in water."""
        return self._wet(*places.T)

    def _wet(self, easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
        row, column, inside = self._squares(easting, northing)
        wet = np.zeros(len(easting), dtype=bool)
        wet[inside] = self.is_water[row[inside], column[inside]]
        return wet

    def _squares(self, easting: np.ndarray, northing: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the row and column of the square of each place, and whether it is on the map."""
        row = ((northing - self.south_m) // CELL_M).astype(int)
        column = ((easting - self.west_m) // CELL_M).astype(int)
        rows, columns = self.is_water.shape
        return row, column, (row >= 0) & (row < rows) & (column >= 0) & (column < columns)

    def _near_water(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Return whether there is water in any block between the ends of each line: only then is it worth a look."""
        size = CELL_M * BLOCK
        limits = np.array(self.wet_blocks.shape)[::-1] - 1
        low = np.clip((np.minimum(start, end) - (self.west_m, self.south_m)) // size, 0, limits).astype(int)
        high = np.clip((np.maximum(start, end) - (self.west_m, self.south_m)) // size + 1, 0, limits).astype(int)
        count = self.wet_blocks
        return (
            count[high[:, 1], high[:, 0]]
            - count[low[:, 1], high[:, 0]]
            - count[high[:, 1], low[:, 0]]
            + count[low[:, 1], low[:, 0]]
        ) > 0


def water_map(strips: pd.DataFrame) -> Water:
    """Return the map of a bundle's strips of water: south_m, west_m and east_m of runs of squares."""
    if strips.empty:
        return Water(np.zeros((1, 1), dtype=bool), 0.0, 0.0, np.zeros((2, 2), dtype=int))
    west, south = strips["west_m"].min(), strips["south_m"].min()
    row = ((strips["south_m"] - south) // CELL_M).to_numpy()
    first, after = (((strips[name] - west) // CELL_M).to_numpy() for name in ("west_m", "east_m"))
    switches = np.zeros((row.max() + 1, after.max() + 1), dtype=np.int8)
    np.add.at(switches, (row, first), 1)
    np.add.at(switches, (row, after), -1)
    is_water = np.cumsum(switches, axis=1, dtype=np.int8)[:, :-1].astype(bool)
    rows, columns = (-size % BLOCK for size in is_water.shape)
    padded = np.pad(is_water, ((0, rows), (0, columns)))
    shape = (padded.shape[0] // BLOCK, BLOCK, padded.shape[1] // BLOCK, BLOCK)
    wet = padded.reshape(shape).any(axis=(1, 3))
    counted = np.pad(np.cumsum(np.cumsum(wet, axis=0), axis=1), ((1, 0), (1, 0)))
    return Water(is_water, float(west), float(south), counted)
