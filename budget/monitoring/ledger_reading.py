"""Which rows of a ledger's file count, and what is said of how it was read: totals, columns, periods."""

from collections.abc import Iterator

from budget.monitoring.layouts import Columns
from budget.monitoring.ledger_cells import ENDS_IN, FINANCIAL_YEAR, YEAR_AND_NUMBER, when
from budget.monitoring.ledger_outline import without_groups
from budget.monitoring.ledger_periods import settled, without_months_to_come
from budget.monitoring.ledger_rows import (
    Row,
    grand_total,
    not_totals,
    without_headings,
    without_signs_of_credits,
)
from eligibility.applicants.applicant_file import RawTable
from eligibility.applicants.values import plain


def rows_that_count(raw: RawTable, found: Columns) -> tuple[list[Row], Columns, list[str]]:
    """Return the rows of the ledger by their numbers, without headings and totals, their columns, and what to say."""
    rows: list[Row] = [(row, dict(enumerate(cells))) for row, cells in zip(raw.row_numbers, raw.rows, strict=True)]
    notes: list[str] = []
    if "credit" in found.places:
        rows, notes = without_signs_of_credits(rows, found, raw.headings[found.places["credit"]])
    rows, said = settled(without_headings(rows, raw.headings), found)
    notes += said
    found = without_months_to_come(rows, found)
    if grand_total(rows, found):
        rows, found, said = without_groups(rows, found)
        notes += said
    rows, said = not_totals(rows, found)
    return rows, found, [*notes, *said]


def notes_of_reading(raw: RawTable, found: Columns) -> Iterator[str]:
    """Yield a sentence on each column that is not read, and on each way of writing a period that may be misread."""
    if unread := found.unread(raw.headings):
        yield f"Columns not read: {', '.join(unread)}."
    across = [plain(raw.headings[at]) for at in found.months]
    if across and all(heading.isdigit() for heading in across) and len(across[0]) < 3:
        yield f"The columns {', '.join(across)} are read as periods (1 is April)."
    cells = [plain(row[found.places["period"]]) for row in raw.rows] if "period" in found.places else []
    if numbered := next((text for text in cells if YEAR_AND_NUMBER.fullmatch(text.lower().removesuffix(".0"))), ""):
        yield _read_as(numbered, 'Where it is a month, write "Sep-26" in its place.')
    years = [plain(row[found.places["year"]]) for row in raw.rows] if "year" in found.places else cells
    if (ends := next((text for text in years if ENDS_IN.search(text.lower())), "")) and not FINANCIAL_YEAR.search(ends):
        yield f'"{ends}" and the like are read as the financial year that ends in the year named.'
    if adjusted := next((text for text in cells if text.lower().startswith("adj") and text[-1:].isdigit()), ""):
        yield _read_as(adjusted, "")


def _read_as(text: str, remedy: str) -> str:
    if (found := when(text)) is None:
        return f'"{text}" is not a period.'
    said = f'"{text}" is read as period {found.period} of the financial year that begins in {found.year}.'
    return f"{said} {remedy}".strip()
