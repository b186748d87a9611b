"""The promises of an allocation; every plan there is stands against it in `test_brute_force`."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.model import highs
from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search import integer_search
from budget.allocation.search import search as module
from budget.allocation.search.heuristics import greedy_plan
from budget.allocation.search.tie_breaking import TIES_LEFT_OPEN
from data.faults import InputError
from tests.budget.allocation.allocations import cases, offers_of, services_of
from tests.budget.allocation.every_plan import best_plan
from tests.draws import draws

some = draws(40)


def offer(cohort, option, cost_pence, access, **more):
    return {"cohort": cohort, "option": option, "cost_pence": cost_pence, "access": access, **more}


def keys(plan):
    return tuple(plan.chosen.index)


@pytest.fixture(scope="module")
def town():
    """Sixty cohorts of four options, invented."""
    draw = np.random.default_rng(7)
    rows = [
        offer(f"E{cohort:04d}", option, int(draw.integers(10_000, 900_000)), round(float(draw.uniform(0.5, 9)), 2))
        for cohort in range(60)
        for option in ("bus_pass", "bursary", "moped", "taxi")
    ]
    return offers_of(*rows)


@some
@given(cases())
def test_the_bound_is_never_below_the_best_there_is(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, services=services, limits=limits, gap=0.5)
    best = best_plan(offers, services, limits, budget)
    if best is not None:
        assert Fraction(repr(plan.access)) <= best.access <= Fraction(repr(plan.bound))


@some
@given(cases(), st.integers(0, 100))
def test_the_budget_less_the_reserve_is_never_exceeded(case, reserve):
    offers, services, limits, budget = case
    plan = allocate(offers, budget + reserve, services=services, limits=limits, reserve_pence=reserve)
    assert plan.spent_pence <= budget
    assert plan.spent_pence == int(plan.chosen["cost_pence"].sum()) + int(plan.services["cost_pence"].sum())


@some
@given(cases(with_limits=False), st.integers(0, 60))
def test_a_larger_budget_never_lowers_access(case, more):
    offers, services, _, budget = case
    access = [allocate(offers, money, services=services, gap=0).access for money in (budget, budget + more)]
    assert access[0] <= access[1]


@some
@given(cases())
def test_no_cohort_receives_two_offers(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, services=services, limits=limits)
    assert not plan.chosen.index.get_level_values("cohort").has_duplicates


@some
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case, shuffle):
    offers, services, limits, budget = case
    order = list(range(len(offers)))
    shuffle.shuffle(order)
    plans = [allocate(table, budget, services=services, limits=limits) for table in (offers, offers.iloc[order])]
    assert plans[0].to_json()["chosen"] == plans[1].to_json()["chosen"]


def test_the_same_input_gives_the_same_plan_twice_and_in_another_order_when_solved_in_a_child(town, monkeypatch):
    monkeypatch.setattr(highs, "IN_PROCESS_COLUMNS", 500)
    many_towns = pd.concat([town.rename(lambda name, n=n: f"{n}{name}", level="cohort") for n in range(5)])
    plans = [
        allocate(table, 40_000_000) for table in (many_towns, many_towns, many_towns.sample(frac=1, random_state=1))
    ]
    assert plans[0].to_json()["chosen"] == plans[1].to_json()["chosen"] == plans[2].to_json()["chosen"]


def test_offers_that_bring_nothing_are_not_chosen():
    offers = offers_of(offer("A", "free", 0, 0.0), offer("B", "harm", 0, -1.0), offer("C", "pass", 10, 1.0))
    assert keys(allocate(offers, 100)) == (("C", "pass"),)


def nearly_affordable(seed: int) -> tuple[pd.DataFrame, int]:
    """Return offers, and the spend of the best plan for half of what they all cost less one penny."""
    draw = np.random.default_rng(seed)
    costs = [int(cost) for cost in draw.integers(10**7, 9 * 10**8, 12)]
    rows = [offer(f"C{n:02d}", "a", cost, round(float(draw.uniform(1, 9)), 1)) for n, cost in enumerate(costs)]
    return offers_of(*rows), allocate(offers_of(*rows), sum(costs) // 2, gap=0).spent_pence - 1


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_a_penny_short_of_the_best_buys_the_next_best(seed):
    offers, budget = nearly_affordable(seed)
    plan = allocate(offers, budget, gap=0)
    best = best_plan(offers, services_of(), Limits(), budget)
    assert (Fraction(repr(plan.access)), plan.spent_pence, keys(plan)) == (best.access, best.spend, best.keys)


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_at_the_solvers_usual_tolerance_it_overspends_by_a_penny_and_that_is_mended(monkeypatch, seed):
    offers, budget = nearly_affordable(seed)
    seen = []

    def loose(deadline, gap=0.0, nodes=None):
        return SolverSettings(gap=gap, seconds=10, feasibility=1e-6)

    def watched(problem, plan):
        seen.append(excesses(problem, plan))
        return seen[-1]

    monkeypatch.setattr(SolverSettings, "until", loose)
    monkeypatch.setattr(integer_search, "excesses", watched)
    plan = allocate(offers, budget, gap=0)
    assert {"budget": 1} in seen
    assert plan.spent_pence <= budget
    assert plan.access == allocate(offers, budget, gap=0).access


def test_what_the_solver_overspends_is_mended_before_anybody_sees_it(monkeypatch):
    offers = offers_of(*(offer(f"C{n}", "a", 10 + n, 1.0) for n in range(4)))
    honest, lied = integer_search.solution_of, []

    def lies_once(problem, model, answer):
        if not lied:
            lied.append(True)
            return Solution(tuple(range(len(problem.cohort))), ())
        return honest(problem, model, answer)

    monkeypatch.setattr(integer_search, "solution_of", lies_once)
    plan = allocate(offers, 25)
    assert lied
    assert plan.spent_pence <= 25


def test_a_plan_that_breaks_a_rule_is_never_returned(monkeypatch):
    offers = offers_of(*(offer(f"C{n}", "a", 10 + n, 1.0) for n in range(4)))
    monkeypatch.setattr(integer_search, "greedy_plan", lambda *_: Solution((0, 1, 2, 3), ()))
    monkeypatch.setattr(integer_search, "solve_checked", lambda *_: (None, 10**9, "failed"))
    with pytest.raises(RuntimeError, match="46 pence are spent of 25"):
        allocate(offers, 25)


def test_when_the_solver_fails_there_is_still_a_checked_plan_with_its_gap(monkeypatch, town):
    monkeypatch.setattr(integer_search, "solve_checked", lambda *_: (None, 10**15, "failed"))
    plan = allocate(town, 5_000_000, gap=0)
    assert plan.status == "time_limit"
    assert 0 < plan.spent_pence <= 5_000_000
    assert 0 < plan.gap < 0.1
    assert plan.access < plan.bound


def test_a_bound_of_the_solver_below_a_checked_plan_is_not_believed(monkeypatch, town):
    monkeypatch.setattr(integer_search, "solve_checked", lambda *_: (None, 1, "optimal"))
    plan = allocate(town, 5_000_000, gap=0)
    assert plan.status == "time_limit"
    assert plan.bound > plan.access


def test_money_left_over_buys_what_it_still_can(monkeypatch, town):
    monkeypatch.setattr(integer_search, "solve_checked", lambda *_: (Solution((0,), ()), 10**15, "limit"))
    monkeypatch.setattr(integer_search, "greedy_plan", lambda *given: greedy_plan(*given) if len(given) == 3 else None)
    assert allocate(town, 5_000_000).spent_pence > 4_500_000


def test_optimal_is_not_said_of_a_gap_above_the_one_asked(town):
    for asked in (0, 0.0001, 0.2):
        plan = allocate(town, 5_000_000, gap=asked)
        assert (plan.status == "optimal") == (plan.gap <= asked)
        assert plan.bound * (1 - plan.gap) == pytest.approx(plan.access)


def test_a_short_time_limit_gives_a_plan_with_its_gap():
    draw = np.random.default_rng(3)
    rows = [
        offer(f"C{c:04d}", f"o{o}", int(draw.integers(10**6, 10**7)), round(float(draw.uniform(1, 9)), 6))
        for c in range(600)
        for o in range(4)
    ]
    offers = offers_of(*rows)
    plan = allocate(offers, 10**9, gap=0, time_limit_seconds=1.0)
    assert plan.status in ("optimal", "time_limit")
    assert plan.gap < 0.01


def test_the_price_of_money_is_what_a_little_more_of_it_buys():
    offers = offers_of(offer("A", "pass", 200_000, 4.0), offer("B", "pass", 200_000, 3.0))
    assert allocate(offers, 200_000).access_per_extra_1000_pounds >= 1.5
    assert allocate(offers, 300_000).access_per_extra_1000_pounds == pytest.approx(1.5)
    assert allocate(offers, 900_000).access_per_extra_1000_pounds == pytest.approx(0.0)


def test_neither_table_is_altered():
    offers = offers_of(offer("B", "x", 5, 1.0, service="m"), offer("A", "x", 4, 1.0, service=None))
    services = services_of({"service": "m", "unit_cost_pence": 3, "seats_per_unit": 2, "max_units": 1})
    before = offers.copy(deep=True), services.copy(deep=True)
    allocate(offers, 20, services=services)
    pd.testing.assert_frame_equal(offers, before[0])
    pd.testing.assert_frame_equal(services, before[1])


def test_the_chosen_rows_keep_every_column_of_the_offers_table():
    offers = offers_of(offer("A", "x", 4, 1.0, district="East", vehicles=2))
    chosen = allocate(offers, 20).chosen
    assert chosen.loc[("A", "x"), ["cost_pence", "access", "people", "district", "vehicles"]].tolist() == [
        4,
        1,
        1,
        "East",
        2,
    ]


def test_no_offers_is_nothing_to_fund_and_not_a_fault():
    plan = allocate(offers_of(), 1000)
    assert (plan.status, plan.access, plan.spent_pence, len(plan.chosen)) == ("optimal", 0, 0, 0)


def test_more_decimals_of_access_than_six_are_rounded_and_said():
    plan = allocate(offers_of(offer("A", "x", 4, 1 / 3)), 10)
    assert plan.access == 0.333333
    assert plan.notes == ("access: 1 figures were rounded to 6 decimals.",)


def test_the_json_has_the_keys_of_the_contract_in_its_order(town):
    plan = allocate(town, 2_000_000).to_json()
    assert list(plan) == [
        *("status", "access", "bound", "gap", "spent_pence", "budget_pence", "people"),
        *("access_per_extra_1000_pounds", "seconds", "chosen", "services", "conflicts"),
        *("limits", "grants", "aim", "fair_share", "fair_share_bound"),
    ]
    assert list(plan["seconds"]) == ["build", "solve"]
    assert list(plan["chosen"][0]) == ["cohort", "option", "people", "cost_pence", "access"]


# --- services ---

MINIBUS = {"service": "m", "unit_cost_pence": 100, "seats_per_unit": 2, "max_units": 2}


def test_a_service_is_bought_whole_and_only_for_its_riders():
    offers = offers_of(*(offer(f"C{n}", "minibus", 1, 5.0, service="m") for n in range(3)))
    plan = allocate(offers, 203, services=services_of(MINIBUS))
    assert plan.to_json()["services"] == [{"service": "m", "units": 2, "cost_pence": 200}]
    assert plan.spent_pence == 203


def test_nobody_rides_without_a_seat():
    offers = offers_of(*(offer(f"C{n}", "minibus", 1, 5.0, service="m", people=1.5) for n in range(3)))
    assert len(allocate(offers, 10_000, services=services_of(MINIBUS)).chosen) == 2


# --- must fund, conflicts, settings ---


def test_a_cohort_that_must_be_funded_is_funded_at_the_cost_of_access():
    offers = offers_of(offer("A", "pass", 10, 9.0), offer("B", "taxi", 10, 0.0))
    assert keys(allocate(offers, 10, limits=Limits(must_fund=("B",)))) == (("B", "taxi"),)


def test_a_budget_too_small_says_by_how_much():
    offers = offers_of(offer("A", "pass", 1_500_000, 1.0), offer("B", "pass", 484_200, 1.0))
    plan = allocate(offers, 1_000_000, limits=Limits(must_fund=("A", "B")))
    assert plan.status == "infeasible"
    assert "the budget is £9,842 short of what must be funded" in plan.conflicts
    assert len(plan.chosen) == plan.spent_pence == plan.access == 0


def test_conflicts_name_only_the_limits_that_cannot_be_kept_together():
    offers = offers_of(offer("A", "car", 10, 1.0, vehicles=2), offer("B", "car", 10, 1.0, vehicles=3))
    limits = Limits(
        (
            Limit("vehicles", at_most=Fraction(4)),
            Limit("people", at_least=Fraction(1)),
            Limit("access", at_least=Fraction(2)),
        )
    )
    conflicts = allocate(offers, 100, limits=limits).conflicts
    assert conflicts == (
        "vehicles at most 4: the least possible is 5 with the others kept",
        "access at least 2: the most possible is 1 with the others kept",
    )


@pytest.mark.parametrize(
    ("settings_given", "words"),
    [
        ({"budget_pence": -1}, "negative"),
        ({"budget_pence": 10**13 + 1}, "100 billion"),
        ({"budget_pence": 10.5}, "whole number of pence"),
        ({"budget_pence": float("nan")}, "whole number of pence"),
        ({"budget_pence": 10, "reserve_pence": 11}, "larger than the budget"),
        ({"budget_pence": 10, "gap": -0.1}, "gap"),
        ({"budget_pence": 10, "gap": float("nan")}, "gap"),
        ({"budget_pence": 10, "time_limit_seconds": 0}, "time limit"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings_given, words):
    with pytest.raises(InputError, match=words):
        allocate(offers_of(offer("A", "x", 4, 1.0)), **settings_given)


def test_an_allocation_cannot_be_changed_by_accident(town):
    plan = allocate(town, 1000)
    with pytest.raises(AttributeError):
        plan.access = 1.0
    assert replace(plan, access=1.0).access == 1.0


@pytest.mark.parametrize("aim", ["most_access", "least_cost"])
def test_ties_left_open_among_a_thousand_offers_are_said_to_be_open(aim):
    draw, count = np.random.default_rng(11), module.LARGE
    offers = pd.DataFrame({"cohort": [f"{c:04d}" for c in range(count)], "option": "bus"})
    offers = offers.assign(cost_pence=draw.integers(100, 999, count), access=draw.integers(1, 9, count))
    objective = Objective(aim, access=Fraction(1000)) if aim == "least_cost" else Objective()
    plan = allocate(offers, 60_000, objective=objective, gap=0.01)
    assert plan.status == "optimal" and TIES_LEFT_OPEN in plan.notes
