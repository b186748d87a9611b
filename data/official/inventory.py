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

from data.faults import Fault
from data.official.build_record import stated_vintage
from data.official.covered import Councils, in_words
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
    by_area: bool = False
    by_place: bool = False

    @property
    def in_parts(self) -> bool:
        """Whether one of its files may be of a part of the country."""
        return self.by_area or self.by_place


@dataclass(frozen=True, slots=True)
class FileHere:
    """A file of a folder that gives a need."""

    path: str  # inside the folder, with / between its parts
    source: str  # id in sources.toml
    title: str
    vintage: str
    lacking: dict[str, float] | None = None  # council -> the part of it (to 1) that the file lacks; None: not counted

    def covers(self, council: str) -> str:
        """Say in a few words whether the file covers a council."""
        return in_words(None if self.lacking is None else self.lacking.get(council, 0.0))


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One need, with the files that give it and what stands to be gained."""

    need: Need
    files: tuple[FileHere, ...]
    state: State
    effect: str  # what the missing or better file would change; "" where the best is here
    get: tuple[tuple[str, str], ...] = ()  # title and address ("" where none is known) of the files that are best
    lacking: dict[str, int] = field(default_factory=dict)  # council -> how many of its areas are in none of the best
    uncovered: dict[str, float] = field(default_factory=dict)  # council -> the part of it (to 1) that no file covers

    def of(self, council: str | None) -> "InventoryLine":
        """Return the line as it is for a council: a file without some of its areas is not the best for it."""
        count, part = self.lacking.get(council or "", 0), self.uncovered.get(council or "", 0.0)
        if part == 1:
            effect = f"No file here covers {council}. {self.need.without}"
            return replace(self, state="missing", effect=effect, get=_best(self.need))
        if part and not count:
            rest = self.need.without[0].lower() + self.need.without[1:]
            effect = f"What is here covers a part of {council}: {in_words(part)}. For the rest, {rest}"
            return replace(self, state="second best", effect=effect, get=_best(self.need))
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


def inventory(folder: Path, recognised: Recognised, areas: pd.DataFrame, faults: list[Fault]) -> list[InventoryLine]:
    """Return a line for each need, in the order of needs.toml.

    `recognised` are the files of the folder, `areas` has the district_code and county_name of each area (index
    area_code). Files that cannot be read add to `faults`.
    """
    councils = Councils(areas, faults)
    return [_line(need, folder, recognised, councils) for need in needs()]


def _line(need: Need, folder: Path, recognised: Recognised, councils: Councils) -> InventoryLine:
    tables = recognised.read_by(*need.read_by)
    files = _files(need, tables, folder, councils)
    if not files:
        return InventoryLine(need, (), "missing", need.without, _best(need))
    uncovered = councils.lacking(tables) or {} if need.in_parts else {}
    best = [table for table in tables if table.known.id in need.best]
    if not best:
        return InventoryLine(need, files, "second best", need.second, _best(need), uncovered=uncovered)
    lacking = councils.without_areas(best) if need.by_area else {}
    return InventoryLine(need, files, "here", "", lacking=lacking, uncovered=uncovered)


def _best(need: Need) -> tuple[tuple[str, str], ...]:
    known = known_sources()
    return tuple((known[id].title, known[id].address) for id in need.best)


def _files(need: Need, tables: Sequence[OfficialTable], folder: Path, councils: Councils) -> tuple[FileHere, ...]:
    """Return the files that the tables are in, each once: an archive or a workbook may hold several tables."""
    by_file: dict[tuple[str, str], list[OfficialTable]] = {}
    for table in tables:
        by_file.setdefault((table.path.relative_to(folder).as_posix(), table.known.id), []).append(table)
    files = []
    for (path, source), each in by_file.items():
        lacking = councils.lacking(each) if need.in_parts else None
        files.append(FileHere(path, source, each[0].known.title, stated_vintage(each[0]), lacking))
    return tuple(files)


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
