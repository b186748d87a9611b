import pandas as pd
import pytest

from data.bundle import County
from eligibility.applicants.destinations import find_destinations
from tests.eligibility.example_people import county


def found(text: str | None, places: County | None = None):
    return find_destinations(pd.Series([text], dtype="string"), places or county()).iloc[0]


@pytest.mark.parametrize(
    "text",
    ["X-C1", "x-c1", "Harrowmere College", "HARROWMERE  COLLEGE", "The Harrowmere College.", "harrowmere-college"],
)
def test_a_destination_is_found_by_id_or_by_name_however_it_is_written(text):
    assert found(text)["destination_id"] == "X-C1"
    assert found(text)["note"] == ""


def test_a_part_of_a_name_that_fits_one_place_only_is_read_and_said_so():
    place = found("Tidewold Academy 6th Form")
    assert place["destination_id"] == "X-S2"
    place = found("Cobbleford Institute")
    assert place["destination_id"] == "X-C2"
    assert "Cobbleford Institute of Further Education" in place["note"]


def test_a_name_that_fits_several_places_is_not_guessed():
    place = found("Sixth Form")
    assert pd.isna(place["destination_id"])
    assert "may be any of 4 destinations" in place["problem"]


def test_a_name_nearly_right_is_suggested_and_not_taken():
    place = found("Harowmere Colege")
    assert pd.isna(place["destination_id"])
    assert 'Did you mean "Harrowmere College" (X-C1)?' in place["problem"]


def test_a_gap_is_no_problem_and_no_place():
    place = found(None)
    assert (place["problem"], place["note"]) == ("", "")
    assert pd.isna(place["easting_m"])


def test_a_postcode_far_from_every_destination_is_a_place_of_its_own():
    place = found("xm15 1aa")
    assert pd.isna(place["destination_id"]) and place["easting_m"] > 0
    assert "postcode alone" in place["note"]


def test_a_postcode_beside_one_destination_is_that_destination_s():
    home = county().postcodes.loc["XM15 1AA"]
    near = county().destinations.copy()
    near.loc["X-C1", ["easting_m", "northing_m"]] = home["easting_m"] + 100, home["northing_m"]
    beside = County(county().areas, near, county().manifest, postcodes=county().postcodes)
    assert found("XM15 1AA", beside)["destination_id"] == "X-C1"


def test_a_postcode_that_does_not_exist_is_a_problem():
    assert "in no list" in found("XM99 9ZZ")["problem"]


def test_two_places_of_one_name_are_told_apart_by_their_ids():
    twice = county().destinations.copy()
    twice.loc["X-S1", "name"] = "Harrowmere College"
    both = County(county().areas, twice, county().manifest, postcodes=county().postcodes)
    assert "Harrowmere College (X-C1); Harrowmere College (X-S1)" in found("Harrowmere College", both)["problem"]
    assert found("X-S1", both)["destination_id"] == "X-S1"


def test_a_word_that_any_college_has_is_not_taken_for_the_only_college():
    assert pd.isna(found("College")["destination_id"])
    assert 'Did you mean "Harrowmere College"' in found("College")["problem"]
