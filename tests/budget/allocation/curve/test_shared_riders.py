"""Cohorts that may ride on either of several services, such as a minibus or a taxi: the curve, held to every plan."""

from importlib import import_module
from random import Random

import numpy as np
import pandas as pd
import pytest

from budget.allocation.curve import group_knapsack, linked_cluster
from budget.allocation.curve.efficiency_order import efficiency_order
from budget.allocation.curve.frontier import ONE_PASS, POINT_BY_POINT, trace
from budget.allocation.curve.linked_cluster import undominated
from budget.allocation.curve.service_plan import upper_hull
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.tables import LARGEST_PENCE
from tests.budget.allocation.allocations import integers_of, offers_of, services_of
from tests.budget.allocation.every_plan import EveryPlan

allocate = import_module("budget.allocation.allocate")  # the package has a function of that name
BUDGETS = (0, 7, 20, 33, 34, 50, 71, 90, 121, 180)
EACH = 1e-6


def shared(seed: int, *, beside: bool = True):
    """Draw offers and two or three services, with cohorts on either of two; `beside`: and some on none or one."""
    draw = Random(seed)
    names = ["m1", "m2", "m3"][: draw.choice((2, 2, 3))]
    services = services_of(
        *(
            {
                "service": name,
                "unit_cost_pence": draw.randint(0, 60),
                "seats_per_unit": draw.randint(1, 6),
                "max_units": draw.randint(0 if beside else 1, 2),
            }
            for name in names
        )
    )
    rows = []
    for number in range(draw.randint(2, 5)):
        rides = draw.sample(names, draw.choice((0, 1, 2, 2)) if beside else 2)
        for option, service in zip("abc", [*rides, None] if draw.random() < 0.6 or not rides else rides, strict=False):
            rows.append(
                {
                    "cohort": f"C{number}",
                    "option": option,
                    "people": draw.choice((draw.randint(0, 400) / 100, draw.randint(1, 3))),
                    "cost_pence": draw.choice((0, 0, draw.randint(0, 40))),
                    "access": draw.choice((draw.randint(1, 3000) / 1000, draw.randint(1, 4))),
                    "service": service,
                }
            )
    return offers_of(*rows), services


def every_plan(offers, services, limits=Limits()):  # noqa: B008 - it is frozen
    """Return access in millionths and spend of every plan that keeps seats and limits, and the plans themselves."""
    every = EveryPlan(offers, services)
    masks = every.masks(limits, LARGEST_PENCE)
    kept = np.logical_and.reduce([mask & every.everything for name, mask in masks.items() if name != "budget"])
    return (every.access + np.zeros_like(every.spend))[kept], every.spend[kept], every, kept


@pytest.mark.parametrize("seed", range(25))
def test_at_any_price_the_bound_is_what_the_best_of_all_plans_is_worth(seed):
    offers, services = shared(seed)
    order = efficiency_order(integers_of(offers, LARGEST_PENCE, services))
    access, spend, *_ = every_plan(offers, services)
    for price in (0, 1, 4_000, 30_000, 65_000, 110_000, 800_000):  # millionths of access a penny
        line = order.line(price / order.problem.step)
        worth = [line.scale * (a // order.problem.step) - line.price * s for a, s in zip(access, spend, strict=True)]
        assert line.rest == max(map(int, worth))
        at_points = [
            line.scale * int(order.worth[n]) - line.price * int(order.spend[n]) for n in range(len(order.spend))
        ]
        assert max(at_points) == pytest.approx(line.rest, rel=1e-9)  # one of the order's own plans is worth as much


@pytest.mark.parametrize("gap", [0, 0.05])
@pytest.mark.parametrize("seed", range(25))
def test_every_budget_is_proved_in_one_pass_and_none_brings_more(seed, gap):
    offers, services = shared(seed)
    cohorts = sorted(set(offers.index.get_level_values("cohort")))
    limits = Limits(must_fund=(cohorts[0],) if seed % 5 == 0 else ())
    if efficiency_order(integers_of(offers, LARGEST_PENCE, services, limits)) is None:
        pytest.skip("the cohort that must be funded can only ride")
    frontier = trace(offers, services=services, limits=limits, budgets_pence=BUDGETS, gap=gap)
    assert frontier.way == ONE_PASS
    access, spend, *_ = every_plan(offers, services, limits)
    for budget, point in frontier.points.iterrows():
        if point["status"] == "infeasible":
            continue  # the order may begin above the least spend of those who must be funded
        best = access[spend <= budget].max() / 1e6
        assert point["status"] == "optimal"
        assert (1 - gap) * best - EACH <= point["access"] <= best + EACH
        assert point["bound"] >= best - EACH
        assert point["spent_pence"] <= budget


@pytest.mark.parametrize("seed", range(12))
def test_an_offer_forced_in_has_the_best_plan_of_all_that_hold_it(seed):
    offers, services = shared(seed, beside=False)
    problem = integers_of(offers, LARGEST_PENCE, services)
    order = efficiency_order(problem)
    access, spend, every, kept = every_plan(offers, services)
    names = [offers.sort_index().index[place] for place in problem.place]
    at, _ = np.nonzero(kept)
    riding = {cohort for cluster in order.clusters for cohort in cluster.cohorts}
    free = [own for cohort, own in problem.by_cohort().items() if cohort not in riding]
    alone = sum(max(0, *(9 * problem.value[i] - 7 * problem.cost_pence[i] for i in own)) for own in free)
    for cluster in order.clusters:
        for place, cohort in enumerate(cluster.cohorts):
            for i, seats in [(i, 0) for i in cluster.seatless[place]] + list(cluster.seated[place]):
                assert problem.cohort[i] == cohort
                number = next(n for n, r in enumerate(every.offers) if (r["cohort"], r["option"]) == names[i])
                holding = (every.choice[:, at] == number).any(axis=0)
                score = 9 * (access // problem.step) - 7 * spend
                others = alone + sum(c.best(9, 7)[0] for c in order.clusters if c is not cluster)
                found = cluster.best_with(9, 7, (place, i, seats))
                if not holding.any():
                    assert found is None
                else:
                    assert found[0] + others == score[holding].max()


def test_where_efficient_plans_are_too_many_each_budget_is_solved_and_brings_as_much(monkeypatch):
    offers, services = shared(1, beside=False)
    before = trace(offers, services=services, budgets_pence=BUDGETS, gap=0)
    monkeypatch.setattr(linked_cluster, "LARGEST_CLUSTER", 1)
    after = trace(offers, services=services, budgets_pence=BUDGETS, gap=0)
    assert (before.way, after.way) == (ONE_PASS, POINT_BY_POINT)
    assert before.points["access"].tolist() == after.points["access"].tolist()


def test_budgets_solved_one_by_one_leave_out_what_no_best_plan_of_any_budget_needs(monkeypatch):
    offers, services = shared(1, beside=False)
    dearer = offers.reset_index().assign(option=lambda table: table["option"] + " dearer", cost_pence=500)
    both = pd.concat([offers, dearer.set_index(["cohort", "option"])])
    monkeypatch.setattr(linked_cluster, "LARGEST_CLUSTER", 1)
    sizes, search = [], allocate.search

    def counted(problem, *args, **kwargs):
        sizes.append(len(problem.cohort))
        return search(problem, *args, **kwargs)

    monkeypatch.setattr(allocate, "search", counted)
    found = trace(both, services=services, budgets_pence=BUDGETS, gap=0)
    at_each = sizes[-len(BUDGETS) :]
    assert found.way == POINT_BY_POINT
    assert len(set(at_each)) == 1 and at_each[0] <= len(offers)
    alone = trace(offers, services=services, budgets_pence=BUDGETS, gap=0)
    assert found.points["access"].tolist() == alone.points["access"].tolist()


@pytest.mark.parametrize("seed", range(8))
def test_where_not_every_combination_is_looked_at_nothing_is_claimed_of_it(seed, monkeypatch):
    monkeypatch.setattr(group_knapsack, "MOST_STATES", 1)
    offers, services = shared(seed)
    points = trace(offers, services=services, budgets_pence=BUDGETS, gap=0).points
    access, spend, *_ = every_plan(offers, services)
    for budget, point in points.iterrows():
        assert point["access"] - EACH <= access[spend <= budget].max() / 1e6 <= point["bound"] + EACH


def test_a_row_stays_where_no_other_is_as_small_in_every_column():
    draw = np.random.default_rng(1)
    rows = draw.integers(0, 9, (700, 3))
    kept = undominated(rows)
    left = {tuple(row) for row in rows[kept].tolist()}
    assert len(left) == len(kept)
    every = {tuple(row) for row in rows.tolist()}
    assert left == {a for a in every if not any(b != a and all(np.array(b) <= np.array(a)) for b in every)}


def test_points_on_a_straight_line_are_no_corners_of_the_hull():
    assert upper_hull([0, 1, 2, 5], [0, 3, 6, 7]) == [0, 2, 3]
