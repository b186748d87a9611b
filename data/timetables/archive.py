"""Find the timetable files (GTFS zips) and open their tables without unpacking any of them to disk or memory.

A zip is refused whole where its names lead out of it, where it holds more than any timetable does, or where it lacks a
table that no timetable can do without.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO

from data.faults import Fault, InputError
from data.opening.archive import CANNOT_UNPACK, entry_faults
from data.timetables.notes import Notes

NEEDED = ("stops.txt", "stop_times.txt", "trips.txt", "routes.txt")
CALENDARS = ("calendar.txt", "calendar_dates.txt")
SIGNS = {*NEEDED, *CALENDARS, "agency.txt"}  # two of these make a zip a timetable
LARGEST_BYTES = 16 << 30  # unpacked: stop times of all Great Britain are some 4 GB
LARGEST_RATIO = 300  # of unpacked to packed: timetables pack ten to fifty times smaller
NETEX, PEEKED = b"PublicationDelivery", 4096  # the outermost element of NeTEx stands near the start of a file
SMALL_BYTES = 64 << 20  # unpacked: below this no ratio matters
PLAIN_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BOM, AGAIN = b"\xef\xbb\xbf", "Download it again."
XML = "is XML and no file of fares (NeTEx). Timetables are read as GTFS zips, which the national bus data has too."
CANNOT_OPEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Feed:
    """One timetable file. `tables` maps the plain name of each table, such as stops.txt, to its member of the zip."""

    name: str
    path: Path
    tables: dict[str, str]

    @cached_property
    def sha256(self) -> str:
        """Return the checksum of the zip."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def open(self, table: str) -> IO[bytes]:
        """Open a table to be read from its start to its end."""
        with zipfile.ZipFile(self.path) as archive:
            return archive.open(self.tables[table])


def is_feed(path: Path) -> bool:
    """Return whether a file is a zip that holds a timetable, by what is in it and never by its name."""
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return False
        with zipfile.ZipFile(path) as archive:
            return len(SIGNS & _tables(archive).keys()) >= 2
    except CANNOT_OPEN:
        return False


def is_fare_file(path: Path) -> bool:
    """Return whether a file holds bus fares (NeTEx): by how its XML begins, or that of the first XML files in a zip."""
    try:
        begins = _begins(path)
        if not begins.startswith(b"PK"):
            return NETEX in begins
        with zipfile.ZipFile(path) as archive:
            items = [item for item in archive.infolist() if item.compress_type in PLAIN_KINDS]
            members = sorted(item.filename for item in items if item.filename.lower().endswith(".xml"))
            return any(NETEX in archive.open(name).read(PEEKED) for name in members[:3])
    except CANNOT_UNPACK:
        return False


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(PEEKED)


def feeds(paths: str | Path | Iterable[str | Path], notes: Notes) -> list[Feed]:
    """Return the timetables that `paths` name, each a zip or a folder of them at any depth, in order of their names.

    A copy of the same file counts once. Raises InputError with what is wrong in any of them.
    """
    faults: list[Fault] = []
    found: dict[str, Feed] = {}
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    for path in _zips(given, notes, faults):
        try:
            feed = _opened(path)
        except CANNOT_OPEN as error:
            problem = (
                XML if _begins(path).lstrip(BOM).startswith(b"<") else f"cannot be opened as a zip ({error}). {AGAIN}"
            )
            faults.append(Fault(path.name, problem))
        except InputError as error:
            faults += [Fault(path.name, fault.problem) for fault in error.faults]
        else:
            notes.add("same_file", feed.sha256 in found, [feed.name])
            found.setdefault(feed.sha256, feed)
    if faults or not found:
        loose = sorted({path.name for folder in map(Path, given) for path in folder.rglob("*.txt")} & SIGNS)
        unpacked = f" There are {', '.join(loose)} outside of a zip: put all tables of it into one." if loose else ""
        none = [
            Fault("", f"No timetable was found. Name GTFS zips as published, or a folder that holds them.{unpacked}")
        ]
        raise InputError("timetables", faults or none)
    return _named_apart(list(found.values()))


def _zips(paths: Iterable[str | Path], notes: Notes, faults: list[Fault]) -> list[Path]:
    """Return the zips to read, in one order."""
    zips: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            inside = [p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")]
            zips |= {
                p
                for p in inside
                if is_feed(p)
                or (p.suffix.lower() == ".zip" and not is_fare_file(p) and not _of_something_else(p, notes))
            }
        elif path.is_file():
            zips |= set() if is_fare_file(path) else {path}
        else:
            faults.append(Fault(str(path), "is not there. Name a GTFS zip or a folder of them."))
    return sorted(zips, key=lambda path: (path.name, str(path)))


def _of_something_else(path: Path, notes: Notes) -> bool:
    """Return whether a zip opens and is of another kind altogether; a damaged or nested one is to be refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
            other = bool(names) and not SIGNS & _tables(archive).keys()
    except CANNOT_OPEN:
        return False
    if other := other and not any(name.endswith(".zip") for name in names):
        notes.add("not_a_feed", 1, [path.name])
    return other


def _tables(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the member of each table, from the uppermost folder that has stop times (or else any table)."""
    members = [PurePosixPath(item.filename) for item in archive.infolist() if not item.is_dir()]
    members = [member for member in members if member.suffix.lower() == ".txt" and "__MACOSX" not in member.parts]
    homes = [m.parent for m in members if m.name.lower() in SIGNS]
    home = min(homes, key=lambda folder: (len(folder.parts), str(folder)), default=PurePosixPath())
    return {member.name.lower(): str(member) for member in members if member.parent == home}


def _opened(path: Path) -> Feed:
    """Look into one zip. Raises InputError where it is no timetable that can be read safely."""
    if path.stat().st_size == 0:
        raise InputError(path.name, ["is empty (0 bytes). Download it again."])
    with zipfile.ZipFile(path) as archive:
        items = archive.infolist()
        _refuse_unsafe(path.name, items)
        tables = _tables(archive)
    if not SIGNS & tables.keys():
        inner = [item.filename for item in items if item.filename.lower().endswith(".zip")]
        if inner:
            raise InputError(path.name, [f"holds another zip ({inner[0]}). Unpack it once and name the zip inside."])
        raise InputError(path.name, ["is not a timetable: it holds no table of a GTFS feed, such as stops.txt."])
    sizes = {item.filename: item.file_size for item in items}
    filled = {name for name, member in tables.items() if sizes[member]}
    faults = [
        Fault(
            "",
            f"{'has an empty' if name in tables else 'has no'} {name}, which every GTFS feed needs. Ask its publisher.",
        )
        for name in NEEDED
        if name not in filled
    ]
    if not filled.intersection(CALENDARS):
        faults.append(Fault("", "has neither calendar.txt nor calendar_dates.txt, so no journey runs on any day."))
    if faults:
        raise InputError(path.name, faults)
    name = path.stem if path.suffix.lower() == ".zip" else path.name
    return Feed(name, path, {name: member for name, member in tables.items() if name in filled})


def _refuse_unsafe(name: str, items: list[zipfile.ZipInfo]) -> None:
    if faults := entry_faults(items):
        raise InputError(name, faults)
    unpacked, packed = sum(item.file_size for item in items), sum(item.compress_size for item in items)
    if unpacked > LARGEST_BYTES or (unpacked > SMALL_BYTES and unpacked > LARGEST_RATIO * packed):
        raise InputError(
            name, [f"would unpack to {unpacked / 1e9:,.1f} GB, more than any timetable holds. Nothing was unpacked."]
        )


def _named_apart(found: list[Feed]) -> list[Feed]:
    """Give files of the same name in different folders a number, in the order of their checksums."""
    found.sort(key=lambda feed: (feed.name, feed.sha256))
    names: dict[str, int] = {}
    apart = []
    for feed in found:
        names[feed.name] = number = names.get(feed.name, 0) + 1
        apart.append(feed if number == 1 else Feed(f"{feed.name} ({number})", feed.path, feed.tables))
    return apart
