"""When nothing fits: the limits that conflict, no more of them than needed, and what would let a plan exist."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limit, Limits, Share
from budget.allocation.search import infeasible_subset
from budget.allocation.search.infeasible_subset import MUST, irreducible_subset
from tests.budget.allocation.allocations import cases, integers_of, offers_of, services_of
from tests.budget.allocation.every_plan import best_plan
from tests.draws import draws


def offer(cohort, option, cost_pence, access, **more):
    return {"cohort": cohort, "option": option, "cost_pence": cost_pence, "access": access, **more}


THREE = offers_of(offer("A", "pass", 100_000, 1.0), offer("B", "taxi", 900_000, 1.0), offer("C", "pass", 50_000, 1.0))


def test_only_the_cohorts_that_conflict_are_named():
    conflicts = allocate(THREE, 800_000, limits=Limits(must_fund=("A", "B", "C"))).conflicts
    assert conflicts[1] == "1 cohort must receive an offer: B"


def test_of_many_that_must_be_funded_the_dearest_are_named():
    offers = offers_of(*(offer(f"C{n:02d}", "pass", 10_000 * (n + 1), 1.0) for n in range(20)))
    conflicts = allocate(offers, 500_000, limits=Limits(must_fund=tuple(offers.index.unique("cohort")))).conflicts
    assert conflicts[0] == "the budget is £16,000 short of what must be funded"
    assert conflicts[1] == "3 cohorts must each receive an offer: C19, C18, C17"


def test_what_conflicts_only_in_whole_numbers_is_told_with_the_work_there_is(monkeypatch):
    draw = np.random.default_rng(8)
    weights = (2 * draw.integers(10**5, 10**6, 60)).tolist()  # even, so that no point of them comes to an odd sum
    offers = offers_of(*(offer(f"C{n:02d}", "pass", w, 1.0, load=float(w)) for n, w in enumerate(weights)))
    odd = Fraction(sum(weights) // 2 | 1)
    limits = Limits((Limit("load", at_least=odd), Limit("load", at_most=odd), Limit("people", at_least=Fraction(5))))
    solves = []
    solve = infeasible_subset.solve_arrays
    monkeypatch.setattr(infeasible_subset, "solve_arrays", lambda *each: solves.append(solve(*each)) or solves[-1])
    conflicts = irreducible_subset(_problem(offers, limits, 10**9))
    assert set(conflicts[0]) >= {"limit_001", "limit_002"}
    assert sum(answer.iterations for answer in solves) <= 2 * infeasible_subset.WORK


def _problem(offers, limits, budget):
    return integers_of(offers, budget, services_of(), limits, filtered=False)


@pytest.mark.parametrize("sense", ["at_most", "at_least"])
@draws(15, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_the_furthest_share_is_that_of_no_plan_beyond(sense, draw):
    costs = draw.draw(st.lists(st.integers(1, 9), min_size=4, max_size=5))
    offers = offers_of(*(offer(f"C{n}", "pass", c * 100, 1.0, kind="xy"[n % 2]) for n, c in enumerate(costs)))
    floor_ = Fraction(draw.draw(st.integers(1, sum(costs))))
    asked = Share(Fraction(1, 10) if sense == "at_most" else Fraction(9, 10))
    limits = Limits((Limit("spend", **{sense: asked}, where={"kind": ("x",)}), Limit("spend", at_least=floor_)))
    allocation = allocate(offers, sum(costs) * 100, limits=limits)
    assume(allocation.status == "infeasible")
    shares = [
        Fraction(sum(c for n, c in enumerate(costs) if chosen >> n & 1 and n % 2 == 0), spent)
        for chosen in range(1 << len(costs))
        if (spent := sum(c for n, c in enumerate(costs) if chosen >> n & 1)) >= floor_
    ]
    (figure,) = [each.figure for each in allocation.conflicting if each.name == "limit_001"]
    assert figure == (min if sense == "at_most" else max)(shares)
    assert any("possible is" in sentence and "of it" in sentence for sentence in allocation.conflicts)


def test_the_least_change_counts_everything_that_must_be_funded():
    conflicts = allocate(THREE, 800_000, limits=Limits(must_fund=("A", "B", "C"))).conflicts
    assert conflicts[0] == "the budget is £2,500 short of what must be funded"


def test_a_promise_that_cannot_be_paid_is_named():
    conflicts = allocate(THREE, 800_000, limits=Limits(committed=(("B", "taxi"),))).conflicts
    assert conflicts == (
        "the budget is £1,000 short of what must be funded",
        "1 cohort must receive an offer: B",
    )


def test_a_conflict_gives_the_figure_that_would_resolve_it_and_the_figure_does():
    limits = Limits((Limit("access", at_least=Fraction(3)),), must_fund=("A",))
    found = allocate(THREE, 800_000, limits=limits).conflicting
    assert [(each.name, each.figure, each.is_exact) for each in found] == [
        ("budget", Fraction(10_500), True),
        ("limit_001", Fraction(2), True),
    ]
    assert allocate(THREE, 1_050_000, limits=limits).status == "optimal"
    assert allocate(THREE, 1_049_999, limits=limits).status == "infeasible"
    loosened = replace(limits, limits=(Limit("access", at_least=Fraction(2)),))
    assert allocate(THREE, 800_000, limits=loosened).status == "optimal"


def test_a_cohort_that_conflicts_is_named_apart_from_its_sentence():
    found = allocate(THREE, 800_000, limits=Limits(must_fund=("A", "B"))).conflicting
    assert [(each.name, each.cohort) for each in found] == [("budget", ""), ("must_fund", "B")]
    assert found[0].figure == 10_000  # with the other that must be funded kept


@draws(15)
@given(cases())
def test_what_is_named_conflicts_and_without_any_one_of_it_there_is_a_plan(case):
    offers, services, limits, budget = case
    assume(best_plan(offers, services, limits, budget) is None)
    problem = integers_of(offers, budget, services, limits, filtered=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(infeasible_subset, "WORK", 10**8)
        held, is_irreducible = irreducible_subset(problem)
    assert is_irreducible

    def plans(names):
        must = tuple(c for n, c in enumerate(problem.cohort_names) if f"{MUST}{n:06d}" in names)
        rows = [row.name for row in problem.rows if row.name.startswith("limit_")]
        written = [replace(limit, each=None, where=group) for limit, group in _one_by_one(limits, offers)]
        kept = tuple(limit for name, limit in zip(rows, written, strict=True) if name in names)
        ceiling = budget if "budget" in names else 10**9
        return best_plan(offers, services, Limits(kept, must), ceiling) is not None

    assert not plans(held)
    assert all(plans(set(held) - {name}) for name in held)


@draws(15)
@given(cases())
def test_the_figure_told_with_a_conflict_lets_a_plan_exist_and_a_stricter_one_does_not(case):
    offers, services, limits, budget = case
    found = allocate(offers, budget, services=services, limits=limits)
    assume(found.status == "infeasible")
    rows = integers_of(offers, budget, services, limits, filtered=False).rows
    scale = {row.name: row.scale for row in rows}
    written = [replace(limit, each=None, where=group) for limit, group in _one_by_one(limits, offers)]
    by_name = dict(zip([name for name in scale if name.startswith("limit_")], written, strict=True))
    named = {each.name for each in found.conflicting}

    def exists(name, figure, kept):
        money = figure * 100 if name == "budget" else budget if "budget" in kept else 10**9
        asked = [_at(limit, figure) if n == name else limit for n, limit in by_name.items() if n in {*kept, name}]
        must = limits.must_fund if "must_fund" in kept else ()
        return best_plan(offers, services, Limits(tuple(asked), must), int(money)) is not None

    for each in found.conflicting:
        limit = by_name.get(each.name)
        is_share = limit is not None and isinstance(limit.at_most or limit.at_least, Share)
        if each.figure is None or not each.is_exact or is_share:
            continue
        is_floor = limit is not None and limit.at_least is not None
        step = Fraction(1, 100 if each.name == "budget" else scale[each.name]) * (1 if is_floor else -1)
        everything = {"budget", "must_fund", *by_name} - {each.name}
        loosest = Fraction(0) if is_floor else Fraction(10**7)
        kept = everything if exists(each.name, loosest, everything) else named - {each.name}
        assert exists(each.name, each.figure, kept)
        assert not exists(each.name, each.figure + step, kept)


def _at(limit: Limit, figure: Fraction) -> Limit:
    return replace(limit, at_least=figure) if limit.at_least is not None else replace(limit, at_most=figure)


def _one_by_one(limits, offers):
    for limit in limits.limits:
        groups = [dict(limit.where)]
        if limit.each:
            groups = [{limit.each: (value,)} for value in sorted(set(offers[limit.each]))]
        for group in groups:
            yield limit, group


@pytest.fixture(scope="module")
def county():
    """A hundred and fifty cohorts in twelve districts, with services; invented."""
    draw = np.random.default_rng(5)
    rows = [
        offer(
            f"E{c:04d}", f"o{o}", int(draw.integers(10_000, 900_000)), round(float(draw.uniform(0.5, 9)), 2),
            district=f"D{c % 12:02d}", service=f"S{c % 10}" if o == 7 and c % 4 == 0 else None,
        )
        for c in range(150)
        for o in range(8)
    ]  # fmt: skip
    fleet = [{"service": f"S{n}", "unit_cost_pence": 500_000, "seats_per_unit": 8, "max_units": 2} for n in range(10)]
    return offers_of(*rows), services_of(*fleet)


@pytest.mark.parametrize("kind", ["must_fund", "floors"])
def test_a_county_hears_what_conflicts(county, kind):
    offers, services = county
    cohorts = offers.index.unique("cohort")
    limits = {
        "must_fund": Limits(must_fund=tuple(cohorts)),
        "floors": Limits((Limit("access", at_least=Fraction(95), each="district"),)),
    }[kind]
    plan = allocate(offers, 4_000_000, services=services, limits=limits)
    assert plan.status == "infeasible"
    assert plan.conflicts


def test_many_limits_made_by_each_share_a_sentence(county):
    offers, services = county
    floors = Limit("spend", at_least=Share(Fraction(9, 100)), each="district")
    limits = Limits((floors,), (offers.index[0][0],))
    plan = allocate(offers, 4_000_000, services=services, limits=limits)
    assert plan.status == "infeasible"
    assert plan.conflicts[0].startswith("spend at least 0.09 of the plan's total: cannot be kept in all of")
