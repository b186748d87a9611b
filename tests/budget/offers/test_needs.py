"""Academic and technical study are needs of their own, and one small sixth form is no choice of college."""

import datetime

import numpy as np
import pandas as pd
import pytest

from budget.offers import needs, offers, targeting
from budget.offers.catalogue import default_catalogue
from eligibility.rules import library
from tests.budget.offers.places import area_table, county, destination_table, journey

CATALOGUE = default_catalogue()
DAY = datetime.date(2026, 9, 1)
COLLEGE, SCHOOL, WORK = ("C1", "college", 0, 0), ("S1", "sixth_form", 0, 1), ("W1", "employment_centre", 0, 0)
FULL = {"C1": (3000, 80, 900), "S1": (250, 120, 0), "W1": (1000, np.nan, np.nan)}  # students, academic, technical


def places(*destinations, offered=FULL):
    table = destination_table(*destinations)
    columns = ["size", "academic", "technical"]
    table[columns] = pd.DataFrame.from_dict(offered, orient="index", columns=columns).reindex(table.index).astype(float)
    return table


def known(to_id: str, mode: str, minutes: float, distance_km: float) -> dict:
    """Return a measured journey; only the bus has a fare, of £3."""
    return journey("A1", to_id, mode, minutes, distance_km=distance_km, fare_pence=300 if mode == "bus" else 0)


def choices(journeys, *destinations, offered=FULL, catalogue=CATALOGUE, kinds=("bus_pass",)) -> offers.OfferTables:
    """Return the offers to a parish 20 km off, from which only these journeys are known; the fare is too dear."""
    matrix = pd.DataFrame([known(*each, distance_km=20.0) for each in journeys])
    here = county(area_table([{"east_km": 20, "north_km": 0}]), places(*destinations, offered=offered), matrix)
    catalogue = catalogue.only(kinds)
    base = targeting.base_journeys(here, catalogue.figures)
    by_need = targeting.journeys_in_target(here, here.areas.index, catalogue.figures, base)
    return offers.for_areas(here.areas, by_need, catalogue, "step", here.destinations)


def test_a_study_that_few_finish_is_no_choice_of_it():
    serve = needs.by_study(places(COLLEGE, SCHOOL), CATALOGUE.figures)
    assert serve["academic"].index.tolist() == ["C1", "S1"]
    assert serve["technical"].index.tolist() == ["C1"]


def test_one_small_sixth_form_is_no_access_to_a_college():
    small = {"S1": (90, 70, 60)}
    serve = needs.by_study(places(SCHOOL, offered=small), CATALOGUE.figures)
    assert serve["academic"].empty and serve["technical"].empty
    lower = CATALOGUE.with_values({"least_students": 80}).figures
    assert len(needs.by_study(places(SCHOOL, offered=small), lower)["academic"]) == 1


def test_what_is_not_known_of_a_place_counts_for_it():
    unknown = {"S1": (90, np.nan, np.nan)}
    table = places(SCHOOL, offered=unknown)
    assert all(serving is table for serving in needs.by_study(table, CATALOGUE.figures).values())
    assert not needs.is_known(table)


def test_a_sixth_form_alone_is_a_first_choice_and_no_second():
    offer = choices([("S1", "bus", 40), ("C1", "bus", 90)], COLLEGE, SCHOOL, WORK).offers.loc[("A1", "bus_pass")]
    assert offer[["gain_academic", "gain_technical", "gain_first_choice", "gain_second_choice"]].tolist() == [
        1,
        0,
        1,
        0,
    ]
    assert offer["within_reach_college"] == offer["within_reach"] == 21.0
    assert offer["access"] == 21 * 0.25  # half of college's half


def test_a_college_beside_a_sixth_form_within_reach_is_a_second_choice():
    there = [("S1", "walk", 30), ("S1", "bus", 20), ("C1", "bus", 40)]
    tables = choices(there, COLLEGE, SCHOOL, WORK)
    offer = tables.offers.loc[("A1", "bus_pass")]
    assert tables.cohorts.loc["A1", ["reach_college", "reach_both_studies"]].tolist() == [1, 0]
    assert offer[["gain_academic", "gain_technical", "gain_first_choice", "gain_second_choice"]].tolist() == [
        0,
        1,
        0,
        1,
    ]
    assert offer["access"] == 21 * 0.25
    assert offer["purpose"] == "college"


def test_who_reaches_a_college_today_and_gains_the_other_study_is_nobody_within_reach_of_college():
    there = [("S1", "walk", 30), ("S1", "bus", 20), ("C1", "bus", 40)]
    offer = choices(there, COLLEGE, SCHOOL, WORK).offers.loc[("A1", "bus_pass")]
    assert offer[["within_reach_college", "within_reach_first_choice", "within_reach"]].tolist() == [0, 0, 0]
    assert offer[["within_reach_technical", "within_reach_second_choice"]].tolist() == [21, 21]


def test_the_council_s_weights_share_college_out_between_the_studies():
    heavy = CATALOGUE.with_values({"college_weight": 0.8, "academic_share": 0.75, "work_weight": 0.2})
    assert needs.weights(heavy.figures) == pytest.approx({"academic": 0.6, "technical": 0.2, "work": 0.2})
    there = [("S1", "bus", 40), ("C1", "bus", 90)]
    offer = choices(there, COLLEGE, SCHOOL, WORK, catalogue=heavy).offers.loc[("A1", "bus_pass")]
    assert offer["access"] == pytest.approx(21 * 0.6)


def test_a_bundle_that_does_not_know_plans_as_before():
    there = [("C1", "bus", 40), ("W1", "bus", 40)]
    unknown = dict.fromkeys(FULL, (3000, np.nan, np.nan))
    offer = choices(there, COLLEGE, WORK, offered=unknown).offers.loc[("A1", "bus_pass")]
    assert offer["access"] == offer["within_reach"] == 21.0
    assert offer["gain_academic"] == offer["gain_technical"] == offer["gain_college"] == 1


def test_a_minibus_brings_only_what_its_college_offers():
    there = [("S1", "minibus", 20), ("C1", "minibus", 40), ("S1", "bus", 300), ("C1", "bus", 300)]
    tables = choices(there, COLLEGE, SCHOOL, WORK, kinds=("minibus",))
    offer = tables.offers.loc[("A1", "minibus")]
    assert "-C1-" in offer["service"]  # slower, but with both studies
    assert (offer["gain_academic"], offer["gain_technical"]) == (1, 1)
    school_only = choices(there[:1] + [("C1", "minibus", 90), *there[2:]], COLLEGE, SCHOOL, WORK, kinds=("minibus",))
    offer = school_only.offers.loc[("A1", "minibus")]
    assert "-S1-" in offer["service"]
    assert (offer["gain_academic"], offer["gain_technical"]) == (1, 0)


def test_mileage_is_paid_to_the_place_of_the_study_that_it_brings():
    there = [("S1", "walk", 30), ("S1", "bus", 20), ("C1", "bus", 300), ("C1", "car", 40)]
    matrix = [known(*each, 3.0 if each[0] == "S1" else 16.0934) for each in (*there, ("S1", "car", 8))]
    here = county(area_table([{"east_km": 12, "north_km": 0}]), places(COLLEGE, SCHOOL), pd.DataFrame(matrix))
    base = targeting.base_journeys(here, CATALOGUE.figures)
    by_need = targeting.journeys_in_target(here, here.areas.index, CATALOGUE.figures, base)
    offer = offers.for_areas(here.areas, by_need, CATALOGUE, "step", here.destinations).offers.loc[("A1", "mileage")]
    assert (offer["gain_academic"], offer["gain_technical"]) == (0, 1)
    assert offer["miles"] == 10.0  # to the college, and not the three kilometres to the sixth form


def test_a_small_place_beside_a_sixth_form_is_isolated_from_a_choice_and_not_from_a_college():
    here = county(
        area_table([{"east_km": 0.5, "north_km": 1, "rural_urban": "Urban: Nearer to a major town or city"}]),
        places(("C1", "college", 20, 0), SCHOOL, WORK),
    )
    base = targeting.base_journeys(here, CATALOGUE.figures)
    found = {
        policy: targeting.target(here, library.find(policy), DAY, CATALOGUE.figures, base).in_target.tolist()
        for policy in ("isolated-areas", "isolated-from-a-choice")
    }
    assert found == {"isolated-areas": [], "isolated-from-a-choice": ["A1"]}


def test_areas_know_how_far_each_study_is():
    here = county(area_table([{"east_km": 0.5, "north_km": 1}]), places(("C1", "college", 20, 0), SCHOOL, WORK))
    facts = targeting.area_facts(here, CATALOGUE.figures, targeting.base_journeys(here, CATALOGUE.figures)).loc["A1"]
    assert facts["km_to_academic_high"] == facts["km_to_college_high"] < 2
    assert facts["km_to_technical_low"] > 19
    assert facts["minutes_to_technical_high"] > facts["minutes_to_academic_high"]
