import doctest

import numpy as np
import pytest

from eligibility.deciding import wording
from eligibility.rules import criteria
from eligibility.rules.criteria import GROUPS, TESTS, Verdict

FAIL, UNKNOWN, PASS = Verdict
GAP = float("nan")


def verdict(test: str, low: float, high: float, threshold: object) -> Verdict:
    return Verdict(int(TESTS[test](np.array([low]), np.array([high]), threshold)[0]))


@pytest.mark.parametrize("module", [criteria, wording], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def test_the_vocabulary_is_closed():
    assert list(TESTS) == ["at_least", "above", "at_most", "below", "equals", "one_of", "true", "false"]
    assert list(GROUPS) == ["all", "any", "none"]


@pytest.mark.parametrize("test", TESTS)
def test_a_gap_settles_nothing_whatever_the_test(test):
    assert verdict(test, GAP, GAP, (3.0,) if test == "one_of" else 3.0) == UNKNOWN


@pytest.mark.parametrize(
    ("test", "below", "on", "above"),
    [
        ("at_least", FAIL, PASS, PASS),
        ("above", FAIL, FAIL, PASS),
        ("at_most", PASS, PASS, FAIL),
        ("below", PASS, FAIL, FAIL),
        ("equals", FAIL, PASS, FAIL),
    ],
)
def test_exact_facts_either_side_of_a_threshold(test, below, on, above):
    assert [verdict(test, value, value, 3.0) for value in (2.99, 3.0, 3.01)] == [below, on, above]


@pytest.mark.parametrize("test", ["at_least", "above", "at_most", "below", "equals"])
def test_bounds_that_straddle_a_threshold_are_unknown(test):
    assert verdict(test, 2.0, 4.0, 3.0) == UNKNOWN


@pytest.mark.parametrize(
    ("test", "ends_on", "begins_on"),
    [
        ("at_least", UNKNOWN, PASS),
        ("above", FAIL, UNKNOWN),
        ("at_most", PASS, UNKNOWN),
        ("below", UNKNOWN, FAIL),
        ("equals", UNKNOWN, UNKNOWN),
    ],
)
def test_bounds_that_touch_a_threshold_count_their_ends_in(test, ends_on, begins_on):
    assert verdict(test, 2.0, 3.0, 3.0) == ends_on
    assert verdict(test, 3.0, 4.0, 3.0) == begins_on


def test_one_known_end_settles_what_it_can():
    assert verdict("at_least", 5.0, GAP, 3.0) == PASS
    assert verdict("at_least", 2.0, GAP, 3.0) == UNKNOWN
    assert verdict("at_least", GAP, 2.0, 3.0) == FAIL
    assert verdict("equals", GAP, 2.0, 3.0) == FAIL


def test_out_of_reach_is_more_than_any_threshold():
    assert verdict("above", np.inf, np.inf, 75.0) == PASS
    assert verdict("at_most", np.inf, np.inf, 75.0) == FAIL


def test_one_of_several_numbers_needs_an_exact_fact_to_pass():
    assert verdict("one_of", 2.0, 2.0, (2.0, 5.0)) == PASS
    assert verdict("one_of", 2.0, 3.0, (2.0, 5.0)) == UNKNOWN
    assert verdict("one_of", 3.0, 4.0, (2.0, 5.0)) == FAIL


def test_true_and_false_are_opposites_but_for_a_gap():
    assert [verdict("true", value, value, None) for value in (1.0, 0.0)] == [PASS, FAIL]
    assert [verdict("false", value, value, None) for value in (1.0, 0.0)] == [FAIL, PASS]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_of_columns_gives_what_the_group_of_each_row_gives(group):
    members = [np.array([x], dtype=np.int8) for x in (PASS, UNKNOWN, FAIL)]
    assert GROUPS[group](members).tolist() == [GROUPS[group]([PASS, UNKNOWN, FAIL])]


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_does_not_alter_its_members(group):
    members = [np.array([PASS, FAIL], dtype=np.int8), np.array([UNKNOWN, UNKNOWN], dtype=np.int8)]
    GROUPS[group](members)
    assert [member.tolist() for member in members] == [[PASS, FAIL], [UNKNOWN, UNKNOWN]]
