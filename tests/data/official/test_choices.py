"""Which of several sources gives a column: completeness first, then the order they are offered in."""

from types import SimpleNamespace

import pandas as pd
from pandas.testing import assert_series_equal

from data.official.choices import Candidate, choose, gap_fault

AREAS = pd.Index(["a", "b", "c"])


def candidate(name, **values):
    found = SimpleNamespace(file=f"{name}.csv")
    return Candidate(found, pd.Series(values, dtype="float64"), name, "2025")


def test_the_first_complete_source_wins():
    best, second = candidate("best", a=1, b=2, c=3), candidate("second", a=4, b=5, c=6)
    choice = choose([best, second], AREAS)
    assert choice.candidate is best and choice.passed_over == ()


def test_a_complete_source_wins_over_a_better_part_and_the_part_is_named():
    part, whole = candidate("part", a=1, b=2), candidate("whole", a=4, b=5, c=6)
    choice = choose([part, whole], AREAS)
    assert choice.values.tolist() == [4, 5, 6]
    assert choice.passed_over == ("part of part.csv passed over: it has 2 of 3 areas",)
    assert "part.csv" in choice.note


def test_a_source_of_elsewhere_is_passed_over_without_a_word():
    elsewhere, whole = candidate("elsewhere", z=1), candidate("whole", a=4, b=5, c=6)
    assert choose([elsewhere, whole], AREAS).passed_over == ()


def test_where_none_is_complete_the_fullest_serves_and_its_gaps_are_a_fault():
    choice = choose([candidate("one", a=1), candidate("two", a=1, b=2)], AREAS)
    assert list(choice.missing) == ["c"]
    fault = gap_fault("imd_rank", choice, "File 7")
    assert "two.csv has no value for 1 of 3 areas (c)" in str(fault) and "Load File 7" in str(fault)


def test_no_source_at_all_is_a_fault_that_says_what_to_load():
    assert "no file was found that gives it. Load File 7" in str(gap_fault("x", choose([], AREAS), "File 7"))


def test_choosing_alters_nothing():
    given = candidate("one", a=1, b=2, c=3)
    before = given.values.copy()
    choose([given], AREAS)
    assert_series_equal(given.values, before)
