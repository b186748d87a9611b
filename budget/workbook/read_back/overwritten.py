"""What somebody wrote outside the yellow cells: sheets that are gone, and values where formulas stood."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from budget.workbook.check import SHEET as CHECKS
from budget.workbook.grid import HEAD_ROW
from budget.workbook.plan_sheets import checks, cover
from data.opening.limits import FileLimits

FORMULA = re.compile(rb"<f[ >/]")
MOST_NAMED = 5  # cells of a sheet
FIRST_ROW = HEAD_ROW + 1  # of the cells beneath a sheet's header
LOST = "it is not read back and stays in the old workbook alone"


def sentences(content: bytes, name: str, limits: FileLimits) -> list[str]:
    """Return what `overwritten` yields. It runs in a child process, as openpyxl reads the user's own bytes."""
    del name, limits  # taken as by every task of a child
    return list(overwritten(content))


def overwritten(content: bytes) -> Iterator[str]:
    """Yield in sentences each sheet that is gone, and each cell where a value stands in place of a formula.

    How many formulas a sheet had is read from Checks; a cell is known for one of them by the formulas above or beneath
    it. `content` is a workbook that openpyxl can open.
    """
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    exported = _counts_as_exported(book)
    for name in [name for name in cover.ALWAYS if name not in book.sheetnames]:
        yield f"the sheet {name} is gone. The new workbook has it again."
    here = _counts_here(content, book)
    for name, count in exported.items():
        if name in here and here[name] < count:
            lost = count - here[name]
            cells = _values_among_formulas(book[name])[: min(lost, MOST_NAMED)]
            named = f", {', '.join(cells)}" if cells else ""
            yield f"{name}{named}: a value stands where a formula stood ({lost:,} of {count:,}); {LOST}."
    book.close()


def _counts_as_exported(book: openpyxl.Workbook) -> dict[str, int]:
    """Return how many formulas each sheet had, as Checks says it."""
    if CHECKS not in book.sheetnames:
        return {}
    rows = book[CHECKS].iter_rows(min_row=checks.HEAD + 1, max_col=3, values_only=True)
    ending = checks.NO_FORMULA_LOST.format("")
    return {
        str(name).removesuffix(ending): int(count)
        for name, _, count in rows
        if str(name).endswith(ending) and isinstance(count, (int, float))
    }


def _counts_here(content: bytes, book: openpyxl.Workbook) -> dict[str, int]:
    """Return how many formulas each sheet has, without reading its cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {sheet.title: len(FORMULA.findall(archive.read(sheet._worksheet_path))) for sheet in book.worksheets}


def _values_among_formulas(sheet: Worksheet) -> list[str]:
    """Return the cells of a sheet with a value and, above or beneath, a formula; columns full of them first."""
    rows = [list(row) for row in sheet.iter_rows(min_row=FIRST_ROW)]
    formulas = Counter(column for row in rows for column, cell in enumerate(row) if cell.data_type == "f")
    found = []
    for number, row in enumerate(rows):
        near = rows[number + 1 : number + 2] + rows[max(number - 1, 0) : number]
        for column, cell in enumerate(row):
            if cell.value is not None and cell.data_type != "f" and any(_is_formula(other, column) for other in near):
                found.append((-formulas[column], number, cell.coordinate))
    return [place for *_, place in sorted(found)]


def _is_formula(row: Sequence[Cell], column: int) -> bool:
    return column < len(row) and row[column].data_type == "f"
