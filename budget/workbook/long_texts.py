"""The sheet Long texts: each text too long for a cell of Excel, in parts that follow one another.

It is there only where a text is longer than 32,767 characters; the cell it was meant for names its number.
"""

from budget.workbook.book import Book
from budget.workbook.grid import Column, Grid

SHEET = "Long texts"
COLUMNS = (
    Column("number", "No.", 7, "text", "count"),
    Column("part", "Part", 7, "text", "count"),
    Column("text", "Text", 120, "text", "wrapped"),
)
PART = 2_000  # characters: a row of it can be read and printed
NOTE = "Texts too long for one cell, whole. Each is in parts to be read one after the other; its cell names its number."


def write(book: Book) -> None:
    """Write the sheet, where some text is too long."""
    if not book.long_texts:
        return
    rows = [
        (number, part + 1, text[part * PART : (part + 1) * PART])
        for text, number in book.long_texts.items()
        for part in range(-(-len(text) // PART))
    ]
    sheet, grid = book.sheet(SHEET, "Long texts", NOTE), Grid(SHEET, COLUMNS, len(rows))
    sheet.table(grid, rows)
    sheet.page_for(grid, "A")
