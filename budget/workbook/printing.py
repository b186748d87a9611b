"""How sheets print: heights of rows, and what is printed of a sheet."""

import math
import textwrap
from collections.abc import Iterable

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from budget.workbook.grid import Column

LINE_POINTS, HIGHEST_ROW = 15, 405  # heights of a line and of a row; Excel allows 409
SAFE_WIDTH = 0.86  # of a column's width that text surely fits, whatever font stands in for Calibri
A4 = 9  # the number of the paper
READABLE = 240  # characters of columns on A4 landscape, printed at six tenths of their size: nearly 7 points
ROW_CM, CHARACTER_CM, PLAIN_WIDTH = 0.53, 0.19, 8.43  # of a row of 15 points, and of a column's width


def height(texts: Iterable[tuple[object, float]]) -> int | None:
    """Return the height in points of a row of wrapped texts, each with its column's width; None for one line."""
    lines = max((_lines(text, width) for text, width in texts if isinstance(text, str)), default=1)
    return min(LINE_POINTS * lines, HIGHEST_ROW) if lines > 1 else None


def set_page(sheet: Worksheet, *, across: int, stays: int, paper: int, landscape: bool) -> None:
    """Set the page of a sheet, as wide as `across` papers; the columns before the number `stays` stand on each."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = across, 0
    if across > 1 and stays > 1:
        sheet.print_title_cols = f"A:{get_column_letter(stays - 1)}"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "Page &P of &N"


def pages_across(columns: Iterable[Column]) -> int:
    """Return on how many pages of A4 landscape side by side a table's columns print in a size to read."""
    return max(1, math.ceil(sum(column.width for column in columns if not column.working) / READABLE))


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, by whole words."""
    letters = max(int(width * SAFE_WIDTH), 1)
    lines = text[: letters * 40].splitlines() or [""]
    return sum(1 if len(line) <= letters else len(textwrap.wrap(line, letters)) or 1 for line in lines)


def set_print_area(sheet: Worksheet) -> None:
    """Print the cells and the charts of a sheet."""
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
