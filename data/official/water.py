"""Draw where the water is around a council: what no area of the official boundaries covers.

The boundaries of England and Wales are clipped to the coast, so that the sea and wide estuaries lie in no area. Lakes
lie inside areas and are not known. The map is one of squares of 100 m, each water or land by its middle. It is kept as
strips: one row for each run of water squares from west to east. Scotland is in no boundary file of England and Wales;
north of its border nothing is taken for water.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from data.faults import Noted

CELL_M = 100  # finer than the super-generalised boundaries, whose corners lie some 200 m apart
MARGIN_M = 50_000  # around the council's areas: the furthest destination considered is 45 km away
# From the mouth of the Sark to Marshall Meadows Bay the border, and no shore, is the north end of the land in the file.
SCOTTISH_BORDER_EASTINGS_M = (332_000, 398_000)
SCOTTISH_BORDER_NORTHINGS_M = (562_000, 660_000)
OFF_LAND = 0.05  # where more destinations than this lie in no area, the boundaries are not those of the neighbours
COLUMNS = ["south_m", "west_m", "east_m"]


@dataclass(frozen=True, slots=True)
class WaterDrawn:
    """The strips of water around a council, None where they are not known, and what has to be said about them."""

    strips: pd.DataFrame | None  # south_m, west_m, east_m: a strip is CELL_M high
    warnings: tuple[str, ...]


def draw(shapes: np.ndarray, areas: pd.DataFrame, destinations: pd.DataFrame) -> WaterDrawn:
    """Draw the water within 50 km of `areas`; `shapes` are all loaded boundaries, not only the council's, in metres.

    `areas` and `destinations` have easting_m and northing_m. Boundaries that lack the neighbours' areas would make sea
    of them: where one destination in twenty lies in no area, nothing is drawn and a warning says what to load.
    """
    west, south = (areas[["easting_m", "northing_m"]].min().to_numpy() - MARGIN_M) // CELL_M * CELL_M
    east, north = areas[["easting_m", "northing_m"]].max().to_numpy() + MARGIN_M
    box = (west, south, east, north)
    bounds = shapely.bounds(shapes)
    near = (bounds[:, 0] < east) & (bounds[:, 2] > west) & (bounds[:, 1] < north) & (bounds[:, 3] > south)
    land = land_squares(shapes[near], box)
    warnings = []
    if _spread_north(land, box):
        told = (
            "Scotland is in no boundary file of England and Wales: a straight line across it counts as one over land, "
            "and its colleges and jobs are not known."
        )
        warnings.append(Noted(told, "scotland_beside"))
    if _off_land(land, box, destinations) > OFF_LAND:
        told = (
            "Water is not known: the boundaries that were loaded lack the areas around the council, so journeys "
            "are estimated straight across the sea. Load the boundaries of all of England and Wales."
        )
        return WaterDrawn(None, (Noted(told, "water_unknown"),))
    return WaterDrawn(_strips(~land, box), tuple(warnings))


def land_squares(shapes: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """Return which squares of `box` (west, south, east, north in metres) have their middle in one of the shapes.

    Rows run from south to north. Each edge that runs north or south switches land on or off for all squares to its
    east; with every ring turning the same way the switches add up to the number of shapes over a square.
    """
    west, south, east, north = box
    columns, rows = int(np.ceil((east - west) / CELL_M)), int(np.ceil((north - south) / CELL_M))
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shapes)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    places = (points - (west, south)) / CELL_M - 0.5  # in squares, counted from the middle of the first
    start, end = places[:-1][same], places[1:][same]
    first = np.clip(np.ceil(np.minimum(start[:, 1], end[:, 1])), 0, rows).astype(int)
    last = np.clip(np.ceil(np.maximum(start[:, 1], end[:, 1])), 0, rows).astype(int)
    times = last - first  # rows of middles that an edge crosses
    edge = np.repeat(np.arange(len(start)), times)
    row = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + first[edge]
    (x0, y0), (x1, y1) = start[edge].T, end[edge].T
    column = np.clip(np.ceil(x0 + (row - y0) / (y1 - y0) * (x1 - x0)), 0, columns).astype(int)
    switches = np.zeros((rows, columns + 1), dtype=np.int32)
    np.add.at(switches, (row, column), np.where(y1 > y0, -1, 1))
    return np.cumsum(switches, axis=1)[:, :-1] > 0


def _spread_north(land: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    """Mark as land what lies north of the land of the file along the Scottish border; say whether there is any."""
    west, south, *_ = box
    start, stop = (int(np.clip((m - west) // CELL_M, 0, land.shape[1])) for m in SCOTTISH_BORDER_EASTINGS_M)
    low, high = (int(np.clip((m - south) // CELL_M, 0, land.shape[0])) for m in SCOTTISH_BORDER_NORTHINGS_M)
    part = land[low:, start:stop]
    if low == high or not part.any():
        return False
    last = part.shape[0] - 1 - np.argmax(part[::-1], axis=0)  # the northernmost land of each column
    last[~part.any(axis=0)] = part.shape[0]
    part |= np.arange(part.shape[0])[:, None] > last
    return True


def _off_land(land: np.ndarray, box: tuple[float, float, float, float], places: pd.DataFrame) -> float:
    """Return the share of the places with no land within 500 m to the north, east, south and west."""
    if places.empty:
        return 0.0
    column, row = (
        ((places[name].to_numpy() - edge) // CELL_M).astype(int)
        for name, edge in (("easting_m", box[0]), ("northing_m", box[1]))
    )
    inside = (row >= 0) & (row < land.shape[0]) & (column >= 0) & (column < land.shape[1])
    row, column = row[inside], column[inside]
    dry = np.zeros(len(row), dtype=bool)
    for away in range(-5, 6):
        dry |= land[row, np.clip(column + away, 0, land.shape[1] - 1)]
        dry |= land[np.clip(row + away, 0, land.shape[0] - 1), column]
    return float(1 - dry.mean()) if len(dry) else 0.0


def _strips(water: np.ndarray, box: tuple[float, float, float, float]) -> pd.DataFrame:
    """Return each run of water squares from west to east as a row."""
    edges = np.diff(np.pad(water, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (row, first), (_, after) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    west, south, *_ = box
    table = {"south_m": south + row * CELL_M, "west_m": west + first * CELL_M, "east_m": west + after * CELL_M}
    return pd.DataFrame(table).astype("int32")
