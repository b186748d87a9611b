"""What must hold of every policy of people, on many people made up about its thresholds."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data.faults import InputError
from eligibility.deciding.assess import assess
from eligibility.deciding.certainty import certain
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER, decide
from eligibility.deciding.decision import decide_one
from eligibility.rules import library, worked_cases
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import derive
from eligibility.rules.policy import Policy, Rules
from tests import draws
from tests.eligibility.deciding import naive_decisions, random_people

SEED, SAMPLE, EXPLAINED, FILLINGS = 20261124, 300, 24, 3
DECIDED_ON = date(2026, 11, 24)
PACKS = draws.some([policy for policy in library.shipped() if policy.kind == "entitlement"])
each_pack = pytest.mark.parametrize("policy", PACKS, ids=lambda policy: policy.id)


def rules_of(policy: Policy, *, in_spring: bool = False) -> Rules:
    day = worked_cases.read(policy.id).cases[0].day
    return policy.on(date(day.year + 1, 5, 20) if in_spring else day)


def as_dict(row: pd.Series) -> dict:
    return {name: value for name, value in row.items() if value is not None and not pd.isna(value)}


@each_pack
@pytest.mark.parametrize("in_spring", [False, True])
def test_filling_any_gap_never_changes_a_pass_or_a_fail(policy: Policy, in_spring: bool):
    rules = rules_of(policy, in_spring=in_spring)
    people = random_people.people(rules, SAMPLE, SEED)
    before = certain(derive(people, rules), rules)[0].to_numpy()
    settled = before != Verdict.UNKNOWN
    for filling in range(FILLINGS):
        after = certain(derive(random_people.filled(people, rules, filling), rules), rules)[0].to_numpy()
        assert (after[settled] == before[settled]).all()


@each_pack
def test_doubt_takes_verdicts_away_and_never_makes_one(policy: Policy):
    rules = rules_of(policy)
    table = derive(random_people.people(rules, SAMPLE, SEED + 8), rules)
    plain, sure = assess(table, rules).to_numpy(), certain(table, rules)[0].to_numpy()
    assert ((sure == plain) | (sure == Verdict.UNKNOWN)).all()
    assert (sure != plain).any() or not any(criterion.margin for criterion in policy.criteria.values())


@each_pack
def test_the_day_before_a_packs_first_day_has_no_rules(policy: Policy):
    with pytest.raises(InputError, match="has no value on"):
        policy.on(policy.boundaries()[0] - timedelta(days=1))


@each_pack
def test_filling_any_gap_refuses_nobody_who_was_eligible_and_makes_nobody_eligible_who_was_refused(policy: Policy):
    rules = rules_of(policy)
    people = random_people.people(rules, SAMPLE, SEED + 1)
    before = decide(people, rules, decided_on=DECIDED_ON).outcome
    after = decide(random_people.filled(people, rules, SEED), rules, decided_on=DECIDED_ON).outcome
    assert (after[before == ELIGIBLE] != NOT_ON_CRITERIA).all()  # a plan that comes to light goes to an officer
    assert (after[before == NOT_ON_CRITERIA] != ELIGIBLE).all()
    assert {ELIGIBLE, NOT_ON_CRITERIA, REFER} == set(before)


@each_pack
@pytest.mark.parametrize("in_spring", [False, True])
def test_a_naive_second_evaluator_agrees_about_every_person(policy: Policy, in_spring: bool):
    rules = rules_of(policy, in_spring=in_spring)
    people = random_people.people(rules, SAMPLE, SEED + 2)
    decisions = decide(people, rules, decided_on=DECIDED_ON)
    for label in people.index:
        person = as_dict(people.loc[label])
        found = {name: Verdict(int(v)).name.lower() for name, v in decisions.verdicts.loc[label].items()}
        assert found == naive_decisions.verdicts(person, rules), person
        assert decisions.outcome[label] == naive_decisions.outcome(person, rules), person


@each_pack
def test_a_naive_second_evaluator_agrees_about_every_contribution(policy: Policy):
    rules = rules_of(policy)
    people = random_people.people(rules, SAMPLE, SEED + 3)
    decisions = decide(people, rules, decided_on=DECIDED_ON)
    excluded = decisions.verdicts[rules.result] == Verdict.FAIL
    charged = decisions.contribution[~excluded]
    assert decisions.contribution[excluded].isna().all(axis=None)
    for label, row in charged.iterrows():
        labels, amounts = naive_decisions.charge(as_dict(people.loc[label]), rules)
        assert row["label"] == (labels.pop() if len(labels) == 1 else "unknown")
        known = {amount for amount in amounts if amount is not None}
        if known == amounts and known:
            assert (row["low_pence"], row["high_pence"]) == (min(known), max(known))


@each_pack
def test_the_decision_about_one_person_agrees_with_the_table(policy: Policy):
    rules = rules_of(policy)
    people = random_people.people(rules, EXPLAINED, SEED + 4)
    decisions = decide(people, rules, decided_on=DECIDED_ON)
    for label in people.index:
        one = decide_one(people.loc[label], rules, decided_on=DECIDED_ON)
        assert one.outcome == decisions.outcome[label]
        found = decisions.verdicts.loc[label]
        assert all(step.verdict == found[step.criterion] for step in one.explanation.steps)
        needed = decisions.needed.loc[label]
        assert [fact.name for fact in one.needed] == needed.index[needed].tolist()
        row = decisions.contribution.loc[label]
        seen = one.contribution and (one.contribution.label, one.contribution.low_pence, one.contribution.high_pence)
        assert (seen or (None,) * 3) == tuple(None if pd.isna(value) else value for value in row)
        assert bool(one.refer_reasons) == (one.outcome == REFER)


@each_pack
def test_evidence_is_asked_for_exactly_where_it_could_change_the_outcome(policy: Policy):
    rules = rules_of(policy)
    decisions = decide(random_people.people(rules, SAMPLE, SEED + 5), rules, decided_on=DECIDED_ON)
    unsettled = decisions.verdicts[rules.result] == Verdict.UNKNOWN
    assert decisions.needed[unsettled].any(axis=1).all()
    assert not decisions.needed[decisions.outcome.isin([ELIGIBLE, NOT_ON_CRITERIA])].any(axis=None)


@each_pack
def test_everybody_referred_is_told_why_and_nobody_else_is(policy: Policy):
    rules = rules_of(policy)
    decisions = decide(random_people.people(rules, SAMPLE, SEED + 6), rules, decided_on=DECIDED_ON)
    assert (decisions.refer_reasons.any(axis=1) == (decisions.outcome == REFER)).all()


@each_pack
def test_deciding_alters_no_table_and_keeps_the_order_of_rows(policy: Policy):
    rules = rules_of(policy)
    people = random_people.people(rules, 50, SEED + 7)
    copy = people.copy(deep=True)
    decisions = decide(people, rules, decided_on=DECIDED_ON)
    pd.testing.assert_frame_equal(people, copy)
    turned = decide(people.iloc[::-1], rules, decided_on=DECIDED_ON)
    for part in ("outcome", "verdicts", "needed", "refer_reasons", "contribution"):
        assert getattr(decisions, part).index.equals(people.index)
        pd.testing.assert_index_equal(getattr(turned, part).index, people.index[::-1])
    assert np.array_equal(turned.outcome.to_numpy()[::-1], decisions.outcome.to_numpy())
