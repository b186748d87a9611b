"""The cells of a decisions workbook: text that is never a formula, pounds and dates, wrapped in rows of enough height.

Cells are streamed, so each is styled when it is made; no program measures the height of a row when it opens a file.
"""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from data.documents.sheet_text import NOT_ALLOWED, could_become_a_formula, put_text

POUNDS = ("low_pence", "high_pence")
A3, A4 = 8, 9  # as Excel numbers papers
LINE_POINTS, MOST_LINES = 15, 27  # of a row: Excel's tallest is 409 points
SHARE_FILLED = 0.95  # of a column's width that is sure to hold text: a stand-in for Calibri may be wider
SHORT = 1000  # characters; a longer text is looked at whole before it is streamed
HEAD = Font(name="Calibri", bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF1D4E6B")
TITLE_FONT, TOTAL_FONT = Font(name="Calibri", bold=True, size=14), Font(name="Calibri", bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
TOP, TOP_RIGHT = Alignment(vertical="top"), Alignment(vertical="top", horizontal="right")
RULED = Border(bottom=Side(style="hair", color="FF9AA5B1"))
MONEY, DAY = "£#,##0.00", "d mmmm yyyy"


def set_page(sheet: Worksheet, orientation: str, paper: int, footer: str) -> None:
    """Print a sheet on as many pages as it takes, each as wide as the sheet."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = orientation, paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.6, footer=0.3)
    sheet.oddFooter.left.text, sheet.oddFooter.center.text = footer, "Page &P of &N"


def lines_needed(row: Sequence, widths: Sequence[int], memory: dict[tuple[str, int], int]) -> int:
    """Return how many lines a row takes when its texts are wrapped in columns of these widths."""
    most = 1
    for cell, width in zip(row, widths, strict=True):
        text = cell.value if isinstance(cell, Cell) else None
        if isinstance(text, str) and len(text) > width:
            key = text, width
            if key not in memory:
                memory[key] = min(len(textwrap.wrap(text, width)), MOST_LINES)
            most = max(most, memory[key])
    return most


def cells(sheet: Worksheet, column: str, values: pd.Series, wrapped: bool) -> Iterable:
    """Give the cells of a column: whole numbers, pounds, dates, or text that stays text."""
    cells = _plain_cells(sheet, column, values)
    if not wrapped:
        return cells
    styles: dict[str, StyleArray] = {}  # of each number format
    return (_wrapped_cell(sheet, cell, styles) for cell in cells)


def _plain_cells(sheet: Worksheet, column: str, values: pd.Series) -> Iterable:
    if column in POUNDS:
        return (None if pd.isna(pence) else _formatted(sheet, int(pence) / 100, MONEY) for pence in values)
    if pd.api.types.is_integer_dtype(values):
        return (None if pd.isna(value) else int(value) for value in values)
    memory: dict[str, bool] = {}
    return (_text_or_date(sheet, value, memory) for value in values.to_numpy(dtype=object))


def _wrapped_cell(sheet: Worksheet, value: object, styles: dict[str, StyleArray]) -> WriteOnlyCell:
    cell = value if isinstance(value, Cell) else WriteOnlyCell(sheet, value)
    kind = f"{cell.number_format} {cell.quotePrefix}"
    if kind not in styles:
        cell.alignment = TOP if cell.number_format == MONEY else WRAPPED
        cell.border = RULED
        styles[kind] = cell._style  # noqa: SLF001 (through the public name each cell's style would be looked up anew)
    cell._style = styles[kind]  # noqa: SLF001
    return cell


def _text_or_date(sheet: Worksheet, value: object, memory: dict[str, bool]) -> object:
    if isinstance(value, date):
        return _formatted(sheet, value, DAY)
    if value is None or value is pd.NA or value == "" or value != value:
        return None
    text = str(value)
    # most texts are harmless and short: they may be streamed as they are, which is several times faster
    if text not in memory:
        harmless = len(text) <= SHORT and not (
            could_become_a_formula(text) or text.startswith("#") or NOT_ALLOWED.search(text)
        )
        memory[text] = harmless
    return text if memory[text] else safe(sheet, text)


def safe(sheet: Worksheet, text: str) -> WriteOnlyCell:
    """Return a cell of text that can never become a formula."""
    cell = WriteOnlyCell(sheet)
    put_text(cell, text)
    return cell


def styled(sheet: Worksheet, text: str, font: Font, fill: PatternFill | None = None) -> WriteOnlyCell:
    """Return a cell of safe text in a font, with a fill where one is given."""
    cell = safe(sheet, text)
    cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def _formatted(sheet: Worksheet, value: float | date, number_format: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell


def append_wrapped(sheet: Worksheet, number: int, cell: Cell, width: int, *values: object) -> None:
    """Append a row of one wrapped text, as tall as it takes in a column of `width`, and values at its top right."""
    cell.alignment = WRAPPED
    sheet.row_dimensions[number].height = LINE_POINTS * lines_needed([cell], [int(width * SHARE_FILLED)], {})
    others = [value if isinstance(value, Cell) else WriteOnlyCell(sheet, value) for value in values]
    for other in others:
        other.alignment = TOP_RIGHT
    sheet.append([cell, *others])
