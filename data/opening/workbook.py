"""Read a workbook (.xlsx, .xlsm, .xls, .ods) into plain rows. It runs in a child: see `data.opening.child`."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import python_calamine

from data.faults import InputError
from data.opening.archive import CANNOT_UNPACK, DAMAGED, ZIP, checked
from data.opening.limits import FileLimits
from data.opening.sheet_cells import Extent, OpenDocumentCells, SheetCells
from data.opening.wire import NoResult
from data.opening.xml_parts import BadXml, XmlReader, read

RELATIONS = (  # the second as Excel writes a "Strict Open XML Spreadsheet"
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
CANNOT_OPEN = "cannot be opened as a workbook: damaged, or locked by a password. Save it again without one, as .xlsx."
AN_ARCHIVE = "is an archive, not a workbook. Unpack it and give the table that is in it."
OTHER_DOCUMENTS = {  # a part that they have, or in an old document the name of one, and what they are
    "word/document.xml": "a Word document",
    "WordDocument": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "PowerPoint Document": "a PowerPoint presentation",
    "Index/Document.iwa": "a document of Apple Numbers",
}
ANOTHER = "is {}, not a workbook. Copy its table into a workbook, save that as .xlsx and give it."
LOCKED = "is locked by a password. Open it with the password, save it again without one as .xlsx, and give that."
SHEETS_ALIKE = (
    "has several sheets that are one and the same part of the file, as no spreadsheet program writes. Open it in one "
    "and save it again, or ask for it again."
)
IGNORED = {  # part of a name, and what it holds
    "vbaproject.bin": "macros, which are not run",
    "externallinks/": "links to other files, which are not followed",
}


@dataclass(slots=True)
class Looked:
    """What was found on looking through a workbook's parts."""

    sheets: dict[str, SheetCells] = field(default_factory=dict)  # by the part's name
    notes: list[str] = field(default_factory=list)


def read_workbook(content: bytes, name: str, limits: FileLimits) -> dict[str, Any]:
    """Return {"sheets": [[name, is hidden, rows], …], "notes": […]}; a cell is text, a number, a date, or `NoResult`.

    Raises InputError where it is no workbook, is damaged, is locked or is over a limit.
    """
    looked = look_through(content, name, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        hidden = {s.name for s in book.sheets_metadata if s.visible != python_calamine.SheetVisibleEnum.Visible}
        parts = parts_of_sheets(content) if looked.sheets else {}
        if len(set(parts.values())) < len(parts):  # what was counted once would be read many times
            raise InputError(name, [SHEETS_ALIKE])
        sheets = []
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            cells = looked.sheets.get(parts.get(sheet, ""))
            sheets.append([sheet, sheet in hidden, _with_formulas(rows, cells.without_result) if cells else rows])
    except InputError:  # which is a ValueError too
        raise
    except (python_calamine.CalamineError, ElementTree.ParseError, *CANNOT_UNPACK):
        raise InputError(name, [CANNOT_OPEN]) from None
    return {"sheets": sheets, "notes": looked.notes}


def try_sheets(content: bytes, name: str, limits: FileLimits) -> None:
    """Open every sheet of a workbook and keep nothing: this ends where opening takes too much. Raises InputError."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheet_names:
            book.get_sheet_by_name(sheet)
    except (python_calamine.CalamineError, *CANNOT_UNPACK) as error:
        raise InputError(name, [f"cannot be opened as a workbook ({str(error)[:150]}). Download it again."]) from None


def look_through(content: bytes, name: str, limits: FileLimits) -> Looked:
    """Check the parts of a zipped workbook and how far its sheets reach. What is not zipped is left alone.

    Raises InputError with what is wrong.
    """
    looked = Looked()
    if not content.startswith(ZIP):
        _refuse_old_documents(content, name)
        return looked
    extent = Extent(name, limits)
    with checked(content, name, limits) as archive:
        names = archive.namelist()
        if other := next((what for part, what in OTHER_DOCUMENTS.items() if part in names), ""):
            raise InputError(name, [ANOTHER.format(other)])
        if "META-INF/manifest.xml" in names and b"encryption-data" in _bytes_of(archive, "META-INF/manifest.xml", name):
            raise InputError(name, [LOCKED])  # an .ods
        if not {"[Content_Types].xml", "content.xml", "xl/workbook.xml", "xl/workbook.bin"} & set(names):
            raise InputError(name, [AN_ARCHIVE])
        for part in names:
            if part.lower().endswith((".xml", ".rels")) and not part.startswith("customXml/"):
                _look_into(archive, part, looked, extent)
    lower = [part.lower() for part in names]
    looked.notes += [f"The file has {what}." for word, what in IGNORED.items() if any(word in part for part in lower)]
    return looked


def _bytes_of(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    try:
        return archive.read(part)
    except CANNOT_UNPACK:
        raise InputError(name, [DAMAGED]) from None


def _refuse_old_documents(content: bytes, name: str) -> None:
    """Raise InputError for a compound file (as .xls is) that holds another document, or one behind a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError(name, [LOCKED])
    is_book = any(stream.encode("utf-16-le") in content for stream in ("Workbook", "Book"))
    for stream, what in () if is_book else OTHER_DOCUMENTS.items():
        if stream.encode("utf-16-le") in content:
            raise InputError(name, [ANOTHER.format(what)])


def _look_into(archive: zipfile.ZipFile, part: str, looked: Looked, extent: Extent) -> None:
    def reader_of(outermost: str) -> XmlReader | None:
        if outermost == "worksheet":
            return looked.sheets.setdefault(part, SheetCells(extent))
        return OpenDocumentCells(extent) if outermost == "document-content" else None

    try:
        with archive.open(part) as file:
            read(file, reader_of)
    except InputError:  # which is a ValueError too
        raise
    except BadXml as error:
        remedy = "Open the file in a spreadsheet program and save it again, or ask for it again."
        raise InputError(extent.name, [f"is a damaged workbook: {part[:80]!r} in it {error}. {remedy}"]) from None
    except CANNOT_UNPACK:
        raise InputError(extent.name, [DAMAGED]) from None


def _with_formulas(rows: list[list], without_result: list[tuple[int, int, NoResult]]) -> list[list]:
    """Put what has no result in its cell, which reads as empty otherwise and may lie beyond what was read."""
    for row, column, formula in without_result:
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = formula
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def parts_of_sheets(content: bytes) -> dict[str, str]:
    """Return by the name of each sheet of an .xlsx the part that holds it; nothing for another zipped workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = set(book.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - in the child, after its checks
        sheets = list(ElementTree.fromstring(book.read("xl/workbook.xml")).iter())  # noqa: S314
    targets = {relation.get("Id"): relation.get("Target", "").removeprefix("/") for relation in relations}
    found = {}
    for each in sheets:
        if each.tag.endswith("}sheet"):
            part = next((targets.get(each.get(relation), "") for relation in RELATIONS if relation in each.attrib), "")
            if name := next((name for name in (part, f"xl/{part}") if part and name in names), ""):
                found[each.get("name", "")] = name
    return found
