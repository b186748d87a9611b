"""Put together where young people may go: colleges, sixth forms and employment centres.

Providers come from Get Information About Schools (GIAS), and the 16 to 18 performance tables say which of them have
students of that age, how many, and what they study. The DfT's 2019 list of further education sites is used only where
GIAS is not loaded. Employment centres are the DfT's of 2019, by band of jobs. `site_files` adds the sites of colleges
that GIAS has not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data.faults import Fault, InputError, Noted
from data.official import cells, over_border, site_files
from data.official.providers import (
    COLLEGE,
    SIXTH_FORM,
    adult_colleges,
    no_establishments,
    providers,
    read_establishments,
    read_performance,
)
from data.official.recognise import Recognised
from data.official.sites import SITE_OF
from data.official.studies import STUDIES, by_type
from data.official.tables import OfficialTable, faults_in, faults_of, read, read_each

# DfE's post-16 transport guidance (January 2019) calls 75 minutes each way good practice. 40 km in a straight line is
# some 52 km by road: no bus, and hardly a car, covers it door to door in that time. What is farther cannot matter.
REACH_KM = 40.0
WORK = "employment_centre"

Finder = Callable[[pd.Series], pd.DataFrame]  # postcodes to easting_m and northing_m, NaN where not known
COLUMNS = ["name", "kind", "easting_m", "northing_m", "size", *STUDIES]
MOST_NAMED = 12  # providers in a warning


@dataclass(slots=True)
class GatheredDestinations:
    """Destinations of all England, with the files that they come from and how they were read.

    What concerns single providers (`placed_by`, `not_placed`, `not_counted`) is told to the councils near them alone.
    """

    table: pd.DataFrame  # index destination_id; COLUMNS, and for providers site_of, la (code) and placed_by
    sources: list[OfficialTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    establishments: pd.DataFrame | None = None  # of read_establishments
    not_placed: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "la"]))
    not_counted: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "la"]))

    def told_near(self, reachable: pd.DataFrame) -> tuple[list[str], list[str]]:
        """Return the warnings and notes about providers within reach, or of an authority with some within reach."""
        warnings: list[str] = []
        for how in ("their postcode", "the centre of their area"):
            named = reachable.loc[reachable["placed_by"] == how, "name"] if "placed_by" in reachable else []
            if len(named):
                names = _first_names(named)
                told = f"Providers of 16 to 18 education without coordinates, placed at {how}: {names}."
                warnings.append(Noted(told, "providers_placed", where=how, names=names))
        near = reachable["la"].dropna().unique() if "la" in reachable else []
        lost = self.not_placed.loc[self.not_placed["la"].isin(near), "name"]
        if len(lost):
            names = _first_names(lost)
            told = f"Providers of 16 to 18 education that could not be placed, and are missing: {names}. "
            told += "Add them with their postcodes (under Rules and data, or with --destinations)."
            warnings.append(Noted(told, "providers_missing", names=names))
        adult = self.not_counted.loc[self.not_counted["la"].isin(near), "name"]
        notes = [f"not in the performance tables (adults only, or merged), so left out: {_first_names(adult)}"]
        return warnings, notes if len(adult) else []


def _first_names(names: pd.Series) -> str:
    names = sorted(names.astype(str))
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def place(table: pd.DataFrame, centres: pd.DataFrame, find: Finder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give providers without coordinates those of their postcode, else of their area's centre.

    `centres` has easting_m and northing_m by area; `find` returns the same, in order, for postcodes.
    Returns the providers that have a place, with `placed_by` where it is not their own, and those that have none.
    """
    table = table.assign(placed_by=pd.Series(pd.NA, index=table.index, dtype="string"))
    for column, how in (("postcode", "their postcode"), ("area", "the centre of their area")):
        waiting = table["easting_m"].isna() & table[column].notna()
        if not waiting.any():
            continue
        keys = table.loc[waiting, column]
        points = find(cells.postcode(keys)) if column == "postcode" else centres.reindex(keys)
        table.loc[waiting, ["easting_m", "northing_m"]] = points[["easting_m", "northing_m"]].to_numpy(dtype="float64")
        table.loc[waiting & table["easting_m"].notna(), "placed_by"] = how
    return table.dropna(subset=["easting_m", "northing_m"]), table[table["easting_m"].isna()]


# --- DfT 2019 ------------------------------------------------------------------------------------------------------


def read_dft_education(source: OfficialTable) -> pd.DataFrame:
    """Read the DfT's further education sites of 2019. The sheet states no type: the kind is read off the name."""
    table = _dft(source, {"urn": "urn", "name": "establishmentname"})
    school = table["name"].str.contains(r"school|academy|sixth form|\b6th|\butc\b|grammar", case=False, na=False)
    kind = np.where(school, SIXTH_FORM, COLLEGE)
    table = table.assign(kind=kind, students=np.nan, area=pd.NA, postcode=pd.NA, la=pd.NA)
    return table.join(by_type(table.assign(type="", table_type="")))


def read_employment(sources: list[OfficialTable]) -> pd.DataFrame:
    """Read the DfT's employment centres: one a 2011 area, its size the lower bound of its band of jobs.

    A centre in two bands keeps the larger.
    """
    bands = [
        _dft(band, {"code": "lsoacode", "name": "lsoaname"}).assign(size=float(band.known.jobs_at_least))
        for band in sources
    ]
    table = pd.concat(bands).sort_values(["size", "code"], ascending=[False, True]).drop_duplicates("code")
    table["kind"] = WORK
    table[list(STUDIES)] = np.nan  # nothing is studied there
    table.index = pd.Index("jobs-" + table["code"], name="destination_id")
    return table.sort_index()[COLUMNS]


def _dft(source: OfficialTable, names: dict[str, str]) -> pd.DataFrame:
    raw = read(source, names | {"easting_m": "easting", "northing_m": "northing"})
    table = pd.DataFrame({name: cells.text(raw[name]) for name in names})
    with faults_in(source) as faults:
        for name in ("easting_m", "northing_m"):
            table[name] = cells.numbers(raw[name], name, faults, least=0, most=1_300_000).round(1)
    return table.dropna().reset_index(drop=True)


# --- All together --------------------------------------------------------------------------------------------------


def gather(recognised: Recognised, centres: pd.DataFrame, find: Finder, faults: list[Fault]) -> GatheredDestinations:
    """Read every loaded source of destinations in England. Adds what cannot be read to `faults`."""
    gathered = GatheredDestinations(pd.DataFrame(columns=COLUMNS, index=pd.Index([], name="destination_id")))
    parts = [_education(recognised, gathered, centres, find, faults)]
    bands = recognised.read_by("dft_employment")
    try:
        parts.append(read_employment(bands) if bands else None)
        gathered.sources += bands
    except InputError as error:
        faults += faults_of(error)
    if not bands:
        told = "No employment centres were loaded: the plan can say nothing about reaching work."
        gathered.warnings.append(Noted(told, "no_employment_loaded"))
    filled = [part for part in parts if part is not None and len(part)]
    if filled:
        types = {"name": "string", "kind": "string", "easting_m": "float64", "northing_m": "float64"}
        types |= dict.fromkeys(("size", *STUDIES), "float64")
        types |= {name: "string" for name in (SITE_OF, "la", "placed_by") if name in filled[0]}
        gathered.table = pd.concat(filled).astype(types).rename_axis("destination_id")
    return gathered


def _education(
    recognised: Recognised, gathered: GatheredDestinations, centres: pd.DataFrame, find: Finder, faults: list[Fault]
) -> pd.DataFrame | None:
    establishments = _fullest(recognised, "establishments", read_establishments, faults)
    table = _providers(recognised, gathered, establishments, faults)
    if table is None:
        table = _providers_of_2019(recognised, gathered, faults)
    if table is None:
        return None
    if establishments is not None:
        gathered.establishments = establishments[1]
        table = pd.concat([table, over_border.welsh_schools(establishments[1])], ignore_index=True)
    table, gathered.not_placed = place(table, centres, find)
    table = table.rename(columns={"students": "size"})
    table.index = pd.Index("urn-" + table["urn"].astype(str), name="destination_id")
    table = table[~table.index.duplicated()].sort_index()[[*COLUMNS, "la", "placed_by"]]
    if establishments is None:
        return table  # without GIAS nothing is known of the colleges of today
    dft = read_each(recognised.read_by("dft_education")[:1], read_dft_education, faults)
    places, used = site_files.find(recognised, establishments[1], table, dft, faults, gathered.warnings)
    gathered.sources += used
    return pd.concat([table, places]) if len(places) else table


def _fullest(
    recognised: Recognised, kind: str, reader: Callable[[OfficialTable], pd.DataFrame], faults: list[Fault]
) -> tuple[OfficialTable, pd.DataFrame] | None:
    return max(read_each(recognised.read_by(kind), reader, faults), key=lambda item: len(item[1]), default=None)


def _providers(
    recognised: Recognised,
    gathered: GatheredDestinations,
    establishments: tuple[OfficialTable, pd.DataFrame] | None,
    faults: list[Fault],
) -> pd.DataFrame | None:
    """Return the providers of the fullest GIAS file and performance table, None where neither is loaded."""
    performance = _fullest(recognised, "performance", read_performance, faults)
    if not (performance or establishments):
        return None
    table, notes, warnings = providers(
        establishments[1] if establishments else no_establishments(), performance[1] if performance else None
    )
    gathered.sources += [item[0] for item in (establishments, performance) if item]
    gathered.notes += notes
    gathered.warnings += warnings
    if establishments and performance:
        gathered.not_counted = adult_colleges(establishments[1], table)
    if not establishments:
        told = "Get Information About Schools was not loaded: colleges and sixth forms are placed at postcodes."
        gathered.warnings.append(Noted(told, "colleges_at_postcodes"))
    return table


def _providers_of_2019(
    recognised: Recognised, gathered: GatheredDestinations, faults: list[Fault]
) -> pd.DataFrame | None:
    sources = recognised.read_by("dft_education")[:1]
    if not sources:
        told = "No colleges or sixth forms were loaded: the plan can say nothing about reaching college."
        gathered.warnings.append(Noted(told, "no_colleges_loaded"))
    for source, table in read_each(sources, read_dft_education, faults):
        gathered.sources.append(source)
        gathered.notes.append("kinds read off the names, an estimate")
        told = (
            "Colleges and sixth forms are those of 2019, without sizes; load Get Information About Schools and the "
            "16 to 18 performance tables for those of today."
        )
        gathered.warnings.append(Noted(told, "colleges_of_2019"))
        return table
    return None


def within_reach(table: pd.DataFrame, areas: pd.DataFrame, reach_km: float = REACH_KM) -> pd.DataFrame:
    """Return the destinations within `reach_km` in a straight line of any area: young people cross boundaries."""
    if table.empty or areas.empty:
        return table.iloc[:0]
    tree = cKDTree(areas[["easting_m", "northing_m"]].to_numpy(dtype="float64"))
    distance_m, _ = tree.query(table[["easting_m", "northing_m"]].to_numpy(dtype="float64"))
    return table[distance_m <= reach_km * 1000]


def nearest_beyond(table: pd.DataFrame, areas: pd.DataFrame, count: int = 5) -> pd.DataFrame:
    """Return the `count` destinations nearest to any of the areas, however far: those of an island off the coast."""
    tree = cKDTree(areas[["easting_m", "northing_m"]].to_numpy(dtype="float64"))
    distance_m, _ = tree.query(table[["easting_m", "northing_m"]].to_numpy(dtype="float64"))
    return table.iloc[np.sort(np.argsort(distance_m, kind="stable")[:count])]
