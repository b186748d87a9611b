"""Shares of the plan's total as amounts by ranges of the total: the bound holds, and what comes of it is a plan."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest

from benchmarks.allocation import instance
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.model.verify import excesses
from budget.allocation.search import share_branching
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.lagrangian import lagrangian_relaxation
from budget.allocation.search.stop_rule import is_proved
from tests.budget.allocation.allocations import integers_of
from tests.budget.allocation.every_plan import EveryPlan
from tests.budget.allocation.small_cases import question, tables
from tests.draws import number

NEVER_LATE = float("inf")
CLOSE = 5e-4


def shared(draw, plans, limits: Limits) -> Limits:
    """Return limits with a floor by share of the total in each group, which some plan keeps, and perhaps a cap."""
    measure, by = draw.choice(("spend", "access")), draw.choice(("district", "priority", "decile"))
    asked = [Limit(measure, at_least=Share(Fraction(draw.randint(6, 9), 20)), each=by)]
    if draw.random() < 0.3:
        asked.append(Limit(measure, at_most=Share(Fraction(draw.randint(8, 16), 20)), where={"kind": ("bus",)}))
    kinds = {record["kind"] for record in plans.offers}
    return replace(limits, limits=tuple(limit for limit in asked if not limit.where or "bus" in kinds))


@pytest.mark.parametrize(("aim", "cases"), [("most_access", 60), ("least_cost", 30)])
def test_no_plan_passes_what_ranges_of_the_total_prove(aim, cases, monkeypatch):
    monkeypatch.setattr(share_branching, "RANGES", 3)
    seen: Counter[str] = Counter()
    for turn in range(number(cases)):
        draw = Random(f"shares {aim} {turn}")
        offers, services, part_funding, plans = tables(draw)
        if turn % 3 == 0:  # every offer brings less than nothing, and two cohorts must have one
            offers = offers.assign(access=-1.0 - offers["access"].abs())
            plans = EveryPlan(offers, services, part_funding)
        asks = question(draw, plans, part_funding, aim)
        must_fund = tuple(plans.cohorts[:2]) if turn % 3 == 0 else asks.limits.must_fund
        limits = shared(draw, plans, Limits(must_fund=must_fund, part_funding=part_funding))
        problem = integers_of(offers, asks.ceiling_pence, services, limits, asks.objective)
        lagrangian = lagrangian_relaxation(problem)
        if lagrangian is None:
            continue
        point = best_dual_points(lagrangian, NEVER_LATE)[0]
        plan, bound = share_branching.branch_on_shares(lagrangian, point, None, lambda *_: False, NEVER_LATE, 0.0)
        seen["a lower bound"] += bound < point.bound // point.scale
        seen["a plan"] += plan is not None
        if plan is not None:
            assert not excesses(problem, plan)
            assert plan.value(problem) <= bound
        best = plans.best(np.logical_and.reduce(list(plans.masks(limits, asks.ceiling_pence).values())), asks.objective)
        if best is not None:
            worth = -best.spend if aim == "least_cost" else best.access / Fraction(problem.step, 10**6)
            assert worth <= bound, turn
            seen["a best plan"] += 1
            seen["below nothing"] += best.access < 0
    print(dict(seen))
    assert min(seen["a lower bound"], seen["a plan"]) >= number(cases) // 15
    assert seen["below nothing"] >= number(cases) // 30


def test_floors_by_share_in_small_districts_are_proved_where_prices_alone_prove_little():
    offers, services, budget = instance(300, 0.0)
    offers = offers.assign(district="D" + (offers["cohort"].str[1:].astype(int) % 20).astype(str))
    limits = Limits((Limit("spend", at_least=Share(Fraction(9, 200)), each="district"),))
    problem = integers_of(offers, budget, services, limits)
    lagrangian = lagrangian_relaxation(problem)
    point = best_dual_points(lagrangian, NEVER_LATE)[0]

    def is_met(value, bound):
        return value is not None and is_proved(value, bound, CLOSE)

    plan, bound = share_branching.branch_on_shares(lagrangian, point, None, is_met, NEVER_LATE, CLOSE)
    assert not excesses(problem, plan)
    assert is_proved(plan.value(problem), bound, CLOSE)
    assert not is_proved(plan.value(problem), point.bound // point.scale, 3 * CLOSE)
    left, unchanged = share_branching.branch_on_shares(lagrangian, point, plan, is_met, 0.0, CLOSE)  # no time is left
    assert (left, unchanged) == (plan, point.bound // point.scale)
