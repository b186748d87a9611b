"""How many young people live in each area: mid-year estimates by single year of age, or census bands as a fallback.

Estimates on 2011 areas are carried to 2021 areas with the official lookup. Areas that merged are summed. An area that
was split is shared out among its parts in proportion to their residents aged 16 to 24 in Census 2021 where that is
loaded, else equally; the shares are whole people by largest remainder, so every 2011 area's total is kept to the unit.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.choices import Candidate
from data.official.known import known_sources
from data.official.recognise import Found, Recognised, faults_of, read

BAND = (16, 24)  # the Census 2021 band that holds the young people
NOMIS_AGE_0 = 101  # Nomis numbers single years of age from here: 117 is age 16
OLDEST = 90  # "90+" closes every single-year table


@dataclass(frozen=True, slots=True)
class Population:
    """The people of the ages asked for, by area."""

    found: Found
    people: pd.Series  # index: area codes of `geography`
    geography: int  # 2011 or 2021
    year: int  # 0 where the file does not say


def read_population(recognised: Recognised, ages: tuple[int, int], faults: list[Fault]) -> list[Population]:
    """Read every loaded table of single years of age, the newest first. Adds to `faults`."""
    tables = []
    readers = {"population_syoa": _workbook, "population_lsoa11": _lsoa11}
    for found in newest_sheets(recognised.of("population")):
        if found.known.id in readers:
            tables += _safely(readers[found.known.id], found, ages, faults)
    nomis = [found for found in recognised.of("population") if found.known.id == "population_nomis"]
    if nomis:
        tables += _safely(_nomis, nomis, ages, faults)
    return sorted(tables, key=lambda table: (-table.geography, -table.year, table.found.known.id != "population_syoa"))


def newest_sheets(tables: list[Found]) -> list[Found]:
    """Return the tables without the sheets of a workbook that a newer sheet of the same workbook stands for."""
    newest: dict[tuple, Found] = {}
    for found in tables:
        key = (found.content, found.known.id)
        if key not in newest or _year_above(found) > _year_above(newest[key]):
            newest[key] = found
    return list(newest.values())


def _year_above(found: Found) -> int:
    """Return the year in the sheet's name or title ("Mid-2024 LSOA 2021"), 0 where there is none."""
    lines = " ".join(found.layout.above).lower()
    return max((int(year) for year in re.findall(r"mid[- ]?(20\d\d)", lines)), default=0)


def _safely(reader, source, ages: tuple[int, int], faults: list[Fault]) -> list[Population]:
    try:
        return [reader(source, ages)]
    except InputError as error:
        faults += faults_of(error)
        return []


def _workbook(found: Found, ages: tuple[int, int]) -> Population:
    """Read an ONS sheet with F0 … F90 and M0 … M90 by LSOA 2021."""
    names = [f"{sex}{age}" for sex in "fm" for age in range(ages[0], ages[1] + 1)]
    table = read(found, {"area_code": "lsoa 2021 code"} | {name: name for name in names})
    return Population(found, _sum_ages(found, table, names), 2021, _year_above(found))


def _lsoa11(found: Found, ages: tuple[int, int]) -> Population:
    """Read the table of persons by single year of age, 0 to 90+, by LSOA 2011."""
    names = {str(age): f"{age}+" if age == OLDEST else str(age) for age in range(ages[0], ages[1] + 1)}
    wanted = {"area_code": "lsoa11*code", "total": "total*"} | names
    table = read(found, wanted, optional=["total"])
    people = _sum_ages(found, table, list(names))
    year = 0
    if "total" in table:
        codes = cells.text(table["area_code"])
        total = cells.numbers(table["total"], "total", [])[codes.str.startswith("E", na=False)].sum()
        year = int(found.known.england_totals.get(str(int(total)), 0))
    return Population(found, people, 2011, year)


def _sum_ages(found: Found, table: pd.DataFrame, names: list[str]) -> pd.Series:
    faults: list[Fault] = []
    codes = cells.text(table["area_code"])
    ages = [cells.numbers(table[name], f"column {name.upper()}", faults, least=0) for name in names]
    people = pd.Series(np.sum(ages, axis=0), index=pd.Index(codes, name="area_code"))
    people = people[codes.str.fullmatch(r"[EW]01\d{6}", na=False).to_numpy()]
    if people.index.has_duplicates:
        twice = people.index[people.index.duplicated()][0]
        faults.append(Fault("area code", f"{twice} stands in the table more than once. Load another copy."))
    if faults:
        raise InputError(found.file, faults)
    return people.sort_index()


def _nomis(found: list[Found], ages: tuple[int, int]) -> Population:
    """Read Nomis rows (an area, an age, a number), which may lie in several files of 25,000 rows each."""
    wanted = {
        "area_code": "geography_code",
        "age": "c_age",
        "age_name": "c_age_name",
        "sex": "gender",
        "measure": "measures",
        "date": "date|date_name",
        "people": "obs_value",
    }
    table = pd.concat([read(part, wanted, optional=[*wanted][1:6]) for part in found], ignore_index=True)
    if "age" in table and pd.to_numeric(table["age"], errors="coerce").notna().all():
        age = pd.to_numeric(table["age"]) - NOMIS_AGE_0
    elif "age_name" in table:
        age = pd.to_numeric(table["age_name"].str.extract(r"(\d+)")[0])
    else:
        raise InputError(found[0].file, ["has neither C_AGE codes nor C_AGE_NAME. Download it again."])
    keep = age.between(*ages)
    if "measure" in table:
        keep &= table["measure"].isin(["20100", "20100.0"]) | table["measure"].isna()  # the value, not the per cent
    year = 0
    if "date" in table:
        years = pd.to_numeric(table["date"].str.extract(r"(20\d\d)")[0])
        year = int(years.max()) if years.notna().any() else 0
        keep &= (years == year) | years.isna()
    if "sex" in table and (table["sex"] == "0").any():
        keep &= table["sex"] == "0"  # 0 is both sexes
    table = table.assign(age=age)[keep].drop_duplicates(
        [c for c in ("area_code", "age", "sex") if c in table or c == "age"]
    )
    faults: list[Fault] = []
    table["people"] = cells.numbers(table["people"], "OBS_VALUE", faults, least=0)
    if faults:
        raise InputError(found[0].file, faults)
    by_age = table.pivot_table(index="area_code", columns="age", values="people", aggfunc="sum", observed=True)
    complete = by_age.reindex(columns=range(ages[0], ages[1] + 1))
    return Population(found[0], complete.sum(axis=1, skipna=False).rename_axis("area_code"), 2021, year)


# --- Census bands --------------------------------------------------------------------------------------------------


def read_band(recognised: Recognised, faults: list[Fault]) -> tuple[pd.Series, Found] | None:
    """Return the residents aged 16 to 24 of each 2021 area in Census 2021, or None where that is not loaded."""
    for found in recognised.of("census_bands"):
        wanted = {"area_code": "lsoa21*code", "age": "age_group", "people": "usual_residents"}
        try:
            table = read(found, wanted)
        except InputError as error:
            faults += faults_of(error)
            continue
        table = table[table["age"].str.contains(rf"{BAND[0]} to {BAND[1]}\b", na=False)]
        people = cells.numbers(table["people"], f"{found.file}, usual_residents", faults, least=0)
        codes = pd.Index(cells.text(table["area_code"]), name="area_code")
        return pd.Series(people.to_numpy(), index=codes).groupby(level=0).sum().sort_index(), found
    return None


def from_band(band: pd.Series, ages: tuple[int, int]) -> pd.Series | None:
    """Estimate the people of some single years from the band of 16 to 24, as if every year had as many.

    The estimates are whole and add up to the band's total times the share of its years. None for ages outside the band.
    """
    if not BAND[0] <= ages[0] <= ages[1] <= BAND[1]:
        return None
    share = (ages[1] - ages[0] + 1) / (BAND[1] - BAND[0] + 1)
    band = band.dropna()
    everyone = pd.Series(["all"] * len(band), index=band.index)
    total = pd.Series({"all": round(float(band.sum()) * share)})
    return _largest_remainder(total, everyone, band.to_numpy(dtype="float64"))


# --- 2011 to 2021 --------------------------------------------------------------------------------------------------


def carry(people: pd.Series, pairs: pd.DataFrame, weights: pd.Series | None) -> pd.Series:
    """Carry whole counts from 2011 to 2021 areas and keep the total to the unit.

    `pairs` has area_2011 and area_code, each pair once. Where a 2011 area has several successors it is shared out in
    proportion to `weights` (indexed by 2021 area), or equally where one is missing or all are zero. Counts of areas
    not in `pairs` are not carried: callers compare the totals.
    """
    rows = pairs[pairs["area_2011"].isin(people.dropna().index)].sort_values(
        ["area_2011", "area_code"], ignore_index=True
    )
    weight = np.ones(len(rows)) if weights is None else rows["area_code"].map(weights).to_numpy(dtype="float64")
    of_parent = pd.Series(weight).groupby(rows["area_2011"]).transform(lambda w: w.sum(skipna=False)).to_numpy()
    weight = np.where(np.isfinite(of_parent) & (of_parent > 0), weight, 1.0)
    shared = _largest_remainder(people, pd.Series(rows["area_2011"].to_numpy(), index=rows["area_code"]), weight)
    return shared.groupby(level=0).sum().rename_axis("area_code").sort_index()


def _largest_remainder(totals: pd.Series, parents: pd.Series, weight: np.ndarray) -> pd.Series:
    """Share each parent's whole total among its children by weight: floors, then one each to the largest remainders.

    `parents` is indexed by child and holds the parent; ties go to the child that comes first.
    """
    of_parent = pd.Series(weight).groupby(parents.to_numpy()).transform("sum").to_numpy()
    total = parents.map(totals).to_numpy(dtype="float64")
    exact = total * np.divide(weight, of_parent, out=np.zeros_like(weight, dtype="float64"), where=of_parent > 0)
    whole = np.floor(exact + 1e-9)
    table = pd.DataFrame({"parent": parents.to_numpy(), "rest": exact - whole, "place": np.arange(len(whole))})
    left = total - pd.Series(whole).groupby(table["parent"]).transform("sum").to_numpy()
    ranked = table.assign(rest=table["rest"].round(9)).sort_values(
        ["parent", "rest", "place"], ascending=[True, False, True]
    )
    turn = ranked.groupby("parent").cumcount().sort_index().to_numpy()
    return pd.Series(whole + (turn < np.round(left)), index=parents.index)


# --- What the areas table may take ---------------------------------------------------------------------------------


def candidates(
    tables: list[Population], band: tuple[pd.Series, Found] | None, pairs: pd.DataFrame | None, ages: tuple[int, int]
) -> tuple[list[Candidate], list[str], list[Fault]]:
    """Return what can give young_people, best first, with warnings and faults.

    Single years of age on 2021 areas, the newest first; then on 2011 areas, carried; then the census band.
    """
    found, notes, faults = [], [], []
    asked = f"ages {ages[0]} to {ages[1]}"
    for table in tables:
        vintage = table.found.known.vintage.format(year=table.year) if table.year else "year not stated in the file"
        if table.geography == 2021:
            found.append(Candidate(table.found, table.people, f"estimates by single year of age, {asked}", vintage))
            continue
        if pairs is None:
            faults.append(_needs_lookup(table.found))
            continue
        carried = carry(table.people, pairs, band[0] if band else None)
        notes += _not_carried(table, carried, pairs)
        how = "split areas shared by Census 2021 residents aged 16 to 24" if band else "split areas shared equally"
        note = f"estimates by single year of age, {asked}, on 2011 areas; carried to 2021 areas, {how}, mergers summed"
        found.append(Candidate(table.found, carried, note, vintage, estimated=True))
    estimate = from_band(band[0], ages) if band else None
    if estimate is not None:
        years = ages[1] - ages[0] + 1
        note = f"{years}/9 of Census 2021 residents aged 16 to 24, an estimate of {asked}"
        found.append(Candidate(band[1], estimate, note, band[1].known.vintage, estimated=True))
    return found, notes, faults


def _needs_lookup(found: Found) -> Fault:
    lookup = known_sources()["lookup_lsoa11_lsoa21"].where_to_get()
    return Fault(found.file, f"is on the areas of 2011, and no lookup to those of 2021 was found. Load {lookup}.")


def _not_carried(table: Population, carried: pd.Series, pairs: pd.DataFrame) -> list[str]:
    lost = table.people[~table.people.index.isin(pairs["area_2011"])]
    if lost.empty:
        return []
    return [
        f"{table.found.file}: {len(lost):,} areas of 2011 with {lost.sum():,.0f} young people are not in the lookup to "
        f"2021 and were left out ({', '.join(lost.index[:3])} …)."
    ]
