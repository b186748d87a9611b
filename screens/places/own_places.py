"""Put a council's own sites and travel matrix together with a county, as the screen Sites and journeys gathers them.

A worker's process measures journeys here, so this knows no screen.
"""

import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from data import own_files
from data.bundle import AbsentChoice, County
from data.documents.sheet_text import could_become_a_formula
from data.faults import Fault, InputError, gathered
from data.journeys.files import save as save_measured
from data.journeys.measure import measure
from data.journeys.question import Question
from data.timetables.stored import packed
from data.travel.timetabled import BESIDE, path_beside

COLUMNS = ("destination_id", "name", "kind", "postcode", "size", "site_of")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file as somebody gave it: its name, its bytes and what a pair without minutes in it means."""

    name: str
    content: bytes
    absent: AbsentChoice = "estimate"
    beside: tuple[tuple[str, bytes], ...] = ()  # of a matrix made here: the tables beside it, by name
    timetable: pd.DataFrame | None = None  # of the days asked, for journeys that a scenario adds


def as_csv(rows: Iterable[Mapping[str, object]]) -> str:
    """Return sites typed on the screen as the file that `data build --destinations` reads.

    `rows` have College (a name, or nothing), Site, Postcode and Students. Rows without a word are left out. Raises
    InputError for text that a spreadsheet could take for a formula.
    """
    filled = [
        {name: "" if value is None or value != value else str(value).strip() for name, value in row.items()}
        for row in rows
    ]
    filled = [row for row in filled if any(row.values())]
    faults = [
        Fault(f"row {number}, {name}", "begins like a formula. Write it in words.")
        for number, row in enumerate(filled, start=1)
        for name, value in row.items()
        if could_become_a_formula(value)
    ]
    if faults:
        raise InputError("sites", faults)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(filled, start=1):
        slug = re.sub(r"\W+", "-", row.get("Site", "").casefold()).strip("-")
        students = row.get("Students", "").removesuffix(".0")
        place = (row.get("Site", ""), "college", row.get("Postcode", ""), students, row.get("College", ""))
        writer.writerow((f"own-{number}-{slug}", *place))
    return file.getvalue()


def together(county: County, sites: Iterable[OwnFile], matrix: OwnFile | None) -> County:
    """Return the county with the sites and the matrix. Raises InputError with every fault of every file."""
    faults: list[Fault] = []
    for each in sites:
        county = gathered(faults, partial(_with_sites, county, each), county, each.name)
    if matrix is not None:
        county = gathered(faults, partial(_with_matrix, county, matrix), county, matrix.name)
    if faults:
        raise InputError("sites and journeys", faults)
    return county


def measured(
    county: County,
    sites: Iterable[OwnFile],
    feeds: Iterable[OwnFile],
    asked: Question,
    with_postcodes: bool,
    report: Callable[[str, float | None], None] = lambda text, part: None,
) -> OwnFile:
    """Return the travel matrix of a county and its further sites by timetables, with the tables beside it.

    Raises InputError where a timetable cannot be read or a day will not do.
    """
    county = together(county, sites, None)
    with tempfile.TemporaryDirectory() as folder:
        paths = [_written(_folder(folder, str(number)), feed) for number, feed in enumerate(feeds)]
        jobs = os.cpu_count() or 1
        made = measure(county, paths, asked, jobs, report, with_postcodes=with_postcodes)
        path, *_ = save_measured(made, Path(folder) / "journeys by timetable.parquet")
        tables = {name: path_beside(path, name) for name in BESIDE}
        beside = tuple((name, table.read_bytes()) for name, table in tables.items() if table.is_file())
        return OwnFile(path.name, path.read_bytes(), beside=beside, timetable=packed(made.timetables))


def _folder(folder: str, name: str) -> str:
    """Return a folder of its own for a file: two may have the same name."""
    made = Path(folder) / name
    made.mkdir()
    return str(made)


def _with_sites(county: County, file: OwnFile) -> County:
    with tempfile.TemporaryDirectory() as folder:
        return own_files.with_destinations(county, _written(folder, file))


def _with_matrix(county: County, file: OwnFile) -> County:
    with tempfile.TemporaryDirectory() as folder:
        path = _written(folder, file)
        for name, content in file.beside:
            path_beside(path, name).write_bytes(content)
        made = own_files.with_journeys(county, path, file.absent)
        return made if file.timetable is None else replace(made, timetable=file.timetable)


def _written(folder: str, file: OwnFile) -> Path:
    """Write a file under its own name, without any folders in that name."""
    path = Path(folder) / (Path(file.name.replace("\\", "/")).name or "file.csv")
    path.write_bytes(file.content)
    return path
