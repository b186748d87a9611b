"""Count working days: Monday to Friday without the bank holidays of England, by the package `holidays`.

A council's own closed days, such as those between Christmas and New Year, are not known and count as working days.
"""

import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import holidays
import numpy as np


def _united_kingdom() -> Any:  # noqa: ANN401
    """Return the package's class of the United Kingdom, its module alone.

    Asked for one country the package loads the modules of all, which takes a tenth of the time of a whole check.
    """
    spec = spec_from_file_location("holidays_uk", Path(holidays.__file__).parent / "countries" / "united_kingdom.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.UnitedKingdom


UNITED_KINGDOM = _united_kingdom()
FIRST_YEAR, LAST_YEAR = UNITED_KINGDOM.start_year, UNITED_KINGDOM.end_year  # that the package knows


def after(day: date, working_days: int) -> date:
    """Return the day that is so many working days after `day`, which itself does not count.

    In a year that the package does not know every day from Monday to Friday counts, and `assumption` says so.

    >>> after(date(2026, 12, 23), 2), after(date(2026, 11, 28), 1)
    (datetime.date(2026, 12, 29), datetime.date(2026, 11, 30))
    """
    years = range(day.year, day.year + working_days // 200 + 2)  # a year has more than 200 working days
    days = np.array(list(UNITED_KINGDOM(subdiv="ENG", years=years)), dtype="datetime64[D]")
    start = np.busday_offset(np.datetime64(day), 0, roll="backward", holidays=days)
    return date.fromisoformat(str(np.busday_offset(start, working_days, holidays=days)))


def assumption(last: date) -> str:
    """Say how working days were counted up to `last`, and where the bank holidays of that year are not known."""
    counted = "Working days are Monday to Friday without England's bank holidays; the council's own closed days count."
    if FIRST_YEAR <= last.year <= LAST_YEAR:
        return counted
    return f"{counted} Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR} only, so a day may be too early."
