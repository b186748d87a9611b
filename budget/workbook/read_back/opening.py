"""A workbook that comes back, opened without trusting it: which sheets are read, and what is refused.

Sheets that are not asked for are not read, and no formula is evaluated.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from budget.workbook.read_back.cells import ReadCell, WorkbookReader
from data.faults import InputError

MOST_BYTES = 600 << 20  # unpacked; all England's workbook has about a fifth of that
MOST_TEXT_BYTES = 150 << 20  # of the texts that all sheets share, which are read whole
MOST_ROWS = 100_000  # of a sheet that is read back
COLUMNS = 20
SHARED_TEXTS = "xl/sharedStrings.xml"
ODS_PART = "content.xml"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CANNOT_READ = (  # what openpyxl and the XML parsers raise over a file that somebody has damaged
    OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, SyntaxError,
    KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError,
)  # fmt: skip
GIVE_ANOTHER = "Give the .xlsx file that Farebridge wrote, as Excel or LibreOffice saved it."


def opened(content: bytes, name: str, wanted: Sequence[str]) -> WorkbookReader:
    """Read the wanted sheets of a workbook. Raises InputError where it is no workbook, is locked, damaged or too large.

    A sheet that is missing is a fault of the reader that is returned, and has no cells.
    """
    _check_form(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep: nothing is written from this
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheets = {sheet: _cells(book[sheet]) for sheet in wanted if sheet in book.sheetnames}
            book.close()
    except CANNOT_READ as error:
        problem = f"is a damaged workbook ({type(error).__name__}). {GIVE_ANOTHER}"
        raise InputError(name, [problem]) from None
    reader = WorkbookReader(sheets)
    for sheet in wanted:
        if sheet not in sheets:
            reader.wrong(
                f"{sheet}, A1", "the sheet is missing. Put it back under this name, or export the workbook anew."
            )
            sheets[sheet] = []
    return reader


def _check_form(content: bytes, name: str) -> None:
    if content.startswith(OLE):
        problem = "is locked with a password, or an old .xls file. Save it as .xlsx without a password."
        raise InputError(name, [problem])
    if not content.startswith(ZIP):
        raise InputError(name, [f"is not a workbook. {GIVE_ANOTHER}"])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {item.filename: item.file_size for item in archive.infolist()}
    except CANNOT_READ:
        raise InputError(name, [f"is a damaged workbook: it was cut short. {GIVE_ANOTHER}"]) from None
    if ODS_PART in sizes and "[Content_Types].xml" not in sizes:
        problem = (
            "is an OpenDocument spreadsheet (.ods). Save it as .xlsx in LibreOffice (File, Save As), and give that."
        )
        raise InputError(name, [problem])
    if sum(sizes.values()) > MOST_BYTES or sizes.get(SHARED_TEXTS, 0) > MOST_TEXT_BYTES:
        most = MOST_BYTES >> 20
        problem = f"would unpack to {sum(sizes.values()) >> 20:,} MB, more than a plan's workbook can have ({most} MB)."
        raise InputError(name, [f"{problem} {GIVE_ANOTHER}"])


def _cells(sheet: Any) -> list[list[ReadCell]]:
    if not hasattr(sheet, "iter_rows"):
        raise ValueError("a sheet of charts stands where cells belong")
    sheet.reset_dimensions()  # what the file says of its own size need not be so
    rows = islice(sheet.iter_rows(max_col=COLUMNS), MOST_ROWS)
    return [
        [
            ReadCell(f"{sheet.title}, {get_column_letter(column)}{row}", cell.value, cell.data_type or "n")
            for column, cell in enumerate(cells, start=1)
        ]
        for row, cells in enumerate(rows, start=1)
    ]
