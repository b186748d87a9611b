"""Take away the verdicts on a person that are not certain enough to decide by.

Two doubts turn a verdict into UNKNOWN, so that an officer looks at a person whose outcome rests on it:

- *estimated*: nobody measured the distance or time. A straight line is never longer than the way, so its low end
  settles a test and its high end does not. An estimated time and a value that was only stated settle nothing.
- *margin*: the value lies within the policy's margin of the threshold, and no officer measured it.
"""

import numpy as np
import pandas as pd

from eligibility.deciding.assess import Reading, judge, readings
from eligibility.rules.criteria import ORDERED, TESTS, Verdict
from eligibility.rules.facts import MEASURED_BY_OFFICER, SETTLED_METHODS, STRAIGHT_LINE, register
from eligibility.rules.policy import Criterion, Rules

PLACES = 9  # decimals to which a distance from a threshold is rounded before the margin is compared: 3.1 - 3.0 is 0.1


Doubts = dict[str, dict[str, np.ndarray]]  # where and why a verdict was taken away: rows by test, by kind of doubt


def certain(table: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, Doubts]:
    """Return the verdicts on people that are certain enough to decide by, as `assess` does, and the doubts.

    `table`: from `derive`, with `walk_miles_method` and so on for what was measured; a method that is a gap counts as
    stated. Raises InputError as `assess` does.
    """
    known = readings(table, rules)
    tests = {name: c for name, c in rules.criteria.items() if c.test in ORDERED and not rules.has_ended(c)}
    doubts: Doubts = {"estimated": {}, "margin": {}}
    either: dict[str, np.ndarray] = {}
    for kind, doubtful_rows in (("estimated", _estimated), ("margin", _within_margin)):
        for name, criterion in tests.items():
            rows = doubtful_rows(criterion, known[criterion.fact], rules, table)
            if rows.any():
                doubts[kind][name], either[name] = rows, rows | either.get(name, False)
    return judge(known, rules, table.index, either), doubts


def methods(table: pd.DataFrame, fact: str) -> np.ndarray:
    """Return how a measured fact was measured on each row, "" where that is not given."""
    column = f"{fact}_method"
    if column not in table:
        return np.full(len(table), "", dtype=object)
    return table[column].astype(object).where(table[column].notna(), "").to_numpy(dtype=object)


def is_measured(fact: str) -> bool:
    """Say whether a fact is a distance or a time that has a method."""
    entry = register().get(fact)
    return entry is not None and entry.measured


def _estimated(criterion: Criterion, bounds: Reading, rules: Rules, table: pd.DataFrame) -> np.ndarray:
    """Return the rows on which a verdict rests on a value that nobody measured."""
    if not is_measured(criterion.fact):
        return np.zeros(len(table), dtype=bool)
    low, high = bounds
    method = methods(table, criterion.fact)
    unsettled = ~np.isin(method, SETTLED_METHODS)
    threshold = rules.threshold(criterion)
    verdict = TESTS[criterion.test](low, high, threshold)
    by_low_end = TESTS[criterion.test](low, np.full_like(high, np.inf), threshold)
    failed = unsettled & (verdict == Verdict.FAIL)
    failed &= ~((method == STRAIGHT_LINE) & (by_low_end == Verdict.FAIL))
    stated = ~np.isin(method, (*SETTLED_METHODS, STRAIGHT_LINE))  # or an estimate, or of no method
    return failed | (stated & (verdict == Verdict.PASS))


def _within_margin(criterion: Criterion, bounds: Reading, rules: Rules, table: pd.DataFrame) -> np.ndarray:
    """Return the rows whose value is within the margin of the threshold and was not measured by an officer."""
    if not criterion.margin:
        return np.zeros(len(table), dtype=bool)
    threshold, margin = rules.threshold(criterion), rules.values[criterion.margin].number
    if margin == 0:
        return np.zeros(len(table), dtype=bool)
    low, high = bounds
    settled = TESTS[criterion.test](low, high, threshold) != Verdict.UNKNOWN
    low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    near = (np.round(low - threshold, PLACES) <= margin) & (np.round(threshold - high, PLACES) <= margin)
    return settled & near & (methods(table, criterion.fact) != MEASURED_BY_OFFICER)
