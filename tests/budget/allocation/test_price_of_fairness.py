"""The price of fairness: more for the worst-off group never brings more access, and what each group has is shown."""

import numpy as np
import pytest

from budget.allocation.allocate import allocate
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.price_of_fairness import CURVE_COLUMNS, group_shares, price_of_fairness
from tests.budget.allocation.allocations import offers_of


@pytest.fixture(scope="module")
def towns():
    """Two districts: in East a pound buys three times what it buys in West."""
    draw = np.random.default_rng(4)
    rows = [
        {
            "cohort": f"{district}{n:02d}",
            "option": option,
            "cost_pence": int(draw.integers(10_000, 90_000)) * (3 if district == "West" else 1),
            "access": round(float(draw.uniform(1, 5)), 1),
            "district": district,
        }
        for district in ("East", "West")
        for n in range(12)
        for option in ("bus", "moped")
    ]
    return offers_of(*rows)


def test_the_curve_runs_from_no_floor_to_the_fairest_plan(towns):
    curve = price_of_fairness(towns, 1_000_000, gap=0)
    assert tuple(curve.columns) == CURVE_COLUMNS
    assert curve.loc[0, "access"] == allocate(towns, 1_000_000, gap=0).access
    fairest = allocate(towns, 1_000_000, objective=Objective("fair_first"), gap=0)
    assert curve["access"].iloc[-1] == fairest.access
    assert curve["worst_share"].iloc[-1] >= float(fairest.fairness.share)


def test_fairness_costs_access_and_never_brings_any(towns):
    curve = price_of_fairness(towns, 1_000_000, gap=0)
    assert curve["access"].is_monotonic_decreasing
    assert curve["price"].iloc[0] == 0
    assert curve["price"].iloc[-1] > 0
    assert (curve["worst_share"] >= curve["floor"] - 1e-9).all()
    assert set(curve["worst_group"]) == {"West"}


def test_the_shares_of_the_groups_are_of_what_each_could_have(towns):
    everything = allocate(towns, 10**9, gap=0)
    assert group_shares(everything, towns, "district").tolist() == pytest.approx([1.0, 1.0])


def test_there_is_no_curve_where_no_plan_keeps_the_limits(towns):
    assert price_of_fairness(towns, 0, limits=Limits(must_fund=("East00",))).empty
