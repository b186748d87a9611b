"""Save a streamed workbook as bytes: the same bytes every time, without writing any of it to disk.

openpyxl writes each sheet's text to a temporary file before it goes into the workbook. Personal data must not be there
even briefly, so it is compressed in memory instead. The time of saving is not in the file either.
"""

import datetime
import gzip
import io
import shutil
import zipfile

from lxml import etree
from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from data.documents.word import zip_entry

CORE = "docProps/core.xml"
DATES = ("{http://purl.org/dc/terms/}modified", "{http://purl.org/dc/terms/}created")
FAST, USUAL = 1, 6  # levels of compression: of the sheets in memory, and of the file
BUFFER = 1 << 20  # bytes


def keep_in_memory(sheet: WriteOnlyWorksheet) -> None:
    """Make a sheet write its rows into memory. Call it after widths and panes are set and before the first row."""
    sheet._writer = WorksheetWriter(sheet, out=gzip.GzipFile(fileobj=io.BytesIO(), mode="wb", compresslevel=FAST))
    sheet._writer.write_top()


class _InMemory(ExcelWriter):
    """An openpyxl writer for sheets that are kept in memory."""

    def write_worksheet(self, ws: WriteOnlyWorksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws.close()
        compressed = ws._writer.out
        memory = compressed.fileobj
        compressed.close()
        memory.seek(0)
        ws._rels = ws._writer._rels
        with gzip.GzipFile(fileobj=memory) as source, self._archive.open(ws.path[1:], "w") as target:
            shutil.copyfileobj(source, target, BUFFER)
        self.manifest.append(ws)


def without_clock(workbook: Workbook, day: datetime.date) -> bytes:
    """Save a write-only workbook whose sheets are all kept in memory, dated `day` without an hour.

    Equal content gives equal bytes.
    """
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        _InMemory(workbook, archive).save()
    result = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(result, "w", compresslevel=USUAL) as new:
        for name in old.namelist():
            entry = zip_entry(name, day)
            if name == CORE:
                new.writestr(entry, _with_day(old.read(name), day))
            else:
                with old.open(name) as source, new.open(entry, "w") as target:
                    shutil.copyfileobj(source, target, BUFFER)
    return result.getvalue()


def _with_day(core: bytes, day: datetime.date) -> bytes:
    root = etree.fromstring(core)
    for element in root.iter(*DATES):
        element.text = f"{day.isoformat()}T00:00:00Z"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
