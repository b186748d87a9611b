"""What the XML of a workbook says beside the values: hidden rows, merged cells, numbers with leading noughts.

The library that reads the values (calamine) gives none of these. `read_with_marks` runs in a child process.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

from data.opening.archive import ZIP
from data.opening.limits import FileLimits
from data.opening.sheet_cells import column_number
from data.opening.workbook import read_workbook

ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)/?>")
CELL = re.compile(rb"<(?:\w+:)?c ([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
PLACE, KIND, STYLE = re.compile(rb'\br="([A-Z]+)(\d+)"'), re.compile(rb'\bt="(\w+)"'), re.compile(rb'\bs="(\d+)"')
NUMBER = re.compile(rb'\br="(\d+)"')
OUT_OF_SIGHT = re.compile(rb'\bhidden="(?:1|true)"|\bht="0(?:\.0+)?"')
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
ODS_CELLS, ODS_SPANNED = re.compile(rb'number-columns-repeated="(\d+)"'), re.compile(rb'number-rows-spanned="(\d+)"')
NO_MARKS: dict[str, list] = {"hidden": [], "merged": [], "noughts": [], "filled": []}
NOT_SEEN = "Rows that are hidden cannot be told in an .xls: save it as .xlsx to have them listed before deciding."
FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]|<(?:\w+:)?f[\s>/]")  # a value, a text or a formula
ODS_NAME, ODS_FILLED = re.compile(rb'table:name="([^"]*)"'), re.compile(rb"office:value-type=|<text:p>[^<]")
ODS_ROW = re.compile(rb"<table:table-row\b([^>]*?)(/?)>")
ODS_REPEATED, ODS_UNSEEN = (
    re.compile(rb'number-rows-repeated="(\d+)"'),
    re.compile(rb'visibility="(?:collapse|filter)"'),
)
NOUGHTS = re.compile(r"0{2,}")  # the format of numbers that are shown with leading noughts
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_with_marks(content: bytes, name: str, limits: FileLimits) -> dict[str, list]:
    """Return a workbook as `read_workbook`, each sheet as [name, is hidden, rows, numbers, hidden rows, merged, lost].

    "merged" has the column from nought, the first and the last row of cells merged downwards; "lost" the rows that a
    second look at the bytes finds and that were not read. It runs in a child process. Raises InputError as
    `read_workbook`.
    """
    found = read_workbook(content, name, limits)
    marks, sheets = marks_of(content), []
    for title, is_hidden, rows in found["sheets"]:
        own = marks.get(title, NO_MARKS)
        for row, column, text in own["noughts"]:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        numbers = range(1, len(rows) + 1)
        lost = [number for number in own["filled"] if number > len(rows)]
        sheets.append([title, is_hidden, rows, list(numbers), own["hidden"], own["merged"], lost])
    notes = [] if content.startswith(ZIP) else [NOT_SEEN]
    return {"sheets": sheets, "notes": [*found["notes"], *notes]}


def marks_of(content: bytes) -> dict[str, dict[str, list]]:
    """Return by sheet of an .xlsx or .ods: "hidden" rows, "merged" cells, "noughts" and the rows that are "filled".

    Rows are numbered from 1 as a spreadsheet does; row and column of "noughts" (row, column, text) are from nought.
    Nothing for a workbook that is not zipped.
    """
    if not content.startswith(ZIP):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts, names = _parts(book), book.namelist()
        if not parts:
            return _ods_marks(book.read("content.xml")) if "content.xml" in names else {}
        digits = _formats_of_noughts(book.read("xl/styles.xml")) if "xl/styles.xml" in names else {}
        return {sheet: _xlsx_marks(book.read(part), digits) for sheet, part in parts.items()}


def _xlsx_marks(xml: bytes, digits: dict[int, int]) -> dict[str, list]:
    hidden, filled, number = list[int](), list[int](), 0
    starts = list(ROW.finditer(xml))
    for found, following in zip(starts, [*starts[1:], None], strict=True):
        given = NUMBER.search(found[1])
        number = int(given[1]) if given else number + 1
        if OUT_OF_SIGHT.search(found[1]):
            hidden.append(number)
        if FILLED.search(xml, found.end(), following.start() if following else len(xml)):
            filled.append(number)
    merged = [
        [column_number(found[1].decode()) - 1, int(found[2]), int(found[3])]
        for found in MERGE.finditer(xml)
        if int(found[2]) < int(found[3])
    ]
    noughts = [list(each) for each in _with_noughts(xml, digits)]
    return {"hidden": hidden, "merged": merged, "noughts": noughts, "filled": filled}


def _ods_marks(xml: bytes) -> dict[str, dict[str, list]]:
    found = {}
    for table in xml.split(b"<table:table ")[1:]:
        title = ODS_NAME.search(table.partition(b">")[0])
        hidden, filled, number = list[int](), list[int](), 0
        merged: list[list[int]] = []
        starts = list(ODS_ROW.finditer(table))
        for row, following in zip(starts, [*starts[1:], None], strict=True):
            times = ODS_REPEATED.search(row[1])
            numbers = range(number + 1, number + 1 + (int(times[1]) if times else 1))
            number = numbers[-1]
            end = following.start() if following else len(table)
            if ODS_FILLED.search(table, row.end(), end):
                merged += [[column, number, number + more] for column, more in _ods_spans(table[row.end() : end])]
                hidden += numbers if ODS_UNSEEN.search(row[1]) else ()
                filled += numbers
        if title:
            marks: dict[str, list] = {"hidden": hidden, "merged": merged, "noughts": [], "filled": filled}
            found[html.unescape(title[1].decode())] = marks
    return found


def _ods_spans(row: bytes) -> Iterator[tuple[int, int]]:
    """Give the column, from nought, of each cell of a row of an .ods that reaches down, and over how many more rows."""
    column = 0
    for cell in ODS_CELL.finditer(row):
        spanned = ODS_SPANNED.search(cell[1])
        if spanned and int(spanned[1]) > 1:
            yield column, int(spanned[1]) - 1
        times = ODS_CELLS.search(cell[1])
        column += int(times[1]) if times else 1


def _with_noughts(xml: bytes, digits: dict[int, int]) -> Iterator[tuple[int, int, str]]:
    """Give row, column (both from nought) and text of each number that its format shows with leading noughts."""
    for found in CELL.finditer(xml) if digits else ():
        style, place, kind = STYLE.search(found[1]), PLACE.search(found[1]), KIND.search(found[1])
        value = VALUE.search(found[2])
        if not (style and place and value) or int(style[1]) not in digits or (kind and kind[1] != b"n"):
            continue
        number = Decimal(value[1].decode()).quantize(Decimal(1), ROUND_HALF_UP)
        text = f"{'-' if number < 0 else ''}{abs(number):0{digits[int(style[1])]}}"
        yield int(place[2]) - 1, column_number(place[1].decode()) - 1, text


def _formats_of_noughts(styles_xml: bytes) -> dict[int, int]:
    """Return by the number of a style how many digits its format shows at least, where it is nothing but noughts."""
    styles = ElementTree.fromstring(styles_xml)
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter(f"{MAIN}numFmt")}
    cells = styles.find(f"{MAIN}cellXfs")
    used = [codes.get(each.get("numFmtId"), "") for each in cells] if cells is not None else []
    return {style: len(code) for style, code in enumerate(used) if NOUGHTS.fullmatch(code)}


def _parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the part that holds each sheet of an .xlsx; nothing for another kind of workbook."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "").removeprefix("/") for relation in relations}
    found = {}
    for each in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
        part = targets.get(each.get(RELATION), "") if each.tag.endswith("}sheet") else ""
        if existing := names & {part, f"xl/{part}"}:
            found[each.get("name", "")] = existing.pop()
    return found
