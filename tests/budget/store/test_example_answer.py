"""The example county comes solved: its answer is what a search finds today, and opening it searches for nothing."""

import json
from dataclasses import asdict

import pytest

from budget.allocation.answer import answer_of
from budget.planning import plan as plans
from budget.scenarios.scenario import Scenario
from budget.store import example
from budget.store import results as store_results
from data.faults import InputError
from tests.budget.store.stores import results
from tests.budget.workbook import workbook_plans


def test_the_answer_that_comes_with_the_example_is_what_a_search_finds():
    plan = workbook_plans.default()
    assert example.answer() == answer_of(plan.problem, plan.allocation), "run: python -m budget.store.example"


def test_the_example_opens_without_a_search(monkeypatch):
    def searched(*_):
        raise AssertionError("a search was begun")

    monkeypatch.setattr(plans, "solve", searched)
    plan = plans.make(workbook_plans.county(), Scenario(), workbook_plans.DAY, answers=[example.answer()])
    assert store_results.results_of(plan) == results()
    with pytest.raises(AssertionError, match="search"):
        plans.make(
            workbook_plans.county(), Scenario(budget_pence=1_000_00), workbook_plans.DAY, answers=[example.answer()]
        )


def test_results_hold_the_answer():
    assert store_results.unpacked(results().packed()).answer == example.answer()


def test_an_answer_that_names_an_applicant_is_refused():
    content = json.loads(results().to_json())
    answer = asdict(results().answer) | {"chosen": [["row 17", "bus_pass", 1.0]]}
    with pytest.raises(InputError, match="1 cohorts are applicants"):
        store_results.from_json(json.dumps(content | {"answer": answer}).encode())
