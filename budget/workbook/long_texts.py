"""The sheet Long texts: whole what is too long for a cell of Excel, in parts that follow one another.

It is there only where a text is longer than 32,767 characters; the cell it was meant for says where to read on.
"""

from budget.workbook.book import Book, Column, Grid

SHEET = "Long texts"
COLUMNS = (
    Column("number", "No.", 7, "text", "count"),
    Column("part", "Part", 7, "text", "count"),
    Column("text", "Text", 120, "text", "wrapped"),
)
PART = 2_000  # characters: a row of it can be read and printed
NOTE = "Texts too long for one cell, whole. Each is in parts to be read one after the other; its cell names its number."


def write(book: Book) -> None:
    """Write the sheet where there is a text for it."""
    if not book.long_texts:
        return
    rows = [
        (number, part + 1, text[part * PART : (part + 1) * PART])
        for text, number in book.long_texts.items()
        for part in range(-(-len(text) // PART))
    ]
    sheet = book.sheet(SHEET)
    sheet.heading("Long texts", NOTE)
    sheet.table(Grid(SHEET, COLUMNS, len(rows)), rows)
    sheet.widths(COLUMNS)
    sheet.page(freeze="A5", repeat="4:4")
