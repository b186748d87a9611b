"""What must hold of every policy and every table."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from eligibility.deciding.assess import assess, missing_evidence
from eligibility.deciding.explain import explain
from eligibility.rules import library
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Policy
from tests.draws import draws
from tests.eligibility.rules.random_policies import (
    DAY,
    FACTS,
    NUMBERS,
    fillings,
    naive_verdicts,
    policies,
    row_facts,
    rows,
    table,
)

SEED, SAMPLE = 20261124, 3000
CLASSES = [
    "Urban: Nearer to a major town or city",
    "Smaller rural: Nearer to a major town or city",
    "Larger rural: Further from a major town or city",
    "Smaller rural: Further from a major town or city",
]


def areas(count: int, gaps: float) -> pd.DataFrame:
    """Make a table of areas that lie about the thresholds of the default policy, a share of each fact missing."""
    random = np.random.default_rng(SEED)
    college_km, work_km = random.exponential(4, count), random.exponential(3, count)
    frame = pd.DataFrame(
        {
            "km_to_college_low": college_km,
            "km_to_college_high": college_km * 2.2,
            "km_to_employment_centre_low": work_km,
            "km_to_employment_centre_high": work_km * 2.2,
            "minutes_to_college": random.gamma(3, 15, count),
            "minutes_to_work": random.gamma(3, 9, count),
            "rural_urban": pd.array(random.choice(CLASSES, count, p=[0.6, 0.2, 0.1, 0.1]), dtype="string"),
            "imd_decile": pd.array(random.integers(1, 11, count), dtype="Int64"),
            "low_income_rate": random.beta(2, 7, count),
        },
        index=pd.Index([f"E0199{number:04}" for number in range(count)], name="area_code"),
    )
    for fact in library.find("targeting-default").facts:
        frame.loc[random.random(count) < gaps, [c for c in frame if c.startswith(fact)]] = pd.NA
    return frame


def filled(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Fill every gap with a value, and every pair of bounds with one between them, exact."""
    full = areas(len(frame), gaps=0.0)
    new = frame.copy()
    for column in frame:
        others = full[column].to_numpy()[random.permutation(len(full))]
        new[column] = frame[column].where(frame[column].notna(), pd.Series(others, index=frame.index))
    for fact in ("km_to_college", "km_to_employment_centre"):
        low, high = (frame[f"{fact}_{end}"].to_numpy() for end in ("low", "high"))
        anywhere = random.exponential(4, len(frame))
        new[fact] = np.where(np.isnan(low), anywhere, low + (high - low) * random.random(len(frame)))
        new = new.drop(columns=[f"{fact}_low", f"{fact}_high"])
    return new


@draws(150)
@given(policies(), rows, st.data())
def test_filling_a_gap_never_changes_a_pass_or_a_fail(policy: Policy, facts: list[dict], data: st.DataObject):
    rules = policy.on(DAY)
    before = assess(table(facts), rules)
    after = assess(table(data.draw(fillings(facts))), rules)
    settled = before != Verdict.UNKNOWN
    assert (after[settled] == before[settled]).to_numpy()[settled.to_numpy()].all()


def test_filling_a_gap_never_changes_a_pass_or_a_fail_of_the_default_policy():
    rules, random = library.find("targeting-default").on(DAY), np.random.default_rng(SEED)
    frame = areas(SAMPLE, gaps=0.15)
    before = assess(frame, rules).to_numpy()
    for _ in range(20):
        after = assess(filled(frame, random), rules).to_numpy()
        settled = before != Verdict.UNKNOWN
        assert (after[settled] == before[settled]).all()


def test_every_unknown_area_of_the_default_policy_can_still_come_out_either_way():
    rules, random = library.find("targeting-default").on(DAY), np.random.default_rng(SEED)
    frame = areas(300, gaps=0.15)
    unknown = (assess(frame, rules)["in_target"] == Verdict.UNKNOWN).to_numpy()
    outcomes = [assess(filled(frame, random), rules)["in_target"].to_numpy() for _ in range(150)]
    assert unknown.sum() > 30
    assert (np.max(outcomes, axis=0)[unknown] == Verdict.PASS).all()
    assert (np.min(outcomes, axis=0)[unknown] == Verdict.FAIL).all()


@draws(150)
@given(policies(), rows)
def test_a_naive_second_evaluator_agrees(policy: Policy, facts: list[dict]):
    rules = policy.on(DAY)
    verdicts = assess(table(facts), rules)
    for position, row in enumerate(facts):
        expected = naive_verdicts(row, rules)
        assert {name: Verdict(int(verdicts[name].iloc[position])) for name in rules.criteria} == expected


@draws(150)
@given(policies(), rows)
def test_evidence_is_needed_exactly_where_the_result_is_unknown(policy: Policy, facts: list[dict]):
    rules = policy.on(DAY)
    verdicts = assess(table(facts), rules)
    asked = missing_evidence(verdicts, rules).any(axis=1)
    assert (asked == (verdicts[rules.result] == Verdict.UNKNOWN)).all()


@draws(150)
@given(policies(), rows)
def test_only_facts_that_are_not_known_exactly_are_asked_for(policy: Policy, facts: list[dict]):
    rules = policy.on(DAY)
    needed = missing_evidence(assess(table(facts), rules), rules)
    for position, row in enumerate(facts):
        for name in FACTS:
            exact = row[name] is not None and (name not in NUMBERS or row[name][0] == row[name][1])
            assert not (exact and needed[name].iloc[position])


@draws(60)
@given(policies(), rows)
def test_the_explanation_of_a_row_agrees_with_the_table(policy: Policy, facts: list[dict]):
    rules = policy.on(DAY)
    frame = table(facts)
    verdicts = assess(frame, rules)
    needed = missing_evidence(verdicts, rules)
    for label in frame.index:
        explanation = explain(frame.loc[label], rules)
        assert all(step.verdict == verdicts.loc[label, step.criterion] for step in explanation.steps)
        assert [fact.name for fact in explanation.needed] == needed.columns[needed.loc[label]].tolist()


def test_the_explanation_of_every_area_of_a_sample_agrees_with_the_table():
    rules = library.find("targeting-default").on(DAY)
    frame = areas(400, gaps=0.15)
    verdicts = assess(frame, rules)
    for code in frame.index:
        steps = explain(frame.loc[code], rules).steps
        assert {step.criterion: step.verdict for step in steps} == verdicts.loc[code].to_dict()


@draws(100)
@given(policies(), row_facts)
def test_the_decisive_criteria_alone_settle_the_result(policy: Policy, facts: dict):
    """Take away every fact that no decisive test uses: the verdict stays."""
    rules = policy.on(DAY)
    row = table([facts]).iloc[0]
    explanation = explain(row, rules)
    decisive = {step.criterion for step in explanation.steps if step.decisive}
    kept = {rules.criteria[name].fact for name in decisive}
    gone = [name for name in FACTS if name not in kept]
    columns = [column for column in row.index if column.removesuffix("_low").removesuffix("_high") in gone]
    if explanation.verdict != Verdict.UNKNOWN:
        assert explain(row.drop(columns), rules).verdict == explanation.verdict
