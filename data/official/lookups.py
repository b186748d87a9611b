"""Look up the district and county of each area, and the 2021 areas that each 2011 area became.

District codes change while names stay: Barnsley and Sheffield carry one code in one file and another in the next.
Every code is brought to the one in force before tables are joined.
"""

from dataclasses import dataclass

import pandas as pd

from data.faults import Fault
from data.official import cells, council_groups
from data.official.changed_codes import CHANGED_CODES
from data.official.council_groups import COMBINED, REGION, CouncilGroup, in_table
from data.official.council_groups import DISTRICT as FORMER_DISTRICT
from data.official.known import where_to_get
from data.official.recognise import Recognised
from data.official.single_years import newest_sheets
from data.official.tables import OfficialTable, read, read_each

OF_TWO_TIERS = "lookup_district_two_tier"  # the list of sources.toml that leaves out unitaries
SINGLE_TIER = ("E06", "E08", "E09")  # how the codes of unitaries, metropolitan and London boroughs begin
LSOA21 = "lsoa21cd|lsoa21*code|lsoa 2021 code|lsoa code (2021)"
LSOA21_NAME = "lsoa21nm|lsoa21*name|lsoa 2021 name|lsoa name (2021)"
DISTRICT = "lad??cd|ltla??cd|ltla??*code|lad 20?? code|local authority district code*"
DISTRICT_NAME = "lad??nm|ltla??nm|ltla??*name|lad 20?? name|local authority district name*"


@dataclass(frozen=True, slots=True)
class AreaDistricts:
    """Every 2021 area of England with its district and county."""

    table: pd.DataFrame  # index area_code; area_name, district_code, district_name, county_code, county_name
    used: dict[str, tuple[OfficialTable, str]]  # "district" or "county" -> where it came from, and a note
    without_county: pd.Series  # area_code → district, of areas whose district is in no county
    faults: tuple[Fault, ...]
    groups: tuple[CouncilGroup, ...] = ()  # names that stand for several of the counties
    authorities: pd.DataFrame | None = None  # index district_code, past and present; district_name, authority_name


def area_districts(recognised: Recognised) -> AreaDistricts:
    """Put every English 2021 area in its district and county, from the newest lookups first.

    Where the newest lookup lacks an area, the next one fills it. Areas that no lookup places are not in the table.
    """
    faults: list[Fault] = []
    counties, county_sources, changed = _counties(recognised, faults)
    tables = _district_tables(recognised, faults)
    counties = _with_single_tiers(counties, county_sources, tables)
    if not tables:
        faults.append(_wanted("district", "no file says which district each area is in", "lookup_lsoa21_district"))
    if counties.empty:
        faults.append(_wanted("county", "no file says which county each district is in", "lookup_district_county"))
    if faults:
        columns = ["area_name", "district_code", "district_name", "county_code", "county_name"]
        empty = pd.DataFrame(columns=columns, index=pd.Index([], name="area_code"), dtype="string")
        return AreaDistricts(empty, {}, pd.Series(dtype="string"), tuple(faults))
    joined, counts = _join(tables, counties, changed)
    used = _used(tables, counts, county_sources)
    groups = _groups(recognised, joined, changed, faults)
    authorities = _authorities(recognised, counties, faults)
    left_out = _without_county(tables, joined)
    return AreaDistricts(joined.sort_index(), used, left_out, tuple(faults), groups, authorities)


def _wanted(column: str, problem: str, source: str) -> Fault:
    return Fault(column, f"{problem}. Load {where_to_get(source)}.")


def _counties(recognised: Recognised, faults: list[Fault]) -> tuple[pd.DataFrame, list[OfficialTable], dict[str, str]]:
    """Return districts in force (index district_code; name, county), their sources, and old code → new code."""
    tables = read_each(recognised.read_by("lookup_county"), _county_table, faults)
    changed = dict(CHANGED_CODES)
    for _, table in tables:
        changed |= dict(table.loc[table["old"] != table["district_code"], ["old", "district_code"]].values)
    if not tables:
        return pd.DataFrame(), [], changed
    tables.sort(key=lambda item: (item[0].known.id != "la_all_codes", -item[0].year_in_header("ltla??cd")))
    together = pd.concat([table for _, table in tables], ignore_index=True)
    for column in ("district_code", "county_code"):
        together[column] = together[column].replace(changed)
    together = together[together["county_code"].str.startswith("E", na=False)]
    together = together.drop_duplicates("district_code").set_index("district_code")
    sources = [source for source, _ in tables]
    return together[["district_name", "county_code", "county_name"]], sources, changed


def _authorities(recognised: Recognised, counties: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Return the name and the upper tier authority of every district that the lookups name, of any nation.

    A district's own name stands for its authority where the lookup gives none. Districts of other nations and codes no
    longer in force come from the list of all codes, where it is loaded.
    """
    names = {"district_name": "ladnm", "authority_name": "utlanm", "active": "ladnm_active", "district_code": "ladcd"}
    sources = [source for source in recognised.read_by("lookup_county") if source.known.id == "la_all_codes"]
    tables = [counties.reset_index().rename(columns={"county_name": "authority_name"})]
    for _, table in read_each(sources, lambda source: read(source, names, optional=["active"]), faults):
        own = table["active"].fillna(table["district_name"]) if "active" in table else table["district_name"]
        tables.append(table.assign(authority_name=table["authority_name"].fillna(own)))
    together = pd.concat(tables, ignore_index=True)[["district_code", "district_name", "authority_name"]].dropna()
    return together.drop_duplicates("district_code").set_index("district_code").sort_index().astype("string")


def _county_table(source: OfficialTable) -> pd.DataFrame:
    """Read a table of either kind into old, district_code, district_name, county_code, county_name."""
    if source.known.id == "la_all_codes":
        names = {
            "old": "ladcd",
            "district_code": "ladcd_active",
            "district_name": "ladnm_active|ladnm",
            "county_code": "utlacd",
            "county_name": "utlanm",
        }
        return read(source, names).dropna(subset=["district_code", "county_code"])
    names = {
        "district_code": "ltla??cd|lad??cd",
        "district_name": "ltla??nm|lad??nm",
        "county_code": "utla??cd|cty??cd",
        "county_name": "utla??nm|cty??nm",
    }
    table = read(source, names).assign(old=lambda table: table["district_code"])
    # A county of the Open Geography list may be one without a council: a metropolitan one (E11), Inner London (E13).
    return table[table["county_code"].str.startswith("E10")] if source.known.id == OF_TWO_TIERS else table


def _with_single_tiers(
    counties: pd.DataFrame, sources: list[OfficialTable], tables: list["_DistrictTable"]
) -> pd.DataFrame:
    """Return the counties with the districts that are their own, where a lookup loaded leaves them out."""
    if not any(source.known.id == OF_TWO_TIERS for source in sources) or not tables:
        return counties
    named = pd.concat([item.table[["code", "name"]] for item in tables]).dropna().drop_duplicates("code")
    single = named[named["code"].str.startswith(SINGLE_TIER) & ~named["code"].isin(counties.index)]
    own = pd.DataFrame(
        {"district_name": single["name"], "county_code": single["code"], "county_name": single["name"]}
    ).set_axis(pd.Index(single["code"], name="district_code"))
    return pd.concat([counties, own])


def _groups(
    recognised: Recognised, joined: pd.DataFrame, changed: dict[str, str], faults: list[Fault]
) -> tuple[CouncilGroup, ...]:
    """Return the regions, combined authorities and former districts that the lookups name, and the groups shipped."""
    county_of = joined.drop_duplicates("district_code").set_index("district_code")["county_code"]
    counties = joined.drop_duplicates("county_code").set_index("county_code")["county_name"]
    found: list[CouncilGroup] = []

    def county(codes: pd.Series) -> pd.Series:
        return codes.replace(changed).map(county_of)

    all_codes = [source for source in recognised.read_by("lookup_county") if source.known.id == "la_all_codes"]
    columns = {"old": "ladcd", "old_name": "ladnm", "code": "ladcd_active", "name": "ladnm_active", "region": "rgnnm"}
    for _, table in read_each(all_codes, lambda source: read(source, columns, optional=["name", "region"]), faults):
        if "region" in table:
            found += in_table(REGION, table["region"], county(table["code"]))
        gone = table[(table["old"] != table["code"]) & ~table["old_name"].isin(joined["district_name"])]
        found += in_table(FORMER_DISTRICT, gone["old_name"], county(gone["code"]))
    columns = {"code": "lad??cd", "combined": "cauth??nm"}
    combined = sorted(recognised.read_by("lookup_combined"), key=lambda source: -source.year_in_header("cauth??cd"))
    for _, table in read_each(combined[:1], lambda source: read(source, columns), faults):
        found += in_table(COMBINED, table["combined"], county(table["code"]))
    return council_groups.together(found, counties)


@dataclass(frozen=True, slots=True)
class _DistrictTable:
    source: OfficialTable
    year: int
    table: pd.DataFrame  # index area_code; area_name, code and name of the district


def _district_tables(recognised: Recognised, faults: list[Fault]) -> list[_DistrictTable]:
    """Read every loaded table that puts 2021 areas in districts, the newest first; a lookup before other tables."""
    statistics = [*recognised.read_by("deprivation"), *newest_sheets(recognised.read_by("population"))]
    sources = [*recognised.read_by("lookup_district", "lookup_2011_2021"), *statistics]
    sources = [source for source in sources if source.has(LSOA21) and source.has(DISTRICT)]
    tables = [
        _DistrictTable(source, source.year_in_header(DISTRICT), table)
        for source, table in read_each(sources, _district_table, faults)
    ]
    lookup_first = ["lookup_district", "lookup_2011_2021", "population", "deprivation"]
    return sorted(tables, key=lambda t: (-t.year, lookup_first.index(t.source.known.reads)))


def _district_table(source: OfficialTable) -> pd.DataFrame:
    wanted = {"area_code": LSOA21, "area_name": LSOA21_NAME, "code": DISTRICT, "name": DISTRICT_NAME}
    raw = read(source, wanted, optional=["area_name", "name"])
    table = pd.DataFrame({name: cells.text(raw[name]) if name in raw else pd.NA for name in wanted})
    table = table[table["area_code"].str.fullmatch(r"E01\d{6}", na=False) & table["code"].notna()]
    return table.drop_duplicates("area_code").set_index("area_code")


def _join(
    tables: list[_DistrictTable], counties: pd.DataFrame, changed: dict[str, str]
) -> tuple[pd.DataFrame, list[int]]:
    """Fill each area from the newest table that has it in a district whose county is known.

    Returns the areas, and how many of them each table filled.
    """
    by_name = counties.reset_index().drop_duplicates("district_name").set_index("district_name")["district_code"]
    parts: list[pd.DataFrame] = []
    placed = pd.Index([])
    for item in tables:
        codes = item.table["code"].replace(changed)
        codes = codes.where(codes.isin(counties.index), item.table["name"].map(by_name))
        table = item.table.assign(district_code=codes.astype("string")).dropna(subset=["district_code"])
        parts.append(table.loc[table.index.difference(placed)] if parts else table)
        placed = placed.append(parts[-1].index)
    together = pd.concat(parts)
    names = pd.concat([item.table["area_name"] for item in tables]).dropna()
    names = names[~names.index.duplicated()]
    together["area_name"] = names.reindex(together.index).fillna(pd.Series(together.index, index=together.index))
    joined = together[["area_name", "district_code"]].join(counties, on="district_code")
    return joined.astype("string").rename_axis("area_code"), [len(part) for part in parts]


def _used(
    tables: list[_DistrictTable], counts: list[int], county_sources: list[OfficialTable]
) -> dict[str, tuple[OfficialTable, str]]:
    filled = [(table, count) for table, count in zip(tables, counts, strict=True) if count]
    first = filled[0][0]
    note = f"districts of {first.year}, codes brought to those in force"
    if len(filled) > 1:
        parts = [f"{count:,} areas from {table.source.file} ({table.year})" for table, count in filled]
        note = "; ".join([note, *parts])
    return {"district": (first.source, note), "county": (county_sources[0], "upper tier authority of the district")}


def _without_county(tables: list[_DistrictTable], joined: pd.DataFrame) -> pd.Series:
    """Return the district of each area that a table has and that is in no county, its code where it has no name."""
    districts = pd.concat([item.table["name"].fillna(item.table["code"]) for item in tables])
    return districts[~districts.index.isin(joined.index) & ~districts.index.duplicated()].sort_index()


# --- 2011 to 2021 --------------------------------------------------------------------------------------------------


def from_2011(recognised: Recognised, faults: list[Fault]) -> tuple[OfficialTable, pd.DataFrame] | None:
    """Return the pairs of 2011 and 2021 areas (area_2011, area_code), or None where no lookup can be read."""
    return next(iter(read_each(recognised.read_by("lookup_2011_2021")[:1], _pairs, faults)), None)


def _pairs(source: OfficialTable) -> pd.DataFrame:
    table = read(source, {"area_2011": "lsoa11cd|lsoa11*code", "area_code": "lsoa21cd|lsoa21*code"})
    pairs = pd.DataFrame({name: cells.text(table[name]) for name in table}).dropna().drop_duplicates()
    return pairs.sort_values(["area_2011", "area_code"], ignore_index=True)
