"""Branching on the units of services: the bound falls to that of whole vehicles, and stays above every plan."""

import time
from fractions import Fraction

import numpy as np

from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.lagrangian import lagrangian_relaxation
from budget.allocation.search.search import search
from budget.allocation.search.unit_branching import UnitScores, branch_on_units
from tests.budget.allocation.allocations import integers_of, offer, offers_of, services_of

LIMITS = Limits((Limit("spend", at_most=Share(Fraction(1, 2)), each="kind"),))


def shared():
    """Return a problem in which half a vehicle would be worth having, and a whole one is too much of the spend."""
    rows = [offer(f"C{n}", "pass", 3000 + 211 * n, 1.0 + 0.1 * n, kind="pass", people=1) for n in range(8)]
    rows += [offer(f"C{n}", "bus", 0, 3.0 + 0.2 * n, kind="bus", service="m", people=2) for n in range(8)]
    fleet = services_of({"service": "m", "unit_cost_pence": 11_000, "seats_per_unit": 8, "max_units": 2, "kind": "bus"})
    return integers_of(offers_of(*rows), 20_000, fleet, LIMITS)


def test_the_bound_of_whole_vehicles_is_lower_and_no_plan_passes_it():
    problem = shared()
    lagrangian = lagrangian_relaxation(problem)
    point = best_dual_points(lagrangian, time.perf_counter() + 600)[0]
    root = point.bound // point.scale
    kept = UnitScores(lagrangian)
    begin = [kept.add(point.prices, point.scale)]
    plan, ranges = branch_on_units(lagrangian, begin, None, lambda _, __: False, time.perf_counter() + 600, kept)
    best = search(problem, 0.0, time.perf_counter() + 600).plan.value(problem)
    assert best <= ranges[0].bound < root
    assert plan is None or plan.value(problem) <= best
    assert [each.bound for each in ranges] == sorted((each.bound for each in ranges), reverse=True)


def test_nothing_is_split_where_the_first_bound_is_good_enough():
    lagrangian = lagrangian_relaxation(shared())
    point = best_dual_points(lagrangian, time.perf_counter() + 600)[0]
    begin = [UnitScores(lagrangian).add(point.prices, point.scale)]
    _, ranges = branch_on_units(lagrangian, begin, None, lambda _, __: True, time.perf_counter() + 600)
    assert [each.bound for each in ranges] == [point.bound // point.scale]


def test_scores_at_any_prices_bound_every_plan_of_every_budget_and_choice_of_units():
    problem = shared()
    kept = UnitScores(lagrangian_relaxation(problem))
    begin = [kept.add(np.array(prices, dtype=np.int64), 2**20) for prices in ((9000, 0, 0), (100, 4000, 20), (0, 0, 0))]
    for pence in (9_000, 20_000, 43_000):
        within = lagrangian_relaxation(problem.with_budget(pence))
        best = search(within.problem, 0.0, time.perf_counter() + 600).plan
        _, ranges = branch_on_units(within, begin, None, lambda _, __: False, time.perf_counter() + 600)
        assert ranges[0].bound >= best.value(problem)
        assert any(
            each.bound >= best.value(problem)
            and (each.lagrangian.least_units <= best.units).all()
            and (best.units <= each.lagrangian.most_units).all()
            for each in ranges
        )
