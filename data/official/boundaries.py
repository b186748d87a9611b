"""Read the boundary and the centre of each area, in British National Grid metres.

Whether a file is in WGS84 degrees or National Grid metres is judged by its coordinates, because files state it wrongly
or not at all. Coordinates outside England and Wales are refused.
"""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from data.faults import Fault, InputError
from data.official import cells
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

GRID = "EPSG:27700"
# England and Wales with some sea: metres of the National Grid, degrees of WGS84.
GRID_BOX = (0, 0, 700_000, 700_000)
DEGREES_BOX = (-7.6, 49.0, 2.9, 56.5)
AROUND = {
    "metres": 60_000.0,
    "degrees": 1.0,
}  # how far from the council's areas shapes are kept to know land from water
DECIMALS = 1  # 10 cm: finer digits of a super-generalised boundary mean nothing and differ between machines

# Ordnance Survey's seven-parameter transformation (EPSG:1314), good to about 3 m anywhere in Great Britain ("A guide to
# coordinate systems in Great Britain", section 6.6). Written out so that a machine with finer grid files installed gets
# the same bundle as one without.
_TO_GRID = Transformer.from_pipeline(
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
    "+step +proj=helmert +x=-446.448 +y=125.157 +z=-542.06 +rx=-0.15 +ry=-0.247 +rz=-0.842 +s=20.489 "
    "+convention=position_vector +step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)


def to_grid(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return easting and northing in metres for WGS84 degrees, good to about 3 m."""
    return _TO_GRID.transform(np.asarray(longitude, dtype="float64"), np.asarray(latitude, dtype="float64"))


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The boundaries of the council's areas, and those of every area around them."""

    source: OfficialTable
    shapes: gpd.GeoSeries  # index area_code; the council's
    around: np.ndarray  # shapes within AROUND of the council's, these too


@dataclass(frozen=True, slots=True)
class Centres:
    """A point for each area."""

    source: OfficialTable
    table: pd.DataFrame  # index area_code; easting_m, northing_m
    note: str


def _to_grid_rule(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray] | None:
    """Return what turns coordinates like these into grid metres, or None where they are neither degrees nor metres."""
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    if len(x) and _inside(x, y, GRID_BOX) and (x.max() > 180 or y.max() > 90):
        return lambda points: np.round(points, DECIMALS)
    if len(x) and _inside(x, y, DEGREES_BOX):
        return lambda points: np.round(np.column_stack(to_grid(points[:, 0], points[:, 1])), DECIMALS)
    return None


def _inside(x: np.ndarray, y: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    return bool(x.min() >= box[0] and y.min() >= box[1] and x.max() <= box[2] and y.max() <= box[3])


def _nonsense(source: OfficialTable, x: np.ndarray, y: np.ndarray) -> InputError:
    swapped = len(x) and _inside(y[np.isfinite(y)], x[np.isfinite(x)], DEGREES_BOX)
    hint = " Latitude and longitude are swapped." if swapped else ""
    return InputError(
        source.file,
        [
            f"its coordinates ({np.nanmin(x):g} to {np.nanmax(x):g}, {np.nanmin(y):g} to {np.nanmax(y):g}) are neither "
            f"National Grid metres nor WGS84 degrees in England and Wales.{hint} Load {source.known.where_to_get()}."
        ],
    )


# --- Centres -------------------------------------------------------------------------------------------------------


def read_centres(recognised: Recognised, faults: list[Fault]) -> list[Centres]:
    """Return the loaded centres, population-weighted centroids before plain centres. Adds to `faults`."""
    notes = {"centroids": "population-weighted centroid", "centres": "a point in the area, not weighted"}
    tables = read_each(recognised.read_by(*notes), read_points, faults)
    centres = [Centres(source, table, notes[source.known.reads]) for source, table in tables]
    return sorted(centres, key=lambda c: (c.source.known.reads != "centroids", -len(c.table)))


def read_points(source: OfficialTable) -> pd.DataFrame:
    """Read points by area into easting_m and northing_m. Raises InputError for coordinates that make no sense."""
    if source.layout.form == "shapes":
        table = read(source, {"area_code": "lsoa21cd"})
        points = gpd.GeoSeries(table["geometry"])
        x, y = points.x.to_numpy(), points.y.to_numpy()
    else:
        table, x, y = _table_points(source)
    rule = _to_grid_rule(x, y)
    if rule is None:
        raise _nonsense(source, x, y)
    grid = rule(np.column_stack([x, y]))
    codes = pd.Index(cells.text(table["area_code"]), name="area_code")
    result = pd.DataFrame({"easting_m": grid[:, 0], "northing_m": grid[:, 1]}, index=codes).dropna()
    return result[~result.index.duplicated() & result.index.notna()].sort_index()


def _table_points(source: OfficialTable) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Read the first pair of coordinate columns there is: National Grid before degrees, which need a conversion."""
    pairs = [("bng_e", "bng_n"), ("easting*", "northing*"), ("x", "y"), ("longitude|long|lon", "latitude|lat")]
    x_name, y_name = next(pair for pair in pairs if all(source.has(name) for name in pair))
    table = read(source, {"area_code": "lsoa21cd|lsoa*code", "x": x_name, "y": y_name})
    with faults_in(source) as faults:
        x, y = (cells.numbers(table[name], title, faults) for name, title in (("x", x_name), ("y", y_name)))
    return table, x.to_numpy(), y.to_numpy()


# --- Boundaries ----------------------------------------------------------------------------------------------------


def read_boundaries(source: OfficialTable, areas: pd.Index) -> Boundaries:
    """Return the boundaries of the named areas in grid metres, mended where they cross themselves, and those around.

    Raises InputError for a damaged file and for coordinates that make no sense.
    """
    table = read(source, {"area_code": "lsoa21cd"})
    table = table.assign(area_code=cells.text(table["area_code"])).dropna(subset=["geometry"])
    every = table["geometry"].to_numpy()
    table = table[table["area_code"].isin(areas).to_numpy()]
    shapes = table["geometry"].to_numpy()
    if not len(shapes):
        return Boundaries(source, gpd.GeoSeries([], index=pd.Index([], name="area_code"), crs=GRID), every[:0])
    west, south, east, north = shapely.total_bounds(shapes)
    x, y = np.array([west, east]), np.array([south, north])
    rule = _to_grid_rule(x, y)
    if rule is None:
        raise _nonsense(source, x, y)
    moved = shapely.transform(shapely.force_2d(shapes), rule)
    moved = np.where(shapely.is_valid(moved), moved, shapely.make_valid(moved))
    series = gpd.GeoSeries(moved, index=pd.Index(table["area_code"], name="area_code"), crs=GRID)
    margin = AROUND["metres" if east > 180 or north > 90 else "degrees"]
    bounds = shapely.bounds(every)
    near = (bounds[:, 0] < east + margin) & (bounds[:, 2] > west - margin)
    near &= (bounds[:, 1] < north + margin) & (bounds[:, 3] > south - margin)
    around = shapely.transform(shapely.force_2d(every[near]), rule)
    return Boundaries(source, series[~series.index.duplicated()].sort_index(), around)


def best_boundaries(recognised: Recognised, areas: pd.Index, faults: list[Fault]) -> Boundaries | None:
    """Return the boundaries that cover most of the areas, or None where none are loaded.

    Among those that cover as many, the most generalised: they are for a map, and a county of BGC is ten times as heavy.
    """
    loaded = read_each(recognised.read_by("boundaries"), lambda source: read_boundaries(source, areas), faults)
    covering = [found for _, found in loaded if len(found.shapes)]
    return max(
        covering,
        key=lambda found: (len(found.shapes), -shapely.count_coordinates(found.shapes.to_numpy())),
        default=None,
    )


def locate(
    centres: list[Centres], found: Boundaries | None, areas: pd.Index
) -> tuple[pd.DataFrame, list[tuple[OfficialTable, str, int]]]:
    """Give every area the best point there is: weighted centroid, else centre, else a point inside its boundary.

    Returns easting_m and northing_m by area (missing where nothing is known), and the source, note and number of areas
    of each table that was used.
    """
    tables = list(centres)
    if found is not None:
        inside = found.shapes.representative_point()
        points = pd.DataFrame({"easting_m": inside.x.round(DECIMALS), "northing_m": inside.y.round(DECIMALS)})
        tables.append(Centres(found.source, points, "a point inside the boundary"))
    located = pd.DataFrame(index=areas, columns=["easting_m", "northing_m"], dtype="float64")
    used = []
    for centre in tables:
        waiting = located.index[located["easting_m"].isna()].intersection(centre.table.index)
        if len(waiting):
            located.loc[waiting] = centre.table.loc[waiting]
            used.append((centre.source, centre.note, len(waiting)))
    return located, used
