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
SCHOOL_YEAR = re.compile(r"(?:a\.?y\.?\s*)?(?:20)?(\d\d)\s*[/\-–]\s*(?:20)?(\d\d)")
MONTH_TWO_DIGITS = re.compile(r"([a-z]{3,9})[\s.,\-/]*['’]?(\d\d)")  # Sep-26, as Excel shows a month
TERM = re.compile(
    r"\b(?:autumn|spring|summer|winter|aut|spr|term|t[1-6]|semester|academic|school year|year \d+|yr ?\d+|a\.?y\.?"
    r"|michaelmas|lent|hilary|trinity)\b"
)
A_DAY = r"\d{1,4}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{1,4}"
SEVERAL_DAYS = re.compile(
    rf"{A_DAY}.{{1,12}}{A_DAY}|\d{{1,2}}(?:st|nd|rd|th)?\s*(?:-|–|—|/|&|to|or|and|until)\s*\d{{1,2}}(?:st|nd|rd|th)?\s+[a-z]{{3,9}}\b.*"
)
YEAR = re.compile(r"20\d\d")
WORD = re.compile(r"[a-z]+")
ASK = "Ask for the first day of the course, or for its month, and write it as 7 September 2026 or September 2026."
NOT_A_DAY = f"is neither a day nor a month of a year. {ASK}"


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
    if (found := MONTH_TWO_DIGITS.fullmatch(text)) and _month_called(found[1]):
        raise PydanticCustomError(
            "a_month", f"may be a month of a year or a day of a month: both have two digits. {ASK}"
        )
    if SEVERAL_DAYS.fullmatch(text) or sum(map(bool, map(_month_called, WORD.findall(text)))) > 1:
        raise PydanticCustomError("two_days", "is more than one day. Give the first day of the course alone.")
    if TERM.search(text):
        raise PydanticCustomError("a_term", f"is a term or a school year, not a day. {ASK}")
    try:
        return read_date(value)
    except PydanticCustomError as error:
        if "is not a date" in error.message() or YEAR.fullmatch(text):
            raise PydanticCustomError("no_day", NOT_A_DAY) from None
        raise


def _month_called(name: str) -> int:
    found = [number for number, month in enumerate(MONTHS, start=1) if month.startswith(name.replace("sept", "sep", 1))]
    found = found or [number for number, month in enumerate(MONTHS, start=1) if month == name]
    return found[0] if len(found) == 1 else 0


def _days_of(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
