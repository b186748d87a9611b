"""Encode a county's areas in few bytes for the browser: simplified together, on a grid of whole numbers, as steps.

The browser receives them once for a county; each new plan then sends one character an area.
"""

import base64

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from budget.planning import called
from data.timetables import stored

GRID = 16_384  # units across the longer side: 4 m for a county, 40 m for England; differences fit 16 bits
MARGIN_M = 5_000  # how far outside the areas a destination is still drawn
TOLERANCE = 3.0  # units; a side of the map has about 1,000 pixels, so this shows when enlarged five times
LARGEST_DISC_M = 1_500  # of an area without a boundary; smaller where its neighbours are near
STRIP_M = 100  # the height of a strip of water in a bundle
SEA_LINES = 250  # of strips, from the south of a county to its north
AROUND = 0.45  # of the longer side, of sea and routes: steps from one end to the other still fit 16 bits
MOST_ROUTES = 20_000  # ways between stops, the busiest; as many bytes again as the areas of a large county
ROOM = 0.45  # of the way to the next centre: discs of neighbours do not touch


def encode(
    areas: gpd.GeoDataFrame,
    destinations: pd.DataFrame,
    towns: pd.DataFrame | None = None,
    water: pd.DataFrame | None = None,
    timetable: pd.DataFrame | None = None,
) -> dict:
    """Return the shapes, names and destinations of a county for map.js.

    `areas`: index area_code, area_name and polygons in metres; one that has no boundary is drawn as a disc at its
    point. `destinations`: DESTINATION_COLUMNS. `towns`: NAME_COLUMNS of the towns; without them districts are named.
    `water`: the strips of `data.official.water`; without them no sea is drawn. `timetable`: of
    `data.timetables.stored`; without it no route is. The dict is JSON:
    `width` and `height` of the map in units, `steps` (base64 of little-endian int16 pairs: the first point of a ring
    from the last point before it, then from point to point), `rings` and `owners` (base64 uint32: points a ring and
    its area's place), `names`, `codes`, `places` [[x, y, kind, name], …], `borders`, `sea` and `routes` (`steps` and
    `rings` of the districts, of the sea, and of straight lines from stop to stop), and `labels` [[x, y, name], …],
    those to write first on top.
    """
    outlines = _outlines(areas)
    west, south, east, north = shapely.total_bounds(outlines)
    unit = max(east - west, north - south) / GRID
    shapes = shapely.coverage_simplify(outlines, TOLERANCE * unit)
    points, rings, owners = _rings(shapes)
    box = (west, south, east, north)
    lines = {"borders": _districts(shapes, areas), "sea": _sea(water, box), "routes": _routes(timetable, box)}
    labels = called.labels(areas, towns)
    destinations = _near(destinations, outlines)
    places = _on_grid(destinations[["easting_m", "northing_m"]].to_numpy(), west, north, unit)
    return {
        "width": round((east - west) / unit),
        "height": round((north - south) / unit),
        "steps": _steps(points, west, north, unit),
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
        **{name: _outline(shapes, west, north, unit) for name, shapes in lines.items()},
        "labels": [
            [int(x), int(y), name]
            for (x, y), name in zip(
                _on_grid(labels[["easting_m", "northing_m"]].to_numpy(), west, north, unit).tolist(),
                labels["name"].astype(str).tolist(),
                strict=True,
            )
        ],
    }


def _outline(shapes: np.ndarray, west: float, north: float, unit: float) -> dict[str, str]:
    is_line = bool(len(shapes)) and shapely.get_dimensions(shapes[0]) == 1
    points, rings = _rings(shapes)[:2] if not is_line else _lines(shapes)
    return {"steps": _steps(points, west, north, unit), "rings": _base64(rings, "<u4")}


def _sea(water: pd.DataFrame | None, box: tuple[float, float, float, float]) -> np.ndarray:
    """Return the wide water in and around a box, coarsely: every so many strips, each as high as those left out."""
    if water is None or water.empty:
        return np.array([], dtype=object)
    west, south, east, north = box
    around = max(east - west, north - south) * AROUND
    every = int(np.ceil((north - south) / (STRIP_M * SEA_LINES))) or 1
    high = every * STRIP_M
    rows = water[(water["south_m"] // STRIP_M) % every == 0]
    left, right = rows["west_m"].clip(lower=west - around), rows["east_m"].clip(upper=east + around)
    is_near = rows["south_m"].between(south - around, north + around) & (right - left >= 2 * high)
    strips = shapely.box(
        left[is_near], rows.loc[is_near, "south_m"], right[is_near], rows.loc[is_near, "south_m"] + high
    )
    whole = shapely.union_all(strips, grid_size=1).buffer(high / 2, join_style="mitre").simplify(high)
    return np.array([shapely.clip_by_rect(whole, west - around, south - around, east + around, north + around)])


def _routes(timetable: pd.DataFrame | None, box: tuple[float, float, float, float]) -> np.ndarray:
    """Return the ways between stops in and around a box as straight lines, at most MOST_ROUTES, the busiest."""
    if timetable is None:
        return np.array([], dtype=object)
    ways = stored.rides(timetable)[list(stored.WAYS)].to_numpy(dtype="float64").reshape(-1, 2, 2)
    west, south, east, north = box
    around = max(east - west, north - south) * AROUND
    least, most = np.array([west, south]) - around, np.array([east, north]) + around
    is_near = ((ways >= least) & (ways <= most)).all(axis=(1, 2))
    return shapely.linestrings(ways[is_near][:MOST_ROUTES])


def _lines(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all points of lines, and the number of points a line."""
    return shapely.get_coordinates(lines), shapely.get_num_coordinates(lines)


def _districts(shapes: np.ndarray, areas: gpd.GeoDataFrame) -> np.ndarray:
    """Return the outline of each district whose areas all have boundaries, made of the same simplified lines."""
    if areas["district_code"].nunique() < 2:
        return np.array([], dtype=object)
    has_boundary = shapely.get_dimensions(areas.geometry.to_numpy()) == 2
    parts = pd.Series(shapes, index=areas.index)[has_boundary].groupby(areas["district_code"][has_boundary])
    return np.array([_union(part.to_numpy()) for _, part in parts], dtype=object)


def _union(parts: np.ndarray) -> shapely.Geometry:
    """Return the outline around areas, also where published boundaries of neighbours do not meet to the point."""
    try:
        return shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(parts))


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


def _steps(points: np.ndarray, west: float, north: float, unit: float) -> str:
    """Return points on the grid, each as the way from the one before, as base64 of 16-bit numbers."""
    grid = _on_grid(points, west, north, unit)
    return _base64(np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=grid.dtype)), "<i2")


def _base64(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode("ascii")
