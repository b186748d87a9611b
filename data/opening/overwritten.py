"""What somebody did to a workbook of ours outside its input cells: sheets gone, and values where formulas stood.

It runs in a child process, as openpyxl reads the user's own bytes. What it must know of the workbook is given to it:
the modules that write one would take the child a second to import.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from data.opening.limits import FileLimits

FORMULA = re.compile(rb"<f[ >/]")
MOST_NAMED = 5  # cells of a sheet
LOST = "it is not read back and stays in the old workbook alone"


@dataclass(frozen=True)
class Layout:
    """How a workbook was written: its sheets, and where it says how many formulas each of them had."""

    always: list[str]  # the sheets that every such workbook has
    first_row: int  # of the cells beneath a sheet's header
    counts_on: str  # the sheet whose first column says what is checked, and whose third how many formulas there were
    counts_from: int  # the first row of these there
    counts_end: str  # what follows the name of a sheet in the first column


def sentences(content: bytes, name: str, limits: FileLimits, **layout: Any) -> list[str]:
    """Return what `overwritten` yields; `layout` has the fields of `Layout`."""
    del name, limits  # taken as by every task of a child
    return list(overwritten(content, Layout(**layout)))


def overwritten(content: bytes, layout: Layout) -> Iterator[str]:
    """Yield in sentences each sheet that is gone, and each cell where a value stands in place of a formula.

    A cell is known for one that held a formula by the formulas above or beneath it. `content` is a workbook that
    openpyxl can open.
    """
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    exported = _counts_as_exported(book, layout)
    for name in [name for name in layout.always if name not in book.sheetnames]:
        yield f"the sheet {name} is gone. The new workbook has it again."
    here = _counts_here(content, book)
    for name, count in exported.items():
        if name in here and here[name] < count:
            lost = count - here[name]
            cells = _values_among_formulas(book[name], layout.first_row)[: min(lost, MOST_NAMED)]
            named = f", {', '.join(cells)}" if cells else ""
            yield f"{name}{named}: a value stands where a formula stood ({lost:,} of {count:,}); {LOST}."
    book.close()


def _counts_as_exported(book: openpyxl.Workbook, layout: Layout) -> dict[str, int]:
    """Return how many formulas each sheet had, as the workbook itself says it."""
    if layout.counts_on not in book.sheetnames:
        return {}
    rows = book[layout.counts_on].iter_rows(min_row=layout.counts_from, max_col=3, values_only=True)
    return {
        str(name).removesuffix(layout.counts_end): int(count)
        for name, _, count in rows
        if str(name).endswith(layout.counts_end) and isinstance(count, (int, float))
    }


def _counts_here(content: bytes, book: openpyxl.Workbook) -> dict[str, int]:
    """Return how many formulas each sheet has, without reading its cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {sheet.title: len(FORMULA.findall(archive.read(sheet._worksheet_path))) for sheet in book.worksheets}


def _values_among_formulas(sheet: Worksheet, first_row: int) -> list[str]:
    """Return the cells of a sheet with a value and, above or beneath, a formula; columns full of them first."""
    rows = [list(row) for row in sheet.iter_rows(min_row=first_row)]
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
