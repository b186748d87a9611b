"""Find the cells of an .xlsx whose formula has no value: saved without its result, or with an error.

The reader of workbooks gives both, such as "#REF!", as empty cells, which would count as gaps.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from openpyxl.utils import column_index_from_string

CELL = re.compile(rb"<(?:\w+:)?c ([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
PLACE, KIND = re.compile(rb'\br="([A-Z]+)(\d+)"'), re.compile(rb'\bt="(\w+)"')
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NOT_AVAILABLE = "#N/A"  # a look-up that found nothing, by which people write that nothing is known


class NoResult(str):
    """The text of such a cell: its formula, or the error that it gave."""

    __slots__ = ()

    @property
    def problem(self) -> str:
        """Return what is wrong with the cell and what to do."""
        if self.startswith("#"):
            return "is the error of a formula, not a value. Mend the formula, or write the value in its place."
        return (
            "is a formula saved without its result. Open the file in Excel or LibreOffice, save it there and give it "
            "again, or write the value in its place."
        )


def without_result(content: bytes, sheet: str) -> Iterator[tuple[int, int, NoResult]]:
    """Give row, column (both from nought) and text of each such cell of a sheet; none for what is no .xlsx."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        part = _part_of(book, sheet)
        cells = book.read(part) if part else b""
    if b"f>" not in cells and b't="e"' not in cells:
        return
    for found in CELL.finditer(cells):
        place, kind = PLACE.search(found[1]), KIND.search(found[1])
        text = _no_result(kind[1] if kind else b"n", found[2])
        if place and text:
            yield int(place[2]) - 1, column_index_from_string(place[1].decode()) - 1, NoResult(text)


def _no_result(kind: bytes, inside: bytes) -> str:
    """Return the formula or the error of a cell; "" where it has a value. An empty text (kind str) is a value."""
    value, formula = VALUE.search(inside), FORMULA.search(inside)
    if kind == b"e":
        error = value[1].decode("utf-8", "replace") if value else "#VALUE!"
        return "" if error == NOT_AVAILABLE else error
    if formula is None or value or kind in (b"str", b"inlineStr"):
        return ""
    return f"={ElementTree.fromstring(b'<f>' + (formula[1] or b'shared formula') + b'</f>').text}"


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet, "" where the book has none (as one of LibreOffice's own kind)."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for each in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
        if each.tag.endswith("}sheet") and each.get("name") == sheet:
            part = targets.get(each.get(RELATION), "").removeprefix("/")
            return next((name for name in (part, f"xl/{part}") if name in names), "")
    return ""
