"""Universal Credit earnings of single months: headings 1, 2 and 3 are months, and what policies test are their sums.

Months are counted back: 1 is the last assessment period, 2 the one before. A file that gives the sums themselves has
columns that say so ("last two periods").
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from eligibility.applicants import values
from eligibility.rules.facts import PERIODS_A_YEAR, convert

SUMS = ("uc_earnings_1", "uc_earnings_2", "uc_earnings_3")
MONTHS = ("uc_month_1", "uc_month_2", "uc_month_3")
LABELS = {name: f"Universal Credit net earnings of month {number}" for number, name in enumerate(MONTHS, start=1)}
KIND = "pounds per month"
LIKE_A_SUM = 0.5  # of the first month: figures that grow by this much each time may be running sums. Our assumption.
HALF_A_PENNY = 0.005  # in pounds: a smaller difference is one of rounding

IMPOSSIBLE = (
    "is less than the earnings of fewer months, which are part of it. Give the sum of the months together, or head the "
    "columns month 1, month 2, month 3."
)
AMBIGUOUS = (
    "may be three months or running sums: each is much more than the one before. Head the columns month 1, month 2, "
    "month 3, or last two periods, last three periods."
)


def read_month(value: object) -> values.Money | None:
    """Return the earnings of one period, which is a month, whatever period they are written in; None for a gap.

    >>> read_month("£616.67pm"), read_month("150 weekly"), read_month("300 fortnightly")
    ((616.67, 616.67, ''), (650.0, 650.0, ''), (650.0, 650.0, ''))
    """
    money = values.read_money(value, KIND)
    if money is None:
        return None
    low, high = convert(np.array(money[:2]), PERIODS_A_YEAR[money[2]], PERIODS_A_YEAR["month"]).round(2)
    return float(low), float(high), ""


def months_read(columns: Mapping[str, list]) -> dict[str, np.ndarray]:
    """Return the months of columns that were read as money, in pounds a month; NaN for a gap, or for a range."""
    found = {}
    for name in MONTHS:
        if name in columns:
            found[name] = np.array([_monthly(value) for value in columns[name]], dtype=float)
    return found


def _monthly(value: tuple[float, float, str] | None) -> float:
    if value is None or value[0] != value[1]:
        return np.nan
    return float(convert(np.array([value[0]]), PERIODS_A_YEAR[value[2] or "month"], PERIODS_A_YEAR["month"])[0])


def added_up(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the sums of its months where it has no sum of its own."""
    months = [name for name in MONTHS if name in table]
    if not months:
        return table
    total, new = pd.Series(0.0, index=table.index), {}
    for sum_name, name in zip(SUMS, MONTHS, strict=True):
        total = total + table.get(name, pd.Series(np.nan, index=table.index))
        own = table.get(sum_name, pd.Series(np.nan, index=table.index))
        new[sum_name] = own.fillna(total.round(2))
    return table.assign(**new)


def problems(table: pd.DataFrame) -> Iterator[tuple[pd.Series, str, str]]:
    """Give the rows, the column and the problem of sums that cannot be, and of months that may be running sums."""
    first, second, third = (table.get(name, pd.Series(np.nan, index=table.index)) for name in MONTHS)
    grows = LIKE_A_SUM * first
    running = (first > 0) & (second - first >= grows) & (third - second >= grows)
    if running.any():
        yield running, MONTHS[2], AMBIGUOUS
    sums = [table.get(name, pd.Series(np.nan, index=table.index)) for name in SUMS]
    for name, more, fewer in zip(SUMS[1:], sums[1:], sums, strict=False):
        yield more < fewer - HALF_A_PENNY, name, IMPOSSIBLE
