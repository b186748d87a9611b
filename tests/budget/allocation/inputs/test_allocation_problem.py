"""The one gate of an allocation: every fault of every input at once, and what is checked there is not checked again."""

from fractions import Fraction

import pandas as pd
import pytest

from budget.allocation.allocate import allocate, solve
from budget.allocation.curve.frontier import trace, trace_problem
from budget.allocation.inputs import allocation_problem
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import Grant, Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.why.explain import explain, explain_plan
from data.faults import InputError
from tests.budget.allocation.allocations import offers_of

OFFERS = offers_of(
    {"cohort": "A", "option": "x", "cost_pence": 150, "access": 1.5, "district": "East"},
    {"cohort": "B", "option": "x", "cost_pence": 250, "access": 2.0, "district": "West"},
)


def faults_of(offers=OFFERS, budget_pence=300, **settings) -> list[str]:
    with pytest.raises(InputError) as error:
        AllocationProblem.checked(offers, budget_pence, **settings)
    return [str(fault) for fault in error.value.faults]


def test_the_faults_of_every_input_are_listed_together():
    limits = Limits((Limit("mopeds", at_most=Fraction(1)),), must_fund=("Z",))
    faults = faults_of(budget_pence=-1, limits=limits, objective=Objective("fair_first", by="ward"), gap=2.0)
    for words in (
        "settings, budget",
        "settings, gap",
        "limits, limit 1",
        "limits, must_fund",
        "objective, objective, by",
    ):
        assert any(fault.startswith(words) for fault in faults), words


def test_faults_of_the_money_and_of_the_tables_are_listed_together():
    faults = faults_of(OFFERS.assign(cost_pence=-1), 100, reserve_pence=200, time_limit_seconds=0)
    assert [fault.partition(":")[0] for fault in faults] == [
        "settings, reserve", "settings, time limit", "offers, row 1, cost_pence", "offers, row 2, cost_pence",
    ]  # fmt: skip


@pytest.mark.parametrize("measure", ["spend", "people", "vehicles", "access"])
def test_a_cap_below_nothing_is_named_beside_a_blank_cell(measure):
    offers = OFFERS.assign(vehicles=[1, 2], cost_pence=[150, None])
    faults = faults_of(offers, limits=Limits((Limit(measure, at_most=Fraction(-5)),), must_fund=("Z",)))
    assert [fault.partition(":")[0] for fault in faults] == [
        "offers, row 2, cost_pence",
        "limits, must_fund",
        "limits, limit 1",
    ]


def test_a_cap_below_nothing_of_what_may_be_below_nothing_is_no_fault():
    offers = OFFERS.assign(carbon=[-3.0, 2.0])
    AllocationProblem.checked(offers, 300, limits=Limits((Limit("carbon", at_most=Fraction(-1)),)))


def test_grants_are_a_part_of_the_budget():
    limits = Limits(grants=(Grant("bus", 200, {"option": ("x",)}),))
    assert faults_of(budget_pence=250, reserve_pence=100, limits=limits)[0].startswith("grant")


def test_tables_are_checked_once_for_every_question(monkeypatch):
    checks = []
    honest = allocation_problem.read_tables
    monkeypatch.setattr(allocation_problem, "read_tables", lambda *given: checks.append(1) or honest(*given))
    problem = AllocationProblem.checked(OFFERS, 300, reserve_pence=20)
    plan = solve(problem)
    why, curve = explain_plan(problem, plan), trace_problem(problem, budgets_pence=(0, 300))
    assert len(checks) == 1
    pd.testing.assert_frame_equal(plan.chosen, allocate(OFFERS, 300, reserve_pence=20).chosen)
    pd.testing.assert_frame_equal(why.cohorts, explain(OFFERS, plan, reserve_pence=20).cohorts)
    pd.testing.assert_frame_equal(curve.points, trace(OFFERS, budgets_pence=(0, 300), reserve_pence=20).points)


def test_further_limits_stand_after_those_there_are():
    problem = AllocationProblem.checked(OFFERS, 300, limits=Limits((Limit("spend", at_most=Fraction(2)),)))
    further = problem.with_limits((Limit("access", at_least=Fraction(1), each="district"),))
    assert [row.words for row in further.limit_rows] == [
        "spend at most £2", "access at least 1, district East", "access at least 1, district West",
    ]  # fmt: skip
    assert len(problem.limit_rows) == 1 and problem.with_ceiling(100).ceiling_pence == 100
