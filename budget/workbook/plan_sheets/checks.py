"""The Checks sheet: every check is a formula that gives TRUE or FALSE, can fail, and says what to do when it does.

Checks against the model's own totals say whether this workbook is the plan as it was solved. They hold back once an
assumption has been changed, as the totals then differ by intention; all others go on being tested.
"""

from openpyxl.formatting.rule import CellIsRule

from budget.accounts.statement import Content
from budget.workbook import styles
from budget.workbook.book import Book
from budget.workbook.check import ADVICE, AS_SOLVED_EQUAL, SHEET, SIDES, Check, write_checks
from budget.workbook.grid import Column, Formula, Grid
from budget.workbook.plan_sheets import checks_ledger, checks_plan
from budget.workbook.plan_sheets.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, Assumptions
from budget.workbook.plan_sheets.offer_columns import OfferTables
from budget.workbook.plan_sheets.term_dates import TermDates

COLUMNS = (
    Column("name", "Check", 66, "text", "wrapped"),
    *SIDES,
    Column("kind", "Tested", 36, "text", "wrapped"),
    ADVICE,
)
ALWAYS = "always"
AS_SOLVED = "until an assumption is changed"
HELD_BACK = "held back: assumptions changed"
CHANGED_ROW = 4
MASTER_ROW = 5
HEAD = 7
NOTE = (
    "Those tested until an assumption is changed compare with the model's own totals (grey). Once a yellow cell "
    "differs from its value as solved the plan is no longer the one solved, and they hold back."
)


def list_checks(tables: OfferTables, assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    """Return the checks in the order of the sheet."""
    of_plan = checks_plan.list_checks(tables, assumptions, content)
    return [*of_plan, *checks_ledger.list_checks(assumptions, terms, content)]


def write(book: Book, checks: list[Check], assumptions: Assumptions) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET, "Checks", NOTE)
    grid = Grid(SHEET, COLUMNS, len(checks), head=HEAD)
    changed = f"={assumptions.changed((FLOWS, PARTLY, SOLVE_AGAIN))}"
    sheet.put(CHANGED_ROW, 1, "Assumptions changed since the plan was solved")
    sheet.put(CHANGED_ROW, 2, Formula(changed, 0), "calc", "count")
    rows = [_row(grid, row, check) for row, check in enumerate(checks, grid.first)]
    write_checks(sheet, grid, checks, rows, MASTER_ROW)
    is_changed = CellIsRule("greaterThan", ["0"], fill=styles.AMBER_FILL)
    sheet.worksheet.conditional_formatting.add(f"B{CHANGED_ROW}", is_changed)


def _row(grid: Grid, row: int, check: Check) -> tuple:
    test = check.test.format(**grid.row(row), changed=f"$B${CHANGED_ROW}")
    tested: object = ALWAYS
    if check.test == AS_SOLVED_EQUAL:
        tested = Formula(f'=IF($B${CHANGED_ROW}>0,"{HELD_BACK}","{AS_SOLVED}")', AS_SOLVED)
    return (check.name, check.left, check.right, check.leeway, Formula(test, check.passes), tested, check.advice)
