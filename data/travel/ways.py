"""Find the shortest way over land between places whose straight line crosses water.

Land is a net: one point on land in each block of 1 km, joined to those around it where the straight line between them
crosses no water that needs a bridge. Bridges, tunnels and causeways are joined in from the list of crossings. A way
along the net is up to about 3 %, and 1 km for its corners, longer than the shortest there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.travel.water import BLOCK, CELL_M, Water

if TYPE_CHECKING:
    from scipy.sparse import csr_array

STEPS = [(0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (2, -1), (1, -2)]  # blocks north and east to a neighbour
BLOCK_M = CELL_M * BLOCK
JOINED = 2  # blocks around its own to whose points a place is joined
AT_ONCE = 64  # starting points searched from in one go, for the memory


@dataclass(frozen=True, slots=True, eq=False)
class LandNet:
    """The points of the net and the links between them."""

    water: Water
    bridge_m: float  # water wider than this is crossed only where the list has a crossing
    points: np.ndarray  # easting and northing of each point
    point_of_block: np.ndarray  # by row and column of blocks; -1 where a block has no land
    graph: "csr_array"  # metres from point (row) to point (column), where a link joins them

    def lengths_km(self, starts: np.ndarray, ends: np.ndarray, most_km: float) -> np.ndarray:
        """Return the shortest way over land from each of `starts` to each of `ends`, in km; inf where there is none.

        Both are arrays of easting and northing, one row a place. Ways longer than `most_km` count as none.
        """
        most_m = most_km * 1000
        arrive, last_point, in_m = _by_place(*self._joined(ends))
        found = np.full((len(starts), len(ends)), np.inf)
        reached, firsts = np.unique(arrive, return_index=True)
        together = np.lexsort((starts // max(most_m, BLOCK_M)).T)  # those searched from in one go lie near each other
        for first in range(0, len(starts) if len(reached) else 0, AT_ONCE):
            some = together[first : first + AT_ONCE]
            metres = self._to_points(starts[some], last_point, most_m) + in_m
            found[np.ix_(some, reached)] = np.minimum.reduceat(metres, firsts, axis=1)
        found[found > most_m] = np.inf
        return found / 1000

    def _to_points(self, starts: np.ndarray, points: np.ndarray, most_m: float) -> np.ndarray:
        """Return the shortest way from each of `starts` to each of `points` (their numbers), in metres; inf beyond.

        It is looked for among the points that a way of `most_m` can pass. Nothing leads to a start: no way goes through
        another place that happens to be asked for.
        """
        from scipy.sparse import csr_array  # here, as whoever asks about no water has no need of it and starts sooner
        from scipy.sparse.csgraph import dijkstra

        low, high = starts.min(axis=0) - most_m - 1, starts.max(axis=0) + most_m + 1
        near = np.flatnonzero(((self.points >= low) & (self.points <= high)).all(axis=1))
        number = np.full(len(self.points), -1)
        number[near] = np.arange(len(near))
        inner = self.graph[near][:, near]
        leave, first_point, out_m = _by_place(*self._joined(starts))
        is_near = number[first_point] >= 0
        counts = np.bincount(leave[is_near], minlength=len(starts))
        size = len(near) + len(starts)
        graph = csr_array(
            (
                np.concatenate([inner.data, out_m[is_near]]),
                np.concatenate([inner.indices, number[first_point[is_near]]]),
                np.concatenate([inner.indptr, inner.nnz + np.cumsum(counts)]),
            ),
            shape=(size, size),
        )
        lengths = dijkstra(graph, indices=np.arange(len(near), size), limit=most_m)
        return np.where(number[points] >= 0, lengths[:, number[points]], np.inf)

    def _joined(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return links from places to the points of the net around them: place, point, metres."""
        rows, columns = self.point_of_block.shape
        column, row = ((places - (self.water.west_m, self.water.south_m)) // BLOCK_M).astype(int).T
        around = [(north, east) for north in range(-JOINED, JOINED + 1) for east in range(-JOINED, JOINED + 1)]
        place, point = [], []
        for north, east in around:
            inside = (row + north >= 0) & (row + north < rows) & (column + east >= 0) & (column + east < columns)
            here = np.flatnonzero(inside)
            there = self.point_of_block[row[here] + north, column[here] + east]
            place.append(here[there >= 0])
            point.append(there[there >= 0])
        places_, points_ = np.concatenate(place), np.concatenate(point)
        start, end = places[places_], self.points[points_]
        dry = self.water.widest_m(start, end) <= self.bridge_m
        return places_[dry], points_[dry], np.hypot(*(end - start)[dry].T)


def land_net(water: Water, crossings: Sequence[tuple[np.ndarray, np.ndarray]], bridge_m: float) -> LandNet:
    """Return the net of the land of a map, with crossings joined in, each a pair of ends (easting, northing)."""
    points, point_of_block = _points(water)
    rows, columns = point_of_block.shape
    parts = []
    for north, east in STEPS:
        here = point_of_block[: rows - north, max(0, -east) : columns - max(0, east)].ravel()
        there = point_of_block[north:, max(0, east) : columns + min(0, east)].ravel()
        both = (here >= 0) & (there >= 0)
        parts.append((here[both], there[both]))
    start, end = (np.concatenate(each) for each in zip(*parts, strict=True))
    dry = water.widest_m(points[start], points[end]) <= bridge_m
    start, end = start[dry], end[dry]
    net = LandNet(water, bridge_m, points, point_of_block, _graph(points, start, end))
    if crossings:
        ends = np.array([end for crossing in crossings for end in crossing], dtype=float)
        place, point, _ = net._joined(ends)
        first = len(points) + np.arange(0, len(ends), 2)
        points = np.concatenate([points, ends])
        start = np.concatenate([start, len(net.points) + place, first])
        end = np.concatenate([end, point, first + 1])
        net = LandNet(water, bridge_m, points, point_of_block, _graph(points, start, end))
    return net


def _graph(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> "csr_array":
    """Return the links between points as a matrix of metres, both ways round."""
    from scipy.sparse import coo_array

    metres = np.hypot(*(points[end] - points[start]).T)
    places = (np.concatenate([start, end]), np.concatenate([end, start]))
    return coo_array((np.concatenate([metres, metres]), places), shape=(len(points), len(points))).tocsr()


def _by_place(place: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return what `_joined` returns in the order of the places."""
    order = np.argsort(place, kind="stable")
    return tuple(each[order] for each in (place, *others))


def _points(water: Water) -> tuple[np.ndarray, np.ndarray]:
    """Return the land square nearest the middle of each block (easting, northing), and the number of each block's."""
    padded = np.pad(~water.is_water, [(0, -size % BLOCK) for size in water.is_water.shape])
    rows, columns = (size // BLOCK for size in padded.shape)
    squares = padded.reshape(rows, BLOCK, columns, BLOCK).transpose(0, 2, 1, 3).reshape(rows, columns, BLOCK * BLOCK)
    north, east = np.divmod(np.arange(BLOCK * BLOCK), BLOCK)
    middle = (BLOCK - 1) / 2
    from_middle = np.hypot(north - middle, east - middle)
    nearest = np.where(squares, from_middle, np.inf).argmin(axis=2)
    has_land = squares.any(axis=2)
    row, column = np.nonzero(has_land)
    square = nearest[row, column]
    points = np.column_stack(
        [
            water.west_m + (column * BLOCK + east[square] + 0.5) * CELL_M,
            water.south_m + (row * BLOCK + north[square] + 0.5) * CELL_M,
        ]
    )
    numbers = np.full((rows, columns), -1)
    numbers[row, column] = np.arange(len(points))
    return points, numbers
