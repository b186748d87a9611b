import datetime
from dataclasses import replace

import pytest

from budget.allocation.inputs.limits import limits_from
from budget.allocation.inputs.objective import Objective
from budget.planning import left_over
from budget.planning import plan as planning
from budget.scenarios.scenario import Scenario
from data.wording import pounds
from tests.budget.offers.places import area_table, county, destination_table

DAY = datetime.date(2026, 9, 1)
PLACES = destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0))
AREAS = area_table([{"east_km": 12, "north_km": 0}, {"east_km": 0, "north_km": 12}])


def said(areas=AREAS, places=PLACES, **scenario) -> str:
    return left_over.in_words(planning.make(county(areas, places), Scenario(**scenario), DAY))


def test_a_budget_that_is_more_than_enough_says_how_much_is_left_and_why():
    plan = planning.make(county(AREAS, PLACES), Scenario(budget_pence=10**9), DAY)
    left = 10**9 - plan.allocation.spent_pence
    assert left_over.left_over_pence(plan) == left > 0
    assert left_over.in_words(plan) == (
        f"{pounds(left)} is left, as everyone whom support can help has the offer that helps them most. "
        "More money would raise the access score no further under these settings. "
        "The county has about 60 low-income young people, all of them in areas in target."
    )


def test_whom_the_rules_look_at_is_left_to_who_says_it_elsewhere():
    plan = planning.make(county(AREAS, PLACES), Scenario(budget_pence=10**9), DAY)
    assert left_over.in_words(plan, with_coverage=False).endswith("no further under these settings.")


def test_a_reserve_is_not_counted_as_left():
    without, held = (
        planning.make(county(AREAS, PLACES), Scenario(budget_pence=10**9, reserve_pence=reserve), DAY)
        for reserve in (0, 10**8)
    )
    assert left_over.left_over_pence(without) - left_over.left_over_pence(held) == 10**8


def test_money_that_is_too_little_for_a_vehicle_is_not_called_more_than_enough():
    few = area_table([{"east_km": 12, "north_km": 0, "young_people": 10}])
    plan = planning.make(county(few, PLACES), Scenario(kinds=("minibus",), budget_pence=40_000_00, gap=0), DAY)
    enough = planning.make(county(few, PLACES), Scenario(kinds=("minibus",), budget_pence=90_000_00, gap=0), DAY)
    assert plan.allocation.access == 0 < enough.allocation.access
    assert left_over.in_words(plan) == "£40,000 is left: no better use of it was found."
    assert "More money would raise the access score no further" in left_over.in_words(enough)


def test_what_is_left_of_a_grant_is_told_apart_from_the_councils_own_money():
    grants = limits_from({"grant": [{"name": "Bus grant", "amount": 30_000, "pays_for": {"kind": ["minibus"]}}]})
    scenario = Scenario(kinds=("bus_pass", "minibus", "moped_loan"), budget_pence=30_500_00, limits=grants, gap=0)
    plan = planning.make(county(AREAS, PLACES), scenario, DAY)
    unused = 30_000_00 - int(plan.allocation.grants["used_pence"].sum())
    own = left_over.own_left_pence(plan)
    assert unused > 0 and unused + own == left_over.left_over_pence(plan)
    words = left_over.in_words(plan)
    assert f"{pounds(unused)} is of the grant Bus grant, which may pay only for Minibus" in words
    assert "to be returned" in words
    assert (f"{pounds(own)} is the council's own" if own else "none is the council's own") in words


def test_a_plan_of_the_least_cost_leaves_money_on_purpose():
    plan = planning.make(county(AREAS, PLACES), Scenario(budget_pence=1_000_00), DAY)
    cheapest = replace(plan, allocation=replace(plan.allocation, aim="least_cost", spent_pence=100))
    assert left_over.in_words(cheapest).endswith("as the plan is to cost the least that does what was asked.")


def test_where_nothing_can_help_that_is_the_reason_given_for_college_and_for_work():
    words = said(places=PLACES.iloc[:0])
    assert "no kind of support on offer would bring anything more" in words
    for place in ("college or sixth form", "employment centre"):
        assert f"From 2 areas in target no {place} comes within" in words
    assert words.count("there is none within 28 miles") == 2


def test_where_everybody_can_travel_already_that_is_the_reason_given():
    assert "Everybody in target can reach a college or sixth form without help." in said(
        area_table([{"east_km": 1, "north_km": 0}])
    )


def test_where_no_area_is_in_target_that_is_the_reason_given():
    near = area_table([{"east_km": 1, "north_km": 0, "rural_urban": "Urban: Nearer to a major town or city"}])
    assert said(near) == (
        "Nothing is spent: nobody is in target. The county has about 30 low-income young people. None lives in an area "
        "in target. About 30 live near a college and work, in areas that are not isolated (1 area)."
    )


@pytest.mark.parametrize("change", [{"status": "infeasible"}, {"budget_pence": 0}])
def test_nothing_is_said_where_there_is_nothing_left_to_say(change):
    plan = planning.make(county(AREAS, PLACES), Scenario(budget_pence=0), DAY)
    assert left_over.in_words(replace(plan, allocation=replace(plan.allocation, **change))) == ""


def with_price(more: float | None, **change) -> str:
    plan = planning.make(county(AREAS, PLACES), Scenario(budget_pence=50_000), DAY)
    changed = replace(plan.allocation, access_per_extra_1000_pounds=more, **change)
    return left_over.next_pounds(replace(plan, allocation=changed))


@pytest.mark.parametrize(("more", "said"), [(1.234, "by about 1.23 on average"), (0.0604, "by about 0.060 on average")])
def test_what_a_further_thousand_pounds_brings_is_never_rounded_to_nothing(more, said):
    assert said in with_price(more)


@pytest.mark.parametrize(
    "limits",
    [
        {"grant": [{"name": "Rural", "amount": 500, "pays_for": {"kind": ["bus_pass"]}}]},
        {"limit": [{"measure": "cost_pence", "at_most": 40_000}]},
    ],
)
def test_beside_a_grant_or_a_limit_the_price_is_said_to_be_of_offers_had_in_part(limits):
    plan = planning.make(county(AREAS, PLACES), Scenario(budget_pence=50_000, limits=limits_from(limits)), DAY)
    said = left_over.next_pounds(replace(plan, allocation=replace(plan.allocation, access_per_extra_1000_pounds=1.89)))
    assert said.startswith(
        "A further £1,000 would raise the access score by about 1.89 if offers could be had in part."
    )
    assert "it may bring less, or nothing" in said


@pytest.mark.parametrize("more", [0.0, None])
def test_a_price_of_nothing_is_not_taken_for_proof_that_more_money_would_not_help(more):
    assert with_price(more).startswith(
        "What a further £1,000 would bring is not known: what helps next can only be bought whole"
    )


@pytest.mark.parametrize("change", [{"status": "infeasible"}, {"aim": "least_cost"}, {"access": 10**6}])
def test_a_further_thousand_pounds_is_not_spoken_of_where_it_means_nothing(change):
    assert with_price(0.5, **change) == ""


def test_the_least_cost_of_nothing_is_said_to_spend_nothing():
    assert said(budget_pence=100_000, objective=Objective("least_cost")) == (
        "Nothing is spent, as that does what was asked: £1,000 is left."
    )
