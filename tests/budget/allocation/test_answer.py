"""An answer that is kept: the very same plan for the very same question, and nothing for any other."""

from dataclasses import replace
from random import Random

import pandas as pd
import pytest

from budget.allocation import AllocationProblem, solve
from budget.allocation.answer import answer_of, question_of, taken_up
from tests.budget.allocation import small_cases


def problem_of(seed: int, aim: str) -> AllocationProblem:
    draw = Random(seed)
    offers, services, part_funding, plans = small_cases.tables(draw)
    asked = small_cases.question(draw, plans, part_funding, aim)
    return AllocationProblem.checked(
        offers,
        asked.budget_pence,
        services=services,
        limits=asked.limits,
        objective=asked.objective,
        reserve_pence=asked.reserve_pence,
        gap=0.0,
    )


@pytest.fixture(scope="module", params=small_cases.AIMS)
def solved(request):
    """Return some problems of an aim whose best plan funds something, each with its plan."""
    pairs = []
    for problem in (problem_of(seed, request.param) for seed in range(6)):
        plan = solve(problem)
        if len(plan.chosen):
            pairs.append((problem, plan))
    assert len(pairs) > 2
    return pairs


def test_the_plan_of_an_answer_is_the_plan_that_was_found_in_every_figure(solved):
    for problem, plan in solved:
        again = taken_up(problem, [answer_of(problem, plan)])
        assert again.to_json() | {"seconds": 0} == plan.to_json() | {"seconds": 0}
        for name in ("chosen", "services", "limits", "grants"):
            pd.testing.assert_frame_equal(getattr(again, name), getattr(plan, name), check_dtype=False)
        assert (again.notes, again.fairness, again.solver) == (plan.notes, plan.fairness, plan.solver)


def test_the_answer_to_another_question_is_not_taken(solved):
    for problem, plan in solved:
        answer = answer_of(problem, plan)
        others = [
            replace(problem, budget_pence=problem.budget_pence + 1),
            replace(problem, gap=0.01),
            replace(problem, time_limit_seconds=problem.time_limit_seconds + 1),
            replace(problem, tables=replace(problem.tables, offers=problem.tables.offers.rename({"C0": "C00"}))),
        ]
        dearer = problem.tables.offers.assign(cost_pence=problem.tables.offers["cost_pence"] + 1)
        others.append(replace(problem, tables=replace(problem.tables, offers=dearer)))
        assert all(question_of(other) != answer.question for other in others)
        assert taken_up(others[0], [answer]) is None
        assert taken_up(problem, []) is None


def test_an_answer_that_does_not_come_to_its_own_figures_is_not_taken(solved):
    problem, plan = solved[0]
    answer = answer_of(problem, plan)
    for wrong in (
        {"access": answer.access + 1},
        {"spent_pence": answer.spent_pence - 1},
        {"chosen": (*answer.chosen, ("nobody", "bus", 1.0))},
        {"units": (*answer.units, ("no such service", 1))},
        {"limit_prices": (*answer.limit_prices, *answer.limit_prices, None, None)},
    ):
        assert taken_up(problem, [replace(answer, **wrong)]) is None


def test_a_damaged_answer_is_not_taken_and_the_plan_is_found_anew(solved):
    better = -1 if solved[0][0].objective.aim == "least_cost" else 1  # a bound of least cost is below the cost
    for problem, plan in solved:
        answer = answer_of(problem, plan)
        damaged = [
            {"chosen": ()},
            {"chosen": (*answer.chosen, *answer.chosen)},
            {"fair_share": ("1/0", "x")},
            {"fair_share": ("1/2", "1/3")},
            {"status": "infeasible"},
            {"status": "anything"},
            {"bound": answer.bound - better},  # the plan would be better than the best
            {"bound": answer.bound + better},  # a plan that is proved does not miss so much
            {"gap": -1.0},
            {"gap": 0.5},
        ]
        damaged += [{"units": ((name, -5),)} for name in problem.tables.services.index[:1]]
        for wrong in damaged:
            assert taken_up(problem, [replace(answer, **wrong)]) is None, wrong


def test_a_plan_of_nothing_is_no_answer_to_keep(solved):
    problem, plan = solved[0]
    assert answer_of(problem, replace(plan, status="infeasible", chosen=plan.chosen.iloc[:0])) is None
