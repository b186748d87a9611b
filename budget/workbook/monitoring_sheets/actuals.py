"""The sheet Actuals: the rows of the file of actuals as inputs, each on its line, and spare rows to add to."""

from openpyxl.worksheet.datavalidation import DataValidation

from budget.accounts.statement import pounds
from budget.monitoring.actuals_file import ADJUSTMENTS
from budget.monitoring.monitored import Monitored, is_final
from budget.workbook.book import BLANK, Book, Formula, Sheet
from budget.workbook.monitoring_sheets.layout import ACTUALS, NO, SPARE_ROWS, YES, Layout
from budget.workbook.monitoring_sheets.monitoring import MOST_AMOUNT

NOTE = (
    "Yellow cells are the council's: the line number is that of Monitoring, 0 for what fits none. What is received or "
    "credited stands below nought. The rows at the end are for more."
)
NAME_LETTERS = 200


def write(book: Book, layout: Layout, found: Monitored) -> None:
    """Write the sheet."""
    sheet = book.sheet(ACTUALS)
    sheet.heading(f"Actuals: {found.actuals.name[:NAME_LETTERS] or 'none'}, {found.year}", NOTE)
    grid = layout.actuals
    labels = {line.number: line.label for line in found.lines}
    rows = []
    for row, (posting, number) in enumerate(zip(found.actuals.postings, found.line_of, strict=True), grid.first):
        amounts = (pounds(posting.amount_pence), pounds(posting.committed_pence))
        worked = _worked_out(row, layout, labels[number], found.counts(posting), is_final(posting.period, found.closed))
        scheme, counts, settled = worked
        texts = (posting.row, posting.period, number, scheme, posting.line)
        rows.append((*texts, *amounts, counts, settled, posting.reason or None))
    for row in range(grid.first + len(rows), grid.first + len(rows) + SPARE_ROWS):
        scheme, counts, settled = _worked_out(row, layout, "", False, True)
        rows.append((None, BLANK, BLANK, scheme, None, BLANK, BLANK, counts, settled, None))
    sums = {
        "amount": sum(posting.amount_pence for posting in found.actuals.postings),
        "committed": sum(posting.committed_pence for posting in found.actuals.postings),
    }
    totals = {key: Formula(f"=SUM({grid.own(key)})", pounds(pence)) for key, pence in sums.items()}
    sheet.table(grid, rows, totals=totals | {"written": "Total"}, name="Actuals")
    row = grid.total_row + 2
    for text in found.notes:
        sheet.put(row, 1, text, "note")
        row += 1
    _validate(sheet, layout, len(found.lines) - 1)
    sheet.widths(grid.columns)
    sheet.page(freeze=f"A{grid.first}", repeat=f"{grid.head}:{grid.head}")


def _worked_out(row: int, layout: Layout, label: str, counts: bool, settled: bool) -> tuple[Formula, ...]:
    """Return the formulas of a row: the line's name, whether it counts, whether its period is closed."""
    grid, lines = layout.actuals, layout.lines
    period, number = grid.at("period", row), grid.at("line", row)
    first, last, closed, adjustments = (layout.setting(name) for name in ("first", "last", "closed", "adjustments"))
    name = f'IFERROR(INDEX({lines.column("label")},MATCH({number},{lines.column("number")},0)),"")'
    inside = f"OR({period}={adjustments},AND({period}>={first},{period}<={last}))"
    return (
        Formula(f'=IF({number}="","",{name})', label),
        Formula(f'=IF({period}="","{NO}",IF({inside},"{YES}","{NO}"))', YES if counts else NO),
        Formula(f'=IF(OR({period}<={closed},{period}={adjustments}),"{YES}","{NO}")', YES if settled else NO),
    )


def _validate(sheet: Sheet, layout: Layout, lines: int) -> None:
    """Let Excel refuse a period or a line that is none, and what is no amount."""
    grid = layout.actuals
    rules = (
        ("whole", 1, ADJUSTMENTS, "Write 1 to 12, April is 1; 13 for adjustments.", ("period",)),
        ("whole", 0, lines, f"Write a line number of Monitoring, 1 to {lines}; 0 for none.", ("line",)),
        ("decimal", -MOST_AMOUNT, MOST_AMOUNT, "Write pounds; below nought what is received.", ("amount", "committed")),
    )
    for kind, least, most, error, keys in rules:
        rule = DataValidation(
            type=kind, operator="between", formula1=str(least), formula2=str(most), allow_blank=True,
            showErrorMessage=True, errorTitle="Not allowed", error=error,
        )  # fmt: skip
        for key in keys:
            rule.add(f"{grid.at(key, grid.first)}:{grid.at(key, grid.last)}")
        sheet.worksheet.add_data_validation(rule)
