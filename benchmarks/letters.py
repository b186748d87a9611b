"""The letters of a run, beside the same letters written paragraph by paragraph with python-docx: CPU seconds."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path

from data import bundle, example
from data.documents import word
from eligibility.applicants import headings
from eligibility.applicants.applicant_file import read_bytes
from eligibility.letters.blocks import Field, LetterTable, Part
from eligibility.letters.letters import letters_zip
from eligibility.letters.text import Recipient, parts
from eligibility.rules import library
from eligibility.runs.applications import Run, assess_file

APPLICANTS = Path(__file__).parents[1] / "tests" / "eligibility" / "data" / "applicants_messy_600.csv"
DAY, POLICY = date(2026, 9, 7), "post16-default"
SAMPLE = 20  # letters that python-docx writes, as it is slow
MOST_SECONDS = 10.0  # of the processor, for all letters of the file


def main() -> None:
    rules = library.find(POLICY).on(DAY)
    raw = read_bytes(APPLICANTS.read_bytes(), APPLICANTS.name, headings.score)
    mapping = headings.propose(raw.headings, rules)
    run = assess_file(raw, mapping, rules, bundle.load(example.FOLDER), decided_on=DAY)
    begun = time.process_time()
    content = letters_zip(run)
    ours = time.process_time() - begun
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        made = len(archive.namelist())
    print(
        f"letters: {made} in {ours:.1f} CPU seconds, {len(content) / 1e6:.1f} MB; at most {MOST_SECONDS:.0f} are wanted"
    )
    theirs = by_python_docx(run) * made / SAMPLE
    print(
        f"  python-docx, paragraph by paragraph: {theirs:.1f} CPU seconds ({SAMPLE} letters, times {made / SAMPLE:.1f})"
    )
    print(f"  ours takes {ours / theirs:.2f} times theirs")


def by_python_docx(run: Run) -> float:
    """Return the CPU seconds that SAMPLE letters take with python-docx, their decisions included."""
    begun = time.process_time()
    for number, decision in zip(range(SAMPLE), run.each_decision(), strict=False):
        document = word.new_document("Help with travel: a decision", DAY)
        for part in parts(decision, run.rules, Recipient(str(number), "Zoe Bloggs"), {}):
            _add(document, part)
        word.to_bytes(document, DAY)
    return time.process_time() - begun


def _add(document: word.Document, part: Part) -> None:
    if isinstance(part, LetterTable):
        table = document.add_table(rows=0, cols=len(part.heads))
        for texts in (part.heads, *part.rows):
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
        return
    paragraph = document.add_paragraph()
    for piece in part.pieces:
        paragraph.add_run(f"[{piece.words}]" if isinstance(piece, Field) else piece)
