"""The frontier: never falling, under a concave bound that holds for every plan there is, and nested in its order."""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.allocation import instance
from benchmarks.county import county, problem
from budget.__main__ import main
from budget.allocation.allocate import allocate, solve
from budget.allocation.curve.efficiency_order import NOTHING, efficiency_order
from budget.allocation.curve.frontier import (
    ONE_PASS,
    POINT_BY_POINT,
    even_budgets,
    knee_of_points,
    trace,
    trace_problem,
)
from budget.allocation.curve.service_hull import service_clusters
from budget.allocation.curve.shared_prices import SharedPrices
from budget.allocation.inputs.limits import NO_LIMITS, Grant, Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.inputs.tables import LARGEST_PENCE
from budget.allocation.model.verify import excesses
from budget.allocation.search.price_search import search_ranges
from budget.allocation.search.unit_branching import branch_on_units
from budget.planning import plan_frontier
from data.faults import InputError
from tests import ROOT
from tests.budget.allocation.allocations import cases, integers_of, offers_of, services_of
from tests.budget.allocation.every_plan import best_plan
from tests.budget.workbook import workbook_plans as plans
from tests.draws import draws

BUDGETS = (0, 7, 20, 33, 50, 90, 180)
EACH = 1e-6


def ordered(offers, services, limits=NO_LIMITS):
    return efficiency_order(integers_of(offers, LARGEST_PENCE, services, limits))


def best_access(offers, services, limits, budget: int) -> Fraction | None:
    best = best_plan(offers, services, limits, budget)
    return None if best is None else best.access


@draws(20)
@given(cases(with_limits=False))
def test_brute_force_finds_nothing_between_the_curve_and_what_it_proves(case):
    offers, services, limits, _ = case
    frontier = trace(offers, services=services, limits=limits, budgets_pence=BUDGETS, gap=0)
    for budget, point in frontier.points.iterrows():
        best = best_access(offers, services, limits, int(budget))
        assert point["access"] <= float(best) + EACH
        assert point["bound"] >= float(best) - EACH
        assert point["spent_pence"] <= budget
        assert point["status"] != "optimal" or point["access"] == pytest.approx(float(best), abs=EACH)


@draws(20)
@given(cases(with_limits=False), st.sets(st.sampled_from(["C0", "C1"])))
def test_cohorts_that_must_be_funded_are_in_every_plan_of_the_curve(case, must):
    offers, services, _, _ = case
    limits = Limits(must_fund=tuple(sorted(must & set(offers.index.get_level_values("cohort")))))
    frontier = trace(offers, services=services, limits=limits, budgets_pence=BUDGETS, gap=0)
    for budget, point in frontier.points.iterrows():
        best = best_access(offers, services, limits, int(budget))
        if point["status"] == "infeasible":
            assert best is None or frontier.way == ONE_PASS  # the order may begin above the least spend: see below
        else:
            assert point["access"] <= float(best) + EACH
            assert point["bound"] >= float(best) - EACH


@draws(20)
@given(cases(with_limits=False))
def test_more_money_never_brings_less_and_the_bound_from_prices_is_concave(case):
    offers, services, _, _ = case
    points = trace(offers, services=services, budgets_pence=range(0, 200, 20)).points
    assert points["access"].is_monotonic_increasing
    if points["concave_bound"].notna().all():
        bends = np.diff(points["concave_bound"], 2)
        assert (bends <= 1e-9).all()


def test_a_ride_that_costs_nothing_is_taken_before_the_first_step():
    offers = pd.DataFrame(
        {"people": [0.01, 0.0], "cost_pence": 0, "access": 1.0, "service": ["m1", None]},
        index=pd.MultiIndex.from_tuples([("C0", "a"), ("C0", "c")], names=["cohort", "option"]),
    )
    services = pd.DataFrame(
        {"unit_cost_pence": [0], "seats_per_unit": 1, "max_units": 0}, index=pd.Index(["m1"], name="service")
    )
    order = ordered(offers, services)
    assert order.solution_of(order.current(0)).value(order.problem) > 0


@draws(20)
@given(cases(with_limits=False))
def test_every_point_of_the_order_is_a_best_plan_for_what_it_spends(case):
    offers, services, limits, _ = case
    order = ordered(offers, services)
    if order is None:
        return
    for taken in range(len(order.steps) + 1):
        spend = int(order.spend[taken])
        plan = order.solution_of(order.current(taken))
        assert plan.spend_pence(order.problem) == spend
        best = best_access(offers, services, limits, spend)
        assert plan.value(order.problem) * order.problem.step / 1e6 == pytest.approx(float(best), abs=EACH)


@draws(20)
@given(cases(with_limits=False))
def test_each_step_brings_less_for_a_penny_than_the_one_before(case):
    order = ordered(case[0], case[1])
    assert order is None or (np.diff(order.slope) <= 0)[np.isfinite(order.slope[1:])].all()


@draws(20)
@given(cases(with_limits=False))
def test_cohorts_that_ride_on_nothing_once_in_stay_in(case):
    order = ordered(case[0], case[1])
    if order is None:
        return
    before: set[int] = set()
    for taken in range(len(order.steps) + 1):
        points = order.current(taken)
        funded = {int(g) for g, i in enumerate(order.offer[points]) if i > NOTHING}
        assert before <= funded
        before = funded


@draws(20)
@given(cases(with_limits=False), st.floats(0, 3))
def test_a_bound_at_any_price_holds_for_every_plan(case, price):
    offers, services, limits, budget = case
    order = ordered(offers, services)
    if order is None:
        return
    scale = order.problem.step / 1e6
    bound = order.line(price / scale / 100).at(budget) * scale
    assert bound >= float(best_access(offers, services, limits, budget)) - EACH


@draws(20)
@given(cases(with_limits=False), st.integers(0, 4000), st.integers(0, 50))
def test_a_clusters_hull_holds_its_best_at_any_price(case, access, money):
    for cluster in service_clusters(integers_of(case[0], LARGEST_PENCE, case[1])) or ():
        best = cluster.best(access, money)[0]
        assert best == max(access * point.value - money * point.cost for point in cluster.hull())


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_a_county_of_500_is_certified_at_25_budgets_and_agrees_with_allocate(share):
    offers, services, budget = instance(500, share)
    frontier = trace(offers, services=services, budgets_pence=even_budgets(0, 2 * budget, 25))
    points = frontier.points
    assert frontier.way == ONE_PASS
    assert points["gap"].max() <= 0.0001
    assert points["access"].is_monotonic_increasing
    assert (points["spent_pence"] <= points.index).all()
    some = int(points.index[9])
    alone = allocate(offers, some, services=services)
    assert alone.access <= points["bound"][some] + EACH
    assert points["access"][some] <= alone.bound + EACH


def test_every_plan_of_a_large_curve_keeps_its_budget_and_its_seats():
    offers, services, budget = instance(2_000, 0.1)
    order = ordered(offers, services)
    for part in (0, 1, 7, 50, 130, 400):
        money = budget * part // 100
        first, *others = order.problem.rows
        within = replace(order.problem, rows=(replace(first, right=money), *others))
        assert excesses(within, order.plan_at(money)) == {}


@pytest.fixture(scope="module")
def example():
    """Return the example's plan and curve; many of its cohorts may ride on a minibus or share a taxi."""
    plan = plans.default()
    return plan, trace(plan.choices.offers, services=plan.choices.services)


def test_where_the_order_leaves_a_gap_the_units_chosen_give_the_best_plan_and_no_more_is_claimed():
    offers, services, _ = instance(60, 0.3)
    order = ordered(offers, services)
    step, far = order.problem.step / 1e6, time.perf_counter() + 600
    shared = SharedPrices(order.lagrangian.with_budget(order.all_pence), max(order.slope[np.isfinite(order.slope)]))
    for money in range(10_000, int(order.all_pence), int(order.all_pence) // 7):
        within, known = order.lagrangian.with_budget(money), order.plan_at(money)
        best = allocate(offers, money, services=services, gap=0).access
        scores = shared.near(order.per_penny(money))
        plan, ranges = branch_on_units(within, scores, known, lambda value, bound: value >= bound, far)
        assert ranges[0].bound * step >= best - EACH
        assert excesses(within.problem, plan) == {}
        assert plan.value(within.problem) >= known.value(within.problem)
        done, bound = search_ranges(within.problem, ranges, plan, 0.0, far)
        assert excesses(within.problem, done) == {}
        assert done.value(within.problem) * step == bound * step == pytest.approx(best, abs=EACH)


def test_a_county_with_services_is_proved_at_each_of_25_budgets():
    offers, services, budget = county(7)
    points = trace(offers, services=services, budgets_pence=even_budgets(0, 2 * budget, 25)).points
    assert points["status"].eq("optimal").all()
    assert points["gap"].max() <= 0.0001


def test_the_example_has_one_order_though_cohorts_may_ride_on_either_of_two_services(example):
    plan, frontier = example
    order = ordered(plan.choices.offers, plan.choices.services)
    assert order.has_shared_riders
    assert frontier.way == ONE_PASS
    assert frontier.points["status"].eq("optimal").all()
    assert frontier.points["gap"].max() <= 0.0001
    assert not frontier.notes


def test_what_enters_and_leaves_adds_up_to_the_plan(example):
    plan, frontier = example
    held: set[tuple[str, str]] = set()
    for step in frontier.steps.itertuples():
        assert set(step.leaves) <= held
        held = (held - set(step.leaves)) | set(step.enters)
        assert plan.choices.offers.loc[sorted(held), "access"].sum() == pytest.approx(step.access, abs=EACH)
    again: set[tuple[str, str]] = set()
    for enters, leaves in frontier.changes():
        again = (again - set(leaves)) | set(enters)
    assert again == held


def test_the_knee_is_where_the_curve_is_furthest_above_its_chord(example):
    plan, frontier = example
    budget = np.concatenate([[0], frontier.steps["budget_pence"]])
    access = np.concatenate([[0.0], frontier.steps["access"]])
    above = access / access[-1] - budget / budget[-1]
    assert above[budget == frontier.knee_pence].max() == pytest.approx(above.max())


def test_beyond_what_buys_everything_more_money_buys_nothing(example):
    plan, frontier = example
    most = frontier.all_pence
    points = trace(plan.choices.offers, services=plan.choices.services, budgets_pence=(most - 1, most, most * 2)).points
    assert points["access"].iloc[1] == points["access"].iloc[2] == points["bound"].iloc[2]
    assert points["access"].iloc[0] < points["access"].iloc[1]
    assert points["access_per_extra_1000_pounds"].iloc[1] == 0


def test_the_price_of_money_agrees_with_the_relaxation_where_nothing_is_shared():
    offers, _, budget = instance(300, 0.0)
    point = trace(offers, budgets_pence=[budget]).points.iloc[0]
    alone = allocate(offers, budget)
    assert point["access_per_extra_1000_pounds"] == pytest.approx(alone.access_per_extra_1000_pounds, rel=1e-6)


def test_a_reserve_moves_the_curve_to_the_right():
    offers = offers_of(*({"cohort": f"C{n}", "option": "a", "cost_pence": 100, "access": 1.0} for n in range(3)))
    points = trace(offers, reserve_pence=50, budgets_pence=[0, 49, 50, 149, 150]).points
    assert points["status"].tolist() == ["infeasible", "infeasible", "optimal", "optimal", "optimal"]
    assert points["access"].iloc[2:].tolist() == [0, 0, 1]


def test_with_limits_each_budget_is_solved_and_says_so():
    offers = offers_of(
        *({"cohort": f"C{n}", "option": "a", "cost_pence": 100 + n, "access": 1.0 + n / 8} for n in range(6))
    )
    limits = Limits((Limit("people", at_most=Fraction(3)), Limit("spend", at_least=Fraction(2))))
    frontier = trace(offers, limits=limits, budgets_pence=(100, 250, 350, 600))
    points = frontier.points
    assert frontier.way == POINT_BY_POINT
    assert frontier.steps.empty
    assert points["status"].tolist() == ["infeasible", "optimal", "optimal", "optimal"]
    assert (points["people"].iloc[1:] <= 3).all()
    for budget in points.index[1:]:
        best = best_access(offers, services_of(), limits, int(budget))
        assert points["access"][budget] == points["bound"][budget] == float(best)


def test_prices_kept_from_one_budget_to_the_next_claim_no_more_than_each_budget_solved_alone():
    asked = problem("2% of access in each district", time_limit_seconds=900.0)
    budgets = [asked.budget_pence * part // 10 for part in (6, 9, 13)]
    frontier = trace_problem(asked, budgets_pence=budgets)
    assert frontier.points["status"].eq("optimal").all()
    for budget, point in frontier.points.iterrows():
        alone = solve(replace(asked, budget_pence=int(budget)))
        assert point["spent_pence"] <= budget
        assert point["access"] <= alone.bound + EACH
        assert alone.access <= point["bound"] + EACH


def test_a_turning_point_is_told_only_where_every_point_is_proved():
    offers = offers_of(
        *({"cohort": f"C{n}", "option": "a", "cost_pence": 100, "access": 9.0 - n} for n in range(6)),
    )
    limits = Limits((Limit("people", at_most=Fraction(5)),))
    points = trace(offers, limits=limits, budgets_pence=range(0, 700, 100)).points
    assert knee_of_points(points) is not None
    points.loc[300, "status"] = "time_limit"
    assert knee_of_points(points) is None


def test_a_budget_below_its_grants_has_no_plan():
    offers = offers_of({"cohort": "A", "option": "a", "cost_pence": 100, "access": 1.0, "kind": "bus"})
    limits = Limits(grants=(Grant("Bus grant", 50, {"kind": ("bus",)}),))
    points = trace(offers, limits=limits, budgets_pence=[0, 49, 50, 100]).points
    assert points["status"].tolist() == ["infeasible", "infeasible", "optimal", "optimal"]
    assert points["access"].iloc[2:].tolist() == [0, 1]


def test_the_fairest_plans_have_a_curve_of_their_own_on_which_more_money_may_bring_less():
    offers = offers_of(
        {"cohort": "A", "option": "a", "cost_pence": 100, "access": 10.0, "district": "Near"},
        {"cohort": "B", "option": "a", "cost_pence": 150, "access": 1.0, "district": "Far"},
        {"cohort": "C", "option": "a", "cost_pence": 10, "access": 1.0, "district": "Near"},
    )
    frontier = trace(offers, objective=Objective("fair_first"), budgets_pence=[110, 170, 260])
    assert frontier.way == POINT_BY_POINT
    assert frontier.points["access"].tolist() == [11, 2, 12]
    assert trace(offers, budgets_pence=[170]).points["access"].iloc[0] == 11


def test_a_cohort_that_may_ride_on_either_of_two_services_rides_on_one():
    riders = [
        {"cohort": "A", "option": f"by_{name}", "cost_pence": 1, "access": 1.0, "service": name} for name in ("m", "n")
    ]
    services = services_of(
        *({"service": name, "unit_cost_pence": 10, "seats_per_unit": 4, "max_units": 1} for name in ("m", "n"))
    )
    frontier = trace(offers_of(*riders), services=services, budgets_pence=[0, 10, 11, 40])
    assert frontier.way == ONE_PASS
    assert frontier.points["access"].tolist() == frontier.points["bound"].tolist() == [0, 0, 1, 1]
    assert frontier.all_pence == 11


def test_the_tables_given_are_not_altered():
    offers, services, budget = instance(50, 0.2)
    before = offers.copy(), services.copy()
    trace(offers, services=services, budgets_pence=[budget])
    assert offers.equals(before[0])
    assert services.equals(before[1])


def test_row_order_does_not_matter():
    plan = plans.default()
    offers, services = plan.choices.offers, plan.choices.services
    mixed = offers.sample(frac=1, random_state=3)
    same = [trace(o, services=services, budgets_pence=[5_000_000, 30_000_000]).points for o in (offers, mixed)]
    assert same[0].equals(same[1])


def test_a_table_without_offers_has_a_flat_curve():
    frontier = trace(offers_of(), budgets_pence=[0, 100])
    assert frontier.points["access"].tolist() == [0, 0]
    assert frontier.points["status"].tolist() == ["optimal", "optimal"]
    assert frontier.all_pence in (0, None)


@pytest.mark.parametrize("wrong", [{"from_pence": 5, "to_pence": 5}, {"steps": 0}, {"budgets_pence": [-1]}])
def test_ends_that_make_no_curve_are_refused(wrong):
    with pytest.raises(InputError):
        trace(offers_of({"cohort": "A", "option": "a", "cost_pence": 1, "access": 1.0}), **wrong)


def test_the_plan_somebody_clicks_on_lies_between_the_curve_and_its_bound():
    plan = plans.default()
    frontier = plan_frontier.trace_plan(plan, to_pence=80_000_000, steps=8)
    budget = int(frontier.points.index[3])
    clicked = plans.with_values(budget_pence=budget, gap=0)
    assert frontier.points["access"][budget] <= clicked.allocation.access + EACH
    assert clicked.allocation.access <= frontier.points["bound"][budget] + EACH


# ---- The command ----


def _run(*arguments: str) -> subprocess.CompletedProcess:
    """Run the command as `_alone` does, in this process."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        status = main(["frontier", *arguments])
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), said.getvalue())


def _alone(*arguments: str) -> subprocess.CompletedProcess:

    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "budget", "frontier", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)


def test_the_command_prints_the_curve_as_json():
    done = _alone("--from", "0", "--to", "2000000", "--steps", "4", "--json")
    assert done.returncode == 0, done.stderr
    curve = json.loads(done.stdout)
    assert [point["budget_pence"] for point in curve["points"]] == [
        0,
        50_000_000,
        100_000_000,
        150_000_000,
        200_000_000,
    ]
    assert {"access", "bound", "gap", "access_per_extra_1000_pounds", "enters", "leaves"} <= set(curve["points"][0])
    assert curve["points"][1]["enters"]
    assert curve["knee_pence"] < curve["all_pence"]


def test_the_command_says_the_knee_in_words():
    done = _run("--steps", "3")
    assert done.returncode == 0, done.stderr
    assert "The turning point is at £" in done.stdout


def test_the_command_says_every_fault_at_once():
    done = _run("--from=-1", "--to", "lots", "--steps", "0")
    assert done.returncode == 2
    for option in ("--from", "--to", "--steps"):
        assert option in done.stderr
    assert done.stdout == ""


def test_a_curve_where_no_budget_has_a_plan_ends_with_3(tmp_path):
    path = tmp_path / "impossible.toml"
    path.write_text('[[limit]]\nmeasure = "people"\nat_least = 1000000\n', encoding="utf-8")
    done = _run("--scenario", str(path), "--steps", "1")
    assert done.returncode == 3, done.stderr


def test_who_takes_no_seat_needs_no_vehicle_in_a_plan_or_in_its_bound():
    index = pd.MultiIndex.from_tuples([("C0", "a"), ("C0", "b")], names=["cohort", "option"])
    offers = pd.DataFrame(
        {"people": [0.0, 0.01], "seats": [0.0, 0.01], "cost_pence": [1, 0], "access": [0.001, 1.0], "service": "m1"},
        index=index,
    )
    services = pd.DataFrame(
        {"unit_cost_pence": [16], "seats_per_unit": [1], "max_units": [1]}, index=pd.Index(["m1"], name="service")
    )
    points = trace(offers, services=services, budgets_pence=[0, 1, 16]).points
    assert points["access"].tolist() == pytest.approx([0, 0.001, 1])
    assert (points["bound"] >= points["access"]).all()


def test_the_one_plan_that_a_range_of_units_leaves_is_looked_at_before_a_lesser_one_is_called_best():
    offers = offers_of(
        {"cohort": "C0", "option": "a", "people": 2.36, "cost_pence": 0, "access": 4.0, "service": "m1"},
        {"cohort": "C0", "option": "b", "people": 3, "cost_pence": 0, "access": 1.836, "service": "m3"},
        {"cohort": "C0", "option": "c", "people": 1.75, "cost_pence": 0, "access": 2.483, "service": None},
        {"cohort": "C1", "option": "a", "people": 2.6, "cost_pence": 0, "access": 1.885, "service": "m2"},
        {"cohort": "C1", "option": "b", "people": 2.42, "cost_pence": 32, "access": 1.551, "service": None},
    )
    services = services_of(
        {"service": "m1", "unit_cost_pence": 22, "seats_per_unit": 3, "max_units": 2},
        {"service": "m2", "unit_cost_pence": 60, "seats_per_unit": 4, "max_units": 1},
        {"service": "m3", "unit_cost_pence": 33, "seats_per_unit": 5, "max_units": 1},
    )
    points = trace(offers, services=services, budgets_pence=[31, 32, 35], gap=0).points
    assert points["access"].tolist() == pytest.approx([4.0, 4.034, 4.034])
    assert points["bound"].tolist() == pytest.approx([4.0, 4.034, 4.034])
