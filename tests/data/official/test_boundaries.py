"""Where areas are: degrees and metres told apart by their values, nonsense refused."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.faults import InputError
from data.official import boundaries as b
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata

CENTRES = ["LSOACode", "LSOAName", "Latitude", "Longitude"]


def points(folder):
    return b.read_points(recognise(folder).found[0])


def test_the_transformation_is_ordnance_surveys():
    # Caister water tower, "A guide to coordinate systems in Great Britain", annexe C: OSTN15 gives E 651409.903,
    # N 313177.270; the seven parameters come within their stated accuracy of it.
    easting, northing = b.to_grid([1.716073973], [52.658007833])
    assert abs(easting[0] - 651409.903) < 5 and abs(northing[0] - 313177.270) < 5


def test_degrees_and_metres_are_told_apart_by_their_values(tmp_path):
    (tmp_path / "degrees").mkdir()
    (tmp_path / "degrees" / "x").write_text(made.csv_text(CENTRES, [["E01900001", "x", 52.658007833, 1.716073973]]))
    assert points(tmp_path / "degrees")["easting_m"].iloc[0] == pytest.approx(651410, abs=5)
    (tmp_path / "metres").mkdir()
    (tmp_path / "metres" / "x").write_text(made.centroids())
    assert points(tmp_path / "metres").loc["E01900001"].tolist() == [500000.0, 350000.0]


def test_columns_called_x_and_y_may_hold_degrees(tmp_path):
    (tmp_path / "x").write_text(
        made.csv_text(["LSOA21CD", "GlobalID", "x", "y"], [["E01900001", "{1}", 1.716073973, 52.658007833]])
    )
    assert points(tmp_path)["northing_m"].iloc[0] == pytest.approx(313177, abs=5)


def test_swapped_latitude_and_longitude_are_refused_and_said_so(tmp_path):
    (tmp_path / "x").write_text(made.csv_text(CENTRES, [["E01900001", "x", -0.5, 53.0]]))
    with pytest.raises(InputError, match="Latitude and longitude are swapped"):
        points(tmp_path)


@pytest.mark.parametrize("pair", [(-1.2e6, 7e6), (0.0, 0.0), (139.7, 35.7)])
def test_coordinates_of_elsewhere_are_refused(tmp_path, pair):
    (tmp_path / "x").write_text(made.csv_text(["LSOA21CD", "GlobalID", "x", "y"], [["E01900001", "{1}", *pair]]))
    with pytest.raises(InputError, match="neither National Grid metres nor WGS84 degrees"):
        points(tmp_path)


def test_words_for_coordinates_are_refused(tmp_path):
    (tmp_path / "x").write_text(made.csv_text(CENTRES, [["E01900001", "x", "north", 1.7]]))
    with pytest.raises(InputError, match="'north' is not a number"):
        points(tmp_path)


def test_boundaries_in_degrees_and_in_metres_land_in_the_same_place(tmp_path):
    metres = gpd.read_file(_write(tmp_path / "m", made.boundaries()))
    degrees = metres.to_crs(4326)
    (tmp_path / "d").mkdir()
    degrees.to_file(tmp_path / "d" / "x.geojson", driver="GeoJSON")
    areas = pd.Index(made.AREAS)
    one = b.read_boundaries(recognise(tmp_path / "m").found[0], areas).shapes
    two = b.read_boundaries(recognise(tmp_path / "d").found[0], areas).shapes
    assert one.crs == two.crs == b.GRID
    assert (one.centroid.distance(two.centroid) < 5).all()
    assert one["E01900001"].area == pytest.approx(4e6)


def _write(folder, text):
    folder.mkdir()
    (folder / "x.json").write_text(text)
    return folder / "x.json"


def test_metres_in_a_file_that_says_nothing_or_says_wrong_are_metres(tmp_path):
    raw = json.loads(made.boundaries())
    del raw["crs"]  # a GeoJSON that says nothing claims WGS84
    _write(tmp_path / "m", json.dumps(raw))
    shapes = b.read_boundaries(recognise(tmp_path / "m").found[0], pd.Index(["E01900001"])).shapes
    assert shapes.total_bounds.tolist() == [499000, 349000, 501000, 351000]


def test_a_shape_that_crosses_itself_is_mended(tmp_path):
    raw = json.loads(made.boundaries(codes=["E01900001"]))
    ring = [[0, 0], [2000, 2000], [2000, 0], [0, 2000], [0, 0]]
    raw["features"][0]["geometry"]["coordinates"] = [[[500000 + x, 350000 + y] for x, y in ring]]
    _write(tmp_path / "m", json.dumps(raw))
    shapes = b.read_boundaries(recognise(tmp_path / "m").found[0], pd.Index(["E01900001"])).shapes
    assert shapes.is_valid.all() and shapes.area.iloc[0] > 0


def test_boundaries_of_elsewhere_are_refused(tmp_path):
    raw = json.loads(made.boundaries(codes=["E01900001"]))
    raw["features"][0]["geometry"]["coordinates"] = [[[100, 10], [101, 10], [101, 11], [100, 10]]]
    _write(tmp_path / "m", json.dumps(raw))
    with pytest.raises(InputError, match="neither National Grid"):
        b.read_boundaries(recognise(tmp_path / "m").found[0], pd.Index(["E01900001"]))


def test_the_most_generalised_boundaries_serve_where_two_cover_as_much(tmp_path):
    fine = gpd.read_file(_write(tmp_path / "coarse", made.boundaries()))
    (tmp_path / "fine").mkdir()
    fine.assign(geometry=fine.geometry.segmentize(100)).to_file(tmp_path / "fine" / "x.gpkg")
    found = b.best_boundaries(recognise(tmp_path), pd.Index(made.AREAS), [])
    assert found.source.path.name == "x.json" and len(found.shapes) == len(made.AREAS)


def test_the_best_point_of_each_area_is_used_and_counted(tmp_path):
    found = recognise(_write(tmp_path / "m", made.boundaries()).parent).found[0]
    areas = pd.Index(["E01900001", "E01900002", "E01900003"])
    drawn = b.read_boundaries(found, areas[1:])
    weighted = pd.DataFrame({"easting_m": [1.0], "northing_m": [2.0]}, index=["E01900001"])
    located, used = b.locate([b.Centres(found, weighted, "weighted")], drawn, areas)
    assert [(note, count) for _, note, count in used] == [("weighted", 1), ("a point inside the boundary", 2)]
    assert located.loc["E01900001"].tolist() == [1.0, 2.0] and located.notna().all(axis=None)


@needs_opendata
def test_real_centroids_and_centres_of_the_south_west_lie_close_together():
    tables = {
        found.known.id: b.read_points(found)
        for found in recognise(FOLDER / "geography").read_by("centroids", "centres")
    }
    weighted, plain = tables["centroids_population_weighted"], tables["centres_lsoa21"]
    assert len(weighted) == 1894 and len(plain) == 33_755
    both = weighted.index.intersection(plain.index)
    apart_m = np.hypot(*(weighted.loc[both] - plain.loc[both]).to_numpy().T)
    assert len(both) == 1814 and np.median(apart_m) < 500
