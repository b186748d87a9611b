"""Read the cells of a workbook of our own with the kind of each. It runs in a child: see `data.opening.child`."""

import datetime
import io
import warnings
from itertools import islice
from typing import Any

import openpyxl

from data.faults import InputError
from data.opening.limits import FileLimits
from data.opening.workbook import look_through

PLAIN = (str, int, float, bool, type(None), datetime.date, datetime.time, datetime.timedelta)


def read_cells(
    content: bytes, name: str, limits: FileLimits, wanted: list[str], columns: int, rows: int, remedy: str
) -> dict[str, list[list[list[Any]]]]:
    """Return the first rows and columns of each wanted sheet that is there: [value, openpyxl's kind] of each cell.

    A formula is its text and is not evaluated. Raises InputError where it is no .xlsx, is damaged or over a limit.
    """
    look_through(content, name, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does not keep: nothing is written from this
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            return {sheet: _cells(book[sheet], columns, rows) for sheet in wanted if sheet in book.sheetnames}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  openpyxl raises anything over a file that somebody has damaged
        raise InputError(name, [f"is a damaged workbook ({type(error).__name__}). {remedy}"]) from None


def _cells(sheet: Any, columns: int, rows: int) -> list[list[list[Any]]]:
    if not hasattr(sheet, "iter_rows"):
        raise ValueError("a sheet of charts stands where cells belong")
    sheet.reset_dimensions()  # what the file says of its own size need not be so
    return [
        [[cell.value if isinstance(cell.value, PLAIN) else str(cell.value), cell.data_type or "n"] for cell in row]
        for row in islice(sheet.iter_rows(max_col=columns), rows)
    ]
