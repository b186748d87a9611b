"""Read one value as people write it: dates, yes or no, money with its period, distances, times; for forms and files.

Every reader returns the value, or None for a gap: nothing, "n/a", "not known", "?". A gap is never no and never zero. A
value that can be read in two ways raises PydanticCustomError, whose message says how to write it and does not repeat
it: it may be personal.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import NoReturn

from pydantic_core import PydanticCustomError

from data.wording import KM_A_MILE

_GAPS = (  # parted by bars; the first is nothing at all
    "|?|??|???|-|--|---|–|—|.|..|…|*|n/a|na|n.a.|n.a|#n/a|n/k|nk|dk|d/k|nan|null|tbc|tba|not known|unknown|not given|"
    "not provided|not stated|not supplied|to be confirmed|to follow|don't know|dont know|do not know|not sure|unsure|"
    "not applicable|not yet known|awaited|awaiting|pending|blank|missing|not recorded"
)
GAPS = frozenset(_GAPS.split("|"))
YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "✓", "✔", "☑", "yes.", "yeah", "yep"})
NO = frozenset({"no", "n", "false", "f", "0", "0.0", "✗", "✘", "☐", "no.", "nope"})
MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
DAY_FIRST = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d+)")
YEAR_FIRST = re.compile(r"((?:19|20)\d\d)([\-/.]?)(\d{2})\2(\d{2})|(\d{4})-(\d{1,2})-(\d{1,2})")
DAY_MONTH_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/,.]*(?:of\s+)?([a-z]{3,9})[\s\-/,.]*(\d+)")
MONTH_NAME_DAY = re.compile(r"([a-z]{3,9})[\s.]+(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d+)")
MIDNIGHT = re.compile(  # the clock of Greenwich or of British Summer Time
    r"[ T,]+(?:00?[:.]00(?:[:.]00(?:[.,]0+)?)?(?:\s*a\.?m\.?)?|12[:.]00(?:[:.]00)?\s*a\.?m\.?)"
    r"\s*(?:Z|UTC|GMT|BST|[+-]00:?00|\+01:?00)?$",
    re.IGNORECASE,
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = re.compile(rf"({'|'.join(WEEKDAYS)})[a-z]{{0,6}}\.?,?\s+(?=\d)")
TIME_OF_DAY = re.compile(
    r"[ T,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|GMT|BST|[+-]\d{2}:?\d{2})?\s*$",
    re.IGNORECASE,
)
HAS_A_TIME = "has a time of day. Give the date alone; 23:00 may be midnight of the day after, in summer time."
A_THOUSAND = re.compile(r"£?\s*[1-9]\d{0,2}\.\d{3}(?!\d).*")  # 1.200 for 1,200, as on the Continent; or for 1.20
EITHER_WAY = (
    "may have the month first, as another date in this column has: it could be read either way round. Write it as "
    "28 February 2008."
)
WRITE_DATE = "Write it as 28/02/2008 or 28 February 2008."

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")  # marks that nobody sees
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
RANGE = re.compile(rf"({NUMBER})\s*(?:-|–|—|to|and)\s*({NUMBER})")
KM_IN_A_MILE = Decimal(str(KM_A_MILE))
EACH = r"(?:per|a|each|every|/|p\.?)?\s*"
PERIOD_NAMES = {  # those of several weeks first; an assessment period is a month
    "four weeks": EACH + r"(?:4|four)[\s\-]*(?:weeks?|wks?|weekly|wkly)",
    "fortnight": EACH + r"(?:(?:2|two)[\s\-]*(?:weeks?|wks?|weekly|wkly)|fortnight|fortnightly|f/n)",
    "quarter": EACH + r"(?:quarter|qtr|quarterly)",
    "year": EACH + r"(?:year|yr|yearly|annum|annual|annually|p[./]?a\.?)",
    "month": EACH + r"(?:calendar\s+)?(?:month|mth|monthly|assessment\s+period|pcm|p[./]?c[./]?m\.?|p[./]?m\.?)",
    "week": EACH + r"(?:week|wk|weekly|p[./]?w\.?)",
}
UNITS = {
    "miles": {"": Decimal(1), "miles?|mi": Decimal(1), "km|kms|kilomet(?:re|er)s?": 1 / KM_IN_A_MILE},
    "km": {"": Decimal(1), "km|kms|kilomet(?:re|er)s?": Decimal(1), "miles?|mi": KM_IN_A_MILE},
    "minutes": {"": Decimal(1), "m|mins?|minutes?": Decimal(1), "h|hrs?|hours?": Decimal(60)},
    "years": {"": Decimal(1), "years?|yrs?|years? old": Decimal(1)},
    "hours per week": {"": Decimal(1), r"(?:h|hrs?|hours?)(?:\s*(?:per|a|/|each)\s*(?:week|wk))?|hpw": Decimal(1)},
    "hours per year": {"": Decimal(1), r"(?:h|hrs?|hours?)(?:\s*(?:per|a|/|each)\s*(?:year|yr|annum))?": Decimal(1)},
    "people": {"": Decimal(1), "people|persons?|children": Decimal(1)},
}
HOURS_AND_MINUTES = re.compile(r"(\d{1,9})\s*(?:h|hrs?|hours?)\s*(?:and\s*)?(\d{1,2})\s*(?:m|mins?|minutes?)?")

# Beyond these a value is a slip of the pen, or in another unit. Our assumptions, wide of any applicant.
LARGEST = {"miles": 500, "km": 800, "minutes": 1440, "hours per week": 100, "hours per year": 3000, "years": 120}
LARGEST_POUNDS = 10_000_000
LARGEST_OF_ANY = 10_000_000  # of a unit that is not named above

Bounds = tuple[float, float]  # the least and the most it can be; the same twice where it is exact
Money = tuple[float, float, str]  # pounds, least and most, and the period: "week", "month", "year", or "" for none


def plain(value: object) -> str:
    """Return what stood in a cell as trimmed text with single spaces; "" for nothing.

    >>> plain("  Not\\u00a0known "), plain(None), plain(3.0)
    ('Not known', '', '3')
    """
    if value is None or value == "" or value != value:  # NaN differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(INVISIBLE.sub("", str(value)).split())


def is_gap(value: object) -> bool:
    """Say whether a value is one of the ways to write that nothing is known.

    >>> [is_gap(value) for value in (None, " N/A ", "Not known", "?", "no", 0)]
    [True, True, True, True, False, False]
    """
    return plain(value).lower() in GAPS


def read_text(value: object) -> str | None:
    """Return text in single spaces, None for a gap."""
    return None if is_gap(value) else plain(value)


def read_date(value: object) -> date | None:
    """Return a date, read day first and never guessed; None for a gap.

    >>> read_date("31-1-2008"), read_date("31 Jan 2008") == read_date("2008-01-31") == read_date("31/01/2008")
    (datetime.date(2008, 1, 31), True)
    """
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else _wrong(HAS_A_TIME)
    if isinstance(value, date):
        return value
    if is_gap(value):
        return None
    if isinstance(value, int | float) and not YEAR_FIRST.fullmatch(plain(value)):
        _wrong(f"is a number, not a date. In Excel give the cell a date format. {WRITE_DATE}")
    text = _day_text(value)
    if weekday := WEEKDAY.match(text):
        day = read_date(text[weekday.end() :])
        return (
            day if day and WEEKDAYS[day.weekday()] == weekday[1] else _wrong("names another day of the week. Check it.")
        )
    if found := YEAR_FIRST.fullmatch(text):
        if int(found[3] or found[6]) > 12 >= int(found[4] or found[7]):
            _wrong(f"has no such month: dates that begin with the year are read year, month, day. {WRITE_DATE}")
        return _date(found[1] or found[5], found[3] or found[6], found[4] or found[7])
    if found := DAY_FIRST.fullmatch(text):
        if int(found[3]) > 12 >= int(found[1]):
            _wrong(f"has no such month: dates are read day, month, year. {WRITE_DATE}")
        return _date(found[4], found[3], found[1])
    if found := DAY_MONTH_NAME.fullmatch(text):
        return _date(found[3], _month(found[2]), found[1])
    if found := MONTH_NAME_DAY.fullmatch(text):
        return _date(found[3], _month(found[1]), found[2])
    if re.fullmatch(r"\d+(\.\d+)?", text):
        _wrong(f"is a number, not a date. {WRITE_DATE}")
    if TIME_OF_DAY.search(text):
        _wrong(HAS_A_TIME)
    return _wrong(f"is not a date. {WRITE_DATE}")


def _day_text(value: object) -> str:
    return MIDNIGHT.sub("", plain(value)).lower().strip()


def may_be_month_first(value: object) -> bool:
    """Return whether a text is a date that reads as another day where day and month change places.

    >>> [may_be_month_first(text) for text in ("08/09/2007", "2007-09-08", "09/09/2007", "13/09/2007", "8 Sept 2007")]
    [True, True, False, False, False]
    """
    first, second = _first_two(value)
    return 0 < first <= 12 and 0 < second <= 12 and first != second


def is_day_first(value: object) -> bool:
    """Return whether a text is a date that can only have the day first, as 13/09/2007."""
    first, second = _first_two(value)
    return first > 12 >= second > 0


def _first_two(value: object) -> tuple[int, int]:
    """Return what is read as the day and as the month of a date in figures, noughts for anything else."""
    text = _day_text(value) if isinstance(value, str) else ""
    if found := DAY_FIRST.fullmatch(text):
        return int(found[1]), int(found[3])
    if found := YEAR_FIRST.fullmatch(text):
        return int(found[4] or found[7]), int(found[3] or found[6])
    return 0, 0


def read_day(value: object) -> date | None:
    """Return the day of a date that may have a time of day, as forms write when they were sent; None for a gap.

    >>> read_day("12/04/2026 10:15:07"), read_day("2026-04-12T10:15")
    (datetime.date(2026, 4, 12), datetime.date(2026, 4, 12))
    """
    if isinstance(value, datetime):
        return value.date()
    return read_date(TIME_OF_DAY.sub("", value) if isinstance(value, str) else value)


def _month(name: str) -> int:
    found = [number for number, month in enumerate(MONTHS, start=1) if month.startswith(name)]
    if name == "sept":
        found = [9]
    return found[0] if len(found) == 1 else _wrong(f"names no month. {WRITE_DATE}")


def _date(year: str, month: str | int, day: str) -> date:
    if len(str(year)) != 4:
        _wrong(f"has a year of {len(str(year))} digits, not four. {WRITE_DATE}")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return _wrong(f"is a day that does not exist. {WRITE_DATE}")


def read_yes_or_no(value: object) -> bool | None:
    """Return True, False, or None for a gap.

    >>> [read_yes_or_no(value) for value in ("Y", "no", True, 0.0, "n/a")]
    [True, False, True, False, None]
    """
    text = plain(value).lower()
    if text in GAPS:
        return None
    if text in YES or text in NO:
        return text in YES
    return _wrong("is neither yes nor no. Write yes, no, or leave it empty where it is not known.")


def read_money(value: object, unit: str) -> Money | None:
    """Return pounds as (least, most, period); None for a gap.

    The period is the one that the value names, else that of `unit` ("pounds per year"); of "pounds" there is none.

    >>> read_money("£1,234.50 per month", "pounds per year"), read_money("£20,000 to £25,000", "pounds per year")
    ((1234.5, 1234.5, 'month'), (20000.0, 25000.0, 'year'))
    """
    text = plain(value).lower()
    if text in GAPS:
        return None
    own = unit.removeprefix("pounds").removeprefix(" per ").strip()
    if isinstance(value, str) and A_THOUSAND.fullmatch(text):
        _wrong(
            "is not an amount of money that can be read one way: 1.200 may be 1,200 or 1.20. Write it as one of these."
        )
    if text == "nil":
        return 0.0, 0.0, own
    rest, period = _without_period(re.sub(r"£|gbp|\bpounds?\b", " ", text).strip())
    if period and not own:
        _wrong("names a period, and the sum of one or more periods is asked for. Write it as 1234.50.")
    per = f" per {own}" if own else ""
    low, high = _bounds(rest, f"is not an amount of money. Write it in pounds, as 1234.50{per}.")
    if high > LARGEST_POUNDS:
        _wrong(f"is above £{LARGEST_POUNDS:,}. Check it.")
    return float(low), float(high), period or own


def _without_period(text: str) -> tuple[str, str]:
    for period, names in PERIOD_NAMES.items():
        found = re.fullmatch(rf"(.*?[\d\s])\s*{names}\.?", text)
        if found:
            return found[1].strip(), period
    return text, ""


def read_number(value: object, unit: str, bare: str = "") -> Bounds | None:
    """Return a number of `unit` as (least, most); None for a gap. A number that names a like unit is converted.

    `bare` is the unit of numbers that name none, where it is another: kilometres in a column headed km.

    >>> read_number("5 km", "miles"), read_number("1 hour 15 mins", "minutes"), read_number("16 hrs", "hours per week")
    ((3.106856, 3.106856), (75.0, 75.0), (16.0, 16.0))
    """
    text = plain(value).lower()
    if text in GAPS:
        return None
    how = f"Write a number, in {unit}."
    if bare and bare != unit and re.search(r"[\d.]$", text):
        text = f"{text} {bare}"
    if unit == "minutes" and (found := HOURS_AND_MINUTES.fullmatch(text)):
        text = str(int(found[1]) * 60 + int(found[2]))
    for names, factor in UNITS.get(unit, {"": Decimal(1)}).items():
        if found := re.fullmatch(rf"(.*\d\.?)\s*(?:{names})\.?", text):
            low, high = (bound * factor for bound in _bounds(found[1], f"is not a number. {how}"))
            if high > (largest := LARGEST.get(unit, LARGEST_OF_ANY)):
                _wrong(f"is above {largest:,} {unit}. Check it, and its unit.")
            return float(round(low, 6)), float(round(high, 6))
    return _wrong(f"is not a number. {how}")


def _bounds(text: str, problem: str) -> tuple[Decimal, Decimal]:
    if re.fullmatch(r"-\s*\.?\d.*", text):
        _wrong("is below zero, which it cannot be. Check it.")
    if found := re.fullmatch(NUMBER, text):
        exact = _decimal(found[0])
        return exact, exact
    found = RANGE.fullmatch(re.sub(r"\s+", " ", text.removeprefix("between ")))
    if not found:
        _wrong(problem)
    low, high = _decimal(found[1]), _decimal(found[2])
    return (low, high) if low <= high else _wrong("has the larger number first. Write the smaller first.")


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def read_choice(value: object, choices: Sequence[str]) -> str | None:
    """Return one of the choices, None for a gap; "Level 3" and "L3" are 3.

    >>> read_choice("Level 3", ["entry", "3", "4 or above"]), read_choice("5", ["entry", "3", "4 or above"])
    ('3', '4 or above')
    """
    text = plain(value).lower()
    if text in GAPS:
        return None
    text = re.sub(r"^(?:level|lvl|l)\s*(?=\d)", "", text)
    named = {choice.lower(): choice for choice in choices}
    if text in named:
        return named[text]
    if re.fullmatch(r"entry(?: level)?(?: \d)?|e\d", text) and "entry" in named:
        return named["entry"]
    above = re.fullmatch(r"(\d)\+?", text)
    for choice in choices:
        floor = re.fullmatch(r"(\d) or above", choice)
        if above and floor and int(above[1]) >= int(floor[1]):
            return choice
    return _wrong(f"is none of the choices. Write one of: {', '.join(choices)}.")


def _wrong(problem: str) -> NoReturn:
    # the message is a template to pydantic, hence no braces in any of ours
    raise PydanticCustomError("value", problem)
