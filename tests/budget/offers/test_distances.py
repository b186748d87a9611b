"""How far the nearest destination is: bounds, and measured routes in their place."""

import numpy as np
import pandas as pd
import pytest

from budget.offers import distances
from budget.offers.catalogue import default_catalogue
from tests.budget.offers.places import area_table, destination_table, journey

FIGURES = default_catalogue().figures
AREAS = area_table([{"east_km": 3, "north_km": 0}])
COLLEGES = destination_table(("C1", "college", 0, 0), ("C2", "college", 3, 4), ("C3", "college", 3, 20))


def bounds(*rows: dict, colleges=COLLEGES) -> tuple[float, float]:
    matrix = pd.DataFrame(rows) if rows else None
    low, high = distances.to_nearest(AREAS, colleges, FIGURES, matrix)
    return low["A1"], high["A1"]


def test_without_a_matrix_the_straight_line_and_its_longest_multiple_bound_the_route():
    assert bounds() == pytest.approx((2.9, 6.6))


def test_a_measured_route_takes_the_place_of_its_bounds_and_the_next_nearest_still_counts():
    assert bounds(journey("A1", "C1", "walk", 90, distance_km=12.0)) == pytest.approx((3.9, 8.8))


def test_routes_that_are_all_measured_leave_no_doubt():
    rows = [journey("A1", code, "walk", 90, distance_km=12.0) for code in COLLEGES.index]
    assert bounds(*rows) == (12.0, 12.0)


def test_the_shortest_measured_route_of_any_mode_counts():
    rows = [journey("A1", "C1", mode, 30, distance_km=km) for mode, km in (("car", 5.5), ("walk", 3.4))]
    assert bounds(*rows) == pytest.approx((3.4, 3.4))


def test_a_distance_counts_though_the_minutes_are_not_known():
    assert bounds(journey("A1", "C1", "walk", np.nan, distance_km=3.4))[1] == 3.4


def test_what_an_estimate_says_of_a_distance_settles_nothing():
    assert bounds(journey("A1", "C1", "car", 9, distance_km=3.4, source="estimate")) == pytest.approx((2.9, 6.6))


def test_no_destination_within_the_radius_is_at_least_that_far():
    away = destination_table(("C1", "college", 300, 0))
    assert bounds(colleges=away) == pytest.approx((44.9, np.inf))


def test_the_routes_to_measure_are_those_that_may_be_shorter_than_the_number_asked():
    pairs = distances.could_be_within(AREAS, COLLEGES, FIGURES, None, 4.828)
    assert pairs["to_id"].tolist() == ["C1", "C2"]
    known = pd.DataFrame([journey("A1", "C1", "walk", 90, distance_km=12.0)])
    assert distances.could_be_within(AREAS, COLLEGES, FIGURES, known, 4.828)["to_id"].tolist() == ["C2"]
