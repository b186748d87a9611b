"""Read a text file (CSV and its kin) as rows; what has swallowed other lines is no row but an error for each of them.

A quotation mark that is not closed, or not doubled, draws the following lines into its cell, and with them other
people. So a row of several lines is read only where its quotation marks are as they must be and none of the lines that
a cell goes on over has a separator: such a line can be nobody's row. Rows are numbered as a spreadsheet would number
them once each line that was swallowed stands in a row of its own.
"""

import csv
from collections.abc import Callable, Sequence

from data import text_tables
from data.text_tables import SEPARATORS, TextRows
from data.wording import counted
from eligibility.applicants.second_count import lines_with_content
from eligibility.applicants.sheet import Sheet
from eligibility.applicants.values import plain

LONGEST_SHOWN = 300  # characters of a line in the error report
SWALLOWED = (
    "is part of {}: a quotation mark that is not closed, or a line break within a cell, drew them into one row. Close "
    'the mark, or write it twice ("") where it belongs to the text, and put the {} in one line.'
)
TOO_FEW = (
    "has {} cells, and there are {} headings: it may be broken by a line break. "
    "Put the {} in one row, with every cell, empty or not."
)
TOO_MANY = (
    "has something beyond the last of {} headings: a separator inside a cell may have shifted it. "
    "Put a cell that contains a separator in double quotes."
)
NOT_READ = "stands in line {} of the file and was not read. Save the file again as CSV UTF-8."


def read(
    content: bytes, name: str, header_within: int, head_of: Callable[[Sequence[Sequence]], int], one: str
) -> tuple[Sheet, list[str]]:
    """Return the rows of a text file, and how it was read.

    `head_of` says which row is that of the headings; the rows to it are returned whatever they hold. Raises InputError
    as `text_tables.read_rows`.
    """
    found = text_tables.read_rows(content, name, header_within)
    head = head_of(found.rows)
    headings = len(found.rows[head]) if found.rows else 0
    width = _width(found.rows[head + 1 :], headings)
    sheet, covered, number, long = Sheet([], []), set[int](), 1, 0
    below = 0
    for place, (row, start) in enumerate(zip(found.rows, found.starts, strict=True)):
        own = found.long.get(place) or [found.separator.join(row)]
        end = start + len(own) - 1
        below = end if place == head else below
        problem = (
            _problem(row, own, width, headings, found, one)
            if place > head and any(row) and any(map(plain, row))
            else ""
        )
        covered |= set(range(start, end + 1))
        if problem:
            words = SWALLOWED.format(_lines(start, end), one) if len(own) > 1 else problem
            sheet.broken.update({number + at: (_shown(line), words) for at, line in enumerate(own) if line.strip()})
            number += len(own)
            continue
        long += len(own) > 1
        sheet.rows.append(row)
        sheet.numbers.append(number)
        number += 1
    notes = [_how(found)]
    if long:
        notes.append(f"Read as one row each: {counted(long, 'row')} with a line break in a cell.")
    on_bytes = _lines_on_bytes(content)
    for line in sorted(on_bytes - covered):
        sheet.broken[number] = "", NOT_READ.format(line)
        number += 1
    beneath = sum(line > below for line in on_bytes)
    notes.append(f"Counted again on the bytes of the file: {counted(beneath, 'line')} beneath the headings.")
    return sheet, notes


def _how(found: TextRows) -> str:
    separator = SEPARATORS.get(found.separator, repr(found.separator))
    return f"Read as text in {found.encoding} with {separator} between the cells."


def _width(rows: Sequence[Sequence[str]], headings: int) -> int:
    """Return how many cells a row has: as many as headings, unless every row has as many more, all empty."""
    lengths = {len(row) for row in rows if any(row) and any(map(plain, row))}
    if len(lengths) == 1 and not any(plain(cell) for row in rows if len(row) > headings for cell in row[headings:]):
        return max(*lengths, headings)
    return headings


def _problem(row: Sequence[str], lines: Sequence[str], width: int, headings: int, found: TextRows, one: str) -> str:
    """Return what is wrong with the shape of a row, "" for nothing."""
    if len(lines) > 1 and _may_have_swallowed(row, lines, found.separator):
        return SWALLOWED
    if len(row) < headings:
        return TOO_FEW.format(len(row), headings, one)
    return TOO_MANY.format(headings) if len(row) > width else ""


def _may_have_swallowed(row: Sequence[str], lines: Sequence[str], separator: str) -> bool:
    """Say whether a row of several lines may hold another: its quotes are astray, or a later line has separators."""
    try:
        list(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True))
    except csv.Error:
        return True
    return any(separator in line for cell in row for line in cell.splitlines()[1:])


def _lines(first: int, last: int) -> str:
    return f"lines {first} to {last}" if last > first else f"line {first}"


def _shown(line: str) -> str:
    text = plain(line)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _lines_on_bytes(content: bytes) -> set[int]:
    """Return the lines that the second count finds; a line "sep=;" is for Excel, which shows no row for it."""
    first = content[:12].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"").lower()
    skipped = int(first.startswith(b"sep="))
    return {line - skipped for line in lines_with_content(content)} - {0}
