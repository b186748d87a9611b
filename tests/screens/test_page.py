"""Text from outside stays text."""

import doctest

import pytest

from screens import page
from tests import ROOT


@pytest.mark.parametrize(
    "text", ["*a*", "[a](https://b)", "<b>", "$x$", "`a`", ":red[a]", "#1", "a|b", "~~a~~", "1. a"]
)
def test_markdown_from_outside_is_shown_and_not_obeyed(text):
    shown = page.plain(text)
    assert shown.replace("\\", "").replace(page.NO_BREAK, "") == text
    assert all(shown[place - 1] == "\\" for place, letter in enumerate(shown) if letter in "*[]<>$`:#|~")


@pytest.mark.parametrize("text", ["https://a.example", "HTTP://a.example", "www.a.example", "a.b@c.example"])
def test_a_bare_address_in_a_name_is_broken_so_that_no_link_comes_of_it(text):
    """Markdown makes links of these in a text that is escaped too, as was seen in Chromium."""
    assert page.NO_BREAK in page.plain(text)
    assert page.NO_BREAK not in page.plain("St Mary's, 5 km: see www")


def test_a_table_that_can_be_saved_as_csv_holds_no_formula(monkeypatch):
    shown = []
    monkeypatch.setattr(page.st, "dataframe", lambda table, **_: shown.append(table))
    page.show_rows({"Name": ["=1+1", "@x", "Ann"], "Number": [-1, 2, 3]}, "what it holds")
    assert shown[0]["Name"].tolist() == ["'=1+1", "'@x", "Ann"] and shown[0]["Number"].tolist() == [-1, 2, 3]


def test_people_who_come_to_a_hundred_are_whole_in_a_table_and_scores_keep_a_decimal(monkeypatch):
    shown = []
    monkeypatch.setattr(page.st, "dataframe", lambda *_, column_config, **__: shown.append(column_config))
    page.show_rows({"Brought within reach": [423.8, 9.5], "Of work": [17.4, 3.0], "Access score": [299.1, 2.0]}, "rows")
    found = {name: config["type_config"]["format"] for name, config in shown[0].items()}
    assert found == {"Brought within reach": "%.0f", "Of work": "%.1f", "Access score": "%.1f"}


def test_every_table_that_is_filled_in_is_one_without_a_button_that_saves_formulas():
    """`test_places.py` in the browser's tests looks for the button."""
    edited = [path.name for path in (ROOT / "screens").rglob("*.py") if ".data_editor(" in path.read_text("utf-8")]
    assert edited == ["page.py"]


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(page).failed == 0
