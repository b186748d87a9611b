"""Build a county bundle from a folder of official files.

    recognise ─► places (district, county) ─► the council's areas ─► each column from the best complete source
              ─► destinations within reach ─► a County with a manifest of every choice

Everything that is wrong with the input is gathered on the way and raised at once; nothing is written here.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.bundle import GRID, County, check
from data.faults import Fault, InputError
from data.official import (
    boundaries,
    council_statistics,
    deprivation,
    destinations,
    lookups,
    population,
    postcode_directory,
    rural_urban,
)
from data.official.build_record import Ledger, make_manifest, source_id
from data.official.choices import Choice, choose, gap_fault
from data.official.councils import find_councils
from data.official.known import known_sources
from data.official.postcode_list import NOWHERE, national_list
from data.official.recognise import Found, Recognised, faults_of, recognise

AGES = (16, 18)
OLDEST_ASKED = 25  # support for young people with a plan ends at 25
ESSENTIAL = ("imd_rank", "imd_decile", "low_income_rate", "young_people")
WELCOME = ("idaci_decile", "education_decile", "geographical_barriers_decile", "rural_urban")
MENDED_BY = {
    "imd_rank": "iod2025_file7",
    "imd_decile": "iod2025_file7",
    "low_income_rate": "iod2025_file7",
    "young_people": "population_syoa",
    "idaci_decile": "iod2025_file7",
    "education_decile": "iod2025_file7",
    "geographical_barriers_decile": "iod2025_file7",
    "rural_urban": "ruc2021",
    "centre": "centroids_population_weighted",
}


def build(
    folder: str | Path,
    councils: Sequence[str],
    ages: tuple[int, int] = AGES,
    progress: Callable[[str], None] = lambda stage: None,
) -> County:
    """Build the County of one or more councils from the official files in `folder`, at any depth.

    `councils` are names or codes of counties and unitaries, or "England". `progress` is told each stage as it starts.
    Raises InputError with everything that is wrong: damaged files, unknown councils, essentials that no file gives.
    """
    if not 0 <= ages[0] <= ages[1] <= OLDEST_ASKED:
        raise InputError(
            "--ages", [f"{ages[0]}-{ages[1]} is not a range of ages from 0 to {OLDEST_ASKED}. Write 16-18."]
        )
    folder, ledger = Path(folder), Ledger()
    progress("recognising the files")
    recognised = recognise(folder)
    ledger.faults += recognised.damaged
    progress("finding the areas")
    places = lookups.places(recognised)
    name, codes, areas = _areas_of(councils, places, ledger)
    progress("reading deprivation, population and classes")
    columns = _statistics(recognised, areas.index, ages, ledger)
    progress("reading boundaries and centres")
    centres = boundaries.read_centres(recognised, ledger.faults)
    shapes = boundaries.best_boundaries(recognised, areas.index, ledger.faults)
    located = _location(centres, shapes, areas.index, ledger)
    progress("reading destinations and postcodes")
    postcodes = postcode_directory.read_directory(recognised, ledger.faults)
    everywhere = _all_centres(centres)
    gathered = destinations.gather(recognised, everywhere, _finder(postcodes), ledger.faults)
    ledger.raise_faults(folder, recognised)
    table = _areas_table(areas, columns, located, shapes)
    reachable = _destinations(gathered, table, ledger)
    kept = _postcodes(postcodes, recognised, table, ledger)
    statistics = _council_statistics(recognised, areas, ledger)
    ledger.raise_faults(folder, recognised)
    manifest = make_manifest(name, codes, ages, recognised, ledger)
    county = County(
        areas=table, destinations=reachable, manifest=manifest, postcodes=kept, council_statistics=statistics
    )
    check(county)
    return county


def _areas_of(councils: Sequence[str], places: lookups.Places, ledger: Ledger) -> tuple[str, list[str], pd.DataFrame]:
    ledger.faults += places.faults
    ledger.warnings += places.warnings
    if places.table.empty:
        return "", [], places.table
    try:
        name, codes = find_councils(councils, places.table)
    except InputError as error:
        raise InputError(error.subject, [*error.faults, *ledger.faults]) from None  # with the files that are damaged
    areas = places.table[places.table["county_code"].isin(codes)]
    for column, kind in (("district_code", "district"), ("county_code", "county")):
        ledger.record(f"areas.{column}", *places.used[kind])
    for column, kind in (("district_name", "district"), ("county_name", "county"), ("area_name", "district")):
        ledger.columns[f"areas.{column}"] = ledger.columns[f"areas.{kind}_code"]
    return name, codes, areas


def _statistics(recognised: Recognised, areas: pd.Index, ages: tuple[int, int], ledger: Ledger) -> dict[str, Choice]:
    """Choose a source for every statistical column; an essential one with gaps is a fault, another a warning."""
    lookup = _pairs(recognised, ledger)
    pairs = lookup[0] if lookup else None
    files = deprivation.read_deprivation(recognised, pairs, ledger.faults)
    tables = population.read_population(recognised, ages, ledger.faults)
    band = population.read_band(recognised, ledger.faults)
    people, notes, faults = population.candidates(tables, band, pairs, ages)
    offered = {column: deprivation.candidates(files, column) for column in (*ESSENTIAL[:3], *WELCOME[:3])}
    offered |= {"young_people": people, "rural_urban": rural_urban.candidates(recognised, ledger.faults)}
    choices = {column: choose(candidates, areas) for column, candidates in offered.items()}
    young = choices["young_people"].candidate
    if young is None:
        ledger.faults += faults  # a table on 2011 areas is no fault where another source did the work
    elif young.estimated:
        ledger.warnings += notes
        ledger.used += [found for found in [lookup and lookup[1], band and band[1]] if found]
    if not areas.empty:
        for column, choice in choices.items():
            _settle(column, choice, ledger)
    elif not any(file.found for file in files):
        ledger.faults.append(gap_fault("imd_rank, low_income_rate", choices["imd_rank"], _mend("imd_rank")))
    if areas.empty and not people and not faults:
        ledger.faults.append(gap_fault("young_people", choices["young_people"], _mend("young_people")))
    return choices


def _pairs(recognised: Recognised, ledger: Ledger) -> tuple[pd.DataFrame, Found] | None:
    try:
        return lookups.from_2011(recognised)
    except InputError as error:
        ledger.faults += faults_of(error)
        return None


def _mend(column: str) -> str:
    return known_sources()[MENDED_BY[column]].where_to_get()


def _settle(column: str, choice: Choice, ledger: Ledger) -> None:
    """Record a column's choice, and say what it lacks."""
    if choice.candidate is not None:
        candidate = choice.candidate
        ledger.record(f"areas.{column}", candidate.found, choice.note, candidate.estimated)
        ledger.vintages[candidate.found.content + candidate.found.layout.sheet] = candidate.vintage
        if column in ("low_income_rate", "young_people"):
            ledger.warnings += [f"{column}: {text}." for text in choice.passed_over]
        if candidate.estimated:
            ledger.warnings.append(f"{column} is an estimate: {candidate.note} ({candidate.vintage}).")
    if len(choice.missing) == 0:
        return
    fault = gap_fault(column, choice, _mend(column))
    if column in ESSENTIAL:
        ledger.faults.append(fault)
    else:
        ledger.warnings.append(f"{column}: {fault.problem}")
        ledger.columns.setdefault(f"areas.{column}", {"source": None, "note": choice.note, "estimated": False})


def _location(centres, shapes, areas: pd.Index, ledger: Ledger) -> pd.DataFrame:
    located, used = boundaries.locate(centres, shapes, areas)
    missing = located.index[located["easting_m"].isna()]
    if len(missing) or not (centres or shapes):
        shown = f" for {len(missing):,} of {len(areas):,} areas ({', '.join(missing[:3])})" if len(missing) else ""
        ledger.faults.append(
            Fault("easting_m, northing_m", f"no file gives a centre or boundary{shown}. Load {_mend('centre')}.")
        )
    if used:
        note = "; ".join(f"{note}: {count:,} areas from {found.file}" for found, note, count in used)
        for column in ("easting_m", "northing_m"):
            ledger.record(f"areas.{column}", used[0][0], note)
        ledger.used += [found for found, _, _ in used]
        weighted = sum(count for found, _, count in used if found.known.reads == "centroids")
        if weighted < len(areas):
            ledger.warnings.append(
                f"{len(areas) - weighted:,} of {len(areas):,} areas are placed at a centre that is not "
                f"population-weighted. Load {_mend('centre')}."
            )
    if shapes is None or len(shapes[0]) < len(areas):
        lacking = len(areas) - (len(shapes[0]) if shapes else 0)
        ledger.warnings.append(f"{lacking:,} areas have no boundary and are drawn as points.")
    if shapes is not None:
        ledger.record("areas.geometry", shapes[1], f"boundaries of {len(shapes[0]):,} areas, EPSG:27700")
    return located


def _finder(directory: pd.DataFrame | None) -> destinations.Finder:
    """Return what places postcodes: the loaded directory first, then the national list, read only when it is needed."""

    def find(wanted: pd.Series) -> pd.DataFrame:
        points = pd.DataFrame({"easting_m": float("nan"), "northing_m": float("nan")}, index=wanted.index)
        known = wanted.dropna()
        if directory is not None:
            points.loc[known.index] = directory[["easting_m", "northing_m"]].reindex(known).to_numpy()
        known = known[points.loc[known.index, "easting_m"].isna()]
        national = national_list()
        places = national.find(list(known))
        for name, column in (("easting_m", national.easting_m), ("northing_m", national.northing_m)):
            metres = np.where(places >= 0, column[places], NOWHERE).astype("float64")
            points.loc[known.index, name] = np.where(metres == NOWHERE, np.nan, metres)
        return points

    return find


def _all_centres(centres: list[boundaries.Centres]) -> pd.DataFrame:
    """Every loaded centre, the better source first: providers without coordinates may lie outside the county."""
    if not centres:
        return pd.DataFrame(columns=["easting_m", "northing_m"], dtype="float64")
    together = pd.concat([centre.table for centre in centres])
    return together[~together.index.duplicated()]


def _areas_table(areas: pd.DataFrame, columns: dict[str, Choice], located: pd.DataFrame, shapes) -> gpd.GeoDataFrame:
    table = areas.copy()
    table[["easting_m", "northing_m"]] = located
    for name in ("young_people", "low_income_rate"):
        table[name] = columns[name].values.astype("float64")
    for name in ("imd_rank", "imd_decile", "idaci_decile", "education_decile", "geographical_barriers_decile"):
        table[name] = pd.to_numeric(columns[name].values, errors="coerce").astype("Int64")
    table["rural_urban"] = columns["rural_urban"].values.astype("string")
    table["is_rural"] = rural_urban.is_rural(table["rural_urban"])
    points = gpd.GeoSeries.from_xy(table["easting_m"], table["northing_m"], index=table.index, crs=GRID)
    geometry = points if shapes is None else shapes[0].reindex(table.index).fillna(points)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=GRID).sort_index().rename_axis("area_code")


def _destinations(gathered: destinations.Gathered, areas: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    reachable = destinations.within_reach(gathered.table, areas)
    ledger.used += gathered.sources
    ledger.warnings += gathered.warnings
    note = f"within {destinations.REACH_KM:g} km of any area, in or out of the county"
    for kinds, readers in (
        ("colleges and sixth forms", ("establishments", "performance", "dft_education")),
        ("employment centres", ("dft_employment",)),
    ):
        of_kind = [found for found in gathered.sources if found.known.reads in readers]
        if of_kind:
            notes = "; ".join([note, *(gathered.notes if "performance" in readers else [])])
            ids = ", ".join(source_id(found) for found in of_kind)
            ledger.columns[f"destinations: {kinds}"] = {"source": ids, "note": notes, "estimated": False}
    for kind in ("college", "employment_centre"):
        if (gathered.table["kind"] == kind).any() and not (reachable["kind"] == kind).any():
            ledger.warnings.append(
                f"There is no {kind.replace('_', ' ')} within {destinations.REACH_KM:g} km of the council."
            )
    return reachable


def _council_statistics(recognised: Recognised, areas: pd.DataFrame, ledger: Ledger) -> pd.DataFrame | None:
    """Return what is published about the councils as a whole, None where no such file was loaded."""
    names = areas.drop_duplicates("county_code").set_index("county_code")["county_name"].sort_index()
    found = council_statistics.read_statistics(recognised, names, ledger.faults)
    if found is None:
        return None
    ledger.used += found.used
    ledger.vintages |= found.vintages
    ledger.warnings += found.warnings
    for source in found.used:
        ledger.record(f"councils: {source.known.reads.removeprefix('council_')}", source, "by the name of the council")
    return found.table


def _postcodes(postcodes: pd.DataFrame | None, recognised: Recognised, areas, ledger: Ledger) -> pd.DataFrame | None:
    if postcodes is None:
        return None
    near = destinations.within_reach(postcodes.dropna(subset=["easting_m"]), areas)
    if near.empty:
        ledger.warnings.append("The ONS Postcode Directory that was loaded has no postcode near the council.")
        return None
    for found in recognised.of("postcodes"):
        ledger.record(
            "postcodes", found, f"postcodes within {destinations.REACH_KM:g} km of any area, terminated ones too"
        )
        ledger.vintages[found.content + found.layout.sheet] = postcode_directory.vintage(found)
    return near.sort_index()
