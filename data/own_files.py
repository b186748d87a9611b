"""Add a council's own files to a bundle: places that no official file has, and measured journeys.

A college's branch sites are in no official list, and no official journey times are younger than 2019. Both come in as
tables: destinations in the shape of the destinations table, and a travel matrix in the shape of the journeys table,
which any routing engine can write.
"""

import datetime
import difflib
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data import text_tables, travel
from data.bundle import DESTINATION_COLUMNS, DESTINATION_KINDS, AbsentChoice, BundleSource, County, Manifest
from data.faults import Fault, InputError, Noted, gathered
from data.official import cells, over_border, sites
from data.official.destinations import REACH_KM
from data.official.postcode_list import national_list, spaced, squeezed
from data.official.sites import CLOSED, SITE_OF
from data.opening.files import content_of
from data.travel import timetabled
from data.travel.absent import ASKED, ESTIMATED, UNREACHABLE

SHAPE = "destination_id, name, kind, and easting_m and northing_m or postcode; size and site_of may be absent"
MOST_LINES = 100_000  # all of England has some fifty thousand schools and colleges, closed ones among them
THOUSANDS = r"(?<=\d),(?=\d{3}(\D|$))"  # a comma between thousands; one before decimals is no number
WHAT_ABSENT_MEANS = {
    ESTIMATED: "They keep their estimates. If the router found no journey, say so: --absent unreachable, or asked.",
    ASKED: "Those between areas and destinations that are both in it count as having no journey; others are estimates.",
    UNREACHABLE: "They count as having no journey.",
}
NO_MATRIX = (
    "says what a pair without minutes in a travel matrix is, and there is no matrix. Give one with --journeys, or "
    "leave --absent out."
)
ABSENT_HELP = (
    "what a pair without minutes in the matrix is: estimate (the default), asked (no journey where both places are in "
    "the matrix) or unreachable (no journey)"
)
KINDS = (*DESTINATION_KINDS, CLOSED)
POSTCODE_KM = 5.0  # an assumption: a place farther than this from its postcode has one of the two wrong
ON_LAND_KM = 10.0  # an assumption: no college or employer of Great Britain is farther than this from every postcode
GRID_METRES = {"easting_m": (0, 700_000), "northing_m": (0, 1_300_000)}  # the extent of the National Grid


def check_there(*paths: Path | None) -> None:
    """Raise InputError naming every path that is no file, so that a build is refused at once and not after minutes."""
    lacking = [path for path in paths if path and not path.is_file()]
    if lacking:
        raise InputError("build", [Fault(str(path), "is not a file. Check its name and folder.") for path in lacking])


def check_absent(absent: AbsentChoice | None, matrix: object) -> None:
    """Raise InputError where somebody says what a pair without minutes is, and there is no travel matrix."""
    if absent and matrix is None:
        raise InputError("--absent", [NO_MATRIX])


def with_destinations(county: County, path: Path) -> County:
    """Return the county with a council's own destinations added; one with an id that is there already replaces it.

    A row of the kind "closed" takes the place with its id away. `site_of` says of which college a place is a site, by
    id or name; without it the college is the one whose name holds the site's name or is held by it.
    A place that is beyond the reach of every area is warned of. Raises InputError with every fault: columns missing,
    kind unknown, no place or one that cannot be, an id given twice, no such college, a closed place that is not there.
    """
    rows, faults = _read(path)
    faults += _not_there(rows, county.destinations)
    far = _beyond_reach(rows, county.areas, faults)
    own = rows.drop_duplicates("destination_id").set_index("destination_id")
    table = gathered(faults, lambda: sites.with_colleges(own, county.destinations, path.name), own)
    if faults:
        raise InputError(path.name, faults)
    table = table.astype(DESTINATION_COLUMNS)
    others = county.destinations[~county.destinations.index.isin(table.index)]
    together = pd.concat([others, table[table["kind"] != CLOSED]]).sort_index()
    together = together.astype(DESTINATION_COLUMNS | ({SITE_OF: "string"} if SITE_OF in together else {}))
    manifest = _recorded(county, path, "Destinations of the council's own", len(table), "destinations: own")
    kept = [warning for warning in manifest.warnings if not over_border.is_border_warning(warning)]
    if len(kept) < len(manifest.warnings):  # it says how many places there are over the border
        kept += over_border.border_warnings(county.areas, together, REACH_KM)
        manifest = replace(manifest, warnings=tuple(kept))
    if far:
        note = f"Places in {path.name} more than {REACH_KM:g} km from every area, which no daily journey reaches: "
        warning = _of_own_file(f"{note}{cells.first_few(far)}.", path.name)
        manifest = replace(manifest, warnings=(*manifest.warnings, warning))
    return replace(county, destinations=together, manifest=manifest)


def told(county: County) -> list[str]:
    """Return everything that a bundle warns of: what was found when it was built, and what its colleges lack."""
    none_left = sites.none_left(county.destinations, county.manifest.name)
    asked = timetabled.told(county.manifest.timetables, datetime.date.today())
    asked += travel.fares_not_known(county.journeys)
    return [*asked, *county.manifest.warnings, *filter(None, [none_left]), *sites.site_warnings(county.destinations)]


def colleges_at_one_site(county: County) -> list[str]:
    """Return the names of the colleges within reach that have no second site, the largest first."""
    return list(sites.at_one_site(county.destinations)["name"])


def with_journeys(county: County, path: Path, absent: AbsentChoice | None = None) -> County:
    """Return the county with a travel matrix; pairs of places that the county does not have are counted and left out.

    `absent` says what a pair without minutes means (data.travel.absent); how many there are is the first of the
    warnings. Raises InputError with every fault of the matrix: a figure that cannot be right for where its places are,
    not one pair that joins an area and a destination, not one row with minutes or a distance.
    """
    absent = absent or ESTIMATED
    matrix = travel.read_matrix(path)
    asked = matrix.attrs.pop(timetabled.KEY, {})
    to_one = matrix["to_id"].isin(county.destinations.index)
    here = matrix["from_id"].isin(county.areas.index) & to_one
    homes = matrix[~here & to_one & matrix["from_id"].map(_is_postcode)]  # of applicants: kept, and checked when used
    if not here.any():
        problem = (
            "joins no area of this county to any of its destinations. from_id must be an area's code, such as "
            f"{county.areas.index[0]}, and to_id a destination's, such as {_first(county.destinations.index)}."
        )
        raise InputError(path.name, [problem])
    title, vintage = ("Journeys by timetable", ", ".join(asked["days"])) if asked else ("Travel matrix", "")
    manifest = _recorded(county, path, title, int(here.sum()), "journeys", vintage)
    matrix = matrix[here]
    filled = _filled(matrix, path.name)
    land = travel.ground(county.water, travel.default_figures())
    if faults := travel.implausible(matrix, county.areas, county.destinations, land):
        raise InputError(path.name, faults)
    lines = timetabled.notes(asked) if asked else _without_minutes(matrix, county, path.name, absent) + filled
    if homes.size:
        lines.append(f"{len(homes):,} of {len(here):,} journeys in {path.name} start at a postcode, for applicants.")
    if left := int((~here).sum()) - len(homes):
        lines.append(f"{left:,} of {len(here):,} journeys in {path.name} join places that this county does not have.")
    if asked:
        manifest = replace(manifest, warnings=tuple(line for line in manifest.warnings if not _is_unused(line)))
    else:
        lines = [_of_own_file(line, path.name) for line in lines]
    manifest = replace(manifest, warnings=(*lines, *manifest.warnings), absent_journeys=absent, timetables=asked)
    details, lines_there, from_postcodes = (timetabled.table_beside(path, name, asked) for name in timetabled.BESIDE)
    homes = homes.assign(from_id=homes["from_id"].map(squeezed).map(spaced))
    journeys = pd.concat([matrix, homes], ignore_index=True)
    return replace(
        county,
        journeys=journeys,
        journey_details=details,
        area_lines=lines_there,
        postcode_journeys=from_postcodes,
        manifest=manifest,
    )


def _is_postcode(place: object) -> bool:
    return spaced(squeezed(place)) != ""


def with_absent(county: County, absent: AbsentChoice) -> County:
    """Return the county with another choice of what a pair without minutes in its own matrix means.

    Raises InputError where the county has no travel matrix.
    """
    check_absent(absent, county.journeys)
    before = WHAT_ABSENT_MEANS[county.manifest.absent_journeys]
    warnings = tuple(
        _with_ending(line, before, WHAT_ABSENT_MEANS[absent]) if line.endswith(before) else line
        for line in county.manifest.warnings
    )
    return replace(county, manifest=replace(county.manifest, warnings=warnings, absent_journeys=absent))


def _is_unused(line: str) -> bool:
    """Say whether a warning is that timetables lie beside the data and are not used."""
    return isinstance(line, Noted) and line.kind == "timetables_not_used"


def _of_own_file(line: str, file: str) -> Noted:
    """Return a warning about a council's own file; on a plan it is told without the name of the file."""
    return Noted(line, "own_file", told=line.replace(file, "the council's own file"))


def _with_ending(line: str, before: str, after: str) -> str:
    """Return a warning that ends with other words, of the same kind where it has one."""
    changed = line.removesuffix(before) + after
    if not isinstance(line, Noted):
        return changed
    return Noted(changed, "own_file", told=line.parts["told"].removesuffix(before) + after)


def _filled(matrix: pd.DataFrame, file: str) -> list[str]:
    """Say how many rows of a matrix have minutes or a distance, where not all do; raise InputError where none has."""
    count = int((matrix["minutes"].notna() | matrix["distance_km"].notna()).sum())
    if not count:
        problem = "Write minutes or distance_km in each, and give the file again."
        raise InputError(file, [f"0 of {len(matrix):,} rows filled in. {problem}"])
    return [] if count == len(matrix) else [f"{count:,} of {len(matrix):,} rows of {file} have a figure."]


def _without_minutes(matrix: pd.DataFrame, county: County, file: str, absent: str) -> list[str]:
    """Say how many pairs have no minutes in a matrix, by mode, and what is made of them."""
    counts = travel.without_minutes(matrix, county.areas.index, county.destinations)
    lacking = [f"{count:,} by {mode}" for mode, count in counts.items() if count]
    routes = travel.distances_only(matrix)
    known = f"{file} gives distances and no minutes by {', '.join(routes)}: all of those minutes stay estimates."
    if not lacking:
        return [known] if routes else []
    lines = [
        f"{file} has no minutes for pairs of an area and a destination of this county: {', '.join(lacking)}. "
        f"{WHAT_ABSENT_MEANS[absent]}"
    ]
    strangers = int((~county.areas.index.isin(matrix["from_id"])).sum())
    if strangers:
        lines.append(f"{strangers:,} of {len(county.areas):,} areas are in no row of {file}.")
    return [*lines, known] if routes else lines


def read_destinations(path: Path) -> pd.DataFrame:
    """Read a council's own destinations (CSV). Raises InputError with every fault; a postcode is looked up."""
    table, faults = _read(path)
    if faults:
        raise InputError(path.name, faults)
    return table.set_index("destination_id").astype(DESTINATION_COLUMNS)


def _read(path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of a file of destinations, by their number in it, with the faults of each by itself."""
    raw = text_tables.read_table(content_of(path), path.name, MOST_LINES)
    raw = text_tables.with_plain_headings(raw, path.name)
    placed = {"easting_m", "northing_m"} <= set(raw.columns) or "postcode" in raw.columns
    lacking = [name for name in ("destination_id", "name", "kind") if name not in raw.columns]
    lacking += [] if placed else ["postcode (or easting_m and northing_m)"]
    if lacking:
        raise InputError(path.name, [f"lacks {', '.join(lacking)}. Its first row needs the headings {SHAPE}."])
    table = raw[["destination_id", "name", "kind"]].copy()
    table["kind"] = table["kind"].str.strip().str.lower().str.replace(" ", "_")
    if SITE_OF in raw.columns:
        table[SITE_OF] = raw[SITE_OF].str.strip()
    for name in ("easting_m", "northing_m", "size"):
        texts = raw[name] if name in raw.columns else pd.Series("", index=raw.index, dtype="str")
        without_commas = texts.str.replace(THOUSANDS, "", regex=True)
        numbers = pd.to_numeric(without_commas, errors="coerce").astype("float64")
        table[name] = numbers.where(np.isfinite(numbers))
    faults = _faults(table)
    if "size" in raw.columns:
        unread = raw["size"].ne("") & table["size"].isna()
        faults += [
            Fault(f"row {row}, size", f'"{raw.loc[row, "size"][:60]}" is not a number. Write digits only.')
            for row in table.index[unread]
        ]
    if "postcode" in raw.columns:
        table = _placed_by_postcode(table, raw["postcode"], faults)
    for name, (least, most) in GRID_METRES.items():
        problem = f"must be National Grid metres from {least:,} to {most:,}, or give a postcode that exists."
        wrong = ~table[name].between(least, most) & (table["kind"] != CLOSED)
        faults += [Fault(f"row {row}, {name}", problem) for row in table.index[wrong]]
    return table, faults


def _not_there(rows: pd.DataFrame, destinations: pd.DataFrame) -> list[Fault]:
    """Return the fault of each closed place that is no destination: a slip in its id would close nothing."""
    faults = []
    for row, place_id in rows.loc[rows["kind"] == CLOSED, "destination_id"].items():
        if place_id and place_id not in destinations.index:
            near = difflib.get_close_matches(place_id, list(destinations.index), n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are {cells.first_few(list(destinations.index))}."
            problem = f'"{place_id}" is no destination here, so nothing would close. {hint} If it is closed already, '
            faults.append(Fault(f"row {row}, destination_id", f"{problem}take the row out."))
    return faults


def _beyond_reach(rows: pd.DataFrame, areas: pd.DataFrame, faults: list[Fault]) -> list[str]:
    """Return the names of the places beyond the reach of every area, adding a fault for each that cannot be there.

    It cannot be where its eastings and northings are the wrong way round, or where it lies outside Great Britain.
    """
    axes = list(GRID_METRES)
    inside = [rows[name].between(*bounds) for name, bounds in GRID_METRES.items()]
    placed = rows[inside[0] & inside[1] & (rows["kind"] != CLOSED)]
    points = placed[axes].to_numpy(dtype="float64")
    tree, names = cKDTree(areas[axes].to_numpy(dtype="float64")), []
    near, near_swapped = (tree.query(each)[0] <= REACH_KM * 1000 for each in (points, points[:, ::-1]))
    for at in np.flatnonzero(~near):
        if near_swapped[at]:
            problem = "The easting and the northing are the wrong way round. Swap them."
        elif not _is_on_land(*points[at]):
            problem = (
                "The easting and the northing lie outside Great Britain. Write National Grid metres (EPSG:27700), not "
                "latitude and longitude, or give a postcode instead."
            )
        else:
            names.append(str(placed["name"].iloc[at]))
            continue
        faults.append(Fault(f"row {placed.index[at]}, easting_m", problem))
    return names


def _is_on_land(easting_m: float, northing_m: float) -> bool:
    """Say whether a place is within ON_LAND_KM, along both axes, of a postcode of Great Britain."""
    national, metres = national_list(), ON_LAND_KM * 1000
    near = (abs(national.easting_m - easting_m) < metres) & (abs(national.northing_m - northing_m) < metres)
    return bool((near & (national.easting_m > 0)).any())


def _faults(table: pd.DataFrame) -> list[Fault]:
    wrong = {
        ("destination_id", "is empty. Give each place an id of its own."): table["destination_id"] == "",
        ("destination_id", "is in an earlier row already. Give each place an id of its own."): table.duplicated(
            "destination_id"
        ),
        ("name", "is empty."): table["name"] == "",
        ("kind", f"must be one of {', '.join(KINDS)}."): ~table["kind"].isin(KINDS),
        ("size", "is negative. Write the number of students or jobs, or nothing."): table["size"] < 0,
    }
    return [
        Fault(f"row {row}, {column}", problem) for (column, problem), rows in wrong.items() for row in table.index[rows]
    ]


def _placed_by_postcode(table: pd.DataFrame, postcodes: pd.Series, faults: list[Fault]) -> pd.DataFrame:
    """Return the table with places for the rows that give a postcode and no coordinates.

    Adds a fault for a row whose coordinates are more than POSTCODE_KM from its postcode.
    """
    national, axes = national_list(), list(GRID_METRES)
    found = national.find([spaced(squeezed(postcode)) for postcode in postcodes])
    places = pd.DataFrame(national.coordinates(found), columns=axes, index=table.index)
    km = np.hypot(*(table[axes] - places).to_numpy().T) / 1000
    for row, apart in zip(table.index, km, strict=True):
        if apart > POSTCODE_KM and table.loc[row, "kind"] != CLOSED:
            problem = f"is {apart:,.0f} km from the coordinates of its row. Mend one of the two, or leave one out."
            faults.append(Fault(f"row {row}, postcode", problem))
    return table.fillna(places)


def _recorded(county: County, path: Path, title: str, rows: int, column: str, vintage: str = "") -> Manifest:
    """Return the manifest with the file as a source."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    source = BundleSource(
        f"own-{sha256[:8]}", title, "the council", "the council's own", "", vintage, path.name, sha256, rows
    )
    columns = county.manifest.columns | {column: {"source": source.id, "note": "", "estimated": False}}
    return replace(county.manifest, sources=(*county.manifest.sources, source), columns=columns)


def _first(index: pd.Index) -> str:
    return index[0] if len(index) else "(there are none)"
