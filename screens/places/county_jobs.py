"""Jobs on official files and counties, for a worker's process: they can be stopped and know no screen.

Each calls the functions of `python -m data`.
"""

import datetime
import io
import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from budget.offers.catalogue import default_catalogue
from budget.offers.targeting import base_journeys, target
from data import bundle, county
from data.access import Right, needs
from data.bundle import County
from data.download import download, files_here
from data.download.files_here import FilesHere
from data.faults import Fault, InputError
from data.official.known import read_sources
from data.official.recognise import recognise
from eligibility.rules import library

Report = Callable[..., None]  # of a text and, where known, the part that is done
STAGES = 6  # of a build: five that `county.build` reports, and the writing
POLICY = "isolated-areas"  # by which two counties are compared


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What a county is built from, and where it is put."""

    folder: Path
    leave_out: tuple[str, ...]
    council: str
    ages: str
    place: Path


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A file that was given and not kept."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class FilesKept:
    """What became of the files that somebody gave."""

    kept: tuple[str, ...]  # paths inside the folder of official files
    refused: tuple[FileRefused, ...]
    older: tuple[str, ...]  # paths of files that were there, of the same sources as the ones that were kept


@dataclass(frozen=True, slots=True)
class CountyChanges:
    """What differs between two bundles of the same councils."""

    figures: tuple[tuple[str, float, float], ...]  # what, before, after
    became_isolated: tuple[str, ...]  # names of areas
    no_longer_isolated: tuple[str, ...]
    sources: tuple[tuple[str, str, str], ...]  # title, vintage before, vintage after; "" where there was none


@needs(Right.DATA)
def look(folder: Path, leave_out: tuple[str, ...], has_files: bool, report: Report) -> FilesHere:
    """Return what a folder of official files has."""
    report("Recognising the files by their headers")
    return files_here.look(folder, leave_out) if has_files else files_here.nothing_here()


@needs(Right.DATA)
def keep(incoming: Path, folder: Path, report: Report) -> FilesKept:
    """Keep the files of the folder `incoming`, inside `folder`, that are official ones, and remove the others.

    What is no official file may hold anything, a person's details too, and is not kept.
    """
    report("Recognising the files by their headers")
    before = _by_path(folder, incoming)
    try:
        recognised = recognise(incoming)
    except InputError as error:
        _remove_others(incoming, set())
        raise InputError("", error.faults) from None
    known = {table.path for table in recognised.found}
    stems = {path.with_suffix("") for path in known if path.suffix.lower() == ".shp"}
    known |= {path for path in incoming.rglob("*") if path.with_suffix("") in stems}
    _remove_others(incoming, known)
    whys = [line.partition(": ") for line in recognised.unrecognised]
    refused = [FileRefused(name, why) for name, _, why in whys]
    refused += [FileRefused(fault.where, fault.problem) for fault in (*recognised.damaged, *recognised.near)]
    new = {table.known.id for table in recognised.found if table.known.reads != "timetables"}
    batch = incoming.with_name(incoming.name.removeprefix("."))
    incoming.rename(batch)
    kept = sorted((batch / path.relative_to(incoming)).relative_to(folder).as_posix() for path in known)
    older = sorted(path for path, ids in before.items() if ids <= new)
    return FilesKept(tuple(kept), tuple(refused), tuple(older))


def _by_path(folder: Path, incoming: Path) -> dict[str, set[str]]:
    """Return the ids of the sources of each official file in a folder, by its path inside it."""
    try:
        found = recognise(folder).found
    except InputError:  # nothing is there yet: `incoming` is hidden
        return {}
    ids: dict[str, set[str]] = {}
    for table in found:
        ids.setdefault(table.path.relative_to(folder).as_posix(), set()).add(table.known.id)
    return ids


def remove(incoming: Path) -> None:
    """Remove files that somebody gave and that were not looked through to the end."""
    if incoming.is_dir():
        _remove_others(incoming, set())


def _remove_others(folder: Path, kept: set[Path]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path not in kept:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()


@needs(Right.DATA)
def fetch(folder: Path, regions: tuple[str, ...], day: datetime.date, report: Report) -> int:
    """Download the official files into a folder, and return how many are there. Raises InputError with every failure.

    The variable FAREBRIDGE_MIRROR may name a folder or address that has them all, in place of the publishers.
    """
    mirror, sources = os.environ.get("FAREBRIDGE_MIRROR") or None, read_sources()
    titles = {id: str(source["title"]) for id, source in sources.items()}
    bar = partial(_ReportedBar, report=report, titles=titles, numbers=itertools.count(1))
    try:
        done = download.download(
            sources, folder, today=day, mirror=mirror, regions=regions, progress=bar, may_correct=False
        )
    except InputError as error:
        raise InputError("", [Fault(_title(titles, fault.where), fault.problem) for fault in error.faults]) from None
    return len(done.files)


def _title(titles: Mapping[str, str], id: str) -> str:
    """Return what a source is called, with its region where it is one of several."""
    name, _, region = id.partition(" ")
    return f"{titles.get(name, name)}{f', {region}' if region else ''}"


class _ReportedBar(tqdm):
    """A progress bar that reports to a panel which file comes, by its title, and how much of it is there."""

    def __init__(self, *, report: Report, titles: Mapping[str, str], numbers: Iterator[int], desc: str, **options: Any):
        self._report, self._file = report, f"File {next(numbers)}: {_title(titles, desc)}"
        super().__init__(file=io.StringIO(), mininterval=0.5, **options)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Report how far the file is."""
        of = f" of {self._size(self.total)}" if self.total else ""
        self._report(f"{self._file}, {self._size(self.n)}{of}", self.n / self.total if self.total else None)

    def _size(self, count: float) -> str:
        return f"{count / 1e6:,.1f} MB" if self.unit == "B" else f"{count:,.0f} rows"


@needs(Right.DATA)
def build(request: BuildRequest, report: Report) -> Path:
    """Build a county and write it as a bundle; return its folder. Raises InputError with everything that is wrong."""
    stages = iter(range(STAGES))

    def progress(stage: str) -> None:
        report(stage.capitalize(), next(stages) / STAGES)

    _check_free(request.place)
    made = county.build(request.folder, [request.council], request.ages, progress, request.leave_out)
    progress("writing the county")
    _check_free(request.place)  # somebody else may have built one meanwhile
    bundle.save(made, request.place)
    return request.place


def _check_free(place: Path) -> None:
    """Raise InputError where a bundle is there already, which is never replaced, or none may be written."""
    bundle.check_place(place)
    if place.exists():
        raise InputError("Name", [f"{place.name} is there already. Give the new county a name of its own."])


def remove_unfinished(place: Path) -> None:
    """Remove what a stopped job had written of a bundle."""
    for path in place.parent.glob(f".{place.name}.*.part"):
        shutil.rmtree(path)


@needs(Right.DATA)
def changes(before: Path, after: Path, day: datetime.date, report: Report) -> CountyChanges:
    """Return what differs between two bundles of the same councils, by the shipped policy and figures on a day."""
    old, new = bundle.load(before), bundle.load(after)
    report("Finding the isolated areas before", 0.1)
    isolated_before = _isolated(old, day)
    report("Finding the isolated areas now", 0.5)
    isolated_after = _isolated(new, day)
    figures = _figures(old, isolated_before), _figures(new, isolated_after)
    return CountyChanges(
        tuple((name, figures[0][name], figures[1][name]) for name in figures[0]),
        _names(new, isolated_after - isolated_before),
        _names(old, isolated_before - isolated_after),
        _sources(old, new),
    )


def _isolated(county: County, day: datetime.date) -> set[str]:
    figures = default_catalogue().figures
    found = target(county, library.find(POLICY), day, figures, base_journeys(county, figures))
    return set(found.in_target)


def _figures(county: County, isolated: set[str]) -> dict[str, float]:
    areas, kinds = county.areas, county.destinations["kind"].value_counts()
    low_income = areas["young_people"] * areas["low_income_rate"]
    here = areas.index.isin(isolated)
    return {
        "Areas": len(areas),
        "Young people": float(areas["young_people"].sum()),
        "Young people on a low income": float(low_income.sum()),
        "Isolated areas": len(isolated),
        "Young people on a low income in isolated areas": float(low_income[here].sum()),
        "Colleges and sites": int(kinds.get("college", 0)),
        "Sixth forms": int(kinds.get("sixth_form", 0)),
        "Employment centres": int(kinds.get("employment_centre", 0)),
    }


def _names(county: County, codes: set[str]) -> tuple[str, ...]:
    there = county.areas["area_name"].reindex(sorted(codes))
    return tuple(f"{name} ({code})" for code, name in there.fillna("no area now").items())


def _sources(old: County, new: County) -> tuple[tuple[str, str, str], ...]:
    """Return the sources whose file differs."""
    before, after = ({(source.title, source.sha256): source for source in each.manifest.sources} for each in (old, new))
    gone = {title: before[title, sha256].vintage for title, sha256 in before.keys() - after.keys()}
    came = {title: after[title, sha256].vintage for title, sha256 in after.keys() - before.keys()}
    return tuple((title, gone.get(title, ""), came.get(title, "")) for title in sorted(gone | came))
