"""Published instances whose optima are known, typed in as figures."""

import pytest

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limits, limits_from
from budget.allocation.inputs.objective import Objective
from tests.budget.allocation.allocations import offers_of, services_of

# 0-1 knapsacks P01 to P08 of J. Burkardt's KNAPSACK_01 collection (Florida State University); P01 is from
# D. L. Kreher and D. R. Stinson, Combinatorial Algorithms (1998).
# Each is (capacity, weights, profits, optimum).
KNAPSACKS = {
    "P01": (165, "23 31 29 44 53 38 63 85 89 82", "92 57 49 68 60 43 67 84 87 72", 309),
    "P02": (26, "12 7 11 8 9", "24 13 23 15 16", 51),
    "P03": (190, "56 59 80 64 75 17", "50 50 64 46 50 5", 150),
    "P06": (170, "41 50 49 59 55 57 60", "442 525 511 593 546 564 617", 1735),
    "P07": (
        750,
        "70 73 77 80 82 87 90 94 98 106 110 113 115 118 120",
        "135 139 149 150 156 163 173 184 192 201 210 214 221 229 240",
        1458,
    ),
    "P08": (
        6404180,
        "382745 799601 909247 729069 467902 44328 34610 698150 823460 903959 853665 551830 610856 670702 488960 951111 "
        "323046 446298 931161 31385 496951 264724 224916 169684",
        "825594 1677009 1676628 1523970 943972 97426 69666 1296457 1679693 1902996 1844992 1049289 1252836 1319836 "
        "953277 2067538 675367 853655 1826027 65731 901489 577243 466257 369261",
        13549094,
    ),
}


@pytest.mark.parametrize("name", KNAPSACKS)
def test_a_published_knapsack_is_solved_to_its_published_optimum(name):
    capacity, weights, profits, optimum = KNAPSACKS[name]
    pairs = zip(map(int, weights.split()), map(int, profits.split()), strict=True)
    rows = [{"cohort": f"C{n:02d}", "option": "item", "cost_pence": w, "access": p} for n, (w, p) in enumerate(pairs)]
    plan = allocate(offers_of(*rows), capacity, gap=0)
    assert (plan.status, plan.access) == ("optimal", optimum)


def test_weingartner_and_ness_first_capital_budget_brings_141278():
    # H. M. Weingartner and D. N. Ness, "Methods for the solution of the multidimensional 0/1 knapsack problem",
    # Operations Research 15(1), 1967; WEING1 of mknap2 in Beasley's OR-Library: 28 projects, two budgets of 600.
    profits = (
        "1898 440 22507 270 14148 3100 4650 30800 615 4975 1160 4225 510 11880 479 440 490 330 110 560 24355 2885 "
        "11748 4550 750 3720 1950 10500"
    )
    first = "45 0 85 150 65 95 30 0 170 0 40 25 20 0 0 25 0 0 25 0 165 0 85 0 0 0 0 100"
    second = "30 20 125 5 80 25 35 73 12 15 15 40 5 10 10 12 10 9 0 20 60 40 50 36 49 40 19 150"
    columns = zip(*(map(int, line.split()) for line in (profits, first, second)), strict=True)
    offers = offers_of(
        *(
            {"cohort": f"C{j:02d}", "option": "project", "cost_pence": one, "access": profit, "second_year_pence": two}
            for j, (profit, one, two) in enumerate(columns)
        )
    )
    limits = limits_from({"limit": [{"measure": "second_year", "at_most": 6}]})  # pounds: 600 pence
    assert allocate(offers, 600, limits=limits, gap=0).access == 141_278


def test_ten_units_go_to_the_investments_that_return_22_3_million():
    # A multiple-choice knapsack: ten units of $10 million in eight opportunities, what one, two, three or four units
    # return in $100,000 a year; what is not invested brings 5 a unit. P. A. Jensen, Operations Research Models and
    # Methods (University of Texas), whose table and optimum of $22.3 million are quoted in
    # https://github.com/hakank/hakank (picat/investment_problem.pi).
    takers = ["41 58 65 68", "18 30 39 45", "15 25 33 38", "22 38 48 55", "13 24 32 39", "42 59 66 68", "22 35 42 46"]
    rows = [
        {"cohort": f"T{t:02d}", "option": f"{units} units", "cost_pence": units, "access": gain}
        for t, gains in enumerate([*takers, "10 17 23 28", *["5"] * 10])
        for units, gain in enumerate(map(int, gains.split()), start=1)
    ]
    plan = allocate(offers_of(*rows), 10, gap=0)
    assert (plan.status, plan.access, plan.bound) == ("optimal", 223, 223)


def covering(covered: list[str], weights: list[float], costs: list[int]):
    """Return a covering instance as offers and services: a place is a cohort, a site a service with a seat for all.

    `covered` has the sites that reach each place. A site costs what opening it costs, and being reached costs nothing,
    so "one offer each" counts a place once however many sites reach it.
    """
    rows = [
        {"cohort": f"P{place:02d}", "option": f"from {site}", "cost_pence": 0, "access": weight, "service": site}
        for place, (sites, weight) in enumerate(zip(covered, weights, strict=True))
        for site in sites.split()
    ]
    fleet = [
        {"service": str(site), "unit_cost_pence": cost, "seats_per_unit": len(covered), "max_units": 1}
        for site, cost in enumerate(costs, start=1)
    ]
    return offers_of(*rows), services_of(*fleet)


# Ambulance stations: 20 districts of a city, and which of ten stations reach each. R. L. Rardin, Optimization in
# Operations Research (1998), section 11.3: the minimum cover model of the EMS application. Who reaches whom and the six
# stations: https://github.com/dumplingman0403/Implementation-of-Operations-Research (ProblemSet_1/model_p1_1.jl and
# README.md).
REACHED = ["2", "1 2", "1 3", "3", "3", "2", "2 4", "3 4", "8", "4 6", "4 5", "4 5 6", "4 5 7", "8 9"]
REACHED += ["6 9", "5 6", "5 7 10", "8 9", "9 10", "10"]


def test_the_fewest_of_rardins_ambulance_stations_that_cover_every_district_are_six():
    offers, services = covering(REACHED, [1.0] * 20, [1] * 10)
    every = Limits(must_fund=tuple(offers.index.unique("cohort")))
    plan = allocate(offers, 10, services=services, limits=every, objective=Objective("least_cost"), gap=0)
    assert (plan.status, plan.spent_pence, plan.bound) == ("optimal", 6, 0.06)


def test_the_cell_towers_of_the_gurobi_example_cover_everybody_for_71_percent_of_the_budget():
    # Budgeted maximum coverage: "Cell Tower Coverage" of Gurobi's modeling examples (2020): nine regions, six sites,
    # a budget of 20 million dollars; published: towers 0, 2 and 4 (here 1, 3 and 5), all 7,051 people, 71 % spent.
    # https://github.com/Gurobi/modeling-examples/blob/master/cell_tower_coverage/cell_tower.ipynb
    reached = ["1 2 5", "1", "3 4 5", "3 6", "3 6", "1 4", "3 4 5", "2 5", "2 5 6"]
    people = [523, 690, 420, 1010, 1200, 850, 400, 1008, 950]
    offers, services = covering(reached, people, [42, 61, 52, 55, 48, 92])
    plan = allocate(offers, 200, services=services, gap=0)
    assert (plan.status, plan.access, plan.spent_pence) == ("optimal", 7_051, 142)
    assert plan.services.index.tolist() == ["1", "3", "5"]


# Kilroy County's fire stations: minutes between six cities, and how many stations reach every city within a time.
# W. L. Winston, Operations Research (3rd ed. 1994), section 9.2, example 5 (15 minutes: two, in cities 2 and 4); the
# other times are those published with H. Kjellerstrand's models of the same example.
KILROY = [
    [0, 10, 20, 30, 30, 20],
    [10, 0, 25, 35, 20, 10],
    [20, 25, 0, 15, 30, 20],
    [30, 35, 15, 0, 15, 25],
    [30, 20, 30, 15, 0, 14],
    [20, 10, 20, 25, 14, 0],
]


@pytest.mark.parametrize(("minutes", "stations"), [(10, 4), (15, 2), (20, 2), (25, 1)])
def test_kilroy_county_needs_no_more_fire_stations_than_published(minutes, stations):
    reached = [" ".join(str(c) for c, away in enumerate(row, start=1) if away <= minutes) for row in KILROY]
    offers, services = covering(reached, [1.0] * 6, [1] * 6)
    every = Limits(must_fund=tuple(offers.index.unique("cohort")))
    plan = allocate(offers, 6, services=services, limits=every, objective=Objective("least_cost"), gap=0)
    assert (plan.status, plan.spent_pence) == ("optimal", stations)
    if minutes == 15:
        assert plan.services.index.tolist() == ["2", "4"]


def test_ten_shops_are_supplied_by_the_four_warehouses_of_csplib_for_383():
    # The warehouse location problem, capacitated: five warehouses that may supply one to four shops, each for 30, and
    # what each costs to supply a shop. CSPLib, problem 034 (B. Hnich): https://www.csplib.org/Problems/prob034/.
    capacity = [1, 4, 2, 1, 3]
    costs = ["20 24 11 25 30", "28 27 82 83 74", "74 97 71 96 70", "2 55 73 69 61", "46 96 59 83 4", "42 22 29 67 59"]
    costs += ["1 5 73 59 56", "10 73 13 43 96", "93 35 63 85 46", "47 65 55 71 95"]
    rows = [
        {"cohort": f"S{shop}", "option": f"W{n}", "cost_pence": int(cost), "access": 1.0, "service": f"W{n}"}
        for shop, own in enumerate(costs)
        for n, cost in enumerate(own.split())
    ]
    fleet = [
        {"service": f"W{n}", "unit_cost_pence": 30, "seats_per_unit": most, "max_units": 1}
        for n, most in enumerate(capacity)
    ]
    every, least = Limits(must_fund=tuple(f"S{shop}" for shop in range(10))), Objective("least_cost")
    plan = allocate(offers_of(*rows), 10_000, services=services_of(*fleet), limits=every, objective=least, gap=0)
    assert (plan.status, plan.spent_pence) == ("optimal", 383)
    assert plan.services.index.tolist() == ["W0", "W1", "W2", "W4"]
