"""Save a workbook as bytes, without writing any of it to disk.

openpyxl writes each sheet's text to a temporary file before it goes into the workbook. Personal data must not be there
even briefly, and a full disk must not end the work, so it is compressed in memory instead.
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
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from data.documents.word import zip_entry

CORE = "docProps/core.xml"
DATES = ("{http://purl.org/dc/terms/}modified", "{http://purl.org/dc/terms/}created")
FAST, USUAL = 1, 6  # levels of compression: of the sheets in memory, and of the file
BUFFER = 1 << 20  # bytes


def keep_in_memory(sheet: WriteOnlyWorksheet) -> None:
    """Make a sheet write its rows into memory. Call it after widths and panes are set and before the first row."""
    sheet._writer = _writer_of(sheet)
    sheet._writer.write_top()


def _writer_of(sheet: WriteOnlyWorksheet | Worksheet) -> WorksheetWriter:
    return WorksheetWriter(sheet, out=gzip.GzipFile(fileobj=io.BytesIO(), mode="wb", compresslevel=FAST))


class _InMemory(ExcelWriter):
    """An openpyxl writer that keeps sheets in memory; one that is streamed has been by `keep_in_memory`."""

    def write_worksheet(self, ws: WriteOnlyWorksheet | Worksheet) -> None:
        ws._drawing = SpreadsheetDrawing()
        if self.workbook.write_only:
            ws.close()
            writer = ws._writer
        else:
            ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
            writer = _writer_of(ws)
            writer.write()
        compressed = writer.out
        memory = compressed.fileobj
        compressed.close()
        memory.seek(0)
        ws._rels = writer._rels
        with gzip.GzipFile(fileobj=memory) as source, self._archive.open(ws.path[1:], "w") as target:
            shutil.copyfileobj(source, target, BUFFER)
        self.manifest.append(ws)


def in_memory(workbook: Workbook) -> bytes:
    """Save a workbook that is not streamed."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        _InMemory(workbook, archive).save()
    return saved.getvalue()


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
