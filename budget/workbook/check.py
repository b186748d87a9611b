"""Checks of a workbook: what is compared with what, what to do where it does not pass, and the sheet Checks."""

from collections.abc import Sequence
from dataclasses import dataclass

from budget.workbook import styles
from budget.workbook.book import Sheet
from budget.workbook.grid import Column, Formula, Grid

SHEET = "Checks"
EQUAL = "=IFERROR(ABS({left}-{right})<={leeway},FALSE)"
AT_MOST = "=IFERROR({left}<={right}+{leeway},FALSE)"
AS_SOLVED_EQUAL = "=IFERROR(OR({changed}>0,ABS({left}-{right})<={leeway}),FALSE)"
HALF_A_PENNY = 0.001  # sums of pennies in binary are seldom exact; a tenth of a penny tells a penny from none
LEEWAY = "{leeway}"  # in the formula of a side: the cell of the check's own leeway
ACCESS_LEEWAY = 0.01  # of a young person: each row is rounded to a millionth
SIDES = (
    Column("left", "This workbook", 20, "calc", "money"),
    Column("right", "Must agree with", 20, "calc", "money"),
    Column("leeway", "Leeway", 11, "model", "number"),
    Column("result", "Passes", 10, "calc", "verdict"),
)
ADVICE = Column("advice", "Where it does not pass", 84, "text", "wrapped")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what is compared with what, how, and what a failure means."""

    name: str
    left: Formula | float  # a number is a figure of the model
    right: Formula | float
    format: str
    test: str
    advice: str
    leeway: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether it passes with the known values, no assumption changed."""
        left, right = (float(side.known if isinstance(side, Formula) else side) for side in (self.left, self.right))
        return left - right <= self.leeway if self.test == AT_MOST else abs(left - right) <= self.leeway


def all_pass(checks: Sequence[Check]) -> bool:
    """Return the known value of the master check."""
    return all(check.passes for check in checks)


def none_of(name: str, formula: str, advice: str, known: int = 0, leeway: float = 0.0) -> Check:
    """Return a check that a count comes to nought."""
    return Check(name, Formula(formula, known), 0, "count", EQUAL, advice, leeway)


def same_count(name: str, formula: str, count: int, advice: str) -> Check:
    """Return a check that a count is the model's."""
    return Check(name, Formula(formula, count), count, "count", EQUAL, advice)


def same_money(name: str, left: str, right: str, pounds: float, advice: str) -> Check:
    """Return a check that two formulas give the same amount, in pounds."""
    return Check(name, Formula(left, pounds), Formula(right, pounds), "money", EQUAL, advice, HALF_A_PENNY)


def write_checks(sheet: Sheet, grid: Grid, checks: Sequence[Check], rows: Sequence[Sequence], master_row: int) -> None:
    """Write the table of checks and, in column B of `master_row`, whether all pass: the name all_checks_pass."""
    results = grid.cells("result")
    sheet.put(master_row, 1, "All checks pass", "section")
    sheet.put(master_row, 2, Formula(f"=AND({results})", all_pass(checks)), "figure", "verdict")
    sheet.table(grid, rows)
    for row, check in enumerate(checks, grid.first):
        for key, value in (("left", check.left), ("right", check.right)):
            if isinstance(value, Formula):
                value = Formula(value.text.replace(LEEWAY, grid.at("leeway", row)), value.known)
            role = "calc" if isinstance(value, Formula) else "model"
            sheet.put(row, grid.number(key), value, role, check.format)
    for cells in (results, f"B{master_row}"):
        sheet.colour_words(cells, styles.VERDICT_FILLS)
    sheet.book.define("all_checks_pass", f"{SHEET}!$B${master_row}")
    sheet.page_for(grid, "A")


def write_master_check(sheet: Sheet, row: int, cell: str, passes: bool) -> None:
    """Write in column B whether all checks pass, read from a cell, and colour it."""
    sheet.put(row, 2, Formula(f"={cell}", passes), "figure", "verdict")
    sheet.colour(f"B{row}", cell, styles.GREEN_FILL)
    sheet.colour(f"B{row}", f"NOT({cell})", styles.RED_FILL)
