"""A published fare with an end date is told of in a plan whose year goes beyond it, until the council sets its own."""

import datetime
from dataclasses import replace

import pytest

from budget.commands import plan as plan_command
from budget.planning import expired
from budget.planning import plan as planning
from budget.report.closing import risks
from budget.report.subject import subject_of
from budget.scenarios.scenario import Scenario
from tests.budget.offers.places import area_table, county, destination_table

PLACES = destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0))
HERE = county(area_table([{"east_km": 12, "north_km": 0}]), PLACES)


def _plan(day: datetime.date, **figures: float) -> planning.Plan:
    return planning.make(HERE, Scenario(figures=figures), day)


@pytest.mark.parametrize(
    ("day", "said"),
    [((2025, 9, 1), ""), ((2026, 8, 1), "holds until 31 March 2027"), ((2027, 9, 1), "ended on 31 March 2027")],
)
def test_a_plan_says_that_the_capped_fare_ends_before_its_year_does(day, said):
    told = " ".join(expired.sentences(_plan(datetime.date(*day))))
    assert said in told and bool(told) == bool(said)


def test_a_fare_that_the_council_set_has_no_end():
    assert expired.sentences(_plan(datetime.date(2026, 9, 1), bus_fare=3.0)) == []


def test_the_command_and_the_report_say_so():
    plan = _plan(datetime.date(2026, 9, 1))
    (told,) = expired.sentences(plan)
    assert "£3.00" in told and "July 2027" in told
    assert told in plan_command.in_words(plan) and told in str(risks(subject_of(plan), None))
    assert plan_command._context(plan)["figures_that_end"] == {"bus_fare": "2027-03-31"}
    assert expired.of_plan(replace(plan, day=datetime.date(2025, 9, 1))) == []
