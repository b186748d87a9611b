"""Writing cells: outside text that stays text, formulas with their known values, tables, inputs and pages."""

import datetime
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.chart._chart import ChartBase
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.units import cm_to_EMU
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from budget.workbook import known_values, printing, styles
from budget.workbook.grid import BLANK, Column, Formula, Grid, Places
from budget.workbook.known_values import Known
from budget.workbook.printing import A4
from data.documents import sheet_bytes
from data.documents.sheet_text import is_too_long, put_text, safe_text

TITLE_POINTS, SECTION_POINTS = 27, 21  # heights of rows
BOLD = 0.9
DECIMALS = 6  # of a known sum: whole pennies, and people and access to a millionth
EXCERPT = 1_000  # characters of a text too long for a cell
MADE_UP = "This county is made up: the figures describe no real place."


def _empty() -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.active)
    return workbook


def _known(value: object) -> object:
    """Return what a cell shows: of a formula the value it is known to have."""
    return value.known if isinstance(value, Formula) else value


@dataclass(slots=True)
class Book:
    """An openpyxl workbook being written, with the known values of its formulas by sheet."""

    workbook: Workbook = field(default_factory=_empty)
    known: dict[str, dict[str, Known]] = field(default_factory=dict)
    styles: dict[tuple[str, str], StyleArray] = field(default_factory=dict)  # by role and format, of all sheets
    long_texts: dict[str, int] = field(default_factory=dict)  # text -> its number on the sheet Long texts
    charts: dict[str, list[str]] = field(default_factory=dict)  # sheet -> what each of its charts shows, in words
    names: dict[str, object] = field(default_factory=dict)  # of tables and cells, for formulas: see `grid`

    def sheet(self, name: str, title: str, note: str) -> "Sheet":
        """Add a sheet, with its title and the line that says how to read it."""
        self.known[name] = {}
        sheet = Sheet(self, self.workbook.create_sheet(name))
        sheet.put(1, 1, title, "title")
        sheet.worksheet.row_dimensions[1].height = TITLE_POINTS
        sheet.put(2, 1, note, "note")
        return sheet

    def define(self, name: str, cell: str) -> None:
        """Give a cell, such as "Checks!$B$5", a name for formulas."""
        self.workbook.defined_names[name] = DefinedName(name, attr_text=cell)

    def excerpt(self, text: str) -> str:
        """Return a text as a cell can hold it. One that is too long goes to the sheet Long texts, and names it."""
        if not is_too_long(text):
            return text
        number = self.long_texts.setdefault(text, len(self.long_texts) + 1)
        return f"{text[:EXCERPT]} […the whole text is no. {number} on the sheet Long texts]"

    def style(self, cell: Cell, role: str, format: str) -> None:
        """Give a cell the style of a role and a format; add it to the workbook at its first use."""
        if (style := self.styles.get((role, format))) is None:
            named = styles.named_style(role, format)
            self.workbook.add_named_style(named)
            cell.style = named.name
            self.styles[role, format] = copy(cell._style)
        else:
            cell._style = copy(style)  # finding the style by its name takes as long as all the rest

    def saved(self, day: datetime.date, title: str, **properties: str) -> bytes:
        """Return the file, dated `day`, with document properties. Excel recalculates everything when it opens it."""
        about = self.workbook.properties
        about.title, about.creator = safe_text(title)[:255], "Farebridge"
        about.created = datetime.datetime.combine(day, datetime.time())
        for name, value in properties.items():
            setattr(about, name, value)
        self.workbook.calculation.fullCalcOnLoad = True
        file = sheet_bytes.in_memory(self.workbook)
        names = self.workbook.sheetnames
        known = {number: self.known[name] for number, name in enumerate(names, start=1)}
        charts = [self.charts[name] for name in names if name in self.charts]
        return known_values.finished(file, known, day, charts)


@dataclass(slots=True)
class Sheet:
    """One sheet being written."""

    book: Book
    worksheet: Worksheet

    def put(self, row: int, column: int, value: object, role: str = "text", format: str = "text") -> Cell:
        """Write a value: None, BLANK, a number, a date, a Formula, or text, which never becomes a formula."""
        cell = self.worksheet.cell(row, column)
        self.book.style(cell, role, format)
        if role == "section":
            self.worksheet.row_dimensions[row].height = SECTION_POINTS
        if isinstance(value, Formula):
            cell.value = value.at(self.book.names).text
            self.book.known[self.worksheet.title][cell.coordinate] = value.known
        elif isinstance(value, str):
            put_text(cell, self.book.excerpt(value))
        else:
            cell.value = None if value is BLANK else value
        return cell

    def link(self, row: int, column: int, words: str, place: str) -> None:
        """Write words that lead to another place in this workbook, such as "'Budget lines'!A1"."""
        cell = self.put(row, column, words, "link")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=words)

    def table(
        self,
        grid: Grid,
        rows: Iterable[Mapping[str, object] | Sequence],
        *,
        sums: Sequence[str] = (),
        sortable: bool = True,
        totals: Mapping[str, object] | None = None,
        empty: str = "",
        name: str | None = None,
    ) -> None:
        """Write a table: header, rows, and a total row where there are `sums` or `totals`.

        A row has a value for each column, or values by column; a column's formula is written where its value is given.
        `sums` are the columns to add up; `sortable` fixes the ranges of their formulas, for rows that may be sorted.
        `totals` are further cells of the total row. `empty` stands in the first column where there are no rows. With a
        `name` it is an Excel table.
        """
        for number, column in enumerate(grid.columns, start=1):
            self.put(grid.head, number, column.header, "head", column.format)
        self.fit(grid.head, [(column.header, column.width * BOLD) for column in grid.columns])
        keys = [column.key for column in grid.columns]
        known: dict[str, list[float]] = {key: [] for key in sums}
        for row, values in enumerate(rows, start=grid.first):
            by_key = values if isinstance(values, Mapping) else dict(zip(keys, values, strict=True))
            cells = list(zip(grid.columns, grid.filled(row, by_key, self.book.names), strict=True))
            for place, (column, value) in enumerate(cells, start=1):
                if value is not None:
                    self.put(row, place, value, column.role, column.format)
                figure = _known(value)
                if column.key in known and isinstance(figure, (int, float)):
                    known[column.key].append(figure)
            self.fit(row, [(_known(value), column.width) for column, value in cells if column.format == "wrapped"])
        if not grid.rows:
            self.put(grid.first, 1, empty, "note")
        if sums or totals is not None:
            cells_of = grid.all if sortable else Places(grid.cells)
            added = {key: Formula(f"=SUM({cells_of[key]})", round(math.fsum(known[key]), DECIMALS)) for key in sums}
            total = grid.filled(grid.total_row, {**added, **(totals or {})}, self.book.names)
            for number, value in enumerate(total, start=1):
                self.put(grid.total_row, number, value, "total", grid.columns[number - 1].format)
        if name is not None:
            table = Table(displayName=name, ref=f"A{grid.head}:{get_column_letter(len(grid.columns))}{grid.last}")
            table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
            self.worksheet.add_table(table)

    def fit(self, row: int, texts: Iterable[tuple[object, float]]) -> None:
        """Make a row as high as its wrapped texts need in columns of their widths; Excel and LibreOffice do not."""
        if (height := printing.height(texts)) is not None:
            self.worksheet.row_dimensions[row].height = height

    def validate(
        self,
        cells: Sequence[str],
        kind: str,
        least: object,
        most: object = None,
        *,
        error: str,
        title: str = "Not allowed",
        blank: bool = False,
    ) -> DataValidation:
        """Let Excel refuse in some cells what is not between two values; without `most`, not greater than `least`.

        With the kind "list", `least` is a formula of what may be chosen. `blank` allows empty cells.
        """
        rule = DataValidation(type=kind, formula1=str(least), allow_blank=blank, showErrorMessage=True)
        rule.operator = None if kind == "list" else "greaterThan" if most is None else "between"
        rule.formula2 = None if most is None else str(most)
        rule.errorTitle, rule.error = title, error
        for place in cells:
            rule.add(place)
        self.worksheet.add_data_validation(rule)
        return rule

    def colour(self, cells: str, formula: str, fill: PatternFill) -> None:
        """Fill cells where a formula (without its =) is true.

        The formula must not read the coloured cell's own formula: LibreOffice 7.4 crashes in print where a rule reads
        a formula's own cell before it was recalculated.
        """
        self.worksheet.conditional_formatting.add(cells, FormulaRule([formula], fill=fill))

    def colour_words(self, cells: str, fills: Mapping[str, PatternFill]) -> None:
        """Fill cells by what they hold: TRUE, FALSE, or a text in quotation marks."""
        for word, fill in fills.items():
            self.worksheet.conditional_formatting.add(cells, CellIsRule("equal", [word], fill=fill))

    def chart(self, chart: ChartBase, row: int, words: str, column: int = 1) -> None:
        """Put a chart at a row and column; `words` say what it shows, for those who cannot see it."""
        styles.dress(chart)
        size = XDRPositiveSize2D(cm_to_EMU(chart.width), cm_to_EMU(chart.height))
        edge = cm_to_EMU(0.1)  # its frame would else show on the page before, or in the column
        corner = AnchorMarker(col=column - 1, colOff=edge if column > 1 else 0, row=row - 1, rowOff=edge)
        chart.anchor = OneCellAnchor(_from=corner, ext=size)
        self.worksheet.add_chart(chart)
        self.book.charts.setdefault(self.worksheet.title, []).append(words)

    def widths(self, columns: Sequence[Column | float]) -> None:
        """Set the widths of columns, in characters."""
        for number, column in enumerate(columns, start=1):
            width = column.width if isinstance(column, Column) else column
            dimension = self.worksheet.column_dimensions[get_column_letter(number)]
            dimension.width, dimension.hidden = width, isinstance(column, Column) and column.working

    def page_for(self, grid: Grid, freeze: str, *, paper: int = A4, across: int = 1, chart_apart: bool = False) -> None:
        """Set widths and page for a table: its header and the columns left of `freeze` stay on screen.

        The header stands on each printed page; with `chart_apart`, a chart on a page of its own, it would stand above
        that as well, and is printed once.
        """
        self.widths(grid.columns)
        self.wrap_note(grid)
        self.page(
            freeze=f"{freeze}{grid.first}",
            repeat="" if chart_apart else f"{grid.head}:{grid.head}",
            paper=paper,
            across=across,
        )

    def wrap_note(self, grid: Grid) -> None:
        """Write a note that is longer than a table is wide over the two rows above it, so that all of it prints."""
        width = sum(column.width for column in grid.columns if not column.working)
        note, below = self.worksheet["A2"].value, self.worksheet["A3"]
        if isinstance(note, str) and len(note) > width and below.value is None:
            lines = textwrap.wrap(note, math.ceil(max(width, len(note) / 2 + 10)))
            self.put(2, 1, lines[0], "note")
            self.put(3, 1, " ".join(lines[1:]), "note")

    def page(self, *, freeze: str, repeat: str = "", paper: int = A4, landscape: bool = True, across: int = 1) -> None:
        """Set what stays on screen, what repeats on each printed page, and the page: as wide as `across` papers.

        Where it is more than one, the columns that stay on screen stand on each, and title and notes begin beside them.
        """
        stays = column_index_from_string(freeze.rstrip("0123456789"))
        for row in (1, 2, 3) if across > 1 else ():
            if isinstance(words := self.worksheet.cell(row, 1).value, str):
                self.worksheet.cell(row, 1).value = None
                self.put(row, stays, words, "title" if row == 1 else "note")
        printing.set_page(self.worksheet, across=across, stays=stays, paper=paper, landscape=landscape)
        self.worksheet.freeze_panes, self.worksheet.print_title_rows = freeze, repeat or None
        self.worksheet.sheet_view.showGridLines, self.worksheet.sheet_view.zoomScale = False, 90
        protection = self.worksheet.protection
        protection.sheet = True  # without a password: against slips, not against people
        for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
            setattr(protection, allowed, False)  # False is "not forbidden"
