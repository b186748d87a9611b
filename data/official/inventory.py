"""Say which official files a folder has, of which vintage, what is missing, and what each would change.

What a county is built from is data, in `data/needs.toml`.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import TypeAdapter

from data.faults import Fault, InputError
from data.official.build_record import stated_vintage
from data.official.known import known_sources
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_of, read

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
    by_area: bool = False


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
    lacking: dict[str, int] = field(default_factory=dict)  # council -> how many of its areas are in none of the best

    def of(self, council: str | None) -> "InventoryLine":
        """Return the line as it is for a council: a file without some of its areas is not the best for it."""
        count = self.lacking.get(council or "", 0)
        if not count:
            return self
        words = f"The best file here lacks {count:,} of the areas of {council}. "
        state: State = "second best" if any(file.source not in self.need.best for file in self.files) else "missing"
        effect = words + (self.need.second if state == "second best" else self.need.without)
        return replace(self, state=state, effect=effect, get=_best(self.need))


@cache
def needs() -> tuple[Need, ...]:
    """Return everything that a county is built from, in the order of needs.toml."""
    tables = tomllib.loads(NEEDS.read_text(encoding="utf-8"))["needs"]
    return tuple(TypeAdapter(Need).validate_python({"id": id, **table}) for id, table in tables.items())


def inventory(folder: Path, recognised: Recognised, councils: pd.Series, faults: list[Fault]) -> list[InventoryLine]:
    """Return a line for each need, in the order of needs.toml.

    `recognised` are the files of the folder, `councils` the name of each area's council (index area_code). Files that
    cannot be read add to `faults`.
    """
    return [_line(need, folder, recognised, councils, faults) for need in needs()]


def _line(need: Need, folder: Path, recognised: Recognised, councils: pd.Series, faults: list[Fault]) -> InventoryLine:
    tables = recognised.read_by(*need.read_by)
    files = tuple(dict.fromkeys(_file(table, folder) for table in tables))
    if any(file.source in need.best for file in files):
        best = [table for table in tables if table.known.id in need.best]
        return InventoryLine(need, files, "here", "", lacking=_lacking(best, councils, faults) if need.by_area else {})
    if files:
        return InventoryLine(need, files, "second best", need.second, _best(need))
    return InventoryLine(need, (), "missing", need.without, _best(need))


def _best(need: Need) -> tuple[tuple[str, str], ...]:
    known = known_sources()
    return tuple((known[id].title, known[id].address) for id in need.best)


def _lacking(best: Sequence[OfficialTable], councils: pd.Series, faults: list[Fault]) -> dict[str, int]:
    """Return how many areas of each council are in none of these tables; nothing where one of them is a workbook.

    A workbook covers all of England, as its publisher makes it, and takes ten times as long to read as the rest.
    """
    if any(table.layout.form == "workbook" for table in best):
        return {}
    found: set[str] = set()
    for table in best:
        pattern = next(header for header, shapes in table.known.like.items() if "E01" in shapes)
        try:
            found |= set(read(table, {"code": pattern})["code"].dropna())
        except InputError as error:
            faults += faults_of(error)
    return {str(name): int(count) for name, count in councils[~councils.index.isin(found)].value_counts().items()}


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
