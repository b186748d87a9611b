"""A county bundle from official files: the right areas, the best sources, every choice recorded, every fault named."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest

from data import bundle
from data import county as c
from data.__main__ import describe, main
from data.faults import InputError
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("files") / "in")


@pytest.fixture(scope="module")
def wessmark(folder):
    return c.build(folder, ["Wessmark"])


def test_a_county_has_its_own_areas_and_no_others(wessmark):
    assert list(wessmark.areas.index) == [f"E0190000{n}" for n in range(1, 7)]
    assert set(wessmark.areas["county_name"]) == {"Wessmark"}
    assert wessmark.manifest.councils == (made.COUNTY,)


def test_every_column_of_the_contract_is_there_with_its_type(wessmark):
    bundle.check(wessmark)
    types = wessmark.areas.dtypes.astype(str)
    assert {name: types[name] for name in bundle.AREA_COLUMNS} == bundle.AREA_COLUMNS
    types = wessmark.destinations.dtypes.astype(str)
    assert {name: types[name] for name in bundle.DESTINATION_COLUMNS} == bundle.DESTINATION_COLUMNS


def test_the_idaci_rate_wins_over_the_income_score_and_the_choice_is_recorded(wessmark):
    assert wessmark.areas["low_income_rate"].tolist() == [0.02, 0.04, 0.06, 0.08, 0.10, 0.12]
    assert "IDACI rate" in wessmark.manifest.columns["areas.low_income_rate"]["note"]


def test_without_schools_colleges_stand_at_postcodes_and_without_the_tables_too_they_are_those_of_2019(tmp_path):
    """As data/needs.toml tells, before a county is built."""
    made.write(tmp_path, "gias")
    assert any("placed at postcodes" in line for line in c.build(tmp_path, ["Wessmark"]).manifest.warnings)
    (tmp_path / "7.dat").unlink()
    assert any("are those of 2019" in line for line in c.build(tmp_path, ["Wessmark"]).manifest.warnings)


def test_an_older_edition_that_is_left_out_is_not_used(tmp_path):
    made.write(tmp_path)
    (tmp_path / "new.csv").write_text(made.gias([row for row in made.PROVIDERS if row[0] != "900006"]))
    both = c.build(tmp_path, ["Wessmark"])
    newer = c.build(tmp_path, ["Wessmark"], leave_out=["6.dat"])
    assert len(newer.destinations) == len(both.destinations) - 1
    assert [source.file for source in newer.manifest.sources if source.id.startswith("gias")] == ["new.csv"]


def test_blank_idaci_rates_fall_back_to_the_income_score_for_every_area(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "f7").write_text(made.file_7(idaci=False))
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas["low_income_rate"].tolist() == [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    assert "income score" in built.manifest.columns["areas.low_income_rate"]["note"]


def test_a_part_of_a_file_never_wins_over_a_whole_one_and_two_measures_are_never_mixed(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "whole").write_text(made.file_7(idaci=False))
    (tmp_path / "part").write_text(made.csv_text(made.FILE_7, made.rows_of_file_7()[:2]))
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas["low_income_rate"].tolist() == [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    assert "passed over: it has 2 of 6 areas" in built.manifest.columns["areas.low_income_rate"]["note"]


def test_thousands_commas_in_ranks_are_read(wessmark):
    assert wessmark.areas["imd_rank"].tolist() == [1200, 2400, 3600, 4800, 6000, 7200]


def test_a_header_cut_short_is_still_that_column(wessmark):
    assert wessmark.areas["geographical_barriers_decile"].tolist() == [1, 2, 3, 4, 5, 6]


def test_the_newest_population_wins(wessmark):
    assert set(wessmark.areas["young_people"]) == {12.0}
    column = wessmark.manifest.columns["areas.young_people"]
    assert "mid-2024" in column["note"] and column["estimated"] is False


def test_the_population_of_2011_is_carried_where_there_is_no_other_and_recorded_as_an_estimate(tmp_path):
    made.write(tmp_path, "population")
    (tmp_path / "p").write_text(made.population_2011())
    (tmp_path / "l").write_text(made.lookup_2011())
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas["young_people"].sum() == 3 * (1 + 2 + 3 + 4 + 5 + 6)
    assert built.manifest.columns["areas.young_people"]["estimated"] is True
    assert any("young_people is an estimate" in warning for warning in built.manifest.warnings)
    assert "lookup_lsoa11_lsoa21" in {source.id.rsplit("-", 1)[0] for source in built.manifest.sources}


def test_the_census_band_is_the_last_resort_and_recorded_as_an_estimate(tmp_path):
    made.write(tmp_path, "population")
    (tmp_path / "c").write_text(made.census_bands())
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas["young_people"].tolist() == [10, 20, 30, 40, 50, 60]
    assert "3/9 of Census 2021" in built.manifest.columns["areas.young_people"]["note"]


def test_other_ages_can_be_asked_for(folder):
    built = c.build(folder, ["Wessmark"], ages=(16, 24))
    assert set(built.areas["young_people"]) == {36.0}
    assert built.manifest.ages == (16, 24)


def test_the_weighted_centroid_wins_and_a_centre_fills_where_there_is_none(tmp_path):
    made.write(tmp_path, "centroids")
    lines = made.centroids().splitlines()
    (tmp_path / "part").write_text("\n".join(lines[:3]) + "\n")
    rows = [[code, "x", 53.03, -0.5, "UN1"] for code in made.AREAS]
    (tmp_path / "centres").write_text(made.csv_text(["LSOACode", "LSOAName", "Latitude", "Longitude", "RUCCode"], rows))
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas["easting_m"].iloc[:2].tolist() == [500000.0, 502000.0]
    assert built.areas["easting_m"].iloc[2:].nunique() == 1  # all at the same degrees
    note = built.manifest.columns["areas.easting_m"]["note"]
    assert "2 areas from part" in note and "4 areas from centres" in note
    assert any("4 of 6 areas are placed at a centre that is not" in warning for warning in built.manifest.warnings)


def test_without_centres_a_point_inside_the_boundary_serves(tmp_path):
    made.write(tmp_path, "centroids")
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas.geometry.contains(built.areas.centroid).all()
    assert built.areas["easting_m"].between(499000, 511000).all()


def test_without_boundaries_areas_are_points_and_that_is_said(tmp_path):
    made.write(tmp_path, "boundaries")
    built = c.build(tmp_path, ["Wessmark"])
    assert set(built.areas.geom_type) == {"Point"}
    assert any("no boundary" in warning for warning in built.manifest.warnings)


def test_a_class_that_no_file_gives_is_missing_and_said_so(tmp_path):
    made.write(tmp_path, "rural_urban")
    built = c.build(tmp_path, ["Wessmark"])
    assert built.areas["is_rural"].isna().all()
    assert any(warning.startswith("rural_urban: no file") for warning in built.manifest.warnings)


def test_destinations_across_the_boundary_are_kept_and_distant_ones_are_not(wessmark):
    names = set(wessmark.destinations["name"])
    assert "Overby Farm College" in names
    assert "Far Away College" not in names


def test_a_council_far_from_every_college_is_told_so(tmp_path):
    made.write(tmp_path, "gias", "performance")
    (tmp_path / "g").write_text(made.gias(made.PROVIDERS[-1:]))
    (tmp_path / "p").write_text(
        made.performance([["1", "927", "8010", "900010", "Far Away College", "", "F", "5", ""]])
    )
    built = c.build(tmp_path, ["Wessmark"])
    assert any("No college or sixth form lies within 40 km of the council" in text for text in built.manifest.warnings)
    assert "Far Away College" in set(built.destinations["name"])  # to lodge at


def test_a_council_without_any_list_of_jobs_is_told_so_once(tmp_path):
    made.write(tmp_path, "dft")
    about_work = [warning for warning in c.build(tmp_path, ["Wessmark"]).manifest.warnings if "employment" in warning]
    assert about_work == ["No employment centres were loaded: the plan can say nothing about reaching work."]


def test_the_same_files_give_the_same_bundle_in_any_arrangement(tmp_path, folder):
    other = tmp_path / "elsewhere" / "deeper"
    other.mkdir(parents=True)
    for n, path in enumerate(sorted(folder.iterdir(), reverse=True)):
        content = path.read_bytes()
        (other / f"renamed{n}").write_bytes(gzip.compress(content) if path.suffix == ".dat" else content)
    one = bundle.save(c.build(folder, ["Wessmark"]), tmp_path / "one")
    two = bundle.save(c.build(other, ["Wessmark"]), tmp_path / "two")
    assert one.manifest.checksum == two.manifest.checksum


def test_the_manifest_says_where_everything_came_from(wessmark):
    ids = {source.id for source in wessmark.manifest.sources}
    for name, column in wessmark.manifest.columns.items():
        assert set(column["source"].split(", ")) <= ids, name
    for source in wessmark.manifest.sources:
        assert source.rows > 0 and len(source.sha256) == 64 and source.vintage and source.licence
    columns = {name.removeprefix("areas.") for name in wessmark.manifest.columns}
    assert set(bundle.AREA_COLUMNS) - {"is_rural"} <= columns


def test_two_councils_make_one_bundle(folder):
    built = c.build(folder, ["Wessmark, Overby"])
    assert len(built.areas) == 7
    assert built.manifest.name == "Wessmark, Overby"


def test_england_is_every_council(folder):
    built = c.build(folder, ["England"])
    assert (len(built.areas), built.manifest.name) == (7, "England")


def test_the_indices_of_2019_are_carried_as_weighted_means(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "old").write_text(made.file_7_of_2019())
    (tmp_path / "l").write_text(made.lookup_2011())
    built = c.build(tmp_path, ["Wessmark"])
    # The 5th and 6th areas of 2011, with 500 and 600 children, became one.
    assert built.areas["low_income_rate"].iloc[-1] == pytest.approx((5 * 500 + 6 * 600) / 1100 / 100)
    assert (
        built.areas["low_income_rate"].iloc[2] == built.areas["low_income_rate"].iloc[3] == 0.03
    )  # split: both the same
    assert built.manifest.columns["areas.low_income_rate"]["estimated"] is True


# --- Faults --------------------------------------------------------------------------------------------------------


def faults_of(folder, *councils):
    with pytest.raises(InputError) as raised:
        c.build(folder, councils or ["Wessmark"])
    return str(raised.value)


def test_missing_essentials_are_all_named_with_the_file_that_mends_each(tmp_path):
    made.write(tmp_path, "file_7", "population", "centroids", "boundaries")
    message = faults_of(tmp_path)
    assert "File 7" in message and "media/691ded56d140bbbaa59a2a7d" in message
    assert "single year of age" in message and "sapelsoasyoa20222024.xlsx" in message
    assert "centre" in message and "LSOA_PopCentroids_EW_2021_V4" in message


def test_a_missing_lookup_is_named_together_with_the_other_faults(tmp_path):
    made.write(tmp_path, "lookup_county", "file_7", "population")
    message = faults_of(tmp_path)
    assert "LTLA23_UTLA23_EW_LU" in message
    assert "low_income_rate" in message and "young_people" in message


def test_the_indices_of_2019_alone_are_refused_with_everything_that_lacks(tmp_path):
    (tmp_path / "old").write_text(made.file_7_of_2019())
    message = faults_of(tmp_path)
    assert "is the 2019 edition, on the areas of 2011" in message
    assert (
        "which district" in message and "which county" in message and "centre" in message and "young_people" in message
    )


def test_a_file_of_the_wrong_geography_is_named_when_it_is_missed(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "msoa.csv").write_text(made.file_7().replace("E01900", "E02900"))
    message = faults_of(tmp_path)
    assert "msoa.csv" in message and "another geography" in message


def test_a_file_cut_at_a_line_end_is_found_by_the_areas_it_lacks(tmp_path):
    made.write(tmp_path, "file_7")
    (tmp_path / "f7").write_text("".join(made.file_7().splitlines(keepends=True)[:4]))
    message = faults_of(tmp_path)
    assert "f7 has no value for 3 of 6 areas (E01900004" in message


def test_every_damaged_file_is_named_at_once(tmp_path):
    made.write(tmp_path, "file_7", "gias")
    (tmp_path / "f7").write_text(made.file_7()[:-20])
    (tmp_path / "schools").write_bytes(made.gias().encode("cp1252").replace(b"Caf\xe9", b"Caf\x81"))
    message = faults_of(tmp_path)
    assert "f7" in message and "cut short" in message
    assert "schools" in message and "neither UTF-8 nor Windows-1252" in message


@pytest.mark.parametrize("share", [0.55, 0.9])
def test_any_file_that_is_cut_short_ends_the_build_by_name(folder, tmp_path, share):
    for path in folder.iterdir():
        content = path.read_bytes()
        (tmp_path / path.name).write_bytes(content)
    for path in sorted(tmp_path.iterdir()):
        content = path.read_bytes()
        place = int(len(content) * share)
        if content.count(b"\n") > 2 and path.suffix == ".dat":
            place = content.rfind(b"\n", 0, place) + 5  # in a first cell: a cut in a last one leaves no trace
        path.write_bytes(content[:place])
        assert path.name in faults_of(tmp_path)
        path.write_bytes(content)


def test_impossible_figures_are_refused(tmp_path):
    made.write(tmp_path, "file_7")
    rows = made.rows_of_file_7()
    rows[0][made.IDACI_RATE], rows[1][5] = 4.5, 11
    (tmp_path / "f7").write_text(made.csv_text(made.FILE_7, rows))
    message = faults_of(tmp_path)
    assert "'4.5' is out of range" in message and "between 1 and 10" in message


def test_a_council_that_is_nearly_right_is_suggested(folder):
    assert "Did you mean Wessmark?" in faults_of(folder, "Wesmark")


def test_ages_that_are_no_range_are_refused(folder):
    for ages in [(18, 16), (16, 99)]:
        with pytest.raises(InputError, match="Write 16-18"):
            c.build(folder, ["Wessmark"], ages=ages)


# --- The command ---------------------------------------------------------------------------------------------------


def test_build_and_show_say_the_same(folder, tmp_path, capsys):
    target = tmp_path / "wessmark"
    assert main(["build", "--council", "wessmark", "--from", str(folder), "--to", str(target), "--json"]) == 0
    built = json.loads(capsys.readouterr().out)
    assert main(["show", str(target), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert built == shown
    assert shown["areas"] == 6 and shown["young_people"] == 72
    assert shown["destinations"] == {"college": 2, "sixth_form": 3, "employment_centre": 3}


def test_show_names_sources_and_vintages_for_a_person(folder, tmp_path, capsys):
    bundle.save(c.build(folder, ["Wessmark"]), tmp_path / "w")
    assert main(["show", str(tmp_path / "w")]) == 0
    out = capsys.readouterr().out
    assert "6 areas in 2 districts" in out and "mid-2024" in out and "IoD 2025" in out


def test_wrong_input_ends_with_2_and_writes_nothing(folder, tmp_path, capsys):
    target = tmp_path / "out"
    assert main(["build", "--council", "Narnia", "--from", str(folder), "--to", str(target)]) == 2
    assert main(["build", "--council", "Wessmark", "--from", str(tmp_path / "none"), "--to", str(target)]) == 2
    assert main(["build", "--council", "Wessmark", "--from", str(folder), "--to", str(target), "--ages", "young"]) == 2
    assert main(["build", "--council", "Wessmark", "--from", str(folder), "--to", str(tmp_path / "no" / "x")]) == 2
    assert main(["show", str(tmp_path / "none")]) == 2
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""


def test_a_council_s_own_files_that_are_not_there_are_said_before_the_work(folder, tmp_path, capsys):
    own = ["--destinations", str(tmp_path / "branches.csv"), "--journeys", str(tmp_path / "matrix.csv")]
    asked = ["build", "--council", "Wessmark", "--from", str(folder), "--to", str(tmp_path / "out"), *own]
    assert main(asked) == 2
    said = capsys.readouterr().err
    assert "branches.csv" in said and "matrix.csv" in said
    assert "recognising" not in said


# --- Real files ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def england(real_county):
    return real_county("England")


@needs_opendata
def test_england_has_every_area_and_none_lacks_district_county_centre_or_population(england):
    assert len(england.areas) == 33_755
    needed = ["district_code", "district_name", "county_code", "county_name", "easting_m", "northing_m", "young_people"]
    assert england.areas[needed + list(bundle.AREA_COLUMNS)].isna().sum().sum() == 0
    assert england.areas["district_code"].nunique() == 296 and england.areas["county_code"].nunique() == 153


@needs_opendata
def test_england_keeps_every_young_person_of_the_source(england):
    source = pd.read_csv(FOLDER / "population" / "mid2020_persons_by_single_year_of_age_lsoa11.csv")
    english = source[source["lsoa11_code"].str.startswith("E")]
    assert england.areas["young_people"].sum() == english[["16", "17", "18"]].to_numpy().sum()


@needs_opendata
def test_every_centre_lies_near_its_boundary(england):
    points = england.areas.set_geometry(
        england.areas.geometry.from_xy(england.areas["easting_m"], england.areas["northing_m"], crs=bundle.GRID)
    )
    apart_m = points.geometry.distance(england.areas.geometry)
    assert apart_m.quantile(0.999) < 300 and apart_m.max() < 2500  # super-generalised coasts are drawn this far off


@needs_opendata
def test_districts_that_changed_their_code_are_whole(england):
    counts = england.areas.groupby("district_name")["district_code"].nunique()
    assert counts.max() == 1
    assert set(england.areas.loc[england.areas["district_name"] == "Barnsley", "district_code"]) == {"E08000038"}


@needs_opendata
def test_lincolnshire_has_435_areas(england, real_county):
    lincolnshire = real_county("Lincolnshire")
    assert len(lincolnshire.areas) == 435
    assert lincolnshire.areas["district_name"].nunique() == 7
    whole = england.areas.loc[lincolnshire.areas.index, "young_people"]
    assert np.array_equal(whole, lincolnshire.areas["young_people"])
    facts = describe(lincolnshire)
    assert facts["destinations"]["college"] > 5 and facts["destinations"]["employment_centre"] > 500


@needs_opendata
def test_essex_uses_one_measure_of_low_income_for_every_area():
    built = c.build(FOLDER, ["Essex"])  # an extract with IDACI rates covers a part of Tendring only
    assert "income score" in built.manifest.columns["areas.low_income_rate"]["note"]


def _said_of_missing_areas(folder):
    warnings = c.build(folder, ["Wessmark"]).manifest.warnings
    return [warning for warning in warnings if "put in no council" in warning]


def test_a_county_lookup_without_one_of_its_districts_is_told_with_the_district(tmp_path):
    made.write(tmp_path)
    assert _said_of_missing_areas(tmp_path) == []
    lines = [line for line in made.lookup_county().splitlines() if "Sandholm" not in line]
    [path] = [
        path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == made.lookup_county().encode()
    ]
    path.write_text("\n".join(lines) + "\n")
    [said] = _said_of_missing_areas(tmp_path)
    assert said.startswith("3 areas within 10 km of this council are put in no council") and "in Sandholm." in said
