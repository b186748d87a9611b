"""Write letters as Word documents that an adviser can edit: one, a zip of one a person, or one document of all.

    content = letter(decision, rules, Recipient(reference="TR-0117", name="…"), {"council_name": "…"})
    zipped = letters_zip(run)            # or letters_document(run)

Letters are drafts, and say so across each page, until the policy says who checked it (`text.why_draft`). Headings have
Word's own styles, the language is British English, and no file names an author or a time: the same
decision gives the same bytes. Text from outside can become no markup. File names have the application's reference.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Cm, Pt

from data.access import Right, needs
from data.documents import word
from eligibility.deciding.decision import Decision
from eligibility.letters import draft, xml
from eligibility.letters.blocks import LetterBlock, Part, text
from eligibility.letters.fields import checked_fields
from eligibility.letters.text import Recipient, parts, why_draft
from eligibility.letters.xml import body
from eligibility.rules.policy import Rules
from eligibility.runs.applications import Run

STYLES = {
    "title": "Heading 1",
    "lead": "Decision",
    "heading": "Heading 2",
    "annex": "Heading 1",
    "officer": "Heading 1",
    "text": "Normal",
    "bullet": "List Bullet",
    xml.TABLE_STYLE: "Table Grid",
    xml.TABLE_TEXT: "Table text",
}
TABLE_TEXT = STYLES[xml.TABLE_TEXT]
BODY = "word/document.xml"
MARGIN_CM = 2.0
SPACE_AFTER = {"Normal": 4, "List Bullet": 2, "Heading 1": 4, "Heading 2": 2, TABLE_TEXT: 1}  # points
SPACE_BEFORE = {"Heading 1": 8, "Heading 2": 8}
NOT_MADE = "letters-not-made.txt"
LONGEST_NAME = 60  # characters of a reference in the name of a file

Progress = Callable[[int, int], None]  # letters made, of all
NOBODY = Recipient()  # the reference and the name stay fields to fill in


@dataclass(frozen=True, slots=True)
class Template:
    """A document without a body, as bytes, and what stands before and after the inside of its body."""

    day: date
    rest: bytes  # a .docx without its body
    before: str
    after: str
    styles: Mapping[str, str]  # the ids of styles by what uses them

    def filled(self, inside: str) -> bytes:
        """Return the document (.docx) with this inside of its body."""
        result = io.BytesIO(self.rest)
        with zipfile.ZipFile(result, "a") as archive:
            text = f"{self.before}{inside}{self.after}"
            archive.writestr(word.zip_entry(BODY, self.day), text.encode("utf-8"), compresslevel=6)
        return result.getvalue()


def no_progress(done: int, total: int) -> None:
    """Do nothing after each letter, where no progress is wanted."""


@needs(Right.PEOPLE)
def letter(decision: Decision, rules: Rules, to: Recipient = NOBODY, fields: Mapping[str, str] | None = None) -> bytes:
    """Return the letter about one decision as a Word document (.docx).

    `rules`: those that decided. `fields`: the council's own words, by the names of `fields.FIELDS`; others stay marked.
    Raises InputError for fields that are not known.
    """
    template = _template(decision.decided_on, bool(why_draft(rules)))
    content = parts(decision, rules, to, checked_fields(fields or {}))
    return template.filled(body(content, template.styles, is_first=True))


@needs(Right.PEOPLE)
def letters_zip(
    run: Run,
    fields: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
    not_made: list[str] | None = None,
) -> bytes:
    """Return a zip with a letter (.docx) for every person decided, named by reference.

    A letter that cannot be made stops no other: its row is named in NOT_MADE, a text file in the zip, and a sentence
    about it is added to `not_made`.
    """
    template = _template(run.decisions.decided_on, _has_drafts(run))
    names = dict(zip(run.people.index, file_names(run), strict=True))
    result, lost = io.BytesIO(), not_made if not_made is not None else []
    with zipfile.ZipFile(result, "w") as archive:
        for row, inside in _bodies(run, fields, template, progress, lost):
            # a .docx is a zip already
            archive.writestr(word.zip_entry(names[row], template.day), template.filled(inside))
        if lost:
            archive.writestr(word.zip_entry(NOT_MADE, template.day), "\r\n".join(lost))
    return result.getvalue()


@needs(Right.PEOPLE)
def letters_document(
    run: Run,
    fields: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
    not_made: list[str] | None = None,
) -> bytes:
    """Return one Word document with every letter of a run, each on a page of its own.

    A letter that cannot be made stops no other: its row is named on a last page, and a sentence about it is added to
    `not_made`.
    """
    template = _template(run.decisions.decided_on, _has_drafts(run))
    lost = not_made if not_made is not None else []
    inside = [inside for _, inside in _bodies(run, fields, template, progress, lost, pages=True)]
    if lost:
        page: list[Part] = [
            LetterBlock("title", ("Letters that could not be made",)),
            *text(*((line,) for line in lost)),
        ]
        inside.append(body(tuple(page), template.styles, is_first=not inside))
    return template.filled("".join(inside))


def _bodies(
    run: Run,
    fields: Mapping[str, str] | None,
    template: Template,
    progress: Progress,
    lost: list[str],
    *,
    pages: bool = False,
) -> Iterator[tuple[int, str]]:
    """Give row and inside of the body of each letter that can be made; add a line to `lost` for each that cannot.

    `pages`: the letters follow each other in one document, so each but the first begins a page. A line has the row and
    the kind of fault, nothing of the person.
    """
    known, is_first = checked_fields(fields or {}), True
    for row, decision, to in _decided(run, progress):
        if held := run.held(row):
            lost.append(f"Row {row} of the file: {held}")
            continue
        try:
            inside = body(parts(decision, run.rules_of(row), to, known), template.styles, is_first=is_first)
        except Exception as error:  # noqa: BLE001 whatever is wrong with one letter, the others are wanted
            lost.append(
                f"Row {row} of the file: its letter could not be made ({type(error).__name__}). Write it by hand."
            )
            continue
        yield row, inside
        is_first = not pages


def _decided(run: Run, progress: Progress) -> Iterator[tuple[int, Decision, Recipient]]:
    """Give the row of every decision of a run, the decision and its recipient, and report progress."""
    checks: dict[int, list[str]] = {}
    for note in run.notes.itertuples():
        checks.setdefault(note.row, []).append(note.note)
    for twin in run.duplicates.itertuples():
        checks.setdefault(twin.row, []).append(f"Perhaps the same as row {twin.same_as} of the file: same {twin.what}.")
    people = run.people.reindex(columns=["person_id", "name"]).itertuples(name=None)
    for number, ((row, reference, name), decision) in enumerate(zip(people, run.each_decision(), strict=True), start=1):
        yield row, decision, Recipient(_text(reference), _text(name), tuple(checks.get(row, ())))
        progress(number, len(run.people))


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value).strip()


def file_names(run: Run) -> list[str]:
    """Return a unique name for each person's file, in the order of the run, safe on every system.

    A reference that two rows share, in any case, is followed by the row of the file.
    """
    stems = [safe_name(reference) for reference in run.people["person_id"].astype(object)]
    folded = [stem.casefold() for stem in stems]
    shared = {stem for stem in folded if folded.count(stem) > 1} if len(set(folded)) < len(folded) else set()
    names = [
        f"letter-{stem}{f'-row-{row}' if stem.casefold() in shared else ''}.docx"
        for stem, row in zip(stems, run.people.index, strict=True)
    ]
    if len({name.casefold() for name in names}) < len(names):  # "A-row-3" is a reference, and row 3 has "A"
        names = [f"letter-row-{row}.docx" for row in run.people.index]
    return names


def safe_name(reference: object) -> str:
    """Return a reference as part of a file's name.

    >>> safe_name("TR/2026 117"), safe_name("../../etc"), safe_name("É?")
    ('TR-2026-117', 'etc', 'no-reference')
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", _text(reference))[:LONGEST_NAME].strip("-") or "no-reference"


def _has_drafts(run: Run) -> bool:
    """Say whether a run's letters are drafts: all of them where the rules of one day are not those checked."""
    return any(why_draft(group.rules) for group in run.groups)


@lru_cache(maxsize=4)
def _template(day: date, is_draft: bool) -> Template:
    document = _new_document(day)
    if is_draft:
        draft.mark(document)
    rest = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word.to_bytes(document, day))) as old, zipfile.ZipFile(rest, "w") as new:
        for name in old.namelist():
            if name != BODY:
                new.writestr(word.zip_entry(name, day), old.read(name), compresslevel=6)
        before, end, after = old.read(BODY).decode("utf-8").partition("<w:sectPr")  # the body has nothing else yet
    styles = {name: document.styles[style].style_id for name, style in STYLES.items()}
    return Template(day, rest.getvalue(), before, end + after, styles)


def _new_document(day: date) -> Document:
    document = word.new_document("Help with travel: a decision", day)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = None
        word.set_font(document, name, "Arial")
    document.styles["Heading 1"].font.size, document.styles["Heading 2"].font.size = Pt(14), Pt(12)
    lead = document.styles.add_style(STYLES["lead"], WD_STYLE_TYPE.PARAGRAPH)
    lead.base_style, lead.font.size, lead.font.bold = normal, Pt(13), True
    in_table = document.styles.add_style(TABLE_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    in_table.base_style, in_table.font.size = document.styles["Normal"], Pt(9)
    for points, side in ((SPACE_AFTER, "space_after"), (SPACE_BEFORE, "space_before")):
        for name, space in points.items():
            setattr(document.styles[name].paragraph_format, side, Pt(space))
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN_CM)
    return document
