"""The ONS Postcode Directory, of both generations of headers."""

import zipfile

import pandas as pd
import pytest

from data import county
from data.official import postcode_directory
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata


@pytest.mark.parametrize("header", [made.OLD_DIRECTORY, made.NEW_DIRECTORY])
def test_both_generations_of_headers_give_the_same_table(tmp_path, header):
    (tmp_path / "x").write_text(made.postcode_directory(header))
    table = postcode_directory.read_directory(recognise(tmp_path), [])
    assert table.loc["ZZ1 1AA"].tolist() == [500001.0, 350001.0, "E01900001", pd.NA]


def test_a_terminated_postcode_keeps_its_month(tmp_path):
    (tmp_path / "x").write_text(made.postcode_directory())
    assert postcode_directory.read_directory(recognise(tmp_path), []).loc["ZZ1 9ZZ", "terminated"] == "199606"


def test_a_postcode_without_a_place_has_none(tmp_path):
    (tmp_path / "x").write_text(made.postcode_directory())
    row = postcode_directory.read_directory(recognise(tmp_path), []).loc["IM1 1AA"]
    assert pd.isna(row["easting_m"]) and pd.isna(row["area_code"])


def test_a_zipped_directory_goes_into_the_bundle_with_the_postcodes_near_the_county(tmp_path):
    made.write(tmp_path)
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("Data/x.csv", made.postcode_directory())
    built = county.build(tmp_path, ["Wessmark"])
    assert list(built.postcodes.index) == ["ZZ1 1AA", "ZZ1 1AF", "ZZ1 9ZZ"]
    assert built.manifest.columns["postcodes"]["source"].startswith("onspd-")
    assert any(source.vintage == "boundaries of 2025" for source in built.manifest.sources)


@needs_opendata
def test_both_real_headers_are_read():
    recognised = recognise(FOLDER / "geography")
    assert len(recognised.read_by("postcodes")) == 2
    faults = []
    table = postcode_directory.read_directory(recognised, faults)
    assert faults == []
    assert table.loc["AL1 1AA", ["easting_m", "area_code", "terminated"]].tolist() == [514600.0, "E01023743", "199405"]
