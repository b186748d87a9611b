"""Check, save and load a county bundle: the tables of one or more councils in a folder, with a manifest.

    BUNDLE/
        manifest.json          sources, vintages, licences, checksums, rows, choices, warnings
        areas.parquet          GeoParquet, one row a 2021 LSOA
        destinations.parquet   colleges, sixth forms, employment centres; also those outside within reach
        journeys.parquet       only where a travel matrix was imported
        journey_details.parquet  only where it was made from timetables: leave, arrive, lines, stops
        timetable.parquet        of the days asked, where journeys were made from timetables: scenarios change it
        area_lines.parquet       likewise: the lines near each area, first and last of the day
        postcode_journeys.parquet  likewise, where asked for: minutes from each postcode to colleges
        postcodes.parquet      only where an ONS Postcode Directory was loaded
        authorities.parquet    only in bundles since December 2026: every district's name and its upper tier authority
        water.parquet          only where boundaries were loaded: strips of water of 100 m by any length
        names.parquet          only where town centres or wards were loaded: what people call the places
    council_statistics.parquet  only where files of NEET or State of the Nation figures were loaded

A bundle holds published statistics only, never a person. It is written whole or not at all.
"""

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import infer_dtype, is_numeric_dtype
from pydantic import TypeAdapter, ValidationError
from shapely.errors import ShapelyError

from data.access import Right, needs
from data.command_line import check_folder
from data.faults import Fault, InputError, KindOf, gathered, kinds_of, with_kinds
from data.opening.parquet_size import size_faults
from data.opening.toml_text import parse_json

SCHEMA = 1
AbsentChoice = Literal["estimate", "asked", "unreachable"]
GRID = "EPSG:27700"  # British National Grid, metres

AREA_COLUMNS = {
    "area_name": "string",
    "district_code": "string",
    "district_name": "string",
    "easting_m": "float64",
    "northing_m": "float64",
    "young_people": "float64",
    "low_income_rate": "float64",
    "imd_rank": "Int64",
    "imd_decile": "Int64",
    "idaci_decile": "Int64",
    "education_decile": "Int64",
    "geographical_barriers_decile": "Int64",
    "rural_urban": "string",
    "is_rural": "boolean",
}
# Columns that bundles have since November 2026: where a rate stands among all of England's (0 to 100, 100 the highest).
NEWER_COLUMNS = {"low_income_percentile": "float64"}
OPTIONAL = (  # tables that a bundle may have
    "journeys",
    "journey_details",
    "timetable",
    "area_lines",
    "postcode_journeys",
    "postcodes",
    "authorities",
    "council_statistics",
    "water",
    "names",
)
# They change no plan, so that plans saved before they came still open: names are drawn, authorities stand in letters.
NO_PART_OF_THE_CHECKSUM = ("authorities.parquet", "names.parquet")
DESTINATION_KINDS = ("college", "sixth_form", "employment_centre")
DESTINATION_COLUMNS = {
    "name": "string",
    "kind": "string",
    "easting_m": "float64",
    "northing_m": "float64",
    "size": "float64",
}
PLACE = ("easting_m", "northing_m")
GRID_METRES = (-1_000_000, 2_000_000)  # far beyond the islands on either side
RANGES = (  # what numbers may be where they are known
    dict.fromkeys(PLACE, GRID_METRES)
    | {"low_income_rate": (0, 1), "low_income_percentile": (0, 100), "young_people": (0, 1e7), "size": (0, 1e7)}
    | {name: (1, 10) for name in AREA_COLUMNS if name.endswith("_decile")}
)
TEXTS = ("string", "empty")
CANNOT_READ = (  # ArrowInvalid is a ValueError
    OSError, ValueError, KeyError, TypeError, RecursionError, NotImplementedError, pa.ArrowException, ShapelyError,
)  # fmt: skip
NAME_COLUMNS = {
    "name": "string",
    "kind": "string",
    "easting_m": "float64",
    "northing_m": "float64",
    "area_code": "string",
}


@dataclass(frozen=True, slots=True)
class BundleSource:
    """One official file that a bundle was made from."""

    id: str
    title: str
    publisher: str
    licence: str
    url: str
    vintage: str
    file: str  # its name only, without the folders of the machine it was on
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a bundle's tables came from, and what was chosen, missing or estimated."""

    name: str  # "Lincolnshire"
    councils: tuple[str, ...]  # codes of counties and unitaries
    sources: tuple[BundleSource, ...]
    # "areas.young_people" -> {"source": id or None, "note": why it was chosen, "estimated": bool}
    columns: dict[str, dict] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()  # each with its kind where it has one: see data.faults
    unrecognised: tuple[str, ...] = ()  # files in the folder that were not used: "name: why"
    ages: tuple[int, int] = (16, 18)
    # what a pair without minutes in the travel matrix is: see data.travel.absent
    absent_journeys: AbsentChoice = "estimate"
    # what was asked of which timetables, where the travel matrix was made from them: see data.travel.timetabled
    timetables: dict = field(default_factory=dict)
    made_up: bool = False  # True for an example that is no real county
    tables: dict[str, dict] = field(default_factory=dict)  # "areas.parquet" -> {"rows": n, "sha256": …}; set on saving
    schema: int = SCHEMA

    @property
    def checksum(self) -> str:
        """A hash of every table that a plan is made from and how its matrix is read, the same on every machine."""
        made_from = [item for item in sorted(self.tables.items()) if item[0] not in NO_PART_OF_THE_CHECKSUM]
        parts = [f"{name}:{table['sha256']}" for name, table in made_from]
        if self.absent_journeys != "estimate":  # it changes plans, and older bundles keep the checksum they have
            parts.append(f"absent_journeys:{self.absent_journeys}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_MANIFEST = TypeAdapter(Manifest)
_WARNING_KINDS = TypeAdapter(dict[str, KindOf])


@dataclass(frozen=True, slots=True)
class County:
    """The places of one or more councils: what every later step reads."""

    areas: gpd.GeoDataFrame  # index area_code; AREA_COLUMNS and geometry (EPSG:27700)
    destinations: pd.DataFrame  # index destination_id; DESTINATION_COLUMNS
    manifest: Manifest
    journeys: pd.DataFrame | None = None  # an imported travel matrix
    journey_details: pd.DataFrame | None = None  # of data.journeys.tables, where it was made from timetables
    timetable: pd.DataFrame | None = None  # of data.timetables.stored, where `data build` made the journeys from it
    area_lines: pd.DataFrame | None = None  # likewise: LINE_COLUMNS of data.travel.timetabled
    postcode_journeys: pd.DataFrame | None = None  # likewise: POSTCODE_COLUMNS, where postcodes were measured too
    postcodes: pd.DataFrame | None = None  # index postcode; easting_m, northing_m, area_code, terminated
    authorities: pd.DataFrame | None = None  # index district_code, of the whole country; district_name, authority_name
    council_statistics: pd.DataFrame | None = None  # of data.official.council_statistics: NEET, State of the Nation
    water: pd.DataFrame | None = None  # of data.official.water: south_m, west_m, east_m; None: not known
    names: pd.DataFrame | None = None  # NAME_COLUMNS, kind "town", "ward", "place" or "school"; None: no file gave any
    published: "County | None" = None  # as its bundle has it, where a scenario withdraws lines from it


def check(county: County) -> None:
    """Raise InputError with everything in the tables that is not as AREA_COLUMNS and DESTINATION_COLUMNS say."""
    faults = [
        *_table_faults("areas", county.areas, AREA_COLUMNS, "area_code"),
        *_table_faults("destinations", county.destinations, DESTINATION_COLUMNS, "destination_id"),
    ]
    if county.areas.empty:
        faults.append(Fault("areas", "has no rows: there is nothing to plan for. Build the bundle again."))
    if not faults:
        unknown = sorted(set(county.destinations["kind"]) - set(DESTINATION_KINDS))
        if unknown:
            faults.append(Fault("destinations, kind", f"{unknown} is not one of {list(DESTINATION_KINDS)}."))
        faults += [*_value_faults("areas", county.areas), *_value_faults("destinations", county.destinations)]
    if faults:
        raise InputError(f"bundle {county.manifest.name}", faults)


def _value_faults(name: str, table: pd.DataFrame) -> list[Fault]:
    """Return what is wrong with numbers: outside of what they may be, or a place that nobody can find."""
    faults = [
        Fault(f"{name}, {column}", f"must lie between {least:,g} and {most:,g}. {_where(table, ~inside)}")
        for column, (least, most) in RANGES.items()
        if column in table
        and not (inside := table[column].isna() | table[column].between(least, most)).astype(bool).all()
    ]
    return faults + [
        Fault(f"{name}, {column}", f"must be known. {_where(table, table[column].isna())}")
        for column in PLACE
        if table[column].isna().any()
    ]


def _where(table: pd.DataFrame, wrong: pd.Series) -> str:
    codes = table.index[wrong.astype(bool)]
    return f"Not so: {', '.join(map(str, codes[:3]))}{f' and {len(codes) - 3:,} more' if len(codes) > 3 else ''}."


def _table_faults(name: str, table: pd.DataFrame, columns: dict[str, str], index: str) -> list[Fault]:
    faults = []
    if table.index.name != index:
        faults.append(Fault(name, f"is indexed by {table.index.name!r}; {index!r} was expected."))
    if not table.index.is_unique:
        twice = table.index[table.index.duplicated()].unique()[:5].tolist()
        faults.append(Fault(name, f"has the same {index} more than once: {twice}."))
    missing = [column for column in columns if column not in table.columns]
    if missing:
        faults.append(Fault(name, f"lacks the columns {missing}."))
    there = {column: kind for column, kind in columns.items() if column in table.columns}
    return faults + [
        Fault(f"{name}, {column}", wrong) for column, kind in there.items() if (wrong := _wrong(table[column], kind))
    ]


def _wrong(column: pd.Series, kind: str) -> str:
    """Say how a column is not of its kind, "" where it is, or where it has no rows."""
    if column.empty:
        return ""
    if kind in ("float64", "Int64"):
        if not is_numeric_dtype(column):
            return "holds what is no number."
        return "holds an infinite number." if column.isin([np.inf, -np.inf]).any() else ""
    return "holds what is no text." if kind == "string" and infer_dtype(column, skipna=True) not in TEXTS else ""


@needs(Right.DATA)
def save(county: County, folder: str | Path) -> County:
    """Write a bundle to `folder`, whole or not at all, and return it with its manifest's table checksums set.

    An older bundle at `folder` is replaced; any other folder that is not empty is refused.
    Raises InputError for tables that `check` refuses and for a folder that is no bundle, OSError for one not writable.
    """
    check(county)
    folder = Path(folder)
    check_place(folder)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        manifest = _write_tables(county, unfinished)
        _put_in_place(unfinished, folder)
    except BaseException as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if isinstance(error, OSError) and error.errno:
            error.filename = str(folder)  # not the temporary folder
        raise
    return replace(county, manifest=manifest)


def _write_tables(county: County, folder: Path) -> Manifest:
    """Write the tables and the manifest that counts and hashes them; return the manifest."""
    tables = {"areas": county.areas, "destinations": county.destinations}
    tables |= {name: table for name in OPTIONAL if (table := getattr(county, name)) is not None}
    written = {}
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        table.to_parquet(path, compression="zstd")
        written[path.name] = {"rows": len(table), "sha256": _sha256(path)}
    manifest = replace(county.manifest, tables=written)
    further = {"checksum": manifest.checksum, "warning_kinds": kinds_of(manifest.warnings)}
    text = json.dumps(asdict(manifest) | further, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    folder.chmod(0o755)
    return manifest


def check_place(folder: Path) -> None:
    """Raise InputError where a bundle may not be written to `folder`: something else is there, or its parent is not."""
    if folder.exists() and not (folder.is_dir() and (_is_bundle(folder) or not any(folder.iterdir()))):
        raise InputError(str(folder), ["is there already and is not a bundle. Name a new folder or an older bundle."])
    check_folder(folder.absolute().parent, str(folder))


def _put_in_place(unfinished: Path, folder: Path) -> None:
    """Rename the finished folder over the old one; the old one is put back if that fails."""
    if not folder.exists():
        unfinished.replace(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".old", dir=folder.parent))
    folder.replace(aside / "old")
    try:
        unfinished.replace(folder)
    except BaseException:
        (aside / "old").replace(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load(folder: str | Path) -> County:
    """Read a bundle. Raises InputError where it is not one, is damaged, or was written by a later version."""
    folder = Path(folder)
    if not _is_bundle(folder):
        raise InputError(str(folder), ["is not a bundle (no manifest.json). Make one with `python -m data build`."])
    faults: list[Fault] = []
    read = gathered(faults, lambda: parse_json((folder / "manifest.json").read_bytes(), "manifest.json"), None)
    if not isinstance(read, dict):
        why = faults[0].problem if faults else "is not an object."
        raise InputError(str(folder), [f"manifest.json {why} Build the bundle again."])
    if read.get("schema") != SCHEMA:
        raise InputError(
            str(folder), [f"has schema {read.get('schema')}; this version reads {SCHEMA}. Build the bundle again."]
        )
    manifest = _manifest(read, folder)
    faults = [
        Fault(name, "is missing or was changed since the bundle was written. Build the bundle again.")
        for name, table in manifest.tables.items()
        if not (folder / name).is_file() or _sha256(folder / name) != table["sha256"]
    ]
    faults = faults or size_faults((folder / name for name in manifest.tables), "Build the bundle again.")
    if faults:
        raise InputError(str(folder), faults)
    try:
        county = _county(folder, manifest)
    except CANNOT_READ as error:
        problem = f"has a table that cannot be read ({type(error).__name__}). Build the bundle again."
        raise InputError(str(folder), [problem]) from None
    check(county)
    return county


def _county(folder: Path, manifest: Manifest) -> County:
    optional = {
        name: pd.read_parquet(folder / f"{name}.parquet") for name in OPTIONAL if f"{name}.parquet" in manifest.tables
    }
    return County(
        areas=gpd.read_parquet(folder / "areas.parquet"),
        destinations=pd.read_parquet(folder / "destinations.parquet"),
        manifest=manifest,
        **optional,
    )


def _manifest(read: dict, folder: Path) -> Manifest:
    try:
        manifest = _MANIFEST.validate_python(read)
        kinds = _WARNING_KINDS.validate_python(read.get("warning_kinds", {}))  # earlier bundles have none
        if wrong := _table_list_problem(manifest.tables):
            raise InputError(str(folder), [f"manifest.json {wrong}. Build the bundle again."])
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        problem = f"manifest.json is incomplete or damaged ({wrong}). Build the bundle again."
        raise InputError(str(folder), [problem]) from None
    return replace(manifest, warnings=with_kinds(manifest.warnings, kinds))


def _table_list_problem(tables: dict[str, dict]) -> str:
    """Say what is wrong with a manifest's list of tables, each of which must be there and have a checksum."""
    known = {f"{name}.parquet" for name in ("areas", "destinations", *OPTIONAL)}
    if lacking := {"areas.parquet", "destinations.parquet"} - tables.keys():
        return f"does not list {' and '.join(sorted(lacking))}"
    if strange := tables.keys() - known:
        return f"lists {len(strange)} files that are no tables of a bundle"
    if any(not isinstance(table.get("sha256"), str) for table in tables.values()):
        return "lists a table without its checksum (sha256)"
    return ""


def _is_bundle(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
