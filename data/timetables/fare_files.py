"""Find the files of published bus fares (NeTEx, zipped or not) among timetables, and read the fares that are asked for.

Each file is read in a child process with limits of its own (data.opening.child). What is in it, never its name, says
that it is one.
"""

import hashlib
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import astuple, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from data.faults import Fault, InputError, gathered
from data.opening.archive import CANNOT_UNPACK, directory, entry_faults
from data.opening.child import opened
from data.opening.limits import FARES, FileLimits
from data.timetables.archive import is_fare_file
from data.timetables.fare_content import plain, plain_line
from data.timetables.fare_triangles import Triangle, triangles
from data.timetables.fare_xml import NotRead, read_fare_file
from data.timetables.notes import Notes
from data.timetables.timetable import Counted

TASK = "data.timetables.fare_files:read_triangles"
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class FareSource:
    """One file that fares were read from."""

    name: str  # without the folders of the machine
    sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class PublishedFares:
    """Single fares as operators publish them."""

    sources: tuple[FareSource, ...]
    warnings: tuple[Counted, ...]
    of_line: dict[tuple[str, str], list[Triangle]] = field(default_factory=dict)  # by operator and line

    def pence(self, operator: str, line: str, boarded: str, alighted: str, day: str) -> int | None:
        """Return what a single ride costs a young person on a day (2026-09-01); None where no file says so.

        The cheaper of the adult's and a young person's ticket. Of several adult tickets that hold on the day the
        dearest counts, as some are for holders of a card; likewise for young people. Of one ticket the latest price
        list counts.
        """
        start, end = plain(boarded), plain(alighted)
        latest: dict[tuple[str, str], tuple[str, int]] = {}  # by passenger and ticket: since when, and pence
        for triangle in self.of_line.get((plain(operator), plain_line(line)), []):
            if triangle.holds_on(day) and (pence := triangle.pence(start, end)) is not None:
                key = (triangle.passenger, triangle.product)
                latest[key] = max(latest.get(key, ("", 0)), (triangle.first, pence))
        dearest: dict[str, int] = {}
        for (passenger, _), (_, pence) in latest.items():
            dearest[passenger] = max(pence, dearest.get(passenger, 0))
        return min(dearest.values(), default=None)


def read_fares(
    paths: Iterable[Path],
    stops: Collection[str],
    lines: Collection[tuple[str, str]],
    days: Collection[str],
    ages: tuple[int, int],
    progress: Callable[[float], None] = lambda share: None,
) -> PublishedFares | None:
    """Return the single fares between `stops` on `lines` (operator code, public code) that hold on one of `days`.

    None where there is no file of fares. `paths` are files or folders at any depth; what holds no fares is left alone.
    `ages` are the least and the most of the young people. Raises InputError with what is wrong with any file.
    """
    files = fare_files(paths)
    if not files:
        return None
    notes, faults, found = Notes(), list[Fault](), list[Triangle]()
    asked = {
        "stops": sorted({plain(stop) for stop in stops}),
        "lines": sorted([plain(operator), plain_line(line)] for operator, line in set(lines)),
        "ages": list(ages),
    }
    for number, (path, _) in enumerate(files):
        progress(number / len(files))
        work = partial(opened, TASK, path.read_bytes(), path.name, FARES, **asked)
        read: dict[str, Any] = gathered(faults, work, {"triangles": [], "left_out": []}, path.name)
        found += [_triangle(row) for row in read["triangles"]]
        for kind, count, example in read["left_out"]:
            notes.add(kind, count, [example])
    if faults:
        raise InputError("published fares", faults)
    of_line: dict[tuple[str, str], list[Triangle]] = defaultdict(list)
    for triangle in found:
        if not any(map(triangle.holds_on, days)):
            days_of = f"{triangle.first or 'ever'} to {triangle.last or 'now'}"
            notes.add("fare_not_in_force", 1, [f"line {triangle.line}, {days_of}"])
            continue
        of_line[triangle.operator, triangle.line].append(triangle)
    return PublishedFares(tuple(FareSource(path.name, sum_) for path, sum_ in files), notes.counted(), dict(of_line))


def fare_files(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return the files of fares among files and folders, each once with its checksum, in the order of checksums."""
    found: dict[str, Path] = {}
    for given in map(Path, paths):
        inside = given.rglob("*") if given.is_dir() else [given]
        for path in sorted(inside, key=str):
            if path.is_file() and not path.name.startswith(".") and is_fare_file(path):
                with path.open("rb") as file:
                    found.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), path)
    return [(path, checksum) for checksum, path in sorted(found.items())]


def read_triangles(
    content: bytes, name: str, limits: FileLimits, stops: list[str], lines: list[list[str]], ages: list[int]
) -> dict[str, Any]:
    """Return the triangles of a file and what was left out of it, in plain values. It runs in a child.

    Raises InputError where the file cannot be read safely.
    """
    wanted, notes = {(operator, line) for operator, line in lines}, Notes()
    codes = {line for _, line in lines}

    def is_wanted(operator: str, line: str) -> bool:
        return (operator, plain_line(line)) in wanted if operator else plain_line(line) in codes

    files = []
    for member, open_member in _members(content, name, limits):
        try:
            with open_member() as file:
                files.append(read_fare_file(file, member, set(stops), is_wanted))
        except NotRead as error:
            notes.add("fare_damaged", bool(str(error)), [f"{member} ({error})"])
        except CANNOT_UNPACK as error:
            notes.add("fare_damaged", 1, [f"{member} (cannot be unpacked: {type(error).__name__})"])
    made = triangles(files, (ages[0], ages[1]), is_wanted, notes)
    left_out = [[each.kind, each.count, each.example] for each in notes.counted()]
    return {"triangles": [astuple(each) for each in made], "left_out": left_out}


def _members(content: bytes, name: str, limits: FileLimits) -> list[tuple[str, Callable[[], Any]]]:
    """Return the XML files in a zip, or the one file that it is, each with what opens it. Raises InputError."""
    if not content.startswith(b"PK"):
        return [(name, partial(io.BytesIO, content))]
    archive = directory(content, name)
    entries = [entry for entry in archive.infolist() if _is_xml(entry)]
    faults = entry_faults(archive.infolist())
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.parts:
        faults.append(Fault("", f"holds {len(entries):,} files; at most {limits.parts:,} are read. Give a part of it."))
    if unpacked > limits.unpacked_mib * MIB or unpacked > max(limits.ratio * len(content), 64 * MIB):
        faults.append(Fault("", f"would unpack to {unpacked // MIB:,} MiB, more than any file of fares. Remove it."))
    if faults:
        raise InputError(name, faults)
    return [(entry.filename, partial(archive.open, entry)) for entry in sorted(entries, key=lambda one: one.filename)]


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith(".xml") and "__MACOSX" not in entry.filename


def _triangle(row: list[Any]) -> Triangle:
    operator, line, passenger, product, first, last, zones, prices = row
    every = [(start, end, pence) for start, end, pence in prices]
    return Triangle(operator, line, passenger, product, first, last, zones, every)
