"""Work out what a person would be charged: the first rate of the policy whose criterion is met.

Where a criterion is not settled more than one rate is possible, and the charge lies between the least and the most.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from eligibility.deciding.explain import Explanation
from eligibility.rules.criteria import Verdict
from eligibility.rules.policy import Rules
from eligibility.rules.terms import AMOUNT_UNITS, Rate

LABELS = ("full", "concession", "nil", "unknown")
UNKNOWN_LABEL = "unknown"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person would be charged in a year, and why."""

    label: str  # one of LABELS
    low_pence: int | None  # None: not known
    high_pence: int | None
    text: str  # of the rates that are possible, in the policy's words
    explanations: tuple[Explanation, ...]  # of the criterion of each rate that was looked at
    sources: tuple[str, ...]  # of the amounts
    rates: tuple[Rate, ...] = ()  # that are possible


def rate_pence(rate: Rate, rules: Rules) -> int | None:
    """Return what a rate comes to in a year, whole pence with halves up, or None where it is not known on the day."""
    if not rate.amount:
        return 0 if rate.label == "nil" else None
    named = [name for name in (rate.amount, rate.share) if name]
    if any(name not in rules.values for name in named):
        return None
    times = AMOUNT_UNITS[rules.policy.parameters[rate.amount].unit]
    share = rules.values[rate.share].number if rate.share else 1
    return int(np.floor(round(rules.values[rate.amount].number * 100 * times * share, 6) + 0.5))


def rates_considered(verdicts: pd.DataFrame, rules: Rules) -> list[np.ndarray]:
    """Return the rows on which each rate is considered, in order: those on which no rate above it is met."""
    left, rows = np.ones(len(verdicts), dtype=bool), []
    for rate in rules.policy.terms.contribution:
        rows.append(left)
        left = left & (_met(rate, verdicts) != Verdict.PASS)
    return rows


def rates_possible(verdicts: pd.DataFrame, rules: Rules) -> list[np.ndarray]:
    """Return the rows on which each rate may be the one charged, in the policy's order."""
    rates = zip(rules.policy.terms.contribution, rates_considered(verdicts, rules), strict=True)
    return [rows & (_met(rate, verdicts) != Verdict.FAIL) for rate, rows in rates]


def _met(rate: Rate, verdicts: pd.DataFrame) -> np.ndarray:
    return verdicts[rate.when].to_numpy() if rate.when else np.full(len(verdicts), Verdict.PASS)


def contributions(verdicts: pd.DataFrame, rules: Rules, charged: np.ndarray) -> pd.DataFrame:
    """Return `label`, `low_pence` and `high_pence` a row, nothing where `charged` is False.

    `verdicts`: certain ones. A bound is a gap where a possible rate has an amount that is not known; a possible rate of
    nothing makes the low bound 0. Where two labels are possible the label is "unknown".
    """
    rates, rows = rules.policy.terms.contribution, rates_possible(verdicts, rules)
    low, high = np.full(len(verdicts), np.inf), np.full(len(verdicts), -np.inf)
    label, nil = np.full(len(verdicts), "", dtype=object), np.zeros(len(verdicts), dtype=bool)
    for rate, mask in zip(rates, rows, strict=True):
        pence = rate_pence(rate, rules)
        low[mask] = np.minimum(low[mask], -1 if pence is None else pence)  # -1: not known, below all that is
        high[mask] = np.maximum(high[mask], np.inf if pence is None else pence)
        label[mask] = np.where((label[mask] == "") | (label[mask] == rate.label), rate.label, UNKNOWN_LABEL)
        nil |= mask & (rate.label == "nil")
    low = np.where((low == -1) & nil, 0, low)
    label[label == ""] = UNKNOWN_LABEL
    label[~charged] = None
    known_low, known_high = charged & np.isfinite(low) & (low >= 0), charged & np.isfinite(high)
    return pd.DataFrame(
        {
            "label": pd.array(label, dtype="string"),
            "low_pence": pd.array(np.where(known_low, low, np.nan), dtype="Int64"),
            "high_pence": pd.array(np.where(known_high, high, np.nan), dtype="Int64"),
        },
        index=verdicts.index,
    )
