"""Postcodes on made-up areas with made-up postcodes, and the whole national list as it comes with the package."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.bundle import GRID, County, Manifest
from data.official import postcodes
from data.official.postcode_directory import read_directory
from data.official.postcode_list import (
    FULL,
    NOWHERE,
    PostcodeList,
    keys_of,
    national_list,
    spaced,
    spellings,
    squeezed,
)
from data.official.postcodes import locate, what_was_used
from data.official.recognise import recognise
from tests.opendata import FOLDER, needs_opendata

WEST, EAST = "E01999901", "E01999902"
LISTED = {  # postcode -> easting, northing, district
    "ZZ1 1AA": (500_500, 300_500, "E07999001"),
    "ZZ1 1AB": (501_500, 300_500, "E07999002"),
    "ZZ10 1AA": (500_600, 300_500, "E07999001"),
    "ZO1 1AA": (500_700, 300_500, "E07999001"),
    "Z1 1AA": (500_800, 300_500, "E07999001"),
    "ZZ9 9ZZ": (600_000, 300_500, "E07999009"),
    "ZZ1 1PO": (np.nan, np.nan, ""),
    "BT1 1AA": (334_316, 374_675, "N09000003"),
    "JE2 1AA": (np.nan, np.nan, ""),
    "NPT 0AD": (500_500, 300_500, "E07999001"),
    "ZZ2 2CO": (502_300, 300_500, "E07999002"),  # on a coast that the boundary cuts off
    "ZZ2 2ST": (501_010, 300_500, "E07999001"),  # in a strip of the west that the east's boundary takes in
    "ZZ2 2NB": (501_990, 300_500, "E07999009"),  # a neighbour's, in a strip that this county's boundary takes in
}


def postcode_list(table: pd.DataFrame) -> PostcodeList:
    """A list of the columns postcode, easting_m, northing_m and district_code, without places in Northern Ireland."""
    table = table.assign(key=keys_of(table["postcode"].tolist())).sort_values("key", kind="stable")
    metres = (
        table[["easting_m", "northing_m"]].mask(table["postcode"].str.startswith("BT")).fillna(NOWHERE).astype("int32")
    )
    districts, codes = pd.factorize(table["district_code"].fillna(""))
    return PostcodeList(
        keys=table["key"].to_numpy(),
        easting_m=metres["easting_m"].to_numpy(),
        northing_m=metres["northing_m"].to_numpy(),
        district=districts.astype("int16"),
        district_codes=codes.to_numpy(dtype=object),
        edition="list of 2025",
    )


def listed(rows: dict[str, tuple]) -> object:
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["easting_m", "northing_m", "district_code"])
    return postcode_list(table.rename_axis("postcode").reset_index())


NATIONAL = listed(LISTED)


def county(directory: pd.DataFrame | None = None, codes=("E07999001", "E07999002")) -> County:
    areas = gpd.GeoDataFrame(
        {"district_code": pd.array(codes, dtype="string")},
        geometry=[shapely.box(500_000, 300_000, 501_000, 301_000), shapely.box(501_000, 300_000, 502_000, 301_000)],
        index=pd.Index([WEST, EAST], name="area_code"),
        crs=GRID,
    )
    return County(areas, pd.DataFrame(), Manifest("Nowhereshire", (), ()), postcodes=directory)


def directory() -> pd.DataFrame:
    rows = {
        "ZZ1 1AA": (501_400.0, 300_400.0, EAST, None),
        "ZZ3 3OL": (500_400.0, 300_400.0, WEST, "199606"),
        "ZZ4 4NW": (500_450.0, 300_400.0, None, None),
        "ZZ5 5OU": (700_000.0, 300_400.0, "E01999999", None),
        "BT1 1AA": (500_500.0, 300_500.0, None, None),  # Irish grid
    }
    columns = ["easting_m", "northing_m", "area_code", "terminated"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("postcode")
    return table.astype({"area_code": "string", "terminated": "string"})


def one(text: object, place: County | None = None) -> pd.Series:
    return locate(pd.Series([text]), place or county(), national=NATIONAL).iloc[0]


# --- Reading what was typed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["ZZ1 1AA", "zz11aa", " Zz1  1aA ", "ZZ1\u00a01AA", "ZZ1-1AA", "Z Z 1 1 A A", "ZZ11AA\n"]
)
def test_spaces_and_case_do_not_matter(typed):
    found = one(typed)
    assert found["postcode"] == "ZZ1 1AA" and found["area_code"] == WEST and not found["mended"]


@pytest.mark.parametrize("nothing", ["", "   ", None, np.nan, pd.NA])
def test_an_empty_cell_is_missing(nothing):
    assert one(nothing)["status"] == postcodes.MISSING


@pytest.mark.parametrize("typed", ["ZZ1", "NP20 9", "ZZ1 1A", "M1"])
def test_half_a_postcode_is_incomplete(typed):
    found = one(typed)
    assert found["status"] == postcodes.INCOMPLETE_POSTCODE and "full postcode" in found["message"]


@pytest.mark.parametrize("typed", ["Lincoln", "12345", "ZZ1 1AA ZZ1 1AB", "ZZ1 AAA", "ẞZ1 1AA", 17, "=cmd()"])
def test_what_is_no_postcode_is_said_to_be_none(typed):
    found = one(typed)
    assert found["status"] == postcodes.NOT_A_POSTCODE and pd.isna(found["postcode"])


def test_an_accent_is_not_dropped_to_make_another_postcode():
    assert one("ZÉ1 1AA")["status"] == postcodes.NOT_A_POSTCODE


@given(st.from_regex(FULL, fullmatch=True), st.data())
def test_every_full_postcode_survives_any_spacing(text, data):
    joined = "".join(character + data.draw(st.sampled_from(["", " ", "-"])) for character in text)
    assert spaced(squeezed(joined.lower())) == f"{text[:-3]} {text[-3:]}"


@given(st.text(max_size=12))
def test_no_text_is_a_crash(text):
    assert one(text)["status"] in postcodes.MESSAGES


# --- Mending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ZZI IAA", "ZZ1 1AA"),
        ("ZZ1O 1AA", "ZZ10 1AA"),
        ("ZZIO 1AA", "ZZ10 1AA"),
        ("Z01 1AA", "ZO1 1AA"),
        ("ZZ1 IAB", "ZZ1 1AB"),
        ("ZI 1AA", "Z1 1AA"),
    ],
)
def test_letters_written_for_digits_are_mended_by_position(typed, meant):
    found = one(typed)
    assert found["postcode"] == meant and found["mended"] and "exchanged" in found["message"]


def test_a_spelling_that_exists_nowhere_is_not_mended():
    found = one("ZZ7O 1AA")
    assert found["status"] == postcodes.UNKNOWN and not found["mended"]


def test_a_postcode_that_exists_is_left_alone():
    both = listed({"Z01 1AA": LISTED["ZZ1 1AA"], "ZO1 1AA": LISTED["ZZ1 1AB"]})
    found = locate(pd.Series(["Z01 1AA"]), county(), national=both).iloc[0]
    assert found["postcode"] == "Z01 1AA" and not found["mended"]


def test_two_possible_spellings_are_not_chosen_between():
    both = listed({"Z01 1AA": LISTED["ZZ1 1AA"], "ZO1 1AA": LISTED["ZZ1 1AB"]})
    found = locate(pd.Series(["ZOI IAA"]), county(), national=both).iloc[0]
    assert found["status"] == postcodes.NOT_A_POSTCODE and not found["mended"]


@given(st.from_regex(FULL, fullmatch=True))
def test_other_spellings_are_full_postcodes_and_never_the_same(text):
    others = spellings(text)
    assert all(spaced(squeezed(other)) == other for other in others) and spaced(text) not in others


# --- Each kind has its own message -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("ZZ8 8ZZ", postcodes.UNKNOWN, "no list"),
        ("BT1 1AA", postcodes.NORTHERN_IRELAND, "Northern Ireland"),
        ("BT99 9ZZ", postcodes.NORTHERN_IRELAND, "Northern Ireland"),
        ("JE2 1AA", postcodes.CROWN_DEPENDENCY, "Jersey"),
        ("GY1 1ZZ", postcodes.CROWN_DEPENDENCY, "Guernsey"),
        ("IM1 1AA", postcodes.CROWN_DEPENDENCY, "Isle of Man"),
        ("ZZ1 1PO", postcodes.NO_LOCATION, "no place"),
        ("ZZ9 9ZZ", postcodes.OUTSIDE, "none of the areas"),
    ],
)
def test_each_kind_of_postcode_has_its_own_message(typed, status, said):
    found = one(typed)
    assert found["status"] == status and said in found["message"] and pd.isna(found["area_code"])


def test_no_two_kinds_share_a_message():
    assert len(set(postcodes.MESSAGES.values())) == len(postcodes.MESSAGES)


def test_a_message_never_repeats_the_postcode():
    found = locate(pd.Series([*LISTED, "ZZI 1AA", "ZZ8 8ZZ", "ZZ1"]), county(directory()), national=NATIONAL)
    assert not found["message"].str.contains("ZZ|BT1|JE2|NPT").any()


def test_a_northern_irish_place_is_never_put_on_the_british_grid():
    assert np.isnan(one("BT1 1AA")["easting_m"])


def test_a_postcode_outside_the_county_keeps_its_place_and_district():
    found = one("ZZ9 9ZZ")
    assert (found["easting_m"], found["northing_m"], found["district_code"]) == (600_000, 300_500, "E07999009")


def test_the_newport_postcodes_of_old_records_are_read():
    assert one("npt0ad")["status"] == postcodes.FOUND


# --- Areas from boundaries -------------------------------------------------------------------------------------------


def test_a_postcode_is_in_the_area_whose_boundary_contains_it():
    assert [one(typed)["area_code"] for typed in ("ZZ1 1AA", "ZZ1 1AB")] == [WEST, EAST]


def test_a_coast_cut_off_by_an_outline_still_has_its_area():
    assert one("ZZ2 2CO")["area_code"] == EAST


def test_the_listed_district_decides_in_a_strip_between_two():
    assert one("ZZ2 2ST")["area_code"] == WEST


def test_a_neighbouring_countys_postcode_in_a_strip_is_outside():
    neighbours = county(codes=("E07999001", "E07999002"))
    assert one("ZZ2 2NB", neighbours)["status"] == postcodes.OUTSIDE


def test_an_area_whose_district_has_a_code_of_another_year_still_takes_its_postcodes():
    assert one("ZZ1 1AA", county(codes=("E06999999", "E07999002")))["area_code"] == WEST


def test_barnsley_is_barnsley_under_either_code():
    listed_new = listed({"ZZ1 1AA": (500_500, 300_500, "E08000038")})
    old = county(codes=("E08000016", "E08000019"))
    assert locate(pd.Series(["ZZ1 1AA"]), old, national=listed_new)["area_code"].tolist() == [WEST]


def test_the_district_is_given_in_the_countys_own_code():
    listed_new = listed({"ZZ1 1AA": (500_500, 300_500, "E08000038")})
    old = county(codes=("E08000016", "E08000019"))
    assert locate(pd.Series(["ZZ1 1AA"]), old, national=listed_new)["district_code"].tolist() == ["E08000016"]


def test_a_postcode_on_the_line_between_two_areas_is_in_one_of_them():
    on_the_line = listed({"ZZ1 1AA": (501_000, 300_500, "")})
    assert locate(pd.Series(["ZZ1 1AA"]), county(), national=on_the_line)["area_code"].iloc[0] in (WEST, EAST)


# --- A directory in the bundle ---------------------------------------------------------------------------------------


def test_the_directory_in_the_bundle_wins():
    found = one("ZZ1 1AA", county(directory()))
    assert (found["area_code"], found["easting_m"], found["district_code"]) == (EAST, 501_400, "E07999002")


def test_what_the_directory_lacks_comes_from_the_national_list():
    assert one("ZZ10 1AA", county(directory()))["area_code"] == WEST


def test_a_terminated_postcode_says_so_and_keeps_its_place():
    found = one("ZZ3 3OL", county(directory()))
    assert found["status"] == postcodes.TERMINATED and "no longer in use" in found["message"]
    assert found["area_code"] == WEST and found["easting_m"] == 500_400


def test_a_directory_row_without_an_area_takes_it_from_the_boundaries():
    assert one("ZZ4 4NW", county(directory()))["area_code"] == WEST


def test_a_northern_irish_place_in_the_directory_is_not_put_on_the_british_grid():
    found = one("BT1 1AA", county(directory()))
    assert np.isnan(found["easting_m"]) and pd.isna(found["area_code"])


@needs_opendata
@pytest.mark.parametrize(
    "file", ["onspd_aug2024_header_fixture_DemocracyClub", "onspd_nov2025_header_fixture_DemocracyClub"]
)
def test_both_generations_of_the_real_directory_tell_which_postcodes_are_terminated(tmp_path, file):
    (tmp_path / "onspd.csv").write_bytes((FOLDER / "geography" / f"{file}.csv").read_bytes())
    faults = []
    real = read_directory(recognise(tmp_path), faults)
    assert not faults
    mainland = real.index[~real.index.str.startswith("IM")]
    found = locate(pd.Series(real.index), county(real), national=NATIONAL)
    found.index = real.index
    ended = real["terminated"].notna()
    said = found.loc[mainland, "status"] == postcodes.TERMINATED
    assert said.tolist() == ended[mainland].tolist() and said.any()
    assert set(found["status"].drop(mainland)) == {postcodes.CROWN_DEPENDENCY}


def test_a_directory_row_of_another_county_is_outside():
    assert one("ZZ5 5OU", county(directory()))["status"] == postcodes.OUTSIDE


def test_a_postcode_only_the_directory_knows_can_be_mended_to():
    found = one("ZZ3 3O1", county(directory().rename(index={"ZZ3 3OL": "ZZ3 3OI"})))
    assert found["postcode"] == "ZZ3 3OI" and found["mended"]


def test_without_a_directory_a_report_says_that_terminated_postcodes_are_not_known():
    assert "does not say which postcodes are terminated" in what_was_used(county(), national=NATIONAL)
    assert "Directory in the bundle" in what_was_used(county(directory()), national=NATIONAL)


# --- Tables ----------------------------------------------------------------------------------------------------------


def test_the_answer_has_the_index_of_the_question():
    asked = pd.Series(["ZZ1 1AB", "", "ZZ1 1AA", "ZZ1 1AB"], index=["a", "b", "c", "d"])
    found = locate(asked, county(), national=NATIONAL)
    assert found.index.tolist() == ["a", "b", "c", "d"]
    assert found["area_code"].fillna("-").tolist() == [EAST, "-", WEST, EAST]


def test_no_rows_give_an_empty_table_with_every_column():
    empty = locate(pd.Series([], dtype="string"), county(directory()), national=NATIONAL)
    assert len(empty) == 0
    assert list(empty) == list(locate(pd.Series(["ZZ1 1AA"]), county(), national=NATIONAL))


def test_the_tables_given_are_not_altered():
    asked, place = pd.Series(["ZZ1 1AA", "zzi 1aa"]), county(directory())
    before = asked.copy(), place.areas.copy(), place.postcodes.copy()
    locate(asked, place, national=NATIONAL)
    pd.testing.assert_series_equal(asked, before[0])
    pd.testing.assert_frame_equal(pd.DataFrame(place.areas), pd.DataFrame(before[1]))
    pd.testing.assert_frame_equal(place.postcodes, before[2])


@given(st.permutations([*LISTED, "ZZI 1AA", "ZZ8 8ZZ", "", "ZZ1"]))
def test_a_row_does_not_depend_on_the_rows_around_it(order):
    together = locate(pd.Series(order), county(directory()), national=NATIONAL)
    alone = pd.concat([locate(pd.Series([text]), county(directory()), national=NATIONAL) for text in order[:2]])
    pd.testing.assert_frame_equal(together.head(2), alone.reset_index(drop=True))


# --- The list that comes with the package ----------------------------------------------------------------------------


def test_the_national_list_is_whole_and_in_order():
    national = national_list()
    assert len(national.keys) > 2_500_000 and (national.keys[1:] > national.keys[:-1]).all()
    assert sum(array.nbytes for array in (national.keys, national.easting_m, national.northing_m)) < 50e6


def test_the_national_list_knows_a_public_building():
    """The postcode of Lincolnshire County Council's offices, in the district of Lincoln."""
    national = national_list()
    place = national.find(["LN1 1YL"])[0]
    assert place >= 0 and national.district_codes[national.district[place]] == "E07000138"


def test_no_northern_irish_place_is_in_the_national_list():
    national = national_list()
    irish = national.keys >> np.uint64(48) == int.from_bytes(b"BT")
    assert irish.sum() > 50_000 and (national.easting_m[irish] == -1).all()


def test_ten_thousand_postcodes_drawn_from_the_list_are_all_found():
    national = national_list()
    picked = np.random.default_rng(2026).choice(len(national.keys), 10_000, replace=False)
    texts = [int(key).to_bytes(8, "big")[:7].decode() for key in national.keys[picked]]
    place = county()
    found = locate(pd.Series(texts), place)
    assert not found["status"].isin([postcodes.UNKNOWN, postcodes.NOT_A_POSTCODE]).any()
