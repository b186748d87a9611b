"""A workbook as the same bytes every time: nothing of the clock in it."""

import datetime
import io
import zipfile

from lxml import etree
from openpyxl import Workbook

CORE = "docProps/core.xml"
DATES = ("{http://purl.org/dc/terms/}modified", "{http://purl.org/dc/terms/}created")
LEVEL = 6  # of compression


def without_clock(workbook: Workbook, day: datetime.date) -> bytes:
    """Save a workbook with `day` in place of the hour at which it was made; equal content gives equal bytes."""
    saved = io.BytesIO()
    workbook.save(saved)
    stamp = (max(day.year, 1980), day.month, day.day, 0, 0, 0)  # a zip knows no earlier year
    result = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            content = _with_day(old.read(name), day) if name == CORE else old.read(name)
            new.writestr(entry, content, compresslevel=LEVEL)
    return result.getvalue()


def _with_day(core: bytes, day: datetime.date) -> bytes:
    root = etree.fromstring(core)
    for element in root.iter(*DATES):
        element.text = f"{day.isoformat()}T00:00:00Z"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
