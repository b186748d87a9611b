"""The people whom a plan brings within reach are counted as people, each once, and the access score is none of them."""

import datetime
from dataclasses import replace

import pandas as pd
import pytest

from budget.allocation.inputs.limits import PartFunding
from budget.offers.needs import STUDIES
from budget.planning import plan as planning
from budget.planning import plan_frontier, within_reach
from budget.planning.plan import Plan
from budget.planning.within_reach import AT_LEAST_ONE, BOTH, Count
from budget.scenarios.scenario import Scenario
from data import bundle
from data.example import FOLDER
from tests.budget.offers.places import area_table, county, destination_table, journey
from tests.opendata import needs_opendata

DAY = datetime.date(2026, 9, 1)
KINDS = (
    *("bus_pass", "bus_discount", "bursary", "mileage", "cycle_loan", "ebike_loan", "moped_loan", "shared_taxi"),
    "minibus",
)
EXAMPLE = bundle.load(FOLDER)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planning.make(EXAMPLE, Scenario(), DAY)


def parish(to_college: float, to_work: float, **scenario) -> Plan:
    """Return the plan of a parish with 30 low-income young people and a bus, whose minutes these are, at £3."""
    matrix = [journey("A1", "C1", "bus", to_college), journey("A1", "W1", "bus", to_work)]
    places = county(
        area_table([{"east_km": 12, "north_km": 0}]),
        destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0)),
        pd.DataFrame(matrix),
    )
    return planning.make(places, Scenario(**{"kinds": ("bus_pass",)} | scenario), DAY)


def people(plan: Plan) -> dict[str, float]:
    return {name: count.people for name, count in within_reach.counts(plan).items()}


def test_who_reaches_college_alone_is_one_person_and_not_a_half():
    plan = parish(to_college=50, to_work=50)  # 60 minutes to college are allowed, 45 to work
    assert people(plan) == {"college": 21, "work": 0, AT_LEAST_ONE: 21, BOTH: 0}  # 30 × take-up of 0.70
    assert plan.allocation.access == 10.5


def test_who_reaches_both_is_counted_once_in_at_least_one():
    assert people(parish(to_college=40, to_work=40)) == {"college": 21, "work": 21, AT_LEAST_ONE: 21, BOTH: 21}


def test_weights_move_the_access_score_and_no_count_of_people():
    plain = parish(40, 50)
    favoured = parish(40, 50, figures={"deprived_weight": 1.5, "college_weight": 0.9})
    assert favoured.allocation.access > plain.allocation.access
    assert people(favoured) == people(plain)


def test_the_range_is_of_the_low_and_the_high_end_of_take_up():
    count = within_reach.counts(parish(40, 40))[AT_LEAST_ONE]
    assert count == Count(21, 17.7, 24)  # 30 × 0.59 and 30 × 0.80, as in the catalogue


def test_the_council_s_own_ends_of_take_up_are_used():
    count = within_reach.counts(parish(40, 40, risk={"bus_pass.take_up.low": 0.5}))[AT_LEAST_ONE]
    assert (count.low, count.people) == (15, 21)


def test_at_high_take_up_no_more_come_within_reach_than_have_a_seat(plan):
    high = within_reach.counts(plan)[AT_LEAST_ONE].high
    riders = plan.allocation.chosen["service"].notna()
    bought = plan.allocation.services["units"]
    seats = bought * plan.choices.services["seats_per_unit"].reindex(bought.index)
    offered = plan.choices.cohorts["people"].reindex(plan.allocation.chosen.index.get_level_values("cohort"))
    high_take_up = plan.allocation.chosen["kind"].map(lambda kind: plan.ranges.values("high")[f"{kind}.take_up"])
    takers = offered.to_numpy() * high_take_up
    riding = takers[riders].groupby(plan.allocation.chosen["service"][riders]).sum()
    assert riding.sum() > seats.sum()
    assert high == pytest.approx(takers[~riders].sum() + riding.clip(upper=seats).sum(), abs=0.2)


def test_the_four_counts_hang_together_and_lie_within_their_range(plan):
    counted = within_reach.counts(plan)
    both = counted["college"].people + counted["work"].people - counted[AT_LEAST_ONE].people
    assert counted[BOTH].people == pytest.approx(both, abs=1e-6)
    assert all(0 <= count.low <= count.people <= count.high for count in counted.values())
    assert counted[AT_LEAST_ONE].people <= plan.allocation.people


def test_a_part_of_a_cohort_counts_a_part_of_its_people():
    half = parish(40, 40, budget_pence=10 * 90_000 + 50_000)
    assert half.allocation.chosen.empty
    limits = replace(half.scenario.limits, part_funding=PartFunding(2))
    assert people(parish(40, 40, budget_pence=10 * 90_000 + 50_000, limits=limits))[AT_LEAST_ONE] == 10.5


def test_where_there_is_no_plan_nobody_is_brought_within_reach():
    counted = within_reach.counts(parish(40, 40, budget_pence=0))
    assert set(counted.values()) == {Count(0, 0, 0)}
    assert within_reach.in_words(counted) == "Nobody more is brought within reach of college or work."


def test_prose_has_whole_people_and_the_range():
    said = within_reach.in_words(within_reach.counts(parish(50, 50)))
    assert said == (
        "About 21 young people are brought within reach of college or work (18 to 24 if take-up is lowest or "
        "highest everywhere): about 21 of college (18 to 24), none of work, none of both."
    )


def test_a_second_choice_is_told_apart_also_where_nobody_gains_a_first():
    none, some = Count(0, 0, 0), Count(20, 18, 22)
    counted = dict.fromkeys((*within_reach.COUNTS, *within_reach.CHOICES), none)
    assert within_reach.choice_in_words(counted) == ""
    said = within_reach.choice_in_words(counted | {"second_choice": some, "technical": some})
    assert said.startswith("None gain a first choice of study,") and " about 20 a second, " in said
    assert "already and gains the other counts for the second choice, and not for college" in said


def test_the_frontier_counts_the_same_people_at_the_plan_s_budget(plan):
    budget = plan.allocation.budget_pence
    points = plan_frontier.trace_plan(plan, from_pence=0, to_pence=budget, steps=3).points
    again = plan_frontier.allocation_at(plan, budget)
    assert points.loc[budget, "access"] == pytest.approx(again.access, rel=plan.scenario.gap)
    assert points["within_reach"].is_monotonic_increasing
    assert (points["within_reach"] <= points["people"] + 1e-6).all()
    if points.loc[budget, "access"] == again.access:
        assert points.loc[budget, "within_reach"] == pytest.approx(within_reach.at_least_one(again))


@needs_opendata
def test_lincolnshire_s_469_people_are_those_of_college_and_of_work_less_those_of_both(real_county):
    here = real_county("Lincolnshire")
    scenario = Scenario(policy="targeting-default", kinds=KINDS)
    main_sites = here.destinations[~here.destinations.index.str.startswith("site2019-")]
    before = replace(here, water=None, destinations=main_sites)  # without water, and with colleges at their main sites
    any_sixth_form = replace(before, destinations=main_sites.drop(columns=list(STUDIES)))
    for places, expected in ((any_sixth_form, (469.05, 152.52)), (before, (391.54, 102.14)), (here, None)):
        counted = people(planning.make(places, scenario, DAY))
        assert counted[AT_LEAST_ONE] == pytest.approx(counted["college"] + counted["work"] - counted[BOTH], abs=1e-6)
        assert expected in (None, (round(counted[AT_LEAST_ONE], 2), round(counted[BOTH], 2)))
        if places is not any_sixth_form:
            assert 0 < counted["second_choice"] < counted["first_choice"] == counted["college"]
