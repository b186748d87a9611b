"""The rules as the councils publish them, written down a second time: operator, number, unit and day to the letter."""

from datetime import date

import pytest

from eligibility.rules import library
from eligibility.rules.policy import Policy

THREE = ("walk_miles", "above", 3, "miles")
AT_LEAST_THREE = ("walk_miles", "at_least", 3, "miles")
PUBLISHED = {
    "cambridgeshire-2023": {
        "old_enough": ("age_on_31_august", "at_least", 16, "years"),
        "young_enough": ("age_on_31_august", "below", 19, "years"),
        "far_enough": THREE,  # more than 3 miles
        "near_enough": ("journey_minutes", "at_most", 90, "minutes"),  # a long time excludes
        "uc_low_income": ("uc_net_income", "at_most", 935, "pounds per month"),  # no more than
    },
    "york": {
        "old_enough": ("age_on_31_august", "at_least", 16, "years"),
        "young_enough": ("age_on_31_august", "below", 19, "years"),
        "far_enough": THREE,
        "enough_hours": ("hours_per_week", "above", 15, "hours per week"),
        "low_tax_credit_income": ("tax_credit_income", "below", 16190, "pounds per year"),
        "uc_low_1": ("uc_earnings_1", "below", 616.67, "pounds"),  # less than £7,400 a year
        "uc_low_2": ("uc_earnings_2", "below", 1233.34, "pounds"),
        "uc_low_3": ("uc_earnings_3", "below", 1850, "pounds"),
    },
    "staffordshire-2025": {
        "young_enough": ("age_before_course_start", "below", 19, "years"),  # on or before the 19th birthday
        "year_of_19_not_over": ("age_on_31_august", "below", 19, "years"),
        "enough_hours": ("hours_per_week", "at_least", 16, "hours per week"),
        "right_level": ("course_level", "one_of", ("entry", "1", "2", "3"), "text"),
        "at_least_three_miles": ("drive_miles", "at_least", 3, "miles"),
        "at_most_fifteen_miles": ("drive_miles", "at_most", 15, "miles"),
        "journey_too_long": ("journey_minutes", "above", 75, "minutes"),  # a long time includes
    },
    "north-yorkshire-2022": {
        "old_enough": ("age_on_1_september", "at_least", 16, "years"),
        "young_enough": ("age_on_1_september", "below", 19, "years"),
        "far_enough": THREE,
        "enough_hours": ("hours_per_week", "above", 12, "hours per week"),
    },
    "norfolk": {
        "young_enough": ("age_on_1_september", "below", 19, "years"),
        "enough_hours": ("hours_per_year", "at_least", 540, "hours per year"),
        "further_education": ("course_level", "one_of", ("entry", "1", "2", "3"), "text"),
        "far_enough": AT_LEAST_THREE,
    },
    "suffolk-2025-proposed": {
        "old_enough": ("age_at_course_start", "at_least", 16, "years"),
        "young_enough": ("age_at_course_start", "below", 19, "years"),
        "far_enough": AT_LEAST_THREE,  # "3 miles"; the margin sends whoever is near it to an officer
    },
    "essex": {
        "young_enough": ("age_at_course_start", "below", 19, "years"),
        "far_enough": THREE,
        "low_taxable_income": ("taxable_income", "below", 16190, "pounds per year"),
    },
    "shropshire-2024": {
        "old_enough": ("age_at_course_start", "at_least", 16, "years"),
        "young_enough": ("age_at_course_start", "below", 19, "years"),
        "over_three_miles": THREE,
        "low_tax_credit_income": ("tax_credit_income", "below", 16190, "pounds per year"),
        "uc_low_1": ("uc_earnings_1", "at_most", 616.67, "pounds"),  # no more than £7,400 a year
        "uc_low_2": ("uc_earnings_2", "at_most", 1233.34, "pounds"),
        "uc_low_3": ("uc_earnings_3", "at_most", 1850, "pounds"),
        "part_year": ("months_into_year", "at_least", 2, "months"),
    },
    "northumberland-2021": {
        "old_enough": ("age_on_31_august", "at_least", 16, "years"),
        "young_enough": ("age_on_31_august", "below", 19, "years"),
        "far_enough": THREE,
    },
    "hampshire-2024": {
        "old_enough": ("age_at_course_start", "at_least", 16, "years"),
        "young_enough": ("age_at_course_start", "below", 19, "years"),
        "far_enough": THREE,
        "of_sixth_form_age": ("age_at_course_start", "below", 19, "years"),
        "up_to_5_miles": ("pickup_miles", "at_most", 5, "miles"),
        "up_to_7_5_miles": ("pickup_miles", "at_most", 7.5, "miles"),
        "up_to_10_miles": ("pickup_miles", "at_most", 10, "miles"),
    },
    "kent": {
        "year_12_or_later": ("age_on_31_august", "at_least", 16, "years"),
        "year_14_or_earlier": ("age_on_31_august", "at_most", 18, "years"),
    },
    "post16-default": {
        "old_enough": ("age_on_31_august", "at_least", 16, "years"),
        "young_enough": ("age_at_course_start", "below", 19, "years"),
        "enough_hours": ("hours_per_year", "at_least", 540, "hours per year"),
        "far_away": THREE,
        "long_way": ("journey_minutes", "above", 75, "minutes"),
        "uc_low_1": ("uc_earnings_1", "at_most", 616.67, "pounds"),
        "uc_low_2": ("uc_earnings_2", "at_most", 1233.34, "pounds"),
        "uc_low_3": ("uc_earnings_3", "at_most", 1850, "pounds"),
    },
    "plan-16-to-18": {
        "old_enough": ("age_on_31_august", "at_least", 16, "years"),
        "young_enough": ("age_at_course_start", "below", 19, "years"),
        "of_sixth_form_age": ("age_at_course_start", "below", 19, "years"),
        "far_away": THREE,
    },
    "plan-19-to-25": {
        "adult": ("age_at_course_start", "at_least", 19, "years"),
        "not_yet_25": ("age_on_31_august", "below", 25, "years"),
    },
    "bursary-16-to-19": {
        "old_enough": ("age_on_31_august", "at_least", 16, "years"),
        "under_19": ("age_on_31_august", "below", 19, "years"),
        "nineteen": ("age_on_31_august", "at_least", 19, "years"),
    },
    "care-leavers": {"under_25": ("age_at_course_start", "below", 25, "years")},
}
CHARGES = {  # pounds a year, a term or once, in the order of the policy
    "cambridgeshire-2023": {},
    "york": {},
    "staffordshire-2025": {"low_income_charge": 632, "rural_charge": 800},
    "north-yorkshire-2022": {"charge": 650, "concession_share": 0.5},
    "norfolk": {"full_charge": 525, "concession_charge": 393},
    "suffolk-2025-proposed": {"charge": 1050, "concession_charge": 525},
    "essex": {"concession_charge": 450},  # on a low income; with a plan, by other rules
    "shropshire-2024": {  # what is left of them begins with the whole
        "concession_left": 299,
        "charge_left": 933,
        "concession_charge": 299,
        "charge": 933,
    },  # fmt: skip
    "northumberland-2021": {"administration_fee": 50},
    "hampshire-2024": {
        "charge_up_to_5_miles": 808.25,
        "charge_up_to_7_5_miles": 1119.43,
        "charge_up_to_10_miles": 1568.01,
        "charge_over_10_miles": 1791.62,
    },
    "kent": {"charge": 600},  # 630 in the second year
    "post16-default": {"charge": 900, "concession_share": 0.5},
    "plan-16-to-18": {},
    "plan-19-to-25": {},
    "bursary-16-to-19": {},
    "care-leavers": {},
}
each_pack = pytest.mark.parametrize("policy", [library.find(name) for name in PUBLISHED], ids=lambda policy: policy.id)


def compared(policy: Policy) -> dict:
    return {
        name: (c.fact, c.test, policy.parameters[c.parameter].values[0].value, policy.facts[c.fact].unit)
        for name, c in policy.criteria.items()
        if c.parameter
    }


def test_the_policies_of_people_that_come_with_farebridge_are_these():
    assert {policy.id for policy in library.shipped() if policy.kind == "entitlement"} == PUBLISHED.keys()


@each_pack
def test_every_number_has_the_operator_and_the_unit_that_were_published(policy: Policy):
    assert compared(policy) == PUBLISHED[policy.id]


@each_pack
def test_every_charge_is_the_amount_that_was_published(policy: Policy):
    amounts = {name: policy.parameters[name].values[0].value for name in policy.terms.amounts}
    assert amounts == CHARGES[policy.id]


@each_pack
def test_every_number_of_a_council_has_a_source_or_was_found_on_a_copy_and_only_margins_are_assumed(policy: Policy):
    assumed = {
        name
        for name, parameter in policy.parameters.items()
        if any(d.basis.kind == "assumption" and "copy" not in d.basis.note for d in parameter.values)
    }
    allowed = {"distance_margin", "time_margin"}
    allowed |= {
        "post16-default": {"charge"},
        "plan-16-to-18": {"minimum_distance"},
        "shropshire-2024": {"part_of_year", "charge_left", "concession_left"},  # what a late application pays
    }.get(policy.id, set())
    allowed |= (
        {f"uc_earnings_limit_{n}" for n in (1, 2, 3)} if policy.id == "york" else set()
    )  # windows not on its page
    assert assumed <= allowed


@each_pack
def test_every_published_number_says_where_in_its_source_it_stands(policy: Policy):
    dated = [value for parameter in policy.parameters.values() for value in parameter.values]
    assert all(value.basis.at for value in dated if value.basis.kind == "published")


@each_pack
def test_a_charge_holds_no_longer_than_the_year_it_was_published_for(policy: Policy):
    for name in policy.terms.amounts:
        parameter = policy.parameters[name]
        if parameter.unit != "share" and not parameter.setting:
            assert parameter.values[-1].until is not None, name
            assert policy.terms.covers is None or parameter.values[-1].until <= policy.terms.covers[1]


@each_pack
def test_every_distance_and_time_that_is_tested_has_a_margin(policy: Policy):
    facts = {"walk_miles", "drive_miles", "pickup_miles", "journey_minutes"}
    assert all(c.margin for c in policy.criteria.values() if c.fact in facts)


@each_pack
def test_tax_credits_end_on_5_april_2025_wherever_a_policy_names_them(policy: Policy):
    named = [c for c in policy.criteria.values() if "tax_credit" in c.fact]
    assert all(c.ended == date(2025, 4, 5) for c in named)


@each_pack
def test_free_school_meals_count_by_the_test_of_earnings_and_never_by_any_universal_credit(policy: Policy):
    assert "fsm_any_uc" not in policy.facts
    if "fsm_old_test" in policy.facts:
        assert any("Since September 2026" in note.text for note in policy.terms.note)


@pytest.mark.parametrize(
    ("policy_id", "words"), [("york", "of less than £7,400"), ("shropshire-2024", "no more than £7,400")]
)
def test_a_limit_on_universal_credit_is_given_in_the_councils_own_words(policy_id: str, words: str):
    policy = library.find(policy_id)
    limits = [policy.parameters[f"uc_earnings_limit_{periods}"].values[0].basis for periods in (1, 2, 3)]
    assert all(words in basis.at + basis.note for basis in limits)
    assert all(basis.source is None or basis.source.id == policy_id.split("-")[0] for basis in limits)


@pytest.mark.parametrize(
    ("policy_id", "words"),
    [
        ("staffordshire-2025", "1 August"),
        ("kent", "10 August"),
        ("suffolk-2025-proposed", "4 March and 31 May"),
        ("suffolk-2025-proposed", "£780"),
        ("essex", "1 March and 30 September"),
    ],
)
def test_what_a_council_says_beside_its_rules_is_noted(policy_id: str, words: str):
    assert any(words in note.text for note in library.find(policy_id).terms.note)
