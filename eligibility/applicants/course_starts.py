"""Read when a course begins: a day, or the month that is all that was written, as its first and last day.

A month is enough wherever no birthday that matters falls in it; else the ages are bounds, and the day is asked for.
"""

import re
from calendar import monthrange
from datetime import date

from pydantic_core import PydanticCustomError

from eligibility.applicants.values import MONTHS, is_gap, plain, read_date

Days = tuple[date, date]  # the first and the last on which it may be
MONTH_NAME_YEAR = re.compile(r"([a-z]{3,9})[\s.,\-/]+(20\d\d)")
MONTH_YEAR = re.compile(r"(\d{1,2})\s*[/.\-]\s*(20\d\d)|(20\d\d)\s*[/.\-]\s*(\d{2})")
SCHOOL_YEAR = re.compile(r"(?:20)?(\d\d)\s*[/\-]\s*(?:20)?(\d\d)")
TERM = re.compile(r"\b(?:autumn|spring|summer|winter|term|semester|academic|school year)\b")
TWO_DAYS = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}.*\s(?:-|–|—|to|until)\s.*\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}")
ASK = "Ask for the first day of the course, or for its month, and write it as 7 September 2026 or September 2026."


def read_start(value: object) -> date | Days | None:
    """Return the first day of a course, the days between which it is, or None for a gap.

    >>> read_start("Sept 2026") == read_start("09/2026") == (date(2026, 9, 1), date(2026, 9, 30))
    True
    """
    text = plain(value).lower().strip() if isinstance(value, str) and not is_gap(value) else ""
    if (found := MONTH_NAME_YEAR.fullmatch(text)) and (month := _month_called(found[1])):
        return _days_of(int(found[2]), month)
    if (found := SCHOOL_YEAR.fullmatch(text)) and (int(found[1]) + 1) % 100 == int(found[2]):
        raise PydanticCustomError("a_year", f"is a school year, not a day. {ASK}")
    if (found := MONTH_YEAR.fullmatch(text)) and 1 <= (month := int(found[1] or found[4])) <= len(MONTHS):
        return _days_of(int(found[2] or found[3]), month)
    if TERM.search(text):
        raise PydanticCustomError("a_term", f"is a term or a school year, not a day. {ASK}")
    if TWO_DAYS.search(text):
        raise PydanticCustomError("two_days", "is more than one day. Give the first day of the course alone.")
    return read_date(value)


def _month_called(name: str) -> int:
    found = [number for number, month in enumerate(MONTHS, start=1) if month.startswith(name.replace("sept", "sep", 1))]
    found = found or [number for number, month in enumerate(MONTHS, start=1) if month == name]
    return found[0] if len(found) == 1 else 0


def _days_of(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
