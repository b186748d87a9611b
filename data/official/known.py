"""The official sources that Farebridge knows, and the headers by which their files are recognised.

They are data, in `sources.toml`, which says what each key means.
"""

import fnmatch
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from data.faults import InputError

SOURCES = Path(__file__).parents[1] / "sources.toml"


@dataclass(frozen=True, slots=True)
class KnownSource:
    """An official source that Farebridge knows: one table of sources.toml, where each key is explained."""

    id: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    vintage: str
    kind: str
    address: str = ""
    save_as: str = ""
    regions: tuple[str, ...] = ()
    sha256: str = ""
    optional: bool = False
    reads: str = ""  # the reader that takes it; "" for one that is fetched but not read
    headers: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    like: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()  # of a table that is published without a line of headers
    first_row: dict[str, str] = field(default_factory=dict)  # how such a table is told
    geometry: str = ""
    england_totals: dict[str, str] = field(default_factory=dict)
    jobs_at_least: int = 0

    def where_to_get(self) -> str:
        """Say what the file is called and where to get it."""
        return f"“{self.title}” ({self.publisher})" + (f": {self.address}" if self.address else "")


def read_sources(path: Path = SOURCES) -> dict[str, dict]:
    """Return the tables of sources.toml by their ids. Raises InputError where the file is not TOML."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path.name, [f"cannot be read: {error}. Correct the line it names."]) from None
    return {id: table for id, table in tables.items() if isinstance(table, dict)}


@cache
def known_sources() -> dict[str, KnownSource]:
    """Return every source in sources.toml by its id. Raises InputError where the file is broken."""
    try:
        return {id: KnownSource(id=id, **_with_tuples(table)) for id, table in read_sources().items()}
    except TypeError as error:
        raise InputError(SOURCES.name, [f"cannot be used ({error}). Correct it or restore the file."]) from None


def _with_tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def where_to_get(id: str) -> str:
    """Say what the file of a known source is called and where to get it."""
    return known_sources()[id].where_to_get()


@lru_cache(maxsize=20_000)
def plain(header: object) -> str:
    """Return a header in lower case, its spaces and byte-order mark trimmed, for comparing."""
    return " ".join(str(header).replace("\ufeff", "").lower().split())


def column_named(headers: Sequence[object], pattern: str) -> int | None:
    """Return the place of the first header that fits a pattern ("lad??cd|ltla??_code"), or None."""
    for alternative in pattern.split("|"):
        for place, header in enumerate(headers):
            if fnmatch.fnmatchcase(plain(header), alternative):
                return place
    return None


def readable(pattern: str) -> str:
    """Return a pattern of a header as words: the first way to write it, what may differ as dots."""
    return f"“{pattern.split('|')[0].replace('*', '…').replace('??', '21')}”"


def fits(known: KnownSource, headers: Sequence[object]) -> bool:
    """Return whether headers have all that a source must have and none that it must not."""
    return all(column_named(headers, pattern) is not None for pattern in known.headers) and not any(
        column_named(headers, pattern) is not None for pattern in known.absent
    )


def columns_of(row: Sequence[object]) -> tuple[str, ...]:
    """Return the headers of a table that is published without them and begins with such a row; () for any other."""
    for known in known_sources().values():
        if known.columns and len(row) == len(known.columns):
            named = dict(zip(known.columns, row, strict=True))
            if all(fnmatch.fnmatchcase(plain(named[name]), shape) for name, shape in known.first_row.items()):
                return known.columns
    return ()


def could_be_header(row: Sequence[object]) -> bool:
    """Return whether a row is the header of any known source."""
    return any(fits(known, row) for known in known_sources().values() if known.reads)
