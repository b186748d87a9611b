"""Letters as Word documents that an adviser can edit: one, a zip of one a person, or one document for the printer.

    content = letter(decision, rules, Recipient(reference="TR-0117", name="…"), {"council_name": "…"})
    zipped = letters_zip(run)            # or letters_document(run)

Headings are Word's own heading styles, the language is British English, and there is no author and no clock in a file:
the same decision gives the same bytes. What came from outside is text and nothing else. Files are named by the
applications' own references, never by a person's name.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from data import word
from data.sheet_text import safe_text
from eligibility.applications import Run
from eligibility.decision import Decision, decide_one
from eligibility.letter_blocks import Field, Part, Piece, Table
from eligibility.letter_text import Recipient, checked_fields, parts
from eligibility.policy import Rules

STYLES = {
    "title": "Heading 1",
    "heading": "Heading 2",
    "annex": "Heading 1",
    "officer": "Heading 1",
    "text": "Normal",
    "bullet": "List Bullet",
}
TABLE_STYLE = "Table Grid"
TABLE_TEXT = "Table text"
BEGINS_A_PAGE = ("annex", "officer")
WIDTHS_CM = (5.9, 2.6, 3.1, 1.7, 3.7)  # of the table of the annex
MARGIN_CM = 2.0
SPACE_AFTER = {"Normal": 4, "List Bullet": 2, "Heading 1": 4, "Heading 2": 2, TABLE_TEXT: 1}  # points
SPACE_BEFORE = {"Heading 1": 8, "Heading 2": 8}
LONGEST_NAME = 60  # characters of a reference in the name of a file

Progress = Callable[[int, int], None]  # letters made, of all
NOBODY = Recipient()  # the reference and the name stay fields to fill in


def untold(done: int, of: int) -> None:
    """Tell nobody how far the letters are."""


def letter(decision: Decision, rules: Rules, to: Recipient = NOBODY, fields: Mapping[str, str] | None = None) -> bytes:
    """Return the letter about one decision as a Word document (.docx).

    `rules`: those that decided. `fields`: what the council fills in, by the names of `letter_text.FIELDS`; others stay
    as marked fields. Raises InputError for fields that are not known.
    """
    document = _new_document(decision.decided_on)
    _write(document, parts(decision, rules, to, checked_fields(fields or {})))
    return word.to_bytes(document, decision.decided_on)


def letters_zip(run: Run, fields: Mapping[str, str] | None = None, progress: Progress = untold) -> bytes:
    """Return a zip with a letter (.docx) for every person decided, named by reference."""
    names = file_names(run)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, (decision, to) in zip(names, _decided(run, progress), strict=True):
            # a .docx is a zip already
            archive.writestr(word.zip_entry(name, decision.decided_on), letter(decision, run.rules, to, fields))
    return result.getvalue()


def letters_document(run: Run, fields: Mapping[str, str] | None = None, progress: Progress = untold) -> bytes:
    """Return one Word document with every letter of a run, each on a page of its own."""
    known, day = checked_fields(fields or {}), run.decisions.decided_on
    document = _new_document(day)
    for decision, to in _decided(run, progress):
        _write(document, parts(decision, run.rules, to, known))
    return word.to_bytes(document, day)


def _decided(run: Run, progress: Progress) -> Iterator[tuple[Decision, Recipient]]:
    """Give every decision of a run, by the evaluation that decided the table, and whom it is about."""
    checks: dict[int, list[str]] = {}
    for note in run.notes.itertuples():
        checks.setdefault(note.row, []).append(note.note)
    for twin in run.duplicates.itertuples():
        checks.setdefault(twin.row, []).append(f"Perhaps the same as row {twin.same_as} of the file: same {twin.what}.")
    for number, (row, person) in enumerate(run.people.iterrows(), start=1):
        decision = decide_one(person, run.rules_of(row), decided_on=run.decisions.decided_on)
        yield decision, Recipient(_text(person, "person_id"), _text(person, "name"), tuple(checks.get(row, ())))
        progress(number, len(run.people))


def _text(person: Mapping, column: str) -> str:
    value = person.get(column)
    return "" if value is None or value != value or not str(value).strip() else str(value)


def file_names(run: Run) -> list[str]:
    """Return the name of each person's file, in the order of the run: the reference made safe for every system, unique.

    A reference that two rows share, in any case, is followed by the row of the file.
    """
    stems = [safe_name(reference) for reference in run.people["person_id"].astype(object)]
    folded = [stem.casefold() for stem in stems]
    shared = {stem for stem in folded if folded.count(stem) > 1} if len(set(folded)) < len(folded) else set()
    names = [
        f"letter-{stem}{f'-row-{row}' if stem.casefold() in shared else ''}.docx"
        for stem, row in zip(stems, run.people.index, strict=True)
    ]
    if len({name.casefold() for name in names}) < len(names):  # "A-row-3" beside the third row's "A"
        names = [f"letter-row-{row}.docx" for row in run.people.index]
    return names


def safe_name(reference: object) -> str:
    """Return a reference as part of a file's name.

    >>> safe_name("TR/2026 117"), safe_name("../../etc"), safe_name("É?")
    ('TR-2026-117', 'etc', 'no-reference')
    """
    text = "" if reference is None or reference != reference else str(reference)
    return re.sub(r"[^A-Za-z0-9_]+", "-", text)[:LONGEST_NAME].strip("-") or "no-reference"


def _new_document(day: date) -> Document:
    document = word.new_document("Help with travel: a decision", day)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = None
        word.set_font(document, name, "Arial")
    document.styles["Heading 1"].font.size, document.styles["Heading 2"].font.size = Pt(14), Pt(12)
    _set_spaces(document)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN_CM)
    return document


def _set_spaces(document: Document) -> None:
    """Make the style of the annex's table, and set the space about each style: a letter is to be short on paper."""
    in_table = document.styles.add_style(TABLE_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    in_table.base_style, in_table.font.size = document.styles["Normal"], Pt(9)
    for points, side in ((SPACE_AFTER, "space_after"), (SPACE_BEFORE, "space_before")):
        for name, space in points.items():
            setattr(document.styles[name].paragraph_format, side, Pt(space))


def _write(document: Document, content: tuple[Part, ...]) -> None:
    """Append a letter; it begins a page where something stands before it."""
    is_first = len(document.element.body) == 1  # the section's own settings
    ids = {name: document.styles[style].style_id for name, style in STYLES.items()}
    for number, part in enumerate(content):
        if isinstance(part, Table):
            _write_table(document, part)
            continue
        paragraph = document.add_paragraph()
        if part.style != "text":
            paragraph._p.style = ids[part.style]  # noqa: SLF001 (by name it is looked up among all styles each time)
        if part.style in BEGINS_A_PAGE or (number == 0 and not is_first):
            paragraph.paragraph_format.page_break_before = True
        if isinstance(content[min(number + 1, len(content) - 1)], Table):
            paragraph.paragraph_format.keep_with_next = True
        for piece in part.pieces:
            _write_piece(paragraph, piece)


def _write_piece(paragraph: Paragraph, piece: Piece) -> None:
    if isinstance(piece, Field):
        paragraph.add_run(f"[{piece.words}]").font.highlight_color = WD_COLOR_INDEX.YELLOW
    else:
        paragraph.add_run(safe_text(piece))


def _write_table(document: Document, content: Table) -> None:
    table = document.add_table(rows=0, cols=len(content.heads), style=TABLE_STYLE)
    table.autofit = False
    style = document.styles[TABLE_TEXT].style_id
    for column, width in zip(table.columns, WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for texts in (content.heads, *content.rows):
        row = table.add_row()
        is_head = texts is content.heads
        no_split = row._tr.get_or_add_trPr()
        no_split.append(no_split.makeelement(qn("w:cantSplit"), {}))
        if is_head:  # repeated on every page that the table reaches
            no_split.append(no_split.makeelement(qn("w:tblHeader"), {}))
        for cell, text, width in zip(row.cells, texts, WIDTHS_CM, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style  # noqa: SLF001 (as in `_write`)
            paragraph.add_run(safe_text(text)).bold = is_head or None
    document.add_paragraph().paragraph_format.space_after = Pt(0)
