"""Limits of groups kept inside their groups: the bound holds and is no higher, and what columns make up is a plan."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.allocation import instance
from benchmarks.county import county as made_up_county
from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.objective import Objective
from budget.allocation.model.service_patterns import service_patterns
from budget.allocation.model.verify import excesses
from budget.allocation.search import column_plans, column_search
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.column_branching import branch_with_columns
from budget.allocation.search.column_generation import ColumnGeneration, rows_of_one_group
from budget.allocation.search.lagrangian import lagrangian_relaxation
from budget.allocation.search.search import search
from tests.budget.allocation.allocations import cases, integers_of
from tests.budget.allocation.every_plan import best_plan
from tests.draws import draws

many = draws(20)
NEVER_LATE = float("inf")
NEVER_OVER = 1_800  # seconds: the search ends by its work, however busy the machine is


def columns_in(case):
    offers, services, limits, budget = case
    lagrangian = lagrangian_relaxation(integers_of(offers, budget, services, limits))
    assume(lagrangian is not None)
    return lagrangian, ColumnGeneration(lagrangian)


def best_steps(case, lagrangian):
    best = best_plan(*case)
    assume(best is not None)
    return best.access / Fraction(lagrangian.problem.step, 10**6)


@many
@given(cases(), st.lists(st.floats(0, 30), min_size=24, max_size=24))
def test_the_bound_holds_at_any_prices_and_tolls(case, figures):
    lagrangian, columns = columns_in(case)
    best = best_steps(case, lagrangian)
    rows, rides = len(lagrangian.right), len(columns.riders)
    assume(rows + rides <= len(figures))
    evaluate = columns.evaluate(np.where(columns.outer, figures[:rows], 0.0), np.array(figures[rows : rows + rides]))
    assert best <= Fraction(evaluate.bound, evaluate.scale)


@many
@given(cases())
def test_it_is_never_above_the_bound_with_a_price_on_every_limit(case):
    lagrangian, columns = columns_in(case)
    point = best_dual_points(lagrangian, NEVER_LATE)[0]
    evaluate = columns.start_at(point)
    if evaluate.bound is not None:  # None: some group cannot keep its limit, whatever the others do
        size = max(abs(point.bound / point.scale), 1.0)
        assert evaluate.bound / evaluate.scale <= point.bound / point.scale + 1e-6 * size
    else:
        assert best_plan(*case) is None


@many
@given(cases())
def test_what_the_columns_make_up_keeps_every_row_and_the_bound(case):
    lagrangian, columns = columns_in(case)
    columns.start_at(best_dual_points(lagrangian, NEVER_LATE)[0])
    assume(columns.best.bound is not None)
    columns.improve(NEVER_LATE, 1e-6)
    assume(columns.best.bound is not None)
    for plan in (column_plans.rounded_plan(columns), column_plans.best_plan(columns, NEVER_LATE, 0.0)):
        if plan is not None:
            assert not excesses(lagrangian.problem, plan)
            assert plan.value(lagrangian.problem) <= Fraction(columns.best.bound, columns.best.scale)


@many
@given(cases())
def test_no_plan_passes_the_bound_of_whole_vehicles_and_columns_serve_every_choice_of_them(case):
    lagrangian, columns = columns_in(case)
    best = best_steps(case, lagrangian)
    root = columns.start_at(best_dual_points(lagrangian, NEVER_LATE)[0])
    assume(root.bound is not None)
    plan, bound, _ = branch_with_columns(columns, None, lambda _, __: False, NEVER_LATE, 1e-6)
    assert best <= bound <= columns.points[0].steps
    if plan is not None:
        assert not excesses(lagrangian.problem, plan)
        assert plan.value(lagrangian.problem) <= best


@many
@given(cases(), st.integers(0, 3))
def test_column_generation_for_a_choice_of_units_bounds_the_plans_that_run_so_many(case, count):
    lagrangian, columns = columns_in(case)
    best = best_plan(*case)
    assume(best is not None)
    units = np.minimum(count, lagrangian.most_units)
    columns.within(units, units)
    columns.start_at(best_dual_points(lagrangian.with_units(units, units), NEVER_LATE)[0])
    assume(columns.best.bound is not None)
    columns.improve(NEVER_LATE, 1e-6)
    known = search(replace(lagrangian.problem, max_units=tuple(units.tolist())), 0.0, NEVER_LATE).plan
    if known is not None and known.units == tuple(units.tolist()):
        assert known.value(lagrangian.problem) <= Fraction(columns.best.bound, columns.best.scale)


@many
@given(cases())
def test_no_duals_anywhere_promise_less_than_the_bound_that_is_called_the_lowest(case):
    lagrangian, columns = columns_in(case)
    columns.start_at(best_dual_points(lagrangian, NEVER_LATE)[0])
    if columns.improve(NEVER_LATE, 1e-6):
        promised = columns.master_duals(columns.best, np.inf)[0]
        bound = columns.best.bound / columns.best.scale
        assert promised == pytest.approx(bound, rel=3e-6, abs=3e-6)


def test_with_shares_of_spend_beside_floors_by_district_the_lowest_bound_is_found_in_few_rounds():
    offers, services, budget = made_up_county()
    limits = Limits(
        (
            Limit("spend", at_most=Share(Fraction(3, 10)), each="kind"),
            Limit("access", at_least=Fraction(14), each="district"),
        )
    )
    lagrangian = lagrangian_relaxation(integers_of(offers, budget, services, limits))
    columns = ColumnGeneration(lagrangian)
    columns.start_at(best_dual_points(lagrangian, NEVER_LATE)[0])
    assert columns.improve(NEVER_LATE, 1e-5)
    assert len(columns.points) < 120


def test_rows_that_are_kept_tie_no_cohort_twice():
    offers, services, budget = instance(60, 0.2)
    offers = offers.assign(district=offers["cohort"].str[-1], half=(offers["cohort"].str[-1] < "5").astype(str))
    limits = Limits(
        (Limit("access", at_least=Fraction(1), each="half"), Limit("access", at_least=Fraction(1), each="district"))
    )
    kept = rows_of_one_group(lagrangian_relaxation(integers_of(offers, budget, services, limits)))
    cohorts = [cohort for _, groups in kept for cohort in groups.tolist()]
    assert len(kept) == 10
    assert len(cohorts) == len(set(cohorts))


@pytest.fixture(scope="module")
def county():
    """Eighty cohorts of sixteen options in five districts, one in ten on a minibus; invented."""
    offers, services, budget = instance(80, 0.1)
    return offers.assign(district="D" + (offers["cohort"].str[1:].astype(int) % 5).astype(str)), services, budget


def test_a_countys_fairest_share_is_proved_to_a_ten_thousandth_of_it(county):
    offers, services, budget = county
    plan = allocate(offers, budget, services=services, objective=Objective("fair_first"), time_limit_seconds=NEVER_OVER)
    assert plan.status == "optimal"
    assert 0 < plan.fairness.share <= plan.fairness.bound
    assert plan.fairness.bound - plan.fairness.share <= Fraction(1, 10_000) * plan.fairness.bound


def test_keeping_limits_in_their_groups_gives_the_fairest_share_of_the_plain_way(county, monkeypatch):
    offers, services, budget = county
    fair = Objective("fair_first")
    quick = allocate(offers, budget, services=services, objective=fair, time_limit_seconds=NEVER_OVER).fairness
    monkeypatch.setattr(column_search, "BINDING", 2.0)  # never: more than all of them
    plain = allocate(offers, budget, services=services, objective=fair, time_limit_seconds=2).fairness
    assert quick.share <= plain.bound
    assert plain.share <= quick.bound


# ---- Who can ride together: every plain solve of `test_brute_force` is of a model with these sets ----


@many
@given(cases())
def test_no_set_of_riders_is_too_heavy_or_part_of_another(case):
    offers, services, limits, budget = case
    problem = integers_of(offers, budget, services, limits)
    seats = {row.units[0]: row for row in problem.rows if row.kind == "seats"}
    for service in service_patterns(problem):
        row = seats[service.service]
        taken = dict(zip(row.offers, row.on_offers, strict=True))
        for units, own in service.patterns:
            assert sum(taken[i] for i in own) <= -row.on_units[0] * units
            assert not any(set(own) < set(other) for n, other in service.patterns if n == units)
