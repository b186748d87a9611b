from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.travel import JOURNEY_COLUMNS, default_figures
from eligibility.applicants.measure import measure
from eligibility.applicants.people import read_one
from eligibility.rules.facts import KM_A_MILE
from tests.eligibility.example_people import DAY, ELIGIBLE, county, rules

HOME = "XM15 1AA"


def measured(places=None, **changed: str):
    given = {**ELIGIBLE, **changed}
    return measure(read_one(given, rules(), decided_on=DAY).table, places or county())


def row(places=None, **changed: str) -> pd.Series:
    result = measured(places, **changed)
    assert result.problems == ()
    return result.table.iloc[0]


def straight_km(destination: str = "X-C1") -> float:
    home, goal = county().postcodes.loc[HOME], county().destinations.loc[destination]
    return float(np.hypot(home["easting_m"] - goal["easting_m"], home["northing_m"] - goal["northing_m"])) / 1000


def with_journeys(*journeys: tuple):
    return replace(county(), journeys=pd.DataFrame(list(journeys), columns=JOURNEY_COLUMNS))


def journey(start: str, mode: str, *, minutes=np.nan, km=np.nan, source="routed by a test") -> tuple:
    return (start, "X-C1", mode, minutes, km, np.nan, source, "2026-09")


def test_a_straight_line_gives_bounds_in_miles():
    person = row()
    assert person["walk_miles_low"] == pytest.approx((straight_km() - 0.1) / KM_A_MILE)
    assert person["walk_miles_high"] == pytest.approx(straight_km() * 2.2 / KM_A_MILE)
    assert np.isnan(person["walk_miles"])
    assert person["walk_miles_method"] == "straight line"


def test_a_straight_line_says_nothing_of_minutes():
    assert np.isnan(row()["journey_minutes_high"])


def test_the_method_and_its_versions_are_recorded():
    assert county().manifest.checksum[:12] in row()["walk_miles_version"]
    assert "2.2 times" in row()["walk_miles_version"]
    assert "Postcodes:" in measured().how


OFFICER = {
    "measured_walk_miles": "30",
    "measured_by": "T. Lundgate",
    "measured_how": "GIS 2026-04",
    "measured_on": "1/6/2026",
}


def test_an_officer_s_measurement_takes_the_place_of_bounds():
    person = row(**OFFICER)
    assert (person["walk_miles"], person["walk_miles_method"]) == (30.0, "measured by an officer")
    assert (person["walk_miles_version"], person["walk_miles_by"]) == ("GIS 2026-04", "T. Lundgate")
    assert person["walk_miles_on"] == pd.Timestamp(2026, 6, 1)
    assert person["drive_miles_method"] == "straight line"


def test_a_measurement_shorter_than_the_straight_line_is_a_contradiction():
    problems = measured(**OFFICER | {"measured_walk_miles": "0.5"}).problems
    assert [(row, column) for row, column, _ in problems] == [(1, "measured_walk_miles")]


def test_a_stated_distance_does_not_displace_bounds():
    assert row(walk_miles="2")["walk_miles_method"] == "straight line"


def test_a_stated_distance_is_used_where_nothing_better_is_known_and_called_stated():
    person = row(walk_miles="4", postcode="")
    assert (person["walk_miles"], person["walk_miles_method"]) == (4.0, "stated")


def test_a_routed_journey_from_the_postcode_is_exact():
    person = row(with_journeys(journey(HOME, "walk", km=36.0)))
    assert person["walk_miles"] == pytest.approx(36.0 / KM_A_MILE)
    assert (person["walk_miles_method"], person["walk_miles_version"]) == ("routed", "routed by a test 2026-09")


def test_a_routed_journey_from_the_middle_of_the_area_gives_bounds_around_it():
    area = county().postcodes.at[HOME, "area_code"]
    middle, home = county().areas.loc[area], county().postcodes.loc[HOME]
    away_km = float(np.hypot(middle["easting_m"] - home["easting_m"], middle["northing_m"] - home["northing_m"])) / 1000
    person = row(with_journeys(journey(area, "walk", km=36.0), journey(area, "bus", minutes=80.0)))
    assert person["walk_miles_low"] == pytest.approx((36.0 - 2.2 * away_km) / KM_A_MILE)
    assert person["walk_miles_high"] == pytest.approx((36.0 + 2.2 * away_km) / KM_A_MILE)
    walk = away_km / default_figures()["walk_km_per_hour"] * 60
    assert person["journey_minutes_low"] == pytest.approx(80 - walk)
    assert "middle of the area" in person["journey_minutes_version"]


@pytest.mark.parametrize("source", ["estimate", "routed estimate", "survey", "unrouted guess"])
def test_a_journey_whose_source_does_not_say_routed_counts_for_nothing(source):
    person = row(
        with_journeys(journey(HOME, "walk", km=36.0, source=source), journey(HOME, "bus", minutes=50.0, source=source))
    )
    assert person["walk_miles_method"] == "straight line"
    assert np.isnan(person["journey_minutes_high"])


def test_an_officer_s_measurement_stands_before_a_routed_journey():
    person = row(with_journeys(journey(HOME, "walk", km=36.0)), **OFFICER)
    assert person["walk_miles"] == 30.0


@pytest.mark.parametrize("postcode", ["XM1", "nowhere", "XM99 9ZZ"])
def test_a_postcode_that_nothing_can_be_built_on_is_a_problem_and_is_not_repeated(postcode):
    (problem,) = measured(postcode=postcode).problems
    assert problem[:2] == (1, "postcode")
    assert postcode not in problem[2].replace("LN1 1AA", "")


def test_a_mended_postcode_is_used_and_said_so():
    result = measured(postcode="xmi5 iaa")
    assert result.table.iloc[0]["postcode"] == HOME
    assert "exchanged" in result.notes[0][1]


def test_a_missing_postcode_leaves_the_distance_open_and_is_no_problem():
    person = row(postcode="")
    assert np.isnan(person["walk_miles_low"]) and pd.isna(person["area_code"])


def test_a_home_outside_the_county_is_measured_all_the_same():
    person = row(postcode="LN1 1AA")
    assert pd.isna(person["area_code"]) and person["walk_miles_low"] > 0


def test_the_people_given_are_not_altered():
    people = read_one(ELIGIBLE | OFFICER, rules(), decided_on=DAY).table
    before = people.copy()
    measure(people, county())
    pd.testing.assert_frame_equal(people, before)


def test_across_water_without_a_known_way_there_is_no_upper_bound_and_so_no_refusal():
    east, north = (int(county().postcodes.loc[HOME, name]) for name in ("easting_m", "northing_m"))
    moat = [  # 3 km of water all around the home, from 9 to 12 km away
        {"south_m": north + row, "west_m": east + west, "east_m": east + end}
        for row in range(-12_000, 12_000, 100)
        for west, end in ([(-12_000, -9_000), (9_000, 12_000)] if -9_000 <= row < 9_000 else [(-12_000, 12_000)])
    ]
    person = row(replace(county(), water=pd.DataFrame(moat)))
    assert straight_km() > 12
    assert person["walk_miles_low"] == pytest.approx((straight_km() - 0.1) / KM_A_MILE)
    assert np.isnan(person["walk_miles_high"])
