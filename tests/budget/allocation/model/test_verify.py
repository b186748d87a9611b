"""The judge of plans: each kind of fault is caught, and the bound holds for any prices."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.inputs.tables import checked_tables
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import UncheckedPlan, certified_bound, check_plan, excesses
from tests.budget.allocation.allocations import cases, integers_of, offers_of, services_of
from tests.budget.allocation.every_plan import best_plan
from tests.draws import draws

OFFERS = offers_of(
    {"cohort": "A", "option": "x", "cost_pence": 150, "access": 1.5, "district": "East", "people": 1.5, "service": "m"},
    {"cohort": "A", "option": "y", "cost_pence": 10, "access": 1.0, "district": "East", "people": 1.0, "service": None},
    {"cohort": "B", "option": "x", "cost_pence": 250, "access": 2.0, "district": "West", "people": 0.6, "service": "m"},
)
SERVICES = services_of({"service": "m", "unit_cost_pence": 100, "seats_per_unit": 2, "max_units": 2})


def check(places, units, *, ceiling=1_000, limits=None):
    check_plan(checked_tables(OFFERS, SERVICES), limits or Limits(), ceiling, places, units)


def test_a_plan_that_keeps_every_rule_passes():
    check([0, 2], [2], ceiling=600)
    check([1], [0], ceiling=10)


@pytest.mark.parametrize(
    ("places", "units", "rules", "words"),
    [
        ([0, 2], [2], {"ceiling": 599}, "600 pence are spent of 599"),
        ([0, 1], [1], {}, "cohort A has 2 offers"),
        ([0, 2], [1], {}, "service m carries 2.1 in 1 units"),
        ([0], [3], {}, "service m runs 3 units of 2"),
        ([1], [0], {"limits": Limits(must_fund=("B",))}, "cohort B has no offer"),
        ([0], [1], {"limits": Limits((Limit("spend", at_most=Fraction("2.49")),))}, "spend is 2.5"),
        ([1], [0], {"limits": Limits((Limit("people", at_least=Fraction(2)),))}, "people is 1.0"),
        (
            [1, 2],
            [1],
            {"limits": Limits((Limit("access", at_most=Share(Fraction(1, 3)), each="district"),))},
            "access is 2.0 where 1.0 is the limit",
        ),
    ],
)
def test_each_rule_that_is_broken_is_named(places, units, rules, words):
    with pytest.raises(UncheckedPlan, match=words):
        check(places, units, **rules)


def test_the_integer_check_and_the_last_word_agree_on_a_penny():
    problem = integers_of(OFFERS, 599, SERVICES, filtered=False)
    assert excesses(problem, Solution((0, 2), (2,))) == {"budget": 1}
    assert excesses(problem, Solution((0, 1, 2), (0,)))["one_offer_000000"] == 1
    assert excesses(replace(problem, must_fund=frozenset({1})), Solution((1,), (0,))) == {"one_offer_000001": 1}


@draws(60)
@given(cases(), st.lists(st.floats(0, 100), min_size=20, max_size=20))
def test_the_certified_bound_holds_for_any_prices(case, prices):
    offers, services, limits, budget = case
    problem = integers_of(offers, budget, services, limits)
    best = best_plan(offers, services, limits, budget)
    if best is None:
        return
    rows = {row.name: price for row, price in zip(problem.rows, prices, strict=False)}
    links = {i: price for i, price in enumerate(prices[10:]) if i < len(problem.cohort) and problem.service[i] >= 0}
    assert certified_bound(problem, rows, links) * Fraction(problem.step, 10**6) >= best.access
