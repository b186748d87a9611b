"""What £1,000 more is said to buy is what a plan for £1,000 more brings, whatever grants and limits there are."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from budget.allocation import AllocationProblem, Grant, Limit, Limits, Share, allocate, solve
from budget.allocation.why.more_money import in_json

KINDS = ("pass", "taxi", "moped")
UNUSED = Grant("A", 20_000_00, {"kind": ("pass",), "district": ("north",)})  # the passes there cost half of it
PASSES = {"kind": ("pass",)}
MIXES = {
    "nothing": Limits(),
    "a grant used in part": Limits(grants=(UNUSED,)),
    "a grant used in full": Limits(grants=(Grant("A", 5_000_00, PASSES),)),
    "two grants that overlap": Limits(
        grants=(Grant("A", 25_000_00, PASSES), Grant("B", 15_000_00, {"kind": ("pass", "taxi")}))
    ),
    "a limit in pounds": Limits(limits=(Limit("spend", at_most=Fraction(9_000), where={"kind": ("taxi",)}),)),
    "a limit as a share, and a grant used in part": Limits(
        limits=(Limit("spend", at_most=Share(Fraction(2, 5)), where={"kind": ("taxi",)}),),
        grants=(UNUSED,),
    ),
    "a floor and a grant used in full": Limits(
        limits=(Limit("people", at_least=Fraction(30), where={"kind": ("moped",)}),),
        grants=(Grant("A", 5_000_00, PASSES),),
    ),
}


@pytest.fixture(scope="module")
def offers() -> pd.DataFrame:
    """Return five hundred small cohorts, so that whole offers come close to what a pound buys."""
    draw = np.random.default_rng(13)
    rows = [(f"c{n:04d}", kind) for n in range(500) for kind in KINDS]
    table = pd.DataFrame(rows, columns=["cohort", "option"]).assign(kind=lambda t: t["option"])
    base = {"pass": 20_000, "taxi": 60_000, "moped": 40_000}
    table["cost_pence"] = (table["kind"].map(base) * draw.uniform(0.8, 1.2, len(table))).round().astype("int64")
    worth = {"pass": 1.0, "taxi": 2.2, "moped": 1.6}
    table["access"] = (table["kind"].map(worth) * draw.uniform(0.5, 1.5, len(table))).round(3)
    table["district"] = np.where(table["cohort"] < "c0050", "north", "south")
    return table.assign(people=1.0).set_index(["cohort", "option"])


@pytest.mark.parametrize("mix", MIXES)
def test_what_a_thousand_pounds_more_is_said_to_buy_is_what_it_brings(mix, offers):
    budgets = (60_000_00, 61_000_00, 62_000_00)
    least, _, most = plans = [allocate(offers, budget, limits=MIXES[mix], gap=1e-5) for budget in budgets]
    said = [plan.access_per_extra_1000_pounds for plan in plans]
    brought = (most.access - least.access) / 2
    assert min(said) > 0
    assert brought == pytest.approx(sum(said) / 3, rel=0.1), said


def test_the_mixes_hold_a_grant_that_is_not_used_up_and_one_that_is(offers):
    used = {mix: allocate(offers, 60_000_00, limits=limits, gap=1e-3).grants for mix, limits in MIXES.items()}
    part, full = used["a grant used in part"], used["a grant used in full"]
    assert part["used_pence"].iloc[0] < part["amount_pence"].iloc[0]
    assert full["used_pence"].iloc[0] == full["amount_pence"].iloc[0]


def test_beside_a_grant_as_large_as_the_budget_the_json_tells_what_a_new_solve_brings():
    table = pd.DataFrame(
        [
            ("A", "pass", 10_000_00, 6.0, "pass"),
            ("B", "taxi", 10_000_00, 5.0, "taxi"),
            ("C", "taxi", 1_000_00, 0.5, "taxi"),
        ],
        columns=["cohort", "option", "cost_pence", "access", "kind"],
    )
    limits = Limits(grants=(Grant("A", 10_000_00, PASSES),))
    problem, wider = (
        AllocationProblem.checked(table, pence, limits=limits, gap=0.0) for pence in (10_000_00, 11_000_00)
    )
    plan = solve(problem)
    told = in_json(problem, plan)
    gain = solve(wider).access - plan.access
    assert told["more_money_buys"] == {"at_least": pytest.approx(gain), "at_most": pytest.approx(gain)}
    assert told["access_per_extra_1000_pounds"] == pytest.approx(gain)
