"""Add a council's own files to a bundle: places that no official file has, and measured journeys.

A college's branch sites are in no official list, and no official journey times are younger than 2019. Both come in as
tables: destinations in the shape of the destinations table, and a travel matrix in the shape of the journeys table,
which any routing engine can write.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data import text_tables, travel
from data.bundle import DESTINATION_COLUMNS, DESTINATION_KINDS, AbsentChoice, BundleSource, County, Manifest
from data.faults import Fault, InputError
from data.official import over_border, sites
from data.official.destinations import REACH_KM
from data.official.postcode_list import national_list, spaced, squeezed
from data.official.sites import SITE_OF
from data.travel.absent import ASKED, ESTIMATED, UNREACHABLE

SHAPE = "destination_id, name, kind, and easting_m and northing_m or postcode; size and site_of may be absent"
CLOSED = "closed"  # the kind of a place that is a destination no more
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
    Raises InputError with every fault: columns missing, kind unknown, no place, an id given twice, no such college.
    """
    table = sites.with_colleges(read_destinations(path), county.destinations, path.name)
    others = county.destinations[~county.destinations.index.isin(table.index)]
    together = pd.concat([others, table[table["kind"] != CLOSED]]).sort_index()
    together = together.astype(DESTINATION_COLUMNS | ({SITE_OF: "string"} if SITE_OF in together else {}))
    manifest = _recorded(county, path, "Destinations of the council's own", len(table), "destinations: own")
    kept = [warning for warning in manifest.warnings if not over_border.is_border_warning(warning)]
    if len(kept) < len(manifest.warnings):  # it says how many places there are over the border
        kept += over_border.border_warnings(county.areas, together, REACH_KM)
        manifest = replace(manifest, warnings=tuple(kept))
    return replace(county, destinations=together, manifest=manifest)


def told(county: County) -> list[str]:
    """Return everything that a bundle warns of: what was found when it was built, and what its colleges lack."""
    return [*county.manifest.warnings, *sites.site_warnings(county.destinations)]


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
    here = matrix["from_id"].isin(county.areas.index) & matrix["to_id"].isin(county.destinations.index)
    if not here.any():
        problem = (
            "joins no area of this county to any of its destinations. from_id must be an area's code, such as "
            f"{county.areas.index[0]}, and to_id a destination's, such as {_first(county.destinations.index)}."
        )
        raise InputError(path.name, [problem])
    manifest = _recorded(county, path, "Travel matrix", int(here.sum()), "journeys")
    matrix = matrix[here]
    filled = _filled(matrix, path.name)
    if faults := travel.implausible(matrix, county.areas, county.destinations):
        raise InputError(path.name, faults)
    lines = _without_minutes(matrix, county, path.name, absent) + filled
    if not here.all():
        lines.append(
            f"{(~here).sum():,} of {len(here):,} journeys in {path.name} join places that this county does not have."
        )
    manifest = replace(manifest, warnings=(*lines, *manifest.warnings), absent_journeys=absent)
    return replace(county, journeys=matrix.reset_index(drop=True), manifest=manifest)


def with_absent(county: County, absent: AbsentChoice) -> County:
    """Return the county with another choice of what a pair without minutes in its own matrix means.

    Raises InputError where the county has no travel matrix.
    """
    check_absent(absent, county.journeys)
    before = WHAT_ABSENT_MEANS[county.manifest.absent_journeys]
    warnings = tuple(
        line.removesuffix(before) + WHAT_ABSENT_MEANS[absent] if line.endswith(before) else line
        for line in county.manifest.warnings
    )
    return replace(county, manifest=replace(county.manifest, warnings=warnings, absent_journeys=absent))


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
    raw = text_tables.read_table(path.read_bytes(), path.name)
    placed = {"easting_m", "northing_m"} <= set(raw.columns) or "postcode" in raw.columns
    if not {"destination_id", "name", "kind"} <= set(raw.columns) or not placed:
        raise InputError(path.name, [f"lacks columns. It needs {SHAPE}."])
    table = raw[["destination_id", "name", "kind"]].copy()
    if SITE_OF in raw.columns:
        table[SITE_OF] = raw[SITE_OF].str.strip()
    for name in ("easting_m", "northing_m", "size"):
        texts = raw[name] if name in raw.columns else pd.Series("", index=raw.index, dtype="str")
        without_commas = texts.str.replace(THOUSANDS, "", regex=True)
        table[name] = pd.to_numeric(without_commas, errors="coerce")
    faults = _faults(table)
    if "size" in raw.columns:
        unread = raw["size"].ne("") & table["size"].isna()
        faults += [Fault(f"row {row}, size", "is not a number. Write digits only.") for row in table.index[unread]]
    if "postcode" in raw.columns:
        table = _placed_by_postcode(table, raw["postcode"])
    for name, (least, most) in GRID_METRES.items():
        problem = f"must be National Grid metres from {least:,} to {most:,}, or give a postcode that exists."
        wrong = ~table[name].between(least, most) & (table["kind"] != CLOSED)
        faults += [Fault(f"row {row}, {name}", problem) for row in table.index[wrong]]
    if faults:
        raise InputError(path.name, faults)
    return table.set_index("destination_id").astype(DESTINATION_COLUMNS)


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


def _placed_by_postcode(table: pd.DataFrame, postcodes: pd.Series) -> pd.DataFrame:
    """Return the table with places for the rows that give a postcode and no coordinates."""
    national = national_list()
    found = national.find([spaced(squeezed(postcode)) for postcode in postcodes])
    return table.fillna(pd.DataFrame(national.coordinates(found), columns=list(GRID_METRES), index=table.index))


def _recorded(county: County, path: Path, title: str, rows: int, column: str) -> Manifest:
    """Return the manifest with the file as a source."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    source = BundleSource(
        f"own-{sha256[:8]}", title, "the council", "the council's own", "", "", path.name, sha256, rows
    )
    columns = county.manifest.columns | {column: {"source": source.id, "note": "", "estimated": False}}
    return replace(county.manifest, sources=(*county.manifest.sources, source), columns=columns)


def _first(index: pd.Index) -> str:
    return index[0] if len(index) else "(there are none)"
