"""Accrual and prepayment journals, and the cash profile, as CSV files that a ledger can take.

A journal balances to the penny, and each has its reversal in the period after. Codes are the council's: those of the
lines, and `prepayments_code` and `accruals_code` of the scenario's [finance] for the balance sheet; where these are not
said their names stand in the column, to be replaced.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from budget.accounts.ledger import Ledger, LedgerLine
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.lines import LineForecast
from budget.monitoring.monitored import Monitored
from data.access import Right, needs
from data.documents.sheet_text import csv_cell

HEADINGS = (
    "journal", "financial_year", "period", "cost_centre", "subjective", "project", "debit", "credit", "narrative",
)  # fmt: skip
PREPAYMENT, ACCRUAL, REVERSAL = "Prepayment", "Accrual", "reversal"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a journal. `pence` is above zero for a debit, below zero for a credit."""

    journal: str
    year: str  # "2026 to 2027"
    period: int
    centre: str
    subjective: str
    project: str
    pence: int
    narrative: str


def journals(ledger: Ledger, monitored: Monitored) -> list[Entry]:
    """Return what is to be posted: accruals of the last closed period, the prepayment at 31 March, their reversals.

    An accrual is what is received and not invoiced, or by the profile of closed periods not yet invoiced, in which a
    pass not yet bought has no part: nothing of it was received.
    """
    entries: list[Entry] = []
    by_number = dict(enumerate(ledger.profiled(), start=1))
    next_year = ledger.years[monitored.year_number + 1]
    period = min(max(monitored.closed, monitored.periods[0]), ADJUSTMENTS - 1)
    year_end = period == ADJUSTMENTS - 1
    for line in monitored.lines:
        if (source := by_number.get(line.number)) is None:
            continue
        if accrued := _accrued(line):
            after = (next_year, 1) if year_end else (monitored.year, period + 1)
            code = ledger.finance.accruals_code or "Accruals"
            entries += _pair(ACCRUAL, (monitored.year, period), after, source, code, accrued)
        if line.prepayment_pence:
            code = ledger.finance.prepayments_code or "Prepayments"
            at, after = (monitored.year, ADJUSTMENTS), (next_year, 1)
            entries += _pair(PREPAYMENT, at, after, source, code, line.prepayment_pence)
    return entries


def _accrued(line: LineForecast) -> int:
    return line.accrual_pence + (0 if line.in_advance else line.not_invoiced_pence)


def _pair(
    name: str, at: tuple[str, int], after: tuple[str, int], line: LedgerLine, balance_code: str, pence: int
) -> Iterator[Entry]:
    """Yield a journal of a line against the balance sheet, and its reversal."""
    year, period = at
    narrative = f"{name}: {line.label}"
    on_line = Entry(name, year, period, line.cost_centre, line.subjective, line.project, pence, narrative)
    on_balance = replace(on_line, centre="", subjective=balance_code, project="", pence=-pence)
    yield on_line
    yield on_balance
    for entry in (on_line, on_balance):
        back = replace(entry, journal=f"{name} {REVERSAL}", year=after[0], period=after[1], pence=-entry.pence)
        yield replace(back, narrative=f"{narrative}, {REVERSAL}")


@needs(Right.EXPORT)
def to_csv(entries: Iterable[Entry]) -> bytes:
    """Return journals as CSV, in order of journal and period; debits and credits in pounds."""
    in_order = sorted(entries, key=lambda entry: (entry.year, entry.period, entry.journal))
    rows = [
        (
            entry.journal,
            entry.year,
            entry.period,
            entry.centre,
            entry.subjective,
            entry.project,
            _pounds(entry.pence) if entry.pence > 0 else "",
            _pounds(-entry.pence) if entry.pence < 0 else "",
            entry.narrative,
        )
        for entry in in_order
    ]
    return _csv([HEADINGS, *rows])


@needs(Right.EXPORT)
def cash_profile(ledger: Ledger, monitored: Monitored) -> bytes:
    """Return the year's budget by line and period when it is paid, and the forecast of all lines, as CSV."""
    periods = [f"P{number}" for number in range(1, ADJUSTMENTS + 1)]
    rows: list[tuple] = [("line", "cost_centre", "subjective", "project", *periods, "year")]
    for line, source in zip(monitored.lines, ledger.profiled(), strict=False):
        codes = (line.label, source.cost_centre, source.subjective, source.project)
        rows.append((*codes, *map(_pounds, line.due), _pounds(line.budget_pence)))
    for words, key in (("All lines: budget", "budget_pence"), ("All lines: forecast", "forecast_pence")):
        amounts = [getattr(period, key) for period in monitored.by_period()]
        rows.append((words, "", "", "", *map(_pounds, amounts), _pounds(sum(amounts))))
    return _csv(rows)


def _pounds(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def _csv(rows: Iterable[tuple]) -> bytes:
    """Return rows as CSV for Excel; a code or a name that could become a formula has an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")  # with the mark from which Excel knows that it is UTF-8


def _safe(cell: object) -> object:
    is_number = isinstance(cell, str) and cell.removeprefix("-").replace(".", "", 1).isdigit()
    return csv_cell(cell) if isinstance(cell, str) and not is_number else cell
