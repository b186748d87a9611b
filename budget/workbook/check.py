"""Checks of a workbook: what is compared with what, what to do where it does not pass, and the sheet Checks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from budget.workbook import styles
from budget.workbook.book import Sheet
from budget.workbook.grid import Column, Formula, Grid, quoted

SHEET = "Checks"
EQUAL = "=IFERROR(ABS({left}-{right})<={leeway},FALSE)"
AT_MOST = "=IFERROR({left}<={right}+{leeway},FALSE)"
AT_LEAST = "=IFERROR({left}+{leeway}>={right},FALSE)"
CHANGED_CELL = "$B$4"  # of a plan's checks: how many assumptions were changed
AS_SOLVED_EQUAL = f"=IFERROR(OR({CHANGED_CELL}>0,ABS({{left}}-{{right}})<={{leeway}}),FALSE)"
ALWAYS, AS_SOLVED = "always", "until an assumption is changed"
HELD_BACK = "held back: assumptions changed"
WAITS, SEE_FIRST = "waits", "see row {} first"
HALF_A_PENNY = 0.001  # sums of pennies in binary are seldom exact; a tenth of a penny tells a penny from none
ACCESS_LEEWAY = 0.01  # of a young person: each row is rounded to a millionth
SIDES = (
    Column("left", "This workbook", 17, "calc", "money"),
    Column("right", "Must agree with", 17, "calc", "money"),
    Column("leeway", "Leeway", 9, "model", "number"),
    Column("result", "Passes", 10, "calc", "verdict"),
)
WHERE = Column("where", "Cell to look at first", 20, "calc", "text")
ADVICE = Column("advice", "Where it does not pass", 60, "text", "wrapped")


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
    where: str = ""  # a formula, without its =, that names the first cell to look at where it does not pass
    waits_for: tuple[str, ...] = ()  # checks of cells that it rests on: until they pass, it neither passes nor fails

    @property
    def passes(self) -> bool:
        """Whether it passes with the known values, no assumption changed."""
        left, right = (float(side.known if isinstance(side, Formula) else side) for side in (self.left, self.right))
        if self.test in (AT_MOST, AT_LEAST):
            return (left - right if self.test == AT_MOST else right - left) <= self.leeway
        return abs(left - right) <= self.leeway

    def outcome(self, results: Mapping[str, str]) -> dict[str, Formula | str | None]:
        """Return whether it passes and when it is tested: one against the model's totals holds back after a change.

        `results` has the cell of the result of each check, by its name, for those that it waits for.
        """
        test, tested = self.test.removeprefix("="), f'"{ALWAYS}"'
        if self.test == AS_SOLVED_EQUAL:
            tested = f'IF({CHANGED_CELL}>0,"{HELD_BACK}","{AS_SOLVED}")'
        failed = [f"{results[name]}=FALSE" for name in self.waits_for]
        if failed:
            test = f'IF(OR({",".join(failed)}),"{WAITS}",{test})'
        for name in reversed(self.waits_for):
            row = results[name].rpartition("$")[2]
            tested = f'IF({results[name]}=FALSE,"{SEE_FIRST.format(row)}",{tested})'
        where = (
            Formula(f'=IF({{result}}=FALSE,IFERROR({self.where},""),"")', "") if self.where and self.passes else None
        )
        known = AS_SOLVED if self.test == AS_SOLVED_EQUAL else ALWAYS
        is_live = failed or self.test == AS_SOLVED_EQUAL
        return {
            "result": Formula(f"={test}", self.passes),
            "tested": Formula(f"={tested}", known) if is_live else known,
            "where": where,
        }


def all_pass(checks: Sequence[Check]) -> bool:
    """Return the known value of the master check."""
    return all(check.passes for check in checks)


def none_of(name: str, formula: str, advice: str, known: int = 0, leeway: float = 0.0, where: str = "") -> Check:
    """Return a check that a count comes to nought."""
    return Check(name, Formula(formula, known), 0, "count", EQUAL, advice, leeway, where)


def none_where(name: str, wrong: str, grid: Grid, key: str, advice: str) -> Check:
    """Return a check that something is wrong in no row of a table, which names the cell of the first such row.

    `wrong` is an array of ones and noughts, one a row; the cell is that of the column `key`.
    """
    cell = f'"{quoted(grid.sheet)}!{grid.letter(key)}"&{first_row(wrong, grid[key])}'
    return none_of(name, f"=SUMPRODUCT({wrong})", advice, where=cell)


def none_text(name: str, grid: Grid, keys: Sequence[str], advice: str) -> Check:
    """Return a check that columns of numbers hold no text, which names the first cell of the first such column."""
    where = '""'
    for key in reversed(keys):
        is_text = f"ISTEXT({grid[key]})*1"
        cell = f'"{quoted(grid.sheet)}!{grid.letter(key)}"&{first_row(is_text, grid[key])}'
        where = f"IF(SUMPRODUCT({is_text})>0,{cell},{where})"
    return none_of(name, f"=SUMPRODUCT({'+'.join(f'ISTEXT({grid[key]})' for key in keys)})", advice, where=where)


def first_row(wrong: str, cells: str) -> str:
    """Return a formula of the first row of `cells` in which `wrong`, an array of ones and noughts, is one."""
    after = f"(MAX(ROW({cells}))+1)"
    return f"({after}-SUMPRODUCT(MAX(({wrong})*({after}-ROW({cells})))))"


def same_count(name: str, formula: str, count: int, advice: str) -> Check:
    """Return a check that a count is the model's."""
    return Check(name, Formula(formula, count), count, "count", EQUAL, advice)


def same_money(name: str, left: str, right: str, pounds: float, advice: str) -> Check:
    """Return a check that two formulas give the same amount, in pounds."""
    return Check(name, Formula(left, pounds), Formula(right, pounds), "money", EQUAL, advice, HALF_A_PENNY)


def write_checks(sheet: Sheet, columns: tuple[Column, ...], checks: Sequence[Check], master_row: int) -> None:
    """Write the table of checks, two rows beneath `master_row`, which has in B whether all pass: all_checks_pass."""
    grid = Grid(SHEET, columns, len(checks), head=master_row + 2)
    results = grid.cells("result")
    sheet.put(master_row, 1, "All checks pass", "section")
    sheet.put(master_row, 2, Formula(f"=AND({results})", all_pass(checks)), "figure", "verdict")
    places_of = {check.name: grid.fixed("result", row) for row, check in enumerate(checks, grid.first)}
    sheet.table(grid, ({**asdict(check), "left": None, "right": None, **check.outcome(places_of)} for check in checks))
    for row, check in enumerate(checks, grid.first):
        places = sheet.book.names | grid.row(row)
        for key, side in (("left", check.left), ("right", check.right)):
            if isinstance(side, Formula):
                sheet.put(row, grid.number(key), side.at(places), "calc", check.format)
            else:
                sheet.put(row, grid.number(key), side, "model", check.format)
    for coloured in (results, f"B{master_row}"):
        sheet.colour_words(coloured, {**styles.VERDICT_FILLS, f'"{WAITS}"': styles.AMBER_FILL})
    sheet.book.define("all_checks_pass", f"{SHEET}!$B${master_row}")
    sheet.page_for(grid, "A")


def write_master_check(sheet: Sheet, row: int, cell: str, passes: bool) -> None:
    """Write in column B whether all checks pass, read from a cell, and colour it."""
    sheet.put(row, 2, Formula(f"={cell}", passes), "figure", "truth")
    sheet.colour(f"B{row}", cell, styles.GREEN_FILL)
    sheet.colour(f"B{row}", f"NOT({cell})", styles.RED_FILL)
