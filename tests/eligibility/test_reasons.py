import numpy as np
import pandas as pd
import pytest

from eligibility import library, wording
from eligibility.certainty import certain_verdicts
from eligibility.criteria import Verdict
from eligibility.explain import explain
from eligibility.facts import derive
from eligibility.reasons import decisive, in_short, listed, reasons
from tests.eligibility.test_applications import in_policies

POLICIES = [policy.id for policy in library.shipped() if policy.kind == "entitlement"]
ROLE = {(True, False): "yes", (False, True): "still open", (False, False): "no"}


@pytest.mark.parametrize("policy", POLICIES)
def test_the_reasons_of_a_table_are_those_of_each_person(policy):
    run = in_policies(policy)
    table, rules = derive(run.people, run.rules), run.rules
    found = dict(iter(reasons(run.people, run.decisions, rules).groupby("row")))
    for row in run.people.index[::25]:
        steps = wording.top_down(explain(table.loc[row], rules, judge=certain_verdicts).steps)
        mine = found[row]
        assert mine["criterion"].tolist() == [step.criterion for step in steps]
        assert mine["decisive"].tolist() == [ROLE[step.decisive, step.live] for step in steps]
        assert mine["verdict"].tolist() == [wording.VERDICTS[step.verdict] for step in steps]
        assert mine["source"].tolist() == [str(step.source) if step.source else "" for step in steps]
        for (_, reason), step in zip(mine.iterrows(), steps, strict=True):
            if step.observed is not None:
                decimals = wording.decimals_for(step.observed, step.required)
                assert reason["observed"] == wording.observed(step.observed, decimals)
                assert reason["required"] == wording.required(step.required, decimals)


def test_only_what_settled_or_is_open_is_kept_for_a_long_file():
    run = in_policies("post16-default")
    whole = reasons(run.people, run.decisions, run.rules)
    short = reasons(run.people, run.decisions, run.rules, only_settling=True)
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
    assert (in_short(run.decisions, run.rules).str.len() > 0).all()


def test_true_columns_are_listed_in_words():
    masks = pd.DataFrame({"a": [True, False], "b": [True, True]})
    assert listed(masks, {"a": "one", "b": "two"}).tolist() == ["one; two", "two"]
