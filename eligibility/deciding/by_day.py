"""Judge people by the rules of their own days, where these lie either side of a change.

People are grouped by the stretches of days that have the same rules, and each group is decided once.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from data.faults import InputError
from data.wording import counted
from eligibility.deciding.decide import Decisions, combine, decide
from eligibility.rules.facts import APPLIED, MONTHS_IN
from eligibility.rules.policy import Policy, Rules

ACADEMIC_DAYS = ((3, 1), (9, 1))  # from which applications may be for the next academic year; on which it begins


@dataclass(frozen=True, slots=True)
class RulesGroup:
    """The rows that are judged by the same rules, and the last of their days; the first is that of the rules."""

    rules: Rules
    until: date
    rows: pd.Index


def changes(policy: Policy, first: date, last: date) -> tuple[date, ...]:
    """Return every day after `first` and up to `last` from which other rules hold, or another academic year counts."""
    academic = {date(year, *day) for year in range(first.year, last.year + 1) for day in ACADEMIC_DAYS}
    if MONTHS_IN in policy.facts:
        academic |= {date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)}
    return tuple(sorted(day for day in {*policy.boundaries(), *academic} if first < day <= last))


def stretches(policy: Policy, days: Iterable[date]) -> dict[date, date]:
    """Return for each day the first of the given days that has the same rules."""
    ordered = sorted(set(days))
    if not ordered:
        return {}
    starts = changes(policy, ordered[0], ordered[-1])
    first_of: dict[int, date] = {}
    return {day: first_of.setdefault(bisect_right(starts, day), day) for day in ordered}


def days_without_rules(policy: Policy, days: Iterable[date]) -> set[date]:
    """Return the days for which the policy has no rules: before its first value, or after the end of one."""
    return {day for day, first in stretches(policy, days).items() if not _has_rules(policy, first)}


def _has_rules(policy: Policy, day: date) -> bool:
    try:
        policy.on(day)
    except InputError:
        return False
    return True


def days_of(people: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the day whose rules judge each row: that of its application, else that of `rules`."""
    if APPLIED not in people:
        return pd.Series(rules.day, index=people.index, dtype=object)
    known = people[APPLIED].notna()
    return people[APPLIED].dt.date.astype(object).where(known, rules.day)


def decide_by_day(
    people: pd.DataFrame, policy: Policy, days: pd.Series, *, decided_on: date
) -> tuple[Decisions, tuple[RulesGroup, ...]]:
    """Decide about people by the rules of their own days.

    `days`: a date a row of `people`, whose index has no label twice. Returns the decisions about all rows in their
    order, and the groups in order of date. Raises InputError where a day is missing, or where the policy has no rules
    for it.
    """
    if gaps := int(days.isna().sum()):
        raise InputError("days of the rules", [f"missing in {counted(gaps, 'row')}. Give a day for every row."])
    first = days.map(stretches(policy, days))
    groups = tuple(
        RulesGroup(policy.on(day), max(days[first == day]), people.index[(first == day).to_numpy()])
        for day in sorted(set(first))
    )
    parts = [decide(people.loc[group.rows], group.rules, decided_on=decided_on) for group in groups]
    return (parts[0] if len(parts) == 1 else combine(parts, people.index)), groups
