"""Which figure drives a plan's spend, and what is said of a case in which no plan is possible."""

from dataclasses import replace

import pytest

from budget.planning.within_reach import about, at_least_one
from budget.risk import drivers, risk_report, simulation
from budget.risk.cases import Case
from tests.budget.workbook import workbook_plans as plans


def test_a_dearer_vehicle_adds_its_price_times_the_vehicles_and_the_widest_swing_stands_first():
    plan = plans.default()
    found = drivers.drivers(plan, plan.ranges)
    assert [each.swing_pence for each in found] == sorted((each.swing_pence for each in found), reverse=True)
    vehicle = next(each for each in found if each.range.name == "minibus.vehicle_price")
    units = int(plan.allocation.services["units"].filter(like="minibus").sum())
    between = vehicle.range.high.value - vehicle.range.low.value
    assert vehicle.swing_pence == pytest.approx(units * between * 100, abs=1)


def test_a_figure_as_planned_costs_what_the_plan_does():
    plan = plans.default()
    riders, vehicles = drivers.riders_of(plan), simulation.vehicles_of(plan)
    for each in drivers.drivers(plan, plan.ranges):
        spend = drivers.spend_with(plan, riders, vehicles, each.range.name, each.range.central.value)
        assert spend == pytest.approx(plan.allocation.spent_pence, rel=1e-4)


def test_a_case_in_which_no_plan_is_possible_is_said_to_be_so_and_why():
    case = Case("low", 100_00, 1.0, 1.0, 1.0, 0, plans.impossible())
    said = risk_report.case_in_words(case)
    assert "no plan is possible in that case: the budget is £12 short of what must be funded." in said
    assert "brings none within the budget" not in said
    possible = risk_report.case_in_words(replace(case, replanned=plans.default()))
    brought = about(at_least_one(plans.default().allocation))
    assert f"a plan made for that case brings {brought} within the budget." in possible
