"""Medium cases against an independent model in CP-SAT; `make bench` draws a hundred others for each aim."""

import pytest

from tests.budget.allocation.medium_cases import AIMS, disagreement, independent
from tests.draws import some

SEEDS = {"most_access": 48, "least_cost": 48, "fair_first": 16}  # 112 cases; those of fair first take longest
CASES = [(seed, aim) for aim in AIMS for seed in some(range(SEEDS[aim]))]


@pytest.fixture(scope="module")
def best_of():
    return independent(CASES)


@pytest.mark.parametrize(("seed", "aim"), CASES)
def test_an_independent_model_finds_no_better_plan_and_none_where_there_is_none(aim, seed, best_of):
    assert disagreement(seed, aim, best_of[seed, aim]) == ""


def test_a_best_that_is_not_the_plans_is_a_disagreement(best_of):
    key = next(key for key, best in best_of.items() if best is not None and key[1] == "most_access")
    for wrong in (best_of[key] * 2 + 10, best_of[key] // 2 - 10, None):
        assert disagreement(*key, wrong) != ""
