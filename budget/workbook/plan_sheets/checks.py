"""The Checks sheet: every check is a formula that gives TRUE or FALSE, can fail, and says what to do when it does.

Checks against the model's own totals say whether this workbook is the plan as it was solved. They hold back once an
assumption has been changed, as the totals then differ by intention; all others go on being tested.
"""

from openpyxl.formatting.rule import CellIsRule
from openpyxl.workbook.defined_name import DefinedName

from budget.accounts.statement import Content
from budget.workbook import styles
from budget.workbook.book import Book, Column, Formula, Grid
from budget.workbook.check import AS_SOLVED_EQUAL, LEEWAY, Check
from budget.workbook.plan_sheets import checks_ledger, checks_plan
from budget.workbook.plan_sheets.assumptions import FLOWS, PARTLY, SOLVE_AGAIN, Assumptions
from budget.workbook.plan_sheets.offer_columns import Grids
from budget.workbook.plan_sheets.term_dates import TermDates

SHEET = "Checks"
COLUMNS = (
    Column("name", "Check", 66, "text", "wrapped"),
    Column("left", "This workbook", 20, "calc", "money"),
    Column("right", "Must agree with", 20, "calc", "money"),
    Column("leeway", "Leeway", 11, "model", "number"),
    Column("result", "Passes", 10, "calc", "verdict"),
    Column("kind", "Tested", 36, "text", "wrapped"),
    Column("advice", "Where it does not pass", 84, "text", "wrapped"),
)
ALWAYS = "always"
AS_SOLVED = "until an assumption is changed"
HELD_BACK = "held back: assumptions changed"
CHANGED_LABEL = "Assumptions changed since the plan was solved"
CHANGED_ROW = 4
MASTER_ROW = 5
HEAD = 7


def of(grids: Grids, assumptions: Assumptions, terms: TermDates, content: Content) -> list[Check]:
    """Return the checks in the order of the sheet."""
    return [*checks_plan.of(grids, assumptions, content), *checks_ledger.of(assumptions, terms, content)]


def all_pass(checks: list[Check]) -> bool:
    """Return the known value of the master check."""
    return all(check.passes for check in checks)


def write(book: Book, checks: list[Check], assumptions: Assumptions) -> None:
    """Write the sheet and define all_checks_pass."""
    sheet = book.sheet(SHEET)
    sheet.heading(
        "Checks",
        "Those tested until an assumption is changed compare with the model's own totals (grey). Once a yellow cell "
        "differs from its value as solved the plan is no longer the one solved, and they hold back.",
    )
    grid = Grid(SHEET, COLUMNS, len(checks), head=HEAD)
    changed = f"={assumptions.changed((FLOWS, PARTLY, SOLVE_AGAIN))}"
    sheet.put(CHANGED_ROW, 1, CHANGED_LABEL)
    sheet.put(CHANGED_ROW, 2, Formula(changed, 0), "calc", "count")
    sheet.put(MASTER_ROW, 1, "All checks pass", "section")
    results = f"{grid.at('result', grid.first)}:{grid.at('result', grid.last)}"
    sheet.put(MASTER_ROW, 2, Formula(f"=AND({results})", all_pass(checks)), "figure", "verdict")
    sheet.table(grid, [_row(grid, row, check) for row, check in enumerate(checks, grid.first)])
    for row, check in enumerate(checks, grid.first):
        _restyle(sheet, grid, row, check)
    for cells in (results, f"B{MASTER_ROW}"):
        for word, fill in (("TRUE", styles.GREEN_FILL), ("FALSE", styles.RED_FILL)):
            sheet.worksheet.conditional_formatting.add(cells, CellIsRule("equal", [word], fill=fill))
    sheet.worksheet.conditional_formatting.add(
        f"B{CHANGED_ROW}", CellIsRule("greaterThan", ["0"], fill=styles.AMBER_FILL)
    )
    book.workbook.defined_names["all_checks_pass"] = DefinedName(
        "all_checks_pass", attr_text=f"{SHEET}!$B${MASTER_ROW}"
    )
    sheet.widths(COLUMNS)
    sheet.page(freeze=f"A{HEAD + 1}", repeat=f"{HEAD}:{HEAD}")


def _restyle(sheet, grid: Grid, row: int, check: Check) -> None:
    """Show the two sides in the check's own unit, and what comes from the model as such."""
    for key, value in (("left", check.left), ("right", check.right)):
        if isinstance(value, Formula):
            value = Formula(value.text.replace(LEEWAY, grid.at("leeway", row)), value.known)
        role = "calc" if isinstance(value, Formula) else "model"
        sheet.put(row, [column.key for column in COLUMNS].index(key) + 1, value, role, check.shown)


def _row(grid: Grid, row: int, check: Check) -> tuple:
    parts = {key: grid.at(key, row) for key in ("left", "right", "leeway")}
    test = check.test.format(**parts, changed=f"$B${CHANGED_ROW}")
    tested: object = ALWAYS
    if check.test == AS_SOLVED_EQUAL:
        tested = Formula(f'=IF($B${CHANGED_ROW}>0,"{HELD_BACK}","{AS_SOLVED}")', AS_SOLVED)
    return (check.name, check.left, check.right, check.leeway, Formula(test, check.passes), tested, check.advice)
