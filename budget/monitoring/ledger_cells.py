"""Read the cells of a ledger's file: periods and financial years as ledgers write them, and amounts in pounds.

A financial year is known by the calendar year in which it begins, in April: 2026 is 2026-27.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from budget.allocation.inputs.money import MOST_POUNDS
from budget.scenarios.finance import MONTHS
from eligibility.applicants.values import plain

ADJUSTMENTS = 13
PERIODS = range(1, ADJUSTMENTS + 1)
NUMBERED = re.compile(r"(?:p|pd|per|period|month|mth|m)?[\s.\-]*0*(\d{1,2})(?:\.0+)?")
YEAR_AND_NUMBER = re.compile(r"(20\d{2})[/\-. ]?p?0?(0[1-9]|1[0-3])")  # 202606, 2026/006: the sixth period of 2026-27
NUMBER_AND_YEAR = re.compile(r"0(0[1-9]|1[0-3])[/\-. ](20\d{2})")  # 006.2026, as SAP has it; 06/2026 may be a month
FINANCIAL_YEAR = re.compile(  # with a period beside it, also 06-2026/27, of which 06-2026 is no year
    r"(?:fy\s*)?(?<!\d)(?=((?:20)?\d{2}\s?[/\-–]\s?(?:20)?\d{2})(?!\d))"
)
NUMBER_AND_MONTH = re.compile(r"(?:p|pd|per|period|month|m)?[\s.\-]*0*(\d{1,2})\W+([a-z]{3,9}\W*(?:\d{4}|\d{2})?)\)?")
MONTH_AND_NUMBER = re.compile(
    r"([a-z]{3,9}\W*(?:\d{4}|\d{2})?)\s*\W*\(?(?:p|pd|per|period|month|m)[\s.\-]*0*(\d{1,2})\)?"
)
ADJUSTMENT = re.compile(r"adj(?:usts?|ustments?|usting|\d)?(?: period)?(?:[\s\-/']*(20\d{2}|\d{2}))?")
MONTH_NAMED = re.compile(r"(?:\d{1,2}[\s.\-/]+)?([a-z]{3,9})[\s.,\-/']*(\d{4}|\d{2})?")
DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: .*)?")
YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ t].*)?|(20\d{2})([01]\d)([0-3]\d)")
MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2}),? (\d{4})")
BESIDE_A_DAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? |(?<=\d)(?:st|nd|rd|th)\b")
DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+")
TWO_READINGS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 1.200: twelve hundred, or one and twenty pence
CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{2}")  # 1.234,50
CREDITS = (
    ("(", ")"),
    ("<", ">"),
    ("-", ""),
    ("", "-"),
    ("", "(cr)"),
    ("", "cr"),
    ("cr", ""),
    ("", "c"),
)  # before, after
DEBITS = (("", "(dr)"), ("", "dr"), ("dr", ""), ("", "d"))
NOTHING = {"", "-", "–", "—", "nil"}
MONTH_NAMES = "|".join(f"{name}|{name[:3]}|{name[:4]}" for name in MONTHS)
ENDS_IN = re.compile(r"\bfy\s*((?:20)?\d{2})\b")  # FY27: a year named by the one that it ends in


@dataclass(frozen=True, slots=True)
class When:
    """A period, and the financial year where the cell says it."""

    period: int  # 1 to 12, April is 1; 13 for adjustments
    year: int | None = None  # in which the financial year begins

    @property
    def calendar_year(self) -> int | None:
        """The calendar year of the period, None where the financial year is not said."""
        return None if self.year is None else self.year + (self.period > len(MONTHS) - 3)  # January to March, and 13


def when(value: object) -> When | None:
    """Return the period, and the financial year where it is said, of a cell; None where it is not a period.

    >>> when("Sep-25"), when("202606"), when("15/09/2026"), when("P13")
    (When(period=6, year=2025), When(period=6, year=2026), When(period=6, year=2026), When(period=13, year=None))
    """
    if isinstance(value, date | datetime):
        return _of_day(value.year, value.month)
    text = BESIDE_A_DAY.sub("", plain(value).lower())
    if match := NUMBERED.fullmatch(text):
        return When(int(match[1])) if int(match[1]) in PERIODS else None
    if match := YEAR_AND_NUMBER.fullmatch(text.removesuffix(".0")):
        return When(int(match[2]), int(match[1]))
    if match := NUMBER_AND_YEAR.fullmatch(text):
        return When(int(match[1]), int(match[2]))
    if (match := YEAR_FIRST.fullmatch(text.removesuffix(".0"))) and (
        dated := _dated(*(int(part) for part in match.groups() if part))
    ):
        return dated
    if match := DAY_FIRST.fullmatch(text):
        return _dated(_century(match[3]), int(match[2]), int(match[1]))
    if match := ADJUSTMENT.fullmatch(text):  # Oracle's ADJ-27 is of the year that ends in 2027
        return When(ADJUSTMENTS, _century(match[1]) - 1 if match[1] else None)
    if match := MONTH_FIRST.fullmatch(text):
        text = f"{match[1]} {match[3]}"
    if match := MONTH_NAMED.fullmatch(text):
        return _named(match[1], match[2])
    return _of_two(text)


def _named(month: str, year: str | None) -> When | None:
    found = next((n for n, name in enumerate(MONTHS, start=1) if name.lower().startswith(month)), None)
    if found is None:
        return None
    return _of_day(_century(year), (found + 2) % 12 + 1) if year else When(found)


def _of_two(text: str) -> When | None:
    """Return the period of a cell that says it twice, or with its year: "P06 Sep", "Sep-26 (P6)", "P6 2026/27"."""
    if (match := NUMBER_AND_MONTH.fullmatch(text)) or (match := MONTH_AND_NUMBER.fullmatch(text)):
        number, month = sorted(match.groups(), key=lambda part: not part.isdigit())
        named = when(month.strip(" -'/,()"))
        return named if named and named.period == int(number) else None
    for match in FINANCIAL_YEAR.finditer(text):
        year, rest = year_of(match[1]), text[: match.start()] + text[match.end(1) :]
        found = None if year is None else when(rest.strip(" -/,.()"))
        if found is not None and found.year in {None, year}:
            return When(found.period, year)
    if match := ENDS_IN.search(text):
        found = when(ENDS_IN.sub("", text).strip(" -/,.()"))
        if found is not None and found.year is None:
            return When(found.period, _century(match[1]) - 1)
    return None


def _dated(year: int, month: int, day: int) -> When | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return _of_day(year, month)


def _of_day(year: int, month: int) -> When:
    return When((month - 4) % 12 + 1, year if month >= 4 else year - 1)


def _century(digits: str) -> int:
    return int(digits) + 2000 * (len(digits) == 2)


def period_of(value: object) -> int | None:
    """Return the period that a cell names, None where it is not a period.

    >>> [period_of(value) for value in ("5", "P05", "period 13", "August", "Aug-26", "Sept", 5.0, "14", "later")]
    [5, 5, 13, 5, 5, 6, 5, None, None]
    """
    return found.period if (found := when(value)) else None


def year_of(value: object) -> int | None:
    """Return the calendar year in which a financial year begins, None where a cell does not name one.

    FY27 and FY2027 are named by the year in which they end, as such names are; 2026 alone is where it begins.

    >>> [year_of(value) for value in ("2025/26", "2025-2026", "2025 to 2026", "FY25/26", 2026.0, "26/28", "")]
    [2025, 2025, 2025, 2025, 2026, None, None]
    >>> [year_of(value) for value in ("FY27", "FY 2027", "2627", "202627", "2021", "2031")]
    [2026, 2026, 2026, 2026, 2021, 2031]
    """
    text = plain(value).lower()
    if match := ENDS_IN.fullmatch(text):
        return _century(match[1]) - 1
    if (pair := re.fullmatch(r"((?:20)?\d{2})(\d{2})", text)) and not re.fullmatch(r"20\d\d", text):
        text = "/".join(pair.groups())
    digits = re.fullmatch(r"(?:fy\s*)?(\d{2}|\d{4})(?:\s*(?:/|-|–|to)\s*(\d{2}|\d{4}))?", text)
    if not digits:
        return None
    first = _century(digits[1])
    if digits[2] is not None and _century(digits[2]) != first + 1:
        return None
    return first if 2000 <= first < 2100 and (digits[2] or len(digits[1]) == 4) else None


def nearest_year(found: When, period: int) -> int | None:
    """Return the financial year of a period from the date of posting: the one whose period is nearest to the date."""
    if found.year is None:
        return None
    months = found.year * 12 + found.period
    return min((found.year - 1, found.year, found.year + 1), key=lambda year: abs(year * 12 + min(period, 12) - months))


def in_words(year: int) -> str:
    """Return a financial year in words: "2026 to 2027"."""
    return f"{year} to {year + 1}"


def pence_of(value: object) -> int | None:
    """Return signed pence of pounds as a ledger writes them, None where a cell is not such an amount.

    >>> [pence_of(value) for value in ("£1,234.50", "(1,234.5)", "-£3", "3-", "£-3.00", "1.005", "1,23", "")]
    [123450, -123450, -300, -300, -300, None, None, 0]
    >>> [pence_of(value) for value in ("CR 3.00", "3.00 (CR)", "<3.00>", "3.00 C", "3 D", "1.234,50-")]
    [-300, -300, -300, -300, 300, -123450]
    >>> [pence_of(value) for value in ("1.200", 1.2, "0.000", "1200.000")]
    [None, 120, 0, 120000]
    """
    text = plain(value).lower().replace("−", "-").replace("gbp", "").replace("£", "").replace(" ", "")
    if isinstance(value, float):
        if not abs(value) <= MOST_POUNDS:
            return None  # nor is what is no number at all
        text = f"{Decimal(repr(value)).quantize(Decimal('0.0000001')):f}"  # binary sums of pennies are seldom exact
        text = text.rstrip("0").rstrip(".")
    if text in NOTHING:
        return 0
    sign = 1
    for before, after in CREDITS + DEBITS:
        inner = text.removeprefix(before).removesuffix(after)
        if len(inner) == len(text) - len(before) - len(after):
            text, sign = inner, 1 if (before, after) in DEBITS else -1
            break
    if CONTINENTAL.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    if not DIGITS.fullmatch(text) or (isinstance(value, str) and TWO_READINGS.fullmatch(text)):
        return None
    pence = Decimal(text.replace(",", "")) * 100
    return sign * int(pence) if pence == int(pence) and pence <= MOST_POUNDS * 100 else None
