"""What would settle an area, and the travel matrix to fill in."""

import csv
import datetime
import io

import numpy as np
import pytest

from budget.offers.targeting import base_journeys
from budget.planning import not_settled
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data import bundle, example, own_files, travel
from data.faults import InputError
from tests.budget.offers.places import area_table, county, destination_table

DAY = datetime.date(2026, 11, 30)
CITY = "Urban: Nearer to a major town or city"
PLACES = destination_table(("C1", "college", 0, 0), ("C2", "sixth_form", 3, 9), ("W1", "employment_centre", 3, 0))
DOUBTFUL = {"east_km": 3, "north_km": 0, "rural_urban": CITY}


def plan_of(*rows: dict, here=None):
    return planning.make(here or county(area_table(list(rows)), PLACES), Scenario(), DAY)


def filled(plan, path, km: str, minutes: str = "", absent=None) -> planning.Plan:
    """Return the plan with every route of its template given as so long."""
    rows = list(csv.reader(io.StringIO(not_settled.template_csv(not_settled.to_measure(plan)).decode("utf-8-sig"))))
    head, column = rows[0], rows[0].index("distance_km")
    for row in rows[1:]:
        row[column], row[head.index("minutes")] = km, minutes
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return planning.make(own_files.with_journeys(plan.county, path, absent), Scenario(), DAY)


def test_an_area_says_what_is_known_what_is_asked_and_how_many_routes_to_measure():
    area = not_settled.to_measure(plan_of(DOUBTFUL)).areas.loc["A1"]
    known = "Distance to the nearest college or sixth form: 1.8 to 4.1 miles"
    assert area["needs"] == f"{known}, and the rule asks about 3 miles. Measure 1 route."
    assert (area["routes"], area["times"], area["people"]) == (1, 0, 30.0)


def test_only_routes_that_may_be_shorter_than_the_rule_asks_are_in_the_template():
    template = not_settled.to_measure(plan_of(DOUBTFUL)).template
    assert template[["from_id", "to_id", "to_fill_in"]].to_numpy().tolist() == [["A1", "C1", "distance_km"]]


def test_a_class_that_is_not_known_asks_for_it_and_for_the_times_that_no_estimate_gives():
    jobs = destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 3, 4.5))
    found = not_settled.to_measure(plan_of(here=county(area_table([DOUBTFUL | {"rural_urban": None}]), jobs)))
    assert "Rural or urban class: not given" in found.areas.loc["A1", "needs"]
    assert "2021 Rural Urban Classification" in found.areas.loc["A1", "needs"]
    assert set(found.template["to_fill_in"]) == {"distance_km", "minutes"}


def test_where_every_area_is_settled_there_is_nothing_to_measure():
    found = not_settled.to_measure(plan_of({"east_km": 30, "north_km": 0}))
    assert found.areas.empty and found.template.empty


def test_those_with_the_most_low_income_young_people_come_first():
    rows = [DOUBTFUL | {"young_people": number} for number in (20, 90, 50)]
    assert not_settled.to_measure(plan_of(*rows)).areas["people"].tolist() == [27.0, 15.0, 6.0]


def test_every_area_of_the_example_is_settled_once_every_route_is_given_as_12_km(tmp_path):
    plan = plan_of(here=bundle.load(example.FOLDER))
    assert len(plan.targeting.not_settled) > 20
    far = filled(plan, tmp_path / "far.csv", "12")
    assert len(far.targeting.not_settled) == 0
    assert len(far.targeting.in_target) == len(plan.targeting.in_target) + len(plan.targeting.not_settled)


def test_an_area_is_near_once_its_routes_are_given_as_short(tmp_path):
    plan = plan_of(DOUBTFUL)
    near = filled(plan, tmp_path / "near.csv", "3.1")
    assert len(near.targeting.not_settled) == len(near.targeting.in_target) == 0


@pytest.mark.parametrize("absent", ["asked", "unreachable"])
def test_a_route_that_was_measured_is_no_missing_journey(tmp_path, absent):
    plan = plan_of(DOUBTFUL)
    figures = plan.catalogue.figures
    before = base_journeys(plan.county, figures)["college"]
    far = filled(plan, tmp_path / "far.csv", "7.2", absent=absent)
    after = base_journeys(far.county, figures)["college"]
    assert after["minutes"].tolist() == before["minutes"].tolist()
    assert far.targeting.facts.loc["A1", "km_to_college_high"] == 7.2
    assert "gives distances and no minutes by walk" in far.county.manifest.warnings[0]


def test_a_route_beside_measured_times_keeps_its_estimate_and_other_gaps_do_not(tmp_path):
    plan, path = plan_of(DOUBTFUL), tmp_path / "mixed.csv"
    path.write_text(
        "from_id,to_id,mode,minutes,distance_km,source\nA1,C1,walk,,4,measured\nA1,C2,walk,,,x\nA1,W1,walk,9,,x\n"
    )
    county = own_files.with_journeys(plan.county, path, "asked")
    walks = base_journeys(county, plan.catalogue.figures)["college"].query("mode == 'walk'").set_index("to_id")
    assert np.isfinite(walks.loc["C1", "minutes"]) and np.isinf(walks.loc["C2", "minutes"])
    assert "2 of 3 rows of mixed.csv have a figure." in county.manifest.warnings


def test_the_template_says_where_each_route_starts_and_ends():
    plan = plan_of(DOUBTFUL)
    row = not_settled.to_measure(plan).template.iloc[0]
    for end, places in (("from", plan.county.areas), ("to", plan.county.destinations)):
        place = places.loc[row[f"{end}_id"]]
        assert row[f"{end}_easting_m"] == round(place["easting_m"])
        assert row[f"{end}_northing_m"] == round(place["northing_m"])


def test_a_template_that_nobody_filled_in_is_refused(tmp_path):
    plan = plan_of(DOUBTFUL)
    path = tmp_path / "empty.csv"
    path.write_bytes(not_settled.template_csv(not_settled.to_measure(plan)))
    assert len(travel.read_matrix(path)) == 1
    with pytest.raises(InputError, match="empty.csv: 0 of 1 rows filled in. Write minutes or distance_km"):
        own_files.with_journeys(plan.county, path, "unreachable")


def test_a_name_from_outside_cannot_become_a_formula_in_the_template():
    places = PLACES.assign(name=["=1+1", "@x", "Jobs"])
    found = not_settled.to_measure(plan_of(here=county(area_table([DOUBTFUL]), places)))
    assert b",'=1+1," in not_settled.template_csv(found)
