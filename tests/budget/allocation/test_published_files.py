"""Instances of OR-Library with their published optima (`published/README.md` has sources and licence)."""

from fractions import Fraction
from pathlib import Path

import pytest

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.search import search
from tests.budget.allocation.allocations import offers_of, services_of

FILES = Path(__file__).parent / "published"
UNIT = 10_000  # pence for one of a warehouse's cost, which has four decimals


class Numbers:
    """The numbers of a file, taken one after another."""

    def __init__(self, file: str):
        self.left = iter((FILES / file).read_text(encoding="utf-8").split())

    def take(self, count: int) -> list[Fraction]:
        """Return the next numbers."""
        return [Fraction(next(self.left)) for _ in range(count)]

    def one(self) -> int:
        """Return the next number, which is whole."""
        return int(next(self.left))


def knapsacks():
    """Yield profits, rows of resources with what there is of each, and the optimum, for each problem of mknap1."""
    numbers = Numbers("mknap1.txt")
    for _ in range(numbers.one()):
        items, resources = numbers.one(), numbers.one()
        (optimum,) = numbers.take(1)
        profits, rows = numbers.take(items), [numbers.take(items) for _ in range(resources)]
        yield profits, rows, numbers.take(resources), optimum


@pytest.mark.parametrize("number", range(7))
def test_petersens_knapsacks_bring_what_their_file_says_and_no_more(number):
    profits, rows, most, optimum = list(knapsacks())[number]
    offers = offers_of(
        *(
            {"cohort": f"C{j:02d}", "option": "project", "cost_pence": int(rows[0][j]), "access": float(profits[j])}
            | {f"resource_{r}": float(row[j]) for r, row in enumerate(rows)}
            for j in range(len(profits))
        )
    )
    limits = Limits(tuple(Limit(f"resource_{r}", at_most=each) for r, each in enumerate(most)))
    plan = allocate(offers, int(most[0]), limits=limits, gap=0)
    assert (plan.status, plan.access, plan.bound) == ("optimal", float(optimum), float(optimum))


@pytest.mark.parametrize("way", [search.LARGE, 1], ids=["plain", "prices first"])
def test_jobs_are_assigned_to_agents_as_well_as_published(way, monkeypatch):
    monkeypatch.setattr(search, "LARGE", way)
    numbers = Numbers("gap1.txt")
    found = []
    for _ in range(numbers.one()):
        agents, jobs = numbers.one(), numbers.one()
        profits, needs = ([numbers.take(jobs) for _ in range(agents)] for _ in range(2))
        rows = [
            {"cohort": f"J{j:02d}", "option": f"A{a}", "cost_pence": 0, "access": float(profits[a][j])}
            | {"hours": float(needs[a][j]), "agent": f"A{a}"}
            for j in range(jobs)
            for a in range(agents)
        ]
        limits = [
            Limit("hours", at_most=each, where={"agent": (f"A{a}",)}) for a, each in enumerate(numbers.take(agents))
        ]
        every = tuple(f"J{j:02d}" for j in range(jobs))
        plan = allocate(offers_of(*rows), 0, limits=Limits(tuple(limits), every), gap=0)
        found.append((plan.status, plan.access))
    assert found == [("optimal", best) for best in (336.0, 327.0, 339.0, 341.0, 326.0)]


@pytest.mark.parametrize(
    ("name", "fixed_cost", "capacity", "optimum"),
    [
        ("cap71", 7_500, 58_268, "932615.750"),
        ("cap74", 25_000, 58_268, "1034976.975"),
        ("cap61", 7_500, 15_000, "932615.750"),
    ],
)
def test_warehouses_serve_fifty_customers_for_the_published_cost(name, fixed_cost, capacity, optimum):
    """A customer is a cohort that must be funded, a warehouse a service of one unit with as many seats as it can hold.

    A customer is served by one warehouse here, where `cap61` lets several share; its optimum does not need that.
    """
    numbers = Numbers("cap71.txt")
    sites, customers = numbers.one(), numbers.one()
    is_free = [cost == 0 for _, cost in (numbers.take(2) for _ in range(sites))]  # one warehouse stands already
    rows = []
    for j in range(customers):
        demand, *costs = numbers.take(1 + sites)
        rows += [
            {"cohort": f"C{j:02d}", "option": f"W{i:02d}", "cost_pence": int(cost * UNIT), "access": 1.0}
            | {"seats": float(demand), "service": f"W{i:02d}"}
            for i, cost in enumerate(costs)
        ]
    fleet = [
        {"service": f"W{i:02d}", "unit_cost_pence": 0 if free else fixed_cost * UNIT}
        | {"seats_per_unit": capacity, "max_units": 1}
        for i, free in enumerate(is_free)
    ]
    every = Limits(must_fund=tuple(f"C{j:02d}" for j in range(customers)))
    least = Objective("least_cost")
    plan = allocate(offers_of(*rows), 2 * 10**10, services=services_of(*fleet), limits=every, objective=least, gap=0)
    assert plan.status == "optimal"
    assert Fraction(plan.spent_pence, UNIT) == Fraction(optimum)
