"""A workbook that comes back: opened without trusting it, its cells read as they stand, nothing in it computed.

What is wrong is said by sheet and cell, all of it at once. A formula where a value belongs is refused and never
evaluated; sheets that are not asked for are not read.
"""

import datetime
import io
import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import openpyxl
from openpyxl.utils import get_column_letter

from budget.workbook.book import Grid
from data.documents.sheet_text import safe_text
from data.faults import Fault, InputError

MOST_BYTES = 600 << 20  # unpacked; all England's workbook has about a fifth of that
MOST_TEXT_BYTES = 150 << 20  # of the texts that all sheets share, which are read whole
MOST_ROWS = 100_000  # of a sheet that is read back
COLUMNS = 20
SHARED_TEXTS = "xl/sharedStrings.xml"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CANNOT_READ = (  # what openpyxl and the XML parsers raise over a file that somebody has damaged
    OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, SyntaxError,
    KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError,
)  # fmt: skip
GIVE_ANOTHER = "Give the .xlsx file that Farebridge wrote, as Excel or LibreOffice saved it."
MOVED = "Take out columns and rows that were put in, and put back those taken out."
NEAR = 1e-14  # by which a number may move when a program saves it with fifteen digits
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands. `kind` is openpyxl's: s text, n number or nothing, d date, b truth, f formula, e error."""

    place: str
    value: object
    kind: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, or blanks alone."""
        return self.kind != "f" and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))

    def shown(self) -> str:
        """Return what stands there, in words, for a message."""
        if self.kind == "f":
            return "a formula"
        return "nothing" if self.is_empty else f"“{plain(self.value)[:60]}”"


@dataclass(slots=True)
class Reader:
    """A workbook's cells by sheet, and the faults found in them so far."""

    sheets: dict[str, list[list[Cell]]]
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, cell: Cell | str, problem: str) -> None:
        """Add a fault of a cell."""
        self.faults.append(Fault(cell.place if isinstance(cell, Cell) else cell, problem))

    def at(self, sheet: str, letter: str, row: int) -> Cell:
        """Return a cell; one beyond what is there is empty."""
        rows = self.sheets[sheet]
        column = openpyxl.utils.column_index_from_string(letter)
        if row <= len(rows) and column <= len(rows[row - 1]):
            return rows[row - 1][column - 1]
        return Cell(f"{sheet}, {letter}{row}", None, "n")

    def table(
        self, grid: Grid, key: Sequence[str], expected: Sequence[tuple], needed: Sequence[str], *, total: str = ""
    ) -> dict[tuple, int]:
        """Return the row of each expected key of a table, whatever order its rows have been put in.

        `key` and `needed` are columns, `total` the key of the row beneath the table, where it has one. Adds a fault for
        a header that is not there, and a row that is missing, is there twice or is not known.
        """
        heads_wrong = False
        for name in dict.fromkeys((*key, *needed)):
            cell = self.at(grid.sheet, grid.letter(name), grid.head)
            header = next(column.header for column in grid.columns if column.key == name)
            if cell.kind == "f" or plain(cell.value) != plain(header):
                self.wrong(cell, f"must be the heading “{header}”, and holds {cell.shown()}. {MOVED}")
                heads_wrong = True
        if heads_wrong:
            return {}
        return self._found(grid, key, expected, total)

    def _found(self, grid: Grid, key: Sequence[str], expected: Sequence[tuple], total: str) -> dict[tuple, int]:
        places = {tuple(map(plain, one)): one for one in expected}
        found: dict[tuple, int] = {}
        unknown: dict[int, list[Cell]] = {}
        for row in self._rows(grid, key):
            cells = [self.at(grid.sheet, grid.letter(name), row) for name in key]
            one = tuple(map(_name, cells))
            if one == (total,):
                break
            if one not in places:
                unknown[row] = cells
            elif places[one] in found:
                self.wrong(
                    cells[0], f"{' '.join(one)[:80]} is in row {found[places[one]]} already. Take one of the two out."
                )
            else:
                found[places[one]] = row
        for row, one in enumerate(expected, start=grid.first):
            if one in found:
                continue
            was = " ".join(map(plain, one))[:80]
            place: Cell | str = f"{grid.sheet}, {grid.letter(key[0])}{row}"
            is_now = " or has no name"
            if cells := unknown.pop(row, None):
                place = next(cell for cell, name in zip(cells, one, strict=True) if _name(cell) != plain(name))
                is_now = f", and {place.shown()} stands there"
            self.wrong(place, f"the row {was} is missing{is_now}. Put it back as it was exported.")
        for cells in unknown.values():
            self.wrong(cells[0], f"{cells[0].shown()}: there is no such row here. Take it out.")
        return found

    def _rows(self, grid: Grid, key: Sequence[str]):
        """Yield the rows of a table with something in its key, to the first without beneath where the table ended."""
        row = grid.first
        while row <= grid.last or row <= len(self.sheets[grid.sheet]):
            is_empty = all(self.at(grid.sheet, grid.letter(name), row).is_empty for name in key)
            if is_empty and row > grid.last:
                return
            if not is_empty:
                yield row
            row += 1

    def unchanged(self, cell: Cell, was: object, what: str) -> None:
        """Add a fault where a cell that is for the record no longer holds what was written there."""
        held = isinstance(was, (int, float)) and is_number(cell) and is_near(cell.value, was)
        if cell.kind != "f" and (held or plain(cell.value) == plain(was)):
            return
        self.wrong(cell, f"{what} was {plain(was)[:80]!r} and is {cell.shown()}. Put it back: it is not for changing.")

    def number(self, cell: Cell) -> float | None:
        """Return a cell's number; None, and a fault, where it holds something else."""
        if cell.kind == "f":
            self.wrong(cell, "holds a formula where a number belongs. Write the number itself: formulas are not read.")
        elif cell.is_empty:
            self.wrong(cell, "is empty. Write a number, such as the one it was solved with.")
        elif not is_number(cell):
            self.wrong(cell, f"holds {cell.shown()} where a number belongs. Write a number, without its unit.")
        else:
            return cell.value
        return None

    def text(self, cell: Cell) -> str | None:
        """Return a cell's text, a whole number as its digits; None, and a fault, where there is none."""
        if cell.kind == "f":
            self.wrong(cell, "holds a formula where a text belongs. Write the text itself: formulas are not read.")
        elif cell.is_empty:
            self.wrong(cell, "is empty. Write a text, such as the one that stood there.")
        elif isinstance(cell.value, str) and cell.kind != "e":
            return cell.value.strip()
        elif is_number(cell) and cell.value == int(cell.value):
            return str(int(cell.value))
        else:
            self.wrong(cell, f"holds {cell.shown()} where a text belongs. Write it as a text.")
        return None

    def day(self, cell: Cell) -> datetime.date | None:
        """Return a cell's date; None where it is empty, and where it holds something else, with a fault."""
        if cell.is_empty:
            return None
        value = cell.value
        if isinstance(value, datetime.datetime) and value.time() == datetime.time():
            return value.date()
        if cell.kind != "f" and type(value) is datetime.date:
            return value
        self.wrong(cell, f"holds {cell.shown()} where a date belongs. Write a day, such as 3 September 2026.")
        return None


def _name(cell: Cell) -> str:
    return cell.shown() if cell.kind == "f" else plain(cell.value)


def is_number(cell: Cell) -> bool:
    """Say whether a cell holds a finite number."""
    is_kind = isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    return cell.kind == "n" and is_kind and math.isfinite(cell.value)


def is_near(value: float, was: float) -> bool:
    """Say whether a number is the one that was written, but for what saving it may do."""
    return math.isclose(value, was, rel_tol=NEAR, abs_tol=1e-300)


def plain(value: object) -> str:
    """Return a text as it can be compared once programs have saved it: without their marks, blanks as one space.

    >>> plain("Bus  pass_x000D_")
    'Bus pass'
    """
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), "" if value is None else safe_text(value))
    return " ".join(safe_text(text).replace("\u240d", " ").split())


def opened(content: bytes, name: str, wanted: Sequence[str]) -> Reader:
    """Read the wanted sheets of a workbook. Raises InputError where it is none, is locked, damaged or out of measure.

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
    reader = Reader(sheets)
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
    if sum(sizes.values()) > MOST_BYTES or sizes.get(SHARED_TEXTS, 0) > MOST_TEXT_BYTES:
        most = MOST_BYTES >> 20
        problem = f"would unpack to {sum(sizes.values()) >> 20:,} MB, more than a plan's workbook can have ({most} MB)."
        raise InputError(name, [f"{problem} {GIVE_ANOTHER}"])


def _cells(sheet) -> list[list[Cell]]:
    if not hasattr(sheet, "iter_rows"):
        raise ValueError("a sheet of charts stands where cells belong")
    sheet.reset_dimensions()  # what the file says of its own size need not be so
    rows = islice(sheet.iter_rows(max_col=COLUMNS), MOST_ROWS)
    return [
        [
            Cell(f"{sheet.title}, {get_column_letter(column)}{row}", cell.value, cell.data_type or "n")
            for column, cell in enumerate(cells, start=1)
        ]
        for row, cells in enumerate(rows, start=1)
    ]
