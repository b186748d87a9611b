"""Each figure of an offer is rounded once, halves up, by a rule that a spreadsheet repeats."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.offers.catalogue import default_catalogue
from budget.offers.mileage import mile_a_year_pence
from budget.offers.offers import to_millionths
from budget.planning.by_group import shared_out


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_a_vehicles_cost_is_shared_out_to_the_last_penny(pence, hundredths):
    parts = shared_out(pence, pd.Series(hundredths) / 100)
    assert parts.sum() == pence
    assert (parts >= 0).all()
    exact = pd.Series(hundredths) * pence / sum(hundredths)
    assert ((parts - exact).abs() <= 1 + 1e-6).all()


def test_equal_takers_share_a_vehicle_equally_but_for_a_penny():
    assert shared_out(100, pd.Series([1.0, 1.0, 1.0])).tolist() == [33, 34, 33]


def test_nobody_on_board_shares_nothing():
    assert shared_out(100, pd.Series([], dtype=float)).tolist() == []


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.0000005, 0.000001), (0.0000015, 0.000002), (0.00000049, 0.0), (0.8518535, 0.851854)]
)
def test_access_is_rounded_to_millionths_halves_up(value, rounded):
    assert to_millionths(pd.Series([value])).tolist() == [rounded]


@pytest.mark.parametrize(("days", "pence"), [(5, 41_800), (4.5, 37_620), (1.1, 9_196)])
def test_a_mile_over_the_year_is_whole_pence_without_binary_noise(days, pence):
    catalogue = default_catalogue().with_values({"days_a_week": days, "mileage.price_per_mile": 0.55})
    assert mile_a_year_pence(catalogue.kind("mileage"), catalogue) == pence


def test_half_a_penny_of_mileage_goes_up():
    values = {"days_a_week": 2.5, "weeks_a_year": 37, "mileage.price_per_mile": 0.01, "mileage.journeys_a_day": 1}
    catalogue = default_catalogue().with_values(values)
    assert mile_a_year_pence(catalogue.kind("mileage"), catalogue) == 93  # 92.5
