"""A form asks what can still change something, and nothing else."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from data import bundle, example
from eligibility.deciding import questions
from eligibility.deciding.one_person import check
from eligibility.rules import library
from eligibility.rules.facts import INDIVIDUAL, facts_to_ask
from tests.draws import draws

DAY = date(2026, 11, 24)
PEOPLE = [policy for policy in library.shipped() if policy.kind == "entitlement"]


@pytest.fixture(scope="module")
def county():
    return bundle.load(example.FOLDER)


def test_a_benefit_that_has_ended_is_asked_of_whom_the_criteria_exclude_and_sends_them_to_an_officer(county):
    excluded = {"publicly_funded": "no", "ehcp": "no", "date_of_birth": "31/01/2009", "course_start": "07/09/2026"}
    answer, still = so_far(excluded, "post16-default", county)
    assert answer.decision.outcome == "not on the published criteria"
    assert "income_support" in names(still) and "uc_award" not in names(still)
    claimed, _ = so_far({**excluded, "income_support": "yes"}, "post16-default", county)
    assert claimed.decision.outcome == "refer to an officer"
    unsettled, asked_now = so_far({"ehcp": "no"}, "post16-default", county)
    assert "income_support" not in names(asked_now)  # nothing is settled yet: it could change nothing


def rules_of(policy_id):
    return library.find(policy_id).on(DAY)


def names(facts):
    return [fact.name for fact in facts]


def so_far(given, policy_id, county):
    rules = rules_of(policy_id)
    answer = questions.decide_so_far(given, rules, county, decided_on=DAY)
    return answer, questions.questions_left(answer.decision, rules)


def test_a_derived_fact_is_asked_for_by_what_it_comes_from(county):
    _, still = so_far({}, "post16-default", county)
    assert {"date_of_birth", "course_start"} <= set(names(still))
    assert "age_on_31_august" not in names(still)


def test_a_person_beyond_the_criteria_is_not_asked_after_what_is_charged(county):
    old = {"date_of_birth": "31/01/2004", "course_start": "07/09/2026"}
    answer, still = so_far(old, "post16-default", county)
    assert answer.decision.contribution is None and not answer.decision.contribution_needed
    ended = ["income_support", "jsa_income_based", "esa_income_related"]  # whoever names one goes to an officer
    assert names(still) == [*ended, "ehcp", INDIVIDUAL]


def test_only_who_is_not_eligible_is_asked_whether_to_be_considered_individually(county):
    given_ = {"date_of_birth": "31/01/2009", "course_start": "07/09/2026", "postcode": "XM9 3AJ", "destination": "X-C1"}
    given_ |= {"full_time": "yes", "publicly_funded": "yes", "paid_apprentice": "no", "nearest_suitable": "yes"}
    assert INDIVIDUAL in names(so_far(given_, "post16-default", county)[1])
    answer, still = so_far({**given_, "looked_after": "yes"}, "post16-default", county)
    assert answer.decision.outcome == "eligible" and names(still) == []


def test_an_answer_that_cannot_be_read_counts_as_not_known_and_the_others_count(county):
    given_ = {"date_of_birth": "soon", "full_time": "perhaps", "paid_apprentice": "no"}
    answer, _ = so_far(given_, "post16-default", county)
    assert sorted(fault.where for fault in answer.faults) == ["date_of_birth", "full_time"]
    without, _ = check({"paid_apprentice": "no"}, rules_of("post16-default"), county, decided_on=DAY)
    assert answer.decision == without


def test_faults_of_reading_and_of_places_are_all_told(county):
    given_ = {"full_time": "perhaps", "postcode": "XM99 9ZZ", "destination": "Nowhere College"}
    answer, _ = so_far(given_, "post16-default", county)
    assert sorted(fault.where for fault in answer.faults) == ["destination", "full_time", "postcode"]


def test_a_measurement_without_who_or_how_is_left_out_whole(county):
    answer, _ = so_far({"measured_walk_miles": "4", "measured_by": "J. Pike"}, "post16-default", county)
    assert {fault.where for fault in answer.faults} == {"measured_how", "measured_on"}
    assert answer.decision.measurement == ()


def test_the_home_is_always_asked_for_and_the_place_of_study_only_where_the_policy_rests_on_a_distance():
    for policy in PEOPLE:
        rules = policy.on(DAY)
        has_distance = any(fact.measured for fact in facts_to_ask(rules))
        assert names(questions.places(rules)) == ["postcode", "destination"][: 1 + has_distance]


def test_every_question_stands_in_one_section():
    for policy in PEOPLE:
        facts = facts_to_ask(policy.on(DAY))
        found = [fact for section in questions.sections(facts).values() for fact in section]
        assert sorted(names(found)) == sorted(names(facts))


ANSWERS = st.dictionaries(
    st.sampled_from(
        ["full_time", "publicly_funded", "paid_apprentice", "nearest_suitable", "catchment_school", "uc_award"]
        + ["income_support", "looked_after", "care_leaver", "ehcp", "fsm_old_test", "need_prevents_travel"]
    ),
    st.sampled_from(["yes", "no", "not known"]),
)


@draws(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=ANSWERS, policy=st.sampled_from([policy.id for policy in PEOPLE]), answer=st.sampled_from(["yes", "no"]))
def test_what_is_not_asked_cannot_change_the_outcome(county, known, policy, answer):
    before, still = so_far(known, policy, county)
    rules = rules_of(policy)
    needless = [
        fact
        for fact in facts_to_ask(rules)
        if fact.kind == "yes or no" and fact.name not in known and fact.name not in names(still)
    ]
    for fact in needless:
        after, _ = so_far({**known, fact.name: answer}, policy, county)
        if fact.name != INDIVIDUAL:
            assert after.decision.outcome == before.decision.outcome
