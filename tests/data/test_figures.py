from pathlib import Path

import pytest

from data import figures
from data.faults import InputError

SOURCES = """
[sources.survey]
title = "A survey"
url = "https://example.org/survey"
checked = 2026-11-23
"""


def _read(tmp_path: Path, text: str) -> figures.Figures:
    path = tmp_path / "figures.toml"
    path.write_text(SOURCES + text, encoding="utf-8")
    return figures.read(path)


GOOD = """
[figures.take_up]
label = "Take-up"
unit = "share"
value = 0.7
source = "survey"
"""


def test_a_file_that_notepad_saved_with_a_mark_is_read(tmp_path):
    path = tmp_path / "figures.toml"
    path.write_text(SOURCES + GOOD, encoding="utf-8-sig")
    assert figures.read(path)["take_up"] == 0.7


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path):
    path = tmp_path / "figures.toml"
    path.write_text(SOURCES + GOOD, encoding="utf-16")
    with pytest.raises(InputError, match="is not text in UTF-8. Save it again"):
        figures.read(path)


def test_a_figure_has_its_source(tmp_path):
    assert _read(tmp_path, GOOD).figure("take_up").provenance == "A survey"


def test_a_figure_without_source_or_assumption_is_refused(tmp_path):
    with pytest.raises(InputError, match="must name a source or say assumption"):
        _read(tmp_path, GOOD + '[figures.x]\nlabel = "X"\nunit = "share"\nvalue = 0.1\n')


def test_an_assumption_says_what_it_rests_on(tmp_path):
    with pytest.raises(InputError, match="must say in a note"):
        _read(tmp_path, GOOD + '[figures.x]\nlabel = "X"\nunit = "share"\nvalue = 0.1\nassumption = true\n')


def test_every_fault_is_listed_at_once(tmp_path):
    wrong = '[figures.x]\nlabel = "X"\nunit = "furlong"\nvalue = 2\nsource = "survei"\n'
    with pytest.raises(InputError) as caught:
        _read(tmp_path, GOOD + wrong)
    assert len(caught.value.faults) == 2
    assert 'Did you mean "survey"?' in str(caught.value)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "much"])
def test_a_share_outside_0_to_1_is_refused(tmp_path, value):
    with pytest.raises(InputError, match="take_up"):
        _read(tmp_path, GOOD).with_values({"take_up": value})


def test_money_has_no_parts_of_a_penny(tmp_path):
    money = '[figures.price]\nlabel = "Price"\nunit = "£ a year"\nvalue = 1.005\nsource = "survey"\n'
    with pytest.raises(InputError, match="at most two decimals"):
        _read(tmp_path, GOOD + money)


@pytest.mark.parametrize("unit", ["seats", "vehicles"])
def test_a_seat_or_a_vehicle_has_no_parts(tmp_path, unit):
    whole = f'[figures.bus]\nlabel = "Bus"\nunit = "{unit}"\nvalue = 3\nsource = "survey"\n'
    read = _read(tmp_path, GOOD + whole)
    assert read.with_values({"bus": 4.0})["bus"] == 4
    with pytest.raises(InputError, match=f"bus: is 3.5; {unit} have no parts. Write a whole number"):
        read.with_values({"bus": 3.5})


def test_an_unknown_figure_is_refused_with_a_suggestion(tmp_path):
    with pytest.raises(InputError, match='Did you mean "take_up"'):
        _read(tmp_path, GOOD).with_values({"takeup": 0.5})


def test_setting_a_value_leaves_the_figures_as_they_were(tmp_path):
    before = _read(tmp_path, GOOD)
    after = before.with_values({"take_up": 0.5})
    assert (before["take_up"], after["take_up"]) == (0.7, 0.5)
    assert after.figure("take_up").provenance == figures.COUNCIL


def test_a_source_nobody_uses_is_a_fault(tmp_path):
    with pytest.raises(InputError, match="not used by any figure"):
        _read(tmp_path, "")


def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"figures\.toml: is not a TOML file"):
        _read(tmp_path, "[figures")
