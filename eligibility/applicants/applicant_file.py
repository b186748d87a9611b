"""Read a file of applicants as headings and rows of cells, from CSV of any kind or from a workbook.

`people` reads the cells. Rows are numbered as a spreadsheet shows them. No row with content is dropped: one that does
not fit the headings is returned as broken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data import text_tables
from data.faults import InputError
from data.opening.archive import OLE, ZIP
from data.opening.child import opened
from data.opening.files import content_of
from data.text_tables import SEPARATORS
from data.wording import counted
from eligibility.applicants.values import plain

HEADINGS_WITHIN = 20  # rows from the top in which the headings are looked for; a title or a note may stand above them
ALSO_APPLICANTS = 3  # known headings from which on a sheet that is not read is taken to hold applicants

Score = Callable[[Sequence[str]], int]  # how many of these headings are known


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of a file beneath its headings."""

    headings: tuple[str, ...]  # each once: a second "Notes" is "Notes (2)"
    rows: tuple[tuple[object, ...], ...]  # as many cells as headings; text, numbers, dates, booleans or None
    row_numbers: tuple[int, ...]  # of each row, as a spreadsheet counts
    broken: tuple[tuple[int, str], ...]  # row number and what is wrong with rows that do not fit the headings
    notes: tuple[str, ...]  # how the file was read, for the user to check


def read_file(path: str | Path, score: Score) -> RawTable:
    """Read a file of applicants; see `read_bytes`. Raises OSError where it cannot be opened."""
    path = Path(path)
    return read_bytes(content_of(path), path.name, score)


def read_bytes(content: bytes, name: str, score: Score, one: str = "applicant") -> RawTable:
    """Read an .xlsx, .xlsm, .xls or .ods workbook or a text file (UTF-8, UTF-16 with mark or Windows-1252).

    `score` says how many of a row's cells are headings that are known: the row with most is that of the headings.
    `one` is what a row holds, for the messages.
    Raises InputError where the file is empty, damaged, locked by a password, or of another kind.
    """
    if not content.strip():
        raise InputError(name, [f"is empty. {_shape(one)}"])
    if content.startswith((ZIP, OLE)):
        (grid, notes), separator = _workbook(content, name, score, one), ""
    else:
        grid, notes, separator = _text(content, name)
    if all(_is_blank(row) for row in grid):
        raise InputError(name, [f"is empty. {_shape(one)}"])
    return _beneath_headings(grid, notes, name, score, separator, one)


def _workbook(content: bytes, name: str, score: Score, one: str) -> tuple[list[list], list[str]]:
    book = opened("data.opening.workbook:read_workbook", content, name)
    sheets = {sheet: rows for sheet, _, rows in book["sheets"]}
    hidden = {sheet for sheet, is_hidden, _ in book["sheets"] if is_hidden}
    filled = {sheet: rows for sheet, rows in sheets.items() if any(not _is_blank(row) for row in rows)}
    if not filled:
        raise InputError(name, [f"has no cell with anything in it. {_shape(one)}"])
    known = {sheet: max(_scores(rows, score)) for sheet, rows in filled.items()}
    in_sight = [sheet for sheet in filled if sheet not in hidden] or list(filled)
    best = max(in_sight, key=lambda sheet: known[sheet])
    others = [sheet for sheet in filled if sheet != best]
    named = ", ".join(f'"{sheet}"{" (hidden)" if sheet in hidden else ""}' for sheet in others)
    notes = [f'Read the sheet "{best}"' + (f", not {named}." if others else ".")]
    notes += [
        f'The sheet "{sheet}" has headings of {one}s too and was not read: put its rows beneath those of "{best}", '
        "or give it as a file of its own."
        for sheet in others
        if known[sheet] >= ALSO_APPLICANTS
    ]
    return filled[best], [*notes, *book["notes"]]


def _text(content: bytes, name: str) -> tuple[list[list], list[str], str]:
    if not text_tables.is_text(content):
        raise InputError(name, ["is neither text nor a workbook that can be read. Save it as .xlsx or as CSV UTF-8."])
    read = text_tables.read_rows(content, name, HEADINGS_WITHIN)
    separator = SEPARATORS.get(read.separator, repr(read.separator))
    return read.rows, [f"Read as text in {read.encoding} with {separator} between the cells."], read.separator


def _beneath_headings(
    grid: list[list], notes: list[str], name: str, score: Score, separator: str, one: str
) -> RawTable:
    scores = _scores(grid, score)
    head = (
        scores.index(max(scores)) if max(scores) >= 2 else next(n for n, row in enumerate(grid) if not _is_blank(row))
    )
    above = [row for row in grid[:head] if not _is_blank(row)]
    if above:
        notes.append(f"The headings are in row {head + 1}; not read above it: {counted(len(above), 'row')}.")
    width = max(number for number, cell in enumerate(grid[head], start=1) if plain(cell))
    headings = _each_once([plain(cell) for cell in grid[head][:width]])
    rows, numbers, broken, blank = [], [], [], 0
    for number, row in enumerate(grid[head + 1 :], start=head + 2):
        if _is_blank(row):
            blank += 1
        elif problem := _swallowed(row, width, separator) or _misfit(row, width, one):
            broken.append((number, problem))
        else:
            rows.append(tuple(row[:width]))
            numbers.append(number)
    if not rows and not broken:
        raise InputError(name, [f"has headings and no rows beneath them. {_shape(one)}"])
    if blank:
        notes.append(f"Passed over: {counted(blank, 'blank row')}.")
    return RawTable(headings, tuple(rows), tuple(numbers), tuple(broken), tuple(notes))


def _shape(one: str) -> str:
    return f"Give a file with one row of headings and one row an {one}."


def _swallowed(row: Sequence, width: int, separator: str) -> str:
    """Say how many lines a quotation mark that is not closed has drawn into one cell."""
    if not separator or width < 2:
        return ""
    lines = [line for cell in row if "\n" in cell for line in cell.splitlines()[1:]]
    if not any(line.count(separator) >= width - 1 for line in lines):
        return ""
    return (
        f"has a quotation mark that is not closed: {counted(len(lines), 'more line')} of the file went into one cell. "
        'Close it, or write it twice ("") where it belongs to the text.'
    )


def _misfit(row: Sequence, width: int, one: str) -> str:
    if len(row) < width:
        return (
            f"has {len(row)} cells, and there are {width} headings: it may be broken by a line break. "
            f"Put the {one} in one row, with every cell, empty or not."
        )
    if any(plain(cell) for cell in row[width:]):
        return (
            f"has something beyond the last of {width} headings: a separator inside a cell may have shifted it. "
            "Put a cell that contains a separator in double quotes."
        )
    return ""


def _scores(grid: list[list], score: Score) -> list[int]:
    return [score([plain(cell) for cell in row]) for row in grid[:HEADINGS_WITHIN]]


def _is_blank(row: Sequence) -> bool:
    return not any(plain(cell) for cell in row)


def _each_once(headings: Sequence[str]) -> tuple[str, ...]:
    """Return headings with a number to each that stands above another column already.

    >>> _each_once(["Notes", "", "Notes"])
    ('Notes', '(column 2)', 'Notes (2)')
    """
    copies: dict[str, int] = {}  # by heading: how many have been named, so that a thousand alike take no longer
    named: dict[str, None] = {}
    for number, heading in enumerate(headings, start=1):
        heading = heading or f"(column {number})"
        copy = copies.get(heading, 0) + 1
        while (unique := heading if copy == 1 else f"{heading} ({copy})") in named:
            copy += 1
        copies[heading] = copy
        named[unique] = None
    return tuple(named)
