"""Support that costs far more a head than a whole scheme does is named, in a plan of areas and of applicants."""

import json

import pandas as pd

from budget.commands.plan import in_words, to_json
from budget.planning import dear
from budget.scenarios.scenario import Scenario
from tests.budget.offers.places import journey
from tests.budget.offers.test_applicants import decision, places, planned

WAYS = {"car": 40.0, "bus": 120.0, "taxi": 70.0, "minibus": 80.0, "moped": 90.0}  # by a long road, minutes
FAR = places(
    pd.DataFrame([journey("A1", "NEAR", mode, took, distance_km=35.0, fare_pence=0.0) for mode, took in WAYS.items()])
)


def test_mileage_of_thousands_of_pounds_a_head_is_named_with_what_a_scheme_costs():
    plan = planned(decision(2), decision(3), scenario=Scenario(budget_pence=5_000_000), where=FAR)
    [kind] = dear.of_plan(plan)
    assert kind.kind == "mileage" and kind.cohorts == 2
    assert kind.most_pence == plan.allocation.chosen["cost_pence"].max() > dear.DEAR_PENCE
    said = next(line for line in in_words(plan).splitlines() if line.startswith("Dear"))
    assert f"2 applicants have support that costs more than £4,400 a head, {dear.WHY}" in said
    assert "mileage allowance (2 applicants, up to £9," in said
    assert "mileage allowance. Look" in dear.in_words(plan, {kind.label})  # where its takers are too few to be told
    found = json.loads(json.dumps(to_json(plan, None, None, None)))["dear_offers"]
    assert [(each["kind"], each["cost_pence"]) for each in found] == [("mileage", plan.allocation.spent_pence)]


def test_where_nobody_costs_more_than_that_nothing_is_said():
    plan = planned(decision(2), decision(3))
    assert plan.allocation.people == 2
    assert not dear.of_plan(plan)
    assert dear.in_words(plan) == "" and "Dear" not in in_words(plan)
