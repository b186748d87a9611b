"""The sheet Plan workings: each row of Plan worked out again from Assumptions and the model, and compared with Plan.

It works without reading Plan. A cell of Plan that was overwritten, or a row that was sorted in part, therefore differs
from what is worked out here, whatever has been changed on Assumptions since.
"""

from dataclasses import replace

from budget.accounts.statement import Content, pounds
from budget.workbook.book import Book
from budget.workbook.grid import Column, Grid
from budget.workbook.plan_sheets import plan_sheet

SHEET = "Plan workings"
WIDEST = 11  # characters of a column that holds no money: the sheet is to print on A4
BENEATH = {"line": 15, "cohort": 15}  # columns in which the money of the table beneath stands
NAMES_AND_COUNTS = ("area", "district", "label", "times")  # columns of Plan that no figure rests on
LINES = (
    Column("line", "Budget line", 8, "text", "count"),
    Column("original", "As solved", 15, "model", "money"),
    Column("virement", "Virement, as exported", 15, "model", "money"),
)
NOTE = (
    "Plan worked out again for the cohorts that the model chose, without reading Plan. The last column names the first "
    "cell of Plan that differs; Checks counts them."
)


def lay_out(content: Content) -> Grid:
    """Lay out the sheet: the row of each cohort on Plan, the columns of Plan, and the first cell that differs."""
    plan = plan_sheet.lay_out(content)
    columns = [_narrow(column) for column in plan.columns if column.key not in NAMES_AND_COUNTS]
    at = Column("at", "Row on Plan", 8, "calc", "count", f"=IFERROR(MATCH({{cohort}},{_column(plan, 'cohort')},0),0)")
    differs = Column("differs", "Cell of Plan that differs", 16, "calc", "text", _first_difference(plan, columns))
    return Grid(SHEET, (at, *columns, differs), len(content.funded))


def lay_out_lines(content: Content) -> Grid:
    """Lay out the budget of each line as solved, and its virement, which Checks compares with Budget lines."""
    return Grid(SHEET, LINES, len(content.ledger.lines), head=lay_out(content).total_row + 3)


def _narrow(column: Column) -> Column:
    width = column.width if column.format == "money" else min(column.width, WIDEST)
    return replace(column, width=BENEATH.get(column.key, width), working=False)


def _column(plan: Grid, key: str) -> str:
    """Return the cells of a column of Plan from row 1, so that a place in them is the number of a row."""
    return f"{plan.sheet}!${plan.letter(key)}$1:{plan.fixed(key, plan.last)}"


def _first_difference(plan: Grid, columns: list[Column]) -> str:
    """Return the formula that names the first cell of a row of Plan that is not what is worked out here.

    Income is worked out from the cost, and so comes after it: a cost written over is named, not the income beside it.
    """
    parts = []
    for column in sorted(columns, key=lambda column: column.key == "income"):  # the others stay in their order
        there, here = f"INDEX({_column(plan, column.key)},{{at}})", f"{{{column.key}}}"
        is_text = column.format == "text"
        same = f"{there}={here}" if is_text else f"IFERROR(ROUND({there}-{here},6)=0,FALSE)"
        parts.append(f'IF({same},{{next}},"{plan.letter(column.key)}"&{{at}})')
    formula = '""'
    for part in reversed(parts):
        formula = part.replace("{next}", formula)
    missing = f'"{plan.letter("cohort")}: "&{{cohort}}&" is missing"'
    return f"=IF({{at}}=0,{missing},{formula})"


def write(book: Book, content: Content) -> None:
    """Write the sheet."""
    sheet, grid = book.sheet(SHEET, "Plan workings: every row of Plan worked out again", NOTE), lay_out(content)
    known = enumerate(plan_sheet.rows(content), start=plan_sheet.lay_out(content).first)
    rows = (row | {"at": at, "differs": ""} for at, row in known)
    sheet.table(
        grid, rows, sums=plan_sheet.summed(grid), totals={"cohort": "Total"}, empty="Nothing is funded in this plan."
    )
    solved = lay_out_lines(content)
    sheet.put(solved.head - 1, 1, "Original budgets and virements of Budget lines, as solved and exported", "section")
    lines = enumerate(content.ledger.lines, start=1)
    sheet.table(solved, ((number, pounds(line.net_pence), pounds(line.virement_pence)) for number, line in lines))
    sheet.page_for(grid, "D")
