import datetime

import pytest

from budget.allocation.inputs.limits import Grant, Limits, PartFunding
from budget.offers import ranges
from budget.planning import plan as planning
from budget.risk import cases, simulation
from budget.scenarios.scenario import Scenario
from data import bundle
from data.example import FOLDER

DAY = datetime.date(2026, 9, 1)
EXAMPLE = bundle.load(FOLDER)


@pytest.fixture(scope="module")
def plan() -> planning.Plan:
    return planning.make(EXAMPLE, Scenario(), DAY)


@pytest.fixture(scope="module")
def three(plan) -> dict[str, cases.Case]:
    return {case.name: case for case in cases.cases(plan, ranges.ranges_of(plan.catalogue))}


@pytest.fixture(scope="module")
def tries() -> list[str]:
    """What was said while `held` was looked for."""
    return []


@pytest.fixture(scope="module")
def held(plan, tries) -> cases.Reserve:
    uncertain = ranges.ranges_of(plan.catalogue)
    return cases.with_reserve(plan, uncertain, simulation.simulate(plan, uncertain), tries.append)


def test_the_central_case_is_the_plan_to_the_penny(plan, three):
    central = three["central"]
    assert central.spent_pence == plan.allocation.spent_pence
    assert (central.people, central.access) == pytest.approx((plan.allocation.people, plan.allocation.access))
    assert central.replanned is plan


def test_the_plan_spends_and_brings_less_in_the_low_case_and_more_in_the_high_one(three):
    low, central, high = (three[name] for name in cases.CASES)
    assert low.spent_pence < central.spent_pence < high.spent_pence
    assert low.access < central.access < high.access


def test_a_case_is_costed_with_the_figures_of_its_end(plan, three):
    passes = planning.make(EXAMPLE, Scenario(kinds=("bus_pass",)), DAY)
    high = {case.name: case for case in cases.cases(passes, ranges.ranges_of(passes.catalogue))}["high"]
    assert high.spent_pence / passes.allocation.spent_pence == pytest.approx(1140 / 900 * 0.80 / 0.70, rel=0.001)


def test_a_plan_made_for_a_case_keeps_the_budget_that_the_plan_as_it_stands_would_pass(three):
    high = three["high"]
    assert high.over_pence > 0
    assert high.replanned.allocation.spent_pence <= high.replanned.allocation.budget_pence


def test_a_plan_that_knows_its_case_brings_at_least_what_this_one_does_for_the_money(three):
    low = three["low"]
    assert low.replanned.allocation.access >= low.access * (1 - low.replanned.allocation.gap)


def test_riders_beyond_the_seats_are_turned_away_in_a_case(plan, three):
    high = planning.make(EXAMPLE, Scenario(figures={"minibus.take_up": 0.8}), DAY)
    _, people, _, reached = cases.recosted(plan, high)
    riders = plan.allocation.chosen["service"].notna()
    seats = (plan.allocation.services["units"] * 16).sum()
    others = plan.allocation.chosen.loc[~riders, "people"].sum()
    assert plan.allocation.chosen.loc[riders, "people"].sum() * 0.8 / 0.6 > seats
    assert people <= others + seats + 1e-6
    assert reached / 1_000_000 <= people + 1e-6


def test_the_reserve_brings_the_chance_of_overspending_to_what_is_accepted(plan, held):
    assert held.reserve_pence > 0
    assert held.risk.chance_of_overspending <= held.risk.chance_accepted
    assert held.plan.allocation.spent_pence <= plan.allocation.budget_pence - held.reserve_pence


def test_safety_is_paid_for_in_access(plan, held):
    assert held.plan.allocation.access < plan.allocation.access


def test_a_plan_whose_chance_is_accepted_keeps_its_reserve(plan):
    uncertain = ranges.ranges_of(plan.catalogue, {"chance": 1.0})
    found = cases.with_reserve(plan, uncertain, simulation.simulate(plan, uncertain))
    assert (found.reserve_pence, found.plan) == (0, plan)


def test_where_no_overspending_at_all_is_accepted_there_still_is_a_reserve():
    plan = planning.make(EXAMPLE, Scenario(budget_pence=10_000_000, kinds=("bus_pass",)), DAY)
    uncertain = ranges.ranges_of(plan.catalogue, {"chance": 0.0})
    without = simulation.simulate(plan, uncertain, draws=500)
    found = cases.with_reserve(plan, uncertain, without)
    assert without.chance_of_overspending > found.risk.chance_of_overspending == 0


def test_a_reserve_is_tried_in_the_years_of_the_plan_without_it(plan, held):
    again = simulation.simulate(held.plan, ranges.ranges_of(plan.catalogue))
    assert (again.draws.spend_pence == held.risk.draws.spend_pence).all()
    assert (again.draws.access_micro == held.risk.draws.access_micro).all()


def test_each_try_of_a_reserve_is_reported(held, tries):
    assert tries
    assert all("reserve of £" in line for line in tries)


def test_where_what_must_be_funded_leaves_no_room_no_reserve_is_named(plan):
    promised = tuple(plan.allocation.chosen.index)
    bound = planning.make(EXAMPLE, Scenario(limits=Limits(committed=promised)), DAY)
    uncertain = ranges.ranges_of(bound.catalogue, {"chance": 0.0})
    assert cases.with_reserve(bound, uncertain, simulation.simulate(bound, uncertain, draws=200)) is None


def test_a_reserve_leaves_the_grants_alone():
    pays_for = {"kind": ("bus_pass",)}
    granted = Scenario(limits=Limits(grants=(Grant("Bus grant", 70_000_000, pays_for),)))
    plan = planning.make(EXAMPLE, granted, DAY)
    uncertain = ranges.ranges_of(plan.catalogue)
    found = cases.with_reserve(plan, uncertain, simulation.simulate(plan, uncertain, draws=200))
    assert found.reserve_pence <= 5_000_000


def test_a_part_of_a_cohort_is_costed_as_a_part():
    parts = planning.make(
        EXAMPLE,
        Scenario(budget_pence=3_345_600, kinds=("bus_pass", "shared_taxi"), limits=Limits(part_funding=PartFunding(3))),
        DAY,
    )
    assert (parts.allocation.chosen["part"] < 1).any()
    central = {case.name: case for case in cases.cases(parts, ranges.ranges_of(parts.catalogue))}["central"]
    assert central.spent_pence == parts.allocation.spent_pence
    assert central.access == pytest.approx(parts.allocation.access, abs=1e-4)
