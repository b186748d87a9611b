from datetime import date

import pandas as pd
import pytest

from data.faults import InputError
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, OUTCOMES, REFER, REFER_REASONS, decide
from tests.eligibility.rules.small_policy import DECIDED_ON, people, person, rules

AFTER = date(2026, 11, 1)  # the day after the old benefit ended, and the next


def decided(*persons: dict, day: date | None = None):
    return decide(people(*persons), rules(day=day) if day else rules(), decided_on=DECIDED_ON)


def outcome(day: date | None = None, **facts: object) -> str:
    return decided(person(**facts), day=day).outcome.iloc[0]


def reasons(day: date | None = None, **facts: object) -> list[str]:
    row = decided(person(**facts), day=day).refer_reasons.iloc[0]
    return row.index[row].tolist()


def needed(**facts: object) -> list[str]:
    row = decided(person(**facts)).needed.iloc[0]
    return row.index[row].tolist()


def test_the_outcomes_are_three_and_none_of_them_is_a_refusal():
    assert OUTCOMES == ("eligible", "not on the published criteria", "refer to an officer")


def test_whoever_meets_the_criteria_is_eligible():
    assert outcome() == ELIGIBLE


def test_a_criterion_that_the_evidence_shows_unmet_is_not_on_the_published_criteria():
    assert outcome(taxable_income=20000.0) == NOT_ON_CRITERIA


def test_a_missing_income_is_not_a_low_income_nor_a_high_one():
    assert (outcome(taxable_income=None), reasons(taxable_income=None)) == (REFER, ["evidence"])
    assert needed(taxable_income=None) == ["taxable_income"]


def test_a_clear_failure_needs_no_more_papers():
    assert (outcome(taxable_income=None, walk_miles=1.0), needed(taxable_income=None, walk_miles=1.0)) == (
        NOT_ON_CRITERIA,
        [],
    )


@pytest.mark.parametrize("method", ["straight line", "estimate", "stated", None])
def test_nobody_is_refused_by_a_distance_that_nobody_measured(method):
    facts = {"walk_miles": None, "walk_miles_low": 1.0, "walk_miles_high": 2.2, "walk_miles_method": method}
    assert (outcome(**facts), reasons(**facts), needed(**facts)) == (REFER, ["measure"], ["walk_miles"])


@pytest.mark.parametrize("method", ["measured by an officer", "routed"])
def test_a_measured_distance_may_show_a_criterion_unmet(method):
    assert outcome(walk_miles=1.0, walk_miles_method=method) == NOT_ON_CRITERIA


def test_bounds_that_straddle_the_threshold_are_measured():
    facts = {"walk_miles": None, "walk_miles_low": 2.0, "walk_miles_high": 4.4, "walk_miles_method": "straight line"}
    assert (outcome(**facts), reasons(**facts)) == (REFER, ["measure"])


def test_a_straight_line_longer_than_the_threshold_is_certain():
    facts = {"walk_miles": None, "walk_miles_low": 3.5, "walk_miles_high": 7.7, "walk_miles_method": "straight line"}
    assert outcome(**facts) == ELIGIBLE


def test_an_estimated_time_settles_nothing_either_way():
    for minutes in (20.0, 200.0):
        facts = {"journey_minutes": minutes, "journey_minutes_method": "estimate"}
        assert (outcome(**facts), reasons(**facts)) == (REFER, ["measure"])


def test_a_routed_distance_within_the_margin_is_looked_at_and_an_officers_is_final():
    near = {"walk_miles": 3.1, "walk_miles_method": "routed"}
    assert (outcome(**near), reasons(**near), needed(**near)) == (REFER, ["margin"], ["walk_miles"])
    assert outcome(walk_miles=3.11, walk_miles_method="routed") == ELIGIBLE
    assert outcome(walk_miles=2.9, walk_miles_method="routed") == REFER
    assert outcome(walk_miles=2.89, walk_miles_method="routed") == NOT_ON_CRITERIA
    assert outcome(walk_miles=3.0, walk_miles_method="measured by an officer") == NOT_ON_CRITERIA
    assert outcome(walk_miles=3.01, walk_miles_method="measured by an officer") == ELIGIBLE


def test_a_margin_of_nothing_is_no_margin():
    own = rules().policy.with_values({"margin": 0}).on(rules().day)
    table = people(person(walk_miles=3.0, walk_miles_method="routed"))
    assert decide(table, own, decided_on=DECIDED_ON).outcome.iloc[0] == NOT_ON_CRITERIA


def test_a_benefit_opens_its_route_until_the_day_it_ended():
    facts = {"taxable_income": 20000.0, "max_working_tax_credit": True}
    assert outcome(**facts, day=date(2026, 10, 31)) == ELIGIBLE
    assert (outcome(**facts, day=AFTER), reasons(**facts, day=AFTER)) == (REFER, ["ended"])


def test_a_benefit_that_has_ended_is_asked_of_nobody():
    facts = {"taxable_income": 20000.0, "max_working_tax_credit": None}
    assert outcome(**facts) == REFER
    assert outcome(**facts, day=AFTER) == NOT_ON_CRITERIA


def test_a_plan_sends_whoever_is_not_on_the_criteria_to_an_officer():
    failing = {"taxable_income": 20000.0}
    assert (outcome(**failing, ehcp=True), reasons(**failing, ehcp=True)) == (REFER, ["other_rules"])
    assert (outcome(**failing, ehcp=None), needed(**failing, ehcp=None)) == (REFER, ["ehcp"])
    assert (outcome(ehcp=True), reasons(ehcp=True)) == (REFER, ["other_rules"])  # also where the criteria are met
    assert outcome(ehcp=None) == ELIGIBLE


def test_whoever_asks_to_be_considered_individually_goes_to_an_officer():
    facts = {"taxable_income": 20000.0, "exceptional_circumstances": True}
    assert (outcome(**facts), reasons(**facts)) == (REFER, ["individual"])


def test_every_reason_to_refer_is_a_sentence_and_a_column():
    table = decided(person()).refer_reasons
    assert list(table) == list(REFER_REASONS)
    assert all(text.endswith(".") for text in REFER_REASONS.values())


def test_nobody_who_is_eligible_has_a_reason_or_a_need():
    decisions = decided(person(young_carer=None))
    assert not decisions.refer_reasons.any(axis=None) and not decisions.needed.any(axis=None)
    assert decisions.contribution_needed["young_carer"].iloc[0]


def test_an_empty_table_has_no_decisions():
    decisions = decide(people(person()).iloc[:0], rules(), decided_on=DECIDED_ON)
    assert len(decisions.outcome) == len(decisions.contribution) == 0


def test_a_table_without_a_single_fact_refers_everybody():
    decisions = decide(pd.DataFrame(index=["a", "b"]), rules(), decided_on=DECIDED_ON)
    assert decisions.outcome.tolist() == [REFER, REFER]


def test_columns_of_the_wrong_kind_are_an_error_that_names_nobody():
    with pytest.raises(InputError) as raised:
        decided(person(young_carer="Jory Oskerby"), person())
    assert "young_carer" in str(raised.value)


def test_decisions_carry_what_made_them():
    decisions = decided(person())
    assert decisions.decided_on == DECIDED_ON
