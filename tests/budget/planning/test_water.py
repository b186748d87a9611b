"""Water in a plan: ferry passes and lodging where they are needed, nothing across the sea, and the reason told."""

import datetime
import io
from dataclasses import replace

import openpyxl
import pytest

from budget import workbook
from budget.commands import plan as plan_command
from budget.planning import plan as planning
from budget.planning import water
from budget.scenarios.scenario import Scenario
from data.travel import crossings
from tests.budget.offers.places import area_table, county, destination_table
from tests.data.waters import strips
from tests.opendata import needs_opendata

DAY = datetime.date(2026, 9, 1)
CITY = "Urban: Nearer to a major town or city"
WORK = ("W1", "employment_centre", -6, 0)
ACROSS = ("C1", "college", 5, 0)  # a college 5 km east, beyond 2 km of water
SEA = (401, 340, 403, 460)  # km: a strait from north to south
FRAME = ((340, 340, 341, 460), (459, 340, 460, 460))


def _county(*destinations, sea=(SEA,), wet=True, **area):
    here = county(area_table([{"east_km": 0, "north_km": 0} | area]), destination_table(*destinations))
    return replace(here, water=strips(*FRAME, *sea) if wet else None)


def _plan(here, budget=10_000_000, **scenario) -> planning.Plan:
    return planning.make(here, Scenario(name="Water", budget_pence=budget, **scenario), DAY)


@pytest.fixture
def quays(tmp_path, monkeypatch):
    """Have a list of crossings with one ferry over the strait and no road."""
    path = tmp_path / "crossings.toml"
    figure = '{ value = %s, assumption = true, note = "For a test." }'
    path.write_text(
        '[ferries.test]\nname = "West and East"\nends = [[400_800, 400_000], [403_200, 400_000]]\n'
        f"minutes = {figure % 10}\nwait = {figure % 5}\nfare = {figure % '4.00'}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(crossings, "FILE", path)


def test_nobody_is_brought_across_the_sea_by_bus():
    kinds = ("bus_pass", "bursary", "shared_taxi", "moped_loan")
    dry, wet = (_plan(_county(ACROSS, WORK, wet=wet), kinds=kinds) for wet in (False, True))
    assert dry.choices.offers["purpose"].str.contains("college").any()
    assert not wet.choices.offers["purpose"].str.contains("college").any()


def test_a_ferry_pass_is_offered_where_a_ferry_crosses(quays):
    plan = _plan(_county(ACROSS, WORK, sea=((401, 340, 403, 461),)))
    assert "ferry_pass" in plan.choices.offers["kind"].tolist()
    assert water.counts(plan)["areas_offered_a_ferry"] == 1


def test_no_ferry_pass_and_no_lodging_where_nothing_calls_for_them():
    plan = _plan(_county(("C1", "college", 8, 0), WORK, sea=()))
    assert not {"ferry_pass", "lodging"} & set(plan.choices.offers["kind"])


def test_lodging_is_offered_where_no_daily_way_leads_to_a_college():
    plan = _plan(_county(("C1", "college", 5, 0), WORK))
    lodging = plan.choices.offers.xs("lodging", level="option")
    assert lodging["unit_price_pence"].tolist() == [963_500] and lodging["purpose"].tolist() == ["college"]


def test_a_distance_across_water_is_not_taken_for_near():
    here = _county(("C1", "college", 3.5, 0), ("C2", "college", -20, 0), WORK, rural_urban=CITY)
    facts = _plan(here).targeting.facts.loc["A1"]
    assert facts["km_to_college_low"] == pytest.approx(3.4)  # across water, and no way is known: at least the line
    assert facts["km_to_college_high"] == pytest.approx(20 * 2.2)


def test_the_way_round_sets_the_distance_where_it_is_known():
    here = _county(("C1", "college", 3.5, 0), WORK, sea=((401, 395, 403, 405),), rural_urban=CITY)
    facts = _plan(here).targeting.facts.loc["A1"]
    assert 8 < facts["km_to_college_low"] < 2 * (5**2 + 1) ** 0.5 + 2
    assert facts["km_to_college_across_water"] == "C1" and 11 < facts["km_to_college_way_round"] < 14


def test_the_reason_is_told_in_words_json_and_workbook():
    plan = _plan(_county(ACROSS, ("C2", "college", -20, 0), WORK))
    told = "for 1 of them no way over land is known"
    assert told in water.sentence(plan) and told in plan_command.in_words(plan)
    assert water.of_area(plan, "A1") == [
        "The nearest college or sixth form in a straight line, Place C1, is across water: no way over land is known."
    ]
    assert plan_command._context(plan)["water"] == {
        "known": True,
        "areas_across_water": 1,
        "areas_without_a_way": 1,
        "areas_offered_a_ferry": 0,
        "areas_offered_lodging": 0,
    }
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(plan)))["Eligibility"]
    (header,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "Water on the way"]
    assert "Place C1, is across water" in sheet.cell(header.row + 1, header.column).value


def test_a_bundle_without_water_says_so_and_plans_as_before():
    plan = _plan(_county(ACROSS, WORK, wet=False))
    assert water.sentence(plan) == water.NOT_KNOWN and not water.counts(plan)["known"]
    assert plan.targeting.facts["km_to_college_low"].tolist() == [pytest.approx(4.9)]


def test_where_no_water_is_on_the_way_nothing_is_told():
    assert water.sentence(_plan(_county(("C1", "college", -5, 0), WORK))) == ""


@needs_opendata
def test_no_young_person_of_the_isle_of_wight_is_estimated_to_reach_the_mainland_by_land(real_county):
    island = real_county("Isle of Wight")
    plan = _plan(island)
    base = planning.base_journeys(island, plan.catalogue.figures)["college"]
    mainland = island.destinations["northing_m"] > 97_500  # the island ends at Cowes, the mainland begins at Lee
    mainland |= island.destinations["easting_m"] < 432_000
    across = base[base["to_id"].map(mainland)]
    assert len(base) > 1000 and set(across["mode"]) <= {"ferry"}
    assert (across["fare_pence"] >= 475).all()


@needs_opendata
def test_the_isles_of_scilly_are_offered_lodging_and_nothing_daily(real_county):
    plan = _plan(real_county("Isles of Scilly"))
    offers = plan.choices.offers
    assert offers["kind"].tolist() == ["lodging"] and plan.allocation.people > 1
    names = plan.county.destinations["name"]
    assert names.str.contains("Truro and Penwith College").any()
    assert any("which no daily journey reaches" in warning for warning in plan.county.manifest.warnings)
