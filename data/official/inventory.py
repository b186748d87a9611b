"""Say which official files a folder has, of which vintage, what is missing, and what each would change.

What a county is built from is data, in `data/needs.toml`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from data.official.build_record import stated_vintage
from data.official.known import known_sources
from data.official.recognise import Recognised
from data.official.tables import OfficialTable

NEEDS = Path(__file__).parents[1] / "needs.toml"
State = Literal["here", "second best", "missing"]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a county is built from: a table of needs.toml, where each key is explained."""

    id: str
    title: str
    read_by: tuple[str, ...]
    best: tuple[str, ...]
    without: str
    second: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class FileHere:
    """A file of a folder that gives a need."""

    path: str  # inside the folder, with / between its parts
    source: str  # id in sources.toml
    title: str
    vintage: str


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One need, with the files that give it and what stands to be gained."""

    need: Need
    files: tuple[FileHere, ...]
    state: State
    effect: str  # what the missing or better file would change; "" where the best is here
    get: tuple[tuple[str, str], ...] = ()  # title and address ("" where none is known) of the files that are best


@cache
def needs() -> tuple[Need, ...]:
    """Return everything that a county is built from, in the order of needs.toml."""
    tables = tomllib.loads(NEEDS.read_text(encoding="utf-8"))["needs"]
    return tuple(
        Need(id, **{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})
        for id, table in tables.items()
    )


def inventory(folder: Path, recognised: Recognised) -> list[InventoryLine]:
    """Return a line for each need, in the order of needs.toml. `recognised` are the files of the folder."""
    return [_line(need, folder, recognised) for need in needs()]


def _line(need: Need, folder: Path, recognised: Recognised) -> InventoryLine:
    tables = recognised.read_by(*need.read_by)
    files = tuple(dict.fromkeys(_file(table, folder) for table in tables))
    if any(file.source in need.best for file in files):
        return InventoryLine(need, files, "here", "")
    known = known_sources()
    get = tuple((known[id].title, known[id].address) for id in need.best)
    if files:
        return InventoryLine(need, files, "second best", need.second, get)
    return InventoryLine(need, (), "missing", need.without, get)


def _file(table: OfficialTable, folder: Path) -> FileHere:
    path = table.path.relative_to(folder).as_posix()
    return FileHere(path, table.known.id, table.known.title, stated_vintage(table))


def is_enough(lines: list[InventoryLine]) -> bool:
    """Say whether everything is there without which no county can be built."""
    return all(line.files for line in lines if line.need.needed)


def several_editions(lines: list[InventoryLine]) -> dict[str, list[str]]:
    """Return, by the title of a source of which there are several files, their paths: they may be editions of one.

    Timetables are of regions that stand beside each other.
    """
    paths: dict[str, list[str]] = {}
    for line in lines:
        for file in line.files:
            if "timetables" not in line.need.read_by and file.path not in paths.setdefault(file.title, []):
                paths[file.title].append(file.path)
    return {title: sorted(found) for title, found in paths.items() if len(found) > 1}
