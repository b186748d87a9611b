"""Which journeys of a plan are timetabled, what the others rest on, and where that is told."""

import datetime
import io
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from budget import workbook
from budget.commands import plan as plan_command
from budget.planning import by_timetable
from budget.planning import plan as planning
from budget.report.closing import risks
from budget.report.subject import subject_of
from budget.scenarios.scenario import Scenario
from data.travel.timetabled import DETAIL_COLUMNS, LINE_COLUMNS
from tests.budget.offers.places import area_table, county, destination_table, journey

DAY = datetime.date(2026, 9, 1)
ASKED = {
    "days": ["2026-09-15"], "arrive_from": "08:00", "arrive_by": "09:00", "leave_after": "16:30",
    "leave_until": "17:30", "feeds": [{"name": "region.zip", "last_day": None}], "notes": [],
}  # fmt: skip
PLACES = (("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0))


def _row(from_id: str, to_id: str, minutes: float) -> dict:
    return journey(from_id, to_id, "bus", minutes, distance_km=np.nan, fare_pence=np.nan, source="timetable")


def _ways(from_id: str, to_id: str, vehicles: int = 2) -> list[dict]:
    common = dict.fromkeys(DETAIL_COLUMNS, "") | {"from_id": from_id, "to_id": to_id, "mode": "bus"}
    common |= {"day": "2026-09-15", "vehicles": vehicles, "changes": vehicles - 1, "operators": "=Coast"}
    there = {"way": "there", "leave": "07:41", "arrive": "08:31", "minutes": 50.0, "lines": "84 + X1"}
    back = {"way": "back", "leave": "16:40", "arrive": "17:25", "minutes": 45.0, "lines": "X1 + 84"}
    return [common | there | {"first_stop": "Village Hall"}, common | back | {"first_stop": "College Road"}]


def _county(rows: list[dict], details: list[dict]):
    areas = area_table([{"east_km": 12, "north_km": 0}, {"east_km": 0, "north_km": 12}, {"east_km": 8, "north_km": 8}])
    here = county(areas, destination_table(*PLACES), pd.DataFrame(rows))
    beside = pd.DataFrame(details, columns=list(DETAIL_COLUMNS))
    return replace(here, journey_details=beside, manifest=replace(here.manifest, timetables=ASKED))


def _plan(rows, details, **scenario) -> planning.Plan:
    return planning.make(_county(rows, details), Scenario(kinds=("bus_pass",), **scenario), DAY)


@pytest.fixture(scope="module")
def plan():
    """A1 has a bus to college and back, A2 none, and A3 is not covered; no employment centre is."""
    return _plan([_row("A1", "C1", 50), _row("A2", "C1", np.inf)], _ways("A1", "C1"))


def test_an_area_is_timetabled_without_a_journey_or_not_covered(plan):
    states = by_timetable.by_area(plan, plan.county.areas.index)["state"]
    assert states.xs("college", level="purpose").tolist() == ["timetabled", "no_journey", "not_covered"]
    assert states.xs("work", level="purpose").tolist() == ["not_covered"] * 3


def test_the_shares_of_access_tell_timetables_from_estimates(plan):
    shares = by_timetable.of_plan(plan).shares
    assert 0 < shares["timetabled"] < 1 and shares["other_measured"] == shares["estimated_other"] == 0
    assert sum(shares.values()) == pytest.approx(1, abs=2e-6)
    assert shares["estimated_public_transport"] == pytest.approx(plan.estimated_share, abs=1e-6)


def test_the_plan_says_what_rests_on_timetables_and_why_not_all(plan):
    told = by_timetable.in_words(plan)
    assert "1 of 3 areas in target have a way to a college or sixth form and back, 1 have none" in told
    assert "rests on timetables" in told and "places that the timetables do not cover" in told
    assert told in plan_command.in_words(plan)
    assert told in str(risks(subject_of(plan), None))


def test_an_area_says_when_to_leave_by_which_lines_and_on_which_day(plan):
    college, work = by_timetable.of_area(plan, "A1")
    assert "Place C1, 50 minutes the longer way" in college
    assert "there, leave 07:41, arrive 08:31, by 84 + X1 from Village Hall (15 September 2026)" in college
    assert "do not cover this area together with any employment centre" in work
    assert "any of the 1 college or sixth form covered" in by_timetable.of_area(plan, "A2")[0]


def test_the_sheet_journeys_has_both_ways_and_what_is_an_estimate(plan):
    book = openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(plan)))
    rows = list(book["Journeys"].iter_rows(min_row=4, values_only=True))
    table = pd.DataFrame(rows[1:], columns=rows[0]).dropna(how="all")
    ways = table[(table["Area code"] == "A1") & (table["To"] == "college")]
    shown = ["Way", "Leave", "Arrive", "Minutes", "Vehicles", "Changes", "Lines", "First stop", "Day"]
    assert ways[shown].values.tolist() == [
        ["there", "07:41", "08:31", 50, 2, 1, "84 + X1", "Village Hall", "2026-09-15"],
        ["back", "16:40", "17:25", 45, 2, 1, "X1 + 84", "College Road", "2026-09-15"],
    ]  # fmt: skip
    assert table.loc[table["Area code"] == "A2", "Journey"].tolist() == ["none by timetable", "estimated: not covered"]
    operators = [cell for row in book["Journeys"].iter_rows(min_row=5) for cell in row if cell.value == "=Coast"]
    assert len(operators) == 2 and {cell.data_type for cell in operators} == {"s"}
    fares = table.loc[table["Way"].notna(), "Fare, at most"]
    assert fares.str.fullmatch(r"=ROUND\(Assumptions!\$\w+\$\d+\*K\d,2\)").all()  # a ceiling that follows the fare
    assert "region.zip on 15 September 2026" in book["Journeys"]["A2"].value


@pytest.fixture(scope="module")
def published():
    """As `plan`, and both buses of each way have a published single: one way more, one way less than the usual fare."""
    details = [row | {"fares": fares} for row, fares in zip(_ways("A1", "C1"), ("110 + 475", "110 + 120"), strict=True)]
    here = _county([_row("A1", "C1", 50), _row("A2", "C1", np.inf)], details)
    asked = ASKED | {"fares": {"files": [{"name": "coast.zip", "sha256": "ab"}], "published": 1, "ceiling": 0}}
    county = replace(here, manifest=replace(here.manifest, timetables=asked))
    return planning.make(county, Scenario(kinds=("bus_pass",)), DAY)


def test_a_plan_says_how_many_journeys_have_published_fares_and_an_area_which(plan, published):
    assert by_timetable.of_plan(published).to_json()["fares"] == {"published": 1, "ceiling": 0}
    assert by_timetable.of_plan(plan).to_json()["fares"] == {"published": 0, "ceiling": 1}
    told = by_timetable.in_words(published)
    assert (
        "Of 1 journey by bus from areas in target, 1 have the single fares that operators publish and 0 a ceiling"
        in told
    )
    assert "operators publish" not in by_timetable.in_words(plan)
    there = "by 84 + X1 from Village Hall, £1.10 + £4.75 as published (15 September 2026)"
    assert there in by_timetable.of_area(published, "A1")[0]


def test_the_sheet_journeys_has_published_fares_and_keeps_each_to_the_usual_fare(published):
    book = openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(published)))
    rows = list(book["Journeys"].iter_rows(min_row=4, values_only=True))
    table = pd.DataFrame(rows[1:], columns=rows[0]).dropna(how="all")
    ways = table[table["Way"].notna()]
    assert ways["Fare is"].tolist() == ["published"] * len(ways)
    each = r"MIN\(Assumptions!\$\w+\$\d+,1.10\)\+MIN\(Assumptions!\$\w+\$\d+,(4.75|1.20)\)"
    assert ways["Fare, at most"].str.fullmatch(rf"=ROUND\({each},2\)").all()


def test_a_published_fare_is_what_somebody_without_help_pays(plan):
    cheap = [row | {"fares": "50 + 60"} for row in _ways("A1", "C1")]  # £11 a week, where two usual fares are £60
    with_fares = _plan([_row("A1", "C1", 50)], cheap)
    assert with_fares.choices.cohorts.loc["A1", "reach_college"] == 1
    assert plan.choices.cohorts.loc["A1", "reach_college"] == 0


def test_a_plan_without_timetables_has_no_such_sheet_and_says_nothing():
    areas, places = area_table([{"east_km": 12, "north_km": 0}]), destination_table(*PLACES)
    plain = planning.make(county(areas, places), Scenario(), DAY)
    assert by_timetable.in_words(plain) == "" and by_timetable.of_area(plain, "A1") == []
    assert "Journeys" not in openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(plain))).sheetnames


def test_a_guess_to_a_place_that_timetables_do_not_cover_cannot_end_isolation():
    """A1's only timetabled college is out of reach; the assumed bus to another one is no knowledge."""
    here = _county([_row("A1", "C1", np.inf)], [])
    near = destination_table(*PLACES, ("C2", "college", 20, 0))
    facts = planning.make(replace(here, destinations=near), Scenario(), DAY).targeting.facts
    assert facts.loc["A1", "minutes_to_college_low"] < 75 < facts.loc["A1", "minutes_to_college_high"]
    assert facts.loc["A3", "minutes_to_college_low"] == facts.loc["A3", "minutes_to_college_high"]


def test_a_fare_that_timetables_do_not_give_is_one_for_each_vehicle_and_never_nought():
    one, two = (
        _plan([_row("A1", "C1", 50)], _ways("A1", "C1", vehicles), figures={"bus_fare": 1.5}) for vehicles in (1, 2)
    )
    assert one.choices.cohorts.loc["A1", "reach_college"] == 1  # £15 a week
    assert two.choices.cohorts.loc["A1", "reach_college"] == 0  # £30


def test_an_area_names_its_lines_with_the_first_and_the_last_of_the_day(plan):
    lines = pd.DataFrame(
        [
            ("A1", "2026-09-15", "84", "Coast", "bus", "06:52", "18:40", 12),
            ("A1", "2026-09-15", "X1", "Coast", "bus", "07:10", "22:05", 3),
        ],
        columns=list(LINE_COLUMNS),
    )
    there = replace(plan, county=replace(plan.county, area_lines=lines))
    told = by_timetable.of_area(there, "A1")[-1]
    assert "first leaving at 06:52 and the last at 22:05: 84 (Coast) first 06:52, last 18:40, 12 journeys; X1" in told
    assert by_timetable.of_area(there, "A3")[-1] == "No line stops within a walk of the centre of this area."
