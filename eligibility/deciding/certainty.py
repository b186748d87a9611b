"""Which verdicts on a person are certain enough to decide by: an estimate refuses nobody, and a near miss is looked at.

Two doubts turn a verdict that was reached into UNKNOWN, so that a person whose outcome rests on it is referred:

- *estimated*: a distance or a time that nobody measured. A straight line is never longer than the way, so what its low
  end settles is certain; what its high end fails is not. An estimated time settles nothing. A value that is merely
  stated can help a person and cannot refuse one.
- *margin*: the value lies within the policy's margin of the threshold, and no officer measured it.

Taking a verdict away never makes another one, so whatever is still settled afterwards was settled before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from eligibility.deciding.assess import Reading, judge, readings
from eligibility.rules.criteria import ORDERED, TESTS, Verdict
from eligibility.rules.facts import ESTIMATE, MEASURED_BY_OFFICER, SETTLED_METHODS, STRAIGHT_LINE, register
from eligibility.rules.policy import Criterion, Rules

Doubt = Callable[[Criterion, Reading, Rules, pd.DataFrame], np.ndarray]
PLACES = 9  # decimals kept when a distance from a threshold is compared with a margin: 3.1 - 3.0 is 0.1


@dataclass(frozen=True, slots=True)
class Certain:
    """Verdicts that may decide about people, and where and why a verdict was taken away."""

    verdicts: pd.DataFrame  # as `assess`
    estimated: dict[str, np.ndarray]  # rows by test
    margin: dict[str, np.ndarray]


def certain(table: pd.DataFrame, rules: Rules) -> Certain:
    """Return the verdicts on people that are certain enough to decide by.

    `table`: as `derive` gives it, with `walk_miles_method` and so on for what was measured (a method that is a gap
    counts as stated). Raises InputError as `assess` does.
    """
    known = readings(table, rules)
    estimated = {name: mask for name, mask in _each(rules, table, known, _estimated) if mask.any()}
    margin = {name: mask for name, mask in _each(rules, table, known, _within_margin) if mask.any()}
    doubt = dict(estimated)
    for name, mask in margin.items():
        doubt[name] = mask | doubt.get(name, False)
    return Certain(judge(known, rules, table.index, doubt), estimated, margin)


def certain_verdicts(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return the verdicts alone, for `explain`."""
    return certain(table, rules).verdicts


def _each(rules: Rules, table: pd.DataFrame, known: dict[str, Reading], doubt: Doubt) -> Iterator[tuple]:
    for name, criterion in rules.criteria.items():
        if criterion.test in ORDERED and not rules.has_ended(criterion):
            yield name, doubt(criterion, known[criterion.fact], rules, table)


def methods(table: pd.DataFrame, fact: str) -> np.ndarray:
    """Return how a measured fact was measured on each row, "" where it is not said."""
    column = f"{fact}_method"
    if column not in table:
        return np.full(len(table), "", dtype=object)
    return table[column].astype(object).where(table[column].notna(), "").to_numpy(dtype=object)


def is_measured(fact: str) -> bool:
    """Say whether a fact is a distance or a time that has a method."""
    entry = register().get(fact)
    return entry is not None and entry.measured


def _estimated(criterion: Criterion, bounds: Reading, rules: Rules, table: pd.DataFrame) -> np.ndarray:
    """Return the rows on which a verdict rests on what nobody measured and may not be relied on."""
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
    return failed | ((method == ESTIMATE) & (verdict == Verdict.PASS))


def _within_margin(criterion: Criterion, bounds: Reading, rules: Rules, table: pd.DataFrame) -> np.ndarray:
    """Return the rows on which a value comes within the margin of the threshold, and no officer measured it."""
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
