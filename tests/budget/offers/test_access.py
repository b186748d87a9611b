import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.offers import access
from budget.offers.catalogue import default_catalogue
from tests.budget.offers.places import journey

CATALOGUE = default_catalogue()
PASS, DISCOUNT, BURSARY = (CATALOGUE.kind(name) for name in ("bus_pass", "bus_discount", "bursary"))
MOPED = CATALOGUE.kind("moped_loan")


def _reach(kind, *rows, purpose="college", decay="step", catalogue=CATALOGUE) -> float:
    table = pd.DataFrame(rows)
    reached = access.journey_reach(table, catalogue, kind, purpose, decay)
    return access.best(reached, pd.Index(["A"]))["A"]


def test_a_walk_within_the_hour_is_within_reach_without_help():
    assert _reach(None, journey("A", "D", "walk", 60, fare_pence=0)) == 1


def test_a_minute_over_the_limit_is_out_of_reach():
    assert _reach(None, journey("A", "D", "walk", 61, fare_pence=0)) == 0


def test_a_bus_at_full_fare_is_not_affordable_without_help():
    assert _reach(None, journey("A", "D", "bus", 30)) == 0


def test_a_cheap_bus_is_within_reach_without_help():
    assert _reach(None, journey("A", "D", "bus", 30, fare_pence=200)) == 1


def test_a_free_pass_brings_a_timely_bus_within_reach():
    assert _reach(PASS, journey("A", "D", "bus", 30)) == 1


def test_a_free_pass_does_nothing_where_no_bus_comes_in_time():
    assert _reach(PASS, journey("A", "D", "bus", 80)) == 0


def test_half_a_fare_is_affordable_until_it_is_more_than_the_limit():
    assert _reach(DISCOUNT, journey("A", "D", "bus", 30, fare_pence=400)) == 1
    assert _reach(DISCOUNT, journey("A", "D", "bus", 30, fare_pence=401)) == 0


def test_a_bursary_pays_towards_the_fare():
    assert _reach(BURSARY, journey("A", "D", "bus", 30, fare_pence=355)) == 1
    assert _reach(BURSARY, journey("A", "D", "bus", 30, fare_pence=356)) == 0


def test_a_moped_s_weekly_payment_counts_as_its_cost():
    dear = CATALOGUE.with_values({"moped_loan.weekly_cost": 20.01})
    row = journey("A", "D", "moped", 30, fare_pence=0)
    assert _reach(MOPED, row) == 1
    assert _reach(MOPED, row, catalogue=dear) == 0


def test_a_charge_a_year_counts_as_what_is_still_paid_a_week_once_and_to_the_penny():
    row = journey("A", "D", "bus", 30)
    weeks = CATALOGUE.figures["weeks_a_year"]
    assert _reach(PASS, row, catalogue=CATALOGUE.with_values({"bus_pass.contribution": 20.0 * weeks})) == 1
    assert _reach(PASS, row, catalogue=CATALOGUE.with_values({"bus_pass.contribution": 20.0 * weeks + 0.01})) == 0
    by_moped = journey("A", "D", "moped", 30, fare_pence=0)
    paid_weekly = {"moped_loan.contribution": 15.0 * weeks, "moped_loan.weekly_cost": 15.0}
    assert _reach(MOPED, by_moped, catalogue=CATALOGUE.with_values(paid_weekly)) == 1


def test_a_moped_does_not_go_beyond_its_longest_journey():
    assert _reach(MOPED, journey("A", "D", "moped", 30, fare_pence=0, distance_km=31)) == 0


def test_an_unknown_distance_is_not_a_short_one():
    assert _reach(MOPED, journey("A", "D", "moped", 30, fare_pence=0, distance_km=np.nan)) == 0


@pytest.mark.parametrize("decay", access.DECAYS)
def test_unknown_and_unreachable_minutes_reach_nothing(decay):
    for minutes in (np.nan, np.inf):
        assert _reach(PASS, journey("A", "D", "bus", minutes), decay=decay) == 0


def test_work_has_its_own_limit():
    row = journey("A", "D", "bus", 50)
    assert (_reach(PASS, row), _reach(PASS, row, purpose="work")) == (1, 0)


def test_the_best_of_several_destinations_counts():
    rows = journey("A", "D", "bus", 80), journey("A", "E", "bus", 20)
    assert _reach(PASS, *rows) == 1


@pytest.mark.parametrize("decay", ["logistic", "exponential"])
def test_a_soft_decay_is_a_half_at_the_limit(decay):
    assert access.decayed(pd.Series([60.0]), 60, decay)[0] == pytest.approx(0.5)


@given(st.lists(st.floats(0, 2000), min_size=2, max_size=20), st.sampled_from(access.DECAYS))
def test_a_longer_journey_never_reaches_more(minutes, decay):
    reach = access.decayed(pd.Series(sorted(minutes)), 60, decay)
    assert reach.between(0, 1).all()
    assert reach.is_monotonic_decreasing


def test_measured_journeys_can_be_counted_alone():
    rows = pd.DataFrame([journey("A", "D", "bus", 30, source="estimate"), journey("B", "D", "bus", 30)])
    reached = access.journey_reach(rows, CATALOGUE, PASS, "college", "step")
    assert access.best(reached, pd.Index(["A", "B"]), measured_only=True).tolist() == [0, 1]


def test_an_unknown_fare_is_neither_free_nor_affordable_but_a_pass_need_not_know_it():
    row = journey("A", "D", "bus", 30, fare_pence=np.nan)
    assert _reach(None, row) == _reach(DISCOUNT, row) == _reach(BURSARY, row) == 0
    assert _reach(CATALOGUE.kind("bus_pass"), row) == 1


def test_a_bus_pass_pays_no_train_and_a_bursary_helps_with_any_fare():
    row = journey("A", "D", "train", 30, fare_pence=350)
    assert _reach(CATALOGUE.kind("bus_pass"), row) == 0
    assert _reach(BURSARY, row) == 1
