"""What is written as WordprocessingML is what python-docx writes, which is slower by thirty times."""

import docx
from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from data.documents.sheet_text import safe_text
from eligibility.letters.blocks import Field, LetterBlock, LetterTable, Part
from eligibility.letters.xml import BEGINS_A_PAGE, WIDTHS_CM, body
from tests.draws import draws

STYLES = {
    "title": "Heading 1",
    "heading": "Heading 2",
    "annex": "Heading 1",
    "officer": "Heading 1",
    "bullet": "List Bullet",
    "table": "Table Grid",
    "table text": "Normal",
}
TEXT = st.text(alphabet=st.sampled_from("ab <>&\"'\t\n\r\u00a0é=+-[]{}\x07\U0001f68c"), max_size=12)
PIECES = st.lists(st.one_of(TEXT, TEXT.map(lambda words: Field(safe_text(words)))), max_size=3).map(tuple)
BLOCK = st.builds(
    LetterBlock, st.sampled_from(["text", "title", "heading", "annex", "officer", "bullet"]), PIECES, st.booleans()
)
FIVE = st.tuples(*[TEXT] * 5)
TABLE = st.builds(LetterTable, FIVE, st.lists(FIVE, max_size=2).map(tuple))


def by_python_docx(content: list[Part], *, is_first: bool) -> str:
    """Return the inside of the body that python-docx makes of the same parts, one object at a time."""
    document = docx.Document()
    for number, part in enumerate(content):
        if isinstance(part, LetterTable):
            add_table(document, part)
            continue
        paragraph = document.add_paragraph(style=STYLES.get(part.style))
        if part.style in BEGINS_A_PAGE or (number == 0 and not is_first):
            paragraph.paragraph_format.page_break_before = True
        if part.keep or (number + 1 < len(content) and isinstance(content[number + 1], LetterTable)):
            paragraph.paragraph_format.keep_with_next = True
        for piece in part.pieces:
            if isinstance(piece, Field):
                paragraph.add_run(f"[{piece.words}]").font.highlight_color = WD_COLOR_INDEX.YELLOW
            else:
                paragraph.add_run(safe_text(piece))
    whole = etree.tostring(document.element, encoding="unicode")
    return whole.partition("<w:body>")[2].partition("<w:sectPr")[0]


def add_table(document: Document, content: LetterTable) -> None:
    table = document.add_table(rows=0, cols=len(content.heads), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for number, texts in enumerate((content.heads, *content.rows)):
        row = table.add_row()
        about = row._tr.get_or_add_trPr()
        for name in ["w:cantSplit", "w:tblHeader"][: 1 if number else 2]:
            about.append(about.makeelement(qn(name), {}))
        for cell, text, width in zip(row.cells, texts, WIDTHS_CM, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0]._p.style = document.styles["Normal"].style_id
            cell.paragraphs[0].add_run(safe_text(text)).bold = True if number == 0 else None
    document.add_paragraph().paragraph_format.space_after = Pt(0)


@draws(40)
@given(st.lists(st.one_of(BLOCK, TABLE), min_size=1, max_size=4), st.booleans())
def test_the_body_of_a_letter_is_what_python_docx_would_write(content: list[Part], is_first: bool):
    known = docx.Document().styles
    ids = {name: known[style].style_id for name, style in STYLES.items()}
    assert body(tuple(content), ids, is_first=is_first) == by_python_docx(content, is_first=is_first)
