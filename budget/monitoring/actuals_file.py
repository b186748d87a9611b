"""Read a file of actuals (CSV or workbook): what the ledger has paid and ordered, by period and line.

    period,line,amount,committed,reason
    P6,bus_pass,"£12,400.00",0,
    October,Contributions: Bus pass,(1200.00),,instalments
    13,minibus,-350.00,,invoice credited

A period is 1 to 12 (April is 1), "P5", "Period 5" or a month; 13 is for adjustments. Amounts are pounds as ledgers
write them: receipts and credits are below zero, as -1,200.00 or (1,200.00). A sixth column, forecast, may hold a
person's own forecast outturn of the line, with its reason. Columns may be in any order.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from budget.scenarios.finance import MONTHS
from budget.scenarios.scenario import MOST_POUNDS
from data.documents.sheet_text import csv_cell
from data.faults import Fault, InputError
from data.opening.files import content_of
from data.suggest import did_you_mean
from eligibility.applicants.applicant_file import read_bytes
from eligibility.applicants.values import plain

ADJUSTMENTS = 13
PERIODS = range(1, ADJUSTMENTS + 1)
COLUMNS = ("period", "line", "amount", "committed", "reason", "forecast")
NEEDED = COLUMNS[:3]
HEADINGS = {
    "period": {"period", "month", "posting period", "accounting period", "financial period", "fiscal period"},
    "line": {"line", "scheme", "budget line", "option", "kind", "account", "subjective", "kind of support", "code"},
    "amount": {"amount", "actual", "actuals", "actual to date", "net", "net amount", "value", "amount gbp", "spend"},
    "committed": {"committed", "commitment", "commitments", "on order", "encumbrance", "orders"},
    "reason": {"reason", "explanation", "reason for variance", "comment", "comments", "note", "notes", "narrative"},
    "forecast": {"forecast", "forecast outturn", "outturn", "override", "own forecast", "projected outturn"},
}
WRITE = {
    "period": 'Write 1 to 12 (April is 1), "P5", or a month such as August; 13 for adjustments.',
    "amount": "Write pounds with at most two decimals, such as 1234.50, -1,234.50 or (1,234.50).",
    "line": "Write the kind of support or the line's name, such as bus_pass or Contributions: Bus pass.",
}
NUMBERED = re.compile(r"(?:p|pd|per|period|month|m)?[\s.\-]*0*(\d{1,2})(?:\.0+)?")
MONTH_NAMED = re.compile(r"([a-z]{3,9})[\s.,\-/']*(?:\d{2}|\d{4})?")
DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+")
NOTHING = {"", "-", "–", "—", "nil"}
LONGEST_REASON = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the file. Money in signed pence: receipts are below zero."""

    row: int  # as a spreadsheet counts
    period: int  # 1 to 12, April is 1; 13 for adjustments
    line: str  # as in the file
    amount_pence: int
    committed_pence: int
    reason: str = ""
    forecast_pence: int | None = None  # a person's own forecast of the line


@dataclass(frozen=True, slots=True)
class Actuals:
    """The rows of a file, and how it was read."""

    name: str
    postings: tuple[Posting, ...] = ()
    notes: tuple[str, ...] = ()


def read_file(path: str | Path) -> Actuals:
    """Read a file of actuals. Raises InputError with every fault; OSError where it cannot be opened."""
    path = Path(path)
    return read(content_of(path), path.name)


def read(content: bytes, name: str) -> Actuals:
    """Read a CSV file or a workbook of actuals. Raises InputError with every fault: its row, column and value."""
    raw = read_bytes(content, name, lambda headings: len([*filter(_column_of, headings)]), "amount")
    faults: list[Fault] = []
    places = _columns(raw.headings, faults)
    faults += [Fault(f"row {row}", problem) for row, problem in raw.broken]
    if not places.keys() >= set(NEEDED):
        raise InputError(name, faults)
    rows = zip(raw.row_numbers, raw.rows, strict=True)
    postings = [_posting(row, {column: cells[at] for column, at in places.items()}, faults) for row, cells in rows]
    if faults:
        raise InputError(name, faults)
    unread = [heading for number, heading in enumerate(raw.headings) if number not in places.values()]
    notes = (*raw.notes, f"Columns not read: {', '.join(unread)}.") if unread else tuple(raw.notes)
    return Actuals(name, tuple(filter(None, postings)), notes)


def template(lines: Iterable[str], periods: Iterable[int]) -> bytes:
    """Return an empty file of actuals (CSV) with a row for each line and period."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    safe = [csv_cell(line) for line in lines]
    rows.writerows((f"P{period}", line, "", "", "", "") for period in periods for line in safe)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # the mark from which Excel knows that it is UTF-8


def period_of(value: object) -> int | None:
    """Return the period that a cell names, None where it is not a period.

    >>> [period_of(value) for value in ("5", "P05", "period 13", "August", "Aug-26", "Sept", 5.0, "14", "later")]
    [5, 5, 13, 5, 5, 6, 5, None, None]
    """
    if isinstance(value, date | datetime):
        return (value.month - 4) % 12 + 1
    text = plain(value).lower()
    if match := NUMBERED.fullmatch(text):
        return number if (number := int(match[1])) in PERIODS else None
    if text.startswith("adjust"):
        return ADJUSTMENTS
    if match := MONTH_NAMED.fullmatch(text):
        return next((n for n, month in enumerate(MONTHS, start=1) if month.lower().startswith(match[1])), None)
    return None


def pence_of(value: object) -> int | None:
    """Return signed pence of pounds as a ledger writes them, None where a cell is not such an amount.

    >>> [pence_of(value) for value in ("£1,234.50", "(1,234.5)", "-£3", "3-", "£-3.00", "1.005", "1,23", "")]
    [123450, -123450, -300, -300, -300, None, None, 0]
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
    for before, after in (("(", ")"), ("-", ""), ("", "-"), ("", "cr"), ("", "dr")):
        inner = text.removeprefix(before).removesuffix(after)
        if len(inner) == len(text) - len(before) - len(after):
            text, sign = inner, 1 if after == "dr" else -1
            break
    if not DIGITS.fullmatch(text):
        return None
    pence = Decimal(text.replace(",", "")) * 100
    return sign * int(pence) if pence == int(pence) and pence <= MOST_POUNDS * 100 else None


def _column_of(heading: str) -> str | None:
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", plain(heading).lower()).split())
    return next((column for column, known in HEADINGS.items() if words in known), None)


def _columns(headings: Sequence[str], faults: list[Fault]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, heading in enumerate(headings):
        column = _column_of(re.sub(r" \(\d+\)$", "", heading))
        if column is not None and column in places:
            first = headings[places[column]]
            faults.append(Fault(f'column "{heading}"', f'is {column} too, as "{first}" is. Keep one of the two.'))
        elif column is not None:
            places[column] = number
    faults += [
        Fault("", f'has no column {column}. {did_you_mean(column, headings)} Head one "{column}".')
        for column in NEEDED
        if column not in places
    ]
    return places


def _posting(row: int, cells: dict[str, object], faults: list[Fault]) -> Posting | None:
    """Return one row; None where it has faults, or no amount and no reason as in the empty file."""
    texts = {column: plain(cell) for column, cell in cells.items()}
    if not any(texts.get(column) for column in COLUMNS[2:]):
        return None
    before = len(faults)
    period = period_of(cells["period"])
    if period is None:
        faults.append(_fault(row, "period", texts["period"], "is not a period.", WRITE["period"]))
    if not texts["line"]:
        faults.append(_fault(row, "line", "", "", WRITE["line"]))
    money: dict[str, int | None] = {}
    for column in ("amount", "committed", "forecast"):
        money[column] = pence_of(cells.get(column))
        if money[column] is None:
            faults.append(_fault(row, column, texts[column], "is not an amount.", WRITE["amount"]))
    reason = texts.get("reason", "")
    if len(reason) > LONGEST_REASON:
        faults.append(Fault(f"row {row}, reason", f"is longer than {LONGEST_REASON:,} characters. Shorten it."))
    if len(faults) > before:
        return None
    own_forecast = money["forecast"] if texts.get("forecast") else None
    line = texts["line"].removeprefix("'")
    return Posting(row, period or 0, line, money["amount"] or 0, money["committed"] or 0, reason, own_forecast)


def _fault(row: int, column: str, value: str, what: str, write: str) -> Fault:
    quoted = f'"{value}"' if len(value) <= 60 else f'"{value[:60]}…"'
    return Fault(f"row {row}, {column}", f"{quoted} {what} {write}" if value else f"is empty. {write}")
