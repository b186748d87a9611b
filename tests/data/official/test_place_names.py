"""What people call the places of a county: wards by area, and town centres, from the files that have them."""

from dataclasses import replace

import pytest

from data import bundle, county
from data.faults import InputError
from data.official import place_names
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER as OFFICIAL
from tests.opendata import needs_opendata

HEADER = ["UID", "Town_Name", "Easting", "Northing"]


def towns(*rows: list) -> str:
    return made.csv_text(HEADER, [list(row) for row in rows])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = made.write(tmp_path_factory.mktemp("files") / "in", "dft")
    near, far = ["TC1", "Marlow", 500050, 350020], ["TC2", "Elsewhere", 580000, 350000]
    (folder / "towns.csv").write_text(towns(near, far))
    return county.build(folder, ["Wessmark"])


def test_each_area_has_its_ward_and_a_town_the_area_it_stands_in(built):
    names = built.names
    assert names.columns.tolist() == list(bundle.NAME_COLUMNS)
    wards = names[names["kind"] == "ward"].set_index("area_code")["name"]
    assert wards.to_dict() == dict.fromkeys(built.areas.index, "Ward")
    assert names.loc[names["kind"] == "town", ["name", "area_code"]].values.tolist() == [["Marlow", "E01900001"]]
    assert built.manifest.columns["names: towns"]["note"] == "town centres"


def test_names_change_no_plan_so_that_plans_saved_without_them_still_open(built, tmp_path):
    named = bundle.save(built, tmp_path / "with")
    assert bundle.load(tmp_path / "with").names.equals(built.names)
    nameless = bundle.save(replace(built, names=None), tmp_path / "without")
    assert named.manifest.checksum == nameless.manifest.checksum


def test_a_town_whose_place_is_no_number_is_a_fault_and_not_left_out(tmp_path):
    folder = made.write(tmp_path / "in")
    (folder / "towns.csv").write_text(towns(["TC1", "Marlow", "here", 350020]))
    with pytest.raises(InputError, match="easting_m"):
        county.build(folder, ["Wessmark"])


def test_villages_of_open_names_and_open_schools_are_named_by_the_area_they_stand_in(tmp_path):
    folder = made.write(tmp_path / "in")
    header = ["ID", "NAME1", "LOCAL_TYPE", "GEOMETRY_X", "GEOMETRY_Y"]
    rows = [
        ["1", "Quern", "Village", 502010, 350010],
        ["2", "Quern Wood", "Woodland Or Forest", 502010, 350010],
        ["3", "Farawell", "Hamlet", 580000, 350000],
    ]
    (folder / "names.csv").write_text(made.csv_text(header, rows))
    built = county.build(folder, ["Wessmark"])
    places = built.names[built.names["kind"] == "place"]
    assert places[["name", "area_code"]].values.tolist() == [["Quern", "E01900002"]]
    assert built.manifest.columns["names: villages"]["note"].startswith("cities, towns")
    schools = built.names[built.names["kind"] == "school"]
    assert not schools.empty and set(schools["area_code"]) <= set(built.areas.index)


@needs_opendata
def test_the_town_centres_as_published_have_mablethorpe():
    found = recognise(OFFICIAL / "destinations").read_by("towns")
    assert "Mablethorpe" in place_names._towns(found[0])["name"].tolist()
