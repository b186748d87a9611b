"""The charts say what they show, in words too, and never hide small labels in pale grey."""

import pandas as pd

from budget.allocation.curve.frontier import Frontier
from budget.risk.simulation import Band
from screens import charts
from screens.plan import frontier_charts, risk_charts

TABLE = pd.DataFrame({"label": ["Bus", "Taxi", "Moped"], "cost_pence": [500_000, 1_250_000, 0]})


def test_the_bars_are_told_in_words():
    bars = charts.spend_bars(TABLE, "label", "kind of support")
    assert bars.alt == "Spend by kind of support, 3 bars: the most Taxi £12,500, the least Moped £0."
    assert bars.left_out == 0


def test_labels_are_dark_enough_to_read():
    axis = charts.spend_bars(TABLE, "label", "kind of support").spec["config"]["axis"]
    assert axis["labelColor"] == axis["titleColor"] == "#0b0c0c"


def test_many_districts_become_the_dearest_twenty():
    many = pd.DataFrame({"label": [f"D{n}" for n in range(300)], "cost_pence": range(300)})
    bars = charts.spend_bars(many, "label", "district")
    assert "20 bars: the most D299 £3, the least D280 £3" in bars.alt
    assert bars.left_out == 280


def test_nothing_spent_is_no_chart_and_not_an_error():
    assert charts.spend_bars(TABLE.iloc[:0], "label", "kind of support") is None


def frontier(*access: float, start: int = 0) -> Frontier:
    budgets = pd.Index([start + 100_000 * n for n in range(len(access))], name="budget_pence")
    points = pd.DataFrame({"access": access, "bound": access, "status": "optimal"}, index=budgets)
    points["access_per_extra_1000_pounds"] = 0.5
    points["within_reach"] = [2.0 * score for score in access]
    return Frontier(points, pd.DataFrame(), None, None, "one pass", 0.1)


def test_a_curve_from_nothing_begins_at_nought_and_one_near_a_budget_where_it_can_be_read():
    assert frontier_charts.heights(frontier_charts.point_table(frontier(0, 10, 12)))[0] == 0
    low, top = frontier_charts.heights(frontier_charts.point_table(frontier(193, 200, 209, start=60_000_000)))
    assert 150 < low < 193 and 209 < top < 230


def test_a_budget_without_a_plan_is_no_point_of_the_curve():
    some = frontier(5, 6)
    some.points.iloc[0, some.points.columns.get_loc("status")] = "infeasible"
    assert frontier_charts.point_table(some)["Budget"].tolist() == ["£1,000"]


def test_the_curve_and_the_band_are_told_in_words():
    assert frontier_charts.access_alt(frontier(0, 10), 50_000) == (
        "Access score by budget, 2 points: 0.0 at £0.00, with 0 young people within reach; 10.0, with 20, at £1,000; "
        "this plan's budget is £500.00."
    )
    said = risk_charts.band_alt("Spend", Band(1, 2, 3, 2), {"Budget": 2.5}, "£{:g}".format)
    assert said == "Spend in simulated years: £1 to £3 in nine of ten, £2 in the middle one; budget £2.5."
