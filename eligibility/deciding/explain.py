"""Explain the verdicts on one area or one person, step by step, by the same evaluator as for a table.

Steps are data; `wording` turns them into sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.faults import InputError
from eligibility.deciding.assess import Reading, assess, read
from eligibility.rules.criteria import Verdict, settles
from eligibility.rules.policy import Basis, Criterion, Fact, Rules, Stamp, Value
from eligibility.rules.policy_checks import reach


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of a fact: bounds of a number (equal where it is exact), True or False, a text; None is a gap."""

    low: float | bool | str | None
    high: float | bool | str | None
    unit: str

    @property
    def is_gap(self) -> bool:
        """Say whether nothing at all is known."""
        return self.low is None and self.high is None


@dataclass(frozen=True, slots=True)
class Required:
    """What a criterion asks for: its test and what it compares with, or its group and how many it joins."""

    test: str
    value: Value | None
    unit: str = ""
    members: tuple[str, ...] = ()  # of a group


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion on one row: what was seen, what is asked for, and whether it settled the outcome."""

    criterion: str
    label: str
    observed: Observed | None  # None for a group
    required: Required
    verdict: Verdict
    decisive: bool  # settles a parent that itself settles the outcome, or is the outcome and settled
    live: bool  # UNKNOWN, and could still change the outcome
    source: Basis | None  # of the number where there is one, else of the rule
    depth: int  # 0 for the outcome
    ended: date | None = None  # the last day on which anybody could meet it, where that has passed
    fact: str = ""  # the label of what was looked at; "" for a group
    doubt: str = ""  # "estimated" or "margin": why a verdict that was reached may not decide about a person

    @property
    def is_gap(self) -> bool:
        """Say whether nothing at all is known of what a test looks at; False for a group."""
        return self.observed is not None and self.observed.is_gap


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a row has the outcome it has, what could still change it, and what made it."""

    verdict: Verdict
    steps: tuple[Step, ...]  # members before their group; the outcome last
    needed: tuple[Fact, ...]
    stamp: Stamp


def explain(row: pd.Series, rules: Rules, root: str | None = None) -> Explanation:
    """Explain one row of a table by the same evaluation as `assess`.

    `row`: facts by column name, a Series or a mapping. `root`: the criterion to explain, the policy's result unless
    named. Raises InputError as `assess` does.
    """
    root = root or rules.result
    if root not in rules.criteria:
        raise InputError(f"policy {rules.policy.id}", [f'has no criterion "{root}".'])
    table = one_row(row)
    assessed = assess(table, rules)
    verdicts = {name: Verdict(int(assessed[name].iloc[0])) for name in rules.criteria}
    return explanation(rules, root, verdicts, {name: observe(table, fact) for name, fact in rules.facts.items()})


def explanation(
    rules: Rules, root: str, verdicts: Mapping[str, Verdict], seen: Mapping[str, "Observed"]
) -> Explanation:
    """Return the explanation of a criterion from the verdicts that were reached and what is known of each fact."""
    names = reach(rules.criteria, [root])
    decisive, live, depth = _roles(rules, verdicts, root)
    steps = tuple(
        Step(
            criterion=name,
            label=criterion.label,
            observed=None if criterion.is_group else seen[criterion.fact],
            required=_required(criterion, rules),
            verdict=verdicts[name],
            decisive=name in decisive,
            live=name in live,
            source=_basis(criterion, rules, seen),
            depth=depth[name],
            ended=criterion.ended if rules.has_ended(criterion) else None,
            fact="" if criterion.is_group else rules.facts[criterion.fact].label,
        )
        for name, criterion in ((name, rules.criteria[name]) for name in names)
    )
    needed = {rules.criteria[name].fact for name in live}
    return Explanation(
        verdicts[root], steps, tuple(fact for name, fact in rules.facts.items() if name in needed), rules.stamp
    )


def one_row(row: pd.Series | Mapping[str, object]) -> pd.DataFrame:
    """Make a one-row table whose columns have the kinds their own values have."""
    series = pd.Series(row, dtype=object)
    return pd.DataFrame({name: pd.Series([value]) for name, value in series.items()}, index=[0])


def _roles(rules: Rules, verdicts: Mapping[str, Verdict], root: str) -> tuple[set[str], set[str], dict[str, int]]:
    """Return the decisive criteria, the live ones, and the depth of each below `root`."""
    live = {root} if verdicts[root] == Verdict.UNKNOWN else set()
    decisive, depth = {root} - live, {root: 0}
    for name in reversed(rules.criteria):
        if name not in depth:
            continue
        criterion = rules.criteria[name]
        for member in criterion.members:
            depth[member] = max(depth.get(member, 0), depth[name] + 1)
            if name in decisive and settles(criterion.test, verdicts[name], verdicts[member]):
                decisive.add(member)
            if name in live and verdicts[member] == Verdict.UNKNOWN:
                live.add(member)
    return decisive, live, depth


def _required(criterion: Criterion, rules: Rules) -> Required:
    if criterion.is_group:
        return Required(criterion.test, None, members=criterion.members)
    return Required(criterion.test, rules.threshold(criterion), rules.facts[criterion.fact].unit)


def _basis(criterion: Criterion, rules: Rules, seen: Mapping[str, Observed]) -> Basis | None:
    if criterion.missing_basis and not rules.has_ended(criterion) and seen[criterion.fact].is_gap:
        return criterion.missing_basis
    return rules.basis(criterion)


def observe(table: pd.DataFrame, fact: Fact) -> Observed:
    """Return what the first row of a table knows of a fact."""
    return observed_at(read(table, fact, []), 0, fact)


def observed_at(reading: Reading, place: int, fact: Fact) -> Observed:
    """Return what one row knows of a fact, from a reading of the whole table."""
    if isinstance(reading, pd.Series):
        value = reading.iloc[place]
        text = None if pd.isna(value) or value == "" else str(value)
        return Observed(text, text, fact.unit)
    kind = float if fact.is_number else bool
    low, high = (None if np.isnan(bound[place]) else kind(bound[place]) for bound in reading)
    return Observed(low, high, fact.unit)
