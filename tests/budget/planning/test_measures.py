"""Every area can be shown by any measure, and what the map shows the table shows too."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from budget.planning import measures
from budget.planning.areas import by_area
from budget.planning.called import called, named
from data.bundle import NAME_COLUMNS, County
from data.faults import InputError
from data.travel import JOURNEY_COLUMNS
from data.travel.timetabled import LINE_COLUMNS
from eligibility.rules.criteria import Verdict
from tests.budget.offers.test_applicants import decision, planned
from tests.budget.workbook import workbook_plans as plans


@pytest.fixture(scope="module")
def plan():
    """Return a plan of a county in which a bus and a train stop in the first area, and no timetable knows the third."""
    made = plans.default()
    codes = made.county.areas.index
    lines = [
        (codes[0], "2026-09-15", "7", "Buses", "bus", "07:02", "18:40", 12),
        (codes[0], "2026-09-15", "", "Trains", "train", "06:10", "22:15", 30),
        (codes[0], "2026-09-18", "N1", "Buses", "bus", "00:10", "23:50", 99),
    ]
    rows = [(codes[at], "X-C1", "bus", np.inf, np.nan, np.nan, "timetable", "2026-09-15") for at in (0, 1)]
    county = replace(
        made.county,
        area_lines=pd.DataFrame(lines, columns=list(LINE_COLUMNS)),
        journeys=pd.DataFrame(rows, columns=JOURNEY_COLUMNS),
    )
    return replace(made, county=county)


@pytest.mark.parametrize("name", measures.MEASURES)
def test_each_area_is_in_one_class_that_the_legend_names(plan, name):
    found = measures.measured(plan, name)
    assert found.classes.index.equals(plan.county.areas.index)
    assert set(found.classes) <= {*range(len(found.labels)), measures.NOT_KNOWN, measures.OUTSIDE}
    assert len(found.labels) <= measures.MOST_CLASSES
    rows = measures.table(plan, found)
    assert sorted(rows.index) == sorted(plan.county.areas.index) and rows["label"].notna().all()


def test_a_plan_for_applicants_has_no_measure_of_the_areas_that_are_funded():
    people = planned(decision(2), decision(3))
    for name in measures.titles(people):
        assert measures.measured(people, name).figures.notna().all()
    assert set(measures.MEASURES) - set(measures.titles(people)) == {"plan", "access_now", "access_planned", "lines"}
    with pytest.raises(InputError, match="is no measure of this plan. A plan for applicants funds people"):
        measures.measured(people, measures.PLAN)


def test_first_and_last_departure_of_the_day_are_told_and_no_timetable_is_not_no_bus(plan):
    found = measures.measured(plan, "lines")
    assert found.figures.iloc[:3].tolist() == ["06:10 to 22:15, 42 journeys", "none", "not known"]
    assert found.classes.iloc[:3].tolist() == [found.labels.index("over 30 to 60"), 0, measures.NOT_KNOWN]
    assert "15 September 2026" in found.note and "18 September" not in found.note
    assert "lines" not in measures.titles(replace(plan, county=replace(plan.county, area_lines=None)))


def test_a_number_lies_in_the_class_that_its_label_says(plan):
    found = measures.measured(plan, "minutes_to_college")
    minutes = plan.targeting.facts["minutes_to_college_high"]
    assert (found.classes[minutes.between(30.01, 45)] == 1).all()
    assert (found.classes[minutes > 75] == 4).all()
    assert found.labels[1] == "over 30 to 45 minutes"


def test_minutes_that_nobody_knows_are_no_long_journey(plan):
    facts = plan.targeting.facts.assign(minutes_to_work_high=np.nan)
    unknown = replace(plan, targeting=replace(plan.targeting, facts=facts))
    assert set(measures.measured(unknown, "minutes_to_work").classes) == {measures.NOT_KNOWN}


def test_a_plan_takes_no_access_away_and_gives_some(plan):
    now, planned = (measures.measured(plan, name) for name in ("access_now", "access_planned"))
    funded = by_area(plan)["status"] == "funded"
    assert (planned.figures[funded] > now.figures[funded]).any()
    both = pd.concat([now.figures, planned.figures], axis=1).dropna()
    assert (both.iloc[:, 1] >= both.iloc[:, 0]).all()
    assert set(now.classes[~now.figures.notna()]) == {measures.OUTSIDE}


def test_isolation_counts_the_rules_that_an_area_meets(plan):
    found, outcome = measures.measured(plan, "isolation"), plan.targeting.outcome
    assert (found.classes[outcome == Verdict.PASS] >= 1).all()
    assert (found.classes[outcome == Verdict.FAIL] == 0).all()
    assert (found.classes[outcome == Verdict.UNKNOWN] == measures.NOT_KNOWN).all()


def county(areas: list[tuple], names: list[tuple]) -> County:
    table = pd.DataFrame(areas, columns=["area_code", "area_name", "easting_m", "northing_m"]).set_index("area_code")
    table["district_name"] = table["area_name"].str.split().str[0]
    table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["easting_m"], table["northing_m"]))
    return County(table, pd.DataFrame(), manifest=None, names=pd.DataFrame(names, columns=list(NAME_COLUMNS)))


def test_an_area_is_called_by_its_ward_and_the_town_it_is_near():
    found = county(
        [
            ("A1", "East 005B", 0, 0),
            ("A2", "East 012F", 9000, 0),
            ("A3", "Port 001A", 9500, 0),
            ("A4", "East", 50000, 0),
            ("A5", "Lind 004E", 70000, 0),
        ],
        [
            ("Mable", "ward", 0, 0, "A1"),
            ("Mable", "town", 10, 0, "A1"),
            ("St Clement's", "ward", 9000, 0, "A2"),
            ("Port", "town", 9500, 0, "A3"),
            ("Eastgate Lind", "town", 70000, 0, "A5"),
        ],
    )
    assert called(found).to_dict() == {"A1": "Mable", "A2": "St Clement's, near Port", "A3": "", "A4": "", "A5": ""}
    assert named(found)["A1"] == "East 005B, Mable"


def test_without_names_an_area_is_called_by_its_own_name(plan):
    nameless = replace(plan.county, names=None)
    assert named(nameless).tolist() == plan.county.areas["area_name"].tolist()
