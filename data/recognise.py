"""Which official file is this? By its header and contents, never by its name.

`recognise(folder)` looks at every file at any depth, plain, gzipped or in a zip archive, and returns each table it
knows as `Found`, with what it could not recognise and why. `read(found, columns)` then reads the named columns.
How each source is recognised is data: `sources.toml`.
"""

import csv
import fnmatch
import gzip
import hashlib
import io
import os
import tomllib
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import IO

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from data import cells
from data.faults import Fault, InputError

SOURCES = Path(__file__).with_name("sources.toml")
HEADER_WITHIN = 15  # lines in which a header may stand, after titles and notes
SAMPLE_BYTES = 1 << 18
SAMPLE_ROWS = 25  # whose codes are looked at
OUR_OWN = ("downloads.json", "manifest.json")  # what the downloader and a bundle keep beside their files
LARGEST_BYTES = 8 << 30  # unpacked; the Postcode Directory is 1.4 GB
SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".shp.xml", ".qpj", ".qmd")
CANNOT_UNPACK = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Known:
    """An official source that Farebridge knows, one table of sources.toml."""

    id: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    vintage: str
    kind: str
    address: str = ""
    save_as: str = ""
    sha256: str = ""
    optional: bool = False
    reads: str = ""  # the reader that takes it; "" for one that is fetched but not read
    headers: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    like: dict[str, str] = field(default_factory=dict)
    geometry: str = ""
    england_totals: dict[str, str] = field(default_factory=dict)
    jobs_at_least: int = 0

    def where_to_get(self) -> str:
        """Say what the file is called and where to get it."""
        return f"“{self.title}” ({self.publisher})" + (f": {self.address}" if self.address else "")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one table lie in its file."""

    form: str  # "text", "workbook" or "shapes"
    headers: tuple[str, ...]
    sample: tuple[tuple, ...]  # the first rows below the header
    header_row: int = 0
    above: tuple[str, ...] = ()  # the lines above the header, and the sheet's name
    sheet: str = ""  # or the layer
    encoding: str = ""
    delimiter: str = ","
    geometry: str = ""
    rows: int = -1  # below the header, where that is known without reading; -1 where it is not


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


@cache
def known_sources() -> dict[str, Known]:
    """Return every source in sources.toml by its id. Raises InputError where the file is broken."""
    try:
        raw = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
        return {name: Known(id=name, **_tuples(table)) for name, table in raw.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(SOURCES.name, [f"cannot be read ({error}). Mend it or restore the file."]) from None


def _tuples(table: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


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
    seen = f"{len(unrecognised)} files were looked at" if unrecognised else "it is empty"
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
        sha256 = _digest(path.open("rb"))
        for inside in _members(path):
            content = _digest(_open(path, inside)) if inside or _magic(path)[:2] == b"\x1f\x8b" else sha256
            for layout in _layouts(path, inside):
                known, wrong = _match(layout)
                if known:
                    tables.append(Found(known, path, inside, layout, sha256, content))
                elif wrong:
                    near.append(Fault(path.name, wrong))
    except CANNOT_UNPACK as error:
        damaged.append(
            Fault(path.name, f"cannot be opened ({error}): cut short or damaged. Download it again or remove it.")
        )
    except _Damaged as error:
        damaged.append(Fault(path.name, str(error)))
    return _largest_of_each(tables), near, damaged


class _Damaged(Exception):
    """A file of a known form that cannot be read, with a message for a person."""


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


# --- Opening -------------------------------------------------------------------------------------------------------


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _digest(file: IO[bytes]) -> str:
    with file:
        total = hashlib.sha256()
        while chunk := file.read(1 << 20):
            total.update(chunk)
        return total.hexdigest()


def _members(path: Path) -> Iterator[str]:
    """Yield "" for a file that stands alone, or each member of an archive."""
    if _magic(path)[:4] != b"PK\x03\x04" or _is_workbook(path.open("rb")):
        yield ""
        return
    with zipfile.ZipFile(path) as archive:
        members = [item for item in archive.infolist() if not item.is_dir() and item.file_size]
    for item in sorted(members, key=lambda item: item.filename):
        if item.file_size > LARGEST_BYTES:
            raise _Damaged(
                f"holds {item.filename} of {item.file_size >> 30} GB, more than any official file. Remove it."
            )
        yield item.filename


def _is_workbook(file: IO[bytes]) -> bool:
    with file, zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        return "xl/workbook.xml" in names or ("mimetype" in names and "content.xml" in names)


def _open(path: Path, inside: str) -> IO[bytes]:
    """Open a file or a member of an archive, unpacked."""
    if inside:
        with zipfile.ZipFile(path) as archive:
            return archive.open(inside)
    return gzip.open(path) if _magic(path)[:2] == b"\x1f\x8b" else path.open("rb")


def _layouts(path: Path, inside: str) -> Iterable[Layout]:
    with _open(path, inside) as file:
        start = file.read(SAMPLE_BYTES)
        cut = bool(file.read(1))
    if (inside or path.name).lower().endswith(SIDECARS):
        return []  # parts of a shapefile are found by name: its format says so, and .shx begins as .shp does
    if start[:4] == b"PK\x03\x04":
        return _workbook_layouts(path, inside)
    if start[:15] == b"SQLite format 3" or start[:4] == b"\x00\x00\x27\x0a":
        return _shape_layouts(path, inside)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return _shape_layouts(path, inside) if b'"features"' in start else []
    if b"\x00" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return []
    return _text_layouts(start, cut)


# --- Text ----------------------------------------------------------------------------------------------------------


def _text_layouts(start: bytes, cut: bool) -> Iterator[Layout]:
    encoding = _encoding(start)
    lines = list(io.StringIO(start.decode(encoding, errors="replace")))
    lines = lines[: -1 if cut else None][: HEADER_WITHIN + SAMPLE_ROWS]  # the last line of a sample is seldom whole
    for delimiter in (",", "\t", ";"):
        rows = [tuple(row) for row in csv.reader(lines, delimiter=delimiter)]
        for number, row in enumerate(rows[:HEADER_WITHIN]):
            if len(row) > 1 and _could_be_header(row):
                above = tuple(" ".join(r).strip() for r in rows[:number])
                sample = tuple(rows[number + 1 : number + 1 + SAMPLE_ROWS])
                yield Layout("text", row, sample, number, above, encoding=encoding, delimiter=delimiter)
                return


def _encoding(start: bytes) -> str:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        start[: -4 if len(start) == SAMPLE_BYTES else None].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.reason == "unexpected end of data" else "cp1252"
    return "utf-8-sig"


def _could_be_header(row: Sequence) -> bool:
    return any(_fits(known, [_plain(cell) for cell in row]) for known in known_sources().values() if known.reads)


def _check_last_line(found: Found) -> None:
    """Raise _Damaged where a text's last line has no end and fewer cells than its first rows: the mark of a cut."""
    layout, last = found.layout, b""
    with _open(found.path, found.inside) as file:
        while chunk := file.read(1 << 20):
            last = (last + chunk)[-SAMPLE_BYTES:]
    tail = last.decode(layout.encoding, errors="replace")
    if tail.endswith(("\n", "\r")) or layout.encoding == "utf-16":
        return
    line = tail.splitlines()[-1]
    width = max((len(row) for row in layout.sample), default=len(layout.headers))
    cells_in_line = len(next(csv.reader([line], delimiter=layout.delimiter)))
    if cells_in_line < width:
        raise _Damaged(
            f"is cut short: its last line has {cells_in_line} of {width} cells ({line[:40]!r}). Download it again."
        )


# --- Workbooks -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _workbook(path: Path, inside: str) -> CalamineWorkbook:
    with _open(path, inside) as file:
        content = file.read()
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, ValueError) as error:
        raise _Damaged(f"cannot be opened as a workbook ({error}). Download it again.") from None


@lru_cache(maxsize=2)  # the largest takes three seconds and 200 MB, and two readers want it one after the other
def _sheet(path: Path, inside: str, sheet: str) -> CalamineSheet:
    try:
        return _workbook(path, inside).get_sheet_by_name(sheet)
    except (CalamineError, ValueError) as error:
        raise _Damaged(f"has a sheet {sheet!r} that cannot be read ({error}). Download it again.") from None


def _workbook_layouts(path: Path, inside: str) -> Iterator[Layout]:
    for name in _workbook(path, inside).sheet_names:
        sheet = _sheet(path, inside, name)
        rows = sheet.to_python(skip_empty_area=False, nrows=HEADER_WITHIN + SAMPLE_ROWS)
        for number, row in enumerate(rows[:HEADER_WITHIN]):
            headers = tuple(str(cell) for cell in row)
            if _could_be_header(headers):
                above = (name, *(" ".join(str(c) for c in r).strip() for r in rows[:number]))
                sample = tuple(tuple(r) for r in rows[number + 1 : number + 1 + SAMPLE_ROWS])
                height = sheet.end[0] - number
                yield Layout("workbook", headers, sample, number, above, name, rows=height)
                break


# --- Shapes --------------------------------------------------------------------------------------------------------


def _gdal_path(path: Path, inside: str) -> str:
    """The name by which GDAL opens a member of an archive without unpacking it."""
    if inside:
        return f"/vsizip/{{{path.resolve()}}}/{inside}"
    return f"/vsigzip/{path.resolve()}" if _magic(path)[:2] == b"\x1f\x8b" else str(path)


def _shape_layouts(path: Path, inside: str) -> Iterator[Layout]:
    name = _gdal_path(path, inside)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's advice about file extensions, which prove nothing
            for layer, _ in pyogrio.list_layers(name):
                information = pyogrio.read_info(name, layer=layer)
                rows = pyogrio.read_dataframe(name, layer=layer, max_features=SAMPLE_ROWS)
                table = pd.DataFrame(rows.drop(columns="geometry", errors="ignore"))
                kind = _geometry_kind(information["geometry_type"], rows)
                sample = tuple(table.itertuples(index=False, name=None))
                yield Layout(
                    "shapes",
                    tuple(map(str, table.columns)),
                    sample,
                    sheet=layer,
                    geometry=kind,
                    rows=information["features"],
                )
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise _Damaged(f"cannot be read as a map file ({str(error)[:150]}). Download it again.") from None


def _geometry_kind(declared: str | None, rows: pd.DataFrame) -> str:
    shapes = rows["geometry"].dropna() if "geometry" in rows else []
    actual = shapes.geom_type.iloc[0] if len(shapes) else ""
    kind = (actual or declared or "").lower()
    return "polygon" if "polygon" in kind else "point" if "point" in kind else ""


# --- Matching ------------------------------------------------------------------------------------------------------


def _plain(header: object) -> str:
    return " ".join(str(header).replace("\ufeff", "").lower().split())


def column_named(headers: Sequence[str], pattern: str) -> int | None:
    """Return the place of the first header that fits a pattern ("lad??cd|ltla??_code"), or None."""
    plain = [_plain(header) for header in headers]
    for alternative in pattern.split("|"):
        for place, header in enumerate(plain):
            if fnmatch.fnmatchcase(header, alternative):
                return place
    return None


def _fits(known: Known, plain: Sequence[str]) -> bool:
    return all(column_named(plain, pattern) is not None for pattern in known.headers) and not any(
        column_named(plain, pattern) is not None for pattern in known.absent
    )


def _match(layout: Layout) -> tuple[Known | None, str]:
    """Return the source a layout belongs to, and where there is none but one comes near, what is wrong with it."""
    plain = [_plain(header) for header in layout.headers]
    fitting = [
        known
        for known in known_sources().values()
        if known.reads and _fits(known, plain) and known.geometry == layout.geometry and _stands_above(known, layout)
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
    return not known.above or any(words in _plain(line) for words in known.above for line in layout.above)


def _unlike(known: Known, layout: Layout) -> str:
    for pattern, shapes in known.like.items():
        place = column_named(layout.headers, pattern)
        values = [str(row[place]).strip() for row in layout.sample if place < len(row) and str(row[place]).strip()]
        if not values:
            return f"has the header of {known.title} but no rows below it. Download it again: {known.where_to_get()}."
        wrong = [value for value in values if not any(fnmatch.fnmatchcase(value, shape) for shape in shapes.split("|"))]
        if wrong:
            return (
                f"has the header of {known.title}, but its {layout.headers[place]!r} holds {wrong[0]!r} where codes like "
                f"{shapes.replace('*', '…').replace('|', ' or ')} were expected: it is of another geography. "
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
        if found.layout.form == "text":
            return _read_text(found, places)
        if found.layout.form == "workbook":
            return _read_sheet(found, places)
        return read_shapes(found, places)
    except CANNOT_UNPACK as error:
        raise InputError(found.file, [f"cannot be read to its end ({error}). Download it again."]) from None
    except _Damaged as error:
        raise InputError(found.file, [str(error)]) from None


def _read_text(found: Found, places: dict[str, int]) -> pd.DataFrame:
    layout = found.layout
    _check_last_line(found)
    # Headers may end in a comma more than their rows (the performance tables' do), which pandas refuses.
    width = max((len(row) for row in layout.sample), default=len(layout.headers))
    places = {name: place for name, place in places.items() if place < width}
    encodings = [layout.encoding] + (["cp1252"] if layout.encoding == "utf-8-sig" else [])
    for encoding in encodings:
        try:
            with _open(found.path, found.inside) as file:
                table = pd.read_csv(
                    file,
                    header=None,
                    skiprows=layout.header_row + 1,
                    usecols=sorted(set(places.values())),
                    names=range(width),
                    index_col=False,
                    dtype=str,
                    keep_default_na=False,
                    encoding=encoding,
                    sep=layout.delimiter,
                )
        except UnicodeDecodeError:
            continue
        except pd.errors.ParserError as error:
            raise _Damaged(f"cannot be read as a table ({error}). Download it again.") from None
        return pd.DataFrame({name: cells.text(table[place]) for name, place in places.items()})
    raise _Damaged("is neither UTF-8 nor Windows-1252 text. Save it as UTF-8, or download it again.")


def _read_sheet(found: Found, places: dict[str, int]) -> pd.DataFrame:
    sheet = _sheet(found.path, found.inside, found.layout.sheet)
    left = sheet.start[1]  # iter_rows leaves out empty columns on the left, but not empty rows above
    below = islice(sheet.iter_rows(), found.layout.header_row + 1, None)
    rows = [tuple(row[place - left] for place in places.values()) for row in below]
    table = pd.DataFrame(rows, columns=list(places), dtype=object)
    empty = (table.isna() | (table == "")).all(axis=1)
    return table[~empty].reset_index(drop=True)


def read_shapes(found: Found, places: dict[str, int]) -> pd.DataFrame:
    """Read features with the named attributes; "geometry" in the file's own coordinates."""
    wanted = {found.layout.headers[place]: name for name, place in places.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            table = pyogrio.read_dataframe(
                _gdal_path(found.path, found.inside), layer=found.layout.sheet, columns=list(wanted)
            )
        except (DataSourceError, DataLayerError, ValueError) as error:
            raise _Damaged(f"cannot be read as a map file ({str(error)[:150]}). Download it again.") from None
    return table.rename(columns=wanted)


def count_rows(found: Found) -> int:
    """Return how many rows a recognised table has below its header, summary rows and all."""
    if found.layout.rows >= 0:
        return found.layout.rows
    first = column_named(found.layout.headers, found.known.headers[0])
    return len(read(found, {"first": found.known.headers[0]})) if first is not None else 0
