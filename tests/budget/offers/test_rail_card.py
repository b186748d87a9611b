"""A rail card is offered where a destination needs the train: where a travel matrix has it, and half its fare helps."""

from dataclasses import replace

import pandas as pd
import pytest

from budget.planning import deadweight
from budget.planning import plan as planning
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from tests.budget.workbook.workbook_plans import DAY, county

RAIL_ONLY = Scenario(name="Rail cards", kinds=("rail_card",))


def by_train(fare_pence: float, minutes: float = 30.0) -> Plan:
    """Return a plan of rail cards for the example, where one area has a train to one college."""
    here = county()
    area = planning.make(here, RAIL_ONLY, DAY).choices.cohorts.index[0]
    college = here.destinations.index[here.destinations["kind"] == "college"][0]
    row = {"from_id": area, "to_id": college, "mode": "train", "minutes": minutes, "distance_km": 20.0}
    matrix = pd.DataFrame([row | {"fare_pence": fare_pence, "source": "timetable", "as_of": "2026-09-01"}])
    imported = matrix if here.journeys is None else pd.concat([here.journeys, matrix])
    return planning.make(replace(here, journeys=imported), RAIL_ONLY, DAY)


def test_without_a_train_nobody_is_offered_a_rail_card():
    assert planning.make(county(), RAIL_ONLY, DAY).choices.offers.empty


def test_a_fare_that_half_makes_bearable_makes_the_card_an_offer():
    plan = by_train(fare_pence=350.0)  # £35 a week; half is £17.50, below the £20 a household can bear
    ((cohort, option),) = plan.choices.offers.index
    offer = plan.choices.offers.loc[(cohort, option)]
    assert option == "rail_card" and offer["gain_college"] == 1
    assert offer["cost_pence"] == round(offer["people"] * 3500)
    assert deadweight.of_plan(plan).fare_only_college == pytest.approx(offer["people"])


@pytest.mark.parametrize(("fare_pence", "why"), [(420.0, "half is still too dear"), (190.0, "the whole is bearable")])
def test_a_card_that_changes_nothing_is_not_offered(fare_pence, why):
    assert by_train(fare_pence).choices.offers.empty, why


def test_a_train_that_comes_too_late_is_not_within_reach():
    assert by_train(fare_pence=350.0, minutes=70.0).choices.offers.empty
