from datetime import date, timedelta

import pytest

from data.faults import InputError
from eligibility.rules import library
from eligibility.rules.policy import Policy
from eligibility.rules.policy_file import parse
from tests.eligibility.rules.test_policy_file import SOUND

DAY = date(2026, 9, 1)


@pytest.fixture
def policy() -> Policy:
    return parse(SOUND.encode(), "small.toml")


def with_until(day: str) -> Policy:
    text = SOUND.replace("from = 2024-08-01, value = 31000", f"from = 2024-08-01, until = {day}, value = 31000")
    return parse(text.encode(), "small.toml")


def test_a_value_holds_from_its_day_and_not_the_day_before(policy):
    assert policy.on(date(2025, 7, 31)).values["income_limit"].value == 31000
    assert policy.on(date(2025, 8, 1)).values["income_limit"].value == 33000


def test_a_value_holds_on_its_last_day_and_not_the_day_after():
    policy = with_until("2025-06-30")
    assert policy.on(date(2025, 6, 30)).values["income_limit"].value == 31000
    with pytest.raises(InputError, match="income_limit: has no value on 2025-07-01"):
        policy.on(date(2025, 7, 1))


def test_a_day_with_no_value_is_an_error_that_says_which_days_have_one(policy):
    with pytest.raises(InputError, match="2024-08-01 on, 2025-08-01 on"):
        policy.on(date(2024, 7, 31))


def test_the_error_names_every_parameter_with_no_value(policy):
    with pytest.raises(InputError) as caught:
        policy.on(date(2024, 7, 31))
    assert [fault.where for fault in caught.value.faults] == ["parameters.income_limit", "parameters.courses"]


def test_boundaries_are_the_days_on_which_the_rules_change(policy):
    first, last = policy.terms.covers[0], policy.terms.covers[1] + timedelta(days=1)
    changes = {first, last, date(2024, 8, 1), date(2025, 8, 1)}
    assert policy.boundaries() == tuple(sorted(changes))
    assert with_until("2025-06-30").boundaries() == tuple(sorted(changes | {date(2025, 7, 1)}))


def test_between_two_boundaries_nothing_changes(policy):
    first, second = (day for day in policy.boundaries() if day.year in (2024, 2025))
    days = [first + timedelta(days=n) for n in range((second - first).days)]
    assert len({str(policy.on(day).values) for day in days}) == 1


def test_a_councils_setting_holds_on_every_day_and_says_whose_it_is(policy):
    own = policy.with_values({"income_limit": 40000})
    dated = own.on(date(2025, 9, 1)).values["income_limit"]
    assert (dated.value, str(dated.basis)) == (40000, "set by the council")
    assert own.parameters["income_limit"].at(date(1999, 1, 1)).value == 40000


def test_a_councils_setting_is_in_the_stamp(policy):
    assert policy.on(DAY).stamp.council_values == ()
    assert policy.with_values({"income_limit": 40000}).on(DAY).stamp.council_values == (("income_limit", 40000),)


def test_settings_made_one_after_another_add_up(policy):
    own = policy.with_values({"income_limit": 40000}).with_values({"courses": ["full time"]})
    assert own.on(DAY).stamp.council_values == (("income_limit", 40000), ("courses", ("full time",)))


def test_settings_do_not_alter_the_policy_they_are_made_from(policy):
    policy.with_values({"income_limit": 40000})
    assert policy.on(DAY).values["income_limit"].value == 33000


def test_no_settings_are_the_policy_itself(policy):
    assert policy.with_values({}) == policy


def test_a_setting_the_policy_does_not_have_is_refused_with_the_nearest(policy):
    with pytest.raises(InputError, match='income_limt: is not a parameter.*Did you mean "income_limit"?'):
        policy.with_values({"income_limt": 40000})


@pytest.mark.parametrize("value", ["40000", None, True, float("nan"), float("inf"), [40000]])
def test_a_setting_that_is_no_single_number_is_refused(policy, value):
    with pytest.raises(InputError, match="income_limit"):
        policy.with_values({"income_limit": value})


@pytest.mark.parametrize("value", ["full time", [], [3], [""]])
def test_a_setting_that_is_no_list_of_texts_is_refused(policy, value):
    with pytest.raises(InputError, match="courses"):
        policy.with_values({"courses": value})


@pytest.mark.parametrize(("value", "side"), [(-1, "below the lowest"), (101, "above the highest")])
def test_a_setting_outside_its_range_is_refused(value, side):
    with pytest.raises(InputError, match=f"{side} allowed"):
        library.find("targeting-default").with_values({"minimum_km_to_college": value})


def test_every_faulty_setting_is_told_at_once(policy):
    with pytest.raises(InputError) as caught:
        policy.with_values({"income_limt": 1, "courses": "x", "income_limit": "y"})
    assert len(caught.value.faults) == 3
