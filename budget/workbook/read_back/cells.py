"""The cells of a workbook that comes back: read as they stand, and compared with what was written in them.

Faults name the sheet and the cell, all of them at once. A formula where a value belongs is refused, never evaluated.
"""

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import column_index_from_string

from budget.workbook.grid import Grid
from data.documents.sheet_text import safe_text
from data.faults import Fault

MOVED = "Take out columns and rows that were put in, and put back those taken out."
NEAR = 1e-14  # by which a number may move when a program saves it with fifteen digits
ONLY_HERE = "is the workbook's alone and no part of a scenario: write it into the new workbook again."
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell as it stands. `kind` is openpyxl's: s text, n number or nothing, d date, b truth, f formula, e error."""

    place: str  # "Assumptions, C7"
    value: Any
    kind: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, or blanks alone."""
        return self.kind != "f" and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))

    @property
    def is_number(self) -> bool:
        """Whether it holds a finite number."""
        is_kind = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        return self.kind == "n" and is_kind and math.isfinite(self.value)

    @property
    def is_whole(self) -> bool:
        """Whether it holds a whole number."""
        return self.is_number and self.value == int(self.value)

    def in_words(self) -> str:
        """Return what stands there, for a message."""
        if self.kind == "f":
            return "a formula"
        return "nothing" if self.is_empty else f"“{plain(self.value)[:60]}”"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that was changed since the plan was solved: where, what it is, and its two values in words."""

    place: str
    key: str  # of `scenarios.differences.Difference`: "figures.bus_pass.price"
    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """Return the change as a sentence, without its cell."""
        return f"{self.label}: {self.before} → {self.after}"

    def __str__(self) -> str:
        return f"{self.words} ({self.place})"


@dataclass(slots=True)
class WorkbookReader:
    """A workbook's cells by sheet, with the faults and the changes found in them so far."""

    sheets: dict[str, list[list[ReadCell]]]
    faults: list[Fault] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)
    not_read_back: list[str] = field(default_factory=list)  # changed cells that a scenario has no place for

    def change(self, cell: ReadCell, key: str, label: str, before: str, after: str) -> None:
        """Add a change of a cell; `key` is that of the difference between two scenarios."""
        self.changes.append(CellChange(cell.place, key, label, before, after))

    def ignore(self, cell: ReadCell, words: str) -> None:
        """Add a changed cell that stays with the old workbook, as a scenario has no place for it."""
        self.not_read_back.append(f"{cell.place}: {words} {ONLY_HERE}")

    def wrong(self, cell: ReadCell | str, problem: str) -> None:
        """Add a fault of a cell."""
        self.faults.append(Fault(cell.place if isinstance(cell, ReadCell) else cell, problem))

    def at(self, sheet: str, letter: str, row: int) -> ReadCell:
        """Return a cell; one beyond what is there is empty."""
        rows = self.sheets[sheet]
        column = column_index_from_string(letter)
        if row <= len(rows) and column <= len(rows[row - 1]):
            return rows[row - 1][column - 1]
        return ReadCell(f"{sheet}, {letter}{row}", None, "n")

    def row(self, grid: Grid, row: int, keys: Sequence[str]) -> dict[str, ReadCell]:
        """Return the cells of some columns in a row of a table."""
        return {key: self.at(grid.sheet, grid.letter(key), row) for key in keys}

    def table(
        self,
        grid: Grid,
        key: Sequence[str],
        expected: Sequence[tuple],
        needed: Sequence[str],
        *,
        total: str = "",
        is_last: bool = False,
    ) -> dict[tuple, int]:
        """Return the row of each expected key of a table, in whatever order its rows stand.

        `key` and `needed` are columns, `total` the key of the row beneath the table, where it has one. The table ends
        at the first row without a key beneath where it ended; of the last table of a sheet, rows are looked for below
        that too. Adds a fault for a header that is missing, and for a row that is missing, is there twice or is not
        known.
        """
        faults = len(self.faults)
        for name in dict.fromkeys((*key, *needed)):
            cell = self.at(grid.sheet, grid.letter(name), grid.head)
            header = next(column.header for column in grid.columns if column.key == name)
            if cell.kind == "f" or plain(cell.value) != plain(header):
                self.wrong(cell, f"must be the heading “{header}”, and holds {cell.in_words()}. {MOVED}")
        return {} if len(self.faults) > faults else self._rows_by_key(grid, key, expected, total, is_last)

    def _rows_by_key(
        self, grid: Grid, key: Sequence[str], expected: Sequence[tuple], total: str, is_last: bool
    ) -> dict[tuple, int]:
        names = {tuple(map(plain, one)): one for one in expected}
        rows: dict[tuple, int] = {}
        unknown: dict[int, list[ReadCell]] = {}
        is_beneath = False  # the table and a row without a key: notes may stand there, and none of its rows
        for row in range(grid.first, max(grid.last, len(self.sheets[grid.sheet])) + 1):
            cells = [self.at(grid.sheet, grid.letter(name), row) for name in key]
            one = tuple(map(_name, cells))
            is_empty = all(cell.is_empty for cell in cells)
            is_beneath |= is_empty and row > grid.last
            if (one == (total,) and total) or (is_beneath and not is_last):
                break
            if is_empty:
                continue
            if one not in names:
                unknown |= {} if is_beneath else {row: cells}
            elif names[one] in rows:
                twice = f"{' '.join(one)[:80]} is in row {rows[names[one]]} already. Take one of the two out."
                self.wrong(cells[0], twice)
            else:
                rows[names[one]] = row
        for row, one in enumerate(expected, start=grid.first):
            if one not in rows:
                self._missing(grid, key, one, row, unknown.pop(row, []))
        for cells in unknown.values():
            self.wrong(cells[0], f"{cells[0].in_words()}: there is no such row here. Take it out.")
        return rows

    def _missing(self, grid: Grid, key: Sequence[str], one: tuple, row: int, cells: list[ReadCell]) -> None:
        """Add the fault of a row that is missing; `cells` is what stands in its place, where it is of no known row."""
        place: ReadCell | str = f"{grid.sheet}, {grid.letter(key[0])}{row}"
        is_now = " or has no name"
        if cells:
            cell = next(cell for cell, name in zip(cells, one, strict=True) if _name(cell) != plain(name))
            place, is_now = cell, f", and {cell.in_words()} stands there"
        was = " ".join(map(plain, one))[:80]
        self.wrong(place, f"the row {was} is missing{is_now}. Put it back as it was exported.")

    def unchanged(self, cell: ReadCell, was: object, what: str) -> None:
        """Add a fault where a cell that is for the record no longer holds what was written there."""
        is_same = isinstance(was, (int, float)) and cell.is_number and is_near(cell.value, was)
        if cell.kind == "f" or not (is_same or plain(cell.value) == plain(was)):
            before = f"{what} was {plain(was)[:80]!r} and is {cell.in_words()}"
            self.wrong(cell, f"{before}. Put it back: it is not for changing.")

    def number(self, cell: ReadCell) -> float | None:
        """Return a cell's number; None, and a fault, where it holds something else."""
        if cell.is_number:
            return cell.value
        self._refuse(cell, "number", "such as the one it was solved with", "Write a number, without its unit.")
        return None

    def text(self, cell: ReadCell) -> str | None:
        """Return a cell's text, a whole number as its digits; None, and a fault, where there is none."""
        if isinstance(cell.value, str) and cell.kind not in "fe" and not cell.is_empty:
            return cell.value.strip()
        if cell.is_whole:
            return str(int(cell.value))
        self._refuse(cell, "text", "such as the one that stood there", "Write it as a text.")
        return None

    def _refuse(self, cell: ReadCell, what: str, example: str, remedy: str) -> None:
        if cell.kind == "f":
            problem = f"holds a formula where a {what} belongs. Write the {what} itself: formulas are not read."
        elif cell.is_empty:
            problem = f"is empty. Write a {what}, {example}."
        else:
            problem = f"holds {cell.in_words()} where a {what} belongs. {remedy}"
        self.wrong(cell, problem)

    def day(self, cell: ReadCell) -> datetime.date | None:
        """Return a cell's date; None where it is empty, and where it holds something else, with a fault."""
        if cell.is_empty:
            return None
        value = cell.value
        if isinstance(value, datetime.datetime) and value.time() == datetime.time():
            return value.date()
        if cell.kind != "f" and type(value) is datetime.date:
            return value
        self.wrong(cell, f"holds {cell.in_words()} where a date belongs. Write a day, such as 3 September 2026.")
        return None


def _name(cell: ReadCell) -> str:
    return cell.in_words() if cell.kind == "f" else plain(cell.value)


def is_near(value: float, was: float) -> bool:
    """Say whether a number is the one that was written, up to the digits that saving may lose."""
    return math.isclose(value, was, rel_tol=NEAR, abs_tol=1e-300)


def plain(value: object) -> str:
    """Return a text for comparing, whatever program saved it: without its marks, with single spaces.

    >>> plain("Bus  pass_x000D_")
    'Bus pass'
    """
    text = ESCAPED.sub(lambda match: chr(int(match[1], 16)), "" if value is None else safe_text(value))
    return " ".join(safe_text(text).replace("\u240d", " ").split())
