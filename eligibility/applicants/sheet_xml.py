"""What the XML of a workbook says beside the values: hidden rows, merged cells, numbers with leading noughts.

The library that reads the values (calamine) gives none of these. `read_with_marks` runs in a child process.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date
from xml.etree import ElementTree

from data.opening.archive import OLE, ZIP
from data.opening.limits import FileLimits
from data.opening.sheet_cells import PLACE, column_number, whole_number
from data.opening.workbook import parts_of_sheets, read_workbook
from data.opening.xml_parts import XmlReader, read
from eligibility.applicants import sheet_xls
from eligibility.applicants.marks import EXCELS_MONTH, NOUGHTS, Marks, shows_a_month, with_noughts

LEADING_NOUGHT = re.compile(r"-?0\d{1,255}")
SHOWN_MONTH = re.compile(r"[^\W\d]{3,10}[\s\-/.,]*\d{2}(?:\d{2})?|\d{1,2}[/.\-]\d{4}|\d{4}[/.\-]\d{1,2}")
MOST_REPEATED = 10_000  # cells of one that repeats, beyond which none is a reference
NO_HEIGHT = re.compile(r"[01](?:\.\d*)?|\.\d+")  # points; of less than two nothing is seen


def read_with_marks(content: bytes, name: str, limits: FileLimits, *, months: bool) -> dict[str, list]:
    """Return a workbook as `read_workbook`, each sheet as [name, is hidden, rows, numbers, hidden rows, merged, lost].

    `months`: give a date that is shown as a month as that month, "09/2026". "merged" is of `Marks`; "lost" the rows
    that a second look at the file finds filled and that were not read. It runs in a child process. Raises InputError
    as `read_workbook`.
    """
    found = read_workbook(content, name, limits)
    marks, sheets = marks_of(content), []
    for title, is_hidden, rows in found["sheets"]:
        own = marks.get(title, Marks())
        for row, column, text in own.noughts:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        for row, column in own.months if months else ():  # the day, always the first, is Excel's and not the writer's
            if row < len(rows) and column < len(rows[row]):
                day = rows[row][column]
                rows[row][column] = f"{day:%m/%Y}" if isinstance(day, date) and day.day == 1 else day
        numbers = range(1, len(rows) + 1)
        lost = [number for number in own.filled if number > len(rows)]
        sheets.append([title, is_hidden, rows, list(numbers), own.hidden, own.merged, lost])
    return {"sheets": sheets, "notes": found["notes"]}


def marks_of(content: bytes) -> dict[str, Marks]:
    """Return the marks of each sheet of an .xlsx, .ods or .xls that `read_workbook` has read; of no other kind."""
    if content.startswith(OLE):
        return sheet_xls.marks_of(content)
    if not content.startswith(ZIP):
        return {}
    parts = parts_of_sheets(content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names, found = book.namelist(), dict[str, Marks]()
        if not parts and "content.xml" in names:
            _read_part(book, "content.xml", OpenDocumentMarks(found))
        digits, months = _formats(book.read("xl/styles.xml")) if "xl/styles.xml" in names else ({}, frozenset())
        for sheet, part in parts.items():
            _read_part(book, part, SheetMarks(found.setdefault(sheet, Marks()), digits, months))
    return found


def _read_part(book: zipfile.ZipFile, part: str, reader: XmlReader) -> None:
    with book.open(part) as file:
        read(file, lambda _: reader)


@dataclass(slots=True)
class SheetMarks(XmlReader):
    """Takes the marks of one sheet of an .xlsx."""

    marks: Marks
    digits: dict[str, int]  # by style: of numbers that are shown with leading noughts
    months: frozenset[str]  # styles of dates that are shown as a month
    _row: int = 0
    _is_in_row: bool = False
    _is_filled: bool = False
    _cell: tuple[int, int] = (0, 0)  # row and column from 1
    _digits: int = 0  # of this cell; 0 where it has no leading noughts
    _inside: str = ""  # "v" or "t" while in one
    _value: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of a row, of a cell or of what is in it, or a merged range."""
        if tag == "c":
            if self.digits or self.months:  # in most books the places of cells matter to no style
                self._begin_cell(attributes)
        elif tag in ("v", "t"):
            self._inside = tag
        elif tag == "row":
            self._row, self._is_in_row = whole_number(attributes.get("r", ""), self._row + 1), True
            self._is_filled, self._cell = False, (self._row, 0)
            if attributes.get("hidden") in ("1", "true") or NO_HEIGHT.fullmatch(attributes.get("ht", "")):
                self.marks.hidden.append(self._row)
        elif tag == "f":
            self._is_filled = True
        elif tag == "mergeCell":
            first, last = (PLACE.fullmatch(end) for end in attributes.get("ref", "").partition(":")[::2])
            if first and last and int(first[2]) < int(last[2]):
                self.marks.merged.append([column_number(first[1]) - 1, int(first[2]), int(last[2])])

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = PLACE.fullmatch(attributes.get("r", ""))
        self._cell = (int(place[2]), column_number(place[1])) if place else (self._row, self._cell[1] + 1)
        self._digits = self.digits.get(attributes.get("s", ""), 0) if attributes.get("t", "n") == "n" else 0
        if attributes.get("s") in self.months:
            self.marks.months.append((self._cell[0] - 1, self._cell[1] - 1))
        self._value.clear()

    def text(self, text: str) -> None:
        """Take the text of a value."""
        if self._inside:
            self._is_filled = True
            if self._inside == "v" and self._digits:
                self._value.append(text)

    def end(self, tag: str) -> None:
        """Take the end of a row, a cell or a value."""
        if tag in ("v", "t"):
            self._inside = ""
        elif tag == "c" and self._value:
            if text := with_noughts("".join(self._value), self._digits):
                self.marks.noughts.append((self._cell[0] - 1, self._cell[1] - 1, text))
        elif tag == "row" and self._is_in_row:
            self._is_in_row = False
            if self._is_filled:
                self.marks.filled.append(self._row)


@dataclass(slots=True)
class OpenDocumentMarks(XmlReader):
    """Takes the marks of every sheet of an .ods, which says a row or a cell that repeats once."""

    sheets: dict[str, Marks]
    _marks: Marks = field(default_factory=Marks)
    _rows: range = range(0)  # the numbers of this row, which may stand for many
    _is_filled: bool = False
    _is_hidden: bool = False
    _column: int = 0  # from nought, of the next cell
    _spans: list[tuple[int, int]] = field(default_factory=list)  # of this row: column, and over how many more rows
    _depth: int = 0  # of elements, from 1 for a cell; 0 outside of one
    _is_in_paragraph: bool = False
    _number: list[str] | None = None  # what this cell shows, where it is a number or a date
    _is_date: bool = False
    _columns: range = range(0)  # of this cell, which may stand for many

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of a sheet, a row, a cell or a paragraph of its own: not that of a note beside it."""
        if tag in ("table-cell", "covered-table-cell"):
            more = whole_number(attributes.get("table:number-rows-spanned", ""), 1) - 1
            self._spans += [(self._column, more)] if more else []
            times = whole_number(attributes.get("table:number-columns-repeated", ""), 1)
            self._columns = range(self._column, self._column + times)
            self._column += times
            self._is_date = attributes.get("office:value-type") == "date"
            self._number = [] if self._is_date or attributes.get("office:value-type") == "float" else None
            self._is_filled = self._is_filled or "office:value-type" in attributes
            self._depth = 1
        elif self._depth:
            self._depth += 1
            self._is_in_paragraph = self._is_in_paragraph or (tag == "p" and self._depth == 2)
        elif tag == "table-row":
            times = whole_number(attributes.get("table:number-rows-repeated", ""), 1)
            self._rows = range(self._rows.stop, self._rows.stop + times)
            self._is_filled, self._column, self._spans = False, 0, []
            self._is_hidden = attributes.get("table:visibility") in ("collapse", "filter")
        elif tag == "table":
            self._marks, self._rows = Marks(), range(1, 1)
            if "table:name" in attributes:
                self.sheets[attributes["table:name"]] = self._marks

    def text(self, text: str) -> None:
        """Take text."""
        self._is_filled = self._is_filled or self._is_in_paragraph
        if self._is_in_paragraph and self._number is not None:
            self._number.append(text)

    def end(self, tag: str) -> None:
        """Take the end of a row, a cell or what is in it."""
        if self._depth:
            self._depth -= 1
            self._is_in_paragraph = self._is_in_paragraph and self._depth > 1
            if self._depth == 0 and self._number is not None:
                self._end_number("".join(self._number))
        elif tag == "table-row" and self._is_filled:
            last = self._rows[-1]
            self._marks.merged += [[column, last, last + more] for column, more in self._spans]
            self._marks.hidden += self._rows if self._is_hidden else ()
            self._marks.filled += self._rows

    def _end_number(self, shown: str) -> None:
        if self._is_date:
            if SHOWN_MONTH.fullmatch(shown) and len(self._rows) * len(self._columns) <= MOST_REPEATED:
                self._marks.months += [(row - 1, column) for row in self._rows for column in self._columns]
        elif LEADING_NOUGHT.fullmatch(shown) and len(self._rows) * len(self._columns) <= MOST_REPEATED:
            self._marks.noughts += [(row - 1, column, shown) for row in self._rows for column in self._columns]


def _formats(styles_xml: bytes) -> tuple[dict[str, int], frozenset[str]]:
    """Return by the number of a style how many digits its format shows at least, where it is nothing but noughts.

    And the styles that show a date as a month.
    """
    styles = ElementTree.fromstring(styles_xml)  # noqa: S314 - no part of a workbook that is opened has entities
    codes: dict[str | None, str] = {str(EXCELS_MONTH): "mmm-yy"}
    codes |= {each.get("numFmtId"): each.get("formatCode", "") for each in styles.findall(".//{*}numFmt")}
    cells = styles.find("{*}cellXfs")
    used = [codes.get(each.get("numFmtId"), "") for each in cells] if cells is not None else []
    months = {code for code in set(used) if shows_a_month(code)}
    return (
        {str(style): len(code) for style, code in enumerate(used) if NOUGHTS.fullmatch(code)},
        frozenset(str(style) for style, code in enumerate(used) if code in months),
    )
