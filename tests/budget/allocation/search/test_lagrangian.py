"""Prices and the restricted: bounds hold, nothing better is ruled out, and the quick way gives the plain way's plan."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.tables import checked_tables
from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.pulp_model import build, relaxation
from budget.allocation.model.verify import excesses
from budget.allocation.search import integer_search, search
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.heuristics import repaired_plan
from budget.allocation.search.lagrangian import lagrangian_relaxation
from budget.allocation.search.reduced_cost_fixing import reduced_costs_at, restricted_problem
from tests.budget.allocation.allocations import cases, integers_of, offers_of, services_of
from tests.budget.allocation.every_plan import best_plan
from tests.draws import draws, some

many = draws(25)
NEVER_LATE = float("inf")


def market_in(case):
    offers, services, limits, budget = case
    lagrangian = lagrangian_relaxation(integers_of(offers, budget, services, limits))
    assume(lagrangian is not None)
    return lagrangian


def best_of(case, lagrangian):
    return best_plan(*case), Fraction(lagrangian.problem.step, 10**6)


@many
@given(cases(), st.lists(st.floats(0, 50), min_size=12, max_size=12))
def test_the_bound_holds_at_any_prices(case, prices):
    lagrangian = market_in(case)
    best, step = best_of(case, lagrangian)
    assume(best is not None and len(lagrangian.right) <= len(prices))
    point = lagrangian.at(np.array(prices[: len(lagrangian.right)]))
    assert best.access <= Fraction(point.bound, point.scale) * step


@many
@given(cases(), st.lists(st.floats(0, 3), min_size=12, max_size=12))
def test_nothing_in_a_best_plan_is_ruled_out(case, prices):
    lagrangian = market_in(case)
    best, step = best_of(case, lagrangian)
    assume(best is not None and len(lagrangian.right) <= len(prices))
    reduced_costs = reduced_costs_at(lagrangian, lagrangian.at(np.array(prices[: len(lagrangian.right)])))
    restricted = restricted_problem(
        lagrangian, reduced_costs, reduced_costs.bound - int(best.access / step) * reduced_costs.scale
    )
    names = [checked_tables(case[0], case[1]).offers.index[place] for place in lagrangian.problem.place]
    held = {names[i] for i in (*restricted.offers, *restricted.fixed)}
    brings = {key for key in best.keys if case[0].loc[key, "access"] > 0}
    assert brings <= held
    assert {names[i] for i in restricted.fixed} <= set(best.keys)


@many
@given(cases())
def test_a_plan_near_the_prices_keeps_every_row(case):
    lagrangian = market_in(case)
    for point in best_dual_points(lagrangian, NEVER_LATE):
        plan = repaired_plan(lagrangian, point)
        if plan is not None:
            assert not excesses(lagrangian.problem, plan)


@many
@given(cases(with_services=False))
def test_the_best_prices_reach_the_bound_of_the_linear_relaxation(case):
    lagrangian = market_in(case)
    relaxed = relaxation(build(lagrangian.problem), SolverSettings())
    assume(relaxed.status == "optimal")
    prices = [relaxed.row_price[name] * step for name, step in zip(lagrangian.names, lagrangian.divisor, strict=True)]
    best, at_lp = best_dual_points(lagrangian, NEVER_LATE)[0], lagrangian.at(np.array(prices))
    size = max(abs(at_lp.bound / at_lp.scale), 1.0)
    assert best.bound / best.scale <= at_lp.bound / at_lp.scale + 1e-3 * size


def region(cohorts: int, services: int, seed: int = 1):
    """Return an invented region: offers of rising cost and access, and minibuses for one cohort in ten."""
    draw = np.random.default_rng(seed)
    rows = []
    for cohort in range(cohorts):
        people = round(float(draw.gamma(2, 3)) + 0.3, 2)
        of = {"cohort": f"E{cohort:05d}", "district": f"D{cohort % 7}", "vehicles": 0.0}
        for level in range(1, 9):
            takers = round(people * level / 8, 2)
            cost = int(takers * 9_000 * level**1.3 * draw.uniform(0.7, 1.3))
            access = round(takers * float(draw.uniform(0.5, 1)), 3)
            offer = {"option": f"option_{level}", "people": takers, "cost_pence": cost, "access": access}
            rows.append(of | offer | {"vehicles": takers if level == 8 else 0.0})
        if services and cohort % 10 == 0:
            access = round(people * 0.95, 3)
            named = {"service": f"S{int(draw.integers(services)):03d}", "people": people, "cost_pence": 1_000}
            rows.append(of | {"option": "minibus", "access": access} | named)
    fleet = [
        {
            "service": f"S{n:03d}",
            "unit_cost_pence": int(draw.integers(300_000, 900_000)),
            "seats_per_unit": 16,
            "max_units": 3,
        }
        for n in range(services)
    ]
    return offers_of(*rows), services_of(*fleet)


EVERY_KIND = Limits(
    (
        Limit("vehicles", at_most=Fraction(60)),
        Limit("spend", at_least=Share(Fraction(1, 10)), each="district"),
        Limit("access", at_least=Fraction(40), where={"district": ("D3",)}),
    )
)


@pytest.mark.parametrize("seed", some([0, 1], 1))
@pytest.mark.parametrize("limits", [Limits(), EVERY_KIND], ids=["free", "limited"])
def test_the_quick_way_equals_the_plain_way_on_a_county(seed, limits, monkeypatch):
    offers, services = region(130, 8, seed)
    quick = allocate(offers, 15_000_000, services=services, limits=limits, time_limit_seconds=600)
    monkeypatch.setattr(search, "LARGE", 10**9)
    plain = allocate(offers, 15_000_000, services=services, limits=limits, time_limit_seconds=600)
    assert quick.status == plain.status == "optimal"
    assert quick.access <= plain.bound
    assert plain.access <= quick.bound
    assert quick.access >= plain.access * 0.9998


def test_a_large_region_with_services_is_proved_without_the_integer_model(monkeypatch):
    offers, services = region(1_500, 40)
    monkeypatch.setattr(integer_search, "solve_checked", lambda *_: (None, 10**15, "failed"))
    plan = allocate(offers, 200_000_000, services=services)
    assert plan.status == "optimal"
    assert plan.gap <= 0.0001
    assert plan.services["units"].sum() > 0


def test_a_large_region_with_limits_is_proved_from_a_small_core(monkeypatch):
    offers, services = region(1_500, 40)
    sizes, solve = [], integer_search.solve_checked

    def watched(problem, *others):
        sizes.append(len(problem.cohort))
        return solve(problem, *others)

    monkeypatch.setattr(integer_search, "solve_checked", watched)
    few = replace(EVERY_KIND, limits=(Limit("vehicles", at_most=Fraction(300)), *EVERY_KIND.limits[1:]))
    plan = allocate(offers, 150_000_000, services=services, limits=few)
    assert plan.status == "optimal"
    assert max(sizes, default=0) < len(offers) / 4


def test_a_cohort_that_two_services_want_is_priced_and_rides_once(monkeypatch):
    draw = np.random.default_rng(3)
    rows = [
        {
            "cohort": f"C{n:02d}",
            "option": f"ride_{service}",
            "cost_pence": 1_000,
            "people": people,
            "access": round(people * 0.9, 2),
            "service": f"S{service}",
        }
        for n, people in enumerate(np.round(draw.uniform(1, 6, 14), 1).tolist())
        for service in (n % 3, (n + 1) % 3)
    ]
    rows += [
        {"cohort": f"C{n:02d}", "option": "pass", "cost_pence": 90_000 + n, "people": 1.0, "access": 1.0}
        for n in range(14)
    ]
    fleet = [
        {"service": f"S{s}", "unit_cost_pence": 200_000 + s, "seats_per_unit": 16, "max_units": 2} for s in range(3)
    ]
    plain = allocate(offers_of(*rows), 900_000, services=services_of(*fleet), gap=0)
    monkeypatch.setattr(search, "LARGE", 0)
    quick = allocate(offers_of(*rows), 900_000, services=services_of(*fleet), gap=0)
    assert (quick.status, quick.access, quick.spent_pence) == ("optimal", plain.access, plain.spent_pence)
    assert quick.services["units"].sum() > 0
