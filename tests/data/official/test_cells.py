"""Cells of official files: padding, commas, and the marks for a figure that was not published."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.official import cells


def numbers(*values, **limits):
    faults = []
    return cells.numbers(pd.Series(list(values), dtype=object), "people", faults, **limits), faults


@pytest.mark.parametrize("mark", ["*", "..", "SUPP", "NE", "NA", "", " ", "-", "[x]", "c", ":", None])
def test_a_figure_that_was_not_published_is_missing_and_never_a_zero(mark):
    values, faults = numbers("1", mark)
    assert np.isnan(values[1]) and faults == []


@pytest.mark.parametrize(
    ("text", "number"), [("1,234,567", 1234567), (" 12 ", 12), ("-3", -3), ("1e3", 1000), ("12%", 12)]
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert numbers(text)[0][0] == number


def test_what_is_no_number_is_a_fault_with_examples():
    values, faults = numbers("1", "many", "few", "some", "none at all", "lots")
    assert values.notna().tolist() == [True] + [False] * 5
    assert "'many', 'few', 'some' and 2 more is not a number" in str(faults[0])


@pytest.mark.parametrize("wrong", ["-1", "11", "inf"])
def test_a_number_out_of_range_is_a_fault_and_not_used(wrong):
    values, faults = numbers("5", wrong, least=0, most=10)
    assert np.isnan(values[1]) and "out of range; between 0 and 10 was expected" in str(faults[0])


def test_a_workbooks_whole_floats_are_codes_without_a_point():
    assert cells.text(pd.Series([101811.0, "E01 "], dtype=object)).tolist() == ["101811", "E01"]
    assert cells.text(pd.Series([101811.0, np.nan])).tolist() == ["101811", pd.NA]


@pytest.mark.parametrize(
    ("written", "spaced"),
    [
        ("ln11aa", "LN1 1AA"),
        ("LN1  1AA", "LN1 1AA"),
        (" m1 1ae ", "M1 1AE"),
        ("EC1A1BB", "EC1A 1BB"),
        ("LN1", None),
        ("", None),
    ],
)
def test_postcodes_are_brought_to_one_form(written, spaced):
    result = cells.postcode(pd.Series([written, None]))
    assert result.tolist() == [spaced or pd.NA, pd.NA]


@given(st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", fullmatch=True))
def test_a_postcode_in_its_form_stays_as_it_is(squeezed):
    once = cells.postcode(pd.Series([squeezed]))
    assert cells.postcode(once).tolist() == once.tolist() == [f"{squeezed[:-3]} {squeezed[-3:]}"]
