"""One point each under one row: the best of all points there are, at any scores."""

import itertools
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.allocation.search import knapsack
from budget.allocation.search.knapsack import multiple_choice_knapsack
from tests.draws import draws

OPTIONS = st.lists(
    st.lists(st.tuples(st.integers(-40, 40), st.integers(-9, 20)), min_size=1, max_size=4), min_size=1, max_size=5
)


def made(cohorts, room):
    cohort = np.repeat(np.arange(len(cohorts)), [len(own) for own in cohorts])
    score, weight = (np.array([option[n] for own in cohorts for option in own], dtype=float) for n in (0, 1))
    return multiple_choice_knapsack(cohort, weight, room), score


def best_of_all(cohorts, room):
    sums = ([sum(part) for part in zip(*point, strict=True)] for point in itertools.product(*cohorts))
    return max((score for score, weight in sums if weight <= room), default=None)


@pytest.mark.parametrize("is_compiled", [True, False])
@draws(400)
@given(OPTIONS, st.integers(-20, 60), st.floats(0, 8))
def test_the_best_choice_is_the_best_of_all_that_fit(is_compiled, cohorts, room, near):
    group, score = made(cohorts, room)
    group = replace(group, is_compiled=is_compiled)
    chosen, best = group.best(score, near), best_of_all(cohorts, room)
    if best is None:
        assert chosen is None
        return
    assert chosen.value == chosen.bound == best == score[chosen.options].sum()
    picked = [option for own in cohorts for option in own]
    assert sum(picked[n][1] for n in chosen.options) <= room
    assert len(chosen.options) == len(cohorts)


@draws(100)
@given(OPTIONS, st.integers(0, 60))
def test_where_there_are_too_many_partial_choices_the_bound_still_holds(cohorts, room):
    group, score = made(cohorts, room)
    best, usual = best_of_all(cohorts, room), knapsack.STATES
    try:
        knapsack.STATES = 2
        chosen = group.best(score)
    finally:
        knapsack.STATES = usual
    if best is not None:
        assert chosen.value <= best <= chosen.bound + 1e-6


def test_a_hundred_cohorts_of_ten_options_are_settled_exactly():
    draw = np.random.default_rng(3)
    cohort = np.repeat(np.arange(100), 10)
    weight = draw.integers(1, 400, 1000).astype(float)
    score = np.rint(weight**0.7 * draw.uniform(0.5, 1.5, 1000) * 100)
    chosen = multiple_choice_knapsack(cohort, weight, 8_000).best(score)
    table = np.zeros(8_001)
    for c in range(100):
        rows = [np.concatenate([np.full(int(weight[i]), -np.inf), table[: 8_001 - int(weight[i])]]) + score[i]
                for i in range(10 * c, 10 * c + 10)]  # fmt: skip
        table = np.max(rows, axis=0)
    assert chosen.value == chosen.bound == table.max()


@draws(100)
@given(OPTIONS, st.integers(0, 60), st.floats(0, 0.5))
def test_a_search_that_may_end_close_to_the_best_bounds_it_and_is_that_close(cohorts, room, close):
    group, score = made(cohorts, room)
    chosen, best = group.best(score, close=close), best_of_all(cohorts, room)
    if best is not None:
        assert chosen.value <= best <= chosen.bound
        assert chosen.bound - chosen.value <= max(close * abs(chosen.value), 1.0) + 1e-6


def test_a_small_problem_is_fair_first_without_numba():
    program = """
import sys
from benchmarks.allocation import instance
from budget.allocation import Objective, allocate
offers, services, budget = instance(12, 0.2)
offers = offers.assign(district="D" + (offers["cohort"].str[1:].astype(int) % 3).astype(str))
plan = allocate(offers, budget, services=services, objective=Objective("fair_first"), time_limit_seconds=900)
columns = "budget.allocation.search.column_generation"
print(plan.status, len(offers) < 300, columns in sys.modules, "numba" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["optimal", "True", "True", "False"]
