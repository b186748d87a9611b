"""Make up postcodes for the example county. No UK postcode begins with XM, so none can be taken for a real one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

SEED = 20171129  # apart from the county's own, so that its areas do not move when postcodes change
PER_AREA = 12
SECTORS = 9  # in a postcode district, numbered 1 to 9
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # of the last two places: Royal Mail leaves out C, I, K, M, O and V
TERMINATED = "201906"
ONE_IN = 40  # is terminated


def make(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a directory: index postcode; easting_m, northing_m, area_code, terminated (a month, or missing)."""
    draw = np.random.default_rng(SEED)
    rows: list[tuple] = []
    for number, (code, shape) in enumerate(areas.geometry.items()):
        district, sector = 1 + number // SECTORS, 1 + number % SECTORS
        for unit, point in enumerate(_points(shape, draw)):
            name = f"XM{district} {sector}{LETTERS[unit // len(LETTERS)]}{LETTERS[unit % len(LETTERS)]}"
            rows.append((name, round(point.x), round(point.y), code, TERMINATED if len(rows) % ONE_IN == 7 else None))
    table = pd.DataFrame(rows, columns=["postcode", "easting_m", "northing_m", "area_code", "terminated"])
    kinds = {"easting_m": "float64", "northing_m": "float64", "area_code": "string", "terminated": "string"}
    return table.astype(kinds).set_index("postcode").sort_index()


def _points(shape: shapely.Geometry, draw: np.random.Generator) -> list[shapely.Point]:
    """Return points in a shape, drawn until there are enough, in the middle half of its extent."""
    west, south, east, north = shape.bounds
    inner = shapely.set_precision(shape, 0).buffer(-5)
    middle = inner.representative_point()
    reach_m = max(east - west, north - south) / 4
    points: list[shapely.Point] = []
    while len(points) < PER_AREA:
        point = shapely.Point(
            draw.uniform(middle.x - reach_m, middle.x + reach_m), draw.uniform(middle.y - reach_m, middle.y + reach_m)
        )
        if inner.contains(point):
            points.append(point)
    return points
