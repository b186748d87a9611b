"""Read the CSV tables of a feed as a stream: values as text, whatever the order of columns, encoding and quoting.

Each value that a block of rows holds is decoded once, so that a million stop times cost little more than unpacking.
"""

import csv
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import IO

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from data.faults import Fault, InputError
from data.timetables.archive import CANNOT_OPEN, Feed
from data.timetables.notes import Notes

BLOCK_BYTES = 8 << 20
LONGEST_HEADER = 1 << 16
LONGEST_CELL = 1_000  # lines of one cell: more have been swallowed by a quotation mark
TEXT = pa.dictionary(pa.int32(), pa.binary())

# A column of some rows: the number of each row's value, and the values.
Column = tuple[np.ndarray, list[str]]


# Of the bytes of a line: a quoted cell, the end of one that was opened above, and one that goes on below.
QUOTED = re.compile(rb'(?:^|,)"(?:[^"]|"")*"(?=,|$)')
CLOSES = re.compile(rb'(?:[^"]|"")*"')
OPENS = re.compile(rb'(?:^|,)"(?:[^"]|"")*$')


class _Lines:
    """A stream of UTF-8 that counts lines, to tell whether some were swallowed by a quotation mark.

    Each byte of the file is one character of it, so that a row in whatever encoding can be read; `_column` undoes it.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.closed = stream, False
        self.lines, self.rows = 0, 0
        self._end, self._quoted = b"", False
        self._one_at_a_time = threading.Lock()

    def read(self, size: int = -1) -> bytes:
        """Hand on the next bytes, at most `size`; none once it is closed.

        Arrow reads ahead in a thread of its own. One that still reads when the program ends would abort it.
        """
        with self._one_at_a_time:
            return b"" if self.closed else self._next(size)

    def _next(self, size: int) -> bytes:
        data = self._stream.read(max(size // 2, 1) if size > 0 else size)
        self.lines += data.count(b"\n")
        self._quoted |= b'"' in data
        self._end = data[-1:] or self._end
        return data if data.isascii() else data.decode("latin-1").encode()

    @property
    def swallowed(self) -> bool:
        """Return whether, at the end, there are fewer rows than lines and quotation marks, which may be why."""
        return self._quoted and self.rows < self.lines + (self._end not in (b"", b"\n"))

    def close(self) -> None:
        with self._one_at_a_time:
            self.closed = True
            self._stream.close()


def decoded(value: bytes) -> str:
    """Return a value as text: UTF-8, or Windows-1252 where it is not.

    >>> decoded("Café".encode()), decoded("Café".encode("cp1252"))
    ('Café', 'Café')
    """
    try:
        return value.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace").strip()


def blocks(
    feed: Feed, table: str, needed: Sequence[str], optional: Sequence[str], notes: Notes
) -> Iterator[dict[str, Column]]:
    """Yield the named columns of a table, block by block. An optional column that is not there is left out.

    Rows with a wrong number of cells are counted and left out. Raises InputError where a column that is needed is not
    there, where a quotation mark is never closed, and where the file is damaged.
    """
    where = f"{feed.name}, {table}"
    try:
        with feed.open(table) as raw:
            names = _header(raw, where, needed)
            wanted = [name for name in (*needed, *optional) if name in names]
            stream = _Lines(raw)
            try:
                with closing(stream):
                    for batch in _batches(stream, names, wanted, where, notes):
                        stream.rows += batch.num_rows
                        yield {name: _column(batch.column(name)) for name in wanted}
            except pa.ArrowInvalid as error:
                if "Empty CSV" not in str(error):
                    _check_quotes(feed, table)
                    reason = str(error).splitlines()[0][:160]
                    raise _fault(where, f"cannot be read ({reason}). Ask its publisher.") from None
            if stream.swallowed:
                _check_quotes(feed, table)
    except CANNOT_OPEN as error:
        raise _fault(where, f"is damaged ({error}). Download the timetable again.") from None


def whole(feed: Feed, table: str, needed: Sequence[str], optional: Sequence[str], notes: Notes) -> pd.DataFrame:
    """Return the named columns of a table as text, "" where a cell or an optional column is not there.

    Rows that are the same in all these columns are one row. A table that is not there has no rows.
    """
    columns = [*needed, *optional]
    texts: dict[str, list[np.ndarray]] = {name: [np.array([], dtype=object)] for name in columns}
    if table in feed.tables:
        for block in blocks(feed, table, needed, optional, notes):
            size = len(block[needed[0]][0])
            for name in columns:
                rows, values = block.get(name, (np.full(size, -1), []))
                texts[name].append(np.array([*values, ""], dtype=object)[rows])
    read = pd.DataFrame({name: pd.Series(np.concatenate(parts), dtype="str") for name, parts in texts.items()})
    return read.drop_duplicates(ignore_index=True)


def finite(texts: pd.Series) -> np.ndarray:
    """Return numbers of a column, NaN where there is none or it is not finite."""
    values = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


def one_row_an_id(read: pd.DataFrame, key: str, where: str, notes: Notes) -> pd.DataFrame:
    """Return the rows with an id in order of it; of several with the same id, the first in the order of all columns."""
    ordered = read[read[key] != ""].sort_values([key, *(name for name in read if name != key)], ignore_index=True)
    again = ordered[key].duplicated()
    notes.add("repeated_id", again.sum(), (f"{value} ({where})" for value in ordered[key][again]))
    return ordered[~again].reset_index(drop=True)


def _fault(where: str, problem: str) -> InputError:
    return InputError("timetables", [Fault(where, problem)])


def _header(raw: IO[bytes], where: str, needed: Sequence[str]) -> list[str]:
    line = raw.readline(LONGEST_HEADER)
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _fault(where, "is in UTF-16. Save it as UTF-8.")
    text = decoded(line.removeprefix(b"\xef\xbb\xbf"))
    if "\r" in text:
        raise _fault(where, "has line ends that are neither those of Windows nor of Unix. Save it with one of these.")
    names = [name.strip().lower() for name in next(csv.reader([text]), [])]
    if missing := [name for name in needed if name not in names]:
        found = ", ".join(names)[:120] or "nothing"
        raise _fault(where, f"has no column {', '.join(missing)}. Its first line has {found}.")
    return [name if name and name not in names[:at] else f"{name} {at}" for at, name in enumerate(names)]


def _batches(stream: _Lines, names: list[str], wanted: list[str], where: str, notes: Notes) -> Iterator[pa.RecordBatch]:
    def skip(row: arrow_csv.InvalidRow) -> str:
        notes.add("broken_row", 1, [f"{decoded(row.text[:60].encode('latin-1'))!r} ({where})"])
        return "skip"

    reader = arrow_csv.open_csv(
        stream,
        arrow_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES, use_threads=False),
        arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
        arrow_csv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, TEXT),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    yield from reader


def _column(values: pa.DictionaryArray) -> Column:
    rows = values.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return rows, [decoded(value.decode().encode("latin-1")) for value in values.dictionary.to_pylist()]


def _check_quotes(feed: Feed, table: str) -> None:
    """Raise InputError where a quotation mark opens a cell and the next to follow it, in a line below, does not end it.

    A cell may go over several lines; the mark at its end stands before a comma or the end of its line.
    """
    opened = 0
    with feed.open(table) as raw:
        for number, line in enumerate(raw, 1):
            rest = line.rstrip(b"\r\n")
            if opened:
                closing = CLOSES.match(rest)
                if closing is None and number - opened < LONGEST_CELL:
                    continue
                if closing is None:
                    break
                rest = rest[closing.end() :]
                if rest and not rest.startswith(b","):
                    break
                opened = 0
            opened = number if b'"' in rest and OPENS.search(QUOTED.sub(b"", rest)) else 0
    if opened:
        problem = f"has a quotation mark that is never closed, in line {opened} or below. Mend it."
        raise _fault(f"{feed.name}, {table}", problem)
