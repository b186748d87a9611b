"""What other numbers in the rules change, what is near an area, and why an area near everything counts as isolated."""

import pandas as pd
import pytest

from budget.allocation.why.sentences import NOTHING_HELPS
from budget.planning import already_near, nearest, nothing_helps, reasons, rules_moved
from data.faults import InputError
from eligibility.deciding.assess import assess
from eligibility.rules.criteria import Verdict
from tests.budget.workbook import workbook_plans as plans


@pytest.fixture(scope="module")
def plan():
    return plans.default()


def test_a_stricter_rule_loses_areas_and_gains_none(plan):
    found = rules_moved.moved(plan, {"minimum_km_to_college": 12.0, "minimum_km_to_work": 12.0})
    assert found.areas(rules_moved.LOST) > 0 == found.areas(rules_moved.GAINED)
    assert found.in_target[1] == found.in_target[0] - found.areas(rules_moved.LOST)
    assert found.people_in(rules_moved.LOST) > 0


def test_the_areas_are_those_that_a_plan_by_the_moved_rules_would_be_for(plan):
    values = {"longest_minutes_to_college": 30, "longest_minutes_to_work": 20}
    found = rules_moved.moved(plan, values)
    rules = plan.targeting.rules.policy.with_values(values).on(plan.day)
    outcome = assess(plan.targeting.facts, rules)[rules.result]
    in_target = found.states.isin((rules_moved.STAYS_IN, rules_moved.GAINED))
    assert in_target.equals(outcome == Verdict.PASS) and found.areas(rules_moved.GAINED) > 0


def test_rules_that_are_not_moved_change_nothing(plan):
    found = rules_moved.moved(plan, {parameter.name: value for parameter, value in rules_moved.settings(plan)})
    assert found.areas(rules_moved.LOST) == found.areas(rules_moved.GAINED) == 0


def test_a_number_that_the_rule_does_not_allow_is_refused(plan):
    with pytest.raises(InputError, match="minimum_km_to_college"):
        rules_moved.moved(plan, {"minimum_km_to_college": -1})


def test_what_is_near_an_area_says_what_it_counts_for_and_what_its_minutes_are(plan):
    code = plan.targeting.in_target[0]
    table = nearest.places_near(plan, code)
    assert set(table["kind"]) >= {"employment_centre"} and table["kind"].isin(("college", "sixth_form")).any()
    college = table[table["kind"] != "employment_centre"]
    quickest = college.loc[college["counts_for"] != "", "bus"].min()
    least = plan.targeting.facts.loc[code, ["minutes_to_academic_high", "minutes_to_technical_high"]].min()
    assert quickest >= least - 1e-6
    assert set(table["rests_on"]) == {"estimate"}


def test_an_isolated_area_near_everything_names_the_college_the_journey_and_the_rule(plan):
    code = plan.choices.cohorts.index[plan.choices.cohorts[["reach_academic", "reach_work"]].min(axis=1) >= 1][0]
    told = already_near.sentences(plan, pd.Index([code]))[code]
    names = plan.county.destinations["name"]
    assert sum(name in told for name in names) >= 2 and "in about" in told
    met = plan.targeting.verdicts.loc[code, "remote_rural"] == Verdict.PASS
    rule = plan.targeting.rules.criteria["remote_rural"].label
    assert (rule in told) == met and "The rules still call the area isolated, by “" in told


def test_that_sentence_is_the_reason_that_tables_give(plan):
    left = reasons.not_funded(plan)
    within = left[left["reason"].str.startswith("College and work are within reach without help")]
    assert within["reason"].to_dict() == already_near.sentences(plan, within.index).to_dict() != {}


def test_where_nothing_helps_the_quickest_way_by_any_support_is_named_with_what_counts():
    plan = plans.with_values(figures={"college_minutes": 5.0, "work_minutes": 5.0})
    left = reasons.not_funded(plan)
    code = left.index[(left["kept_out_by"] == NOTHING_HELPS) & ~left["reason"].str.contains("without help")][0]
    told = nothing_helps.of_area(plan, code)
    assert "By the quickest kind of support, " in told and "5 minutes count." in told
    assert any(name in told for name in plan.county.destinations["name"]) and "{" not in told


def test_an_area_that_reaches_everything_needs_no_support(plan):
    reach = plan.choices.cohorts[["reach_academic", "reach_technical", "reach_work"]]
    assert nothing_helps.of_area(plan, reach.index[reach.min(axis=1) >= 1][0]) == ""
