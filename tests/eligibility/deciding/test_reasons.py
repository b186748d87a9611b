import numpy as np
import pandas as pd
import pytest

from eligibility.deciding import wording
from eligibility.deciding.contribution import Contribution
from eligibility.deciding.decision import DecisionReader
from eligibility.deciding.explain import Step
from eligibility.deciding.reasons import (
    CHARGE,
    OTHER_RULES,
    OUTCOME,
    deciding_tests,
    decisive,
    reasons,
    texts_where_true,
)
from eligibility.rules import library
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Rules
from eligibility.rules.policy_checks import reach
from tests import draws
from tests.eligibility.runs.test_applications import in_policies

POLICIES = draws.some([policy.id for policy in library.shipped() if policy.kind == "entitlement"])
ROLE = {(True, False): "yes", (False, True): "still open", (False, False): "no"}


@pytest.mark.parametrize("policy", POLICIES)
def test_the_reasons_of_a_table_are_those_of_each_person(policy):
    run = in_policies(policy)
    every = reasons(run.decisions, run.rules)
    found = dict(iter(every[every["concerns"] == OUTCOME].groupby("row")))
    some = run.people.iloc[::10]
    reader = DecisionReader(run.decisions.about(some.index), run.rules)
    for place, row in enumerate(some.index):
        steps = wording.top_down(reader.decision(place).explanation.steps)
        mine = found[row]
        assert mine["criterion"].tolist() == [step.criterion for step in steps]
        assert mine["decisive"].tolist() == [ROLE[step.decisive, step.live] for step in steps]
        assert mine["verdict"].tolist() == [wording.VERDICTS[step.verdict] for step in steps]
        assert mine["source"].tolist() == [str(step.source) if step.source else "" for step in steps]
        for (_, reason), step in zip(mine.iterrows(), steps, strict=True):
            if step.observed is not None:
                decimals = wording.decimals_for(step.observed, step.required)
                seen, wanted = wording.observed(step.observed, decimals), wording.required(step.required, decimals)
                assert reason["observed"] == wording.with_doubt(seen, step.doubt)
                assert reason["required"] == wording.unless_ended(wanted, step.ended)


def test_a_value_that_may_not_decide_and_a_rule_that_has_ended_say_so_in_their_row():
    run = in_policies("york")  # on a day after tax credits ended
    table = reasons(run.decisions, run.rules)
    near = table[(table["criterion"] == "far_enough") & table["observed"].str.contains("nobody has measured it")]
    assert len(near) and set(near["verdict"]) == {"not known"}
    ended = table[table["criterion"] == "on_child_tax_credit"]
    assert set(ended["required"]) == {"ended on 5 April 2025: nobody can meet this any more"}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_contribution_has_its_reasons_in_the_table_as_it_has_them_for_one_person(policy):
    run = in_policies(policy)
    every = reasons(run.decisions, run.rules)
    told = every[every["concerns"] == CHARGE]
    some = run.people.iloc[::10]
    reader = DecisionReader(run.decisions.about(some.index), run.rules)
    for place, row in enumerate(some.index):
        charge = reader.decision(place).contribution
        mine = told[told["row"] == row]
        found = dict(zip(mine["criterion"], zip(mine["verdict"], mine["decisive"], strict=True), strict=True))
        assert found == (expected_of(charge, run.rules) if charge else {})
    assert set(told["row"]) <= set(run.people.index[run.decisions.contribution["label"].notna()])


def expected_of(charge: Contribution, rules: Rules) -> dict[str, tuple[str, str]]:
    """Return the verdict and the role of each criterion of a charge, but for what stands beneath the outcome."""
    beneath = set(reach(rules.criteria, [rules.result]))
    steps: dict[str, list[Step]] = {}
    for explained in charge.explanations:
        for step in explained.steps:
            if step is explained.steps[-1] or step.criterion not in beneath:
                steps.setdefault(step.criterion, []).append(step)
    role = {
        name: "yes" if any(s.decisive for s in of) else "still open" if any(s.live for s in of) else "no"
        for name, of in steps.items()
    }
    return {name: (wording.VERDICTS[of[0].verdict], role[name]) for name, of in steps.items()}


def test_who_is_sent_to_other_rules_has_the_criterion_that_sends_them_among_the_reasons():
    run = in_policies("post16-default")
    every = reasons(run.decisions, run.rules)
    sent = run.people.index[run.decisions.refer_reasons["other_rules"]]
    told = every[(every["concerns"] == OTHER_RULES) & (every["decisive"] != "no")]
    assert len(sent) and set(sent) <= set(told["row"]) and set(told["criterion"]) == {"has_plan"}


def test_only_what_settled_or_is_open_is_kept_for_a_long_file():
    run = in_policies("post16-default")
    whole = reasons(run.decisions, run.rules)
    short = reasons(run.decisions, run.rules, only_settling=True)
    pd.testing.assert_frame_equal(short, whole[whole["decisive"] != "no"].reset_index(drop=True))
    assert set(short["row"]) == set(run.people.index)


def test_everybody_whose_outcome_is_settled_has_a_decisive_reason():
    run = in_policies("post16-default")
    masks = decisive(run.decisions.verdicts, run.rules)
    tests = [mask for name, mask in masks.items() if not run.rules.criteria[name].is_group]
    settled = run.decisions.verdicts[run.rules.result].to_numpy() != Verdict.UNKNOWN
    assert (np.any(tests, axis=0) == settled).all()


def test_every_decision_has_a_line_that_says_by_what():
    run = in_policies("post16-default")
    assert (deciding_tests(run.decisions, run.rules).str.len() > 0).all()


def test_true_columns_are_listed_in_words():
    masks = pd.DataFrame({"a": [True, False], "b": [True, True]})
    assert texts_where_true(masks, {"a": "one", "b": "two"}).tolist() == ["one; two", "two"]
