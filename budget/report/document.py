"""Write the report as a Word document that is accessible: headings, captions, table headings, words for pictures.

Its only fields are page numbers and the numbers of tables and figures. Words from outside are written as text.
"""

import io
import itertools
from collections.abc import Sequence
from datetime import date

from docx import table as word_tables
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from budget.report.blocks import Part, Pictures, ReportTable
from data.documents import word
from data.documents.sheet_text import safe_text

STYLES = {
    "title": "Title", "subtitle": "Subtitle", "heading": "Heading 1", "text": "Normal", "bullet": "List Bullet",
    "warning": "Intense Quote", "small": "No Spacing",
}  # fmt: skip
SIZES = {
    "Title": 18, "Subtitle": 11, "Heading 1": 13, "Normal": 10.5, "List Bullet": 10.5, "Intense Quote": 10.5,
    "No Spacing": 8, "Caption": 9, "Footer": 8.5,
}  # fmt: skip
BEFORE_AFTER = {  # points
    "Title": (0, 2), "Subtitle": (0, 8), "Heading 1": (10, 3), "Normal": (0, 4), "List Bullet": (0, 2),
    "Intense Quote": (0, 6), "No Spacing": (0, 3), "Caption": (4, 3), "Footer": (0, 0),
}  # fmt: skip
FONT, DARK = "Arial", RGBColor(0x0B, 0x3C, 0x5D)
MARGIN_CM, WIDTH_CM = 1.9, 17.2
CELL = Pt(8.5)
SHORT_TABLE = 8  # rows; a table with no more is put on one page
HEAD_FILL, TOTAL_FILL, LINE = "D9E6EF", "EEF2F5", "7B8794"


def to_bytes(title: str, footer: str, parts: Sequence[Part], day: date) -> bytes:
    """Return the document (.docx) of these parts; the same parts on the same day give the same bytes."""
    document = word.new_document(safe_text(title), day)
    _set_styles(document)
    _set_page(document, footer)
    numbers = {"Table": itertools.count(1), "Figure": itertools.count(1)}
    drawings = itertools.count(1)
    for part in parts:
        if isinstance(part, ReportTable):
            _write_table(document, part, numbers["Table"])
        elif isinstance(part, Pictures):
            _write_pictures(document, part, numbers["Figure"], drawings)
        else:
            document.add_paragraph(style=STYLES[part.style]).add_run(safe_text(part.words))
    return word.to_bytes(document, day)


def _set_styles(document: Document) -> None:
    for name, size in SIZES.items():
        style = document.styles[name]
        word.set_font(document, name, FONT)
        style.font.size, style.font.italic = Pt(size), False
        style.font.color.rgb = DARK if name in ("Title", "Heading 1") else RGBColor(0x1F, 0x29, 0x33)
        before, after = BEFORE_AFTER[name]
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.02
        spacing = style.element.rPr.find(qn("w:spacing"))  # between letters, in the template's titles
        if spacing is not None:
            style.element.rPr.remove(spacing)
    document.styles["Caption"].font.bold = True
    warning = document.styles["Intense Quote"].paragraph_format
    warning.left_indent = warning.right_indent = Cm(0.2)
    for name in ("Title", "Intense Quote"):  # the template's lines beneath them
        borders = document.styles[name].element.pPr.find(qn("w:pBdr"))
        if borders is not None:
            borders.getparent().remove(borders)


def _set_page(document: Document, footer: str) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(MARGIN_CM)
    page.top_margin, page.bottom_margin = Cm(1.7), Cm(1.8)
    page.footer_distance = Cm(0.9)
    line = page.footer.paragraphs[0]
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(safe_text(footer))
    line.add_run("\tPage ")
    _field(line, "PAGE", "1")
    line.add_run(" of ")
    _field(line, "NUMPAGES", "1")


def _caption(document: Document, label: str, words: str, numbers) -> Paragraph:
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(f"{label} ")
    _field(paragraph, f"SEQ {label} \\* ARABIC", str(next(numbers)))
    paragraph.add_run(f": {safe_text(words)}")
    return paragraph


def _field(paragraph: Paragraph, instruction: str, result: str) -> None:
    """Append a field with the result that it shows until Word has computed it."""
    begin, separate, end = (_element("w:fldChar", **{"w:fldCharType": kind}) for kind in ("begin", "separate", "end"))
    asked = _element("w:instrText", **{"xml:space": "preserve"})
    asked.text = f" {instruction} "
    for element in (begin, asked, separate, None, end):
        run = paragraph.add_run(result if element is None else None)
        if element is not None:
            run._r.append(element)  # noqa: SLF001 (python-docx has no fields)


def _write_table(document: Document, part: ReportTable, numbers) -> None:
    _caption(document, "Table", part.caption, numbers).paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(part.heads), style="Normal Table")
    table.autofit = False
    widths = [Cm(WIDTH_CM * width / sum(part.widths)) for width in part.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _describe_table(table, part)
    for number, texts in enumerate((part.heads, *part.rows)):
        is_total = part.has_total and number == len(part.rows)
        # a heading stays with the first row and a total with the last, and a short table in one piece
        keep = number < len(part.rows) and (number in (0, len(part.rows) - 1) or len(part.rows) <= SHORT_TABLE)
        fill = HEAD_FILL if number == 0 else TOTAL_FILL if is_total else None
        row = _write_row(table, texts, part.words, widths, fill, keep)
        if number == 0:
            row.append(OxmlElement("w:tblHeader"))  # repeated on every page that the table reaches
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    document.paragraphs[-1].paragraph_format.line_spacing = Pt(4)


def _describe_table(table: word_tables.Table, part: ReportTable) -> None:
    """Draw lines between rows, and give the table a caption and a description for screen readers."""
    properties = table._tbl.tblPr  # noqa: SLF001 (python-docx has no borders, captions or descriptions of tables)
    line = {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": LINE}
    borders = _element("w:tblBorders", *(_element(f"w:{side}", **line) for side in ("top", "bottom", "insideH")))
    margin = {"w:w": "60", "w:type": "dxa"}
    margins = _element("w:tblCellMar", *(_element(f"w:{side}", **margin) for side in ("left", "right")))
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    properties.append(_element("w:tblLook", **{"w:val": "0020", "w:firstRow": "1"}))  # the first row is a heading
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)
    description = f"{len(part.rows)} rows. Columns: {', '.join(part.heads)}."
    for tag, words in (("w:tblCaption", part.caption), ("w:tblDescription", description)):
        properties.append(_element(tag, **{"w:val": safe_text(words)}))


def _write_row(
    table: word_tables.Table, texts: Sequence[str], words: int, widths: Sequence[Cm], fill: str | None, keep: bool
) -> BaseOxmlElement:
    """Append a row, bold where it has a fill, and return its properties; `keep` it with the next one on a page."""
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 (python-docx has neither of these)
    properties.append(OxmlElement("w:cantSplit"))
    for number, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = width
        paragraph = cell.paragraphs[0]
        look = paragraph.paragraph_format
        look.space_before = look.space_after = Pt(1)
        look.line_spacing, look.keep_with_next = 1.0, keep
        if number >= words:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(safe_text(text))
        run.font.size, run.bold = CELL, True if fill else None
        if fill:
            shade = _element("w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": fill})
            cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001
    return properties


def _element(tag: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    """Return an XML element; names have the prefixes of Word."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    for child in children:
        element.append(child)
    return element


def _write_pictures(document: Document, part: Pictures, numbers, drawings) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.02
    for place, picture in enumerate(part.pictures):
        if place:
            paragraph.add_run(" ")  # where a narrow screen may break the line
        shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=Cm(picture.width_cm))
        for side in "TBLR":  # LibreOffice assumes an eighth of an inch where no distance is given
            shape._inline.set(f"dist{side}", "0")  # noqa: SLF001
        number = next(drawings)
        about = shape._inline.docPr  # noqa: SLF001 (python-docx has no words for pictures)
        about.set("id", str(number))
        about.set("name", f"Picture {number}")
        about.set("descr", safe_text(picture.alt))
    _caption(document, "Figure", part.caption, numbers)
