"""The sheet Actuals: the rows of the file of actuals as inputs, each on its line, and spare rows to add to."""

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import pounds
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import BLANK, Grid
from budget.workbook.monitoring_sheets.layout import ACTUALS, MOST_AMOUNT, SPARE_ROWS, lay_out

NOTE = (
    "Yellow cells are the council's: the line number is that of Monitoring, 0 for what fits none. What is received or "
    "credited stands below nought. The rows at the end are for more."
)
NAME_LETTERS = 200


def write(book: Book, monitored: Monitored) -> None:
    """Write the sheet."""
    title = f"Actuals: {monitored.actuals.name[:NAME_LETTERS] or 'none'}, {monitored.year}"
    sheet, grid, postings = book.sheet(ACTUALS, title, NOTE), lay_out(monitored).actuals, monitored.actuals.postings
    labels = {line.number: line.label for line in monitored.lines}
    rows: list[tuple] = []
    for posting, number in zip(postings, monitored.line_of, strict=True):
        counts, settled = monitored.counts(posting), is_final(posting.period, monitored.closed)
        start = (posting.row, posting.period, number, labels[number], posting.line)
        amounts = (pounds(posting.amount_pence), pounds(posting.committed_pence))
        rows.append((*start, *amounts, *(YES if is_so else NO for is_so in (counts, settled)), posting.reason or None))
    rows += [(None, BLANK, BLANK, "", None, BLANK, BLANK, NO, YES, None)] * SPARE_ROWS
    sheet.table(grid, rows, sums=("amount", "committed"), totals={"written": "Total"}, name="Actuals")
    for row, text in enumerate(monitored.notes, grid.total_row + 2):
        sheet.put(row, 1, text, "note")
    _validate(sheet, grid, len(monitored.lines) - 1)
    sheet.page_for(grid, "A")


def _validate(sheet: Sheet, grid: Grid, lines: int) -> None:
    """Let Excel refuse a period or a line that does not exist, and what is no amount."""
    error = "Write 1 to 12, April is 1; 13 for adjustments."
    sheet.validate([grid.cells("period")], "whole", 1, ADJUSTMENTS, error=error, blank=True)
    error = f"Write a line number of Monitoring, 1 to {lines}; 0 for none."
    sheet.validate([grid.cells("line")], "whole", 0, lines, error=error, blank=True)
    amounts, error = [grid.cells("amount"), grid.cells("committed")], "Write pounds; below nought what is received."
    sheet.validate(amounts, "decimal", -MOST_AMOUNT, MOST_AMOUNT, error=error, blank=True)
