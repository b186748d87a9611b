"""Periods of a ledger's file that no cell says alone: above the headings, across, or written as 06/2026.

06/2026 is June 2026 to some ledgers and period 6 of 2026-27 to others. The year or the date beside such cells tells
which, and then holds for the whole file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from budget.monitoring.layouts import Columns
from budget.monitoring.ledger_cells import MONTH_NAMES, When, in_words, pence_of, when, year_of
from budget.monitoring.posting import Posting
from budget.scenarios.finance import MONTHS
from eligibility.applicants.values import plain

Row = tuple[int, Mapping[int, object]]
NUMBER_AND_YEAR = re.compile(r"(\d{1,2})[/.\-](20\d{2})")
YEAR = r"(?:20)?\d{2}\s?[/\-–]\s?(?:20)?\d{2}"
MONTH_OR_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{MONTH_NAMES})[ \-]+20\d{{2}}|\d{{1,2}}/\d{{1,2}}/20\d{{2}}"
ABOVE = (  # what a line above the headings may call the period of them all; a day alone may be that of printing
    re.compile(
        rf"\b((?:period|month|p)\s*0?\d{{1,2}}\b(?!\s+(?:{MONTH_NAMES}))(?:\W+(?:of )?(?:fy\s*)?{YEAR})?)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b((?:fy\s*)?{YEAR}\W+(?:period|month|p)\s*0?\d{{1,2}})\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:to|until|ended|ending|end(?: of)?|as at|period|month|position at):? ({MONTH_OR_DAY})(?! ?(?:to|-|–) )",
        re.I,
    ),
)


def above(lines: Sequence[str]) -> tuple[When, str] | None:
    """Return the period that the lines above the headings say, and its words; None for none, or for several.

    >>> above(["Transport", "Position at the end of October 2026"])
    (When(period=7, year=2026), 'October 2026')
    """
    said = [match[1] for line in lines for pattern in ABOVE for match in pattern.finditer(line)]
    found = {text: period for text in said if (period := when(text.replace(" of ", " ")))}
    numbers = {(period.period, period.year) for period in found.values()}
    years = {year for _, year in numbers if year is not None}
    if len({number for number, _ in numbers}) != 1 or len(years) > 1:
        return None
    words, best = max(found.items(), key=lambda pair: (pair[1].year is not None, len(pair[0])))
    return best, words


def settled(rows: list[Row], found: Columns) -> tuple[list[Row], list[str]]:
    """Return rows whose periods written as 06/2026 are replaced by what they mean, where the file tells it."""
    at = found.places.get("period", found.places.get("date"))
    if at is None:
        return rows, []
    written = [NUMBER_AND_YEAR.fullmatch(plain(cells[at])) for _, cells in rows]
    ways = {"period", "month"}
    for match, (_, cells) in zip(written, rows, strict=True):
        if match:
            ways &= _ways(int(match[1]), int(match[2]), cells, found, at)
    if not any(written) or len(ways) != 1:
        return rows, []
    (way,) = ways
    new: list[Row] = []
    for match, (row, cells) in zip(written, rows, strict=True):
        text = "" if match is None else _plainly(int(match[1]), int(match[2]), way)
        new.append((row, {**cells, at: text} if text else cells))
    text = next(match[0] for match in written if match)
    meant = "a month of the calendar" if way == "month" else "a period of the financial year that begins in that year"
    return new, [f'"{text}" and the like are read as {meant}, as the year or the date beside them has it.']


def two_ways(text: str) -> tuple[str, str] | None:
    """Return what to say of a period that may be a month or a period of the year, and what to write in its place."""
    match = NUMBER_AND_YEAR.fullmatch(text)
    if match is None or (day := when(_plainly(int(match[1]), int(match[2]), "month"))) is None:
        return None
    number, year = int(match[1]), int(match[2])
    month = f"{MONTHS[day.period - 1]} {year}"
    return (
        f"is not a period alone: it may be {month} or period {number} of {in_words(year)}.",
        f'Write "{month}" or "{year}{number:02}", or add a column with the financial year or the date.',
    )


def _plainly(number: int, year: int, way: str) -> str:
    return f"01/{number:02}/{year}" if way == "month" else f"{year}{number:02}"


def _ways(number: int, year: int, cells: Mapping[int, object], found: Columns, at: int) -> set[str]:
    """Return which readings of 06/2026 agree with what else the row says."""
    ways = {way: when(_plainly(number, year, way)) for way in ("period", "month")}
    fits = {way: period for way, period in ways.items() if period is not None}
    if "year" in found.places and (beside := year_of(cells[found.places["year"]])) is not None:
        whole = not found.is_plain_year
        fits = {way: p for way, p in fits.items() if beside == p.year or not whole and beside == p.calendar_year}
    dated = when(cells[found.places["date"]]) if found.places.get("date", at) != at else None
    if dated is not None and dated.year is not None:
        fits = {way: period for way, period in fits.items() if abs(_month_number(period) - _month_number(dated)) <= 1}
    return set(fits)


def _month_number(period: When) -> int:
    return (period.year or 0) * 12 + min(period.period, 12)


def across(cells: Mapping[int, object], found: Columns) -> Iterator[tuple[When, int | None, str]]:
    """Yield each period that stands across in a row, its pence (None where it is no amount) and what is written.

    Amounts up to each period are given as what each has more than the one before it of its year; a cell that is empty
    there says nothing of its period.
    """
    before: dict[int | None, int] = {}
    for at, period in sorted(found.months.items(), key=lambda pair: (pair[1].year or 0, pair[1].period)):
        text = plain(cells[at])
        if found.is_to_date and not text:
            continue
        pence = pence_of(cells[at])
        if found.is_to_date and pence is not None:
            yield period, pence - before.get(period.year, 0), text
            before[period.year] = pence
        else:
            yield period, pence, text


def spread(posting: Posting, amounts: Sequence[tuple[When, int]]) -> list[Posting]:
    """Return a row with periods across as one posting a period; what is ordered stands in the last of them."""
    empty = replace(posting, committed_pence=0, accrual_pence=0, reason="", forecast_pence=None, confirmed="")
    used = [(at, pence) for at, pence in amounts if pence]
    rows = [replace(empty, period=at.period, year=at.year or posting.year, amount_pence=pence) for at, pence in used]
    if not (last := (used or amounts)[-1:]):
        return []
    period, pence = last[0]
    return [*rows[:-1], replace(posting, period=period.period, year=period.year or posting.year, amount_pence=pence)]


def without_months_to_come(rows: Sequence[Row], found: Columns) -> Columns:
    """Return columns without those up to periods after the last with an amount, which hold noughts as yet."""
    if not found.is_to_date:
        return found
    in_order = sorted(found.months.items(), key=lambda pair: (pair[1].year or 0, pair[1].period))
    while len(in_order) > 1 and not any(pence_of(cells[in_order[-1][0]]) for _, cells in rows):
        in_order.pop()
    return replace(found, months=dict(in_order))
