"""Look through the cells of a workbook in one pass, before anything reserves memory for them.

A reader of workbooks reserves a place for every cell from A1 to the last one that is filled, so that one stray cell at
XFD1048576 would take 512 GiB. It also gives a formula without a value, and an error such as "#REF!", as an empty cell,
which would count as a gap: `SheetCells.without_result` has those.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from data.faults import InputError
from data.opening.limits import FileLimits, setting
from data.opening.wire import NoResult
from data.opening.xml_parts import XmlReader

PLACE = re.compile(r"([A-Z]{1,7})([1-9]\d{0,11})")
NOT_AVAILABLE = "#N/A"  # a look-up that found nothing, by which people write that nothing is known
STRAY = "Something may stand far away from the rest: delete the empty rows and columns beyond your table, and save it"


@dataclass(slots=True)
class Extent:
    """What a workbook claims so far; raises InputError as soon as it is over a limit."""

    name: str  # of the file
    limits: FileLimits
    cells: int = 0

    def count(self, cells: int = 1) -> None:
        """Count cells, filled or not."""
        self.cells += cells
        if self.cells > self.limits.cells:
            self._refuse(f"has more than {self.limits.cells:,} cells", "cells")

    def reach(self, row: int, column: int, place: str) -> None:
        """Take the row and the column, from 1, of a cell that is filled."""
        if row > self.limits.rows:
            self._refuse(f"has a cell in row {row:,} ({place}); at most {self.limits.rows:,} rows are read", "rows")
        if column > self.limits.columns:
            most = f"at most {self.limits.columns:,} columns are read"
            self._refuse(f"has a cell in column {column:,} ({place}); {most}", "columns")

    def span(self, rows: int, columns: int) -> None:
        """Take how many rows and columns a sheet has from A1 to what is last in it."""
        if rows * columns > self.limits.cells:
            most = f"at most {self.limits.cells:,} cells are read"
            self._refuse(f"reaches over {rows:,} rows and {columns:,} columns; {most}", "cells")

    def _refuse(self, what: str, limit: str) -> None:
        raise InputError(self.name, [f"{what}. {STRAY}, or {setting(limit)}."])


@dataclass(slots=True)
class SheetCells(XmlReader):
    """The cells of one sheet of an .xlsx: what has no result, and how far it reaches."""

    extent: Extent
    without_result: list[tuple[int, int, NoResult]] = field(default_factory=list)  # row and column from nought
    rows: int = 0
    columns: int = 0
    _row: int = 0
    _column: int = 0
    _kind: str = ""
    _inside: str = ""  # "f" or "v" while in one, within a cell
    _formula: list[str] | None = None
    _value: list[str] = field(default_factory=list)
    _is_text: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of a row, a cell, or what is in a cell."""
        if tag == "c":
            self.extent.count()
            self._place(attributes.get("r", ""))
            self._kind, self._formula, self._is_text = attributes.get("t", "n"), None, False
            self._value.clear()
        elif tag == "row":
            self._row, self._column = whole_number(attributes.get("r", ""), self._row + 1), 0
        elif tag == "f":
            self._inside, self._formula = "f", []
        elif tag == "v":
            self._inside = "v"
        elif tag == "is":
            self._is_text = True

    def _place(self, text: str) -> None:
        if found := PLACE.fullmatch(text):
            self._row, self._column = int(found[2]), column_number(found[1])
        else:
            self._column += 1

    def text(self, text: str) -> None:
        """Take the text of a formula or a value."""
        if self._inside == "v":
            self._value.append(text)
        elif self._inside == "f" and self._formula is not None:
            self._formula.append(text)

    def end(self, tag: str) -> None:
        """Take the end of a cell, or of what is in it."""
        if tag in ("f", "v"):
            self._inside = ""
        elif tag == "c" and (self._value or self._formula is not None or self._is_text):
            if self._row > self.rows or self._column > self.columns:
                self._reach()
            if (self._formula is not None or self._kind == "e") and (text := self._no_result()):
                self.without_result.append((self._row - 1, self._column - 1, NoResult(text)))

    def _reach(self) -> None:
        self.extent.reach(self._row, self._column, f"{column_letters(self._column)}{self._row}")
        self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
        self.extent.span(self.rows, self.columns)

    def _no_result(self) -> str:
        """Return the formula or error of a cell, "" where it has a value. An empty text (kind str) is a value."""
        value = "".join(self._value)
        if self._kind == "e":
            return "" if value == NOT_AVAILABLE else value or "#VALUE!"
        if self._formula is None or value or self._kind in ("str", "inlineStr"):
            return ""
        return f"={''.join(self._formula) or 'shared formula'}"


@dataclass(slots=True)
class OpenDocumentCells(XmlReader):
    """The cells of every sheet of an .ods, which says a row or a cell that repeats once."""

    extent: Extent
    _rows: int = 0  # before this one
    _repeats: int = 1  # of this row
    _column: int = 0
    _filled: int = 0  # the last filled column of this row
    _widest: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of a sheet, a row or a cell."""
        if tag == "table":
            self._rows = self._widest = 0
        elif tag == "table-row":
            self._repeats = whole_number(attributes.get("table:number-rows-repeated", ""), 1)
            self._column = self._filled = 0
        elif tag in ("table-cell", "covered-table-cell"):
            times = whole_number(attributes.get("table:number-columns-repeated", ""), 1)
            self._column += times
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._fill(times)
            else:
                self.extent.count()
        elif tag == "p" and self._filled < self._column:
            self._fill(1)  # text without a kind

    def _fill(self, times: int) -> None:
        self._filled = self._column
        self.extent.count(times * self._repeats)

    def end(self, tag: str) -> None:
        """Take the end of a row."""
        if tag != "table-row":
            return
        self._rows += self._repeats
        if self._filled:
            place = f"{column_letters(self._filled)}{self._rows}"
            self.extent.reach(self._rows, self._filled, place)
            self._widest = max(self._widest, self._filled)
            self.extent.span(self._rows, self._widest)


def whole_number(text: str, otherwise: int) -> int:
    """Return the number, from 1, that an attribute says, or `otherwise` where it says none that can be.

    >>> whole_number("12", 1), whole_number("0", 1), whole_number("9999999999999", 1)
    (12, 1, 1)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 and int(text) else otherwise


@lru_cache(maxsize=16_384)
def column_number(letters: str) -> int:
    """Return the number of a column, from 1.

    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column, from 1.

    >>> column_letters(16384)
    'XFD'
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
