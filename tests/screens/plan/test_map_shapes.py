"""What the browser is sent of a county is the county, to the width of a line."""

import base64
import itertools
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data import bundle, example
from screens.plan import map_shapes


@pytest.fixture(scope="module")
def county():
    return bundle.load(example.FOLDER)


def decoded(sent: dict) -> list[shapely.Geometry]:
    """Return the shape of each area in map units, decoded as screens/plan/map_shapes.js does."""
    numbers = {name: np.frombuffer(base64.b64decode(sent[name]), kind) for name, kind in DECODED.items()}
    points = np.cumsum(numbers["steps"].reshape(-1, 2).astype(int), axis=0)
    rings = np.split(points, np.cumsum(numbers["rings"])[:-1])
    shapes = [shapely.Polygon()] * len(sent["codes"])
    for ring, owner in zip(rings, numbers["owners"], strict=True):  # even-odd: a ring in a ring is a hole
        shapes[owner] = shapes[owner].symmetric_difference(shapely.Polygon(ring))
    return shapes


DECODED = {"steps": "<i2", "rings": "<u4", "owners": "<u4"}


def squares(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    index = pd.Index([f"A{place}" for place in range(len(shapes))], name="area_code")
    middles = [shape.centroid for shape in shapes]
    columns = {"area_name": index + " town", "district_code": "D1", "district_name": "Valley", "young_people": 1.0}
    columns |= {"easting_m": [middle.x for middle in middles], "northing_m": [middle.y for middle in middles]}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), index=index, crs=27700)


def bare(*points: tuple[float, float]) -> gpd.GeoDataFrame:
    """Return areas that have a point and no boundary, as a bundle built without boundaries has."""
    areas = squares(*[shapely.Point(point) for point in points])
    return areas.assign(easting_m=[x for x, _ in points], northing_m=[y for _, y in points])


def places(*rows: tuple[float, float, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["easting_m", "northing_m", "kind", "name"])


def test_every_area_keeps_its_size_and_place(county):
    sent = map_shapes.encode(county.areas, county.destinations)
    west, south, east, north = county.areas.total_bounds
    unit = max(east - west, north - south) / map_shapes.GRID
    for shape, true in zip(decoded(sent), county.areas.geometry, strict=True):
        x, y = shape.centroid.coords[0]
        assert shapely.distance(true.centroid, shapely.Point(west + x * unit, north - y * unit)) < 10 * unit
        assert shape.area * unit**2 == pytest.approx(true.area, rel=0.02)


def test_holes_and_separate_parts_survive():
    ring = shapely.box(0, 0, 9000, 9000).difference(shapely.box(3000, 3000, 6000, 6000))
    parts = shapely.MultiPolygon([shapely.box(3000, 3000, 6000, 6000), shapely.box(12000, 0, 15000, 3000)])
    first, second = decoded(map_shapes.encode(squares(ring, parts), places()))
    unit = 15000 / map_shapes.GRID
    assert first.area * unit**2 == pytest.approx(72e6, rel=0.01)
    assert second.area * unit**2 == pytest.approx(18e6, rel=0.01)


def test_destinations_far_outside_are_left_out():
    near, far = (9500.0, 100.0, "college", "Near"), (40000.0, 100.0, "college", "Far")
    sent = map_shapes.encode(squares(shapely.box(0, 0, 9000, 9000)), places(near, far))
    assert [place[3] for place in sent["places"]] == ["Near"]


def test_north_is_up():
    sent = map_shapes.encode(squares(shapely.box(0, 0, 9000, 9000)), places((0.0, 9000.0, "college", "Corner")))
    assert sent["places"] == [[0, 0, "college", "Corner"]]


def test_what_is_sent_is_json_and_small(county):
    assert len(json.dumps(map_shapes.encode(county.areas, county.destinations))) < 60_000


def test_the_areas_are_not_altered(county):
    before = county.areas.copy(deep=True)
    map_shapes.encode(county.areas, county.destinations)
    assert before.equals(county.areas)


def test_areas_without_boundaries_are_drawn_apart_from_one_another():
    shapes = decoded(map_shapes.encode(bare((0, 0), (400, 0), (9000, 9000)), places()))
    assert all(shape.area > 0 for shape in shapes)
    assert not any(one.intersects(other) for one, other in itertools.combinations(shapes, 2))


def test_one_area_without_a_boundary_is_drawn():
    (shape,) = decoded(map_shapes.encode(bare((500_000, 300_000)), places()))
    assert shape.area > 0


def test_areas_with_and_without_boundaries_stand_side_by_side():
    areas = pd.concat(
        [squares(shapely.box(0, 0, 9000, 9000)).assign(easting_m=4500, northing_m=4500), bare((12000, 0))]
    )
    square, disc = decoded(map_shapes.encode(areas, places()))
    assert square.area > disc.area > 0


def test_two_areas_at_the_same_point_are_still_drawn():
    sent = map_shapes.encode(bare((0, 0), (0, 0), (9000, 0)), places())
    assert len(set(np.frombuffer(base64.b64decode(sent["owners"]), "<u4"))) == 3


def test_an_area_without_any_shape_stands_at_its_centre():
    areas = bare((0, 0), (9000, 0))
    areas["geometry"] = None
    first, second = decoded(map_shapes.encode(areas.set_geometry("geometry", crs=27700), places()))
    assert first.centroid.x < second.centroid.x


def test_a_district_is_outlined_once_round_its_areas():
    areas = squares(*(shapely.box(x, 0, x + 3000, 3000) for x in (0, 3000, 6000)))
    areas["district_code"] = ["D1", "D1", "D2"]
    borders = map_shapes.encode(areas, places())["borders"]
    rings = np.frombuffer(base64.b64decode(borders["rings"]), "<u4")
    points = np.cumsum(np.frombuffer(base64.b64decode(borders["steps"]), "<i2").reshape(-1, 2).astype(int), axis=0)
    west, east = (shapely.Polygon(ring) for ring in np.split(points, np.cumsum(rings)[:-1]))
    assert west.area == pytest.approx(2 * east.area, rel=0.01)


def test_the_name_of_a_district_comes_before_a_larger_suburb_of_it_and_without_towns_districts_are_named():
    areas = squares(shapely.box(0, 0, 9000, 9000), shapely.box(9000, 0, 18000, 9000))
    rows = [("Suburb", "town", 13500.0, 4500.0, "A1"), ("Valley", "town", 0.0, 0.0, "A0")]
    towns = pd.DataFrame(rows, columns=["name", "kind", "easting_m", "northing_m", "area_code"])
    assert [label[2] for label in map_shapes.encode(areas, places(), towns)["labels"]] == ["Valley", "Suburb"]
    assert [label[2] for label in map_shapes.encode(areas, places())["labels"]] == ["Valley"]


def test_areas_whose_corners_do_not_meet_are_outlined_as_one_district():
    shapes = [shapely.box(0, 0, 3000, 3000), shapely.box(3000, 0, 6000, 1500), shapely.box(3000, 1500, 6000, 3000)]
    outline = map_shapes._union(np.array(shapes, dtype=object))
    assert outline.equals(shapely.box(0, 0, 6000, 3000))


def test_the_sea_is_where_the_water_is_and_steps_across_it_fit():
    areas = squares(shapely.box(0, 0, 9000, 9000))
    rows = [(south, 9000, 40_000) for south in range(-20_000, 30_000, 100)]
    water = pd.DataFrame(rows, columns=["south_m", "west_m", "east_m"])
    (sea,) = map_shapes._sea(water, tuple(areas.total_bounds))
    assert sea.contains(shapely.Point(11_000, 4500)) and not sea.contains(shapely.Point(4500, 4500))
    sent = map_shapes.encode(areas, places(), None, water)["sea"]
    points = np.cumsum(np.frombuffer(base64.b64decode(sent["steps"]), "<i2").reshape(-1, 2).astype(int), axis=0)
    assert points[:, 0].max() == pytest.approx(map_shapes.GRID * 1.45, rel=0.01)
    assert map_shapes.encode(areas, places())["sea"] == {"steps": "", "rings": ""}


def test_routes_are_drawn_from_stop_to_stop_once_for_both_ways_the_busiest_first(monkeypatch):
    areas = squares(shapely.box(0, 0, 9000, 9000))
    day = {"stops.easting": [0.0, 9000.0, 9000.0, np.nan, 90_000.0], "stops.northing": [9000.0, 9000.0, 0.0, 0.0, 0.0]}
    day |= {"from_stop": [1, 0, 2, 1, 1], "to_stop": [2, 1, 1, 3, 4]}
    routes = map_shapes.encode(areas, places(), timetable=pd.DataFrame([day]))["routes"]
    assert points(routes) == [(map_shapes.GRID, 0), (map_shapes.GRID, map_shapes.GRID), (0, 0), (map_shapes.GRID, 0)]
    monkeypatch.setattr(map_shapes, "MOST_ROUTES", 1)
    busiest = map_shapes.encode(areas, places(), timetable=pd.DataFrame([day]))["routes"]
    assert points(busiest) == points(routes)[:2]
    assert map_shapes.encode(areas, places())["routes"] == {"steps": "", "rings": ""}


def points(sent: dict[str, str]) -> list[tuple[int, int]]:
    """Return the points of lines in map units, decoded as screens/plan/map_shapes.js does."""
    steps = np.frombuffer(base64.b64decode(sent["steps"]), "<i2").reshape(-1, 2).astype(int)
    return [(int(x), int(y)) for x, y in np.cumsum(steps, axis=0)]
