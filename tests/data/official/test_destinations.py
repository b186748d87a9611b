"""Which colleges, sixth forms and employment centres count, of what size, and where they stand."""

import numpy as np
import pandas as pd
import pytest

from data.official import destinations as d
from data.official import providers
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.opendata import FOLDER, needs_opendata

CENTRES = pd.DataFrame(
    {code: (x, y) for code, (_, _, _, x, y) in made.AREAS.items()}, index=["easting_m", "northing_m"]
).T


def nowhere(postcodes):
    return pd.DataFrame({"easting_m": np.nan, "northing_m": np.nan}, index=postcodes.index)


def gather(folder, find=nowhere):
    faults = []
    gathered = d.gather(recognise(folder), CENTRES, find, faults)
    assert faults == []
    return gathered


@pytest.fixture
def both(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    (tmp_path / "p").write_text(made.performance())
    return tmp_path


def test_colleges_and_sixth_forms_are_told_apart(both):
    table = gather(both).table
    assert table.groupby("kind")["name"].apply(sorted).to_dict() == {
        "college": ["Far Away College", "Marlow College", "Overby Farm College"],
        "sixth_form": ["Café Academy", "Sandholm High School", "Sandholm Sixth Form College"],
    }


@pytest.mark.parametrize(
    ("gias", "table", "name", "kind"),
    [
        ("Further education", "General Further Education College", "X College", "college"),
        ("Further education", "Sixth Form College", "X College", "sixth_form"),
        ("Further education", "Agriculture and Horticulture College", "X", "college"),
        ("Further education", "", "X Sixth Form College", "sixth_form"),
        ("Academy 16-19 converter", "ACC1619", "X College", "sixth_form"),
        ("University technical college", "UTC", "X UTC", "sixth_form"),
        ("Community school", "CY", "X College", "sixth_form"),  # many schools are called college
        ("Other independent school", "IND", "X", None),
        ("Special post 16 institution", "", "X", None),
        ("Welsh establishment", "", "Coleg X", None),
        ("", "IND", "X", None),
    ],
)
def test_the_kind_of_a_provider(gias, table, name, kind):
    assert providers.kind_of(gias, table, name) == kind


def test_size_is_the_number_of_students_and_a_suppressed_one_is_not_known(both):
    size = gather(both).table["size"]
    assert size["urn-900001"] == 1200
    assert np.isnan(size["urn-900009"])


def test_a_school_that_became_an_academy_is_found_by_its_number(both):
    table = gather(both).table
    assert table.loc["urn-900003", "size"] == 150


def test_a_school_without_students_of_that_age_is_no_sixth_form(both):
    assert "Marlow Lower School" not in set(gather(both).table["name"])


def test_a_college_for_adults_only_is_left_out_and_named(both):
    gathered = gather(both)
    assert "Marlow Adult Institute" not in set(gathered.table["name"])
    _, notes = gathered.told_near(gathered.table)
    assert any("Marlow Adult Institute" in note for note in notes)


def test_a_council_is_not_told_of_a_provider_that_is_not_near_it(both):
    (both / "g").write_text(made.gias().replace(",,,E01900002", ",0,0,E01999999"))  # a lost one of authority 925
    gathered = gather(both)
    far = gathered.table[gathered.table["la"] == "926"]
    assert gathered.told_near(far) == ([], [])
    assert gathered.told_near(gathered.table) != ([], [])


def test_what_the_tables_cannot_say_is_noted(both):
    notes = "; ".join(gather(both).notes)
    assert "is placed at its main one" in notes and "Wales and Scotland" in notes


def test_a_closed_college_is_left_out(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    assert "Gone College" not in set(gather(tmp_path).table["name"])


def test_no_provider_without_coordinates_is_dropped_in_silence(both):
    gathered = gather(both)
    assert gathered.table.loc["urn-900009", "easting_m"] == 502000.0  # the centre of its area
    warnings, _ = gathered.told_near(gathered.table)
    assert any("centre of their area: Café Academy" in warning for warning in warnings)
    (both / "g").write_text(made.gias().replace(",,,E01900002", ",0,0,E01999999"))
    gathered = gather(both)
    assert "urn-900009" not in gathered.table.index
    warnings, _ = gathered.told_near(gathered.table)
    assert any("could not be placed, and are missing: Café Academy" in warning for warning in warnings)


def test_a_provider_gias_does_not_have_stands_at_its_postcode(both):
    rows = [["1", "925", "9999", "800077", "Vanished School", "zz11aa", "AC", "40", ""]]
    (both / "p").write_text(made.performance(rows))
    seen = []

    def find(postcodes):
        seen.extend(postcodes)
        return pd.DataFrame({"easting_m": 1.0, "northing_m": 2.0}, index=postcodes.index)

    table = gather(both, find).table
    assert table.loc["urn-800077", ["easting_m", "northing_m"]].tolist() == [1.0, 2.0]
    assert seen == ["ZZ1 1AA"]


def test_without_performance_tables_gias_says_who_has_a_sixth_form(tmp_path):
    header = [*made.GIAS, "OfficialSixthForm (name)", "StatutoryHighAge"]
    extra = {"900003": ["Has a sixth form", 18], "900004": ["Does not have a sixth form", 18]}
    rows = [[*row, *extra.get(row[0], ["", ""])] for row in made.PROVIDERS]
    (tmp_path / "g").write_text(made.gias(rows, header))
    gathered = gather(tmp_path)
    names = set(gathered.table["name"])
    assert {"Marlow College", "Sandholm High School", "Sandholm Sixth Form College"} <= names
    assert not {"Marlow Lower School", "St Wend's", "Café Academy"} & names
    assert any("No 16 to 18 performance tables" in warning for warning in gathered.warnings)


def test_without_gias_providers_stand_at_the_postcodes_of_the_performance_tables(both):
    (both / "g").unlink()

    def find(postcodes):
        return pd.DataFrame({"easting_m": 1.0, "northing_m": 2.0}, index=postcodes.index)

    gathered = gather(both, find)
    assert gathered.table.loc["urn-900001", ["kind", "easting_m", "size"]].tolist() == ["college", 1.0, 1200.0]
    assert any("placed at postcodes" in warning for warning in gathered.warnings)


def test_the_2019_sites_serve_only_where_gias_is_not_loaded(tmp_path, both):
    made.dft_workbook(both / "w")
    assert "Old Grammar School" not in set(gather(both).table["name"])
    (both / "g").unlink()
    (both / "p").unlink()
    gathered = gather(both)
    kinds = gathered.table.loc[gathered.table["kind"] != "employment_centre"].set_index("name")["kind"].to_dict()
    assert kinds == {"Marlow College": "college", "Old Grammar School": "sixth_form"}
    assert any("those of 2019, without sizes" in warning for warning in gathered.warnings)


def test_an_employment_centre_in_two_bands_keeps_the_larger(tmp_path):
    made.dft_workbook(tmp_path / "w")
    table = gather(tmp_path).table
    work = table[table["kind"] == "employment_centre"]
    assert work["size"].to_dict() == {"jobs-E01800001": 100, "jobs-E01800002": 500, "jobs-E01800005": 5000}
    assert work.loc["jobs-E01800002", "name"] == "Medium Town 0"  # padding trimmed


def test_reach_is_measured_to_the_nearest_area():
    areas = pd.DataFrame({"easting_m": [0.0, 100_000.0], "northing_m": [0.0, 0.0]})
    places = pd.DataFrame({"easting_m": [39_999.0, 50_000.0, 139_000.0], "northing_m": [0.0, 0.0, 0.0]})
    assert d.within_reach(places, areas).index.tolist() == [0, 2]


@needs_opendata
def test_real_providers_and_centres_are_all_of_them():
    recognised = recognise(FOLDER / "destinations")
    faults = []
    gathered = d.gather(recognised, CENTRES, nowhere, faults)
    assert faults == []
    counts = gathered.table["kind"].value_counts()
    assert counts["employment_centre"] == 843 + 10_545 + 17_457
    assert 160 <= counts["college"] - gathered.table.index.str.startswith("site2019-").sum() <= 180
    assert 1_900 <= counts["sixth_form"] <= 2_100
    listed = providers.read_performance(recognised.read_by("performance")[0])
    assert len(listed) == 2_797 and listed["students"].isna().sum() == 5
