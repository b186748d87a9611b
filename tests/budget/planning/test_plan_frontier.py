"""The curve of a plan: the exact plan at a budget, and what the curve says in words."""

import datetime
from functools import cache

import pytest

from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import NOTHING_ASKED, Objective
from budget.planning import plan as planning
from budget.planning import plan_frontier
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from tests.budget.offers.places import area_table, county, destination_table

DAY = datetime.date(2026, 9, 1)
PLACES = county(
    area_table([{"east_km": 12, "north_km": n, "young_people": 40 + 20 * n} for n in range(4)]),
    destination_table(("C1", "college", 0, 0), ("W1", "employment_centre", 0, 0)),
)


@cache
def plan(budget_pence: int = 2_000_000, **more) -> Plan:
    return planning.make(PLACES, Scenario(budget_pence=budget_pence, **more), DAY)


def test_the_plan_at_another_budget_is_the_one_that_the_form_would_have_made():
    assert plan_frontier.allocation_at(plan(), 900_000).chosen.equals(plan(900_000).allocation.chosen)
    assert plan_frontier.allocation_at(plan(), 900_000).access < plan().allocation.access


def test_the_curve_says_where_the_knee_is_what_buys_all_and_what_the_next_pounds_bring():
    frontier = plan_frontier.trace_plan(plan(), steps=8)
    knee, everything, more = plan_frontier.sentences(plan(), frontier)
    assert "beyond it each pound buys less than the average pound does" in knee
    assert f"£{-(-frontier.all_pence // 100):,} buys the highest access score there is" in everything
    assert f"buys {plan().allocation.access:,.1f}." in everything
    assert more.startswith("£1,000 more raises the access score by about ")


def test_a_budget_beyond_the_curve_is_said_to_be_enough():
    rich = plan(10**9)
    assert "this plan's budget is enough for that." in " ".join(
        plan_frontier.sentences(rich, plan_frontier.trace_plan(rich, steps=4))
    )


def test_the_table_names_what_enters_by_area_and_kind():
    table = plan_frontier.table(plan(), plan_frontier.trace_plan(plan(), steps=8))
    named = "; ".join(table["enters"])
    assert "Parish 1 (" in named
    assert any(kind.label in named for kind in plan().catalogue.kinds)
    assert table["leaves"].str.len().sum() > 0  # who changes to another kind leaves the first


def test_a_curve_of_the_least_cost_says_that_it_is_one_of_the_most_access():
    cheapest = plan(objective=Objective("least_cost"))
    said = plan_frontier.sentences(cheapest, plan_frontier.trace_plan(cheapest, steps=4))
    assert "no budget changes" in said[-1]


def test_a_curve_without_a_plan_says_so():
    cannot = Limits(must_fund=("A1", "A2", "A3", "A4"))
    poor = planning.make(PLACES, Scenario(budget_pence=100, limits=cannot), DAY)
    assert plan_frontier.sentences(poor, plan_frontier.trace_plan(poor, to_pence=200, steps=2)) == [
        "No budget of this curve has a plan that keeps every limit."
    ]


@pytest.mark.parametrize(
    ("objective", "said"), [(Objective(), "one pass"), (Objective("fair_first"), "Each point was solved on its own")]
)
def test_how_the_curve_was_worked_out_is_told(objective, said):
    made = plan(objective=objective)
    words = plan_frontier.method_in_words(plan_frontier.trace_plan(made, steps=3))
    assert said in words
    assert "Each of the 4 points is a plan that was checked to the penny; 4 are proved best" in words


@pytest.mark.parametrize("objective", [Objective(), Objective("fair_first")])
def test_how_far_the_curve_has_come_is_told_budget_by_budget(objective):
    told = []
    plan_frontier.trace_plan(plan(objective=objective), steps=3, report=lambda *said: told.append(said))
    assert told == [(f"{done} of 4 budgets", done / 4) for done in range(4)]


def test_the_least_cost_of_nothing_asked_is_nothing_and_says_what_to_ask():
    nothing, some = (plan(objective=Objective("least_cost", access)) for access in (None, 5))
    assert nothing.allocation.spent_pence == 0 and NOTHING_ASKED in nothing.allocation.notes
    assert some.allocation.spent_pence > 0 and NOTHING_ASKED not in some.allocation.notes
