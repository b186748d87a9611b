"""The charts say what they show, in words too, and never hide small labels in pale grey."""

import pandas as pd

from screens import charts

TABLE = pd.DataFrame({"label": ["Bus", "Taxi", "Moped"], "cost_pence": [500_000, 1_250_000, 0]})


def test_the_bars_are_told_in_words():
    said = charts.spend_alt(TABLE, "label", "kind of support")
    assert said == "Spend by kind of support, 3 bars: the most Taxi £12,500, the least Moped £0."


def test_labels_are_dark_enough_to_read():
    axis = charts.spend_bars(TABLE, "label").to_dict()["config"]["axis"]
    assert axis["labelColor"] == axis["titleColor"] == "#0b0c0c"


def test_many_districts_become_the_dearest_twenty():
    many = pd.DataFrame({"label": [f"D{n}" for n in range(300)], "cost_pence": range(300)})
    assert "20 bars: the most D299 £3, the least D280 £3" in charts.spend_alt(many, "label", "district")


def test_nothing_spent_is_an_empty_chart_and_not_an_error():
    assert charts.spend_bars(TABLE.iloc[:0], "label").to_dict()["height"] > 0
