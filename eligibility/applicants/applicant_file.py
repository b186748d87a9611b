"""Read a file of applicants as headings and rows of cells, from CSV of any kind, a workbook or a saved web page.

`people` reads the cells. Rows are numbered as a spreadsheet shows them. No row with content is dropped: one that does
not fit the headings is returned as broken, and a second count on the raw bytes (`second_count`) must find no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data import text_tables
from data.faults import InputError
from data.opening.archive import OLE, ZIP
from data.opening.child import opened
from data.opening.files import content_of
from data.wording import counted
from eligibility.applicants import markup, other_kinds, own_files, text_file
from eligibility.applicants.sheet import Merged, Sheet, odd_letters
from eligibility.applicants.values import is_gap, plain, read_date

HEADINGS_WITHIN = 20  # rows from the top in which the headings are looked for; a title or a note may stand above them
ALSO_APPLICANTS = 3  # known headings from which on a sheet that is not read is taken to hold applicants
APPLICANT = "applicant"  # what a row of the file usually holds
ROWS_NAMED = 12  # in a note
SHEETS_NAMED = 12
MIXED = "Check the names before anything is printed, or ask for the file in UTF-8."

Score = Callable[[Sequence[str]], int]  # how many of these headings are known


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of a file beneath its headings."""

    headings: tuple[str, ...]  # each once: a second "Notes" is "Notes (2)"
    rows: tuple[tuple[object, ...], ...]  # as many cells as headings; text, numbers, dates, booleans or None
    row_numbers: tuple[int, ...]  # of each row, as a spreadsheet counts
    broken: tuple[tuple[int, str], ...]  # row number and what is wrong with rows that do not fit the headings
    notes: tuple[str, ...]  # how the file was read, for the user to check
    broken_text: tuple[str, ...] = ()  # of each broken row: what stands in it
    hidden: frozenset[int] = frozenset()  # numbers of rows that are out of sight in the file
    merged: tuple[Merged, ...] = ()
    odd: tuple[int, ...] = ()  # numbers of rows with letters of another encoding
    accepted: frozenset[str] = frozenset()  # of `offers.OFFERS`: what a person has said yes to
    settled: frozenset[tuple[int, str]] = frozenset()  # row and fact, as an officer's evidence says
    above: tuple[str, ...] = ()  # what stands in each row above the headings


def read_file(path: str | Path, score: Score) -> RawTable:
    """Read a file of applicants; see `read_bytes`. Raises OSError where it cannot be opened."""
    path = Path(path)
    return read_bytes(content_of(path), path.name, score)


def read_bytes(content: bytes, name: str, score: Score, one: str = APPLICANT) -> RawTable:
    """Read a workbook (.xlsx, .xlsm, .xls, .ods), a text file, a web page, Office XML of 2003 or a web archive.

    `score` says how many of a row's cells are headings that are known: the row with most is that of the headings.
    `one` is what a row holds, for the messages.
    Raises InputError where the file is empty, damaged, locked by a password, or of another kind, and for a decisions
    workbook of our own.
    """
    if not content or content.isspace():
        raise InputError(name, [f"is empty. {_shape(one)}"])
    if content.startswith((ZIP, OLE)):
        task = "eligibility.applicants.sheet_xml:read_with_marks"
        book = opened(task, content, name, months=one == APPLICANT)  # in a ledger a month is as good as its first day
        sheet, notes = _chosen({title: _sheet(*each) for title, *each in book["sheets"]}, name, score, one)
        notes += book["notes"]
    elif markup.kind_of(content):
        page = opened("eligibility.applicants.markup:read_markup", content, name)
        tables = {title: _sheet(*each) for title, *each in page["sheets"]}
        sheet, notes = _chosen(tables, name, score, one)
        notes = [*page["notes"], *(notes if len(tables) > 1 else [])]
    elif problem := other_kinds.refusal(content):
        raise InputError(name, [problem])
    elif text_tables.is_text(content):
        sheet, notes = text_file.read(content, name, HEADINGS_WITHIN, lambda rows: _head(rows, name, score, one), one)
    else:
        raise InputError(name, ["is neither text nor a workbook that can be read. Save it as .xlsx or as CSV UTF-8."])
    if all(_is_blank(row) for row in sheet.rows) and not sheet.broken:
        raise InputError(name, [f"is empty. {_shape(one)}"])
    return _beneath_headings(sheet, notes, name, score, one)


def _sheet(  # noqa: PLR0917 the plain values that a child process gives
    is_hidden: bool,  # noqa: FBT001
    rows: list[list],
    numbers: list[int],
    hidden: list[int],
    merged: list[list[int]],
    lost: Sequence[int] = (),
) -> Sheet:
    broken = dict.fromkeys(lost, ("", "stands in the file and was not read. Save the file again as .xlsx."))
    return Sheet(rows, numbers, frozenset(hidden), tuple(Merged(*each) for each in merged), is_hidden, broken)


def _chosen(sheets: dict[str, Sheet], name: str, score: Score, one: str) -> tuple[Sheet, list[str]]:
    """Return the sheet with most known headings, one in sight before a hidden one, and what to say of the others."""
    own_files.refuse_workbook({sheet: found.rows for sheet, found in sheets.items()}, name)
    filled = {sheet: found for sheet, found in sheets.items() if any(not _is_blank(row) for row in found.rows)}
    if not filled:
        raise InputError(name, [f"has no cell with anything in it. {_shape(one)}"])
    hidden = {sheet for sheet, found in filled.items() if found.is_hidden}
    known = {sheet: max(_scores(found.rows, score)) for sheet, found in filled.items()}
    in_sight = [sheet for sheet in filled if sheet not in hidden] or list(filled)
    best = max(in_sight, key=lambda sheet: known[sheet])
    others = [sheet for sheet in filled if sheet != best]
    named = ", ".join(f'"{sheet}"{" (hidden)" if sheet in hidden else ""}' for sheet in others[:SHEETS_NAMED])
    named += f" and {len(others) - SHEETS_NAMED:,} more" if len(others) > SHEETS_NAMED else ""
    notes = [f'Read the sheet "{best}"' + (f", not {named}." if others else ".")]
    notes += [
        f'The sheet "{sheet}" has headings of {one}s too and was not read: put its rows beneath those of "{best}", '
        "or give it as a file of its own."
        for sheet in [sheet for sheet in others if known[sheet] >= ALSO_APPLICANTS][:SHEETS_NAMED]
    ]
    return filled[best], notes


def _head(rows: Sequence[Sequence], name: str, score: Score, one: str) -> int:
    """Return the place of the row of headings.

    Raises InputError where the first row is a person's, and for a table that is read elsewhere.
    """
    if one == APPLICANT:
        own_files.refuse_table(rows[:HEADINGS_WITHIN], name)
    scores = _scores(rows, score)
    if max(scores, default=0) >= 2:
        return scores.index(max(scores))
    first = next((place for place, row in enumerate(rows) if not _is_blank(row)), 0)
    if rows and any(_is_a_date(cell) for cell in rows[first]):
        problem = (
            "has no row of headings: its first row has a date in it, as a person's has. Put a row of headings above."
        )
        raise InputError(name, [problem])
    return first


def _is_a_date(cell: object) -> bool:
    try:
        return not isinstance(cell, float | int) and not is_gap(cell) and read_date(cell) is not None
    except ValueError:
        return False


def _beneath_headings(sheet: Sheet, notes: list[str], name: str, score: Score, one: str) -> RawTable:
    head = _head(sheet.rows, name, score, one)
    above = [row for row in sheet.rows[:head] if not _is_blank(row)]
    if above:
        notes.append(f"The headings are in row {sheet.numbers[head]}; not read above it: {counted(len(above), 'row')}.")
    width = max((number for number, cell in enumerate(sheet.rows[head], start=1) if plain(cell)), default=0)
    rows, numbers, broken, blank = [], [], dict(sheet.broken), 0
    for number, row in zip(sheet.numbers[head + 1 :], sheet.rows[head + 1 :], strict=True):
        if number in broken:
            continue
        if _is_blank(row):
            blank += 1
        elif any(plain(cell) for cell in row[width:]):
            broken[number] = "", text_file.TOO_MANY.format(width)
        else:
            rows.append(tuple(row[:width]))
            numbers.append(number)
    broken = {number: found for number, found in sorted(broken.items()) if number > sheet.numbers[head]}
    if not rows and not broken:
        raise InputError(name, [f"has headings and no rows beneath them. {_shape(one)}"])
    if blank:
        notes.append(f"Passed over: {counted(blank, 'blank row')}.")
    odd = tuple(number for number, row in zip(numbers, rows, strict=True) if odd_letters(row))
    if odd:
        notes.append(f"{named_rows(odd)}: letters look as if two encodings were mixed, as Ã« for ë. {MIXED}")
    return RawTable(
        _each_once([plain(cell) for cell in sheet.rows[head][:width]]),
        tuple(rows),
        tuple(numbers),
        tuple((number, problem) for number, (_, problem) in broken.items()),
        tuple(notes),
        tuple(text for text, _ in broken.values()),
        sheet.hidden & set(numbers),
        tuple(each for each in sheet.merged if each.column < width and each.first > sheet.numbers[head]),
        odd,
        above=tuple(" ".join(filter(None, map(plain, row))) for row in above),
    )


def named_rows(numbers: Sequence[int]) -> str:
    """Return rows by their numbers, the first few of them.

    >>> named_rows([2]), named_rows(range(1, 15))
    ('Row 2', 'Rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more')
    """
    listed = ", ".join(str(number) for number in numbers[:ROWS_NAMED])
    more = f" and {len(numbers) - ROWS_NAMED:,} more" if len(numbers) > ROWS_NAMED else ""
    return f"Row{'s' if len(numbers) > 1 else ''} {listed}{more}"


def _shape(one: str) -> str:
    return f"Give a file with one row of headings and one row an {one}."


def _scores(grid: Sequence[Sequence], score: Score) -> list[int]:
    return [score([plain(cell) for cell in row]) for row in grid[:HEADINGS_WITHIN]]


def _is_blank(row: Sequence) -> bool:
    if row.count("") == len(row):  # a wide table may have a million such cells
        return True
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
