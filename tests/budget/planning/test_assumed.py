"""What share of a plan's spend rests on prices that are nobody's own and published nowhere."""

from dataclasses import replace

import pytest

from budget.commands.plan import to_json
from budget.offers.catalogue import default_catalogue
from budget.planning import assumed
from budget.planning import plan as planning
from budget.planning.assumed import KindSpend, SpendBasis
from budget.planning.plan import Plan, replan
from budget.scenarios.scenario import Scenario
from data.figures import ASSUMPTION
from tests.budget.workbook.workbook_plans import DAY, county


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planning.make(county(), Scenario(), DAY)


def basis(*kinds: tuple[str, int, str, str]) -> SpendBasis:
    return SpendBasis(tuple(KindSpend(name, name.title(), pence, price, up) for name, pence, price, up in kinds))


def test_the_kinds_add_up_to_the_spend_of_the_plan(plan):
    found = assumed.of_plan(plan)
    assert found.spent_pence == plan.allocation.spent_pence
    shares = found.to_json()
    assert shares["assumed_prices"] + shares["published_prices"] + shares["own_prices"] == pytest.approx(1)


def test_a_price_of_the_councils_own_is_no_assumption_any_more(plan):
    (taxi,) = (each for each in assumed.of_plan(plan).kinds if each.kind == "shared_taxi")
    assert taxi.price == ASSUMPTION
    own = replan(
        plan, replace(plan.scenario, figures={"shared_taxi.vehicle_price": 8551.0, "shared_taxi.price_per_mile": 1.51})
    )
    assert {each.kind: each.price for each in assumed.of_plan(own).kinds}["shared_taxi"] == assumed.OWN
    assert assumed.of_plan(own).share(ASSUMPTION) < assumed.of_plan(plan).share(ASSUMPTION)


def test_a_price_a_taker_on_top_of_a_vehicles_is_said_to_be_paid_twice(plan):
    own = replan(plan, replace(plan.scenario, figures={"minibus.price": 10.0}))
    assert "Minibus is paid by the vehicle, and its price for each taker comes on top" in assumed.in_words(
        assumed.of_plan(own)
    )
    assert not assumed.of_plan(plan).paid_twice


def test_a_price_a_taker_on_top_of_a_price_a_mile_is_said_too(plan):
    own = {"shared_taxi.price": 500.0, "shared_taxi.vehicle_price": 0.0}
    only_taxis = replace(plan.scenario, kinds=("shared_taxi",))
    assert assumed.of_plan(replan(plan, replace(only_taxis, figures=own))).paid_twice == ("Shared taxi",)
    by_passenger = own | {"shared_taxi.price_per_mile": 0.0}
    told = assumed.of_plan(replan(plan, replace(only_taxis, figures=by_passenger)))
    assert told.spent_pence > 0 and not told.paid_twice


def test_a_kind_is_as_sure_as_its_least_sure_price():
    catalogue = default_catalogue().with_values({"moped_loan.contribution": 700.0})
    assert assumed.price_of(catalogue.kind("moped_loan"), catalogue) == ASSUMPTION
    both = catalogue.with_values({"moped_loan.price": 2500.0})
    assert assumed.price_of(both.kind("moped_loan"), both) == assumed.OWN


def test_what_costs_nothing_is_no_assumption():
    catalogue = default_catalogue()
    assert catalogue.figures.figure("bus_pass.contribution").provenance == ASSUMPTION
    assert assumed.price_of(catalogue.kind("bus_pass"), catalogue) == assumed.PUBLISHED


def test_a_share_that_is_not_all_or_nothing_is_never_written_so():
    nearly = basis(("taxi", 99_999, ASSUMPTION, ASSUMPTION), ("pass", 1, "published", ASSUMPTION))
    assert assumed.in_words(nearly) == "All but 1% of the spend (£999.99) is at assumed prices: taxi."
    hardly = basis(("taxi", 1, ASSUMPTION, ASSUMPTION), ("pass", 99_999, "own", "own"))
    assert assumed.in_words(hardly).startswith("Less than 1% of the spend (£0.01)")


def test_a_plan_that_spends_nothing_rests_on_nothing():
    assert assumed.in_words(basis()) == ""
    assert basis().to_json()["assumed_prices"] == 0
    assert assumed.in_words(basis(("pass", 5, "own", ASSUMPTION))) == "None of the spend is at an assumed price."


def test_the_command_line_tells_it(plan):
    printed = to_json(plan, None, None, None)
    assert printed["spend_on_assumptions"] == assumed.of_plan(plan).to_json()
    assert printed["deadweight"]["takers"] == pytest.approx(plan.allocation.people, abs=0.01)
