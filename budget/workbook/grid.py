"""Where tables stand on their sheets, and formulas with the values that they are known to have.

A formula names cells in braces, and is written with their places. In a table's row {cost} is the cell of the column
`cost`, {above[cost]} that of the row above, {sum[cost]} that of the total row, and {all[cost]} all cells of the column.
Tables have names in a `Book`: {plan[cost]} is a column of Plan and {plan.totals[cost]} its total, on any sheet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

from openpyxl.utils import get_column_letter

from budget.workbook.known_values import Known

HEAD_ROW = 4  # of a sheet that is one table: title, note, blank, header
BLANK = object()  # an empty cell that somebody may fill in: it has a style and no value


class Formula(NamedTuple):
    """A formula, beginning with =, and the value it is known to have."""

    text: str
    known: Known

    def at(self, places: Mapping[str, object]) -> "Formula":
        """Return the formula with the cells that its names in braces stand for."""
        return Formula(self.text.format_map(places), self.known)


@dataclass(frozen=True, slots=True)
class Places:
    """Cells by the key of their column, for formulas."""

    find: Callable[[str], str]

    def __getitem__(self, key: str) -> str:
        return self.find(key)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its key in formulas, header, width in characters, and the role and format of its cells.

    With a `formula` a row's value in it is what the formula is known to give. A `working` column is hidden, on screen
    and in print, until somebody unhides it: auditors need it, readers do not.
    """

    key: str
    header: str
    width: float
    role: str = "calc"
    format: str = "text"
    formula: str = ""
    working: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a table stands: its sheet, columns and rows. It has at least one row, so that every range has a cell."""

    sheet: str
    columns: tuple[Column, ...]
    rows: int
    head: int = HEAD_ROW

    @property
    def first(self) -> int:
        """The first row beneath the header."""
        return self.head + 1

    @property
    def last(self) -> int:
        """The last row of the table, without its total row."""
        return self.head + max(self.rows, 1)

    @property
    def total_row(self) -> int:
        """The row beneath the table."""
        return self.last + 1

    def number(self, key: str) -> int:
        """Return a column's number, 1 being A."""
        return [column.key for column in self.columns].index(key) + 1

    def letter(self, key: str) -> str:
        """Return a column's letter."""
        return get_column_letter(self.number(key))

    def at(self, key: str, row: int) -> str:
        """Return a cell for a formula on the same sheet: "C5"."""
        return f"{self.letter(key)}{row}"

    def fixed(self, key: str, row: int) -> str:
        """Return a cell for a formula on the same sheet that does not move when copied: "$C$5"."""
        return f"${self.letter(key)}${row}"

    def row(self, row: int) -> dict[str, str]:
        """Return the cells of a row by column, for formulas on the same sheet."""
        return {column.key: f"{get_column_letter(n)}{row}" for n, column in enumerate(self.columns, start=1)}

    def cell(self, key: str, row: int) -> str:
        """Return a cell for a formula on any sheet: "Plan!$C$5"."""
        return f"{quoted(self.sheet)}!{self.fixed(key, row)}"

    def cells(self, key: str, last: str = "") -> str:
        """Return the cells of a column, or of all columns from it to `last`, on the same sheet: "C5:C36"."""
        return f"{self.at(key, self.first)}:{self.at(last or key, self.last)}"

    @property
    def all(self) -> Places:
        """Each column's cells, fixed, for a formula on the same sheet that sorting must not change: "$C$5:$C$36"."""
        return Places(lambda key: f"{self.fixed(key, self.first)}:{self.fixed(key, self.last)}")

    @property
    def totals(self) -> Places:
        """Each column's cell in the total row, for a formula on any sheet."""
        return Places(lambda key: self.cell(key, self.total_row))

    def __getitem__(self, key: str) -> str:
        """Return a column's cells beneath the header, for a formula on any sheet: "Plan!$C$5:$C$36"."""
        return f"{quoted(self.sheet)}!{self.all[key]}"

    def filled(self, row: int, values: Mapping[str, object], names: Mapping[str, object]) -> list[object]:
        """Return a row's values in the order of the columns; `names` are those of other tables, for its formulas."""
        places = {**names, **self.row(row), "all": self.all}
        places["above"] = Places(lambda key: self.at(key, row - 1))
        places["sum"] = Places(lambda key: f"{self.letter(key)}${self.total_row}")
        cells = []
        for column in self.columns:
            value = values.get(column.key)
            if column.formula and value is not None and value is not BLANK and not isinstance(value, Formula):
                value = Formula(column.formula, cast(Known, value))
            cells.append(value.at(places) if isinstance(value, Formula) else value)
        return cells


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return f"'{sheet}'" if " " in sheet else sheet
