"""Writing cells: outside text that stays text, formulas with their known values, tables with header and totals."""

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart._chart import ChartBase
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.utils.units import cm_to_EMU
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from budget.workbook import styles
from budget.workbook.known_values import Known
from data.documents.sheet_text import is_too_long, put_text

HEAD_ROW = 4  # of a sheet that is one table: title, note, blank, header
LINE_POINTS, TITLE_POINTS, SECTION_POINTS, HIGHEST_ROW = 15, 27, 21, 405  # of rows; Excel allows 409
ROOM = 0.86  # of a column's width that text surely fits, whatever font stands in for Calibri
BOLD = 0.9
SHOWN = 1_000  # characters of a text too long for a cell
ROW_CM, CHARACTER_CM, PLAIN_WIDTH = 0.53, 0.19, 8.43  # of a row of 15 points, and of a column's width
BLANK = object()  # an empty cell that somebody may fill in: it has a style and no value


class Formula(NamedTuple):
    """A formula, beginning with =, and the value it is known to have."""

    text: str
    known: Known


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: how formulas call it, its header, width in characters, and how its cells look."""

    key: str
    header: str
    width: float
    role: str = "calc"
    shown: str = "text"


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a table stands: its sheet, columns and rows; at least one row, so that every range has a cell."""

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
        """The last row of the table, its total row not counted."""
        return self.head + max(self.rows, 1)

    @property
    def total_row(self) -> int:
        """The row beneath the table."""
        return self.last + 1

    def letter(self, key: str) -> str:
        """Return a column's letter."""
        return get_column_letter([column.key for column in self.columns].index(key) + 1)

    def at(self, key: str, row: int) -> str:
        """Return a cell for a formula on the same sheet, its row free to move: "C5"."""
        return f"{self.letter(key)}{row}"

    def cell(self, key: str, row: int) -> str:
        """Return a cell for a formula on any sheet: "Plan!$C$5"."""
        return f"{quoted(self.sheet)}!${self.letter(key)}${row}"

    def column(self, key: str) -> str:
        """Return a column's cells beneath the header, for a formula on any sheet: "Plan!$C$5:$C$36"."""
        letter = self.letter(key)
        return f"{quoted(self.sheet)}!${letter}${self.first}:${letter}${self.last}"

    def own(self, key: str) -> str:
        """Return a column's cells, fixed, for a formula on the same sheet: sorting the rows leaves it whole."""
        return self.column(key).partition("!")[2]

    def total(self, key: str) -> str:
        """Return a column's cell in the total row, for a formula on any sheet."""
        return self.cell(key, self.total_row)


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return f"'{sheet}'" if " " in sheet else sheet


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, by whole words."""
    room = max(int(width * ROOM), 1)
    return sum(len(textwrap.wrap(line, room)) or 1 for line in text[: room * 40].splitlines() or [""])


@dataclass(slots=True)
class Book:
    """An openpyxl workbook being written, with the known values of its formulas by sheet."""

    workbook: Workbook
    known: dict[str, dict[str, Known]] = field(default_factory=dict)
    prepared: set[str] = field(default_factory=set)
    long_texts: dict[str, int] = field(default_factory=dict)  # text -> its number on the sheet Long texts
    charts: dict[str, list[str]] = field(default_factory=dict)  # sheet -> what each of its charts shows, in words

    def sheet(self, name: str) -> "Sheet":
        """Add a sheet."""
        worksheet = self.workbook.create_sheet(name)
        self.known[name] = {}
        return Sheet(self, worksheet)

    def cut(self, text: str) -> str:
        """Return a text as a cell can hold it; what is too long goes whole to the sheet Long texts, and says so."""
        if not is_too_long(text):
            return text
        number = self.long_texts.setdefault(text, len(self.long_texts) + 1)
        return f"{text[:SHOWN]} […the whole text is no. {number} on the sheet Long texts]"

    def finish(self) -> None:
        """Set what of each sheet is printed: its cells and its charts."""
        for sheet in self.workbook:
            rows, columns = sheet.max_row, sheet.max_column
            for chart in sheet._charts:
                marker = chart.anchor._from
                rows = max(rows, marker.row + 1 + math.ceil(chart.height / ROW_CM))
                reach, needed = marker.col, chart.width
                while needed > 0:
                    reach += 1
                    needed -= (sheet.column_dimensions[get_column_letter(reach)].width or PLAIN_WIDTH) * CHARACTER_CM
                columns = max(columns, reach)
            sheet.print_area = f"A1:{get_column_letter(columns)}{rows}"

    def style(self, role: str, shown: str) -> str:
        """Return the name of a style, made when first asked for."""
        style = styles.named_style(role, shown)
        if style.name not in self.prepared:
            self.workbook.add_named_style(style)
            self.prepared.add(style.name)
        return style.name


@dataclass(slots=True)
class Sheet:
    """One sheet being written."""

    book: Book
    worksheet: Worksheet
    looks: dict[tuple[str, str], StyleArray] = field(default_factory=dict)  # (role, shown) -> style

    def put(self, row: int, column: int, value: object, role: str = "text", shown: str = "text") -> Cell:
        """Write a value: None, BLANK, a number, a date, a Formula, or text, which never becomes a formula."""
        cell = self.worksheet.cell(row, column)
        if (look := self.looks.get((role, shown))) is None:
            cell.style = self.book.style(role, shown)
            self.looks[role, shown] = copy(cell._style)
        else:
            cell._style = copy(look)  # finding the style by its name takes as long as all the rest
        if role == "section":
            self.worksheet.row_dimensions[row].height = SECTION_POINTS
        if isinstance(value, Formula):
            cell.value = value.text
            self.book.known[self.worksheet.title][cell.coordinate] = value.known
        elif isinstance(value, str):
            put_text(cell, self.book.cut(value))
        elif value is BLANK:
            cell.value = None
        else:
            cell.value = value
        return cell

    def link(self, row: int, column: int, words: str, place: str) -> None:
        """Write words that lead to another place in this workbook, such as "'Budget lines'!A1"."""
        cell = self.put(row, column, words, "link")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=words)

    def heading(self, title: str, note: str) -> None:
        """Write a sheet's title and the line that says how to read it."""
        self.title(title)
        self.put(2, 1, note, "note")

    def title(self, title: str) -> None:
        """Write a sheet's title."""
        self.put(1, 1, title, "title")
        self.worksheet.row_dimensions[1].height = TITLE_POINTS

    def table(
        self,
        grid: Grid,
        rows: Iterable[Sequence],
        *,
        totals: Mapping[str, object] | None = None,
        empty: str = "",
        name: str | None = None,
    ) -> None:
        """Write a table: header, rows (one value a column), and a total row where `totals` gives its cells.

        `empty` stands in the first column where there are no rows. With a `name` it is an Excel table.
        """
        for number, column in enumerate(grid.columns, start=1):
            self.put(grid.head, number, column.header, "head", column.shown)
        self.fit(grid.head, [(column.header, column.width * BOLD) for column in grid.columns])
        for row, values in enumerate(rows, start=grid.first):
            for number, (column, value) in enumerate(zip(grid.columns, values, strict=True), start=1):
                if value is not None:
                    self.put(row, number, value, column.role, column.shown)
            wrapped = [(v, c.width) for c, v in zip(grid.columns, values, strict=True) if c.shown == "wrapped"]
            self.fit(row, wrapped)
        if not grid.rows:
            self.put(grid.first, 1, empty, "note")
        if totals is not None:
            for number, column in enumerate(grid.columns, start=1):
                self.put(grid.total_row, number, totals.get(column.key), "total", column.shown)
        if name is not None:
            self._as_excel_table(grid, name)

    def fit(self, row: int, texts: Iterable[tuple[object, float]]) -> None:
        """Make a row as high as its wrapped texts need in columns of their widths; Excel and LibreOffice do not."""
        lines = max((_lines(text, width) for text, width in texts if isinstance(text, str)), default=1)
        if lines > 1:
            self.worksheet.row_dimensions[row].height = min(LINE_POINTS * lines, HIGHEST_ROW)

    def _as_excel_table(self, grid: Grid, name: str) -> None:
        last = get_column_letter(len(grid.columns))
        table = Table(displayName=name, ref=f"A{grid.head}:{last}{grid.last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        self.worksheet.add_table(table)

    def chart(self, chart: ChartBase, row: int, words: str) -> None:
        """Put a chart at a row, in the workbook's colours; `words` say what it shows, for those who cannot see it."""
        styles.dress(chart)
        chart.anchor = OneCellAnchor(
            _from=AnchorMarker(row=row - 1),
            ext=XDRPositiveSize2D(cm_to_EMU(chart.width), cm_to_EMU(chart.height)),
        )
        self.worksheet.add_chart(chart)
        self.book.charts.setdefault(self.worksheet.title, []).append(words)

    def widths(self, columns: Sequence[Column | float]) -> None:
        """Set the widths of columns, in characters."""
        for number, column in enumerate(columns, start=1):
            width = column.width if isinstance(column, Column) else column
            self.worksheet.column_dimensions[get_column_letter(number)].width = width

    def page(self, *, freeze: str | None = None, repeat: str | None = None, paper: int = 9, landscape=True) -> None:
        """Set what stays on screen, what repeats on each printed page, and the page: as wide as the paper."""
        sheet = self.worksheet
        sheet.freeze_panes = freeze
        if repeat:
            sheet.print_title_rows = repeat
        sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        sheet.page_setup.paperSize = paper
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.left.text = "&A"
        sheet.oddFooter.right.text = "Page &P of &N"
        sheet.sheet_view.showGridLines = False
        sheet.protection.sheet = True  # without a password: against slips, not against people
        for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
            setattr(sheet.protection, allowed, False)  # False is "not forbidden"
        sheet.sheet_view.zoomScale = 90
