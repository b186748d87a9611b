"""Recognise official files by their header and contents, never by their name.

`recognise(folder)` looks at every file at any depth, plain, gzipped or in a zip archive, and returns each table it
knows as an `OfficialTable`, with what it could not recognise and why. How each source is recognised is data:
`sources.toml`.
"""

import fnmatch
import os
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.faults import Fault, InputError
from data.official.known import KnownSource, column_named, fits, known_sources, plain
from data.official.layouts import TableLayout, layouts
from data.official.near_misses import looks_like
from data.official.opening import CANNOT_UNPACK, SIDECARS, Damaged, digest, members, open_file
from data.official.tables import OfficialTable

MOST_NAMED = 5  # files in a message
OUR_OWN = ("downloads.json", "manifest.json")  # what the downloader and a bundle keep beside their files


@dataclass(frozen=True, slots=True)
class Recognised:
    """The official tables of a folder, and the files that are none."""

    found: tuple[OfficialTable, ...]
    unrecognised: tuple[str, ...]  # "name: why"
    near: tuple[Fault, ...]  # files with the right header whose rows are of another geography
    damaged: tuple[Fault, ...]  # files that are cut short or cannot be opened
    twice: tuple[str, ...]  # copies left out

    def read_by(self, *readers: str) -> list[OfficialTable]:
        """Return the tables that the named readers read, in the order of sources.toml."""
        return [source for source in self.found if source.known.reads in readers]


def recognise(folder: str | Path, leave_out: Sequence[str] = ()) -> Recognised:
    """Recognise every official table in a folder, at any depth, but not the files that `leave_out` names.

    They are named by their path inside the folder, with / between its parts. The same content twice counts once.
    Raises InputError where there is no such folder, nothing in it is known, or a file to leave out is not there.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(str(folder), ["is not a folder. Name the folder that holds the official files."])
    damaged: list[Fault] = []
    found, unrecognised, near, twice = [], [], [], []
    paths = _files(folder, damaged)
    _check_left_out(leave_out, {path.relative_to(folder).as_posix() for path in paths}, folder)
    seen: dict[tuple[str, str], str] = {}
    for path in paths:
        if path.relative_to(folder).as_posix() in leave_out:
            continue
        if path.name.endswith(".part.json"):  # how far the one below has come
            continue
        if path.name.endswith(".part"):
            unrecognised.append(f"{path.name}: an unfinished download")
            continue
        tables, wrong_places, broken = _look_into(path)
        near += wrong_places
        damaged += broken
        if not tables and not broken and not wrong_places and not path.name.lower().endswith(SIDECARS):
            unrecognised.append(f"{path.name}: {_why_not(path)}")
        for table in tables:
            key = (table.known.id, table.table_key)
            if key in seen:
                twice.append(f"{table.file} is the same as {seen[key]}")
            else:
                seen[key] = table.file
                found.append(table)
    if not found:
        raise InputError(str(folder), [*damaged, *near, *_nothing(unrecognised)])
    order = list(known_sources())
    found.sort(key=lambda table: (order.index(table.known.id), table.content, table.layout.sheet))
    return Recognised(tuple(found), tuple(sorted(unrecognised)), tuple(near), tuple(damaged), tuple(twice))


def _check_left_out(leave_out: Sequence[str], there: Collection[str], folder: Path) -> None:
    """Raise InputError naming every file to leave out that is not there: a slip would leave it in."""
    strange = sorted(set(leave_out) - set(there))
    if strange:
        problem = "is not in it, so it cannot be left out. Name files by their path inside the folder."
        raise InputError(str(folder), [Fault(name, problem) for name in strange])


def _why_not(path: Path) -> str:
    if path.stat().st_size == 0:
        return "is empty"
    try:
        near = looks_like(path, list(members(path)))
    except (*CANNOT_UNPACK, Damaged):
        near = ""  # what no reader opens looks like nothing
    return f"is not laid out like any known source{near and '; '}{near}"


def _nothing(unrecognised: Sequence[str]) -> list[Fault]:
    seen = "it is empty"
    if unrecognised:
        more = f"; and {len(unrecognised) - MOST_NAMED:,} more" if len(unrecognised) > MOST_NAMED else ""
        seen = f"looked at: {'; '.join(sorted(unrecognised)[:MOST_NAMED])}{more}"
    wanted = "; ".join(known.title for known in known_sources().values() if known.reads and not known.optional)
    return [
        Fault(
            "",
            f"holds no official file that Farebridge knows ({seen}). Looked for, by header: {wanted}. "
            "Download them with `python -m data download`.",
        )
    ]


def _files(folder: Path, damaged: list[Fault]) -> list[Path]:
    """Return every file at any depth that is not hidden, those nearest the top first, so that a copy comes later.

    A link that leads to somewhere else in the folder is passed over; one that leads out of it, where it may lead to
    any file of the machine, is added to `damaged`.
    """
    paths, top = [], folder.resolve()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        for name in [name for name in (*folders, *names) if (here / name).is_symlink()]:
            if not (here / name).resolve().is_relative_to(top):
                problem = "is a link that leads out of the folder, and is not followed. Copy the file itself into it."
                damaged.append(Fault(str((here / name).relative_to(folder)), problem))
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [
            here / name
            for name in names
            if name not in OUR_OWN and not (name.startswith(".") or name.endswith(".part.json"))
        ]
    paths = [path for path in paths if path.is_file() and not path.is_symlink()]
    return sorted(paths, key=lambda path: (len(path.relative_to(folder).parts), str(path.relative_to(folder))))


def _look_into(path: Path) -> tuple[list[OfficialTable], list[Fault], list[Fault]]:
    """Return the tables of one file, where it is nearly but not quite a known source, and what is damaged in it."""
    if path.stat().st_size == 0:
        return [], [], []
    tables, near, damaged, sha256 = [], [], [], ""
    try:
        for inside in members(path):
            matches = [(layout, *_match(layout)) for layout in layouts(path, inside)]
            near += [Fault(path.name, wrong) for _, _, wrong in matches if wrong]
            if any(known for _, known, _ in matches):
                sha256 = sha256 or digest(path.open("rb"))  # once for an archive, however many tables it holds
                content = digest(open_file(path, inside), path.stat().st_size)
                tables += [
                    OfficialTable(known, path, inside, layout, sha256, content) for layout, known, _ in matches if known
                ]
    except CANNOT_UNPACK as error:
        damaged.append(
            Fault(path.name, f"cannot be opened ({error}): cut short or damaged. Download it again or remove it.")
        )
    except Damaged as error:
        damaged.append(Fault(path.name, str(error)))
    return _largest_of_each(tables), near, damaged


def _largest_of_each(tables: list[OfficialTable]) -> list[OfficialTable]:
    """Where an archive holds a table whole and also in pieces (as the Postcode Directory does), keep the whole."""
    by_source: dict[str, list[OfficialTable]] = {}
    for table in tables:
        by_source.setdefault(table.known.id, []).append(table)
    return [table for several in by_source.values() for table in _without_pieces(several)]


def _without_pieces(tables: list[OfficialTable]) -> list[OfficialTable]:
    tiles = any(table.known.columns for table in tables)  # each its own part of the country, none the whole
    if tiles or len(tables) <= 2 or not all(table.inside for table in tables):
        return tables
    with zipfile.ZipFile(tables[0].path) as archive:
        sizes = {table.inside: archive.getinfo(table.inside).file_size for table in tables}
    largest = max(sizes, key=lambda inside: sizes[inside])
    whole = sizes[largest] >= 0.9 * (sum(sizes.values()) - sizes[largest])
    return [table for table in tables if table.inside == largest] if whole else tables


def _match(layout: TableLayout) -> tuple[KnownSource | None, str]:
    """Return the source a layout belongs to, and where there is none but one comes near, what is wrong with it."""
    fitting = [
        known
        for known in known_sources().values()
        if known.reads
        and fits(known, layout.headers)
        and known.geometry == layout.geometry
        and _words_above(known, layout)
    ]
    near = ""
    if any(known.columns for known in fitting) and not layout.sample:
        return None, ""  # the line of headers that comes in a file of its own
    for known in sorted(fitting, key=lambda known: -len(known.headers)):
        wrong = _unlike(known, layout)
        if not wrong:
            return known, ""
        near = near or wrong
    return None, near


def _words_above(known: KnownSource, layout: TableLayout) -> bool:
    return not known.above or any(words in plain(line) for words in known.above for line in layout.above)


def _unlike(known: KnownSource, layout: TableLayout) -> str:
    """Say how the first values under a header differ from what the source holds there, "" where they do not."""
    for pattern, shapes in known.like.items():
        place = column_named(layout.headers, pattern) or 0  # it is there: the header fits the source
        rows = [row for row in layout.sample if sum(str(cell).strip() != "" for cell in row) > 1]  # no footnotes
        values = [str(row[place]).strip() for row in rows if place < len(row) and str(row[place]).strip()]
        if not values:
            return f"has the header of {known.title} but no rows below it. Download it again: {known.where_to_get()}."
        wrong = [value for value in values if not any(fnmatch.fnmatchcase(value, shape) for shape in shapes.split("|"))]
        if wrong:
            codes = shapes.replace("*", "…").replace("|", " or ")
            return (
                f"has the header of {known.title}, but its {layout.headers[place]!r} holds {wrong[0]!r} where codes "
                f"like {codes} were expected: it is of another geography, or has a second table beneath. "
                f"Load {known.where_to_get()}."
            )
    return ""
