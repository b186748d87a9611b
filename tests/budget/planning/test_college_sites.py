"""What a plan spends on people whose nearest college may have a site still nearer."""

import datetime
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from budget import report, workbook
from budget.commands import plan as plan_command
from budget.planning import by_group, college_sites
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from data import bundle, own_files
from data.bundle import County
from data.example import FOLDER
from tests.opendata import needs_opendata

DAY = datetime.date(2026, 9, 1)
BRANCHES = Path(__file__).parents[2] / "data" / "files_people_have" / "c1_branch_sites_cornwall.csv"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The example's plan, its colleges called as those of official lists are."""
    county = bundle.load(FOLDER)
    places = county.destinations
    official = places.index.where(places["kind"] != "college", "urn-" + places.index)
    places = places.set_axis(official.rename("destination_id"))
    return planning.make(replace(county, destinations=places), Scenario(), DAY)


def test_the_spend_of_all_colleges_at_one_site_is_the_plan_s(plan):
    table = college_sites.at_one_site(plan)
    assert table["cost_pence"].sum() == plan.allocation.spent_pence
    assert table["cohorts"].sum() == len(plan.allocation.chosen)


def test_a_plan_that_hangs_on_colleges_at_one_site_says_so_beside_its_proof(plan):
    assert college_sites.beside_the_proof(plan).startswith("100% of the spend goes to people whose nearest college")
    sites_known = replace(plan, county=bundle.load(FOLDER))
    assert college_sites.beside_the_proof(sites_known) == ""


def test_json_and_terminal_name_each_college_with_what_is_spent_nearest_to_it(plan):
    colleges = plan_command.to_json(plan, None, None, None)["colleges_at_one_site"]
    assert [each["name"] for each in colleges] == list(college_sites.at_one_site(plan)["name"])
    words = plan_command.in_words(plan)
    assert all(each["name"] in words for each in colleges if each["cost_pence"])
    assert any("main site alone" in line for line in plan_command.to_json(plan, None, None, None)["warnings"])


def test_the_workbook_lists_each_college_and_the_report_says_it(plan, monkeypatch):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.to_bytes(plan)), read_only=True)["Sources"]
    cells = {str(row[0]) for row in sheet.iter_rows(values_only=True)}
    colleges = set(college_sites.at_one_site(plan)["name"])
    assert colleges and colleges <= cells
    monkeypatch.setattr(report, "risk_of", lambda plan, progress: None)
    text = " ".join(str(part) for part in report.parts_of(plan))
    assert "stands at one site alone in the official lists" in text


def test_applicants_are_told_of_the_colleges_without_money(plan):
    words = college_sites.in_words(plan, with_money=False)
    assert "at one site alone" in words and "£" not in words


def test_colleges_with_sites_of_their_own_are_not_spoken_of():
    plan = planning.make(bundle.load(FOLDER), Scenario(), DAY)
    assert college_sites.to_json(plan) == []
    assert college_sites.in_words(plan) == ""


@pytest.fixture(scope="module")
def cornwall(real_county) -> tuple[County, County]:
    """Cornwall from official files, and with the two branch sites that its colleges have in Penzance and Camborne."""
    county = real_county("Cornwall")
    return county, own_files.with_destinations(county, BRANCHES)


def _near_branches(plan: Plan, branches: list[str], places: County) -> float:
    """Return the pounds that go to areas within 9 km of these sites."""
    funded = by_group.with_vehicle_share(plan)
    homes = plan.county.areas.loc[funded.index.get_level_values("cohort"), ["easting_m", "northing_m"]].to_numpy()
    sites = places.destinations.loc[branches, ["easting_m", "northing_m"]].to_numpy()
    away = np.hypot(*(homes[:, None] - sites).transpose(2, 0, 1)).min(axis=1)
    return float(funded["whole_cost_pence"].to_numpy()[away <= 9000].sum() / 100)


@needs_opendata
def test_cornwall_s_branch_sites_take_money_from_those_who_live_beside_them(cornwall):
    without, with_sites = cornwall
    scenario = Scenario(budget_pence=80_000_000, policy="targeting-default")
    before, after = (planning.make(county, scenario, DAY) for county in cornwall)
    assert {each["name"] for each in college_sites.to_json(before)} == {
        "Truro and Penwith College", "Cornwall College", "City College Plymouth", "Petroc"
    }  # fmt: skip
    assert {each["name"] for each in college_sites.to_json(after)} == {"City College Plymouth", "Petroc"}
    assert with_sites.destinations.loc["own-penwith", "site_of"] == "urn-130629"
    beside = [_near_branches(plan, ["own-penwith", "own-camborne"], with_sites) for plan in (before, after)]
    # £347,959.50 of £800,000, and £60,336 with the sites; £422,821 before studies counted, £319,105 by Penzance.
    assert beside[0] > 0.2 * before.allocation.spent_pence / 100
    assert beside[1] < 0.5 * beside[0]
    in_target = [len(planning.make(county, Scenario(), DAY).targeting.in_target) for county in cornwall]
    assert in_target[1] < in_target[0]  # by the default policy too: 171 areas in place of 192
