"""A workbook as the same bytes every time: nothing of the clock in it."""

import datetime
import io
import shutil
import zipfile

from lxml import etree
from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

CORE = "docProps/core.xml"
DATES = ("{http://purl.org/dc/terms/}modified", "{http://purl.org/dc/terms/}created")
FAST, USUAL = 1, 6  # levels of compression: of the first writing, and of the file that is kept
BUFFER = 1 << 20  # bytes


def without_clock(workbook: Workbook, day: datetime.date) -> bytes:
    """Save a workbook with `day` in place of the hour at which it was made; equal content gives equal bytes."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        ExcelWriter(workbook, archive).save()
    stamp = (max(day.year, 1980), day.month, day.day, 0, 0, 0)  # a zip knows no earlier year
    result = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(result, "w", compresslevel=USUAL) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if name == CORE:
                new.writestr(entry, _with_day(old.read(name), day))
            else:
                with old.open(name) as source, new.open(entry, "w", force_zip64=False) as target:
                    shutil.copyfileobj(source, target, BUFFER)
    return result.getvalue()


def _with_day(core: bytes, day: datetime.date) -> bytes:
    root = etree.fromstring(core)
    for element in root.iter(*DATES):
        element.text = f"{day.isoformat()}T00:00:00Z"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
