"""Build a county bundle from a folder of official files.

    recognise ─► districts and counties ─► the council's areas ─► each column from the best complete source
              ─► destinations within reach ─► a County with a manifest of every choice

Everything that is wrong with the input is gathered and raised at once; nothing is written here.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data import travel
from data.bundle import GRID, NAME_COLUMNS, County, check
from data.official import (
    boundaries,
    council_statistics,
    deprivation,
    destinations,
    lookups,
    over_border,
    place_names,
    population,
    postcode_directory,
    rural_urban,
    single_years,
    water,
)
from data.official.build_record import BuildRecord, make_manifest, source_id
from data.official.choices import Candidate, ColumnChoice, choose, gap_fault
from data.official.councils import find_councils
from data.official.known import where_to_get
from data.official.lakes import lake_warnings
from data.official.postcode_list import national_list
from data.official.recognise import Recognised, recognise
from data.official.sites import SITE_OF
from data.official.unplaced import unplaced_warnings

AGES = (16, 18)
ESSENTIAL = ("imd_rank", "imd_decile", "low_income_rate", "young_people")
WELCOME = ("idaci_decile", "education_decile", "geographical_barriers_decile", "rural_urban")
FILE_THAT_GIVES = {
    **dict.fromkeys([*ESSENTIAL[:3], *WELCOME[:3]], "iod2025_file7"),
    "young_people": "population_syoa",
    "rural_urban": "ruc2021",
    "centre": "centroids_population_weighted",
}


def build(
    folder: str | Path,
    councils: Sequence[str],
    ages: tuple[int, int] | str = AGES,
    progress: Callable[[str], None] = lambda stage: None,
    leave_out: Sequence[str] = (),
) -> County:
    """Build the County of one or more councils from the official files in `folder`, at any depth.

    `councils` are names or codes of counties and unitaries, or "England". `progress` is called with each new stage.
    `leave_out` are files in the folder to pass over, such as an older edition, by their path inside it.
    Raises InputError with everything that is wrong: damaged files, unknown councils, essentials that no file gives.
    """
    ages = population.checked_ages(ages)
    folder, record = Path(folder), BuildRecord()
    progress("recognising the files")
    recognised = recognise(folder, leave_out)
    record.faults += recognised.damaged
    progress("finding the areas")
    districts = lookups.area_districts(recognised)
    name, codes, areas = _areas_of(councils, districts, record)
    progress("reading deprivation, population and classes")
    columns = _statistics(recognised, areas.index, ages, record)
    progress("reading boundaries and centres")
    centres = boundaries.read_centres(recognised, record.faults)
    drawn = boundaries.best_boundaries(recognised, areas.index, record.faults)
    located = _location(centres, drawn, areas.index, record)
    record.warnings += unplaced_warnings(districts, located, _all_centres(centres))
    progress("reading destinations and postcodes")
    postcodes = postcode_directory.read_directory(recognised, record.faults)
    gathered = destinations.gather(recognised, _all_centres(centres), _finder(postcodes), record.faults)
    record.raise_faults(folder, recognised)
    table = _areas_table(areas, columns, located, drawn)
    reachable = _destinations(gathered, table, record)
    strips = _water(drawn, table, reachable, record)
    near = _postcodes(postcodes, recognised, table, record)
    statistics = _council_statistics(recognised, areas, record)
    names = _names(recognised, table, gathered.establishments, record)
    record.raise_faults(folder, recognised)
    manifest = make_manifest(name, codes, ages, recognised, record)
    county = County(
        table,
        reachable,
        manifest,
        postcodes=near,
        authorities=districts.authorities,
        council_statistics=statistics,
        water=strips,
        names=names,
    )
    check(county)
    return county


def _areas_of(
    councils: Sequence[str], districts: lookups.AreaDistricts, record: BuildRecord
) -> tuple[str, list[str], pd.DataFrame]:
    record.faults += districts.faults
    if districts.table.empty:
        return "", [], districts.table
    name, codes = find_councils(councils, districts.table, record.faults, districts.groups)
    for column, kind in (("district_code", "district"), ("county_code", "county")):
        record.add_column(f"areas.{column}", *districts.used[kind])
    for column, kind in (("district_name", "district"), ("county_name", "county"), ("area_name", "district")):
        record.columns[f"areas.{column}"] = record.columns[f"areas.{kind}_code"]
    return name, codes, districts.table[districts.table["county_code"].isin(codes)]


def _statistics(
    recognised: Recognised, areas: pd.Index, ages: tuple[int, int], record: BuildRecord
) -> dict[str, ColumnChoice]:
    """Choose a source for every statistical column; an essential one with gaps is a fault, another a warning."""
    lookup = lookups.from_2011(recognised, record.faults)
    pairs = lookup[1] if lookup else None
    files = deprivation.read_deprivation(recognised, pairs, record.faults)
    tables = single_years.read_population(recognised, ages, record.faults)
    band = population.read_band(recognised, record.faults)
    people, notes, faults = population.candidates(tables, band, pairs, ages)
    candidates = {column: deprivation.candidates(files, column) for column in (*ESSENTIAL[:3], *WELCOME[:3])}
    candidates |= {"young_people": people, "rural_urban": rural_urban.candidates(recognised, record.faults)}
    choices = {column: choose(several, areas) for column, several in candidates.items()}
    young = choices["young_people"].candidate
    if young is None:
        record.faults += faults  # a table on 2011 areas is no fault where another source gives the column
    elif young.estimated:
        record.warnings += notes
        record.used += [item[0] for item in (lookup, band) if item]
    if not areas.empty:
        for column, choice in choices.items():
            _record_choice(column, choice, record)
    elif not files:
        record.faults.append(gap_fault("imd_rank, low_income_rate", choices["imd_rank"], _where_to_get("imd_rank")))
    if areas.empty and not people and not faults:
        record.faults.append(gap_fault("young_people", choices["young_people"], _where_to_get("young_people")))
    return choices


def _where_to_get(column: str) -> str:
    return where_to_get(FILE_THAT_GIVES[column])


def _record_choice(column: str, choice: ColumnChoice, record: BuildRecord) -> None:
    """Record which source a column comes from, and what it lacks."""
    if choice.candidate is not None:
        candidate = choice.candidate
        record.add_column(f"areas.{column}", candidate.source, choice.note, candidate.estimated)
        record.vintages[candidate.source.table_key] = candidate.vintage
        if column in ("low_income_rate", "young_people"):
            for text in choice.passed_over:
                record.warn(f"{column}: {text}.", "source_passed_over")
        if column == "low_income_rate":
            _record_percentiles(candidate, record)
        if candidate.estimated:
            told = f"{column} is an estimate: {candidate.note} ({candidate.vintage})."
            if column == "young_people":
                record.warn(told, "young_people_estimated", when=candidate.vintage)
            else:
                record.warn(told, "low_income_estimated" if column == "low_income_rate" else "column_estimated")
    if len(choice.missing) == 0:
        return
    fault = gap_fault(column, choice, _where_to_get(column))
    if column in ESSENTIAL:
        record.faults.append(fault)
    else:
        record.warn(
            f"{column}: {fault.problem}", "rural_urban_unknown" if column == "rural_urban" else "decile_unknown"
        )
        record.columns.setdefault(f"areas.{column}", {"source": None, "note": choice.note, "estimated": False})


def _record_percentiles(rate: Candidate, record: BuildRecord) -> None:
    """Record where the percentile of the low-income rate comes from, or that no file gives it."""
    if rate.percentiles is not None:
        note = f"where the {rate.note} stands among all of England's, 0 to 100"
        record.add_column("areas.low_income_percentile", rate.source, note, rate.estimated)
        return
    told = (
        f"low_income_percentile: {rate.source.file} has neither the rates of all England nor the rank of this rate. "
        f"Load {_where_to_get('low_income_rate')}."
    )
    record.warn(told, "low_income_percentile_unknown")


def _location(
    centres: list[boundaries.Centres],
    found: boundaries.Boundaries | None,
    areas: pd.Index,
    record: BuildRecord,
) -> pd.DataFrame:
    located, used = boundaries.locate(centres, found, areas)
    missing = located.index[located["easting_m"].isna()]
    if len(missing) or not (centres or found):
        which = f" for {len(missing):,} of {len(areas):,} areas ({', '.join(missing[:3])})" if len(missing) else ""
        problem = f"no file gives a centre or boundary{which}. Load {_where_to_get('centre')}."
        record.add_fault("easting_m, northing_m", problem)
    if used:
        note = "; ".join(f"{note}: {count:,} areas from {source.file}" for source, note, count in used)
        for column in ("easting_m", "northing_m"):
            record.add_column(f"areas.{column}", used[0][0], note)
        record.used += [source for source, _, _ in used]
        weighted = sum(count for source, _, count in used if source.known.reads == "centroids")
        if weighted < len(areas):
            some, every = f"{len(areas) - weighted:,}", f"{len(areas):,}"
            told = f"{some} of {every} areas are placed at a centre that is not population-weighted. "
            told += f"Load {_where_to_get('centre')}."
            record.warn(told, "not_weighted_centres", some=some, all=every)
    drawn = len(found.shapes) if found else 0
    if found is None or drawn < len(areas):
        some = f"{len(areas) - drawn:,}"
        record.warn(f"{some} areas have no boundary and are drawn as points.", "no_boundary", some=some)
    if found is not None:
        record.add_column("areas.geometry", found.source, f"boundaries of {drawn:,} areas, EPSG:27700")
    return located


def _finder(directory: pd.DataFrame | None) -> destinations.Finder:
    """Return a function that locates postcodes: in the loaded directory, then in the national list."""

    def find(postcodes: pd.Series) -> pd.DataFrame:
        points = pd.DataFrame({"easting_m": float("nan"), "northing_m": float("nan")}, index=postcodes.index)
        known = postcodes.dropna()
        if directory is not None:
            points.loc[known.index] = directory[["easting_m", "northing_m"]].reindex(known).to_numpy()
        known = known[points.loc[known.index, "easting_m"].isna()]
        national = national_list()
        points.loc[known.index] = national.coordinates(national.find(list(known)))
        return points

    return find


def _all_centres(centres: list[boundaries.Centres]) -> pd.DataFrame:
    """Return every loaded centre, the better source first: providers without coordinates may be outside the county."""
    if not centres:
        return pd.DataFrame(columns=["easting_m", "northing_m"], dtype="float64")
    together = pd.concat([centre.table for centre in centres])
    return together[~together.index.duplicated()]


def _areas_table(
    areas: pd.DataFrame,
    columns: dict[str, ColumnChoice],
    located: pd.DataFrame,
    drawn: boundaries.Boundaries | None,
) -> gpd.GeoDataFrame:
    table = areas.copy()
    table[["easting_m", "northing_m"]] = located
    for name in ("young_people", "low_income_rate"):
        table[name] = columns[name].values.astype("float64")
    for name in ("imd_rank", "imd_decile", "idaci_decile", "education_decile", "geographical_barriers_decile"):
        table[name] = pd.to_numeric(columns[name].values, errors="coerce").astype("Int64")
    table["low_income_percentile"] = _percentiles(columns["low_income_rate"], table.index)
    table["rural_urban"] = columns["rural_urban"].values.astype("string")
    table["is_rural"] = rural_urban.is_rural(table["rural_urban"])
    points = gpd.GeoSeries.from_xy(table["easting_m"], table["northing_m"], index=table.index, crs=GRID)
    geometry = points if drawn is None else drawn.shapes.reindex(table.index).fillna(points)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=GRID).sort_index().rename_axis("area_code")


def _percentiles(rate: ColumnChoice, areas: pd.Index) -> pd.Series:
    """Return where the chosen rate of each area stands among England's; NaN where its file does not say."""
    found = rate.candidate.percentiles if rate.candidate else None
    return pd.Series(float("nan"), index=areas) if found is None else found.reindex(areas).astype("float64")


def _destinations(
    gathered: destinations.GatheredDestinations, areas: pd.DataFrame, record: BuildRecord
) -> pd.DataFrame:
    reachable = destinations.within_reach(gathered.table, areas)
    colleges = gathered.table[gathered.table["kind"] != destinations.WORK]
    if len(colleges) and not (reachable["kind"] != destinations.WORK).any():
        further = destinations.nearest_beyond(colleges, areas)
        reachable = pd.concat([reachable, further]).sort_index()
        names = ", ".join(further["name"])
        told = (
            f"No college or sixth form lies within {destinations.REACH_KM:g} km of the council. The nearest "
            f"{len(further)} are taken, which no daily journey reaches: {names}."
        )
        record.warn(told, "no_colleges_near", km=f"{destinations.REACH_KM:g}", names=names)
    near_warnings, near_notes = gathered.told_near(reachable)
    record.used += gathered.sources
    record.warnings += [*gathered.warnings, *near_warnings]
    record.warnings += over_border.border_warnings(areas, reachable, destinations.REACH_KM)
    if gathered.establishments is not None:
        record.warnings += over_border.without_ages(gathered.establishments, areas, destinations.REACH_KM)
    note = f"within {destinations.REACH_KM:g} km of any area, in or out of the county"
    for kinds, readers in (
        ("colleges and sixth forms", ("establishments", "performance", "dft_education")),
        ("employment centres", ("dft_employment",)),
    ):
        of_kind = [source for source in gathered.sources if source.known.reads in readers]
        if of_kind:
            notes = "; ".join([note, *([*gathered.notes, *near_notes] if "performance" in readers else [])])
            ids = ", ".join(source_id(source) for source in of_kind)
            record.columns[f"destinations: {kinds}"] = {"source": ids, "note": notes, "estimated": False}
    for kind in ("college", "employment_centre"):
        if (gathered.table["kind"] == kind).any() and not (reachable["kind"] == kind).any():
            words, km = kind.replace("_", " "), f"{destinations.REACH_KM:g}"
            told = f"There is no {words} within {km} km of the council."
            record.warn(told, "no_destination_of_a_kind", kind_of_place=words, km=km)
    inner = ["la", "placed_by"]
    if SITE_OF in reachable and reachable[SITE_OF].isna().all():
        inner.append(SITE_OF)
    return reachable.drop(columns=inner, errors="ignore")


def _water(
    drawn: boundaries.Boundaries | None, areas: pd.DataFrame, destinations: pd.DataFrame, record: BuildRecord
) -> pd.DataFrame | None:
    """Return the strips of water around the council, None where no boundaries tell land from water."""
    if drawn is None:
        told = "Water is not known without boundaries: journeys are estimated straight across the sea."
        record.warn(told, "water_unknown")
        return None
    found = water.draw(drawn.around, areas, destinations)
    record.warnings += [*found.warnings, *lake_warnings(areas)]
    if found.strips is not None:
        note = f"squares of {water.CELL_M} m that no boundary covers; lakes lie inside areas and are not known"
        record.add_column("water", drawn.source, note)
        record.warnings += travel.build_warnings(found.strips, areas, destinations, travel.default_figures())
    return found.strips


def _names(
    recognised: Recognised, areas: gpd.GeoDataFrame, establishments: pd.DataFrame | None, record: BuildRecord
) -> pd.DataFrame | None:
    """Return what people call the places of the council, None where no file says so."""
    names, sources = place_names.read_names(recognised, areas, establishments, record.faults)
    for source in sources:
        column, note = place_names.GIVES[source.known.reads]
        record.add_column(column, source, note)
    return None if names is None else names.astype(NAME_COLUMNS)


def _council_statistics(recognised: Recognised, areas: pd.DataFrame, record: BuildRecord) -> pd.DataFrame | None:
    """Return what is published about the councils as a whole, None where no such file was loaded."""
    names = areas.drop_duplicates("county_code").set_index("county_code")["county_name"].sort_index()
    found = council_statistics.read_statistics(recognised, names, record.faults)
    if found is None:
        return None
    record.used += found.used
    record.vintages |= found.vintages
    record.warnings += found.warnings
    for source in found.used:
        record.add_column(
            f"councils: {source.known.reads.removeprefix('council_')}", source, "by the name of the council"
        )
    return found.table


def _postcodes(
    postcodes: pd.DataFrame | None, recognised: Recognised, areas: pd.DataFrame, record: BuildRecord
) -> pd.DataFrame | None:
    if postcodes is None:
        return None
    near = destinations.within_reach(postcodes.dropna(subset=["easting_m"]), areas)
    if near.empty:
        told = "The ONS Postcode Directory that was loaded has no postcode near the council."
        record.warn(told, "no_postcodes_near")
        return None
    note = f"postcodes within {destinations.REACH_KM:g} km of any area, terminated ones too"
    for source in recognised.read_by("postcodes"):
        record.add_column("postcodes", source, note)
        record.vintages[source.table_key] = postcode_directory.vintage(source)
    return near.sort_index()
