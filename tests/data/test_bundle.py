"""A bundle is written whole or not at all, and read only when it is what was written."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shapely.geometry import Point

from data import bundle as b
from data.faults import InputError
from data.opening import parquet_size
from tests import ROOT


def county(name="Wessmark", young=10.0) -> b.County:
    columns = {
        "area_name": pd.array(["One", "Two"], dtype="string"),
        "district_code": pd.array(["E07000901"] * 2, dtype="string"),
        "district_name": pd.array(["Sandholm"] * 2, dtype="string"),
        "easting_m": [1.5, 2.5],
        "northing_m": [3.0, 4.0],
        "young_people": [young, 0.0],
        "low_income_rate": [0.25, 1.0],
        "imd_rank": pd.array([1, 2], dtype="Int64"),
        "imd_decile": pd.array([1, 1], dtype="Int64"),
        "idaci_decile": pd.array([1, pd.NA], dtype="Int64"),
        "education_decile": pd.array([1, 1], dtype="Int64"),
        "geographical_barriers_decile": pd.array([1, 10], dtype="Int64"),
        "rural_urban": pd.array(["Urban", pd.NA], dtype="string"),
        "is_rural": pd.array([False, pd.NA], dtype="boolean"),
    }
    areas = gpd.GeoDataFrame(columns, geometry=[Point(1, 2), Point(3, 4)], crs=b.GRID)
    areas.index = pd.Index(["E01900001", "E01900002"], name="area_code")
    places = pd.DataFrame(
        {"name": ["Café"], "kind": ["college"], "easting_m": [1.0], "northing_m": [2.0], "size": [float("nan")]},
        index=pd.Index(["urn-1"], name="destination_id"),
    )
    source = b.BundleSource("x", "Title", "Publisher", "OGL", "https://example.org", "2025", "x.csv", "00", 2)
    manifest = b.Manifest(
        name, ("E10000099",), (source,), {"areas.imd_rank": {"source": "x", "note": ""}}, ("careful",), ("y: odd",)
    )
    return b.County(areas, places, manifest)


def test_what_is_saved_is_what_is_loaded(tmp_path):
    saved = b.save(county(), tmp_path / "x")
    loaded = b.load(tmp_path / "x")
    assert_frame_equal(loaded.areas, saved.areas)
    assert_frame_equal(loaded.destinations, saved.destinations)
    assert loaded.manifest == saved.manifest
    assert loaded.areas.crs == b.GRID


def test_optional_tables_come_back_too(tmp_path):
    index = pd.Index(["LN1 1AA"], name="postcode")
    postcodes = pd.DataFrame({"easting_m": [1.0], "northing_m": [2.0], "area_code": ["E01900001"]}, index=index)
    journeys = pd.DataFrame({"from_id": ["a"], "to_id": ["b"], "mode": ["bus"], "minutes": [float("inf")]})
    b.save(replace(county(), postcodes=postcodes, journeys=journeys), tmp_path / "x")
    loaded = b.load(tmp_path / "x")
    assert_frame_equal(loaded.postcodes, postcodes)
    assert_frame_equal(loaded.journeys, journeys)


def test_the_same_tables_have_the_same_checksum(tmp_path):
    one, two = b.save(county(), tmp_path / "x"), b.save(county(), tmp_path / "y")
    assert one.manifest.checksum == two.manifest.checksum
    assert b.save(county(young=11.0), tmp_path / "z").manifest.checksum != one.manifest.checksum


def test_the_names_of_authorities_change_no_plan_and_so_no_checksum(tmp_path):
    index = pd.Index(["E07000901"], name="district_code")
    named = pd.DataFrame({"district_name": ["Sandholm"], "authority_name": ["Wessmark"]}, index=index, dtype="string")
    before = b.save(county(), tmp_path / "x")
    after = b.save(replace(county(), authorities=named), tmp_path / "y")
    assert "authorities.parquet" in after.manifest.tables
    assert after.manifest.checksum == before.manifest.checksum


def test_saving_does_not_alter_the_county_it_is_given(tmp_path):
    given = county()
    before = given.areas.copy()
    b.save(given, tmp_path / "x")
    assert_frame_equal(given.areas, before)
    assert given.manifest.tables == {}


def test_an_older_bundle_is_replaced_whole(tmp_path):
    b.save(county("Old"), tmp_path / "x")
    b.save(county("New"), tmp_path / "x")
    assert b.load(tmp_path / "x").manifest.name == "New"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_an_exception_half_way_leaves_the_older_bundle_and_nothing_else(tmp_path, monkeypatch):
    b.save(county("Old"), tmp_path / "x")

    def fail(manifest):
        raise OSError("disk full")

    monkeypatch.setattr(b, "asdict", fail)
    with pytest.raises(OSError, match="disk full"):
        b.save(county("New"), tmp_path / "x")
    monkeypatch.undo()
    assert b.load(tmp_path / "x").manifest.name == "Old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_an_exception_at_the_last_rename_puts_the_older_bundle_back(tmp_path, monkeypatch):
    b.save(county("Old"), tmp_path / "x")
    rename = Path.replace

    def fail(self, target):
        if self.name.endswith(".part"):
            raise PermissionError("in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PermissionError):
        b.save(county("New"), tmp_path / "x")
    monkeypatch.undo()
    assert b.load(tmp_path / "x").manifest.name == "Old"


def test_a_writer_that_is_killed_half_way_leaves_no_half_bundle(tmp_path):
    code = (
        "import sys, time; from tests.data import test_bundle as t; from data import bundle as b;"
        "real = b._sha256\n"
        "def slow(path):\n print('half way', flush=True); time.sleep(60); return real(path)\n"
        "b._sha256 = slow; b.save(t.county('New'), sys.argv[1])"
    )
    target = tmp_path / "x"
    b.save(county("Old"), target)
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(target)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with writer:
        assert writer.stdout.readline().strip() == b"half way"
        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
    assert b.load(target).manifest.name == "Old"


def test_a_folder_that_is_no_bundle_is_neither_read_nor_overwritten(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me")
    with pytest.raises(InputError, match="is not a bundle"):
        b.load(tmp_path / "letters")
    with pytest.raises(InputError, match="is not a bundle"):
        b.save(county(), tmp_path / "letters")
    assert (tmp_path / "letters" / "dear.txt").read_text() == "keep me"


def test_a_folder_whose_parent_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="Make it first"):
        b.save(county(), tmp_path / "no" / "x")


@pytest.mark.parametrize("damage", ["cut", "gone", "swapped"])
def test_a_damaged_table_is_refused_by_name(tmp_path, damage):
    b.save(county(), tmp_path / "x")
    table = tmp_path / "x" / "destinations.parquet"
    if damage == "cut":
        table.write_bytes(table.read_bytes()[:-10])
    elif damage == "gone":
        table.unlink()
    else:
        table.write_bytes((tmp_path / "x" / "areas.parquet").read_bytes())
    with pytest.raises(InputError, match=r"destinations\.parquet: is missing or was changed"):
        b.load(tmp_path / "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read"),
        ('{"schema": 99}', "schema 99"),
        ('{"schema": 1}', "incomplete"),
        ("[]", "is not an object"),
    ],
)
def test_a_damaged_manifest_is_refused(tmp_path, text, message):
    b.save(county(), tmp_path / "x")
    (tmp_path / "x" / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=message):
        b.load(tmp_path / "x")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([], "damaged"),
        ({}, "does not list"),
        ({"areas.parquet": {"rows": 1}, "destinations.parquet": {}}, "without its checksum"),
        ({"areas.parquet": {"sha256": []}, "destinations.parquet": {"sha256": 1}}, "without its checksum"),
        (
            {name: {"sha256": "0"} for name in ("areas.parquet", "destinations.parquet", "../x")},
            "no tables of a bundle",
        ),
    ],
)
def test_a_manifest_that_leaves_out_a_check_is_refused(tmp_path, tables, message):
    b.save(county(), tmp_path / "x")
    path = tmp_path / "x" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tables": tables}))
    with pytest.raises(InputError, match=message):
        b.load(tmp_path / "x")


def test_a_table_that_is_no_parquet_is_refused_though_its_checksum_agrees(tmp_path):
    b.save(county(), tmp_path / "x")
    table, path = tmp_path / "x" / "areas.parquet", tmp_path / "x" / "manifest.json"
    table.write_bytes(b"PAR1 and no more")
    manifest = json.loads(path.read_text())
    manifest["tables"]["areas.parquet"]["sha256"] = hashlib.sha256(table.read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="areas.parquet: cannot be read"):
        b.load(tmp_path / "x")


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("areas", "easting_m", np.nan, "areas, easting_m: must be known. Not so: "),
        ("destinations", "northing_m", np.nan, "destinations, northing_m: must be known"),
        ("destinations", "easting_m", 1e12, "easting_m: must lie between"),
        ("areas", "imd_decile", 11, "areas, imd_decile: must lie between 1 and 10"),
        ("areas", "young_people", -1, "areas, young_people: must lie between 0"),
        ("areas", "low_income_rate", 1.5, "areas, low_income_rate: must lie between 0 and 1"),
        ("destinations", "size", -5, "destinations, size: must lie between 0"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_the_place_that_has_it(table, column, value, said):
    broken = county()
    changed = getattr(broken, table).copy()
    changed.loc[changed.index[0], column] = value
    with pytest.raises(InputError, match=said) as caught:
        b.check(replace(broken, **{table: changed}))
    assert str(changed.index[0]) in str(caught.value)


def test_every_way_in_which_tables_break_their_contract_is_named(tmp_path):
    broken = county()
    areas = broken.areas.drop(columns=["imd_rank"])
    places = pd.concat([broken.destinations] * 2)
    with pytest.raises(InputError) as raised:
        b.save(replace(broken, areas=areas, destinations=places), tmp_path / "x")
    assert "imd_rank" in str(raised.value) and "more than once" in str(raised.value)
    assert not (tmp_path / "x").exists()


def test_a_rate_above_one_or_fewer_than_no_people_are_refused(tmp_path):
    made = county(young=-1.0)
    made.areas["low_income_rate"] = [25.0, 0.1]
    with pytest.raises(InputError) as raised:
        b.check(made)
    assert len(raised.value.faults) == 2


def test_the_manifest_names_no_folder_of_this_machine(tmp_path):
    b.save(county(), tmp_path / "x")
    assert str(tmp_path) not in (tmp_path / "x" / "manifest.json").read_text()
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["checksum"]


def test_a_write_that_fails_names_the_folder_that_was_asked_for(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "/hidden/.x.part")

    monkeypatch.setattr(b, "asdict", full)
    with pytest.raises(OSError, match="No space") as refused:
        b.save(county(), tmp_path / "x")
    assert refused.value.filename == str(tmp_path / "x")


def test_a_bundle_without_areas_is_refused(tmp_path):
    with pytest.raises(InputError, match="nothing to plan for"):
        b.save(replace(county(), areas=county().areas.iloc[:0]), tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_table_of_billions_of_cells_in_few_bytes_is_refused_before_it_is_read(tmp_path, monkeypatch):
    b.save(county(), tmp_path / "x")
    monkeypatch.setattr(parquet_size, "MOST_CELLS", 3)
    monkeypatch.setattr(b, "_county", lambda *_: pytest.fail("it was read"))
    with pytest.raises(InputError, match=r"areas.parquet: would unpack to \d+ rows, \d+ columns"):
        b.load(tmp_path / "x")
