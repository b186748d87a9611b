"""The price decomposition: its bound holds, its plan keeps the rules, and together they prove large problems."""

from fractions import Fraction

import numpy as np
from hypothesis import HealthCheck, given, settings

from budget.allocation import allocate
from budget.limits import NO_LIMITS
from budget.model import build, relaxation
from budget.offers_table import checked_tables
from budget.prices import priced_plan
from budget.problem import problem_of
from budget.solver import Settings
from budget.verify import excesses
from tests.budget.allocations import best_by_the_rule, cases, every_plan, offers_of, services_of

many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def priced(offers, services, budget):
    tables = checked_tables(offers, services)
    problem = problem_of(tables.offers, tables.services, NO_LIMITS, budget)
    if not problem.cohort:
        return problem, None
    prices = relaxation(build(problem), Settings()).row_price
    return problem, priced_plan(problem, prices["budget"])


@many
@given(cases(with_limits=False))
def test_the_plan_keeps_every_row_and_the_bound_is_above_the_best(case):
    offers, services, limits, budget = case
    problem, found = priced(offers, services, budget)
    if found is None:
        return
    plan, bound = found
    best = best_by_the_rule(every_plan(offers, services, limits, budget))[0]
    assert not excesses(problem, plan)
    assert plan.value(problem) * Fraction(problem.step, 10**6) <= best <= bound * Fraction(problem.step, 10**6)


def region(cohorts: int, services: int, seed: int = 1):
    """Return an invented region: offers of rising cost and access, and minibuses for one cohort in ten."""
    draw = np.random.default_rng(seed)
    rows = []
    for cohort in range(cohorts):
        people = round(float(draw.gamma(2, 3)) + 0.3, 2)
        for level in range(1, 9):
            takers = round(people * level / 8, 2)
            cost = int(takers * 9_000 * level**1.3 * draw.uniform(0.7, 1.3))
            rows.append(
                {
                    "cohort": f"E{cohort:05d}",
                    "option": f"option_{level}",
                    "people": takers,
                    "cost_pence": cost,
                    "access": round(takers * float(draw.uniform(0.5, 1)), 3),
                }
            )
        if services and cohort % 10 == 0:
            access = round(people * 0.95, 3)
            named = {"service": f"S{int(draw.integers(services)):03d}", "people": people, "cost_pence": 1_000}
            rows.append({"cohort": f"E{cohort:05d}", "option": "minibus", "access": access, **named})
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


def test_the_decomposition_agrees_with_the_plain_model_on_a_county():
    offers, services = region(250, 12)
    problem, (plan, bound) = priced(offers, services, 30_000_000)
    plain = allocate(offers, 30_000_000, services=services, gap=0.00001)
    access, above = (value * problem.step / 10**6 for value in (plan.value(problem), bound))
    assert plain.services["units"].sum() > 0
    assert plain.access <= above <= plain.bound * 1.0002
    assert access >= plain.access * 0.9995


def test_a_large_region_with_services_is_proved_without_the_plain_model(monkeypatch):
    offers, services = region(1_500, 40)
    monkeypatch.setattr("budget.search._solve_checked", lambda *_: (None, 10**15, "failed"))
    monkeypatch.setattr("budget.search.LARGE", 1_000)
    plan = allocate(offers, 200_000_000, services=services)
    assert plan.status == "optimal"
    assert plan.gap <= 0.0001
    assert plan.services["units"].sum() > 0
