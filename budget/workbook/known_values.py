"""Write each formula's known value into the saved file, and make the same plan give the same bytes.

openpyxl saves a formula without a value, so that Excel's Protected View, previewers and readers that do not recalculate
show blanks in place of totals. Here the values that were computed with the formulas are written into the sheets' XML.
Excel still recalculates everything when it opens the file (fullCalcOnLoad).
"""

import datetime
import io
import math
import zipfile
from collections.abc import Mapping, Sequence

from lxml import etree

from data.documents import word

Known = bool | int | float | str

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CORE_MODIFIED = "{http://purl.org/dc/terms/}modified"
CORE, STYLES = "docProps/core.xml", "xl/styles.xml"
FONT_PARTS = (  # in the order of the standard (ECMA-376, CT_Font), which openpyxl does not keep to
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family",
    "charset", "scheme",
)  # fmt: skip
CHART_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}cNvPr"


def finished(
    saved: bytes, known: Mapping[int, Mapping[str, Known]], day: datetime.date, charts: Sequence[Sequence[str]] = ()
) -> bytes:
    """Return a saved workbook with its known values, dated `day` and without the time of saving.

    `known`: sheet number (from 1, in order) -> cell -> value. `charts` holds, for each sheet with charts in order, a
    description in words of each chart, which openpyxl does not write. Raises ValueError where a formula has no known
    value, or a known value no formula.
    """
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                number = int(name.removeprefix("xl/worksheets/sheet").removesuffix(".xml"))
                if known.get(number) or b"<f" in content:  # a sheet of text alone need not be parsed
                    content = with_values(content, known.get(number, {}), name)
            elif name.startswith("xl/drawings/drawing"):
                number = int(name.removeprefix("xl/drawings/drawing").removesuffix(".xml"))
                pictures = etree.fromstring(content)
                for element, text in zip(pictures.iter(CHART_PROPERTIES), charts[number - 1], strict=True):
                    element.set("descr", text)
                content = _written(pictures)
            elif name == STYLES:
                look = etree.fromstring(content)
                for font in look.iter(f"{MAIN}font"):
                    font[:] = sorted(font, key=lambda part: FONT_PARTS.index(etree.QName(part).localname))
                content = _written(look)
            elif name == CORE:
                about = etree.fromstring(content)
                for element in about.iter(CORE_MODIFIED):
                    element.text = f"{day.isoformat()}T00:00:00Z"
                content = _written(about)
            new.writestr(word.zip_entry(name, day), content)
    return result.getvalue()


def with_values(sheet: bytes, known: Mapping[str, Known], name: str) -> bytes:
    """Return a sheet's XML with the known value of every formula."""
    root = etree.fromstring(sheet)
    missing = set(known)
    for formula in root.iter(f"{MAIN}f"):
        cell = formula.getparent()
        place = cell.get("r")
        if place not in known:
            raise ValueError(f"{name}, {place}: the formula has no known value")
        missing.discard(place)
        _write(cell, known[place])
    if missing:
        raise ValueError(f"{name}: known values without a formula at {sorted(missing)[:5]}")
    return _written(root)


def _write(cell: etree._Element, value: Known) -> None:
    for old in cell.findall(f"{MAIN}v"):
        cell.remove(old)
    cell.attrib.pop("t", None)
    element = etree.SubElement(cell, f"{MAIN}v")
    if isinstance(value, bool):
        cell.set("t", "b")
        element.text = str(int(value))
    elif isinstance(value, str):
        cell.set("t", "str")
        element.text = value
    elif not math.isfinite(value):
        raise ValueError(f"{cell.get('r')}: {value} is not a number that a cell can hold")
    else:
        element.text = str(int(value)) if int(value) == value else repr(float(value))


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
