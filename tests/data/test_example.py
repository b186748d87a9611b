import pandas as pd
import shapely

from data import bundle
from data.example import FOLDER, generate
from data.official.postcodes import locate
from tests.opendata import FOLDER as OFFICIAL
from tests.opendata import needs_opendata

EXAMPLE = bundle.load(FOLDER)


def test_the_committed_county_is_what_the_script_makes():
    made = generate.make()
    pd.testing.assert_frame_equal(pd.DataFrame(EXAMPLE.areas), pd.DataFrame(made.areas))
    pd.testing.assert_frame_equal(EXAMPLE.destinations, made.destinations)


def test_the_county_says_that_it_is_made_up():
    assert EXAMPLE.manifest.made_up
    assert "made up" in EXAMPLE.manifest.name


def test_its_codes_are_nobody_s():
    assert EXAMPLE.areas.index.str.startswith("X").all()
    assert EXAMPLE.areas["district_code"].str.startswith("X").all()


def test_it_has_the_structure_of_a_county():
    assert EXAMPLE.areas["rural_urban"].nunique() == 6
    assert set(EXAMPLE.destinations["kind"]) == set(bundle.DESTINATION_KINDS)
    assert EXAMPLE.areas.geometry.is_valid.all()


def test_deprivation_is_patchy_rather_than_a_gradient():
    areas = EXAMPLE.areas
    for axis in ("easting_m", "northing_m"):
        assert abs(areas["low_income_rate"].corr(areas[axis])) < 0.5
    rural = areas[areas["is_rural"].astype(bool)]
    assert rural["imd_decile"].min() == 1
    assert rural["imd_decile"].max() >= 7


@needs_opendata
def test_its_names_exist_nowhere():
    real = pd.read_csv(OFFICIAL / "geography" / "lookup_lsoa21_ward24_ltla24.csv")
    official = (
        set(real["ward24_name"]) | set(real["ltla24_name"]) | set(real["lsoa21_name"].str.rsplit(" ", n=1).str[0])
    )
    ours = set(EXAMPLE.areas["area_name"].str.replace(r" \d\d$", "", regex=True)) | set(EXAMPLE.areas["district_name"])
    assert ours & official == set()


@needs_opendata
def test_its_colleges_and_employers_exist_nowhere():
    places = OFFICIAL / "destinations"
    schools = pd.read_csv(places / "gias_open_establishments_2025-05-24_14_official_cols.csv", dtype=str)
    providers = pd.read_csv(places / "2023-2024_england_ks5final.csv.gz", dtype=str, encoding="latin-1")
    named = providers[next(column for column in providers if column.strip().upper() == "SCHNAME")]
    official = set(schools["EstablishmentName"].str.casefold()) | set(named.dropna().str.casefold())
    assert set(EXAMPLE.destinations["name"].str.casefold()) & official == set()


def test_its_postcodes_are_nobody_s_and_lie_in_their_areas():
    assert EXAMPLE.postcodes.index.str.startswith("XM").all()
    pd.testing.assert_frame_equal(EXAMPLE.postcodes, generate.make().postcodes)
    found = locate(pd.Series(EXAMPLE.postcodes.index[::50]), EXAMPLE)
    assert set(found["status"]) <= {"found", "terminated"}
    shapes = EXAMPLE.areas.geometry.loc[found["area_code"]].to_numpy()
    assert shapely.contains(shapes, shapely.points(found["easting_m"], found["northing_m"])).all()
