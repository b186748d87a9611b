"""Say how much of each council an official file covers: timetables or boundaries of one region say nothing of another.

A file with a row an area covers the areas that it names. A file of timetables covers the postcodes with a stop within
a kilometre or two: the postcodes are those of the list that comes with Farebridge.
"""

import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.official.boundaries import to_grid
from data.official.opening import CANNOT_UNPACK, OpenFile, magic, open_file
from data.official.postcode_list import NOWHERE, PostcodeList, national_list
from data.official.tables import OfficialTable, faults_of, read

AREA, OF_2011 = r"([EW]01\d{6})", ("2011", "lsoa11")
TIMETABLES, POSTCODES = "timetables", "postcodes"  # readers in sources.toml
AREA_OF_POSTCODE = "lsoa21|lsoa21cd"
WHOLE_BYTES = 200 << 20  # a file of postcodes larger than this is the whole directory, as its publisher makes it
CELL_M = 1_000  # a stop is near the postcodes of its square of this side and of the eight around it
FEW, MOST = 0.05, 0.5  # assumption: buses from next door stop at fewer postcodes of a council, its own at more


@dataclass(slots=True)
class Councils:
    """The areas and postcodes of each council, against which files are counted."""

    areas: pd.DataFrame  # index area_code; district_code, county_name
    faults: list[Fault]
    listed: PostcodeList | None = None  # the list that comes with Farebridge, read when it is needed
    _homes: pd.DataFrame | None = field(default=None, init=False)
    _covered: dict[tuple[str, str], np.ndarray | None] = field(default_factory=dict, init=False)

    def lacking(self, tables: Sequence[OfficialTable]) -> dict[str, float] | None:
        """Return the part of each council (above 0, to 1) that none of the tables covers; None where one is uncounted.

        What is read by area is counted in areas, and timetables in postcodes. A table that cannot be read adds to the
        faults.
        """
        covered = self._by_any(tables)
        if covered is None:
            return None
        by_stop = any(table.known.reads == TIMETABLES for table in tables)
        names = self._postcodes()["county_name"] if by_stop else self.areas["county_name"]
        part = 1 - pd.Series(covered, dtype=float).groupby(names.to_numpy(dtype=object)).mean()
        if by_stop:
            part = part.mask(part <= 1 - MOST, 0.0).mask(part >= 1 - FEW, 1.0)
        return {str(name): float(value) for name, value in part[part > 0].items()}

    def without_areas(self, tables: Sequence[OfficialTable]) -> dict[str, int]:
        """Return how many areas of each council none of the tables has; nothing where one of them is not counted."""
        covered = self._by_any(tables)
        if covered is None:
            return {}
        return {str(name): int(count) for name, count in self.areas["county_name"][~covered].value_counts().items()}

    def _by_any(self, tables: Sequence[OfficialTable]) -> np.ndarray | None:
        """Say of each area, or postcode for timetables, whether one of the tables covers it; None where not counted."""
        for table in tables:
            if (key := (table.known.id, table.table_key)) not in self._covered:
                count = self._stops if table.known.reads == TIMETABLES else self._areas
                self._covered[key] = count(table)
        found = [self._covered[table.known.id, table.table_key] for table in tables]
        counted = [each for each in found if each is not None]
        return np.logical_or.reduce(counted) if counted and len(counted) == len(found) else None

    def _areas(self, table: OfficialTable) -> np.ndarray | None:
        """Say of each area whether a table has it; None for one with no row an area, or of the whole country.

        A workbook covers all of England, as its publisher makes it, and takes ten times as long to read as the rest.
        """
        named = AREA_OF_POSTCODE if table.known.reads == POSTCODES else _code_column(table.known.like)
        if not named or table.layout.form == "workbook" or _is_whole(table):
            return None
        try:
            codes = read(table, {"code": named})["code"].astype("string").str.extract(AREA, expand=False).dropna()
        except InputError as error:
            self.faults += faults_of(error)
            return np.zeros(len(self.areas), dtype=bool)
        has = self.areas.index.isin(set(codes))
        if not any(mark in named for mark in OF_2011):
            return has
        some = pd.Series(has, index=self.areas.index).groupby(self.areas["county_name"]).transform("any")
        return some.to_numpy(dtype=bool)  # areas that changed since 2011 have another code

    def _stops(self, table: OfficialTable) -> np.ndarray | None:
        """Say of each postcode whether a feed has a stop near it; None where its stops cannot be read here.

        What is wrong with a feed is told in full when journeys are measured by it.
        """
        try:
            with _beside(table, "stops.txt") as file:
                stops = pd.read_csv(file, usecols=["stop_lat", "stop_lon"], dtype=str, encoding="utf-8-sig")
        except (*CANNOT_UNPACK, KeyError, ValueError):
            return None
        degrees = stops.apply(pd.to_numeric, errors="coerce").dropna()
        east, north = to_grid(degrees["stop_lon"].to_numpy(), degrees["stop_lat"].to_numpy())
        there = np.isfinite(east) & np.isfinite(north)
        near = {(x, y) for x, y in zip(_square(east[there]), _square(north[there]), strict=True)}
        around = [_key(x + right, y + up) for x, y in near for right in (-1, 0, 1) for up in (-1, 0, 1)]
        return np.isin(self._postcodes()["square"], around)

    def _postcodes(self) -> pd.DataFrame:
        """Return the postcodes of the councils: county_name, and the square that each is in."""
        if self._homes is None:
            listed = self.listed or national_list()
            county = self.areas.drop_duplicates("district_code").set_index("district_code")["county_name"]
            names = county.reindex(listed.district_codes).to_numpy(dtype=object)[listed.district]
            square = _key(_square(listed.easting_m), _square(listed.northing_m))
            homes = pd.DataFrame({"county_name": names, "square": square})
            self._homes = homes[homes["county_name"].notna().to_numpy() & (listed.easting_m != NOWHERE)]
        return self._homes


def in_words(lacking: float | None) -> str:
    """Return whether a file covers a council, from the part of it that the file lacks; None is not counted.

    >>> in_words(0.0), in_words(1.0), in_words(0.69), in_words(0.997), in_words(None)
    ('yes', 'no', '31% of it', 'under 1% of it', 'for the whole country')
    """
    if lacking is None:
        return "for the whole country"
    if lacking in (0, 1):
        return "no" if lacking else "yes"
    return f"{1 - lacking:.0%} of it" if lacking <= 0.99 else "under 1% of it"


def _code_column(like: Mapping[str, str]) -> str:
    """Return the header of a source that holds the codes of areas, those of 2021 before those of 2011; "" for none."""
    named = [header for header, shapes in like.items() if "E01" in shapes]
    return next((name for name in named if not any(mark in name for mark in OF_2011)), named[0] if named else "")


def _is_whole(table: OfficialTable) -> bool:
    if table.known.reads != POSTCODES:
        return False
    if table.inside:
        with zipfile.ZipFile(table.path) as archive:
            return archive.getinfo(table.inside).file_size > WHOLE_BYTES
    packed = 5 if magic(table.path)[:2] == b"\x1f\x8b" else 1
    return table.path.stat().st_size * packed > WHOLE_BYTES


def _beside(table: OfficialTable, name: str) -> OpenFile:
    """Open another table of the feed that a table is of."""
    if table.inside:
        return open_file(table.path, posixpath.join(posixpath.dirname(table.inside), name))
    return open_file(table.path.with_name(name), "")


def _square(metres: np.ndarray) -> np.ndarray:
    return np.floor(np.asarray(metres) / CELL_M).astype(np.int64)


def _key(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    return east * 10_000 + north
