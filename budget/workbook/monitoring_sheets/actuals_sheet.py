"""The sheet Actuals: the rows of the file of actuals as inputs, each on its line, and spare rows to add to."""

from budget.accounts.ledger import NO, YES
from budget.accounts.statement import pounds
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook.book import Book, Sheet
from budget.workbook.grid import BLANK, Formula, Grid
from budget.workbook.monitoring_sheets.layout import ACTUALS, MOST_AMOUNT, SPARE_ROWS, MonitoringTables

NOTE = (
    "Yellow cells are the council's: the line number is that of Monitoring, 0 for what fits none. What is received or "
    "credited stands below nought. The rows at the end are for more."
)
NAME_LETTERS = 200


def write(book: Book, tables: MonitoringTables, monitored: Monitored) -> None:
    """Write the sheet."""
    title = f"Actuals: {monitored.actuals.name[:NAME_LETTERS] or 'none'}, {monitored.year}"
    sheet, grid, postings = book.sheet(ACTUALS, title, NOTE), tables.actuals, monitored.actuals.postings
    labels = {line.number: line.label for line in monitored.lines}
    rows: list[tuple] = []
    for row, (posting, number) in enumerate(zip(postings, monitored.line_of, strict=True), grid.first):
        is_settled_now = is_final(posting.period, monitored.closed)
        scheme, counts, settled = _formulas(row, tables, labels[number], monitored.counts(posting), is_settled_now)
        amounts = (pounds(posting.amount_pence), pounds(posting.committed_pence))
        texts = (posting.row, posting.period, number, scheme, posting.line)
        rows.append((*texts, *amounts, counts, settled, posting.reason or None))
    for row in range(grid.first + len(rows), grid.first + len(rows) + SPARE_ROWS):
        scheme, counts, settled = _formulas(row, tables, "", False, True)
        rows.append((None, BLANK, BLANK, scheme, None, BLANK, BLANK, counts, settled, None))
    sheet.table(grid, rows, sums=("amount", "committed"), totals={"written": "Total"}, name="Actuals")
    for row, text in enumerate(monitored.notes, grid.total_row + 2):
        sheet.put(row, 1, text, "note")
    _validate(sheet, grid, len(monitored.lines) - 1)
    sheet.page_for(grid, "A")


def _formulas(row: int, tables: MonitoringTables, label: str, counts: bool, settled: bool) -> tuple[Formula, ...]:
    """Return the formulas of a row: the line's name, whether it counts, whether its period is closed."""
    grid, lines = tables.actuals, tables.lines
    period, number = grid.at("period", row), grid.at("line", row)
    first, last, closed, adjustments = (tables.setting(name) for name in ("first", "last", "closed", "adjustments"))
    name = f'IFERROR(INDEX({lines["label"]},MATCH({number},{lines["number"]},0)),"")'
    inside = f"OR({period}={adjustments},AND({period}>={first},{period}<={last}))"
    return (
        Formula(f'=IF({number}="","",{name})', label),
        Formula(f'=IF({period}="","{NO}",IF({inside},"{YES}","{NO}"))', YES if counts else NO),
        Formula(f'=IF(OR({period}<={closed},{period}={adjustments}),"{YES}","{NO}")', YES if settled else NO),
    )


def _validate(sheet: Sheet, grid: Grid, lines: int) -> None:
    """Let Excel refuse a period or a line that does not exist, and what is no amount."""
    error = "Write 1 to 12, April is 1; 13 for adjustments."
    sheet.validate([grid.cells("period")], "whole", 1, ADJUSTMENTS, error=error, blank=True)
    error = f"Write a line number of Monitoring, 1 to {lines}; 0 for none."
    sheet.validate([grid.cells("line")], "whole", 0, lines, error=error, blank=True)
    amounts, error = [grid.cells("amount"), grid.cells("committed")], "Write pounds; below nought what is received."
    sheet.validate(amounts, "decimal", -MOST_AMOUNT, MOST_AMOUNT, error=error, blank=True)
