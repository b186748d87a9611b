"""Every limit, service, grant, promise, part and objective at once, against every plan there is, thousands of times."""

from collections import Counter
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from budget.allocation.allocate import allocate
from budget.allocation.inputs import allocation_problem
from budget.allocation.inputs.limits import Share
from budget.allocation.inputs.objective import Objective
from budget.allocation.inputs.tables import checked_tables
from budget.allocation.search import search, share_branching
from tests.budget.allocation.small_cases import AIMS, GROUPS, MEASURES, question, tables
from tests.draws import FEW, draws, number

QUESTIONS = 12  # of each set of tables
TABLES = {  # sets of tables for each aim and way: 2,136 cases in all, fewer where each takes longer
    **{("most_access", "plain", part): 20 for part in range(3)},
    **{("least_cost", "plain", part): 20 for part in range(3)},
    ("most_access", "quick", 0): 17,
    ("fair_first", "plain", 0): 17,
    ("least_cost", "quick", 0): 18,
    ("fair_first", "quick", 0): 6,
}
WAYS = {"plain": 10**9, "quick": 1}  # offers from which prices come first
SEEN = (  # kinds of case, each of which is to happen in one case of 40
    "a grant pays",
    "a reserve",
    "a service runs",
    "infeasible",
    "three limits",
    "promises",
)
PART = "a part is funded"
ALL = "limits, a grant, parts and a service"
BIND = (  # what is to keep a better plan out, in one case of 100
    *("must fund", "promised offer", "promised units", "seats", "each"),
    *("at_most a number", "at_most a share", "at_least a number", "at_least a share"),
    *MEASURES,
    *GROUPS,
)
ONLY = {"most_access": ("budget", "grants"), "least_cost": ("reach",), "fair_first": ("budget", "grants")}


def begin(patch: pytest.MonkeyPatch, way: str) -> None:
    patch.setattr(search, "LARGE", WAYS[way])
    patch.setattr(share_branching, "RANGES", 2)  # few of them, which is no less right and takes less time


def asked(offers, services, asks):
    return allocate(
        offers,
        asks.budget_pence,
        services=services,
        limits=asks.limits,
        objective=asks.objective,
        reserve_pence=asks.reserve_pence,
        gap=0,
    )


def agrees(plan, asks, plans) -> list[str]:
    """Check a plan against every plan there is; return what the case was an example of."""
    masks = plans.masks(asks.limits, asks.ceiling_pence)
    kept = np.logical_and.reduce(list(masks.values()))
    best = plans.best(kept, asks.objective)
    if best is None:
        assert plan.status == "infeasible"
        assert plan.conflicts
        return ["infeasible"]
    assert plan.status == "optimal"
    parts = plan.chosen["part"] if "part" in plan.chosen else [1.0] * len(plan.chosen)
    offers = [(*key, Fraction(part).limit_denominator(100)) for key, part in zip(plan.chosen.index, parts, strict=True)]
    assert kept[plans.place(offers, plan.services["units"].to_dict())]
    assert (Fraction(repr(plan.access)), plan.spent_pence, tuple(offers)) == (best.access, best.spend, best.offers)
    assert plan.bound == (plan.spent_pence / 100 if asks.objective.aim == "least_cost" else plan.access)
    assert plan.limits["met"].all()
    assert (plan.grants["used_pence"] <= plan.grants["amount_pence"]).all()
    if asks.objective.aim == "fair_first":
        share = best.share or Fraction(0)
        assert plan.fairness.share == plan.fairness.bound == share
    return [*kinds(asks, plan), *(f"binding {kind}" for kind in binding(masks, best, asks, plans))]


def kinds(asks, plan) -> list[str]:
    """Name what a case asked for, and what came of it."""
    limits, grant_pays = asks.limits, bool(plan.grants["used_pence"].sum())
    is_part = "part" in plan.chosen and bool((plan.chosen["part"] < 1).any())
    seen = {
        "a service runs": len(plan.services) > 0,
        PART: is_part,
        "a grant pays": grant_pays,
        "a reserve": asks.reserve_pence > 0,
        "three limits": len(limits.limits) == 3,
        "promises": bool(limits.committed or limits.committed_units),
        ALL: bool(limits.limits and grant_pays and limits.part_funding and len(plan.services)),
    }
    return [kind for kind, happened in seen.items() if happened]


def binding(masks, best, asks, plans) -> set[str]:
    """Name the kinds of rule without one of which there would be a better plan."""
    found = set()
    for name in masks:
        others = np.logical_and.reduce([plans.everything, *(mask for other, mask in masks.items() if other != name)])
        if not same(plans.best(others, asks.objective), best):
            found |= {name.split(":")[0], *_said_by(asks.limits.limits, name)} - {"limit"}
    if asks.objective.access is not None:
        kept = np.logical_and.reduce(list(masks.values()))
        if not same(plans.best(kept, Objective("least_cost")), best):
            found.add("reach")
    return found


def same(one, other) -> bool:
    return (one.access, one.spend, one.share) == (other.access, other.spend, other.share)


def _said_by(limits, name: str):
    kind, _, number = name.partition(":")
    if kind == "limit":
        limit = limits[int(number)]
        yield from (limit.measure, *limit.where, *((limit.each, "each") if limit.each else ()))
        for side in ("at_most", "at_least"):
            if (bound := getattr(limit, side)) is not None:
                yield f"{side} a {'share' if isinstance(bound, Share) else 'number'}"


@pytest.mark.parametrize(("aim", "way", "part"), TABLES)
def test_the_plan_is_the_best_of_every_plan_there_is(aim, way, part, monkeypatch):
    begin(monkeypatch, way)
    tried: Counter[str] = Counter()
    sets = number(TABLES[aim, way, part])
    for turn_of_tables in range(sets):
        draw = Random(f"{aim} {way} {part} {turn_of_tables}")
        offers, services, part_funding, plans = tables(draw)
        checked = checked_tables(offers, services)  # once for all that is asked of them
        monkeypatch.setattr(allocation_problem, "read_tables", lambda *_, checked=checked: checked)
        for turn in range(QUESTIONS):
            asks = question(draw, plans, part_funding, aim)
            try:
                tried.update(["cases", *agrees(asked(offers, services, asks), asks, plans)])
            except AssertionError as error:
                raise AssertionError(f"{aim} {way} {part}, tables {turn_of_tables}, question {turn}: {asks}") from error
    print(f"{aim} {way} {part}: {dict(sorted(tried.items()))}")
    assert tried["cases"] == sets * QUESTIONS
    if FEW:
        return  # too few to ask that each kind happens
    least = dict.fromkeys(SEEN, tried["cases"] // 40)
    least |= dict.fromkeys((PART, ALL, *(f"binding {kind}" for kind in (*BIND, *ONLY[aim]))), tried["cases"] // 100)
    rare = {kind: (tried[kind], often) for kind, often in least.items() if tried[kind] < often}
    assert not rare


def test_there_are_thousands_of_cases():
    assert sum(TABLES.values()) * QUESTIONS >= 2_100


@draws(25, suppress_health_check=list(HealthCheck))
@given(st.randoms(), st.sampled_from(AIMS), st.sampled_from(sorted(WAYS)))
def test_what_hypothesis_draws_of_them_is_the_best_too(draw, aim, way):
    offers, services, part_funding, plans = tables(draw)
    asks = question(draw, plans, part_funding, aim)
    with pytest.MonkeyPatch.context() as patch:
        begin(patch, way)
        agrees(asked(offers, services, asks), asks, plans)
