"""Why and why not: what is said in one pass is what solving again with the cohort forced in finds."""

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pandas as pd
import pytest
from hypothesis import given

from benchmarks.allocation import instance
from budget.allocation.allocate import allocate
from budget.allocation.curve.frontier import trace
from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.limits import NO_LIMITS, Grant, Limit, Limits, Share
from budget.allocation.inputs.tables import MICRO
from budget.allocation.model.highs import SolverSettings, arrays_of, solve_arrays
from budget.allocation.model.pulp_model import build, build_tight
from budget.allocation.why import explain as module
from budget.allocation.why.entry_budgets import EntryBudgets, entry_budgets_under_limits
from budget.allocation.why.explain import explain
from budget.allocation.why.sentences import BUDGET, MARGIN, NOTHING_HELPS, SEATS, SERVICE
from budget.planning import reasons
from tests.budget.allocation.allocations import cases, integers_of, offers_of, services_of
from tests.budget.allocation.every_plan import best_plan
from tests.budget.workbook import workbook_plans as plans
from tests.draws import draws

EACH = 1e-6


def offer(cohort: str, option: str, cost_pence: int, access: float, **more) -> dict:
    return {"cohort": cohort, "option": option, "cost_pence": cost_pence, "access": access} | more


def explained(offers, budget, services=None, limits=NO_LIMITS, **more):
    plan = allocate(offers, budget, services=services, limits=limits, gap=0)
    return plan, explain(offers, plan, services=services, limits=limits, **more)


def forced_in(offers, budget, services, cohort: str, limits=NO_LIMITS):
    return allocate(offers, budget, services=services, limits=replace(limits, must_fund=(cohort,)), gap=0)


@cache
def third_of_the_example() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the offers of every third cohort of the example, which are soon solved again and again, and services."""
    choices = plans.default().choices
    cohorts = choices.offers.index.get_level_values("cohort")
    return choices.offers[cohorts.isin(cohorts.unique()[::3])], choices.services


def largest_step(offers, services) -> float:
    """Return the most access that one step of the order brings: what whole numbers can be off by."""
    steps = trace(offers, services=services, budgets_pence=[0]).steps
    return float(steps["more_access"].max()) if len(steps) else 0.0


@draws(20)
@given(cases(with_limits=False))
def test_forcing_a_cohort_in_never_brings_more_than_its_loss_allows(case):
    offers, services, limits, budget = case
    _, why = explained(offers, budget, services)
    bound = trace(offers, services=services, budgets_pence=[budget]).points["concave_bound"].iloc[0]
    for cohort, row in why.cohorts[~why.cohorts["funded"]].iterrows():
        must = replace(limits, must_fund=(cohort,))
        helpful = offers[(offers["access"] > 0) | (offers.index.get_level_values("cohort") != cohort)]
        best = best_plan(helpful, services, must, budget)
        if best is not None and why.cohorts["entry_is_exact"].all():
            assert float(best.access) <= bound - row["forced_in_access"] + EACH


@pytest.mark.parametrize("budget", [1_000_000, 2_000_000, 5_000_000, 25_000_000])
def test_what_is_said_to_be_lost_is_what_solving_again_loses(budget):
    offers, services = third_of_the_example()
    plan, why = explained(offers, budget, services)
    off_by = largest_step(offers, services)
    left = why.cohorts[~why.cohorts["funded"] & why.cohorts["best_option"].notna()]
    assert len(left) > 2
    for cohort, row in left.iloc[::2].iterrows():
        again = forced_in(offers, budget, services, cohort)
        if again.status != "infeasible":
            assert plan.access - again.access == pytest.approx(row["forced_in_access"], abs=off_by)


def test_at_county_size_losses_agree_with_forced_in_solves_to_a_hundredth_of_an_offer():
    offers, services, budget = instance(300, 0.1)
    plan, why = explained(offers, budget, services)
    left = why.cohorts[~why.cohorts["funded"]].sort_values("forced_in_access")
    typical = float(offers["access"].mean())
    for cohort in (left.index[0], left.index[-1]):
        lost = plan.access - forced_in(offers, budget, services, cohort).access
        assert lost == pytest.approx(left.loc[cohort, "forced_in_access"], abs=typical / 10)


@draws(20)
@given(cases(with_limits=False))
def test_at_the_budget_where_it_comes_in_a_cohort_costs_the_plan_nothing(case):
    offers, services, limits, budget = case
    _, why = explained(offers, budget, services)
    left = why.cohorts[why.cohorts["entry_budget_pence"].notna()]
    for cohort, row in left.iterrows():
        entry = int(row["entry_budget_pence"])
        assert entry > budget
        with_it = replace(limits, must_fund=(cohort,))
        best, forced = (best_plan(offers, services, asked, entry).access for asked in (limits, with_it))
        assert best == forced


def test_a_step_before_the_budget_where_it_comes_in_a_cohort_would_cost_the_plan_access():
    offers, services = third_of_the_example()
    _, why = explained(offers, 2_000_000, services)
    steps = trace(offers, services=services, budgets_pence=[0]).steps
    brings = steps.set_index("budget_pence")["access_per_1000_pounds"]
    left = why.cohorts[why.cohorts["entry_budget_pence"].notna() & (why.cohorts["kept_out_by"] == BUDGET)]
    assert len(left) > 4
    for cohort, row in left.iloc[::4].iterrows():
        entry = int(row["entry_budget_pence"])
        before = int(brings.index[brings > brings[entry] * (1 + EACH)].max())  # those that bring as much could swap
        free = allocate(offers, before, services=services, gap=0)
        forced = forced_in(offers, before, services, cohort)
        assert forced.access < free.access
        there = allocate(offers, entry, services=services, gap=0)
        forced = forced_in(offers, entry, services, cohort)
        assert forced.access == pytest.approx(there.access, abs=EACH)


def test_a_reserve_is_part_of_the_budget_where_a_cohort_comes_in():
    offers = offers_of(offer("A", "x", 100, 2.0), offer("B", "x", 100, 1.0))
    plan = allocate(offers, 150, reserve_pence=50, gap=0)
    why = explain(offers, plan, reserve_pence=50)
    assert why.cohorts.loc["B", "entry_budget_pence"] == 250


# ---- The budget at which it comes in where there are limits ----

LOOSE = Limits((Limit("people", at_most=Fraction(10**9)),))  # it keeps nobody out, and takes the order away


def relaxed_access(offers, services, limits: Limits, pence: int) -> float:
    """Return what the linear relaxation brings in steps, -inf where it has no plan."""
    problem = integers_of(offers, pence, services, limits, filtered=False)
    answer = solve_arrays(arrays_of(build_tight(problem).lp, integers=False), SolverSettings(gap=0.0))
    return float("-inf") if answer.values is None else answer.objective


@draws(40)
@given(cases())
def test_with_limits_the_relaxation_loses_no_more_than_a_penny_by_a_cohort_at_the_budget_where_it_comes_in(case):
    offers, services, limits, budget = case
    found = entry_budgets_under_limits(AllocationProblem.checked(offers, budget, services=services, limits=limits))
    for cohort, pence in list(found.pence.items())[:4]:
        assert pence > budget
        held = relaxed_access(offers, services, replace(limits, must_fund=(*limits.must_fund, cohort)), pence)
        assert held >= relaxed_access(offers, services, limits, pence - 1) - 1e-6  # the budget is told in whole pence


def test_a_limit_that_binds_nobody_leaves_the_budgets_where_cohorts_come_in_as_they_are():
    offers, services, budget = instance(100, 0.0)
    _, exact = explained(offers, budget, services)
    _, found = explained(offers, budget, services, LOOSE)
    assert exact.cohorts["entry_is_exact"].all() and not found.cohorts["entry_is_exact"].any()
    left = exact.cohorts["entry_budget_pence"].dropna().astype(int)
    assert len(left) > 10
    for cohort, pence in left.items():
        assert pence <= int(found.cohorts.loc[cohort, "entry_budget_pence"]) <= pence * 1.0102 + 1


def test_the_budget_where_a_cohort_comes_in_under_limits_is_told_as_one_that_is_enough():
    offers = offers_of(offer("A", "x", 10_000, 5.0), offer("B", "x", 20_000, 1.0))
    _, why = explained(offers, 10_000, limits=LOOSE)
    row = why.cohorts.loc["B"]
    assert row["entry_budget_pence"] == 30_000 and not row["entry_is_exact"]
    assert "It comes in by a budget of about £300." in row["reason"]


def test_who_a_cap_keeps_out_at_any_budget_is_told_so():
    offers = offers_of(*(offer(f"C{n}", "moped", 100, 3.0 - n / 10, mopeds=1.0) for n in range(4)))
    limits = Limits((Limit("mopeds", at_most=Fraction(2), name="mopeds we own"),))
    _, why = explained(offers, 100, limits=limits)
    assert why.cohorts["out_at_any_budget"].tolist() == [False, False, True, True]
    assert "No budget brings it in while the limits stand as they are." in why.cohorts.loc["C3", "reason"]
    assert why.cohorts.loc["C1", "entry_budget_pence"] == 200


def test_beside_a_grant_a_cohort_comes_in_once_the_councils_own_money_reaches_it():
    offers = offers_of(offer("A", "bus", 10_000, 1.0, kind="bus"), offer("B", "taxi", 10_000, 5.0, kind="taxi"))
    limits = Limits(grants=(Grant("Bus grant", 10_000, {"kind": ("bus",)}),))
    _, why = explained(offers, 10_000, limits=limits)
    assert why.cohorts.loc["B", "entry_budget_pence"] == 20_000


def test_a_vehicle_that_a_limit_lets_run_only_whole_brings_its_riders_in_when_it_is_paid_for():
    offers = offers_of(
        offer("A", "walk", 10_000, 5.0, people=5, seats=0),
        offer("B", "ride", 0, 1.0, service="bus", people=2, seats=2),
    )
    services = services_of({"service": "bus", "unit_cost_pence": 10_000, "seats_per_unit": 4, "max_units": 1})
    _, why = explained(offers, 10_000, services, LOOSE)
    assert why.cohorts.loc["B", "entry_budget_pence"] == 20_000


def test_who_is_as_good_as_those_that_a_cap_lets_in_is_not_told_that_no_budget_brings_it_in():
    offers = offers_of(*(offer(f"C{n}", "moped", 100, 3.0, mopeds=1.0) for n in range(3)))
    limits = Limits((Limit("mopeds", at_most=Fraction(2), name="mopeds we own"),))
    _, why = explained(offers, 300, limits=limits)
    assert not why.cohorts["out_at_any_budget"].any()


@draws(20)
@given(cases())
def test_who_is_said_to_be_out_at_any_budget_is_in_no_best_plan_for_all_the_money(case):
    offers, services, limits, budget = case
    never = entry_budgets_under_limits(
        AllocationProblem.checked(offers, budget, services=services, limits=limits)
    ).never
    everything = int(offers["cost_pence"].sum() + (services["unit_cost_pence"] * services["max_units"]).sum())
    for cohort in sorted(never)[:2]:
        with_it = replace(limits, must_fund=(*limits.must_fund, cohort))
        free, held = (best_plan(offers, services, asked, everything + budget) for asked in (limits, with_it))
        assert held is None or (held.access, -held.spend) < (free.access, -free.spend)


def test_what_cannot_be_had_in_part_does_not_keep_others_out_at_any_budget():
    offers = offers_of(offer("A", "two", 100, 5.0, mopeds=2.0), offer("B", "one", 100, 2.4, mopeds=1.0))
    limits = Limits((Limit("mopeds", at_most=Fraction(3, 2)),))
    _, why = explained(offers, 50, limits=limits)
    assert not why.cohorts.loc["B", "out_at_any_budget"] and why.cohorts.loc["A", "out_at_any_budget"]


def test_with_limits_most_cohorts_of_the_example_are_in_the_plan_for_the_budget_told():
    offers, services = third_of_the_example()
    share = Limits((Limit("spend", each="district", at_most=Share(Fraction(45, 100))),))
    plan = allocate(offers, 2_000_000, services=services, limits=share)
    left = explain(offers, plan, services=services, limits=share).cohorts["entry_budget_pence"].dropna()
    held = [
        cohort in allocate(offers, int(pence), services=services, limits=share).chosen.index.unique(0)
        for cohort, pence in left.items()
    ]
    assert len(held) > 4 and sum(held) >= 0.8 * len(held)


def test_with_limits_the_next_best_of_who_could_ride_costs_the_vehicle_too():
    walk, ride = (
        offer("A", "walk", 300, 1.0, people=2, seats=0),
        offer("A", "ride", 5, 3.0, service="bus", people=2, seats=2),
    )
    services = services_of({"service": "bus", "unit_cost_pence": 10_000, "seats_per_unit": 4, "max_units": 1})
    _, why = explained(offers_of(walk, ride), 400, services, LOOSE)
    row = why.cohorts.loc["A"]
    assert (row["more_pence"], row["more_access"]) == (9_705, 2.0)
    assert row["reason"].endswith("The next best is ride, with its vehicle: 2.00 more of it for £97.05 more.")


def test_no_budget_is_told_where_no_plan_keeps_the_limits_or_nothing_is_on_offer():
    offers = offers_of(offer("A", "x", 100, 1.0))
    impossible = Limits((Limit("access", at_least=Fraction(9)),))
    assert entry_budgets_under_limits(AllocationProblem.checked(offers, 100, limits=impossible)) == EntryBudgets()
    assert entry_budgets_under_limits(AllocationProblem.checked(offers.iloc[:0], 100, limits=LOOSE)) == EntryBudgets()


# ---- What keeps it out ----


def test_the_budget_keeps_out_what_gains_less_for_the_money():
    _, why = explained(offers_of(offer("A", "x", 10_000, 5.0), offer("B", "x", 20_000, 1.0)), 10_000)
    row = why.cohorts.loc["B"]
    assert row["kept_out_by"] == BUDGET
    assert row["pence_per_access"] == 20_000
    assert row["reason"].startswith("x costs £200 for a point of the access score")
    assert "It comes in by a budget of £300 at the latest." in row["reason"]


def test_a_cohort_that_nothing_helps_is_said_to_be_so():
    plan = allocate(offers_of(offer("A", "x", 10, 5.0)), 10)
    why = explain(offers_of(offer("A", "x", 10, 5.0)), plan, cohorts=pd.Index(["A", "B"]))
    assert why.cohorts.loc["B", "kept_out_by"] == NOTHING_HELPS


def test_a_service_that_does_not_pay_keeps_out_those_who_could_only_ride():
    offers = offers_of(
        offer("A", "walk", 100, 5.0, people=5, seats=0), offer("B", "ride", 0, 1.0, service="bus", people=2, seats=2)
    )
    services = services_of({"service": "bus", "unit_cost_pence": 100, "seats_per_unit": 4, "max_units": 1})
    _, why = explained(offers, 100, services)
    assert why.cohorts.loc["B", "kept_out_by"] == SERVICE
    assert "bus does not run in this plan" in why.cohorts.loc["B", "reason"]
    assert why.cohorts.loc["B", "entry_budget_pence"] == 200


def test_full_seats_keep_out_who_would_gain_least_by_them():
    riders = [offer(c, "ride", 0, gain, service="bus", people=4, seats=4) for c, gain in (("A", 3.0), ("B", 2.0))]
    services = services_of({"service": "bus", "unit_cost_pence": 10, "seats_per_unit": 4, "max_units": 1})
    offers = offers_of(*riders, offer("C", "x", 1000, 1.0, people=1, seats=0))
    _, why = explained(offers, 100, services)
    assert why.cohorts.loc["B", "kept_out_by"] == SEATS
    assert pd.isna(why.cohorts.loc["B", "entry_budget_pence"])
    more = why.limits.set_index("limit").loc["bus", "access_per_unit"]
    assert more == pytest.approx(2.0, abs=0.05)  # B's gain less what another bus costs at the price of money


def test_a_cap_keeps_out_what_the_money_would_have_bought():
    offers = offers_of(*(offer(f"C{n}", "moped", 100, 3.0 - n / 10, mopeds=1.0) for n in range(4)))
    limits = Limits((Limit("mopeds", at_most=Fraction(2), name="mopeds we own"),))
    plan, why = explained(offers, 350, limits=limits)
    assert plan.access == pytest.approx(5.9)
    row = why.cohorts.loc["C2"]
    assert row["kept_out_by"].startswith("mopeds we own")
    assert "mopeds we own" in row["reason"]
    without = allocate(offers, 350, gap=0)
    assert "C2" in without.chosen.index.get_level_values("cohort")
    one_more = why.limits.set_index("limit")["access_per_unit"].filter(like="mopeds").iloc[0]
    assert "one more would add up to 2.8" in why.limits["sentence"].iloc[1]
    again = allocate(offers, 350, limits=Limits((Limit("mopeds", at_most=Fraction(3)),)), gap=0)
    assert again.access - plan.access == pytest.approx(one_more)


@draws(20)
@given(cases(with_services=False))
def test_with_limits_no_forced_plan_brings_more_than_the_loss_allows(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, limits=limits, gap=0)
    if plan.status != "optimal":
        return
    why = explain(offers, plan, limits=limits)
    for cohort, row in why.cohorts[~why.cohorts["funded"]].iterrows():
        must = replace(limits, must_fund=(*limits.must_fund, cohort))
        best = best_plan(offers, services, must, budget)
        if best is not None:
            assert float(best.access) <= plan.access + EACH
            assert row["kept_out_by"] != ""


def test_a_grant_that_may_not_pay_for_it_keeps_a_cohort_out():
    offers = offers_of(offer("A", "bus", 100, 1.0, kind="bus"), offer("B", "taxi", 100, 5.0, kind="taxi"))
    limits = Limits(grants=(Grant("Bus grant", 100, {"kind": ("bus",)}),))
    plan, why = explained(offers, 100, limits=limits)
    assert plan.chosen.index.tolist() == [("A", "bus")]
    assert why.cohorts.loc["B", "kept_out_by"] not in ("", BUDGET, NOTHING_HELPS)
    assert not why.cohorts["entry_is_exact"].any()


def test_an_offer_dearer_than_the_whole_budget_is_kept_out_by_the_budget_also_beside_limits():
    offers = offers_of(offer("A", "x", 100, 1.0), offer("B", "x", 900, 5.0))
    limits = Limits((Limit("people", at_most=Fraction(9)),))
    _, why = explained(offers, 100, limits=limits)
    assert why.cohorts.loc["B", "best_option"] == "x"
    assert why.cohorts.loc["B", "kept_out_by"] == BUDGET


def test_what_just_did_not_fit_is_said_to_be_at_the_margin():
    offers = offers_of(offer("A", "x", 60, 6.0), offer("B", "x", 60, 6.0))
    _, why = explained(offers, 100)
    assert why.cohorts.loc["B", "kept_out_by"] == MARGIN
    assert why.cohorts.loc["B", "entry_budget_pence"] == 120


# ---- Funded, and limits ----


def test_a_funded_cohort_knows_its_next_best_and_what_that_would_change():
    offers = offers_of(offer("A", "pass", 900, 9.0), offer("A", "half", 450, 6.0), offer("B", "x", 5000, 1.0))
    _, why = explained(offers, 900, labels={"pass": "Bus pass", "half": "Half-price pass"})
    row = why.cohorts.loc["A"]
    assert (row["option"], row["best_option"]) == ("pass", "half")
    assert (row["more_pence"], row["more_access"]) == (-450, -3.0)
    assert row["reason"].endswith("The next best is Half-price pass: 3.00 less of it for £4.50 less.")


def test_what_1000_pounds_more_would_bring_is_the_price_of_money():
    offers, services, budget = instance(300, 0.0)
    plan, why = explained(offers, budget)
    more = allocate(offers, budget + 100_000, gap=0).access - plan.access
    assert why.limits["access_per_unit"].iloc[0] == pytest.approx(more, rel=0.05)


def test_every_cohort_has_a_sentence_and_no_table_is_altered():
    choices = plans.default().choices
    before = choices.offers.copy()
    _, why = explained(choices.offers, 12_000_000, choices.services, cohorts=choices.cohorts.index)
    assert why.cohorts.index.tolist() == choices.cohorts.index.tolist()
    assert why.cohorts["reason"].str.endswith(".").all()
    assert tuple(why.cohorts.columns) == module.COHORT_COLUMNS
    pd.testing.assert_frame_equal(choices.offers, before)


def test_a_plan_that_cannot_be_explains_that_nobody_is_funded():
    offers = offers_of(offer("A", "x", 100, 1.0))
    limits = Limits(must_fund=("A",))
    plan = allocate(offers, 50, limits=limits)
    assert plan.status == "infeasible"
    why = explain(offers, plan, limits=limits)
    assert why.cohorts.loc["A", "reason"].startswith("No plan can keep every limit")
    assert why.limits.empty


def test_a_county_s_plan_says_why_each_cohort_is_left_out():
    plan = plans.with_values(budget_pence=12_000_000)
    left = reasons.not_funded(plan)
    assert {"area_name", "district", "people", "reason", "best_option", "cost_pence", "access"} <= set(left.columns)
    assert set(left.index) == set(plan.choices.cohorts.index) - set(
        plan.allocation.chosen.index.get_level_values("cohort")
    )
    within = left["reason"].str.startswith("College and work are within reach without help: ")
    assert (plan.choices.cohorts.loc[left.index[within], ["reach_college", "reach_work"]] >= 1).all().all()
    assert left["entry_budget_pence"].dropna().gt(12_000_000).all()


def relaxed_best(problem) -> float:
    """Return the most access where an offer may be had in part, -inf where there is no such plan."""
    answer = solve_arrays(arrays_of(build(problem).lp, integers=False), SolverSettings(gap=0.0))
    return float("-inf") if answer.values is None else answer.objective * problem.step / MICRO


@draws(15)
@given(cases())
def test_a_limit_eased_by_one_adds_no_more_than_is_said_where_offers_can_be_had_in_part(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, services=services, limits=limits, gap=0)
    problem = integers_of(offers, budget, services, limits)
    said = plan.limits.drop_duplicates("limit").set_index("limit")["access_per_unit"].dropna()  # else "is not known"
    for row in problem.rows:
        if row.words not in said.index or row.share is not None:  # a share of a total is not eased by one
            continue
        by = row.scale if row.sense == "<=" else -row.scale
        others = tuple(each for each in problem.rows if each is not row)
        eased = replace(problem, rows=(*others, replace(row, right=row.right + by)))
        assert relaxed_best(eased) - relaxed_best(problem) <= said[row.words] + EACH


@draws(15)
@given(cases(with_limits=False))
def test_one_more_unit_of_a_service_adds_no_more_than_is_said(case):
    offers, services, _, budget = case
    _, why = explained(offers, budget, services)
    bound = trace(offers, services=services, budgets_pence=[budget]).points["concave_bound"].iloc[0]
    said = why.limits.set_index("limit")["access_per_unit"]
    for name in services.index.intersection(said.index):
        units = services["max_units"] + (services.index == name)
        again = allocate(offers, budget, services=services.assign(max_units=units), gap=0)
        assert again.access <= bound + said[name] + EACH


@pytest.mark.parametrize("with_grant", [False, True])
def test_what_a_thousand_pounds_more_add_is_bounded_by_solving_again(with_grant):
    """The price of the budget's row alone is 0 beside a grant that is not used up; the change of the best is not."""
    offers = offers_of(
        *(offer(f"C{n}", "x", 60_000 + 3_000 * n, 1.0 + n / 4, kind="taxi" if n % 2 else "pass") for n in range(8))
    )
    grants = (Grant("bus", 190_000, {"kind": ("pass",)}),) if with_grant else ()
    limits = Limits((Limit("spend", at_most=Fraction(5_000), where={"kind": ("taxi",)}),), grants=grants)
    allocation, why = explained(offers, 320_000, limits=limits)
    then = allocate(offers, 420_000, limits=limits, gap=0)
    now = allocate(offers, 320_000, limits=limits, gap=0)
    told = why.limits.iloc[0]
    figures = [float(word) for word in re.findall(r"(\d+\.\d+)", told["sentence"])]
    assert then.access > now.access
    if "between" in told["sentence"]:
        assert figures[0] - 0.001 <= then.access - now.access <= figures[1] + 0.001
    elif "at most" in told["sentence"]:
        assert then.access - now.access <= figures[0] + 0.001
    else:
        assert figures[0] == pytest.approx(then.access - now.access, rel=0.12)


def test_a_vehicle_that_would_run_for_one_is_not_said_to_be_as_good_for_the_money():
    """A hundredth of the bus would be: what is left out by the price of a whole one is told with the next best."""
    passes = [offer(f"north {number}", "pass", 200_000, 1.0, service=None, seats=0.0) for number in range(6)]
    south = [
        offer("south", "minibus", 0, 1.0, service="bus", seats=1.0),
        offer("south", "moped", 350_000, 1.0, service=None, seats=0.0),
    ]
    offers = pd.DataFrame([*passes, *south]).set_index(["cohort", "option"])
    services = services_of({"service": "bus", "unit_cost_pence": 4_500_000, "seats_per_unit": 100, "max_units": 1})
    limits = Limits((Limit("spend", at_most=10_000_000),))  # so that services are not solved anew for the reasons
    plan, told = explained(offers, 1_100_000, services, limits)
    row = told.cohorts.loc["south"]
    assert len(plan.chosen) == 5 and row["best_option"] == "moped"
    assert (row["pence_per_access"], row["plan_pence_per_access"]) == pytest.approx((350_000, 200_000))
    assert "as good for the money" not in row["reason"]
