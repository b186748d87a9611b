"""Find where the tables of a file are (text, sheets of a workbook, layers of a map file), and read their columns."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from data import text_tables
from data.faults import InputError
from data.official import cells
from data.official.known import columns_of, could_be_header
from data.official.opening import SIDECARS, Damaged, magic, open_file
from data.opening import child
from data.opening.limits import OFFICIAL

LARGEST_WORKBOOK = 500 << 20  # bytes; the largest official one has some 60 million
HEADER_WITHIN = 15  # lines in which a header may be, below titles and notes
NO_HEADER = -1  # the place of the header of a table that is published without one: its rows begin at 0
SAMPLE_BYTES = 1 << 18
SAMPLE_ROWS = 25  # whose codes are looked at
FOOTNOTE = re.compile(r'"(?![EW]\d{8})[^"]*"')  # one whole cell of words, such as Nomis puts below its tables


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Where one table is in its file: its header, its first rows, its sheet or layer."""

    form: str  # "text", "workbook" or "shapes"
    headers: tuple[str, ...]
    sample: tuple[tuple, ...]  # the first rows below the header
    header_row: int = 0
    above: tuple[str, ...] = ()  # the lines above the header, and the sheet's name
    sheet: str = ""  # or the layer
    encoding: str = ""
    separator: str = ","
    geometry: str = ""
    rows: int = -1  # below the header, where that is known without reading; -1 where it is not

    @property
    def width(self) -> int:
        """How many cells the longest of the first rows has."""
        return max((len(row) for row in self.sample), default=len(self.headers))


def layouts(path: Path, inside: str) -> Iterable[TableLayout]:
    """Return the layout of each table of a file or member whose header could be that of a known source."""
    start, cut = _start(path, inside)
    if (inside or path.name).lower().endswith(SIDECARS):
        return []  # parts of a shapefile are found by name: its format says so, and .shx begins as .shp does
    if start[:4] == b"PK\x03\x04":
        return _workbook_layouts(path, inside)
    if start[:15] == b"SQLite format 3" or start[:4] == b"\x00\x00\x27\x0a":
        return _shape_layouts(path, inside)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return _shape_layouts(path, inside) if b'"features"' in start else []
    return _text_layouts(start, cut) if text_tables.is_text(start) else []


def _start(path: Path, inside: str) -> tuple[bytes, bool]:
    """Return the first bytes of a file or member, and whether there are more."""
    with open_file(path, inside) as file:
        return file.read(SAMPLE_BYTES), bool(file.read(1))


def first_rows(path: Path, inside: str) -> Iterator[tuple[str, ...]]:
    """Return each of the first rows of every table of a file: where a header, or what the file is, may stand."""
    start, cut = _start(path, inside)
    if start[:4] == b"PK\x03\x04":
        for name in _workbook(path, inside).sheet_names:
            rows = _sheet(path, inside, name).to_python(skip_empty_area=False, nrows=HEADER_WITHIN)
            yield from (tuple(_header(cell) for cell in row) for row in rows)
    elif text_tables.is_text(start) and start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{":
        lines = list(io.StringIO(start.decode(text_tables.encoding_of(start, cut), errors="replace")))[:HEADER_WITHIN]
        for separator in text_tables.separators("".join(lines), HEADER_WITHIN):
            yield from (tuple(row) for row in text_tables.split_rows(lines, separator))


# --- Text ----------------------------------------------------------------------------------------------------------


def _text_layouts(start: bytes, cut: bool) -> Iterator[TableLayout]:
    encoding = text_tables.encoding_of(start, cut)
    lines = list(io.StringIO(start.decode(encoding, errors="replace")))
    lines = lines[: -1 if cut else None][: HEADER_WITHIN + SAMPLE_ROWS]  # the last line of a sample is seldom whole
    for separator in text_tables.separators("".join(lines), HEADER_WITHIN):
        rows = [tuple(row) for row in text_tables.split_rows(lines, separator)]
        if rows and (columns := columns_of(rows[0])):
            sample = tuple(rows[:SAMPLE_ROWS])
            yield TableLayout("text", columns, sample, NO_HEADER, encoding=encoding, separator=separator)
            return
        for number, row in enumerate(rows[:HEADER_WITHIN]):
            if len(row) > 1 and could_be_header(row):
                above = tuple(" ".join(r).strip() for r in rows[:number])
                sample = tuple(rows[number + 1 : number + 1 + SAMPLE_ROWS])
                if len(sample) > 1 and len(sample[-1]) < len(sample[-2]):
                    sample = sample[:-1]  # cut short, which reading will say; its codes prove nothing
                yield TableLayout("text", row, sample, number, above, encoding=encoding, separator=separator)
                return


# --- Workbooks -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _workbook(path: Path, inside: str) -> CalamineWorkbook:
    with open_file(path, inside) as file:
        content = file.read(LARGEST_WORKBOOK + 1)
    if len(content) > LARGEST_WORKBOOK:
        raise Damaged(
            f"unpacks to more than {LARGEST_WORKBOOK >> 20:,} MiB, more than any official workbook. Remove it."
        )
    try:  # first where it can do no harm: this process would end with what it does not survive
        child.opened("data.opening.workbook:try_sheets", content, path.name, OFFICIAL)
    except InputError as error:
        raise Damaged(error.faults[0].problem) from None
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, ValueError) as error:
        raise Damaged(f"cannot be opened as a workbook ({error}). Download it again.") from None


@lru_cache(maxsize=2)  # the largest takes three seconds and 200 MB, and two readers want it one after the other
def _sheet(path: Path, inside: str, sheet: str) -> CalamineSheet:
    try:
        return _workbook(path, inside).get_sheet_by_name(sheet)
    except (CalamineError, ValueError) as error:
        raise Damaged(f"has a sheet {sheet!r} that cannot be read ({error}). Download it again.") from None


def _workbook_layouts(path: Path, inside: str) -> Iterator[TableLayout]:
    for name in _workbook(path, inside).sheet_names:
        sheet = _sheet(path, inside, name)
        rows = sheet.to_python(skip_empty_area=False, nrows=HEADER_WITHIN + SAMPLE_ROWS)
        for number, cells_in_row in enumerate(rows[:HEADER_WITHIN]):
            headers = tuple(_header(cell) for cell in cells_in_row)
            if could_be_header(headers):
                above = (name, *(" ".join(str(c) for c in r).strip() for r in rows[:number]))
                sample = tuple(tuple(r) for r in rows[number + 1 : number + 1 + SAMPLE_ROWS])
                height = (sheet.end or (0, 0))[0] - number
                yield TableLayout("workbook", headers, sample, number, above, name, rows=height)
                break


def _header(cell: object) -> str:
    """Return a header as it is shown: ages are numbers in some workbooks, and 16 is read as 16.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


# --- Shapes --------------------------------------------------------------------------------------------------------


def _gdal_path(path: Path, inside: str) -> str:
    """Return the name by which GDAL opens a member of an archive without unpacking it."""
    if inside:
        return f"/vsizip/{{{path.resolve()}}}/{inside}"
    return f"/vsigzip/{path.resolve()}" if magic(path)[:2] == b"\x1f\x8b" else str(path)


@contextmanager
def _map_file() -> Iterator[None]:
    """Silence GDAL's advice about file extensions, which prove nothing, and raise Damaged for what it cannot read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise Damaged(f"cannot be read as a map file ({str(error)[:150]}). Download it again.") from None


def _shape_layouts(path: Path, inside: str) -> list[TableLayout]:
    name, found = _gdal_path(path, inside), []
    with _map_file():
        for layer, _ in pyogrio.list_layers(name):
            information = pyogrio.read_info(name, layer=layer)
            rows = pyogrio.read_dataframe(name, layer=layer, max_features=SAMPLE_ROWS)
            table = pd.DataFrame(rows.drop(columns="geometry", errors="ignore"))
            headers, sample = tuple(map(str, table.columns)), tuple(table.itertuples(index=False, name=None))
            kind = _geometry_kind(information["geometry_type"], rows)
            found.append(
                TableLayout("shapes", headers, sample, sheet=layer, geometry=kind, rows=information["features"])
            )
    return found


def _geometry_kind(declared: str | None, rows: pd.DataFrame) -> str:
    shapes = rows["geometry"].dropna() if "geometry" in rows else pd.Series([])
    kind = (shapes.geom_type.iloc[0] if len(shapes) else declared or "").lower()
    return "polygon" if "polygon" in kind else "point" if "point" in kind else ""


# --- Reading -------------------------------------------------------------------------------------------------------


def read_table(path: Path, inside: str, layout: TableLayout, places: dict[str, int]) -> pd.DataFrame:
    """Read the columns at `places` (name to place in the header). Raises Damaged, or an error of CANNOT_UNPACK."""
    read = {"text": _read_text, "workbook": _read_sheet, "shapes": _read_shapes}[layout.form]
    return read(path, inside, layout, places)


def _read_text(path: Path, inside: str, layout: TableLayout, places: dict[str, int]) -> pd.DataFrame:
    _check_last_line(path, inside, layout)
    # Headers may end in a comma more than their rows (the performance tables' do), which pandas refuses.
    width = layout.width
    places = {name: place for name, place in places.items() if place < width}
    encodings = [layout.encoding] + (["cp1252"] if layout.encoding == "utf-8-sig" else [])
    for encoding in encodings:
        try:
            with open_file(path, inside) as file:
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
                    sep=layout.separator,
                    skipinitialspace=True,
                )
        except UnicodeDecodeError:
            continue
        except pd.errors.ParserError as error:
            raise Damaged(f"cannot be read as a table ({error}). Download it again.") from None
        return pd.DataFrame({name: cells.text(table[place]) for name, place in places.items()})
    raise Damaged("is neither UTF-8 nor Windows-1252 text. Save it as UTF-8, or download it again.")


def _check_last_line(path: Path, inside: str, layout: TableLayout) -> None:
    """Raise Damaged where a text's last line has no end and fewer cells than its first rows: the mark of a cut."""
    last = b""
    with open_file(path, inside) as file:
        while chunk := file.read(1 << 20):
            last = (last + chunk)[-SAMPLE_BYTES:]
    tail = last.decode(layout.encoding, errors="replace")
    if tail.endswith(("\n", "\r")) or layout.encoding == "utf-16":
        return
    line = tail.splitlines()[-1]
    there = len(next(text_tables.split_rows([line], layout.separator)))
    if there < layout.width and not FOOTNOTE.fullmatch(line):
        raise Damaged(
            f"is cut short: its last line has {there} of {layout.width} cells ({line[:40]!r}). Download it again."
        )


def _read_sheet(path: Path, inside: str, layout: TableLayout, places: dict[str, int]) -> pd.DataFrame:
    sheet = _sheet(path, inside, layout.sheet)
    left = (sheet.start or (0, 0))[1]  # iter_rows leaves out empty columns on the left, but not empty rows above
    below = islice(sheet.iter_rows(), layout.header_row + 1, None)
    rows = [tuple(row[place - left] for place in places.values()) for row in below]
    table = pd.DataFrame(rows, columns=list(places), dtype=object)
    empty = (table.isna() | (table == "")).all(axis=1)
    return table[~empty].reset_index(drop=True)


def _read_shapes(path: Path, inside: str, layout: TableLayout, places: dict[str, int]) -> pd.DataFrame:
    """Read features with the named attributes; "geometry" in the file's own coordinates."""
    wanted = {layout.headers[place]: name for name, place in places.items()}
    with _map_file():
        table = pyogrio.read_dataframe(_gdal_path(path, inside), layer=layout.sheet, columns=list(wanted))
    return table.rename(columns=wanted)
