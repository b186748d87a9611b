"""People whose dates fall either side of a change: each is judged by the rules of their own day.

Days between two changes have the same rules, so people are grouped by the stretches that the policy's own dates and the
days of the academic year make, and each group is decided once.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

import pandas as pd

from data.faults import Fault, InputError
from eligibility.decide import Decisions, decide
from eligibility.policy import Policy

ACADEMIC_DAYS = ((3, 1), (9, 1))  # from which applications may be for the next academic year; on which it begins


def changes(policy: Policy, first: date, last: date) -> tuple[date, ...]:
    """Return every day after `first` and up to `last` from which other rules hold, or age is taken otherwise."""
    academic = {date(year, *day) for year in range(first.year, last.year + 1) for day in ACADEMIC_DAYS}
    return tuple(sorted(day for day in {*policy.boundaries(), *academic} if first < day <= last))


def stretches(policy: Policy, days: Iterable[date]) -> dict[date, date]:
    """Return for each day the first of the given days that has the same rules."""
    ordered = sorted(set(days))
    if not ordered:
        return {}
    starts = changes(policy, ordered[0], ordered[-1])
    first_of: dict[int, date] = {}
    return {day: first_of.setdefault(bisect_right(starts, day), day) for day in ordered}


def decide_by_day(people: pd.DataFrame, policy: Policy, days: pd.Series, *, decided_on: date) -> dict[date, Decisions]:
    """Decide about people by the rules of their own days.

    `days`: a date a row of `people`. Returns the decisions of each stretch by its first day, rows in the order of
    `people`. Raises InputError where a day is missing, or where the policy has no rules for one.
    """
    gaps = int(days.isna().sum())
    if gaps:
        raise InputError("days of the rules", [Fault("", f"{gaps} row(s) have none. Give a day for every row.")])
    first = days.map(stretches(policy, days))
    return {
        day: decide(people[(first == day).to_numpy()], policy.on(day), decided_on=decided_on)
        for day in sorted(set(first))
    }
