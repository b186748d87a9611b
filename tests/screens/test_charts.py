"""The charts say what they show, in words too, and never hide small labels in pale grey."""

import pandas as pd

from screens import charts

TABLE = pd.DataFrame({"label": ["Bus", "Taxi", "Moped"], "cost_pence": [500_000, 1_250_000, 0]})


def test_the_dearest_comes_first_in_words():
    said = charts.spend_alt(TABLE, "label", "kind of support")
    assert said == "Bar chart of spend by kind of support: Taxi £12,500; Bus £5,000; Moped £0."


def test_labels_are_dark_enough_to_read():
    axis = charts.spend_bars(TABLE, "label").to_dict()["config"]["axis"]
    assert axis["labelColor"] == axis["titleColor"] == "#0b0c0c"


def test_many_districts_become_the_dearest_twenty():
    many = pd.DataFrame({"label": [f"D{n}" for n in range(300)], "cost_pence": range(300)})
    assert charts.spend_alt(many, "label", "district").count(";") == charts.MOST_BARS - 1


def test_nothing_spent_is_an_empty_chart_and_not_an_error():
    assert charts.spend_bars(TABLE.iloc[:0], "label").to_dict()["height"] > 0
