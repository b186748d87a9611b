from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from data.faults import InputError
from eligibility.deciding.assess import assess, missing_evidence, read
from eligibility.deciding.certainty import certain
from eligibility.deciding.contribution import rates_possible
from eligibility.deciding.decide import ELIGIBLE, Decisions, decide
from eligibility.deciding.explain import Explanation, explanation, observe, one_row
from eligibility.rules import library, worked_cases
from eligibility.rules.criteria import ORDERED, TESTS, Verdict
from eligibility.rules.facts import MONTHS_IN, derive
from eligibility.rules.policy import Policy, Rules
from eligibility.rules.worked_cases import WorkedCase

POLICIES = library.shipped()
ENTITLEMENT = [policy for policy in POLICIES if policy.kind == "entitlement"]
LONGEST_UNCHECKED = timedelta(days=548)  # 18 months, after which somebody must look at the pages again
DECIDED_ON = date(2026, 11, 24)

each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
each_pack = pytest.mark.parametrize("policy", ENTITLEMENT, ids=lambda policy: policy.id)


def _bases(policy: Policy) -> list:
    values = [dated.basis for parameter in policy.parameters.values() for dated in parameter.values]
    rules = [
        basis
        for criterion in policy.criteria.values()
        for basis in (criterion.basis, criterion.missing_basis, criterion.ended_basis)
    ]
    terms = policy.terms
    texts = [*terms.contribution, *terms.provision, *terms.otherwise, *terms.refer, *terms.note, *terms.appeal]
    alone = [terms.exceptional_circumstances] if terms.exceptional_circumstances else []
    return [basis for basis in [*values, *rules, *(text.basis for text in [*texts, *alone])] if basis]


@cache
def _rules(policy: str, day: date) -> Rules:
    return library.find(policy).on(day)


@cache
def _table(policy: str, day: date) -> pd.DataFrame:
    """Return the worked cases of one day as the rules read them, by sentence."""
    table = worked_cases.table([case for case in worked_cases.read(policy).cases if case.day == day])
    rules = _rules(policy, day)
    return derive(table, rules) if rules.policy.kind == "entitlement" else table


@cache
def _verdicts(policy: str, day: date) -> pd.DataFrame:
    return _judge(_rules(policy, day))(_table(policy, day), _rules(policy, day))


@cache
def _decided(policy: str, day: date) -> Decisions:
    table = worked_cases.table([case for case in worked_cases.read(policy).cases if case.day == day])
    return decide(table, _rules(policy, day), decided_on=DECIDED_ON)


@cache
def _needed(policy: str, day: date) -> pd.DataFrame:
    rules = _rules(policy, day)
    return (
        _decided(policy, day).needed
        if rules.policy.kind == "entitlement"
        else missing_evidence(_verdicts(policy, day), rules)
    )


def _judge(rules: Rules) -> Callable:
    return (lambda table, rules: certain(table, rules)[0]) if rules.policy.kind == "entitlement" else assess


@cache
def _explained(case: str, policy: str, day: date, root: str) -> Explanation:
    rules = _rules(policy, day)
    found, table = _verdicts(policy, day).loc[case], one_row(_table(policy, day).loc[case])
    verdicts = {name: Verdict(int(found[name])) for name in rules.criteria}
    return explanation(rules, root, verdicts, {name: observe(table, fact) for name, fact in rules.facts.items()})


def _explanations(policy: Policy) -> list[Explanation]:
    """Explain every worked case, by the result and by everything else that is a result of the policy."""
    cases = worked_cases.read(policy.id).cases
    rules = policy.on(cases[0].day)
    return [_explained(case.sentence, policy.id, case.day, root) for case in cases for root in rules.roots]


@each_policy
def test_no_two_worked_cases_have_the_same_sentence(policy: Policy):
    sentences = [case.sentence for case in worked_cases.read(policy.id).cases]
    assert sorted(set(sentences)) == sorted(sentences)


def _unlike(policy: Policy, compared: Callable[[WorkedCase], tuple[object, object]]) -> dict[str, str]:
    """Return the worked cases in which what comes of them is not what they say, by sentence; all of them at once."""
    pairs = {case.sentence: compared(case) for case in worked_cases.read(policy.id).cases}
    return {sentence: f"{found} is not {wanted}" for sentence, (found, wanted) in pairs.items() if found != wanted}


@each_policy
def test_the_worked_cases_have_the_verdicts_they_say(policy: Policy):
    def verdicts(case: WorkedCase) -> tuple[object, object]:
        row = _verdicts(case.policy, case.day).loc[case.sentence]
        return {name: Verdict(int(row[name])) for name in case.expected}, case.expected

    assert _unlike(policy, verdicts) == {}


@each_policy
def test_the_worked_cases_need_the_evidence_they_say(policy: Policy):
    def needed(case: WorkedCase) -> tuple[object, object]:
        row = _needed(case.policy, case.day).loc[case.sentence]
        return sorted(row.index[row]), sorted(case.needed)

    assert _unlike(policy, needed) == {}


@each_policy
def test_the_worked_cases_are_explained_by_the_criteria_they_say(policy: Policy):
    def decisive(case: WorkedCase) -> tuple[object, object]:
        if case.decisive is None:
            return None, None
        steps = _explained(case.sentence, policy.id, case.day, policy.result).steps
        return sorted(step.criterion for step in steps if step.decisive), sorted(case.decisive)

    assert _unlike(policy, decisive) == {}


@each_pack
def test_the_worked_cases_have_the_outcomes_and_the_reasons_they_say(policy: Policy):
    def outcome(case: WorkedCase) -> tuple[object, object]:
        decisions = _decided(case.policy, case.day)
        reasons = decisions.refer_reasons.loc[case.sentence]
        return (decisions.outcome[case.sentence], sorted(reasons.index[reasons])), (case.outcome, sorted(case.refer))

    assert _unlike(policy, outcome) == {}


@each_pack
def test_the_worked_cases_have_the_contributions_they_say(policy: Policy):
    def contribution(case: WorkedCase) -> tuple[object, object]:
        row = _decided(case.policy, case.day).contribution.loc[case.sentence]
        found = tuple("" if pd.isna(value) else value for value in row)
        wanted = found if case.contribution is None else (*case.contribution[:2], case.contribution[-1])
        excluded = _verdicts(case.policy, case.day).loc[case.sentence, policy.result] == Verdict.FAIL
        return (found, found[0] == ""), (wanted, excluded)

    assert _unlike(policy, contribution) == {}


@each_policy
def test_every_criterion_is_decisive_in_some_worked_case(policy: Policy):
    explanations = _explanations(policy)
    for verdict in (Verdict.PASS, Verdict.FAIL):
        decisive = {s.criterion for e in explanations for s in e.steps if s.decisive and s.verdict == verdict}
        assert sorted(policy.criteria.keys() - decisive) == [], f"never decisive as {verdict.name}"


@each_policy
def test_every_criterion_is_unknown_in_some_worked_case_or_has_no_gap(policy: Policy):
    explanations = _explanations(policy)
    unknown = {step.criterion for e in explanations for step in e.steps if step.verdict == Verdict.UNKNOWN}
    unknown |= {name for name, criterion in policy.criteria.items() if criterion.fact == MONTHS_IN}  # the day is known
    unknown |= {name for name, c in policy.criteria.items() if c.members and unknown >= {*c.members}}
    assert sorted(policy.criteria.keys() - unknown) == []


@each_pack
def test_every_line_of_the_contribution_is_charged_in_some_worked_case(policy: Policy):
    charged = np.zeros(len(policy.terms.contribution), dtype=bool)
    for day in {case.day for case in worked_cases.read(policy.id).cases}:
        rows = np.array(rates_possible(_verdicts(policy.id, day), _rules(policy.id, day)))
        settled = rows & (rows.sum(axis=0) == 1) & (_decided(policy.id, day).outcome == ELIGIBLE).to_numpy(dtype=bool)
        charged |= settled.any(axis=1)
    assert [
        rate.text for rate, is_charged in zip(policy.terms.contribution, charged, strict=True) if not is_charged
    ] == []


@each_pack
def test_every_number_of_a_threshold_has_a_worked_case_on_either_side(policy: Policy):
    """For each test that compares: an exact value just in and one just out among the cases, by the unit's own step."""
    for criterion in policy.criteria.values():
        if criterion.test not in ORDERED or criterion.ended:
            continue
        nearest = {True: 99.0, False: 99.0}
        for day in {case.day for case in worked_cases.read(policy.id).cases}:
            rules = _rules(policy.id, day)
            low, high = read(_table(policy.id, day), rules.facts[criterion.fact], [])
            exact, threshold = low[low == high], rules.threshold(criterion)
            met = TESTS[criterion.test](exact, exact, threshold) == Verdict.PASS
            for side in nearest:
                nearest[side] = min([nearest[side], *np.abs(exact[met == side] - threshold)])
        step = 1.0 if policy.facts[criterion.fact].unit in ("years", "minutes", "months", "hours per year") else 0.011
        assert max(nearest.values()) <= step, criterion.name


@each_pack
def test_every_pack_carries_what_a_letter_must_say(policy: Policy):
    terms = policy.terms
    assert terms.exceptional_circumstances and terms.appeal and terms.provision and terms.contribution
    assert terms.not_seen


@each_policy
def test_the_criteria_are_those_of_the_written_register(policy: Policy):
    assert list(policy.criteria) == list(worked_cases.read(policy.id).criteria)


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


def test_the_default_targeting_policy_asks_of_an_area_only_that_it_is_isolated():
    policy = library.find(library.DEFAULT_TARGETING)
    assert (policy.kind, policy.result, policy.parts) == ("targeting", "isolated", ())
    assert not [name for name in policy.facts if "imd" in name or "income" in name]


def test_the_second_targeting_policy_reports_isolation_and_disadvantage_beside_its_result():
    policy = library.find("deprived-and-isolated-areas")
    assert (policy.kind, policy.result, policy.parts) == ("targeting", "in_target", ("isolated", "disadvantaged"))


def test_a_rate_is_compared_with_where_it_stands_in_england_and_with_no_number_of_one_measure():
    policy = library.find("deprived-and-isolated-areas")
    assert policy.facts["low_income_percentile"].unit == "percentile"
    assert "low_income_rate" not in policy.facts


def test_a_policy_kept_for_older_scenarios_says_what_took_its_place():
    note = library.note_on(library.FIRST_TARGETING)
    assert library.DEFAULT_TARGETING in note and "deprived-and-isolated-areas" in note
    assert library.note_on(library.DEFAULT_TARGETING) == ""


def test_the_default_entitlement_policy_is_there_and_reports_isolation_and_disadvantage():
    policy = library.find(library.DEFAULT_ENTITLEMENT)
    assert (policy.kind, policy.parts) == ("entitlement", ("isolated", "disadvantaged"))


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
