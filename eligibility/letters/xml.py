"""Write the parts of a letter as WordprocessingML, the text of a Word document's body.

python-docx makes the document with its styles once (`letters`) and would be slow for the hundred thousand paragraphs of
a run. A test holds this text to what python-docx writes. Text from outside goes through `_text`, which escapes it.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from data.documents.sheet_text import safe_text
from eligibility.letters.blocks import Field, LetterBlock, LetterTable, Part, Piece

BEGINS_A_PAGE = ("annex", "officer")
TABLE_STYLE, TABLE_TEXT = "table", "table text"  # further keys of the styles
WIDTHS_CM = (5.9, 2.6, 3.1, 1.7, 3.7)  # of the table of the annex
TWIPS_A_CM = 1440 / 2.54
MARKED = '<w:highlight w:val="yellow"/>'
BREAKS = re.compile("([\t\r\n])")
LOOK = 'w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"'


def body(content: tuple[Part, ...], styles: Mapping[str, str], *, is_first: bool) -> str:
    """Return a letter as the inside of a body; it begins a page unless it `is_first`.

    `styles`: the ids of the document's styles, by style of a block and TABLE_STYLE and TABLE_TEXT.
    """
    found = []
    for number, part in enumerate(content):
        if isinstance(part, LetterTable):
            found.append(_table(part, styles))
            continue
        breaks = part.style in BEGINS_A_PAGE or (number == 0 and not is_first)
        keep = part.keep or (number + 1 < len(content) and isinstance(content[number + 1], LetterTable))
        found.append(_paragraph(part, styles, breaks=breaks, keep=keep))
    return "".join(found)


def _paragraph(block: LetterBlock, styles: Mapping[str, str], *, breaks: bool, keep: bool) -> str:
    style = f'<w:pStyle w:val="{styles[block.style]}"/>' if block.style != "text" else ""
    about = style + "<w:keepNext/>" * keep + "<w:pageBreakBefore/>" * breaks
    runs = "".join(_piece(piece) for piece in block.pieces)
    inside = (f"<w:pPr>{about}</w:pPr>" if about else "") + runs
    return f"<w:p>{inside}</w:p>" if inside else "<w:p/>"


def _piece(piece: Piece) -> str:
    if isinstance(piece, Field):
        return f"<w:r><w:rPr>{MARKED}</w:rPr>{_text(f'[{piece.words}]')}</w:r>"
    inside = _text(safe_text(piece))
    return f"<w:r>{inside}</w:r>" if inside else "<w:r/>"


def _text(text: str) -> str:
    found = []
    for part in BREAKS.split(text):
        if part == "\t":
            found.append("<w:tab/>")
        elif part in ("\n", "\r"):
            found.append("<w:br/>")
        elif part:
            space = ' xml:space="preserve"' if part != part.strip() else ""
            found.append(f"<w:t{space}>{escape(part)}</w:t>")
    return "".join(found)


def _table(table: LetterTable, styles: Mapping[str, str]) -> str:
    widths = [round(width * TWIPS_A_CM) for width in WIDTHS_CM[: len(table.heads)]]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    opening = [
        f'<w:pPr><w:pStyle w:val="{styles[TABLE_TEXT]}"/></w:pPr>',
        *(f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr><w:p>' for width in widths),
    ]
    rows = [_row(texts, opening, is_head=texts is table.heads) for texts in (table.heads, *table.rows)]
    about = (
        f'<w:tblStyle w:val="{styles[TABLE_STYLE]}"/><w:tblW w:type="auto" w:w="0"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook {LOOK}/>'
    )
    return (
        f"<w:tbl><w:tblPr>{about}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr></w:p>'
    )


def _row(texts: tuple[str, ...], opening: list[str], *, is_head: bool) -> str:
    bold = "<w:rPr><w:b/></w:rPr>" if is_head else "<w:rPr/>"
    style, *starts = opening
    cells = [
        f"{start}{style}<w:r>{bold}{_text(safe_text(text))}</w:r></w:p></w:tc>"
        for start, text in zip(starts, texts, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * is_head}</w:trPr>{''.join(cells)}</w:tr>"
