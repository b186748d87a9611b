"""Formulas that were overwritten, and the checks that wait for them: one mistake is told by one check.

A check reads cells, whose formulas read others. Where one of those has been overwritten, the check that counts the
formulas of its sheet says so and names the cell. Every check that rests on that sheet then waits: it says which check
to look at first, and is neither passed nor failed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

from budget.workbook.book import Book
from budget.workbook.check import Check, same_count
from budget.workbook.grid import Formula, quoted
from budget.workbook.plan_sheets import plan_sheet, plan_workings

NO_FORMULA_LOST = "{}: no formula has been overwritten"
PLAN_CHECK = "Plan: every cell is what its inputs give"
RANGE = re.compile(r"(?:'([^']+)'|\b(\w+))!(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)")
NAME = re.compile(r"\b[a-z][a-z_]+\b(?![!(])")  # such as spend_total; functions and cells are in capitals
LONGEST = 8_000  # characters of a formula; Excel takes 8,192
WIDE = "COLUMNS($1:$1)"  # columns of a sheet: a cell's number is its row times this, and its column
FIRST_LOST = "SUMPRODUCT(MAX((1-_xlfn.ISFORMULA({0}))/(ROW({0})*{1}+COLUMN({0}))))"  # one over the number of the first


def list_checks(book: Book) -> list[Check]:
    """Return a check for each sheet written so far: it has as many formulas as when it was exported."""
    found = []
    for sheet in book.workbook:
        if known := book.known[sheet.title]:
            cells = f"{quoted(sheet.title)}!$A$1:${get_column_letter(sheet.max_column)}${sheet.max_row}"
            name = NO_FORMULA_LOST.format(sheet.title)
            advice = f"A formula on {sheet.title} has been overwritten: compare it with the workbook as exported."
            check = same_count(name, f"=SUMPRODUCT(--_xlfn.ISFORMULA({cells}))", len(known), advice)
            found.append(replace(check, where=_first_lost(sheet.title, known)))
    return found


def _first_lost(sheet: str, formulas: Iterable[str]) -> str:
    """Return a formula that names the first cell, row by row, that has lost its formula.

    Where that formula would be too long for Excel, only the sheet is named.
    """
    ranges = [f"{quoted(sheet)}!{cells}" for cells in _ranges(formulas)]
    first = f"ROUND(1/MAX({','.join(FIRST_LOST.format(cells, WIDE) for cells in ranges)}),0)"
    cell = f'SUBSTITUTE(ADDRESS(INT({first}/{WIDE}),MOD({first},{WIDE})),"$","")'
    return f'"{quoted(sheet)}!"&{cell}' if len(cell) < LONGEST else f'"{sheet}"'


def _ranges(cells: Iterable[str]) -> list[str]:
    """Return cells as few ranges: of rows that follow each other, and of columns alike side by side."""
    runs: list[list[int]] = []  # column, first row, last row
    for column, row in sorted((column, row) for row, column in map(coordinate_to_tuple, cells)):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([column, row, row])
    last: dict[tuple[int, int, int], int] = {}  # (first row, last row, last column) -> first column
    for column, top, bottom in runs:
        last[top, bottom, column] = last.pop((top, bottom, column - 1), column)
    return [f"${get_column_letter(a)}${top}:${get_column_letter(z)}${end}" for (top, end, z), a in last.items()]


def waiting(book: Book, checks: Sequence[Check]) -> list[Check]:
    """Return the checks, each with the names of those that it waits for, in the order in which they are to be seen.

    All sheets that the checks rest on have been written to the book.
    """
    reads, names = _Reads(book), {check.name for check in checks}
    return [replace(check, waits_for=tuple(n for n in _waits_for(check, reads) if n in names)) for check in checks]


def _waits_for(check: Check, reads: "_Reads") -> Iterator[str]:
    workings, plan = (NO_FORMULA_LOST.format(sheet) for sheet in (plan_workings.SHEET, plan_sheet.SHEET))
    if check.name == PLAN_CHECK:
        yield workings
    elif check.name == plan:
        yield PLAN_CHECK  # which names the cell, also where it holds no formula
    elif not check.name.endswith(NO_FORMULA_LOST.format("")):
        places = {**reads.book.names, "leeway": check.leeway}
        sides = (side for side in (check.left, check.right) if isinstance(side, Formula))
        sheets = reads.behind([side.at(places).text for side in sides])
        if plan_sheet.SHEET in sheets:
            yield PLAN_CHECK
        yield from (NO_FORMULA_LOST.format(sheet) for sheet in reads.book.workbook.sheetnames if sheet in sheets)


@dataclass(slots=True)
class _Reads:
    """Which sheets a formula rests on."""

    book: Book
    of_sheets: dict[str, set[str]] = field(default_factory=dict)  # sheet -> what its formulas name

    def behind(self, formulas: Iterable[str]) -> set[str]:
        """Return the sheets with the formulas that some formulas read, and that these read in turn."""
        sheets, seen, left = set[str](), set[str](), list(self._named(formulas))
        while left:
            what = left.pop()
            if what in seen:
                continue
            seen.add(what)
            if what in self.book.workbook.defined_names:  # one cell, and not all of its sheet
                [(sheet, cell)] = self.book.workbook.defined_names[what].destinations
                sheets.add(sheet)
                left += self._named([str(self.book.workbook[sheet][cell.replace("$", "")].value)])
            else:
                sheets.add(what)
                left += self._of_sheet(what)
        return sheets

    def _of_sheet(self, sheet: str) -> set[str]:
        if sheet not in self.of_sheets:
            cells = self.book.workbook[sheet]
            self.of_sheets[sheet] = self._named(cells[at].value for at in self.book.known[sheet])
        return self.of_sheets[sheet]

    def _named(self, formulas: Iterable[str]) -> set[str]:
        """Return the sheets whose formulas some formulas read, and the names of cells in them."""
        ranges, names = set[tuple[str, str]](), set[str]()
        for formula in formulas:
            ranges.update((quoted or plain, cells.replace("$", "")) for quoted, plain, cells in RANGE.findall(formula))
            names.update(NAME.findall(formula))
        defined = self.book.workbook.defined_names
        return {sheet for sheet, cells in ranges if self._is_checked(sheet, cells)} | {n for n in names if n in defined}

    def _is_checked(self, sheet: str, cells: str) -> bool:
        """Whether some of the cells are formulas, or stand on Plan, where each cell is compared with what it was."""
        left, top, right, bottom = range_boundaries(cells)
        places = ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))
        known = self.book.known.get(sheet, {})
        return sheet == plan_sheet.SHEET or any(f"{get_column_letter(column)}{row}" in known for column, row in places)
