"""Where colleges stand: at their main sites, and at those that other official files and the council have."""

import zipfile

import pandas as pd
import pytest

from data.faults import InputError
from data.official import destinations as d
from data.official import site_files, sites
from data.official.known import known_sources
from data.official.recognise import recognise
from tests.data import official_files as made
from tests.data.official.test_destinations import CENTRES, nowhere
from tests.opendata import FOLDER, needs_opendata

COLLEGES = pd.DataFrame(
    {"name": ["Truro and Penwith College", "Cornwall College", "Petroc"], "kind": "college",
     "easting_m": [179_000.0, 202_000.0, 255_000.0], "northing_m": [45_000.0, 53_000.0, 132_000.0],
     "size": [5189.0, 2771.0, 2225.0]},
    index=pd.Index(["urn-1", "urn-2", "urn-3"], name="destination_id"),
)  # fmt: skip


def _own(**site_of: str) -> pd.DataFrame:
    table = pd.DataFrame(
        {"name": list(site_of), "kind": "college", "easting_m": 1.0, "northing_m": 1.0, "site_of": site_of.values()}
    )
    return table.set_index("own-" + table["name"]).rename_axis("destination_id")


@pytest.mark.parametrize(
    ("site", "college"),
    [
        ("Penwith College", "urn-1"),
        ("Cornwall College Camborne", "urn-2"),
        ("PETROC (Tiverton campus)", "urn-3"),
        ("Duchy College", None),
        ("The College", None),  # a name without a word of its own says nothing
        ("Truro, Penwith and Cornwall Colleges", None),  # of two colleges
    ],
)
def test_the_name_of_a_site_tells_its_college(site, college):
    assert sites.college_named(site, COLLEGES["name"]) == college


def test_a_council_names_the_college_of_a_site_by_its_id_or_name():
    table = sites.with_colleges(_own(A="urn-2", B="cornwall college", Penwith=""), COLLEGES, "own.csv")
    assert table["site_of"].tolist() == ["urn-2", "urn-2", "urn-1"]


def test_a_site_of_a_college_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(InputError) as caught:
        sites.with_colleges(_own(A="Cornwal College", B="urn-9"), COLLEGES, "own.csv")
    assert [fault.where for fault in caught.value.faults] == ["own-A, site_of", "own-B, site_of"]
    assert "Cornwall College" in caught.value.faults[0].problem


def test_every_college_at_one_site_is_named_the_largest_first():
    assert list(sites.at_one_site(COLLEGES)["name"]) == ["Truro and Penwith College", "Cornwall College", "Petroc"]
    assert "Truro and Penwith College; Cornwall College; Petroc" in sites.site_warnings(COLLEGES)[0]


def test_a_college_with_a_second_site_or_known_to_have_none_is_named_no_more():
    own = sites.with_colleges(_own(Penwith=""), COLLEGES, "own.csv")
    whole = pd.concat([COLLEGES, own])
    whole.loc["urn-3", "site_of"] = "urn-3"  # the council says that this is all there is
    assert list(sites.at_one_site(whole).index) == ["urn-2"]


def _gathered(folder):
    faults = []
    gathered = d.gather(recognise(folder), CENTRES, nowhere, faults)
    assert faults == []
    return gathered


def test_the_place_of_a_college_that_another_took_over_is_a_site_of_that_one(tmp_path):
    rows = [[*row[:7], 520_000, 360_000, row[9]] if row[0] == "900008" else row for row in made.PROVIDERS]
    (tmp_path / "g").write_text(made.gias(rows))
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "links").write_text(
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
        "900008,899999,Between College,Successor - merged,01-08-2015\n"
        "899999,900001,Marlow College,Successor - merged,01-08-2019\n"
    )
    gathered = _gathered(tmp_path)
    site = gathered.table.loc["merged-900008"]
    assert (site["name"], site["site_of"], site["easting_m"]) == ("Gone College", "urn-900001", 520_000)
    assert "gias_links" in {source.known.id for source in gathered.sources}
    assert any("Gone College" in warning for warning in sites.site_warnings(gathered.table))


def test_a_college_taken_over_beside_its_successor_is_no_second_site(tmp_path):
    (tmp_path / "g").write_text(made.gias())  # Gone College stands half a kilometre from Marlow College
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "links").write_text("URN,LinkURN,LinkType\n900008,900001,Successor\n")
    assert "merged-900008" not in _gathered(tmp_path).table.index


def test_open_names_give_the_places_of_further_education_and_no_others(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "names.csv").write_text(
        "ID,NAMES_URI,NAME1,TYPE,LOCAL_TYPE,GEOMETRY_X,GEOMETRY_Y\n"
        "osgb1,u,Marlow College Fenside,other,Further Education,530000,370000\n"
        "osgb2,u,Fenside Primary School,other,Primary Education,531000,370000\n"
    )
    table = _gathered(tmp_path).table
    assert table.loc[table.index.str.startswith("osname-"), ["name", "site_of"]].values.tolist() == [
        ["Marlow College Fenside", "urn-900001"]
    ]


NAMES_COLUMNS = known_sources()["open_names"].columns


def _open_name(id: str, name: str, local_type: str) -> str:
    """Return a row of OS Open Names as it is published: 34 columns and no line that names them."""
    uri = f"http://data.ordnancesurvey.co.uk/id/{id}"
    cells = {"id": id, "names_uri": uri, "name1": name, "type": "other", "local_type": local_type}
    cells |= {"geometry_x": "530000", "geometry_y": "370000"}
    return ",".join(cells.get(column, "") for column in NAMES_COLUMNS) + "\n"


def test_open_names_are_known_as_they_are_published_in_tiles_without_headers(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    (tmp_path / "p").write_text(made.performance())
    with zipfile.ZipFile(tmp_path / "opname_csv_gb.zip", "w") as archive:
        archive.writestr("Doc/OS_Open_Names_Header.csv", "\ufeff" + ",".join(NAMES_COLUMNS).upper() + "\n")
        archive.writestr("Data/TF20.csv", _open_name("osgb1", "Marlow College Fenside", "Further Education"))
        archive.writestr("Data/TF40.csv", _open_name("osgb2", "Fen Lane", "Named Road"))
    found = recognise(tmp_path)
    assert not found.near and not found.damaged
    assert [table.inside for table in found.read_by("open_names")] == ["Data/TF20.csv", "Data/TF40.csv"]
    table = _gathered(tmp_path).table
    assert list(table.index[table.index.str.startswith("osname-")]) == ["osname-osgb1"]


VENUES = "PROVIDER_UKPRN,COURSE_ID,DELIVER_MODE,STUDY_MODE,LOCATION_NAME,LOCATION_LATITUDE,LOCATION_LONGITUDE\n"


def _courses(ukprn: str, venue: str, many: int, delivery: str = "1", study: str = "1", north: float = 53.2) -> str:
    return "".join(f"{ukprn},{n},{delivery},{study},{venue},{north},0.1\n" for n in range(many))


def test_where_a_college_teaches_full_time_is_its_site_and_no_other_venue_is(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "register.csv").write_text("PROVIDER_UKPRN,PROVIDER_NAME\n10000001,MARLOW COLLEGE\n10000002,Acme\n")
    (tmp_path / "courses.csv").write_text(
        VENUES
        + _courses("10000001", "Fenside Campus", 5)
        + _courses("10000001", "Village Hall", 4, north=53.4)  # fewer than make a site
        + _courses("10000001", "Library", 9, study="2", north=53.6)  # part time
        + _courses("10000001", "Works", 9, delivery="3", north=53.8)  # at work
        + _courses("10000002", "Acme Centre", 9, north=54.0)  # of no college
        + "10000001,1,2,1,,,\n"  # online
    )
    gathered = _gathered(tmp_path)
    table = gathered.table[gathered.table.index.str.startswith("venue-")]
    assert table[["name", "site_of"]].values.tolist() == [["Marlow College: Fenside Campus", "urn-900001"]]
    assert table.index[0].startswith("venue-10000001-")
    assert "course_directory" in {source.known.id for source in gathered.sources}
    assert any("course directory" in warning and "Fenside" in warning for warning in sites.site_warnings(table))


def test_an_odd_place_leaves_out_its_row_with_a_warning_and_refuses_no_build(tmp_path):
    (tmp_path / "g").write_text(made.gias())
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "register.csv").write_text("PROVIDER_UKPRN,PROVIDER_NAME\n10000001,MARLOW COLLEGE\n")
    (tmp_path / "courses.csv").write_text(
        VENUES
        + _courses("10000001", "Fenside Campus", 5)
        + _courses("10000001", "Nowhere", 6, north=0)
        + _courses("10000001", "Evening", 7, study="2", north=0)  # part time, so not used
        + "10000001,1,1,1,Unknown,n/a,n/a\n"  # without a place, which is nothing odd
    )
    right = _open_name("osgb1", "Marlow College Holbeach", "Further Education").replace("530000", "535000")
    (tmp_path / "names.csv").write_text(
        ",".join(NAMES_COLUMNS).upper() + "\n" + right
        + _open_name("osgb2", "Odd College", "Further Education").replace("530000,370000", "0,0")
        + _open_name("osgb3", "Odd School", "Primary Education").replace("530000", "-1")
    )  # fmt: skip
    gathered = _gathered(tmp_path)
    found = gathered.table.index[gathered.table.index.str.startswith(("venue-", "osname-"))]
    assert sorted(name.split("-")[0] for name in found) == ["osname", "venue"]
    told = [warning for warning in gathered.warnings if "cannot be right" in warning]
    assert [warning.split(".csv. ")[0] for warning in told] == [
        "Sites left out, as their place cannot be right: 6 of courses",
        "Sites left out, as their place cannot be right: 1 of names",
    ]


def test_gias_tells_whose_a_ukprn_is_before_any_name_does(tmp_path):
    rows = [[*row, "10000009" if row[0] == "900001" else ""] for row in made.PROVIDERS]
    (tmp_path / "g").write_text(made.gias(rows, [*made.GIAS, "UKPRN"]))
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "courses.csv").write_text(VENUES + _courses("10000009", "Marlow at Fenside", 6))
    table = _gathered(tmp_path).table
    assert table.loc[table.index.str.startswith("venue-"), ["name", "site_of"]].values.tolist() == [
        ["Marlow at Fenside", "urn-900001"]
    ]


def test_one_between_two_colleges_in_the_order_of_urns_was_a_college():
    establishments = pd.DataFrame(
        {"type": ["Further education", "Further education", "Community school", "Further education"], "open": True,
         "name": list("ABCD"), "easting_m": 0.0, "northing_m": 0.0}, index=["130001", "130003", "130005", "130009"]
    )  # fmt: skip
    dft = pd.DataFrame(
        {"urn": ["130002", "130004", "130007", "130010", "TOTAL"], "name": list("WXYZT"), "kind": "college",
         "easting_m": 9e4, "northing_m": 9e4}
    )  # fmt: skip
    assert list(site_files.of_2019(dft, COLLEGES, establishments).index) == ["site2019-130002"]


def test_a_line_of_totals_at_the_end_of_gias_is_no_establishment(tmp_path):
    totals = ["TOTAL", *[""] * (len(made.PROVIDERS[0]) - 1)]
    (tmp_path / "g").write_text(made.gias([*made.PROVIDERS, totals]))
    (tmp_path / "p").write_text(made.performance())
    (tmp_path / "s").write_text(
        "Further education\nURN,EstablishmentName,Easting,Northing\n900055,Old College,520000,360000\n"
    )
    gathered = _gathered(tmp_path)
    assert "dft_education" in {source.known.reads for source in recognise(tmp_path).found}
    assert gathered.establishments is not None and "TOTAL" not in gathered.establishments.index
    assert len(gathered.establishments) == len(made.PROVIDERS)


@needs_opendata
def test_real_sites_of_2019_are_those_of_colleges_that_merged_or_moved():
    recognised = recognise(FOLDER / "destinations")
    table = d.gather(recognised, CENTRES, nowhere, []).table
    found = table[table.index.str.startswith("site2019-")]
    assert {
        "Selby College (site of 2019)", "Stamford College (part of Inspire Education Group) (site of 2019)",
        "Eastleigh College (site of 2019)", "DN Colleges Group (site of 2019)",
    } <= set(found["name"])  # fmt: skip
    assert not found["name"].str.contains("Catholic|Community|School").any()  # many a school is called a college
    assert found.loc["site2019-130587", "site_of"] == "urn-130587"  # Scunthorpe, beside Doncaster
    assert len(found) == 18
