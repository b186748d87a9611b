from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.faults import InputError
from eligibility.rules import ages as ages_module
from eligibility.rules import facts, library
from eligibility.rules.policy import Rules
from eligibility.rules.policy_file import parse

DAY = date(2026, 9, 15)


def rules_of(unit: str = "pounds per month", fact: str = "uc_net_income", day: date = DAY) -> Rules:
    """Make rules that test one fact of the register, in a unit of the policy's own."""
    policy = f"""
    schema = 1
    id = "one"
    title = "One"
    kind = "entitlement"
    year = "2026"
    covers = {{ from = 2020-01-01, until = 2030-12-31 }}
    summary = "Made up."
    result = "met"
    facts.{fact} = {{ label = "It", unit = "{unit}", evidence = "papers" }}
    parameters.limit = {{ label = "l", unit = "{unit}", values = [{{ from = 2020-01-01, value = 1, WHY }}] }}
    criteria.met = {{ label = "m", fact = "{fact}", is = "at_most", parameter = "limit", WHY }}
    """.replace("WHY", 'assumption = true, note = "made up"')
    return parse(policy.encode(), "one").on(day)


def ages(fact: str, born: date, day: date = DAY, start: date | None = None) -> float:
    people = pd.DataFrame({"date_of_birth": [born], "course_start": [start]})
    return facts.derive(people, rules_of("years", fact, day))[fact].iloc[0]


BEGUN = date(2025, 9, 3)


def test_age_on_31_august_is_taken_before_the_academic_year_of_the_day():
    assert ages("age_on_31_august", date(2010, 8, 31), start=BEGUN) == 16
    assert ages("age_on_31_august", date(2010, 9, 1), start=BEGUN) == 15
    assert ages("age_on_31_august", date(2010, 8, 31), date(2027, 2, 28), BEGUN) == 16


def test_age_on_1_september_is_a_day_later():
    assert ages("age_on_1_september", date(2010, 9, 1), start=BEGUN) == 16
    assert ages("age_on_1_september", date(2010, 9, 2), start=BEGUN) == 15


def bounds(born: date, day: date, start: date | None = None) -> tuple[float, float]:
    people = pd.DataFrame({"date_of_birth": [born], "course_start": [start]})
    table = facts.derive(people, rules_of("years", "age_on_31_august", day))
    exact = "age_on_31_august" in table
    return tuple(table[f"age_on_31_august{end}"].iloc[0] for end in (("", "") if exact else ("_low", "_high")))


def test_from_march_to_august_help_may_be_for_this_academic_year_or_the_next():
    """A summer's applications are for September: nobody is too young because last August is asked about."""
    assert bounds(date(2010, 3, 1), date(2026, 2, 28), BEGUN) == (15, 15)
    assert bounds(date(2010, 3, 1), date(2026, 3, 1), BEGUN) == (15, 16)
    assert bounds(date(2010, 3, 1), date(2026, 8, 31), BEGUN) == (15, 16)
    assert bounds(date(2010, 3, 1), date(2026, 9, 1), BEGUN) == (16, 16)


def test_without_the_first_day_of_the_course_it_may_begin_next_year():
    assert bounds(date(2010, 3, 1), date(2025, 10, 1)) == (15, 16)


def test_a_course_that_begins_in_a_later_academic_year_settles_which_it_is():
    assert bounds(date(2010, 3, 1), date(2026, 7, 1), date(2026, 9, 2)) == (16, 16)
    assert bounds(date(2010, 3, 1), date(2026, 7, 1), date(2026, 8, 27)) == (16, 16)
    assert bounds(date(2010, 3, 1), date(2026, 1, 10), date(2026, 9, 2)) == (16, 16)
    assert bounds(date(2008, 3, 1), date(2026, 7, 1), date(2025, 9, 2)) == (17, 18)


def test_a_school_leaver_who_applies_in_july_is_old_enough_for_september():
    rules = library.find("york").on(date(2026, 7, 15))
    table = facts.derive(pd.DataFrame({"date_of_birth": [date(2010, 3, 1)], "course_start": [date(2026, 9, 2)]}), rules)
    assert table["age_on_31_august"].tolist() == [16]


def test_age_at_the_start_of_a_course_needs_both_dates():
    assert ages("age_at_course_start", date(2007, 9, 2), start=date(2026, 9, 2)) == 19
    assert ages("age_at_course_start", date(2007, 9, 3), start=date(2026, 9, 2)) == 18
    assert np.isnan(ages("age_at_course_start", date(2007, 9, 2)))
    assert np.isnan(ages("age_at_course_start", None, start=date(2026, 9, 2)))


def test_a_birthday_on_29_february_falls_on_1_march():
    born, on = pd.Series(pd.to_datetime(["2008-02-29"] * 2)), pd.Series(pd.to_datetime(["2026-02-28", "2026-03-01"]))
    assert ages_module.whole_years(born, on).tolist() == [17, 18]


@given(st.dates(date(1990, 1, 1), date(2020, 1, 1)), st.dates(date(2020, 1, 2), date(2030, 1, 1)))
def test_whole_years_count_the_birthdays_that_have_passed(born: date, on: date):
    passed = sum((year, born.month, born.day) <= (on.year, on.month, on.day) for year in range(born.year + 1, 2031))
    found = ages_module.whole_years(*(pd.Series([pd.Timestamp(day)]) for day in (born, on)))
    assert found.tolist() == [passed]


@pytest.mark.parametrize(
    ("pounds", "period", "monthly"), [(935.0, "month", 935.0), (11220.0, "year", 935.0), (60.0, "week", 260.0)]
)
def test_money_is_turned_into_the_period_of_the_policy_exactly(pounds, period, monthly):
    people = pd.DataFrame({"uc_net_income": [pounds], "uc_net_income_period": [period]})
    assert facts.derive(people, rules_of())["uc_net_income"].tolist() == [monthly]


def test_a_week_is_a_fifty_second_of_a_year_and_not_a_seventh_of_a_month():
    people = pd.DataFrame({"taxable_income": [100.0], "taxable_income_period": ["week"]})
    assert facts.derive(people, rules_of("pounds per year", "taxable_income"))["taxable_income"].tolist() == [5200.0]


def test_money_without_its_period_is_not_known():
    people = pd.DataFrame({"uc_net_income": [900.0, 900.0], "uc_net_income_period": ["month", None]})
    assert facts.derive(people, rules_of())["uc_net_income"].isna().tolist() == [False, True]
    assert facts.derive(people[["uc_net_income"]], rules_of())["uc_net_income"].isna().all()


def test_a_band_of_money_is_turned_at_both_ends():
    people = pd.DataFrame(
        {"uc_net_income_low": [100.0], "uc_net_income_high": [200.0], "uc_net_income_period": ["week"]}
    )
    table = facts.derive(people, rules_of("pounds per year"))
    assert table[["uc_net_income_low", "uc_net_income_high"]].iloc[0].tolist() == [5200.0, 10400.0]


@given(st.integers(0, 10_000_000))
def test_whole_pence_survive_a_period_and_back_to_the_same_side_of_a_threshold(pence: int):
    """A year's amount in a policy's months compares as twelve times the threshold does, without a stray fraction."""
    monthly = facts.convert(np.array([pence / 100]), 1, 12)[0]
    assert (monthly <= 935.0) == (pence <= 935_00 * 12)
    assert (monthly < 616.67) == (pence < 616_67 * 12)


def test_kilometres_become_miles_where_no_miles_were_given():
    rules = library.find("york").on(date(2026, 9, 1))
    people = pd.DataFrame({"walk_km_low": [1.609344], "walk_km_high": [16.09344]})
    table = facts.derive(people, rules)
    assert table[["walk_miles_low", "walk_miles_high"]].iloc[0].tolist() == [1.0, 10.0]
    assert "walk_miles" not in facts.derive(pd.DataFrame({"walk_miles_low": [1.0], "walk_km": [9.0]}), rules)


def test_deriving_alters_no_table_and_keeps_the_index():
    people = pd.DataFrame({"date_of_birth": [date(2010, 1, 1)], "course_start": [BEGUN]}, index=["a"])
    copy = people.copy(deep=True)
    assert facts.derive(people, rules_of("years", "age_on_31_august")).index.tolist() == ["a"]
    pd.testing.assert_frame_equal(people, copy)


def test_every_fact_of_the_register_says_what_proves_it_and_how_to_ask():
    for name, fact in facts.register().items():
        assert fact.label and fact.question.endswith((".", "?", ")")), name
        assert fact.evidence or name in facts.IDENTITY, name
        assert bool(fact.unit) == (fact.kind in ("number", "money")), name
        assert bool(fact.choices) == (fact.kind == "choice"), name
        assert fact.kind != "money" or fact.unit.startswith("pounds per "), name


def test_every_fact_of_the_register_is_used_by_some_policy():
    policies = [policy for policy in library.shipped() if policy.kind == "entitlement"]
    used = {source for policy in policies for name in policy.facts for source in facts.DERIVED_FROM.get(name, (name,))}
    unused = facts.register().keys() - used - set(facts.IDENTITY) - {facts.INDIVIDUAL, facts.APPLIED}
    assert unused == {"fsm_any_uc"}  # held apart so that it is never mistaken for the test of earnings


def test_a_form_asks_only_what_the_policy_uses_and_whether_to_consider_individually():
    kent = [fact.name for fact in facts.facts_to_ask(library.find("kent").on(date(2026, 9, 1)))]
    own = ["council_responsible", "date_of_birth", "course_start", "provider_participates"]
    assert kent == [*own, "ehcp", "exceptional_circumstances"]


def test_a_fact_of_the_policys_own_is_asked_for_by_its_label():
    asked = {fact.name: fact for fact in facts.facts_to_ask(library.find("shropshire-2024").on(date(2024, 9, 1)))}
    own = asked["councils_distance_met"]
    assert (own.kind, own.question) == ("yes or no", f"{own.label}?")


@pytest.mark.parametrize(
    ("fact", "unit", "column", "spoilt"),
    [
        ("age_on_31_august", "years", "date_of_birth", "12/13/2008"),
        ("taxable_income", "pounds per year", "taxable_income", "nine thousand"),
        ("taxable_income", "pounds per year", "taxable_income_period", "decade"),
        ("walk_miles", "miles", "walk_km", "far away"),
    ],
)
def test_a_column_of_another_kind_is_an_error_that_never_repeats_the_value(fact, unit, column, spoilt):
    people = pd.DataFrame({"taxable_income": [9000.0], "taxable_income_period": ["year"], "date_of_birth": [None]})
    with pytest.raises(InputError) as raised:
        facts.derive(people.assign(**{column: [spoilt]}), rules_of(unit, fact))
    assert column in str(raised.value) and spoilt not in str(raised.value)
