"""Which official file is this? By its header and contents, never by its name.

`recognise(folder)` looks at every file at any depth, plain, gzipped or in a zip archive, and returns each table it
knows as `Found`, with what it could not recognise and why. `read(found, columns)` then reads the named columns.
How each source is recognised is data: `sources.toml`.
"""

import fnmatch
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.faults import Fault, InputError
from data.official.known import Known, column_named, fits, known_sources, plain
from data.official.layouts import Layout, layouts, read_table
from data.official.opening import CANNOT_UNPACK, SIDECARS, Damaged, digest, members, open_file

MOST_NAMED = 5  # files in a message
OUR_OWN = ("downloads.json", "manifest.json")  # what the downloader and a bundle keep beside their files


@dataclass(frozen=True, slots=True)
class Found:
    """A table of a known source in a file."""

    known: Known
    path: Path
    inside: str  # the member of an archive; "" for a file that stands alone
    layout: Layout
    sha256: str  # of the file as it lies on the disk
    content: str  # of the content, unpacked

    @property
    def file(self) -> str:
        """The file's own name, with the member and sheet where it has several."""
        name = f"{self.path.name}/{self.inside}" if self.inside else self.path.name
        return f"{name} [{self.layout.sheet}]" if self.layout.form == "workbook" else name


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a folder holds."""

    found: tuple[Found, ...]
    unrecognised: tuple[str, ...]  # "name: why"
    near: tuple[Fault, ...]  # files with the right header whose rows are of another geography
    damaged: tuple[Fault, ...]  # files that are cut short or cannot be opened
    twice: tuple[str, ...]  # copies left out

    def of(self, *readers: str) -> list[Found]:
        """Return what the named readers take, in the order of sources.toml."""
        return [found for found in self.found if found.known.reads in readers]


def recognise(folder: str | Path) -> Recognised:
    """Recognise every official table in a folder, at any depth.

    The same content twice counts once. Raises InputError where there is no such folder or nothing in it is known.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(str(folder), ["is not a folder. Name the folder that holds the official files."])
    found, unrecognised, near, damaged, twice, seen = [], [], [], [], [], {}
    for path in _files(folder):
        if path.name.endswith(".part"):
            unrecognised.append(f"{path.name}: an unfinished download")
            continue
        tables, wrong_places, broken = _look_into(path)
        near += wrong_places
        damaged += broken
        if not tables and not broken and not wrong_places and not path.name.lower().endswith(SIDECARS):
            empty = path.stat().st_size == 0
            unrecognised.append(f"{path.name}: {'is empty' if empty else 'is not laid out like any known source'}")
        for table in tables:
            key = (table.content, table.known.id, table.layout.sheet)
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


def _files(folder: Path) -> list[Path]:
    """Every file at any depth, hidden ones left out, the shortest path first so that a copy yields to its original.

    Linked folders are followed, each once.
    """
    paths, been = [], set()
    for place, folders, names in os.walk(folder, followlinks=True):
        here = os.path.realpath(place)
        folders[:] = [] if here in been else [name for name in folders if not name.startswith(".")]
        if here not in been:
            paths += [Path(place, name) for name in names if not name.startswith(".") and name not in OUR_OWN]
        been.add(here)
    paths = [path for path in paths if path.is_file()]
    return sorted(paths, key=lambda path: (len(path.relative_to(folder).parts), str(path.relative_to(folder))))


def _look_into(path: Path) -> tuple[list[Found], list[Fault], list[Fault]]:
    """Return the tables of one file, where it is nearly but not quite a known source, and what is damaged in it."""
    if path.stat().st_size == 0:
        return [], [], []
    tables, near, damaged = [], [], []
    try:
        for inside in members(path):
            matches = [(layout, *_match(layout)) for layout in layouts(path, inside)]
            near += [Fault(path.name, wrong) for _, _, wrong in matches if wrong]
            if any(known for _, known, _ in matches):
                sha256, content = digest(path.open("rb")), digest(open_file(path, inside))
                tables += [Found(known, path, inside, layout, sha256, content) for layout, known, _ in matches if known]
    except CANNOT_UNPACK as error:
        damaged.append(
            Fault(path.name, f"cannot be opened ({error}): cut short or damaged. Download it again or remove it.")
        )
    except Damaged as error:
        damaged.append(Fault(path.name, str(error)))
    return _largest_of_each(tables), near, damaged


def _largest_of_each(tables: list[Found]) -> list[Found]:
    """Where an archive holds a table whole and also in pieces (as the Postcode Directory does), keep the whole."""
    by_source: dict[str, list[Found]] = {}
    for table in tables:
        by_source.setdefault(table.known.id, []).append(table)
    kept = []
    for of_one in by_source.values():
        if len(of_one) > 2 and all(table.inside for table in of_one):
            with zipfile.ZipFile(of_one[0].path) as archive:
                sizes = {table.inside: archive.getinfo(table.inside).file_size for table in of_one}
            largest = max(sizes, key=sizes.get)
            if sizes[largest] >= 0.9 * (sum(sizes.values()) - sizes[largest]):
                of_one = [table for table in of_one if table.inside == largest]
        kept += of_one
    return kept


# --- Matching ------------------------------------------------------------------------------------------------------


def _match(layout: Layout) -> tuple[Known | None, str]:
    """Return the source a layout belongs to, and where there is none but one comes near, what is wrong with it."""
    fitting = [
        known
        for known in known_sources().values()
        if known.reads
        and fits(known, layout.headers)
        and known.geometry == layout.geometry
        and _stands_above(known, layout)
    ]
    fitting.sort(key=lambda known: -len(known.headers))
    near = ""
    for known in fitting:
        wrong = _unlike(known, layout)
        if not wrong:
            return known, ""
        near = near or wrong
    return None, near


def _stands_above(known: Known, layout: Layout) -> bool:
    return not known.above or any(words in plain(line) for words in known.above for line in layout.above)


def _unlike(known: Known, layout: Layout) -> str:
    for pattern, shapes in known.like.items():
        place = column_named(layout.headers, pattern)
        values = [str(row[place]).strip() for row in layout.sample if place < len(row) and str(row[place]).strip()]
        if not values:
            return f"has the header of {known.title} but no rows below it. Download it again: {known.where_to_get()}."
        wrong = [value for value in values if not any(fnmatch.fnmatchcase(value, shape) for shape in shapes.split("|"))]
        if wrong:
            return (
                f"has the header of {known.title}, but its {layout.headers[place]!r} holds {wrong[0]!r} where codes "
                f"like {shapes.replace('*', '…').replace('|', ' or ')} were expected: it is of another geography. "
                f"Load {known.where_to_get()}."
            )
    return ""


# --- Reading -------------------------------------------------------------------------------------------------------


def read(found: Found, columns: dict[str, str], optional: Iterable[str] = ()) -> pd.DataFrame:
    """Read columns of a recognised table, as the cells stand (text from text files, values from workbooks).

    `columns` gives the wanted name and the pattern of its header; those named in `optional` may be missing.
    Shapes carry a "geometry" column too. Raises InputError for a damaged file or a column that is not there.
    """
    places = {name: column_named(found.layout.headers, pattern) for name, pattern in columns.items()}
    lacking = [columns[name] for name, place in places.items() if place is None and name not in set(optional)]
    if lacking:
        raise InputError(
            found.file, [f"has no column {pattern!r}. Load {found.known.where_to_get()}." for pattern in lacking]
        )
    places = {name: place for name, place in places.items() if place is not None}
    try:
        return read_table(found.path, found.inside, found.layout, places)
    except CANNOT_UNPACK as error:
        raise InputError(found.file, [f"cannot be read to its end ({error}). Download it again."]) from None
    except Damaged as error:
        raise InputError(found.file, [str(error)]) from None


def faults_of(error: InputError) -> list[Fault]:
    """Return the faults of one file so that they can stand among those of a whole build."""
    return [Fault(", ".join(filter(None, [error.subject, fault.where])), fault.problem) for fault in error.faults]


def count_rows(found: Found) -> int:
    """Return how many rows a recognised table has below its header, summary rows and all."""
    if found.layout.rows >= 0:
        return found.layout.rows
    first = column_named(found.layout.headers, found.known.headers[0])
    return len(read(found, {"first": found.known.headers[0]})) if first is not None else 0
