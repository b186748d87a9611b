"""Decide about a table of people: eligible, not on the published criteria, or referred to an officer.

Only certain verdicts (see `certainty`) make a person *eligible* or *not on the published criteria*. Everybody else is
referred to an officer, with the reason and the evidence that would settle it. Nobody is refused by an estimate or gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import numpy as np
import pandas as pd

from eligibility.deciding.assess import live, missing_evidence
from eligibility.deciding.certainty import Doubts, certain, is_measured
from eligibility.deciding.contribution import contributions, rates_possible
from eligibility.rules import residence
from eligibility.rules.ages import is_of_school_age
from eligibility.rules.criteria import Verdict
from eligibility.rules.facts import INDIVIDUAL, RESIDENT, derive
from eligibility.rules.policy import Rules

ELIGIBLE, NOT_ON_CRITERIA, REFER = "eligible", "not on the published criteria", "refer to an officer"
OUTCOMES = (ELIGIBLE, NOT_ON_CRITERIA, REFER)

REFER_REASONS = {
    "out_of_date": "This policy was published for another year than that of the application: it is out of date, and "
    "not for decisions. Use the council's policy of that year.",
    "residence": residence.sentence(None),
    "evidence": "Evidence is missing that could still change the outcome.",
    "measure": "The outcome rests on a distance or a time that nobody has measured: measure the route.",
    "margin": "A value is so close to a threshold that an officer must check it.",
    "ended": "The application names a benefit that no longer exists: find out what the household receives now.",
    "school_age": "The young person is of compulsory school age in the academic year of the help: the council's duties "
    "to children of 5 to 16 apply (Education Act 1996, sections 508B and 508C), and not this policy.",
    "other_rules": "Other rules may apply to this young person than those of this policy.",
    "individual": "The application asks to be considered individually.",
}


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided about every row of a table; every part has the table's index and order."""

    table: pd.DataFrame  # what was judged: the people as given, with the facts that `derive` adds
    outcome: pd.Series  # one of OUTCOMES
    verdicts: pd.DataFrame  # certain verdicts: int8, a column a criterion
    needed: pd.DataFrame  # bool, a column a fact of the policy: the evidence that could still change the outcome
    refer_reasons: pd.DataFrame  # bool, a column for each of REFER_REASONS; all False unless referred
    contribution: pd.DataFrame  # label, low_pence, high_pence; gaps for those whom the criteria exclude
    contribution_needed: pd.DataFrame  # bool, a column a fact: what could still change the contribution
    doubts: Doubts
    decided_on: date

    def about(self, index: pd.Index) -> "Decisions":
        """Return the decisions about some of the rows, in the order of `index`, whose labels are among theirs."""
        places = self.outcome.index.get_indexer(index)
        tables = {name: getattr(self, name).loc[index] for name in TABLES}
        doubts = {kind: {test: rows[places] for test, rows in tests.items()} for kind, tests in self.doubts.items()}
        return replace(self, **tables, doubts=doubts)


TABLES = [field.name for field in fields(Decisions) if field.name not in ("doubts", "decided_on")]


def combine(parts: Sequence[Decisions], index: pd.Index) -> Decisions:
    """Join decisions about parts of a table, by rules of the same policy, into decisions about all of it.

    `index`: every label of the parts once, in the order wanted.
    """
    whole = {name: pd.concat([getattr(part, name) for part in parts]).loc[index] for name in TABLES}
    doubts: Doubts = {kind: {} for kind in parts[0].doubts}
    for part in parts:
        places = index.get_indexer(part.outcome.index)
        for kind, tests in part.doubts.items():
            for test, rows in tests.items():
                doubts[kind].setdefault(test, np.zeros(len(index), dtype=bool))[places] = rows
    return replace(parts[0], **whole, doubts=doubts)


def decide(people: pd.DataFrame, rules: Rules, *, decided_on: date) -> Decisions:
    """Decide about every row of a table.

    `people`: one row a person, columns of the register of facts (see `facts.derive`); any index. `decided_on`: the day
    from which the days of an appeal are counted. The table is not altered. Raises InputError for columns of the wrong
    kind.
    """
    table = derive(people, rules)
    verdicts, doubts = certain(table, rules)
    result = verdicts[rules.result].to_numpy()
    reasons = _beside_the_criteria(table, verdicts, rules)
    refer = (result == Verdict.UNKNOWN) | reasons.any(axis=1).to_numpy()
    outcome = np.select([refer, result == Verdict.PASS], [REFER, ELIGIBLE], default=NOT_ON_CRITERIA)
    reasons = reasons.assign(**_open(verdicts, doubts, rules)).loc[:, list(REFER_REASONS)] & refer[:, None]
    charged = result != Verdict.FAIL  # who is referred to other rules is charged by them
    return Decisions(
        table=table,
        outcome=pd.Series(outcome, index=table.index, name="outcome", dtype="string"),
        verdicts=verdicts,
        needed=_needed(verdicts, rules),
        refer_reasons=reasons,
        contribution=contributions(verdicts, rules, charged),
        contribution_needed=_contribution_needed(verdicts, rules) & charged[:, None],
        doubts=doubts,
        decided_on=decided_on,
    )


def _beside_the_criteria(table: pd.DataFrame, verdicts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the reasons to refer a person whether or not the criteria are met: a boolean column each."""
    result = verdicts[rules.result].to_numpy()
    passed, failed = result == Verdict.PASS, result == Verdict.FAIL
    others = [verdicts[term.when].to_numpy() for term in rules.policy.terms.refer]
    other = [(met == Verdict.PASS) | (failed & (met == Verdict.UNKNOWN)) for met in others]
    ended = [_says_yes(table, criterion.fact) for criterion in rules.criteria.values() if rules.has_ended(criterion)]
    nobody = np.zeros(len(table), dtype=bool)
    return pd.DataFrame(
        {
            "out_of_date": np.full(len(table), rules.policy.terms.is_out_of_date(rules.day)),
            "residence": _says_no(table, RESIDENT),
            "ended": np.any(ended or [nobody], axis=0),
            "school_age": is_of_school_age(table, rules.day) & ~passed,
            "other_rules": np.any(other or [nobody], axis=0),
            "individual": _says_yes(table, INDIVIDUAL),
        },
        index=table.index,
    )


def _says_no(table: pd.DataFrame, fact: str) -> np.ndarray:
    known = table[fact].eq(False) if fact in table else pd.Series(False, index=table.index)
    return known.fillna(False).to_numpy(dtype=bool)


def _says_yes(table: pd.DataFrame, fact: str) -> np.ndarray:
    if fact not in table:
        return np.zeros(len(table), dtype=bool)
    yes = table[fact].map(lambda value: value is True or value is np.True_ or value == 1, na_action="ignore").eq(True)
    return yes.fillna(False).to_numpy(dtype=bool)


def _open(verdicts: pd.DataFrame, doubts: Doubts, rules: Rules) -> dict[str, np.ndarray]:
    """Return why the result of each row is open: evidence is missing, nobody measured, or it is a near miss."""
    reasons = {name: np.zeros(len(verdicts), dtype=bool) for name in ("evidence", "measure", "margin")}
    for name, mask in live(verdicts, rules).items():
        criterion = rules.criteria[name]
        if criterion.is_group:
            continue
        near = mask & doubts["margin"].get(name, False)
        reasons["margin"] |= near
        reasons["measure" if is_measured(criterion.fact) else "evidence"] |= mask & ~near
    return reasons


def _needed(verdicts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return what could still change the outcome, or send a person who does not meet the criteria to an officer."""
    needed = missing_evidence(verdicts, rules)
    failed = (verdicts[rules.result] == Verdict.FAIL).to_numpy()
    for term in rules.policy.terms.refer:
        needed |= missing_evidence(verdicts, rules, term.when) & failed[:, None]
    return needed


def _contribution_needed(verdicts: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    needed = missing_evidence(verdicts, rules) & False
    for rate, mask in zip(rules.policy.terms.contribution, rates_possible(verdicts, rules), strict=True):
        if rate.when:
            needed |= missing_evidence(verdicts, rules, rate.when) & mask[:, None]
    return needed
