from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from eligibility.deciding.contribution import rate_pence
from eligibility.deciding.decide import decide
from eligibility.rules.terms import Terms
from tests.eligibility.rules.small_policy import DECIDED_ON, people, person, rules

NEAR, FAR, HALF = 30003, 65025, 32513  # three terms of £100.01; £650.25; its half, a halfpenny up


def charged(day: date | None = None, **facts: object) -> tuple:
    table = people(person(**facts))
    row = decide(table, rules(day=day) if day else rules(), decided_on=DECIDED_ON).contribution.iloc[0]
    return tuple(None if pd.isna(value) else value for value in row)


def test_a_charge_by_the_term_is_three_times_a_year():
    assert charged() == ("full", NEAR, NEAR)


def test_the_first_rate_that_applies_is_charged():
    assert charged(young_carer=True, fsm_old_test=True) == ("nil", 0, 0)
    assert charged(fsm_old_test=True) == ("concession", HALF, HALF)


def test_a_share_of_an_amount_is_whole_pence_with_halves_up():
    rate = rules().policy.terms.contribution[1]
    assert rate_pence(rate, rules()) == HALF


def test_the_bands_of_a_table_are_charged_by_distance():
    assert charged(pickup_miles=5.0) == ("full", NEAR, NEAR)
    assert charged(pickup_miles=5.01) == ("full", FAR, FAR)


def test_an_unknown_distance_leaves_the_charge_between_two_bands_under_one_label():
    assert charged(pickup_miles=None) == ("full", NEAR, FAR)


def test_an_unknown_fact_leaves_the_label_unknown_and_the_amounts_as_bounds():
    assert charged(young_carer=None) == ("unknown", 0, NEAR)
    assert charged(young_carer=None, fsm_old_test=None) == ("unknown", 0, HALF)


def test_an_amount_that_has_no_value_on_the_day_is_not_known_and_not_nothing():
    assert charged(date(2027, 9, 1)) == ("full", None, None)
    assert charged(date(2027, 9, 1), young_carer=None) == ("unknown", 0, None)
    assert charged(date(2027, 9, 1), young_carer=True) == ("nil", 0, 0)


def test_whoever_is_not_on_the_criteria_is_charged_nothing_because_nothing_is_given():
    assert charged(taxable_income=20000.0) == (None, None, None)


def test_whoever_is_referred_sees_what_would_be_charged():
    assert charged(taxable_income=None) == ("full", NEAR, NEAR)


def test_a_policy_that_names_no_charge_leaves_it_unknown():
    silent = replace(rules().policy, terms=Terms()).on(rules().day)
    row = decide(people(person()), silent, decided_on=DECIDED_ON).contribution.iloc[0]
    assert row["label"] == "unknown" and pd.isna(row["low_pence"])


@pytest.mark.parametrize(("column", "kind"), [("label", "string"), ("low_pence", "Int64"), ("high_pence", "Int64")])
def test_the_columns_hold_whole_pence_and_gaps(column, kind):
    table = decide(people(person(), person(taxable_income=20000.0)), rules(), decided_on=DECIDED_ON).contribution
    assert table[column].dtype == kind
