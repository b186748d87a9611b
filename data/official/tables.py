"""Read the columns of recognised tables, and gather the faults of several."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from data.faults import Fault, InputError, Noted
from data.official import cells
from data.official.known import KnownSource, column_named, readable
from data.official.layouts import TableLayout, read_table
from data.official.opening import CANNOT_UNPACK, Damaged

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """A table of a known source in a file."""

    known: KnownSource
    path: Path
    inside: str  # the member of an archive; "" for a file that is in none
    layout: TableLayout
    sha256: str  # of the file on the disk
    content: str  # the SHA-256 of the content, unpacked

    @property
    def file(self) -> str:
        """The file's own name, with the member and sheet where it has several."""
        name = f"{self.path.name}/{self.inside}" if self.inside else self.path.name
        return f"{name} [{self.layout.sheet}]" if self.layout.form == "workbook" else name

    @property
    def table_key(self) -> str:
        """What tells this table from every other: the hash of its content, and its sheet."""
        return self.content + self.layout.sheet

    def has(self, pattern: str) -> bool:
        """Return whether a header fits a pattern ("lad??cd|ltla??_code")."""
        return column_named(self.layout.headers, pattern) is not None

    def header(self, pattern: str) -> str:
        """Return the first header that fits a pattern, as it is written; "" where none does."""
        place = column_named(self.layout.headers, pattern)
        return "" if place is None else self.layout.headers[place]

    def year_in_header(self, pattern: str) -> int:
        """Return the year in a column's header (lad25cd, "LAD 2023 Code", "…code (2024)"), 0 where there is none."""
        match = re.search(r"(20\d\d)|(?<!\d)(\d\d)(?!\d)", self.header(pattern))
        return 0 if match is None else int(match[1] or f"20{match[2]}")


def read(source: OfficialTable, columns: dict[str, str], optional: Iterable[str] = ()) -> pd.DataFrame:
    """Read columns of a recognised table: text from text files, the cells' own values from workbooks.

    `columns` gives the wanted name and the pattern of its header; those named in `optional` may be missing.
    Shapes carry a "geometry" column too. Raises InputError for a damaged file or a column that is not there.
    """
    places = {name: column_named(source.layout.headers, pattern) for name, pattern in columns.items()}
    lacking = [columns[name] for name, place in places.items() if place is None and name not in set(optional)]
    if lacking:
        where = source.known.where_to_get()
        raise InputError(source.file, [f"has no column {readable(pattern)}. Load {where}." for pattern in lacking])
    there = {name: place for name, place in places.items() if place is not None}
    try:
        return read_table(source.path, source.inside, source.layout, there)
    except CANNOT_UNPACK as error:
        raise InputError(source.file, [f"cannot be read to its end ({error}). Download it again."]) from None
    except Damaged as error:
        raise InputError(source.file, [str(error)]) from None


def read_each(
    sources: Iterable[OfficialTable], reader: Callable[[OfficialTable], T], faults: list[Fault]
) -> list[tuple[OfficialTable, T]]:
    """Read several tables and return each with its source; one that cannot be read adds its faults to `faults`."""
    tables = []
    for source in sources:
        try:
            tables.append((source, reader(source)))
        except InputError as error:
            faults += faults_of(error)
    return tables


@contextmanager
def faults_in(source: OfficialTable) -> Iterator[list[Fault]]:
    """Give a list for the faults of one table, and raise one InputError with them all if there are any."""
    faults: list[Fault] = []
    yield faults
    if faults:
        raise InputError(source.file, faults)


def right_places(
    source: OfficialTable, raw: pd.DataFrame, bounds: Mapping[str, tuple[float, float]], warnings: list[str]
) -> pd.DataFrame:
    """Return the coordinates of the rows that are used, NaN where they cannot be right; a warning counts those.

    `raw` has a column for each of `bounds`, the least and the most that it can be, in the unit of the file. One odd
    place among thousands of further sites does not keep a county from being built.
    """
    faults: list[Fault] = []
    places = {
        name: cells.numbers(raw[name], name, faults, least=least, most=most) for name, (least, most) in bounds.items()
    }
    table = pd.DataFrame(places, index=raw.index)
    if faults:
        words = pd.DataFrame({name: cells.text(raw[name]).str.lower() for name in bounds})
        odd = (table.isna() & words.notna() & ~words.isin(cells.NOT_PUBLISHED)).any(axis=1)
        told = " ".join(f"{fault.where}: {fault.problem}" for fault in faults)
        some = f"{int(odd.sum()):,}"
        sentence = f"Sites left out, as their place cannot be right: {some} of {source.file}. {told}"
        warnings.append(Noted(sentence, "sites_left_out", some=some))
    return table


def faults_of(error: InputError) -> list[Fault]:
    """Return the faults of one file, with its name, for the list of a whole build."""
    return [Fault(", ".join(filter(None, [error.subject, fault.where])), fault.problem) for fault in error.faults]


def count_rows(source: OfficialTable) -> int:
    """Return how many rows a recognised table has below its header, summary rows and all."""
    if source.layout.rows >= 0:
        return source.layout.rows
    first = source.known.headers[0]
    return len(read(source, {"first": first})) if source.has(first) else 0
