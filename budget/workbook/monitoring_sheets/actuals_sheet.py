"""The sheet Actuals: the rows of the file of actuals as inputs, each on its line, and spare rows to add to."""

import textwrap

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import pounds
from budget.monitoring.ledger_cells import ADJUSTMENTS
from budget.monitoring.monitored import Monitored
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
    sheet, grid = book.sheet(ACTUALS, title, NOTE), lay_out(monitored).actuals
    labels = {line.number: line.label for line in monitored.lines}
    rows: list[tuple] = []
    for posting, found in monitored.rows:
        start = (posting.row, posting.period, found.line, labels[found.line], posting.line, posting.centre or None)
        amounts = map(pounds, (posting.amount_pence, posting.accrual_pence, posting.committed_pence))
        is_seen = found.of_another_period  # by the formula of the column counts, so that no reason need stand here
        why = BLANK if is_seen or not found.left_out else found.left_out
        rows.append((*start, *amounts, NO if found.left_out else YES, why, posting.reason or None))
    rows += [(None, BLANK, BLANK, "", None, None, BLANK, BLANK, BLANK, NO, BLANK, None)] * SPARE_ROWS
    sheet.table(grid, rows, sums=("amount", "accrual", "committed"), totals={"written": "Total"}, name="Actuals")
    width = int(sum(column.width for column in grid.columns))
    notes = (line for note in monitored.notes for line in textwrap.wrap(note, width))
    for row, text in enumerate(notes, grid.total_row + 2):
        sheet.put(row, 1, text, "note")
    _validate(sheet, grid, len(monitored.lines) - 1)
    sheet.page_for(grid, "A")


def _validate(sheet: Sheet, grid: Grid, lines: int) -> None:
    """Let Excel refuse a period or a line that does not exist, and what is no amount."""
    error = "Write 1 to 12, April is 1; 13 for adjustments."
    sheet.validate([grid.cells("period")], "whole", 1, ADJUSTMENTS, error=error, blank=True)
    error = f"Write a line number of Monitoring, 1 to {lines}; 0 for none."
    sheet.validate([grid.cells("line")], "whole", 0, lines, error=error, blank=True)
    amounts = [grid.cells(key) for key in ("amount", "accrual", "committed")]
    error = "Write pounds; below nought what is received."
    sheet.validate(amounts, "decimal", -MOST_AMOUNT, MOST_AMOUNT, error=error, blank=True)
    error = "Write why the row does not count, such as its cost centre, or leave the cell empty: then it counts."
    sheet.validate([grid.cells("left_out")], "textLength", 0, 200, error=error, blank=True)
