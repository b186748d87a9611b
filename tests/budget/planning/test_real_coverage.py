"""Whom the default policy looks at in real councils, and why: places where the rule before found next to nobody.

The numbers are those of the files of `tests.opendata`: indices of 2025, whose rate for children is blank there, so the
rate is that of people of all ages, and ages 16 to 18 of mid-2020.
"""

import datetime

import pytest

from budget.planning import coverage, left_over, not_settled
from budget.planning import plan as planning
from budget.planning.coverage import Coverage
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from tests.opendata import needs_opendata

DAY = datetime.date(2026, 11, 30)
BEFORE = "targeting-default"

pytestmark = needs_opendata


@pytest.fixture(scope="module")
def planned(real_county):
    plans: dict[tuple, Plan] = {}

    def made(council: str, policy: str = Scenario().policy) -> Plan:
        if (council, policy) not in plans:
            plans[council, policy] = planning.make(real_county(council), Scenario(policy=policy), DAY)
        return plans[council, policy]

    return made


def counted(plan: Plan) -> tuple[Coverage, dict[str, tuple[int, int]]]:
    found = coverage.of_plan(plan)
    return found, {
        place: (found.areas_in(place), round(found.people_in(place)))
        for place in coverage.PLACES
        if found.areas_in(place)
    }


def test_westmorland_and_furness_has_half_its_areas_in_target_where_deprivation_left_two(planned):
    before, places = counted(planned("Westmorland and Furness", BEFORE))
    assert (round(before.people), places["in_target"], places["left_out"]) == (1050, (2, 19), (69, 325))
    _, places = counted(planned("Westmorland and Furness"))
    assert places == {"in_target": (71, 344), "not_isolated": (49, 540), "not_settled": (22, 166)}


def test_rutland_has_its_villages_in_target_and_its_towns_beside_their_colleges_not(planned):
    _, places = counted(planned("Rutland", BEFORE))
    # deprived nowhere: three villages of which the road is not known were left out all the same
    assert places == {"left_out": (14, 75), "left_out_perhaps_isolated": (3, 8), "not_isolated": (9, 85)}
    _, places = counted(planned("Rutland"))
    assert places == {"in_target": (14, 75), "not_isolated": (9, 85), "not_settled": (3, 8)}
    assert planned("Rutland").allocation.spent_pence > 0


def test_scilly_is_in_target_and_what_helps_there_is_lodging(planned):
    plan = planned("Isles of Scilly")
    assert len(plan.targeting.in_target) == len(plan.county.areas) == 1
    assert plan.allocation.chosen.index.get_level_values("option").tolist() == ["lodging"]
    assert "all of them in areas in target" in left_over.in_words(plan)


def test_scilly_without_lodging_buys_nothing_and_says_why(real_county):
    scenario = Scenario(kinds=("bus_pass", "shared_taxi"))
    plan = planning.make(real_county("Isles of Scilly"), scenario, DAY)
    words = left_over.in_words(plan)
    assert plan.allocation.spent_pence == 0
    assert "college or sixth form" in words and "comes within 60 minutes" in words and "none within 28 miles" in words
    assert "all of them in areas in target" in words


@pytest.mark.parametrize(
    ("council", "near", "unsettled"),
    [
        ("Kingston upon Hull, City of", (137, 2457), (31, 706)),
        ("Bournemouth, Christchurch and Poole", (187, 1930), (53, 429)),
    ],
)
def test_a_city_has_nobody_in_target_because_colleges_are_near_and_says_what_would_settle_the_rest(
    planned, council, near, unsettled
):
    plan = planned(council)
    _, places = counted(plan)
    assert places == {"not_isolated": near, "not_settled": unsettled}
    assert f"({near[0]} areas)" in left_over.in_words(plan)
    found = not_settled.to_measure(plan)
    assert (found.areas["routes"] > 0).all() and len(found.areas) == unsettled[0]


def test_the_percentile_is_of_all_england_and_60_is_where_23_per_cent_stood(real_county):
    areas = real_county("Westmorland and Furness").areas
    assert areas["low_income_percentile"].between(0, 100).all()
    around = areas.loc[(areas["low_income_rate"] - 0.23).abs() < 0.004, "low_income_percentile"]
    assert len(around) and around.between(59, 61).all()
