"""Encode a county's areas in few bytes for the browser: simplified together, on a grid of whole numbers, as steps.

The browser receives them once for a county; each new plan then sends one character an area.
"""

import base64

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

GRID = 16_384  # units across the longer side: 4 m for a county, 40 m for England; differences fit 16 bits
MARGIN_M = 5_000  # how far outside the areas a destination is still drawn
TOLERANCE = 3.0  # units; a side of the map has about 1,000 pixels, so this shows when enlarged five times
LARGEST_DISC_M = 1_500  # of an area without a boundary; smaller where its neighbours are near
ROOM = 0.45  # of the way to the next centre: discs of neighbours do not touch


def encode(areas: gpd.GeoDataFrame, destinations: pd.DataFrame) -> dict:
    """Return the shapes, names and destinations of a county for map.js.

    `areas`: index area_code, area_name and polygons in metres; one that has no boundary is drawn as a disc at its
    point. `destinations`: DESTINATION_COLUMNS. The dict is JSON:
    `width` and `height` of the map in units, `steps` (base64 of little-endian int16 pairs: the first point of a ring
    from the last point before it, then from point to point), `rings` and `owners` (base64 uint32: points a ring and
    its area's place), `names`, `codes`, and `places` [[x, y, kind, name], …].
    """
    outlines = _outlines(areas)
    west, south, east, north = shapely.total_bounds(outlines)
    unit = max(east - west, north - south) / GRID
    shapes = shapely.coverage_simplify(outlines, TOLERANCE * unit)
    points, rings, owners = _rings(shapes)
    grid = _on_grid(points, west, north, unit)
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=grid.dtype))
    destinations = _near(destinations, outlines)
    places = _on_grid(destinations[["easting_m", "northing_m"]].to_numpy(), west, north, unit)
    return {
        "width": round((east - west) / unit),
        "height": round((north - south) / unit),
        "steps": _base64(steps, "<i2"),
        "rings": _base64(rings, "<u4"),
        "owners": _base64(owners, "<u4"),
        "codes": areas.index.astype(str).tolist(),
        "names": areas["area_name"].astype(str).tolist(),
        "places": [
            [int(x), int(y), kind, name]
            for (x, y), kind, name in zip(
                places.tolist(), destinations["kind"].tolist(), destinations["name"].astype(str).tolist(), strict=True
            )
        ],
    }


def _outlines(areas: gpd.GeoDataFrame) -> np.ndarray:
    """Return the polygons of areas, with an octagon around the point of those that have no boundary."""
    shapes = areas.geometry.to_numpy().copy()
    bare = shapely.get_dimensions(shapes) < 2  # points; -1 where there is no shape at all
    if not bare.any():
        return shapes
    middles = shapely.get_coordinates(shapely.centroid(shapes[~bare]))
    points = areas.loc[bare, ["easting_m", "northing_m"]].to_numpy(dtype=float)
    gap, _ = cKDTree(np.vstack([points, middles])).query(points, k=2)  # the nearest is the point itself
    radius = np.minimum(ROOM * gap[:, 1], LARGEST_DISC_M).clip(min=1)
    shapes[bare] = shapely.buffer(shapely.points(points), radius, quad_segs=2)
    return shapes


def _near(destinations: pd.DataFrame, outlines: np.ndarray) -> pd.DataFrame:
    points = shapely.points(destinations[["easting_m", "northing_m"]].to_numpy(dtype=float))
    inside = shapely.STRtree(outlines).query(points, predicate="dwithin", distance=MARGIN_M)[0]
    return destinations.iloc[np.unique(inside)]


def _rings(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all points of all rings, the number of points a ring, and the place of the area that owns each ring."""
    parts, owner_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    return shapely.get_coordinates(rings), shapely.get_num_coordinates(rings), owner_of_part[part_of_ring]


def _on_grid(points: np.ndarray, west: float, north: float, unit: float) -> np.ndarray:
    """Return points as whole units east of the west edge and south of the north edge."""
    return np.round((points - (west, north)) / (unit, -unit)).astype(np.int64)


def _base64(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode("ascii")
