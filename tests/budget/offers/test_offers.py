from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.offers import mileage, offers, services, targeting
from budget.offers.catalogue import default_catalogue
from data.faults import InputError
from tests.budget.offers.places import area_table, county, destination_table, journey

CATALOGUE = default_catalogue()
COLLEGE = ("C1", "college", 0, 0)
WORK = ("W1", "employment_centre", 0, 0)


def _choices(rows, *destinations, catalogue=CATALOGUE, imported=None) -> offers.OfferTables:
    matrix = None if imported is None else pd.DataFrame(imported)
    here = county(area_table(rows), destination_table(*destinations), matrix)
    base = targeting.base_journeys(here, catalogue.figures)
    journeys = targeting.journeys_in_target(here, here.areas.index, catalogue.figures, base)
    return offers.for_areas(here.areas, journeys, catalogue, "step", here.destinations)


def test_a_kind_that_brings_nothing_is_not_offered():
    near = _choices([{"east_km": 1, "north_km": 0}], COLLEGE, WORK)
    assert near.offers.empty
    assert near.cohorts[["reach_college", "reach_work"]].to_numpy().tolist() == [[1, 1]]


def test_people_and_money_of_an_offer_are_what_the_catalogue_says():
    offer = _choices([{"east_km": 8, "north_km": 0}], COLLEGE, WORK).offers.loc[("A1", "bus_pass")]
    assert offer["people"] == 21.0  # 100 young people × 0.3 × 0.70
    assert offer["cost_pence"] == 21 * 90_000
    assert offer["access"] == 10.5  # college within the hour (half), work not within 45 minutes


def test_an_expected_number_of_people_is_not_rounded_to_a_whole_one():
    offer = _choices([{"east_km": 8, "north_km": 0, "young_people": 7}], COLLEGE).offers.loc[("A1", "bus_pass")]
    assert offer["people"] == 1.47
    assert offer["cost_pence"] == 132_300


def test_mileage_is_paid_there_and_back_twice_a_day():
    imported = [journey("A1", "C1", "car", 30, distance_km=16.0934, fare_pence=0)]
    offer = _choices([{"east_km": 12, "north_km": 0}], COLLEGE, imported=imported).offers.loc[("A1", "mileage")]
    assert offer["miles"] == 10.0
    assert offer["unit_price_pence"] == 418_000  # £4,180: the worked example for ten miles at 55p


def test_a_contribution_is_taken_off_the_price():
    offer = _choices([{"east_km": 15, "north_km": 0}], COLLEGE, WORK).offers.loc[("A1", "moped_loan")]
    assert offer["cost_pence"] == round(offer["people"] * (251_000 - 76_000))


def test_a_contribution_above_the_price_is_refused():
    odd = CATALOGUE.with_values({"bus_pass.contribution": 901.0})
    with pytest.raises(InputError, match=r"bus_pass\.contribution"):
        _choices([{"east_km": 8, "north_km": 0}], COLLEGE, catalogue=odd)


def test_a_contribution_to_a_kind_paid_by_the_vehicle_says_where_its_income_belongs():
    charged = CATALOGUE.with_values({"shared_taxi.contribution": 300.0})
    with pytest.raises(InputError, match=r"paid by the vehicle.* off shared_taxi\.vehicle_price"):
        _choices([{"east_km": 8, "north_km": 0}], COLLEGE, catalogue=charged)


def test_areas_with_unknown_people_or_rate_make_no_cohort_and_no_zero():
    rows = [
        {"east_km": 8, "north_km": 0, "young_people": np.nan},
        {"east_km": 8, "north_km": 1, "low_income_rate": np.nan},
    ]
    assert _choices(rows, COLLEGE).cohorts.empty


def test_the_most_deprived_can_be_given_more_weight():
    favoured = CATALOGUE.with_values({"deprived_weight": 1.5})
    rows = [{"east_km": 8, "north_km": 0, "imd_decile": 2}, {"east_km": 0, "north_km": 8, "imd_decile": 3}]
    table = _choices(rows, COLLEGE, catalogue=favoured).offers["access"].xs("bus_pass", level="option")
    assert table["A1"] == 1.5 * table["A2"]


def test_a_minibus_is_shared_by_areas_on_one_side_of_a_college():
    rows = [{"east_km": 10, "north_km": 0}, {"east_km": 12, "north_km": 1}, {"east_km": -10, "north_km": 0}]
    choices = _choices(rows, COLLEGE)
    riding = choices.offers["service"].xs("minibus", level="option")
    assert riding.to_dict() == {
        "A1": "minibus-C1-east", "A2": "minibus-C1-east", "A3": "minibus-C1-west",
    }  # fmt: skip
    assert choices.services.loc["minibus-C1-east", ["unit_cost_pence", "seats_per_unit", "max_units"]].tolist() == [
        4_500_000, 16, 3,
    ]  # fmt: skip


def test_a_taxi_is_bought_whole_and_its_price_goes_by_the_miles_of_the_farthest_in_its_band():
    rows = [{"east_km": km, "north_km": 0} for km in (8, 9, 22, -8)]
    choices = _choices(rows, COLLEGE)
    taxis = choices.services.filter(like="shared_taxi", axis=0)
    assert choices.offers["service"].xs("shared_taxi", level="option").to_dict() == {
        "A1": "shared_taxi-C1-east-10", "A2": "shared_taxi-C1-east-10", "A3": "shared_taxi-C1-east-20",
        "A4": "shared_taxi-C1-west-10",
    }  # fmt: skip
    for service, miles, price in zip(taxis.index, taxis["miles"], taxis["unit_cost_pence"], strict=True):
        assert price == 855_000 + round(miles * 10) * 150 * 2 * 190 / 10, service  # £1.50 a mile, twice on 190 days
    assert taxis.loc["shared_taxi-C1-east-10", "miles"] > taxis.loc["shared_taxi-C1-west-10", "miles"]
    assert (taxis["seats_per_unit"] == 3).all()
    assert (choices.offers.xs("shared_taxi", level="option")["cost_pence"] == 0).all()


def test_taxis_whose_miles_cost_nothing_are_not_told_apart_by_distance():
    flat = CATALOGUE.with_values({"shared_taxi.price_per_mile": 0.0})
    choices = _choices([{"east_km": km, "north_km": 0} for km in (4, 22)], COLLEGE, catalogue=flat)
    taxis = choices.services.filter(like="shared_taxi", axis=0)
    assert taxis["unit_cost_pence"].to_dict() == {"shared_taxi-C1-east": 855_000}


def test_taxis_whose_vehicles_cost_nothing_are_paid_by_the_passenger_and_none_is_bought():
    by_passenger = {"shared_taxi.price_per_mile": 0.0, "shared_taxi.vehicle_price": 0.0, "shared_taxi.price": 3800.0}
    choices = _choices([{"east_km": 8, "north_km": 0}], COLLEGE, catalogue=CATALOGUE.with_values(by_passenger))
    taxi = choices.offers.loc[("A1", "shared_taxi")]
    assert pd.isna(taxi["service"]) and taxi["seats"] == 0
    assert taxi["cost_pence"] == round(taxi["people"] * 380_000)
    assert choices.services.filter(like="shared_taxi", axis=0).empty


def test_a_taxi_whose_distance_nobody_knows_is_paid_for_the_straight_line():
    reached = {"academic": pd.DataFrame({"from_id": ["A1"], "distance_km": [np.nan]})}
    places, riders = area_table([{"east_km": 16.1, "north_km": 0}]), pd.Series({"A1": "C1"})
    taxi = CATALOGUE.kind("shared_taxi")
    table = services.services_of(riders, reached, places, destination_table(COLLEGE), taxi, CATALOGUE)
    assert table["miles"].tolist() == [10.0]


def test_a_seat_is_an_expected_rider():
    offer = _choices([{"east_km": 10, "north_km": 0}], COLLEGE).offers.loc[("A1", "minibus")]
    assert offer["seats"] == offer["people"] == 18.0
    assert offer["cost_pence"] == 0


def test_access_that_rests_on_a_measured_journey_is_told_apart():
    rows = [{"east_km": 8, "north_km": 0}, {"east_km": 0, "north_km": 8}]
    table = _choices(rows, COLLEGE, imported=[journey("A1", "C1", "bus", 40)]).offers.xs("bus_pass", level="option")
    assert table.loc["A1", "measured_access"] == table.loc["A1", "access"] > 0
    assert table.loc["A2", "measured_access"] == 0 < table.loc["A2", "access"]


def test_the_areas_given_are_not_altered():
    areas = area_table([{"east_km": 8, "north_km": 0}])
    before = areas.copy()
    offers.make_cohorts(areas, CATALOGUE)
    pd.testing.assert_frame_equal(areas, before)


@given(st.integers(0, 10**12))
def test_halves_are_rounded_up_as_decimal_arithmetic_does(hundredths):
    exact = (Decimal(hundredths) / 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert mileage.half_up(np.array([hundredths]))[0] == int(exact)


def test_no_areas_make_no_offers():
    empty = _choices([{"east_km": 8, "north_km": 0, "young_people": 0}], COLLEGE, WORK)
    assert empty.cohorts.empty and empty.offers.empty and empty.services.empty
