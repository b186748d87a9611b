from datetime import date, timedelta

import pytest

from data.faults import InputError
from eligibility import library
from eligibility.assess import assess, missing_evidence
from eligibility.criteria import Verdict
from eligibility.explain import explain
from eligibility.policy import Policy
from tests.eligibility import worked_cases
from tests.eligibility.worked_cases import Case

POLICIES = library.shipped()
CASES = [case for policy in POLICIES for case in worked_cases.read(policy.id)[0]]
LONGEST_UNCHECKED = timedelta(days=548)  # 18 months, after which somebody must look at the pages again

each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.policy}: {case.sentence}")


def _bases(policy: Policy) -> list:
    values = [dated.basis for parameter in policy.parameters.values() for dated in parameter.values]
    rules = [basis for criterion in policy.criteria.values() for basis in (criterion.basis, criterion.missing_basis)]
    return [basis for basis in [*values, *rules] if basis]


@each_case
def test_a_worked_case_has_the_verdicts_it_says(case: Case):
    verdicts = assess(case.table, library.find(case.policy).on(case.day)).iloc[0]
    assert {name: Verdict(int(verdicts[name])) for name in case.expected} == case.expected


@each_case
def test_a_worked_case_needs_the_evidence_it_says(case: Case):
    rules = library.find(case.policy).on(case.day)
    needed = missing_evidence(assess(case.table, rules), rules).iloc[0]
    assert sorted(needed.index[needed]) == sorted(case.needed)


@each_case
def test_a_worked_case_is_explained_by_the_criteria_it_says(case: Case):
    explanation = explain(case.table.iloc[0], library.find(case.policy).on(case.day))
    decisive = [step.criterion for step in explanation.steps if step.decisive]
    assert case.decisive is None or sorted(decisive) == sorted(case.decisive)


@each_policy
def test_every_criterion_is_decisive_in_some_worked_case(policy: Policy):
    cases, _ = worked_cases.read(policy.id)
    explanations = [explain(case.table.iloc[0], policy.on(case.day)) for case in cases]
    for verdict in (Verdict.PASS, Verdict.FAIL):
        decisive = {s.criterion for e in explanations for s in e.steps if s.decisive and s.verdict == verdict}
        assert sorted(policy.criteria.keys() - decisive) == [], f"never decisive as {verdict.name}"


@each_policy
def test_every_criterion_is_unknown_in_some_worked_case_or_has_no_gap(policy: Policy):
    cases, _ = worked_cases.read(policy.id)
    unknown = {
        name
        for case in cases
        for name, verdict in assess(case.table, policy.on(case.day)).iloc[0].items()
        if verdict == Verdict.UNKNOWN
    }
    assert sorted(policy.criteria.keys() - unknown) == []


@each_policy
def test_the_criteria_are_those_of_the_written_register(policy: Policy):
    assert list(policy.criteria) == worked_cases.read(policy.id)[1]


@each_policy
def test_every_source_is_used(policy: Policy):
    used = {basis.source.id for basis in _bases(policy) if basis.source}
    assert sorted(policy.sources.keys() - used) == []


@each_policy
def test_every_source_was_looked_at_within_eighteen_months(policy: Policy):
    today = date.today()
    old = [source.id for source in policy.sources.values() if source.checked < today - LONGEST_UNCHECKED]
    assert old == []


@each_policy
def test_every_assumption_says_that_the_council_may_replace_it(policy: Policy):
    silent = [basis.note for basis in _bases(policy) if basis.kind == "assumption" and "council" not in basis.note]
    assert silent == []


@each_policy
def test_the_id_is_the_name_of_the_file(policy: Policy):
    assert (library.FOLDER / f"{policy.id}.toml").is_file()


@each_policy
def test_every_policy_says_what_to_check_before_use(policy: Policy):
    assert policy.check_before_use.strip()


@each_policy
def test_settings_have_a_range_that_holds_their_own_value(policy: Policy):
    for parameter in policy.settings():
        assert parameter.lowest is not None and parameter.highest is not None, parameter.name
        policy.with_values({parameter.name: parameter.values[-1].value})


def test_the_day_before_the_first_values_has_no_rules():
    policy = library.find("targeting-default")
    with pytest.raises(InputError, match="minimum_km_to_college: has no value on 2020-12-31"):
        policy.on(policy.boundaries()[0] - timedelta(days=1))


def test_the_default_targeting_policy_reports_isolation_and_disadvantage_beside_its_result():
    policy = library.find(library.DEFAULT_TARGETING)
    assert (policy.kind, policy.result, policy.parts) == ("targeting", "in_target", ("isolated", "disadvantaged"))


def test_a_policy_that_does_not_exist_is_suggested_one_that_does():
    with pytest.raises(InputError, match='Did you mean "targeting-default"'):
        library.find("targetting-default")


def test_a_councils_own_policy_is_read_from_its_path(tmp_path):
    own = tmp_path / "own.toml"
    own.write_bytes((library.FOLDER / "targeting-default.toml").read_bytes())
    assert library.find(str(own)).result == "in_target"


def test_a_path_with_no_policy_is_an_error(tmp_path):
    with pytest.raises(InputError, match="is not a file"):
        library.find(str(tmp_path / "none.toml"))
