"""Whom a policy looks at and leaves out: every low-income young person of the county is in one group."""

import datetime
from dataclasses import replace

import pytest

from budget.planning import coverage, coverage_words
from budget.planning import plan as planning
from budget.planning.coverage import Coverage
from budget.scenarios.scenario import Scenario
from data import bundle, example
from tests.budget.offers.places import area_table, county, destination_table

DAY = datetime.date(2026, 11, 30)
PLACES = destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0))
CITY = "Urban: Nearer to a major town or city"
FAR = {"east_km": 12, "north_km": 0, "rural_urban": CITY}
WELL_OFF = {"imd_decile": 9, "low_income_rate": 0.08}
NEAR = {"east_km": 1, "north_km": 0, "rural_urban": CITY}
DOUBTFUL = {"east_km": 3, "north_km": 0, "rural_urban": CITY}
BOTH = "deprived-and-isolated-areas"


def told(*rows: dict, **scenario) -> Coverage:
    areas = area_table([dict(row) for row in rows])
    areas["low_income_percentile"] = [80.0 if rate > 0.2 else 10.0 for rate in areas["low_income_rate"]]
    return coverage.of_plan(planning.make(county(areas, PLACES), Scenario(**scenario), DAY))


def places(found: Coverage) -> dict[str, float]:
    return {group.place: group.people for group in found.groups if group.areas}


def test_a_well_off_isolated_area_counts_with_its_own_low_income_young_people():
    assert places(told(FAR | WELL_OFF, NEAR)) == {"in_target": 8.0, "not_isolated": 30.0}


def test_the_second_policy_says_which_rule_leaves_isolated_areas_out():
    found = told(FAR, FAR | WELL_OFF, DOUBTFUL | WELL_OFF, NEAR, policy=BOTH)
    assert places(found) == {
        "in_target": 30.0, "left_out": 8.0, "left_out_perhaps_isolated": 8.0, "not_isolated": 30.0
    }  # fmt: skip
    left_out = next(group for group in found.groups if group.place == "left_out")
    assert left_out.rules == ("disadvantaged",)
    assert "“The area is disadvantaged”" in left_out.label


@pytest.mark.parametrize("policy", ["isolated-areas", BOTH, "targeting-default"])
def test_the_groups_of_the_example_add_up_to_its_areas_and_people(policy):
    here = bundle.load(example.FOLDER)
    plan = planning.make(here, Scenario(policy=policy), DAY)
    found = coverage.of_plan(plan)
    assert sum(group.areas for group in found.groups) == len(here.areas)
    assert sum(group.people for group in found.groups) == pytest.approx(found.people)
    assert found.people_in("in_target") == pytest.approx(plan.choices.cohorts["people"].sum())
    assert found.areas_in("not_settled") == len(plan.targeting.not_settled)


def test_an_area_that_the_data_do_not_settle_is_told_apart_from_one_that_is_near():
    assert places(told(DOUBTFUL, NEAR)) == {"not_isolated": 30.0, "not_settled": 30.0}


def test_each_rule_says_what_a_notch_of_it_would_add():
    found = told(FAR, FAR | WELL_OFF | {"imd_decile": 4}, DOUBTFUL, policy=BOTH)
    by_name = {each.parameter: each for each in found.loosened}
    decile = by_name["highest_deprived_decile"]
    assert (decile.then, decile.notch, decile.areas, decile.people) == (4, "one decile", 1, 8.0)
    assert by_name["minimum_low_income_percentile"].then == 50
    assert by_name["longest_minutes_to_college"].then == 65
    # the doubtful area lies 2.9 to 6.6 km away: a mile less than three miles is 3.219 km, which does not settle it
    assert (by_name["minimum_km_to_college"].then, by_name["minimum_km_to_college"].people) == (3.219, 0.0)
    assert by_name["minimum_km_to_college"].quantities == ("3 miles", "2 miles")


def test_the_rule_that_adds_most_is_named_first():
    nearer = {"east_km": 4, "north_km": 0, "rural_urban": CITY}
    found = told(FAR, nearer)
    assert found.loosened[0].people == 30.0
    assert "would add most: about 30 in 1 area" in coverage_words.loosest(found)


def test_a_rule_at_the_end_of_its_range_is_not_loosened():
    found = told(FAR, targeting={"minimum_km_to_college": 0.0})
    assert "minimum_km_to_college" not in {each.parameter for each in found.loosened}


def test_the_sentence_counts_whole_people_and_hides_small_numbers_with_what_would_give_them_away():
    few = FAR | {"young_people": 10}
    words = coverage_words.whole(told(few, NEAR, DOUBTFUL | {"young_people": 50}))
    assert words.startswith("The county has about 48 low-income young people. A few live in areas in target.")
    assert "about 3 " not in words and words.count("A few") == 2


def test_the_measure_is_named_by_what_the_bundle_was_made_of():
    manifest = bundle.Manifest("X", ("X1",), ())
    for note, words in (
        ("IDACI rate (IoD 2025)", "children"),
        ("income score (rate) (IoD 2025)", "people of all ages"),
    ):
        columns = {"areas.low_income_rate": {"source": "x", "note": note, "estimated": False}}
        assert words in coverage.measure(replace(manifest, columns=columns))
    assert "does not name" in coverage.measure(manifest)


def test_a_bundle_of_before_has_no_percentile_and_the_second_policy_says_it_is_not_settled():
    areas = area_table([FAR | {"imd_decile": 9}])
    assert "low_income_percentile" not in areas
    before = county(areas, PLACES)
    assert coverage.of_plan(planning.make(before, Scenario(policy=BOTH), DAY)).areas_in("not_settled") == 1
    assert coverage.of_plan(planning.make(before, Scenario(), DAY)).areas_in("in_target") == 1


def test_the_same_rate_is_judged_by_where_it_stands_among_its_own_measure():
    rows = area_table([FAR | {"imd_decile": 9, "low_income_rate": 0.3}])
    for percentile, place in ((40.0, "left_out"), (75.0, "in_target")):  # 30% of children is usual, of everybody not
        here = county(rows.assign(low_income_percentile=percentile), PLACES)
        assert coverage.of_plan(planning.make(here, Scenario(policy=BOTH), DAY)).areas_in(place) == 1
