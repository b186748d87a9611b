"""Who of those supported could get there today: those within reach already, and those whom only the fare keeps out."""

from dataclasses import replace

import pytest

from budget.planning import deadweight
from budget.planning import plan as planning
from budget.planning.plan import Plan, replan
from budget.scenarios.scenario import Scenario
from tests.budget.workbook.workbook_plans import DAY, county


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planning.make(county(), Scenario(kinds=("bus_pass", "shared_taxi")), DAY)


def test_a_pass_helps_only_those_whom_the_fare_keeps_out(plan):
    passes = deadweight.by_kind(plan).loc["bus_pass"]
    could = passes["reach_college"] + passes["fare_only_college"]
    or_work = passes["reach_work"] + passes["fare_only_work"]
    assert 0 < could <= passes["takers"] and could + or_work >= passes["takers"] - 1e-6


def test_whoever_no_bus_takes_in_time_could_not_go_today(plan):
    assert deadweight.by_kind(plan).loc["shared_taxi", "fare_only_college"] == 0


def test_a_fare_that_everybody_can_pay_keeps_nobody_out(plan):
    cheap = replan(plan, replace(plan.scenario, figures={"bus_fare": 1.0}))
    found = deadweight.of_plan(cheap)
    assert found.fare_only_college == found.fare_only_work == 0
    assert "none" in deadweight.in_words(cheap)


def test_takers_are_those_of_the_plan_and_the_kinds_add_up(plan):
    found, kinds = deadweight.of_plan(plan), deadweight.by_kind(plan)
    assert found.takers == pytest.approx(plan.allocation.people)
    for column in ("takers", *deadweight.COUNTS):
        assert kinds[column].sum() == pytest.approx(getattr(found, column))


def test_a_plan_for_nobody_says_nothing(plan):
    nothing = replan(plan, replace(plan.scenario, budget_pence=0))
    assert deadweight.in_words(nothing) == ""
    assert deadweight.of_plan(nothing).to_json()["takers"] == 0


def test_where_the_fare_stands_in_nobodys_way_no_such_person_is_spoken_of(plan):
    cheap = replan(plan, replace(plan.scenario, figures={"bus_fare": 1.0}))
    assert "only its fare is too high" in deadweight.in_words(plan)
    assert deadweight.in_words(cheap).endswith("No bus or train to college is quick enough for any of the others.")
