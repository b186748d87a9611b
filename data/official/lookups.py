"""Which district and county is each area in, and which 2021 areas did each 2011 area become?

District codes change while names stay: Barnsley and Sheffield carry one code in one file and another in the next.
Every code is brought to the one in force before tables meet.
"""

import re
from dataclasses import dataclass

import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.known import column_named, known_sources
from data.official.population import newest_sheets
from data.official.recognise import Found, Recognised, faults_of, read

# Codes changed by the Barnsley and Sheffield (Boundary Change) Order 2024; applied even where no table of changed
# codes is loaded, because files of both generations are in use.
CHANGED_CODES = {"E08000016": "E08000038", "E08000019": "E08000039"}
LSOA21 = "lsoa21cd|lsoa21*code|lsoa 2021 code|lsoa code (2021)"
LSOA21_NAME = "lsoa21nm|lsoa21*name|lsoa 2021 name|lsoa name (2021)"
DISTRICT = "lad??cd|ltla??cd|ltla??*code|lad 20?? code|local authority district code*"
DISTRICT_NAME = "lad??nm|ltla??nm|ltla??*name|lad 20?? name|local authority district name*"


@dataclass(frozen=True, slots=True)
class Places:
    """Every 2021 area of England with its district and county."""

    table: pd.DataFrame  # index area_code; area_name, district_code, district_name, county_code, county_name
    used: dict[str, tuple[Found, str]]  # column -> where it came from, and a note
    vintages: dict[str, str]  # content hash of a file -> year
    warnings: tuple[str, ...]
    faults: tuple[Fault, ...]


def places(recognised: Recognised) -> Places:
    """Put every English 2021 area in its district and county, from the newest lookups first.

    Where the newest lookup lacks an area, the next one fills it. Areas that no lookup places are not in the table.
    """
    counties, county_sources, changed, faults = _counties(recognised)
    tables = _district_tables(recognised, faults)
    if not tables:
        faults.append(_wanted("district", "no file says which district each area is in", "lookup_lsoa21_district"))
    if counties.empty:
        faults.append(_wanted("county", "no file says which county each district is in", "lookup_district_county"))
    if faults or not tables or counties.empty:
        return Places(_empty(), {}, {}, (), tuple(faults))
    joined, counts = _join(tables, counties, changed)
    used = _used(tables, counts, county_sources)
    return Places(joined.sort_index(), used, {t.found.content: t.year for t in tables}, _left_out(tables, joined), ())


def _wanted(column: str, problem: str, source: str) -> Fault:
    return Fault(column, f"{problem}. Load {known_sources()[source].where_to_get()}.")


def _empty() -> pd.DataFrame:
    columns = ["area_name", "district_code", "district_name", "county_code", "county_name"]
    return pd.DataFrame(columns=columns, index=pd.Index([], name="area_code"), dtype="string")


def _counties(recognised: Recognised) -> tuple[pd.DataFrame, list[Found], dict[str, str], list[Fault]]:
    """Return districts in force (index district_code; name, county), who says so, and old code → new code."""
    found_tables, changed, faults, sources = [], dict(CHANGED_CODES), [], []
    for found in recognised.of("lookup_county"):
        try:
            table = _county_table(found)
        except InputError as error:
            faults += faults_of(error)
            continue
        changed |= dict(table.loc[table["old"] != table["district_code"], ["old", "district_code"]].values)
        found_tables.append(table)
        sources.append(found)
    if not found_tables:
        return pd.DataFrame(), [], changed, faults
    order = sorted(
        range(len(sources)), key=lambda i: ("active" not in found_tables[i].attrs, -found_tables[i].attrs["year"])
    )
    together = pd.concat([found_tables[i] for i in order], ignore_index=True)
    for column in ("district_code", "county_code"):
        together[column] = together[column].replace(changed)
    together = together[together["county_code"].str.startswith("E", na=False)]
    together = together.drop_duplicates("district_code").set_index("district_code")
    return together[["district_name", "county_code", "county_name"]], [sources[i] for i in order], changed, faults


def _county_table(found: Found) -> pd.DataFrame:
    """Read a table of either kind into old, district_code, district_name, county_code, county_name."""
    if found.known.id == "la_all_codes":
        names = {
            "old": "ladcd",
            "district_code": "ladcd_active",
            "district_name": "ladnm_active|ladnm",
            "county_code": "utlacd",
            "county_name": "utlanm",
        }
        table = read(found, names)
        table.attrs |= {"active": True, "year": 0}
        return table.dropna(subset=["district_code", "county_code"])
    names = {
        "district_code": "ltla??cd",
        "district_name": "ltla??nm",
        "county_code": "utla??cd",
        "county_name": "utla??nm",
    }
    table = read(found, names)
    table["old"] = table["district_code"]
    table.attrs["year"] = year_in_header(found, "ltla??cd")
    return table


@dataclass(frozen=True, slots=True)
class _DistrictTable:
    found: Found
    year: int
    table: pd.DataFrame  # index area_code; area_name, district_code, district_name


def _district_tables(recognised: Recognised, faults: list[Fault]) -> list[_DistrictTable]:
    """Every loaded table that puts 2021 areas in districts, the newest first; a lookup before a statistical table."""
    tables = []
    statistics = [*recognised.of("deprivation"), *newest_sheets(recognised.of("population"))]
    for found in [*recognised.of("lookup_district", "lookup_2011_2021"), *statistics]:
        if column_named(found.layout.headers, LSOA21) is None or column_named(found.layout.headers, DISTRICT) is None:
            continue
        wanted = {"area_code": LSOA21, "area_name": LSOA21_NAME, "code": DISTRICT, "name": DISTRICT_NAME}
        try:
            table = read(found, wanted, optional=["area_name", "name"])
        except InputError as error:
            faults += faults_of(error)
            continue
        table = pd.DataFrame({name: cells.text(table[name]) if name in table else pd.NA for name in wanted})
        table = table[table["area_code"].str.fullmatch(r"E01\d{6}", na=False) & table["code"].notna()]
        table = table.drop_duplicates("area_code").set_index("area_code")
        tables.append(_DistrictTable(found, year_in_header(found, DISTRICT), table))
    lookup_first = ["lookup_district", "lookup_2011_2021", "population", "deprivation"]
    return sorted(tables, key=lambda t: (-t.year, lookup_first.index(t.found.known.reads)))


def year_in_header(found: Found, pattern: str) -> int:
    """Return the year a column's header carries (lad25cd, ltla24_code, "LAD 2023 Code", "…code (2024)"), else 0."""
    place = column_named(found.layout.headers, pattern)
    match = re.search(r"(20\d\d)|(?<!\d)(\d\d)(?!\d)", found.layout.headers[place])
    return 0 if match is None else int(match[1] or f"20{match[2]}")


def _join(tables: list[_DistrictTable], counties: pd.DataFrame, changed: dict[str, str]) -> tuple[pd.DataFrame, dict]:
    """Fill each area from the newest table that has it in a district whose county is known."""
    together, counts = None, {}
    by_name = counties.reset_index().drop_duplicates("district_name").set_index("district_name")["district_code"]
    for place, item in enumerate(tables):
        table = item.table.copy()
        codes = table["code"].replace(changed)
        codes = codes.where(codes.isin(counties.index), table["name"].map(by_name))
        table = table.assign(district_code=codes.astype("string")).dropna(subset=["district_code"])
        new = table if together is None else table.loc[table.index.difference(together.index)]
        counts[place] = len(new)
        together = new if together is None else pd.concat([together, new])
    names = pd.concat([item.table["area_name"] for item in tables]).dropna()
    names = names[~names.index.duplicated()]
    together["area_name"] = names.reindex(together.index).fillna(pd.Series(together.index, index=together.index))
    joined = together[["area_name", "district_code"]].join(counties, on="district_code")
    return joined.astype("string").rename_axis("area_code"), counts


def _used(tables: list[_DistrictTable], counts: dict[int, int], county_sources: list[Found]) -> dict:
    filled = [f"{counts[i]:,} areas from {t.found.file} ({t.year})" for i, t in enumerate(tables) if counts[i]]
    first = next(t for i, t in enumerate(tables) if counts[i])
    note = f"districts of {first.year}, codes brought to those in force" + (
        f"; {'; '.join(filled)}" if len(filled) > 1 else ""
    )
    return {"district": (first.found, note), "county": (county_sources[0], "upper tier authority of the district")}


def _left_out(tables: list[_DistrictTable], joined: pd.DataFrame) -> tuple[str, ...]:
    everywhere = pd.Index(sorted(set().union(*(set(t.table.index) for t in tables))))
    lost = everywhere.difference(joined.index)
    if lost.empty:
        return ()
    return (f"{len(lost):,} areas are in districts with no known county and were left out ({', '.join(lost[:3])} …).",)


# --- 2011 to 2021 --------------------------------------------------------------------------------------------------


def from_2011(recognised: Recognised) -> tuple[pd.DataFrame, Found] | None:
    """Return the pairs of 2011 and 2021 areas (area_2011, area_code), or None where no lookup is loaded."""
    for found in recognised.of("lookup_2011_2021"):
        table = read(found, {"area_2011": "lsoa11cd|lsoa11*code", "area_code": "lsoa21cd|lsoa21*code"})
        pairs = pd.DataFrame({name: cells.text(table[name]) for name in table}).dropna().drop_duplicates()
        return pairs.sort_values(["area_2011", "area_code"], ignore_index=True), found
    return None
