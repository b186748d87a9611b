"""The allocation against every plan there is, and its promises."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings

from budget.allocation import allocate
from tests.budget.allocations import best_by_the_rule, cases, every_plan

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def keys(plan):
    return tuple(plan.chosen.index)


@many
@given(cases(with_services=False, with_limits=False))
def test_the_plan_is_the_best_of_all_and_ties_follow_the_rule(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, gap=0)
    access, spend, chosen = best_by_the_rule(every_plan(offers, services, limits, budget))
    assert plan.status == "optimal"
    assert (Fraction(repr(plan.access)), plan.spent_pence, keys(plan)) == (access, spend, chosen)


@many
@given(cases())
def test_services_and_limits_agree_with_every_plan_tried(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, services=services, limits=limits, gap=0)
    best = best_by_the_rule(every_plan(offers, services, limits, budget))
    if best is None:
        assert plan.status == "infeasible"
        assert plan.conflicts
        return
    assert plan.status == "optimal"
    assert (Fraction(repr(plan.access)), plan.spent_pence, keys(plan)) == best
