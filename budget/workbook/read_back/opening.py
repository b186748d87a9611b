"""A workbook that comes back, opened without trusting it: which sheets are read, and what is refused.

Sheets that are not asked for are not read, and no formula is evaluated.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from openpyxl.utils import get_column_letter

from budget.workbook.read_back.cells import ReadCell, WorkbookReader
from data.faults import InputError
from data.opening import child, limits
from data.opening.archive import OLE, ZIP
from data.wording import listed

MOST_ROWS = 100_000  # of a sheet that is read back
COLUMNS = 20
MOST_CELLS = 20_000_000  # of all its sheets; all England's workbook has some three million
TIMES_LONGER = 3  # than another file: openpyxl, which tells a formula from a number, takes its time
ODS = b"application/vnd.oasis.opendocument"
GIVE_ANOTHER = "Give the .xlsx file that Farebridge wrote, as Excel or LibreOffice saved it."


def opened(content: bytes, name: str, wanted: Sequence[str]) -> WorkbookReader:
    """Read the wanted sheets of a workbook. Raises InputError where it is no workbook, is locked, damaged or too large.

    A sheet that is missing is a fault of the reader that is returned, and has no cells.
    """
    _check_form(content, name)
    read = looked_at(
        "data.opening.typed_cells:read_cells",
        content, name, wanted=list(wanted), columns=COLUMNS, rows=MOST_ROWS, remedy=GIVE_ANOTHER,
    )  # fmt: skip
    sheets = {
        sheet: [
            [
                ReadCell(f"{sheet}, {get_column_letter(column)}{row}", value, kind)
                for column, (value, kind) in enumerate(cells, start=1)
            ]
            for row, cells in enumerate(rows, start=1)
        ]
        for sheet, rows in read.items()
    }
    if len(wanted) > 1 and not sheets:
        problem = f"is another workbook: it has none of the sheets {listed(wanted)}."
        raise InputError(name, [f"{problem} {GIVE_ANOTHER}"])
    reader = WorkbookReader(sheets)
    for sheet in wanted:
        if sheet not in sheets:
            reader.wrong(
                f"{sheet}, A1", "the sheet is missing. Put it back under this name, or export the workbook anew."
            )
            sheets[sheet] = []
    return reader


def looked_at(task: str, content: bytes, name: str, **options: Any) -> Any:
    """Return what a task makes of a plan's workbook in a child process, within the limits of such a workbook."""
    usual = limits.current()
    own = replace(usual, rows=min(usual.rows, MOST_ROWS), cells=MOST_CELLS, seconds=usual.seconds * TIMES_LONGER)
    return child.opened(task, content, name, own, **options)


def _check_form(content: bytes, name: str) -> None:
    if content.startswith(OLE):
        problem = "is locked with a password, or an old .xls file. Save it as .xlsx without a password."
        raise InputError(name, [problem])
    if not content.startswith(ZIP):
        raise InputError(name, [f"is not a workbook. {GIVE_ANOTHER}"])
    if ODS in content[:100]:  # a container names its kind first
        problem = "is an OpenDocument spreadsheet (.ods). Save it as .xlsx in LibreOffice (File, Save As): give that."
        raise InputError(name, [problem])
