"""Grants, promises, part-funding, several budgets and each objective; all of them at once are in `test_brute_force`."""

from fractions import Fraction

import pytest

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, limits_from
from budget.allocation.inputs.objective import Objective, objective_from
from data.faults import InputError
from tests.budget.allocation.allocations import offers_of, services_of

TWO = offers_of(
    {"cohort": "A", "option": "bus", "cost_pence": 6_000, "access": 2.0, "district": "East", "capital_pence": 0},
    {"cohort": "B", "option": "moped", "cost_pence": 9_000, "access": 5.0, "district": "West", "capital_pence": 8_000},
)


def test_a_ring_fenced_grant_pays_only_for_what_it_may():
    grant = Grant("bus grant", 10_000, {"option": ("bus",)})
    plan = allocate(TWO, 18_000, limits=Limits(grants=(grant,)), gap=0)
    assert plan.access == 2.0  # £80 of the council's own money cannot buy a moped for £90
    assert plan.grants.to_dict("records") == [{"grant": "bus grant", "amount_pence": 10_000, "used_pence": 6_000}]
    assert allocate(TWO, 18_000, gap=0).access == 7.0


def test_a_budget_for_capital_is_in_pounds_and_kept_beside_the_other():
    limits = limits_from({"limit": [{"measure": "capital", "at_most": 79.99}]})
    plan = allocate(TWO, 18_000, limits=limits, gap=0)
    assert plan.access == 2.0
    assert plan.limits.loc[0, "limit"] == "capital at most £79.99"
    assert allocate(TWO, 18_000, limits=limits_from({"limit": [{"measure": "capital", "at_most": 80}]})).access == 7.0


def test_each_limit_is_shown_with_its_figure_its_slack_and_its_price():
    limits = limits_from({"limit": [{"measure": "spend", "at_most": 30, "where": {"district": "East"}}]})
    (row,) = allocate(TWO, 18_000, limits=limits, gap=0).limits.to_dict("records")
    assert (row["value"], row["bound"], row["slack"], row["met"]) == (0.0, 30.0, 30.0, True)
    assert row["access_per_unit"] == pytest.approx(2 / 60)


def test_a_promise_is_kept_even_where_it_is_not_the_best():
    plan = allocate(TWO, 9_000, limits=Limits(committed=(("A", "bus"),)), gap=0)
    assert tuple(plan.chosen.index) == (("A", "bus"),)


def test_half_a_cohort_is_funded_for_half_the_money_where_that_is_allowed():
    plan = allocate(TWO, 10_500, limits=limits_from({"part_funding": {"parts": 2, "where": {"option": "bus"}}}), gap=0)
    assert plan.spent_pence == 9_000
    half = allocate(TWO, 12_000, limits=limits_from({"part_funding": {"parts": 2, "where": {"option": "bus"}}}), gap=0)
    assert (half.spent_pence, half.access, half.people) == (12_000, 6.0, 1.5)
    assert half.chosen["part"].tolist() == [0.5, 1.0]


def test_a_cohort_that_must_be_funded_is_funded_whole():
    limits = Limits(must_fund=("A",), part_funding=PartFunding(10))
    assert allocate(TWO, 3_000, limits=limits).status == "infeasible"


def test_least_cost_without_a_target_funds_only_who_must_be():
    plan = allocate(TWO, 18_000, limits=Limits(must_fund=("A",)), objective=Objective("least_cost"), gap=0)
    assert (plan.spent_pence, plan.bound, plan.gap) == (6_000, 60.0, 0.0)


@pytest.mark.parametrize("access", [(1.0, 2.0), (2.0, 1.0)])
def test_of_offers_that_cost_the_same_the_least_cost_takes_the_one_that_brings_more(access):
    rows = [
        {"cohort": "A", "option": option, "cost_pence": 10, "access": brings}
        for option, brings in zip("xy", access, strict=True)
    ]
    plan = allocate(offers_of(*rows), 100, limits=Limits(must_fund=("A",)), objective=Objective("least_cost"), gap=0)
    assert (plan.access, plan.spent_pence) == (2.0, 10)


def test_a_grant_that_is_hardly_used_takes_no_access_from_the_least_cost():
    rows = [
        {"cohort": cohort, "option": "bus", "cost_pence": 10, "access": brings, "district": district}
        for cohort, district, brings in (("A", "East", 1.0), ("B", "West", 2.0))
    ]
    limits = Limits(grants=(Grant("for East", 60, {"district": ("East",)}),))
    objective = Objective("least_cost", Fraction(1))
    plan = allocate(offers_of(*rows), 90, limits=limits, objective=objective, gap=0)  # £0.30 pays for West
    assert (plan.access, plan.spent_pence) == (2.0, 10)


def test_where_every_plan_leaves_a_group_below_nothing_it_is_left_as_little_below_as_can_be():
    rows = [
        {"cohort": "A", "option": "aid", "cost_pence": 10, "access": 4.0, "district": "East"},
        {"cohort": "B", "option": "stop", "cost_pence": 5, "access": -2.0, "district": "East"},
        {"cohort": "C", "option": "stop", "cost_pence": 5, "access": -1.0, "district": "East"},
    ]
    floor = Limit("people", at_least=Fraction(1))
    fair = Objective("fair_first")
    plan = allocate(offers_of(*rows), 9, limits=Limits((floor,)), objective=fair, gap=0)
    assert plan.fairness.share == plan.fairness.bound == Fraction(-1, 4)
    assert tuple(plan.chosen.index) == (("C", "stop"),)


def test_a_share_that_only_the_solvers_tolerance_reaches_is_ruled_out():
    # thirds of 1 and 4 come to 2.666666, and fund[i] = 1.0000001 to 2.666667: one step more, and still no plan
    rows = [
        ("A", "bus", 10, 4.0, 1.75, None),
        ("A", "minibus", 18, 2.75, 2.0, "m1"),
        ("C", "bus", 10, 0.75, 0.25, None),
        ("C", "minibus", 14, 1.0, 0.25, "m2"),
        ("D", "minibus", 0, 3.0, 1.5, "m2"),
        ("D", "taxi", 10, 2.0, 0.25, "m1"),
    ]
    seats = {"A": (0.75, 2.75), "C": (0.75, 1.0), "D": (0.5, 2.0)}
    offers = offers_of(
        *(
            dict(zip(("cohort", "option", "cost_pence", "access", "hours", "service"), row, strict=True))
            | {"seats": seats[row[0]][number % 2], "district": "West"}
            for number, row in enumerate(rows)
        )
    )
    services = services_of(
        {"service": "m1", "unit_cost_pence": 0, "seats_per_unit": 5, "max_units": 1},
        {"service": "m2", "unit_cost_pence": 29, "seats_per_unit": 3, "max_units": 2},
    )
    hours = Limit("hours", at_most=Fraction("0.75"), at_least=Fraction("0.749"))
    limits = Limits((hours,), committed_units={"m1": 1}, part_funding=PartFunding(3))
    plan = allocate(offers, 19, services=services, limits=limits, objective=Objective("fair_first"), gap=0)
    assert plan.fairness.share == plan.fairness.bound == Fraction(2_666_666, 8_000_000)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("cheapest", "not known"),
        ({"aim": "least_cost", "access": -1}, "0 or more"),
        ({"aim": "most_access", "by": "kind"}, 'for aim = "fair_first"'),
        ({"aim": "fair_first", "group": "x"}, "Unknown key group"),
    ],
)
def test_an_objective_that_makes_no_sense_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        objective_from(given)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"grant": [{"name": "x", "amount": 1.001, "pays_for": {"option": "bus"}}]}, "two decimals"),
        ({"grant": [{"name": "x", "amount": 1}]}, "what it may pay for"),
        ({"grant": {"name": "x"}}, r"own heading \[\[grant\]\]"),
        ({"committed": [{"cohort": "A"}]}, "committed 1"),
        ({"committed": [{"cohort": "A", "option": "x"}, {"cohort": "A", "option": "y"}]}, "two offers"),
        ({"part_funding": {"parts": 0}}, "from 1 to 100"),
        ({"part_funding": "yes"}, "Write true"),
    ],
)
def test_what_is_no_grant_promise_or_part_is_refused(table, words):
    with pytest.raises(InputError, match=words):
        limits_from(table)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(committed=(("A", "taxi"),)), 'no offer "taxi" for cohort "A"'),
        (Limits(committed_units={"m": 1}), "not in the services table"),
        (Limits(grants=(Grant("g", 1, {"kind": ("bus",)}),)), 'no column "kind"'),
        (Limits(grants=(Grant("g", 10**6, {"option": ("bus",)}),)), "more than that"),
        (Limits((Limit("wages", at_most=Fraction(1)),)), '"wages" is not a column'),
    ],
)
def test_limits_on_what_is_not_there_are_refused(limits, words):
    with pytest.raises(InputError, match=words):
        allocate(TWO, 18_000, limits=limits, services=services_of())
