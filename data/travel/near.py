"""Find the nearest destinations of each place: in a straight line, and over land where the water is known."""

import numpy as np
import pandas as pd

from data.travel.ground import Ground
from data.travel.remember import remembered

XY = ["easting_m", "northing_m"]
PAIR_COLUMNS = ["from_id", "to_id", "straight_km", "land_km"]


def nearest(
    places: pd.DataFrame, destinations: pd.DataFrame, k: int, within_km: float, ground: Ground | None = None
) -> pd.DataFrame:
    """Return the k nearest destinations of each place over land, nearest first.

    `places` and `destinations` have easting_m and northing_m (British National Grid). A place with none within
    `within_km` has no row. Columns: from_id, to_id, straight_km, land_km. Without `ground` the straight line counts as
    land. A destination across water to which no way over land is known has land_km inf; of those nearer in a straight
    line than the k, the nearest is given as a further row.
    """
    if places.empty or destinations.empty:
        return pd.DataFrame({"from_id": [], "to_id": [], "straight_km": [], "land_km": []}).astype(
            {"straight_km": float, "land_km": float}
        )
    start, end = places[XY].to_numpy(dtype=float), destinations[XY].to_numpy(dtype=float)
    if ground is None:
        row, found, km = _straight(start, end, k, within_km)
        land = km
    else:
        row, found, km, land = _nearest_over_land(start, end, k, within_km, ground)
    table = {
        "from_id": places.index.to_numpy()[row],
        "to_id": destinations.index.to_numpy()[found],
        "straight_km": km,
        "land_km": land,
    }
    return pd.DataFrame(table)


@remembered
def _nearest_over_land(
    start: np.ndarray, end: np.ndarray, k: int, within_km: float, ground: Ground
) -> tuple[np.ndarray, ...]:
    """Return place, destination, straight and land km of the k nearest over land, by place and nearest first."""
    row, found, km = _straight(start, end, k, within_km)
    wet = np.unique(row[ground.broken(start[row], end[found])])  # where water hides one of the k: look further
    dry = ~np.isin(row, wet)
    parts = [(row[dry], found[dry], km[dry], km[dry]), *_over_land(wet, start, end, k, within_km, ground)]
    row, found, km, land = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((found, km, land, row))
    return row[order], found[order], km[order], land[order]


def _straight(start: np.ndarray, end: np.ndarray, k: int, within_km: float) -> tuple[np.ndarray, ...]:
    """Return place, destination and km of the k nearest in a straight line, by place and nearest first."""
    k = min(k, len(end))
    from scipy.spatial import cKDTree  # here, as a check of one person has no need of it and starts sooner

    metres, found = cKDTree(end).query(start, k=range(1, k + 1), distance_upper_bound=within_km * 1000)
    row, column = np.nonzero(np.isfinite(metres))
    return row, found[row, column], metres[row, column] / 1000


def _over_land(
    wet: np.ndarray, start: np.ndarray, end: np.ndarray, k: int, within_km: float, ground: Ground
) -> list[tuple[np.ndarray, ...]]:
    """Return place, destination, straight and land km of the k nearest over land of the places `wet`.

    Looks at more and more of the nearest in a straight line, until none further away can be nearer over land.
    """
    parts: list[tuple[np.ndarray, ...]] = []
    looked_at = 4 * k
    while len(wet):
        row, found, km = _straight(start[wet], end, looked_at, within_km)
        land = ground.over_land_km(start[wet][row], end[found], within_km)
        order = np.lexsort((found, km, land, row))
        row, found, km, land = row[order], found[order], km[order], land[order]
        place = np.arange(len(wet))
        first = np.searchsorted(row, place)
        count = np.searchsorted(row, place, side="right") - first
        rank = np.arange(len(row)) - first[row]
        kept = (rank < k) & np.isfinite(land)
        furthest = np.full(len(wet), np.inf)  # land km of the k-th, inf where fewer were found
        furthest[row[kept & (rank == k - 1)]] = land[kept & (rank == k - 1)]
        furthest_seen = np.zeros(len(wet))
        np.maximum.at(furthest_seen, row, km)
        done = (furthest <= furthest_seen) | (count < min(looked_at, len(end))) | (looked_at >= len(end))
        kept |= _nearest_unreached(row, km, land, furthest)
        kept &= done[row]
        parts.append((wet[row[kept]], found[kept], km[kept], land[kept]))
        wet, looked_at = wet[~done], 4 * looked_at
    return parts


def _nearest_unreached(row: np.ndarray, km: np.ndarray, land: np.ndarray, furthest: np.ndarray) -> np.ndarray:
    """Mark the nearest destination without a way of each place, where it is nearer than the furthest of the k."""
    unreached = np.flatnonzero(np.isinf(land) & (km < furthest[row]))
    first = np.unique(row[unreached], return_index=True)[1]  # rows are ordered by km among those without a way
    marked = np.zeros(len(row), dtype=bool)
    marked[unreached[first]] = True
    return marked
