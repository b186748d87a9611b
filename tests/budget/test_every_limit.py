"""Grants, promises, part-funding, several budgets and each objective, against every plan there is."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from budget.allocation import allocate
from budget.fairness import needs
from budget.limits import Grant, Limit, Limits, PartFunding, limits_from
from budget.objectives import Objective, objective_from
from budget.offers_table import checked_tables
from budget.parts import with_parts
from data.faults import InputError
from tests.budget.allocations import best_by_the_rule, cases, every_plan, figure, offers_of, services_of

many = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def as_told(plan):
    return Fraction(repr(plan.access)), plan.spent_pence, tuple(plan.chosen.index)


@st.composite
def cases_with_grants(draw):
    """Draw a case with promises and grants that some options or districts may have."""
    offers, services, limits, budget = draw(cases())
    grants = []
    for number in range(draw(st.integers(0, 3))):
        column = draw(st.sampled_from(["district", "option"]))
        values = sorted(set(offers.reset_index()[column]))
        some = tuple(draw(st.lists(st.sampled_from(values), min_size=1, unique=True)))
        grants.append(Grant(f"grant {number}", draw(st.integers(0, 60)), {column: some}))
    total = sum(grant.amount_pence for grant in grants)
    promised = tuple(draw(st.lists(st.sampled_from(offers.index.tolist()), max_size=1)))
    units = {name: draw(st.integers(0, int(services.loc[name, "max_units"]))) for name in services.index}
    limits = replace(limits, grants=tuple(grants), committed=promised, committed_units=units)
    return offers, services, limits, max(budget, total)


@many
@given(cases_with_grants())
def test_grants_and_promises_agree_with_every_plan_tried(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, services=services, limits=limits, gap=0)
    best = best_by_the_rule(every_plan(offers, services, limits, budget))
    if best is None:
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal"
    assert as_told(plan) == best
    assert (plan.grants["used_pence"] <= plan.grants["amount_pence"]).all()


@many
@given(cases(), st.integers(1, 4))
def test_part_funding_agrees_with_every_part_tried(case, parts):
    offers, services, limits, budget = case
    limits = replace(
        limits, part_funding=PartFunding(parts, {"option": ("a",)} if "a" in offers.index.levels[1] else {})
    )
    plan = allocate(offers, budget, services=services, limits=limits, gap=0)
    expanded = with_parts(checked_tables(offers, services), limits).offers
    keyed = expanded.reset_index()
    keyed["option"] = keyed["option"] + (1 - keyed["part"]).map("{:.4f}".format)
    best = best_by_the_rule(every_plan(keyed.set_index(["cohort", "option"]), services, limits, budget))
    if best is None:
        assert plan.status == "infeasible"
        return
    assert as_told(plan)[:2] == best[:2]
    assert plan.chosen["part"].between(0, 1).all()


@many
@given(cases(), st.integers(0, 8))
def test_least_cost_agrees_with_every_plan_tried(case, reach):
    offers, services, limits, budget = case
    objective = Objective("least_cost", Fraction(reach))
    plan = allocate(offers, budget, services=services, limits=limits, objective=objective, gap=0)
    plans = [found for found in every_plan(offers, services, limits, budget) if found[0] >= reach]
    if not plans:
        assert plan.status == "infeasible"
        assert plan.conflicts
        return
    least = min(spend for _, spend, _, _ in plans)
    assert (plan.status, plan.spent_pence, plan.bound) == ("optimal", least, least / 100)
    assert as_told(plan) == best_by_the_rule(found for found in plans if found[1] == least)


@many
@given(cases(with_limits=False))
def test_fair_first_agrees_with_every_plan_tried(case):
    offers, services, limits, budget = case
    plan = allocate(offers, budget, services=services, objective=Objective("fair_first"), gap=0)
    need = needs(offers, "district")
    assume(need)

    def share(found):
        reached = dict.fromkeys(need, Fraction(0))
        for key in found[3]:
            if (group := offers.loc[key, "district"]) in reached:
                reached[group] += figure(offers.loc[key, "access"])
        return min(reached[group] / need[group] for group in need)

    plans = list(every_plan(offers, services, limits, budget))
    fairest = max(share(found) for found in plans)
    assert plan.fairness.share == plan.fairness.bound == fairest
    assert as_told(plan) == best_by_the_rule(found for found in plans if share(found) >= fairest)


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
        (Limits(part_funding=PartFunding(2, {"option": ("taxi",)})), 'No offer has "taxi"'),
        (Limits((Limit("wages", at_most=Fraction(1)),)), '"wages" is not a column'),
    ],
)
def test_limits_on_what_is_not_there_are_refused(limits, words):
    with pytest.raises(InputError, match=words):
        allocate(TWO, 18_000, limits=limits, services=services_of())
