"""Compare two policies on the same people or worked cases: who gains, who loses, who pays more, which rules differ.

An outcome is better the nearer it is to support: eligible, then referred, then not on the published criteria.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.faults import InputError
from eligibility.deciding.by_day import stretches
from eligibility.deciding.decide import ELIGIBLE, NOT_ON_CRITERIA, REFER, Decisions, decide
from eligibility.deciding.terms_wording import rate_line
from eligibility.deciding.wording import rule_line
from eligibility.rules import worked_cases
from eligibility.rules.policy import Policy, Rules
from eligibility.rules.worked_cases import WorkedCase

RANK = {NOT_ON_CRITERIA: 0, REFER: 1, ELIGIBLE: 2}
GAINS, LOSES, PAYS_LESS, PAYS_MORE, CHARGE_CHANGES = "gains", "loses", "pays less", "pays more", "charge changes"
NAMED = 5  # rows of a day that cannot be compared
CHANGES = (GAINS, LOSES, PAYS_LESS, PAYS_MORE, CHARGE_CHANGES)


@dataclass(frozen=True, slots=True)
class PolicyComparison:
    """What two policies make of the same rows."""

    rows: pd.DataFrame  # index of the rows; change, outcome_before, outcome_after, and the contributions of both
    not_compared: tuple[str, ...] = ()  # rows that one of the two policies has no rules for, and why

    @property
    def changed(self) -> pd.DataFrame:
        """Return the rows for which anything changes."""
        return self.rows[self.rows["change"] != ""]

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each change, those of none included as "no change"."""
        found = {change: int((self.rows["change"] == change).sum()) for change in CHANGES}
        return {**found, "no change": int((self.rows["change"] == "").sum())}


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule or a charge that is not the same in two policies; "" where one of the two does not have it."""

    name: str
    before: str
    after: str


def compare(people: pd.DataFrame, before: Rules, after: Rules, *, decided_on: date) -> PolicyComparison:
    """Decide about people by both rules and say for whom anything changes.

    `people`: as `decide` takes it; a fact that only one of the policies needs may be missing. Raises InputError as
    `decide` does.
    """
    old, new = (decide(people, rules, decided_on=decided_on) for rules in (before, after))
    return PolicyComparison(_rows(old, new))


def compare_cases(cases: Sequence[WorkedCase], before: Policy, after: Policy, *, decided_on: date) -> PolicyComparison:
    """Compare what two policies make of worked cases, each on its own day; the index is their sentences."""
    table = worked_cases.table(list(cases))
    return compare_by_day(table, [case.day for case in cases], before, after, decided_on=decided_on)


def compare_by_day(
    people: pd.DataFrame, days: Sequence[date], before: Policy, after: Policy, *, decided_on: date
) -> PolicyComparison:
    """Compare what two policies make of people, each by the rules of their own day.

    `people`: as in `compare`; `days`: the day of each row. A row for whose day a policy has no rules is left out.
    """
    starts = [stretches(policy, days) for policy in (before, after)]
    alike = np.array([max(first[day] for first in starts).toordinal() for day in days], dtype=int)
    found, left_out = [], []
    for day in np.unique(alike):
        rows = np.flatnonzero(alike == day)
        try:
            both = [policy.on(date.fromordinal(int(day))) for policy in (before, after)]
        except InputError as error:
            left_out.append(f"{_named(people.index[rows])}: {error}")
            continue
        found.append(compare(people.iloc[rows], *both, decided_on=decided_on).rows.assign(place=rows))
    if not found:
        return PolicyComparison(_no_rows(), tuple(left_out))
    return PolicyComparison(pd.concat(found).sort_values("place").drop(columns="place"), tuple(left_out))


def _named(labels: pd.Index) -> str:
    named = "; ".join(str(label) for label in labels[:NAMED])
    return f"{named} and {len(labels) - NAMED:,} more" if len(labels) > NAMED else named


def _rows(before: Decisions, after: Decisions) -> pd.DataFrame:
    rows = pd.DataFrame({"outcome_before": before.outcome, "outcome_after": after.outcome})
    for when, decisions in (("before", before), ("after", after)):
        for column in decisions.contribution:
            rows[f"{column}_{when}"] = decisions.contribution[column]
    rank_before, rank_after = (decisions.outcome.map(RANK).to_numpy(dtype=int) for decisions in (before, after))
    by_outcome = [rank_after > rank_before, rank_after < rank_before]
    change = np.select([*by_outcome, *_by_charge(rows)], [GAINS, LOSES, PAYS_LESS, PAYS_MORE, CHARGE_CHANGES], "")
    rows.insert(0, "change", change)
    return rows


def _by_charge(rows: pd.DataFrame) -> list[np.ndarray]:
    """Return the rows that pay less, those that pay more, and those whose charge changes in another way."""
    low, high = (
        (rows[f"{end}_pence_after"] - rows[f"{end}_pence_before"]).to_numpy(dtype=float, na_value=np.nan)
        for end in ("low", "high")
    )
    before, after = (
        rows[[f"{column}_{when}" for column in ("label", "low_pence", "high_pence")]].astype(object).fillna("")
        for when in ("before", "after")
    )
    less = (low <= 0) & (high <= 0) & (low + high < 0)
    more = (low >= 0) & (high >= 0) & (low + high > 0)
    return [less, more, (before.to_numpy() != after.to_numpy()).any(axis=1)]


def _no_rows() -> pd.DataFrame:
    ends = [f"{c}_{when}" for when in ("before", "after") for c in ("label", "low_pence", "high_pence")]
    return pd.DataFrame(columns=["change", "outcome_before", "outcome_after", *ends])


def differences(before: Rules, after: Rules) -> tuple[RuleDifference, ...]:
    """Return the rules and charges that differ on the days of the two rules, in words, in the order of `after`."""
    old, new = _sentences(before), _sentences(after)
    names = [*new, *(name for name in old if name not in new)]
    both = [RuleDifference(name, old.get(name, ""), new.get(name, "")) for name in names]
    return tuple(difference for difference in both if difference.before != difference.after)


def _sentences(rules: Rules) -> dict[str, str]:
    charges = enumerate(rules.policy.terms.contribution, 1)
    return {
        **{name: rule_line(criterion, rules) for name, criterion in rules.criteria.items()},
        **{f"charge {number}": rate_line(rate, rules) for number, rate in charges},
    }
