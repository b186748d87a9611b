"""Read a file of actuals (CSV or workbook): what the ledger has paid, ordered and accrued, by period and line.

    period,line,amount,committed,reason
    P6,bus_pass,"£12,400.00",0,
    October,Contributions: Bus pass,(1200.00),,instalments
    13,minibus,-350.00,,invoice credited

A period is 1 to 12 (April is 1), "P5", "Period 5", a month, a date, or "202606" (the sixth period of 2026-27); 13 is
for adjustments. Amounts are pounds as ledgers write them: receipts and credits are below zero, as -1,200.00 or
(1,200.00). Further columns: subjective, cost centre, project and financial year, by which a row finds its line; debit
and credit in place of an amount; accrual (received and not yet invoiced); a person's own forecast of the line; and
confirmed, which says how a saving of the line was confirmed. The periods may stand across. Columns may be in any order.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from budget.monitoring import layouts
from budget.monitoring.layouts import Columns
from budget.monitoring.ledger_cells import When, nearest_year, pence_of, when, year_of
from budget.monitoring.ledger_periods import above, across, spread, two_ways
from budget.monitoring.ledger_reading import notes_of_reading, rows_that_count
from budget.monitoring.ledger_rows import disagreements, of_each_period
from budget.monitoring.posting import CONFIRMED, Actuals, Posting, confirmed_by
from data.documents.sheet_text import csv_cell
from data.faults import Fault, InputError
from data.opening.files import content_of
from eligibility.applicants.applicant_file import RawTable, read_bytes
from eligibility.applicants.values import plain

COLUMNS = ("period", "line", "amount", "committed", "reason", "forecast", "accrual", "confirmed")  # of the empty file
MONEY = ("amount", "cumulative", "debit", "credit", "committed", "accrual", "forecast")
WRITE = {
    "period": 'Write 1 to 12 (April is 1), "P5", a month such as August, or a date; 13 for adjustments.',
    "date": "Write the day first, such as 15/09/2026, or 2026-09-15.",
    "year": 'Write the financial year, such as "2026-27".',
    "amount": "Write pounds with at most two decimals, such as 1234.50, -1,234.50 or (1,234.50).",
    "line": "Write the kind of support or the line's name, such as bus_pass or Contributions: Bus pass.",
    "confirmed": f"Write {', '.join(CONFIRMED.values())}, or leave the cell empty.",
    "sign": "Write debit or credit.",
}
SIGNS = {"d": 1, "debit": 1, "dr": 1, "s": 1, "+": 1, "": 1} | dict.fromkeys(("c", "credit", "cr", "h", "-"), -1)
LONGEST_REASON = 2_000  # characters


def read_file(path: str | Path, columns: Mapping[str, str] | None = None) -> Actuals:
    """Read a file of actuals; see `read`. Raises InputError with every fault; OSError where it cannot be opened."""
    path = Path(path)
    return read(content_of(path), path.name, columns)


def read(content: bytes, name: str, columns: Mapping[str, str] | None = None) -> Actuals:
    """Read a CSV file or a workbook of actuals. Raises InputError with every fault: its row, column and value.

    `columns` are those that a person has confirmed: what each is ("period", "amount"), and its heading.
    """
    chosen = columns or {}
    raw = _table(content, name, chosen)
    faults: list[Fault] = []
    of_all = above(raw.above)
    found = layouts.find(raw.headings, chosen, faults, of_all[0] if of_all else None)
    lacks_columns = bool(faults)
    faults += [Fault(f"row {row}", problem) for row, problem in raw.broken]
    if lacks_columns:
        raise InputError(name, faults)
    notes = [*raw.notes]
    if found.ledgers:
        notes.append(f"Read by the headings of {' and '.join(found.ledgers)}.")
    rows, found, said = rows_that_count(raw, found)
    notes += said
    if found.of_all and of_all:
        notes.append(f'No column says a period: every row is read as of period {of_all[0].period} ("{of_all[1]}").')
    postings = [posting for row, cells in rows for posting in _postings(row, cells, found, faults)]
    if "cumulative" in found.places and not found.months:
        if {"amount", "debit"} & found.places.keys():
            notes += disagreements(rows, found)
        else:
            postings, said = of_each_period(postings, raw.headings[found.places["cumulative"]], faults)
            notes += said
    if faults:
        raise InputError(name, faults)
    return Actuals(name, tuple(postings), (*notes, *notes_of_reading(raw, found)))


def headings(content: bytes, name: str) -> tuple[str, ...]:
    """Return the headings of a file, for a person to say what each is. Raises InputError where it has no table."""
    return _table(content, name, {}).headings


def _table(content: bytes, name: str, chosen: Mapping[str, str]) -> RawTable:
    """Return the table of a file, whose heading row is the one with the most headings of a ledger."""
    return read_bytes(content, name, lambda row: sum(layouts.is_known(each, chosen) for each in row), "amount")


def with_accruals(actuals: Actuals, accruals: Actuals) -> Actuals:
    """Return actuals with the rows of a second file, whose amounts are accruals: received, and not yet invoiced."""
    rows = [
        replace(posting, amount_pence=0, accrual_pence=posting.accrual_pence or posting.amount_pence)
        for posting in accruals.postings
    ]
    notes = tuple(f"{accruals.name}: {note}" for note in accruals.notes)
    return Actuals(actuals.name, (*actuals.postings, *rows), (*actuals.notes, *notes))


def template(lines: Iterable[str], periods: Iterable[int]) -> bytes:
    """Return an empty file of actuals (CSV) with a row for each line and period."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    safe = [csv_cell(line) for line in lines]
    empty = [""] * (len(COLUMNS) - 2)
    rows.writerows((f"P{period}", line, *empty) for period in periods for line in safe)
    return text.getvalue().encode("utf-8-sig")  # with the mark from which Excel knows that it is UTF-8


def _postings(row: int, cells: Mapping[int, object], found: Columns, faults: list[Fault]) -> list[Posting]:
    """Return what one row of the file says; nothing where it has faults, or no amount and no reason."""
    given = {role: cells[at] for role, at in found.places.items()}
    texts = {role: plain(cell) for role, cell in given.items()}
    said = any(texts.get(role) for role in (*MONEY, "reason", "confirmed"))
    if not said and not any(plain(cells[at]) for at in found.months):
        return []
    before = len(faults)
    period = found.of_all or (None if found.months else _period(row, given, texts, faults))
    if not texts.get("line") and not texts.get("code"):
        faults.append(_fault(row, "line", "", "", WRITE["line"]))
    money = _money(row, given, texts, faults)
    how = confirmed_by(texts.get("confirmed", ""))
    if how is None:
        faults.append(_fault(row, "confirmed", texts["confirmed"], "is no way to confirm.", WRITE["confirmed"]))
    reason = texts.get("reason", "")
    if len(reason) > LONGEST_REASON:
        faults.append(Fault(f"row {row}, reason", f"is longer than {LONGEST_REASON:,} characters. Shorten it."))
    year = _year(row, given, texts, period, faults, is_plain=found.is_plain_year)
    amounts = _across(row, cells, found, faults)
    if len(faults) > before:
        return []
    code = texts.get("code", "").removeprefix("'")
    posting = Posting(
        row=row,
        period=period.period if period else 0,
        line=texts.get("line", "").removeprefix("'") or code,
        amount_pence=money["net"],
        committed_pence=money.get("committed", 0),
        reason=reason,
        forecast_pence=money["forecast"] if texts.get("forecast") else None,
        accrual_pence=money.get("accrual", 0),
        confirmed=how or "",
        year=year,
        code=code,
        centre=texts.get("centre", "").removeprefix("'"),
        project=texts.get("project", "").removeprefix("'"),
    )
    return spread(posting, amounts) if found.months else [posting]


def _across(row: int, cells: Mapping[int, object], found: Columns, faults: list[Fault]) -> list[tuple[When, int]]:
    amounts = []
    for period, pence, text in across(cells, found):
        if pence is None:
            faults.append(_fault(row, f"period {period.period}", text, "is not an amount.", WRITE["amount"]))
        amounts.append((period, pence or 0))
    return amounts


def _money(row: int, given: Mapping[str, object], texts: Mapping[str, str], faults: list[Fault]) -> dict[str, int]:
    """Return the row's amounts in signed pence, and "net": the amount, or debit less credit, or the amount to date."""
    money: dict[str, int] = {}
    for role in MONEY:
        if role in given and (pence := pence_of(given[role])) is None:
            faults.append(_fault(row, role, texts[role], "is not an amount.", WRITE["amount"]))
        elif role in given:
            money[role] = pence or 0
    both = money.get("debit", 0) - money.get("credit", 0)
    money["net"] = money.get("amount", both if "debit" in money else money.get("cumulative", 0))
    if (sign := SIGNS.get(texts.get("sign", "").lower())) is None:
        faults.append(_fault(row, "sign", texts["sign"], "is neither debit nor credit.", WRITE["sign"]))
    elif money["net"] > 0:
        money["net"] *= sign
    if "amount" in money and "debit" in money and "credit" in money and money["amount"] != both:
        problem = f'"{texts["amount"]}" is not debit less credit, {both / 100:,.2f}. Correct one of the three.'
        faults.append(Fault(f"row {row}, amount", problem))
    return money


def _period(row: int, given: Mapping[str, object], texts: Mapping[str, str], faults: list[Fault]) -> When | None:
    role = "period" if texts.get("period") or "date" not in given else "date"
    if (found := when(given[role])) is None:
        what, write = two_ways(texts[role]) or (f"is not a {role}.", WRITE[role])
        faults.append(_fault(row, role, texts[role], what, write))
    elif role == "period" and found.year is None and (dated := when(given.get("date"))) is not None:
        return When(found.period, nearest_year(dated, found.period))
    return found


def _year(
    row: int,
    given: Mapping[str, object],
    texts: Mapping[str, str],
    period: When | None,
    faults: list[Fault],
    *,
    is_plain: bool,
) -> int | None:
    """Return the year in which the row's financial year begins; None where the row does not say it.

    A plain year beside a month, as 2027 beside January, is that of the day (`is_plain`, and the month has a name).
    """
    if not texts.get("year"):
        return period.year if period else None
    year = year_of(given["year"])
    if year is None:
        faults.append(_fault(row, "year", texts["year"], "is not a financial year.", WRITE["year"]))
    elif is_plain and period and period.year is None and texts["year"].isdigit() and texts.get("period", "").isalpha():
        return (when(f"{texts['period']} {year}") or period).year
    elif period and period.year not in (None, year):
        said_by = "period" if texts.get("period") else "date"
        if texts["year"] == str(period.calendar_year):
            return period.year
        if when(given.get(said_by)) == period:
            problem = f'"{texts["year"]}" is not the year of "{texts[said_by]}". Correct one of the two.'
            faults.append(Fault(f"row {row}, year", problem))
    return year


def _fault(row: int, column: str, value: str, what: str, write: str) -> Fault:
    quoted = f'"{value}"' if len(value) <= 60 else f'"{value[:60]}…"'
    return Fault(f"row {row}, {column}", f"{quoted} {what} {write}" if value else f"is empty. {write}")
