"""Working days: Monday to Friday without the bank holidays of England, from a small dated table.

A council's own closed days, such as those between Christmas and New Year, are not known and count as working days.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

TABLE_FILE = Path(__file__).parent / "bank_holidays.toml"


@cache
def bank_holidays() -> tuple[date, ...]:
    """Return the bank holidays that are known, in order; those of other years are not."""
    return tuple(sorted(tomllib.loads(TABLE_FILE.read_text(encoding="utf-8"))["days"]))


def after(day: date, working_days: int) -> date:
    """Return the day that is so many working days after `day`, which itself does not count.

    >>> after(date(2026, 12, 23), 2), after(date(2026, 11, 28), 1)
    (datetime.date(2026, 12, 29), datetime.date(2026, 11, 30))
    """
    holidays = np.array(bank_holidays(), dtype="datetime64[D]")
    start = np.busday_offset(np.datetime64(day), 0, roll="backward", holidays=holidays)
    return np.busday_offset(start, working_days, holidays=holidays).item()


def assumption(last: date) -> str:
    """Say how working days were counted up to `last`, and where the table of bank holidays does not reach."""
    first_year, last_year = bank_holidays()[0].year, bank_holidays()[-1].year
    counted = "Working days are Monday to Friday without England's bank holidays; the council's own closed days count."
    if first_year <= last.year <= last_year:
        return counted
    return f"{counted} Bank holidays are known from {first_year} to {last_year} only, so a day may be too early."
