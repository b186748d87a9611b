import datetime

import numpy as np
import pandas as pd
import pytest

from budget.offers import targeting
from budget.offers.catalogue import default_catalogue
from eligibility.rules import library
from eligibility.rules.criteria import Verdict
from tests.budget.offers.places import area_table, county, destination_table, journey

FIGURES = default_catalogue().figures
DAY = datetime.date(2026, 9, 1)
COLLEGE, WORK = ("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0)
NEAR_CITY = "Urban: Nearer to a major town or city"


def _target(rows, *destinations, imported=None) -> targeting.Targeting:
    matrix = None if imported is None else pd.DataFrame(imported)
    here = county(area_table(rows), destination_table(*destinations), matrix)
    base = targeting.base_journeys(here, FIGURES)
    return targeting.target(here, library.find("targeting-default"), DAY, FIGURES, base)


def _far(**more) -> dict:
    return {"east_km": 12, "north_km": 0, "rural_urban": NEAR_CITY} | more


def test_a_far_and_deprived_area_is_in_target():
    assert _target([_far()], COLLEGE, WORK).in_target.tolist() == ["A1"]


def test_a_far_area_that_is_not_disadvantaged_is_not():
    assert _target([_far(imd_decile=9, low_income_rate=0.05)], COLLEGE, WORK).in_target.empty


def test_a_deprived_area_beside_college_and_work_is_not():
    assert _target([_far(east_km=0.5)], COLLEGE, WORK).in_target.empty


def test_an_area_whose_distance_straddles_the_threshold_is_not_settled():
    assert _target([_far(east_km=3)], COLLEGE, WORK).not_settled.tolist() == ["A1"]


def test_an_unknown_income_and_decile_are_not_settled_rather_than_refused():
    result = _target([_far(imd_decile=None, low_income_rate=np.nan)], COLLEGE, WORK)
    assert result.not_settled.tolist() == ["A1"]


def test_an_imported_journey_settles_what_an_estimate_did_not():
    slow = [journey("A1", "C1", mode, 90) for mode in ("bus", "walk")]
    assert _target([_far(east_km=3)], COLLEGE, WORK, imported=slow).in_target.tolist() == ["A1"]


def test_no_college_within_the_radius_is_at_least_that_far():
    facts = _target([_far(east_km=80)], COLLEGE, WORK).facts.loc["A1"]
    assert facts["km_to_college_low"] == pytest.approx(44.9)
    assert facts["km_to_college_high"] == np.inf
    assert np.isnan(facts["minutes_to_college_high"])


def test_sixth_forms_count_as_places_to_study():
    assert _target([_far()], ("S1", "sixth_form", 12, 0), WORK).facts.loc["A1", "km_to_college_low"] == 0


def test_the_summary_counts_every_area_once():
    rows = [_far(), _far(east_km=3), _far(imd_decile=9, low_income_rate=0.05)]
    areas = area_table(rows)
    counted = targeting.summary(_target(rows, COLLEGE, WORK), areas)
    assert [counted[f"areas_{name}"] for name in ("in_target", "not_settled", "other")] == [1, 1, 1]
    assert sum(counted[f"young_people_{name}"] for name in ("in_target", "not_settled", "other")) == 300


def test_an_employment_centre_with_too_few_jobs_does_not_count_and_one_of_unknown_size_does():
    places = destination_table(("W1", "employment_centre", 0, 0), ("W2", "employment_centre", 1, 0), WORK)
    sizes = places.set_axis(["W1", "W2", "W3"]).assign(size=[499.0, 500.0, np.nan])
    assert targeting.by_purpose(sizes, FIGURES)["work"].index.tolist() == ["W2", "W3"]


def test_an_unknown_bus_leaves_the_walk_as_the_most_it_can_take_and_no_least():
    result = _target([_far(east_km=10, rural_urban=None)], COLLEGE, WORK)
    facts = result.facts.loc["A1"]
    assert facts["minutes_to_college_high"] == pytest.approx(150)
    assert np.isnan(facts["minutes_to_college_low"])
    assert result.verdicts.loc["A1", "slow_to_college"] == Verdict.UNKNOWN
