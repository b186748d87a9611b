"""Families of problems with known exact methods: instances from fixed seeds, each solved by such a method here.

The methods are tables of what each amount of money is worth (R. Bellman, Dynamic Programming, 1957) and trying every
set of places; they are written from the definition of each family and share nothing with the allocation.
"""

from itertools import combinations, product
from random import Random

import pytest

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.search import search
from tests.budget.allocation.allocations import offers_of, services_of

WAYS = {"plain": search.LARGE, "prices first": 1}  # offers from which prices come first


@pytest.fixture(params=WAYS, autouse=True)
def way(request, monkeypatch):
    """Each problem is solved in either way."""
    monkeypatch.setattr(search, "LARGE", WAYS[request.param])


def most_worth(choices: list[list[tuple[int, int]]], money: int) -> int:
    """Return the most worth of one (cost, worth) or none from each list, for so much money."""
    worth = [0] * (money + 1)
    for own in choices:
        worth = [max(worth[m], *(worth[m - c] + w for c, w in own if c <= m), 0) for m in range(money + 1)]
    return worth[money]


# The hard kinds of knapsack of D. Pisinger, "Where are the hard knapsack problems?", Computers & Operations Research
# 32, 2005, section 3: worth from cost.
KINDS = {
    "uncorrelated": lambda cost, draw: draw.randint(1, 300),
    "weakly correlated": lambda cost, draw: max(1, cost + draw.randint(-30, 30)),
    "strongly correlated": lambda cost, draw: cost + 30,
    "inversely strongly correlated": lambda cost, draw: max(1, cost - 30),
    "subset sum": lambda cost, draw: cost,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_knapsack_is_worth_what_the_table_of_amounts_says(kind):
    draw = Random(f"0/1 knapsack, {kind}")
    costs = [draw.randint(1, 300) for _ in range(40)]
    choices = [[(cost, KINDS[kind](cost, draw))] for cost in costs]
    money = sum(costs) * 2 // 5
    assert_solved(choices, money)


@pytest.mark.parametrize("kind", KINDS)
def test_one_choice_of_each_class_is_worth_what_the_table_of_amounts_says(kind):
    draw = Random(f"multiple choice, {kind}")
    choices = [[(cost, KINDS[kind](cost, draw)) for cost in draw.sample(range(1, 101), 4)] for _ in range(12)]
    assert_solved(choices, sum(max(own)[0] for own in choices) // 3)


def assert_solved(choices: list[list[tuple[int, int]]], money: int) -> None:
    rows = [
        {"cohort": f"C{c:02d}", "option": f"O{o}", "cost_pence": cost, "access": float(worth)}
        for c, own in enumerate(choices)
        for o, (cost, worth) in enumerate(own)
    ]
    plan = allocate(offers_of(*rows), money, gap=0)
    best = float(most_worth(choices, money))
    assert (plan.status, plan.access, plan.bound) == ("optimal", best, best)


@pytest.mark.parametrize("seed", range(3))
def test_a_knapsack_of_three_resources_is_worth_the_most_of_every_set(seed):
    draw = Random(f"multi-dimensional knapsack {seed}")
    takes = [[draw.randint(0, 9) for _ in range(3)] for _ in range(12)]
    worth = [sum(each) + draw.randint(0, 4) for each in takes]  # correlated, which is the hard kind
    most = [sum(each[r] for each in takes) // 2 for r in range(3)]
    best = max(
        sum(w for w, taken in zip(worth, chosen, strict=True) if taken)
        for chosen in product((0, 1), repeat=12)
        if all(sum(each[r] for each, taken in zip(takes, chosen, strict=True) if taken) <= most[r] for r in range(3))
    )
    rows = [
        {"cohort": f"C{n:02d}", "option": "take", "cost_pence": each[0], "access": float(w)}
        | {"second": float(each[1]), "third": float(each[2])}
        for n, (each, w) in enumerate(zip(takes, worth, strict=True))
    ]
    limits = Limits((Limit("second", at_most=most[1]), Limit("third", at_most=most[2])))
    assert allocate(offers_of(*rows), most[0], limits=limits, gap=0).access == best


@pytest.mark.parametrize("seed", range(2))
def test_the_most_people_are_covered_by_so_many_sites(seed):
    draw = Random(f"maximum coverage {seed}")
    people = [draw.randint(1, 40) for _ in range(20)]
    reaches = [set(draw.sample(range(20), draw.randint(3, 6))) for _ in range(9)]
    sites = 3
    best = max(sum(people[p] for p in set().union(*chosen)) for chosen in combinations(reaches, sites))
    rows = [
        {
            "cohort": f"P{p:02d}",
            "option": f"S{s:02d}",
            "cost_pence": 0,
            "access": float(people[p]),
            "service": f"S{s:02d}",
        }
        for s, reached in enumerate(reaches)
        for p in sorted(reached)
    ]
    fleet = [{"service": f"S{s:02d}", "unit_cost_pence": 1, "seats_per_unit": 20, "max_units": 1} for s in range(9)]
    plan = allocate(offers_of(*rows), sites, services=services_of(*fleet), gap=0)
    assert (plan.status, plan.access, plan.bound) == ("optimal", best, best)


@pytest.mark.parametrize("capacity", [None, 9], ids=["uncapacitated", "capacitated"])
@pytest.mark.parametrize("seed", range(2))
def test_places_are_opened_and_serve_everybody_for_the_least(seed, capacity):
    draw = Random(f"location {seed}")
    demand, opening = [draw.randint(1, 4) for _ in range(8)], [draw.randint(20, 60) for _ in range(4)]
    costs = [[draw.randint(5, 60) for _ in range(4)] for _ in range(8)]
    seats = capacity or sum(demand)
    best = min(
        sum(costs[c][place] for c, place in enumerate(served)) + sum(opening[place] for place in set(served))
        for served in product(range(4), repeat=8)
        if all(sum(d for d, at in zip(demand, served, strict=True) if at == place) <= seats for place in set(served))
    )
    rows = [
        {"cohort": f"C{c}", "option": f"F{f}", "cost_pence": costs[c][f], "access": 1.0, "service": f"F{f}"}
        | {"seats": float(demand[c])}
        for c in range(8)
        for f in range(4)
    ]
    fleet = [
        {"service": f"F{f}", "unit_cost_pence": cost, "seats_per_unit": seats, "max_units": 1}
        for f, cost in enumerate(opening)
    ]
    every, least = Limits(must_fund=tuple(f"C{c}" for c in range(8))), Objective("least_cost")
    plan = allocate(offers_of(*rows), 10_000, services=services_of(*fleet), limits=every, objective=least, gap=0)
    assert (plan.status, plan.spent_pence) == ("optimal", best)
