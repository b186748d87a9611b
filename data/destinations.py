"""Where young people may go: colleges, sixth forms and employment centres.

Providers come from Get Information About Schools (GIAS), and the 16 to 18 performance tables say which of them have
students of that age and how many. The DfT's 2019 list of further education sites is used only where GIAS is not loaded.
Employment centres are the DfT's of 2019, by band of jobs.

Counted as `college`: further education colleges, with land-based and specialist ones. Counted as `sixth_form`: sixth form
colleges, 16 to 19 academies and free schools, and state-funded schools with a sixth form, university technical colleges
and studio schools among them. Not counted: independent schools, special post-16 institutions (their places are named in
a young person's plan), higher education, and providers in Wales, for which the tables hold nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data import cells
from data.faults import Fault, InputError
from data.lookups import plain_name
from data.recognise import Found, Recognised, read

# DfE's post-16 transport guidance (January 2019) calls 75 minutes each way good practice. 40 km in a straight line is some
# 52 km by road: no bus, and hardly a car, covers it door to door in that time. Farther destinations cannot matter.
REACH_KM = 40.0

COLLEGE, SIXTH_FORM, WORK = "college", "sixth_form", "employment_centre"
NEVER = (
    "independent",
    "special",
    "higher education",
    "welsh",
    "offshore",
    "overseas",
    "nursery",
    "pupil referral",
    "alternative provision",
    "secure",
    "service children",
    "miscellaneous",
    "online",
)
OPEN = ("open", "open, but proposed to close")
Finder = Callable[[pd.Series], pd.DataFrame]  # postcodes to easting_m and northing_m, NaN where not known
COLUMNS = ["name", "kind", "easting_m", "northing_m", "size"]


@dataclass(slots=True)
class Gathered:
    """Destinations as they are put together, with how."""

    table: pd.DataFrame  # index destination_id; COLUMNS
    sources: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


# --- Providers -----------------------------------------------------------------------------------------------------


def read_establishments(found: Found) -> pd.DataFrame:
    """Read GIAS: index urn; name, type, la, number, easting_m, northing_m, area, postcode, sixth_form, oldest, open."""
    wanted = {
        "urn": "urn",
        "name": "establishmentname",
        "type": "typeofestablishment (name)",
        "status": "establishmentstatus (name)",
        "la": "la (code)",
        "number": "establishmentnumber",
        "easting_m": "easting",
        "northing_m": "northing",
        "area": "lsoa (code)",
        "postcode": "postcode",
        "sixth_form": "officialsixthform (name)",
        "oldest": "statutoryhighage",
        "phase": "phaseofeducation (name)",
    }
    optional = ["la", "number", "area", "postcode", "sixth_form", "oldest", "phase"]
    raw = read(found, wanted, optional=optional)
    table = pd.DataFrame({name: cells.text(raw[name]) if name in raw else pd.NA for name in wanted}).astype("string")
    faults: list[Fault] = []
    for name in ("easting_m", "northing_m"):
        metres = cells.numbers(table[name], wanted[name], faults)
        table[name] = metres.where(metres > 0).astype("float64")  # GIAS writes 0 for not known
    table["oldest"] = cells.numbers(table["oldest"], "StatutoryHighAge", faults)
    if faults:
        raise InputError(found.file, faults)
    table["open"] = table["status"].str.lower().isin(OPEN)
    return table.dropna(subset=["urn"]).drop_duplicates("urn").set_index("urn")


def read_performance(found: Found) -> pd.DataFrame:
    """Read the 16 to 18 performance tables: index urn; name, type, la, number, postcode, students.

    The national and local summary rows carry no URN and are left out; a suppressed count is NaN, never zero.
    """
    wanted = {
        "urn": "urn",
        "name": "schname",
        "type": "nftype/fesitype",
        "la": "lea",
        "number": "estab",
        "postcode": "pcode",
        "students": "tpup1618",
    }
    raw = read(found, wanted)
    table = raw[cells.text(raw["urn"]).str.fullmatch(r"\d{5,7}", na=False).to_numpy()].copy()
    for name in ("urn", "name", "type", "la", "number", "postcode"):
        table[name] = cells.text(table[name])
    faults: list[Fault] = []
    table["students"] = cells.numbers(table["students"], "TPUP1618", faults, least=0)
    if faults:
        raise InputError(found.file, faults)
    return table.drop_duplicates("urn").set_index("urn")


def match(establishments: pd.DataFrame, performance: pd.DataFrame) -> pd.DataFrame:
    """Add to each provider of the performance tables the URN under which GIAS has it open, as `now` (missing: it has not).

    By URN; else by authority and establishment number, which a school keeps when it becomes an academy; else by
    authority and name.
    """
    running = establishments[establishments["open"]]
    by_number = running.reset_index().dropna(subset=["la", "number"]).drop_duplicates(["la", "number"])
    by_number = by_number.set_index(["la", "number"])["urn"]
    named = running.reset_index().dropna(subset=["la", "name"])
    named = named.assign(plain=named["name"].map(plain_name)).drop_duplicates(["la", "plain"], keep=False)
    by_name = named.set_index(["la", "plain"])["urn"]
    now = pd.Series(performance.index.where(performance.index.isin(running.index)), index=performance.index)
    numbers = pd.MultiIndex.from_frame(performance[["la", "number"]])
    now = now.fillna(pd.Series(by_number.reindex(numbers).to_numpy(), index=now.index))
    plain = pd.MultiIndex.from_arrays([performance["la"], performance["name"].map(plain_name, na_action="ignore")])
    now = now.fillna(pd.Series(by_name.reindex(plain).to_numpy(), index=now.index))
    taken = now.duplicated() & now.notna()  # two old providers that became one: the first keeps it
    return performance.assign(now=now.mask(taken))


def kind_of(gias_type: str, table_type: str, name: str) -> str | None:
    """Return college, sixth_form or None (not a destination for a planned subsidy) for one provider.

    `gias_type` and `table_type` are the types in GIAS and in the performance tables; "" where one is not loaded.
    """
    gias, table, name = gias_type.casefold(), table_type.casefold(), name.casefold()
    if any(word in gias for word in NEVER) or table == "ind":
        return None
    if "sixth form" in table or "sixth form" in name or "sixth form" in gias:
        return SIXTH_FORM
    if "college" in table or gias == "further education":
        return COLLEGE
    return SIXTH_FORM


def providers(
    establishments: pd.DataFrame, performance: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return the colleges and sixth forms of England, with notes and warnings.

    With performance tables a provider counts when they list it with students aged 16 to 18 (a suppressed count is a few).
    Without them, an open college counts, and a school when GIAS says it has a sixth form or teaches to 18.
    """
    if performance is None:
        return _by_gias_alone(establishments)
    matched = match(establishments, performance)
    with_students = matched[~(matched["students"] == 0)]
    known = with_students[with_students["now"].notna()]
    table = establishments.loc[known["now"]].assign(
        students=known["students"].to_numpy(), table_type=known["type"].to_numpy(), urn=known["now"].to_numpy()
    )
    unmatched = with_students[with_students["now"].isna()]
    alone = unmatched.reset_index()[["urn", "name", "postcode", "students"]]
    alone = alone.assign(
        type="", table_type=unmatched["type"].to_numpy(), easting_m=np.nan, northing_m=np.nan, area=pd.NA
    )
    together = pd.concat([table.reset_index(drop=True), alone], ignore_index=True)
    together["kind"] = [
        kind_of(_blank(gias), _blank(listed), _blank(name))
        for gias, listed, name in zip(together["type"], together["table_type"], together["name"], strict=True)
    ]
    counted = together.dropna(subset=["kind"])
    adult = establishments[establishments["open"] & (establishments["type"].str.lower() == "further education")]
    adult = adult[~adult.index.isin(counted["urn"])]
    notes = [
        f"{int((matched['now'].notna() & (matched['now'] != matched.index)).sum())} providers in the performance tables now "
        "have another URN and were matched by number or name",
        f"{int(together['kind'].isna().sum())} independent or specialist providers left out",
        f"{len(adult)} further education colleges are not in the performance tables (adults only, or merged) and were "
        f"left out: {', '.join(sorted(adult['name'])[:12])}",
        "a college with several sites stands at its main one, the only one GIAS publishes",
    ]
    return counted, notes, []


def _blank(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def _by_gias_alone(establishments: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    running = establishments[establishments["open"]].reset_index().assign(students=np.nan, table_type="")
    running["kind"] = [kind_of(_blank(t), "", _blank(n)) for t, n in zip(running["type"], running["name"], strict=True)]
    says = running["sixth_form"].str.lower().eq("has a sixth form").fillna(False)
    older = running["oldest"].ge(18) & running["sixth_form"].isna()
    only = running["phase"].str.lower().eq("16 plus").fillna(False) | running["type"].str.contains(
        "16|sixth", case=False
    )
    counts = running["kind"].eq(COLLEGE) | (running["kind"].eq(SIXTH_FORM) & (says | older | only.fillna(False)))
    warning = (
        "No 16 to 18 performance tables were loaded: the sizes of colleges and sixth forms are not known, and schools "
        "count as sixth forms by GIAS alone. Load the performance tables (KS5 final)."
    )
    return running[counts & running["kind"].notna()], [], [warning]


def place(table: pd.DataFrame, centres: pd.DataFrame, find: Finder) -> tuple[pd.DataFrame, list[str]]:
    """Give providers without coordinates those of their postcode, else of their area's centre; drop the rest, saying so.

    `centres` has easting_m and northing_m by area; `find` returns the same, in order, for postcodes.
    """
    table, warnings = table.copy(), []
    for column, how in (("postcode", "their postcode"), ("area", "the centre of their area")):
        waiting = table["easting_m"].isna() & table[column].notna()
        if not waiting.any():
            continue
        keys = table.loc[waiting, column]
        points = find(cells.postcode(keys)) if column == "postcode" else centres.reindex(keys)
        table.loc[waiting, ["easting_m", "northing_m"]] = points[["easting_m", "northing_m"]].to_numpy(dtype="float64")
        placed = int(points["easting_m"].notna().sum())
        if placed:
            warnings.append(f"{placed:,} providers of 16 to 18 education have no coordinates and stand at {how}.")
    lost = table[table["easting_m"].isna()]
    if len(lost):
        names = ", ".join(lost["name"].astype(str).head(3)) + (" …" if len(lost) > 3 else "")
        warnings.append(f"{len(lost):,} providers of 16 to 18 education could not be placed and are missing ({names}).")
    return table.dropna(subset=["easting_m", "northing_m"]), warnings


# --- DfT 2019 ------------------------------------------------------------------------------------------------------


def read_dft_education(found: Found, performance: pd.DataFrame | None) -> pd.DataFrame:
    """Read the DfT's further education sites of 2019. The sheet states no type: performance tables do, else the name."""
    table = _dft(found, {"urn": "urn", "name": "establishmentname"})
    listed = table["urn"].map(performance["type"]) if performance is not None else pd.Series("", index=table.index)
    table["students"] = table["urn"].map(performance["students"]) if performance is not None else np.nan
    school = table["name"].str.contains(r"school|academy|sixth form|\b6th|\butc\b|grammar", case=False, na=False)
    table["kind"] = [
        kind_of("", _blank(t), _blank(n)) if _blank(t) else (SIXTH_FORM if s else COLLEGE)
        for t, n, s in zip(listed, table["name"], school, strict=True)
    ]
    return table.dropna(subset=["kind"])


def read_employment(found: list[Found]) -> pd.DataFrame:
    """Read the DfT's employment centres: one a 2011 area, its size the lower bound of its band of jobs.

    A centre that stands in two bands keeps the larger.
    """
    bands = []
    for band in found:
        table = _dft(band, {"code": "lsoacode", "name": "lsoaname"})
        bands.append(table.assign(size=float(band.known.jobs_at_least)))
    table = pd.concat(bands).sort_values(["size", "code"], ascending=[False, True]).drop_duplicates("code")
    table["kind"] = WORK
    table.index = pd.Index("jobs-" + table["code"], name="destination_id")
    return table.sort_index()[COLUMNS]


def _dft(found: Found, names: dict[str, str]) -> pd.DataFrame:
    raw = read(found, names | {"easting_m": "easting", "northing_m": "northing"})
    table = pd.DataFrame({name: cells.text(raw[name]) for name in names})
    faults: list[Fault] = []
    for name in ("easting_m", "northing_m"):
        table[name] = cells.numbers(raw[name], name, faults, least=0, most=1_300_000).round(1)
    if faults:
        raise InputError(found.file, faults)
    return table.dropna().reset_index(drop=True)


# --- All together --------------------------------------------------------------------------------------------------


def gather(recognised: Recognised, centres: pd.DataFrame, find: Finder, faults: list[Fault]) -> Gathered:
    """Read every loaded source of destinations in England. Adds what cannot be read to `faults`."""
    gathered = Gathered(pd.DataFrame(columns=COLUMNS, index=pd.Index([], name="destination_id")))
    performance = _first(recognised, "performance", read_performance, faults)
    establishments = _first(recognised, "establishments", read_establishments, faults)
    parts = [_education(recognised, gathered, establishments, performance, centres, find, faults)]
    bands = recognised.of("dft_employment")
    try:
        parts.append(read_employment(bands) if bands else None)
        gathered.sources += bands
    except InputError as error:
        faults += [Fault(f"{error.subject} {f.where}".strip(), f.problem) for f in error.faults]
    if not bands:
        gathered.warnings.append("No employment centres were loaded: the plan can say nothing about reaching work.")
    parts = [part for part in parts if part is not None and len(part)]
    if parts:
        gathered.table = _typed(pd.concat(parts))
    return gathered


def _first(recognised: Recognised, reader: str, function, faults: list[Fault]) -> tuple[pd.DataFrame, Found] | None:
    """Read the fullest of the loaded files of one kind."""
    tables = []
    for found in recognised.of(reader):
        try:
            tables.append((function(found), found))
        except InputError as error:
            faults += [Fault(f"{error.subject} {f.where}".strip(), f.problem) for f in error.faults]
    return max(tables, key=lambda table: len(table[0]), default=None)


def _education(recognised, gathered, establishments, performance, centres, find, faults) -> pd.DataFrame | None:
    listed = performance[0] if performance else None
    if establishments:
        table, notes, warnings = providers(establishments[0], listed)
        sources = [establishments[1]] + ([performance[1]] if performance else [])
    elif recognised.of("dft_education"):
        found = recognised.of("dft_education")[0]
        try:
            table = read_dft_education(found, listed)
        except InputError as error:
            faults += [Fault(f"{error.subject} {f.where}".strip(), f.problem) for f in error.faults]
            return None
        sources, notes = [found] + ([performance[1]] if performance else []), []
        warnings = [
            "Colleges and sixth forms are those of 2019; load Get Information About Schools for those of today."
        ]
        table = table.assign(area=pd.NA, postcode=pd.NA)
    else:
        gathered.warnings.append(
            "No colleges or sixth forms were loaded: the plan can say nothing about reaching college."
        )
        return None
    table, placed = place(table, centres, find)
    gathered.sources += sources
    gathered.notes += notes
    gathered.warnings += [*warnings, *placed]
    table = table.rename(columns={"students": "size"})
    table.index = pd.Index("urn-" + table["urn"].astype(str), name="destination_id")
    return table[~table.index.duplicated()].sort_index()[COLUMNS]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    types = {"name": "string", "kind": "string", "easting_m": "float64", "northing_m": "float64", "size": "float64"}
    return table.astype(types).rename_axis("destination_id")


def within_reach(table: pd.DataFrame, areas: pd.DataFrame, reach_km: float = REACH_KM) -> pd.DataFrame:
    """Return the destinations within `reach_km` in a straight line of any area: young people cross boundaries."""
    if table.empty or areas.empty:
        return table.iloc[:0]
    tree = cKDTree(areas[["easting_m", "northing_m"]].to_numpy(dtype="float64"))
    distance_m, _ = tree.query(table[["easting_m", "northing_m"]].to_numpy(dtype="float64"))
    return table[distance_m <= reach_km * 1000]
