"""Read tables that are saved as text (CSV and its kin): one way for every file that a person or a publisher gives.

The encoding is UTF-8 or UTF-16 (with or without a byte-order mark), or else Windows-1252. The separator is
the mark of `SEPARATORS` that is most frequent outside quotes, in a line where the header may be; a first line
"sep=;", as Excel writes it, decides instead.
"""

import codecs
import csv
import io
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from data.faults import Fault, InputError
from data.opening import wire
from data.opening.child import MIB, opened
from data.opening.limits import FileLimits, current, setting

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without its mark",
    "utf-16-be": "UTF-16 without its mark",
    "cp1252": "Windows-1252",
}
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UNMARKED = 4096  # bytes in which UTF-16 without its mark is looked for: every second one is nought in its ASCII
PADDING = b"\x00\x1a"  # what old programs write after the end of a text
LARGEST_CELL = 1_000_000  # characters; csv stops at 131,072, and a long text in a cell must not stop a file
ROW = "row of the file"  # the name of the index of a table that was read from a file
BLOCK = 10_000  # rows
LINES_A_ROW = 4  # more are in no table: cells with line breaks are few
SAMPLE = 1 << 16  # characters in which the header is looked for
FAULTS_SHOWN = 50  # rows with more cells than the header; the rest are counted


@dataclass(frozen=True, slots=True)
class TextRows:
    """The rows of a text file, and how it was read."""

    rows: list[list[str]]  # of the whole file, blank ones too; rows may have different numbers of cells
    encoding: str  # as a person calls it: a value of ENCODINGS
    separator: str
    starts: list[int]  # the line on which each row begins, from 1; a line "sep=;" is not counted, as Excel shows none
    long: dict[int, list[str]]  # by the place of each row of several lines: its lines as they stand
    open_quote: int  # the line of a quotation mark that is never closed; 0 where there is none


def is_text(content: bytes) -> bool:
    """Return whether some bytes may be text, not a workbook or a picture."""
    if content.startswith(UTF_16_MARKS) or _unmarked_utf_16(content):
        return True
    return not (b"\x00" in content.rstrip(PADDING) or content.startswith(b"%PDF"))


def _unmarked_utf_16(content: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" for text of ASCII lines in UTF-16 without its mark, "" for anything else."""
    sample = content[:UNMARKED]
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        few_beyond_ascii = high.count(0) > 0.8 * len(high)
        if len(high) > 1 and few_beyond_ascii and low.count(0) == 0 and (b"\n" in low or b"\r" in low):
            return encoding
    return ""


def encoding_of(content: bytes, cut: bool = False) -> str:
    """Return the encoding of some bytes, a key of ENCODINGS; `cut` where they may end within a character."""
    if content.startswith(UTF_16_MARKS):
        return "utf-16"
    if unmarked := _unmarked_utf_16(content):
        return unmarked
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if cut and error.reason == "unexpected end of data" else "cp1252"
    return "utf-8-sig"


def separators(text: str, header_within: int) -> list[str]:
    """Return the separators, the likeliest first, of a text whose header is in one of its first lines.

    >>> separators('Ref;"a, b, c";DOB', 1)[0]
    ';'
    """
    outside_quotes = "".join(text[:SAMPLE].split('"')[::2])
    lines = [line for line in outside_quotes.splitlines() if line.strip(" ")][:header_within]
    return sorted(SEPARATORS, key=lambda mark: -max((line.count(mark) for line in lines), default=0))


def split_rows(lines: Iterable[str], separator: str):
    """Yield the cells of each row; a quoted cell may contain separators and line breaks."""
    csv.field_size_limit(LARGEST_CELL)
    return csv.reader(lines, delimiter=separator, skipinitialspace=True)


def read_rows(content: bytes, name: str, header_within: int = 1) -> TextRows:
    """Read a text file into rows of cells, in a child process (`data.opening.child`).

    The header is in one of the first `header_within` lines that are not blank. Raises InputError, with the line, for
    what is no text, for bytes in no known encoding, for a cell of more than LARGEST_CELL characters and for a table
    with more rows, columns or cells than the limits allow.
    """
    limits = current()  # of memory, of which the file itself has its part
    rest = max(limits.memory_mib - len(content) // MIB, limits.memory_mib // 4)
    own = replace(limits, memory_mib=rest)
    blocks, *more = opened("data.text_tables:split_text", content, name, own, header_within=header_within)
    return TextRows([row for block in blocks for row in wire.unpacked(block)], *more)


def split_text(content: bytes, name: str, limits: FileLimits, header_within: int) -> list[Any]:
    """Do what `read_rows` does and return the fields of its `TextRows`, the rows packed by blocks to take less memory.

    It runs in the child.
    """
    if content.count(b"\n") > limits.rows * LINES_A_ROW:
        raise InputError(name, [_too_many(0, 0, limits)])
    content, encoding = _encoded(content, name)
    try:
        return _split(
            io.TextIOWrapper(io.BytesIO(content), encoding, newline=""), name, limits, header_within, encoding
        )
    except UnicodeDecodeError:
        raise InputError(name, [_no_encoding(content, encoding)]) from None


def _split(text: io.TextIOWrapper, name: str, limits: FileLimits, header_within: int, encoding: str) -> list[Any]:
    """Do what `split_text` does of a text that is decoded a piece at a time: as a whole it would take twice as much."""
    sample = text.read(SAMPLE)
    text.seek(0)
    named = sample[: sample.find("\n") + 1].strip()[4:5] if sample[:4].lower() == "sep=" else ""
    if named:
        text.readline()
    separator = named or separators(sample, header_within)[0]
    taken: list[str] = []  # lines of the row that is being read
    reader = split_rows(_noted(chain(text, ["\n"]), taken), separator)
    blocks: list[bytes] = []
    rows: list[list[str]] = []  # of the block that is being filled, the last row of the file among them
    long: dict[int, list[str]] = {}
    ends, cells, before = array("q", [0]), 0, 0
    try:
        for row in reader:
            if len(rows) == BLOCK:
                blocks.append(wire.packed(rows))
                rows, before = [], before + BLOCK
            if len(taken) > 1:
                long[before + len(rows)] = list(taken)
            taken.clear()
            rows.append(row)
            ends.append(reader.line_num)
            cells += len(row)
            if before + len(rows) > limits.rows + 1 or len(row) > limits.columns or cells > limits.text_cells:
                raise InputError(name, [_too_many(len(row), cells, limits)])
    except csv.Error as error:
        problem = f"cannot be read as rows and columns ({error}). Save it again as CSV UTF-8."
        raise InputError(name, [Fault(f"line {reader.line_num}", problem)]) from None
    open_quote = 0
    if rows[-1]:  # the blank line that was added is no row of its own: it was read into a quoted cell
        rows[-1][-1] = rows[-1][-1].removesuffix("\n")
        open_quote = ends[-2] + 1 + bool(named)
    else:
        rows.pop()
    lines_before = [end + 1 for end in ends[: before + len(rows)]]
    return [[*blocks, wire.packed(rows)], ENCODINGS[encoding], separator, lines_before, long, open_quote]


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """Yield lines, and keep in `taken` those that were asked for."""
    for line in lines:
        taken.append(line)
        yield line


def _too_many(columns: int, cells: int, limits: FileLimits) -> str:
    """Return which limit a table has passed and what to do."""
    if columns > limits.columns:
        over = f"has a row of {columns:,} cells; at most {limits.columns:,} columns are read"
        return f"{over}. Save the table with the columns that are needed, or {setting('columns')}."
    if cells > limits.text_cells:
        over, name = f"has more than {limits.text_cells:,} cells", "text_cells"
    else:
        over, name = f"has more than {limits.rows:,} rows", "rows"
    return f"{over}. Give a part of it at a time, or {setting(name)}."


def _encoded(content: bytes, name: str) -> tuple[bytes, str]:
    """Return the bytes of a text without what old programs write after it, and their encoding."""
    if not is_text(content):
        raise InputError(name, ["is not text. Save the table as CSV UTF-8 and try again."])
    encoding = encoding_of(content)
    if encoding == "cp1252":  # a mark of UTF-8 before text that is not would be read as letters of the first heading
        content = content.removeprefix(codecs.BOM_UTF8)
    return content if encoding.startswith("utf-16") else content.rstrip(PADDING), encoding


def _no_encoding(content: bytes, encoding: str) -> Fault:
    """Return the fault of bytes that are in no encoding, with the line of the first."""
    try:
        content.decode(encoding)
        start = len(content)
    except UnicodeDecodeError as error:
        start = error.start
    problem = "is text in no encoding that is known here. Save the file as CSV UTF-8."
    return Fault(f"line {content[:start].count(10) + 1}", problem)


def read_table(content: bytes, name: str, most_lines: int = 0) -> "pd.DataFrame":
    """Read a table whose first row holds the names of its columns. Cells are trimmed text, "" where one is empty.

    The index is the row of the file, counted as a spreadsheet does; blank rows are left out. Raises InputError with
    every fault of its shape: no row at all, a name given twice, cells beyond the last column, an open quotation mark;
    and for more lines than `most_lines`, where the reader of a small table says how many it can have.
    """
    if most_lines and max(content.count(b"\n"), content.count(b"\r")) > most_lines:
        problem = f"has more than {most_lines:,} lines, more than any table of its kind. Give the rows that are needed."
        raise InputError(name, [problem])
    import pandas as pd  # here, for the child that splits the text has no need of it and starts in a tenth of the time

    read = read_rows(content, name)
    cells = {number: [cell.strip() for cell in row] for number, row in enumerate(read.rows, start=1)}
    cells = {number: row for number, row in cells.items() if any(row)}
    if not cells:
        raise InputError(name, ["is empty. Save the table as CSV, with the names of its columns in the first row."])
    first = min(cells)
    header = cells.pop(first)
    while not header[-1]:  # the row is not blank: one of its cells has a name
        header.pop()
    faults = _shape_faults(header, first, cells)
    if read.open_quote:
        faults.append(Fault(f"line {read.open_quote}", "has a quotation mark that is not closed. Close or remove it."))
    if faults:
        raise InputError(name, faults)
    width = len(header)
    rows = [row[:width] + [""] * (width - len(row)) for row in cells.values()]
    return pd.DataFrame(rows, columns=header, index=pd.Index(list(cells), dtype="int64", name=ROW), dtype=str)


def with_plain_headings(table: "pd.DataFrame", name: str) -> "pd.DataFrame":
    """Return the table with its headings in lower case, "_" for each space; `name` is the file's.

    Raises InputError with every two headings that become one.
    """
    plain = [str(heading).strip().lower().replace(" ", "_") for heading in table.columns]
    same: dict[str, list[str]] = {}
    for heading, one in zip(table.columns, plain, strict=True):
        same.setdefault(one, []).append(f'"{heading}"')
    problem = "are one heading here: capitals and spaces make no difference. Rename or remove all but one."
    if faults := [Fault(" and ".join(alike), problem) for alike in same.values() if len(alike) > 1]:
        raise InputError(name, faults)
    return table.rename(columns=dict(zip(table.columns, plain, strict=True)))


def _shape_faults(header: list[str], header_row: int, cells: dict[int, list[str]]) -> list[Fault]:
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    faults = [Fault(f"row {header_row}", f'There are two columns "{name}". Rename or remove one.') for name in twice]
    longer = [number for number, row in cells.items() if any(row[len(header) :])]
    problem = f"There are more cells than the {len(header)} columns. Put quotes round text that contains the separator."
    faults += [Fault(f"row {number}", problem) for number in longer[:FAULTS_SHOWN]]
    if len(longer) > FAULTS_SHOWN:
        faults.append(Fault("", f"{len(longer) - FAULTS_SHOWN:,} more rows have this fault."))
    return faults
