"""What never matters and what never helps; and the quick way beside the plain one on hundreds of larger problems."""

import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.allocation import instance
from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.search import search, stop_rule
from budget.allocation.search.stop_rule import TIME_OVER
from tests.budget.allocation.allocations import cases, integers_of, some_limits
from tests.draws import draws, number

many = draws(20)


def best(case, **more):
    offers, services, limits, budget = case
    return allocate(offers, budget, services=services, limits=limits, gap=0, **more)


@many
@given(cases(), st.data())
def test_a_limit_added_never_brings_more(case, data):
    offers, services, limits, budget = case
    added = data.draw(some_limits(offers))
    plan, held = best(case), best((offers, services, replace(limits, limits=(*limits.limits, added)), budget))
    if held.status == "optimal":
        assert plan.status == "optimal"
        assert held.access <= plan.access


@many
@given(cases(), st.integers(1, 60))
def test_more_money_never_brings_less_with_limits_either(case, more):
    offers, services, limits, budget = case
    plan, richer = best(case), best((offers, services, limits, budget + more))
    if plan.status == "optimal":
        assert richer.status == "optimal"
        assert richer.access >= plan.access


@many
@given(cases())
def test_what_cohorts_and_options_are_called_changes_neither_access_nor_spend(case):
    offers, services, limits, budget = case
    other = {f"C{n}": f"Z{9 - n}" for n in range(9)}
    names = {"a": "taxi", "b": "bus", "c": "aid"}
    renamed = offers.rename(index=other, level="cohort").rename(index=names, level="option")
    must = tuple(other[cohort] for cohort in limits.must_fund)
    plan, again = best(case), best((renamed, services, replace(limits, must_fund=must), budget))
    assert (again.status, again.access, again.spent_pence) == (plan.status, plan.access, plan.spent_pence)


@many
@given(cases())
def test_money_in_another_unit_buys_the_same(case):
    offers, services, limits, budget = case
    dearer = offers.assign(cost_pence=offers["cost_pence"] * 100)
    fleet = services.assign(unit_cost_pence=services["unit_cost_pence"] * 100)

    def in_the_unit(limit: Limit) -> Limit:
        sides = {side: getattr(limit, side) for side in ("at_most", "at_least")}
        changed = {side: 100 * figure for side, figure in sides.items() if isinstance(figure, Fraction)}
        return replace(limit, **changed) if limit.measure == "spend" else limit

    same = replace(limits, limits=tuple(map(in_the_unit, limits.limits)))
    plan, again = best(case), best((dearer, fleet, same, 100 * budget))
    assert again.spent_pence == 100 * plan.spent_pence
    assert (again.status, again.access, tuple(again.chosen.index)) == (
        plan.status,
        plan.access,
        tuple(plan.chosen.index),
    )


def limits_for(seed: int, cohorts: int) -> Limits:
    """Return one of five sets of limits: none, floors, a cap and floors, shares, spend by district."""
    floors = Limit("access", at_least=Fraction(cohorts, 25), each="district")
    cap = Limit("people", at_most=Fraction(3 * cohorts))
    shares = Limit("spend", at_least=Share(Fraction(1, 8)), each="district")
    spend = Limit("spend", at_most=Fraction(cohorts * 120), each="district")
    return (Limits(), Limits((floors,)), Limits((cap, floors)), Limits((shares,)), Limits((spend,)))[seed % 5]


@pytest.mark.parametrize("first", range(0, 200, 40))
def test_the_quick_way_equals_the_plain_way_on_hundreds_of_larger_problems(first, monkeypatch):
    for seed in range(first, first + number(40)):
        offers, services, budget = instance(6, 0.2, seed)
        offers = offers.assign(district="D" + (offers["cohort"].str[1:].astype(int) % 2).astype(str))
        problem = integers_of(offers, budget, services, limits_for(seed, 6))
        found = []
        for large in (0, 10**9):
            monkeypatch.setattr(search, "LARGE", large)
            found.append(search.search(problem, 1e-4, time.perf_counter() + 900, settle_ties=False))
        quick, plain = found
        assert quick.infeasible == plain.infeasible, seed
        if plain.plan is None:
            continue
        values = [each.plan.value(problem) for each in found]
        assert values[0] <= plain.bound, seed
        assert values[1] <= quick.bound, seed
        assert all(stop_rule.is_proved(value, each.bound, 1e-4) for value, each in zip(values, found, strict=True)), (
            seed
        )


@pytest.mark.parametrize(("seed", "pace"), [(1, 0.02), (1, 50.0), (3, 50.0)])
def test_a_clock_that_runs_faster_or_slower_changes_no_plan(seed, pace, monkeypatch):
    """Limits inside the search count work, so a plan does not depend on how busy the machine is."""
    offers, services, budget = instance(65, 0.2, seed)
    offers = offers.assign(district="D" + (offers["cohort"].str[1:].astype(int) % 5).astype(str))

    def plan():
        limits, seconds = limits_for(seed, 65), 100_000
        found = allocate(offers, budget, services=services, limits=limits, gap=1e-3, time_limit_seconds=seconds)
        return found.status, found.bound, found.access, found.spent_pence, tuple(found.chosen.index), found.notes

    usual = plan()
    clock = time.perf_counter
    monkeypatch.setattr(time, "perf_counter", lambda: pace * clock())
    assert plan() == usual


def test_a_search_that_the_clock_ends_says_so():
    offers, services, budget = instance(70, 0.2)
    plan = allocate(offers, budget, services=services, gap=0, time_limit_seconds=0.01)
    assert TIME_OVER in plan.notes
