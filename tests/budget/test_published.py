"""Published instances whose optima are known, typed in as figures."""

import pytest

from budget.allocation import allocate
from budget.limits import limits_from
from tests.budget.allocations import offers_of

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


def test_petersens_first_multidimensional_knapsack_brings_3800():
    # C. C. Petersen, "Computational experience with variants of the Balas algorithm applied to the selection of R&D
    # projects", Management Science 13(9), 1967; problem 1 of mknap1 in Beasley's OR-Library.
    profits = [100, 600, 1200, 2400, 500, 2000]
    rows = [
        ([8, 12, 13, 64, 22, 41], 80),
        ([8, 12, 13, 75, 22, 41], 96),
        ([3, 6, 4, 18, 6, 4], 20),
        ([5, 10, 8, 32, 6, 12], 36),
        ([5, 13, 8, 42, 6, 20], 44),
        ([5, 13, 8, 48, 6, 20], 48),
        ([0, 0, 0, 0, 8, 0], 10),
        ([3, 0, 4, 0, 8, 0], 18),
        ([3, 2, 4, 0, 8, 4], 22),
        ([3, 2, 4, 8, 8, 4], 24),
    ]
    offers = offers_of(
        *(
            {"cohort": f"C{j}", "option": "project", "cost_pence": rows[0][0][j], "access": profits[j]}
            | {f"resource_{r}": float(weights[j]) for r, (weights, _) in enumerate(rows)}
            for j in range(6)
        )
    )
    limits = limits_from({"limit": [{"measure": f"resource_{r}", "at_most": most} for r, (_, most) in enumerate(rows)]})
    assert allocate(offers, 80, limits=limits, gap=0).access == 3800


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
