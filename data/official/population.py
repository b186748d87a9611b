"""Count the young people of each area: from mid-year estimates by single year of age, else from a census band.

Estimates on 2011 areas are carried to 2021 areas with the official lookup. Areas that merged are summed. An area that
was split is shared out among its parts in proportion to their residents aged 16 to 24 in Census 2021 where that is
loaded, else equally; the shares are whole people by largest remainder, so every 2011 area's total stays exact.
"""

import re
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.choices import Candidate
from data.official.known import where_to_get
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

BAND = (16, 24)  # the Census 2021 band that holds the young people
NOMIS_AGE_0 = 101  # Nomis numbers single years of age from here: 117 is age 16
OLDEST = 90  # "90+" closes every single-year table


OLDEST_SUPPORTED = 25  # support for young people with a plan ends at 25


def checked_ages(ages: tuple[int, int] | str) -> tuple[int, int]:
    """Return the first and last age of a range, given as such or written as 16-18.

    Raises InputError where they are no range of young people's ages.
    """
    if isinstance(ages, str):
        found = re.fullmatch(r"(\d{1,2})\s*(?:-|–|to)\s*(\d{1,2})", ages.strip())
        if not found:
            raise InputError("--ages", [f'"{ages}" is not a range of ages. Write 16-18.'])
        ages = (int(found[1]), int(found[2]))
    if not 0 <= ages[0] <= ages[1] <= OLDEST_SUPPORTED:
        problem = f"{ages[0]}-{ages[1]} is not a range of ages from 0 to {OLDEST_SUPPORTED}. Write 16-18."
        raise InputError("--ages", [problem])
    return ages


@dataclass(frozen=True, slots=True)
class Population:
    """The people of the wanted ages, by area."""

    source: OfficialTable
    people: pd.Series  # index: area codes of `geography`
    geography: int  # 2011 or 2021
    year: int  # 0 where the file does not say


def read_population(recognised: Recognised, ages: tuple[int, int], faults: list[Fault]) -> list[Population]:
    """Read every loaded table of single years of age, the newest first. Adds to `faults`."""
    sources = newest_sheets(recognised.read_by("population"))
    tables = []
    for id, reader in (("population_syoa", _workbook), ("population_lsoa11", _lsoa11)):
        of_kind = [source for source in sources if source.known.id == id]
        tables += read_each(of_kind, partial(reader, ages=ages), faults)
    nomis = [source for source in recognised.read_by("population") if source.known.id == "population_nomis"]
    tables += read_each(nomis[:1], lambda _: _nomis(nomis, ages), faults)
    return sorted(
        (table for _, table in tables),
        key=lambda table: (-table.geography, -table.year, table.source.known.id != "population_syoa"),
    )


def newest_sheets(sources: list[OfficialTable]) -> list[OfficialTable]:
    """Return the tables, of several sheets of one workbook the newest alone."""
    newest: dict[tuple[str, str], OfficialTable] = {}
    for source in sources:
        key = (source.content, source.known.id)
        if key not in newest or _year_above(source) > _year_above(newest[key]):
            newest[key] = source
    return list(newest.values())


def _year_above(source: OfficialTable) -> int:
    """Return the year in the sheet's name or title ("Mid-2024 LSOA 2021"), 0 where there is none."""
    lines = " ".join(source.layout.above).lower()
    return max((int(year) for year in re.findall(r"mid[- ]?(20\d\d)", lines)), default=0)


def _workbook(source: OfficialTable, ages: tuple[int, int]) -> Population:
    """Read an ONS sheet with F0 … F90 and M0 … M90 by LSOA 2021."""
    names = [f"{sex}{age}" for sex in "fm" for age in range(ages[0], ages[1] + 1)]
    table = read(source, {"area_code": "lsoa 2021 code"} | {name: name for name in names})
    return Population(source, _sum_ages(source, table, names), 2021, _year_above(source))


def _lsoa11(source: OfficialTable, ages: tuple[int, int]) -> Population:
    """Read the table of persons by single year of age, 0 to 90+, by LSOA 2011."""
    names = {str(age): f"{age}+" if age == OLDEST else str(age) for age in range(ages[0], ages[1] + 1)}
    table = read(source, {"area_code": "lsoa11*code", "total": "total*"} | names, optional=["total"])
    year = 0
    if "total" in table:
        english = cells.text(table["area_code"]).str.startswith("E", na=False)
        total = cells.numbers(table["total"], "total", [])[english].sum()
        year = int(source.known.england_totals.get(str(int(total)), 0))
    return Population(source, _sum_ages(source, table, list(names)), 2011, year)


def _sum_ages(source: OfficialTable, table: pd.DataFrame, names: list[str]) -> pd.Series:
    codes = cells.text(table["area_code"])
    with faults_in(source) as faults:
        ages = [cells.numbers(table[name], f"column {name.upper()}", faults, least=0) for name in names]
        people = pd.Series(np.sum(ages, axis=0), index=pd.Index(codes, name="area_code"))
        people = people[codes.str.fullmatch(r"[EW]01\d{6}", na=False).to_numpy()]
        if people.index.has_duplicates:
            twice = people.index[people.index.duplicated()][0]
            faults.append(Fault("area code", f"{twice} is in the table more than once. Load another copy."))
    return people.sort_index()


def _nomis(sources: list[OfficialTable], ages: tuple[int, int]) -> Population:
    """Read Nomis rows (an area, an age, a number), which may be in several files of 25,000 rows each."""
    required = {"area_code": "geography_code", "people": "obs_value"}
    optional = {
        "age": "c_age",
        "age_name": "c_age_name",
        "sex": "gender",
        "measure": "measures",
        "date": "date|date_name",
    }
    table = pd.concat([read(part, required | optional, optional=optional) for part in sources], ignore_index=True)
    table = table.reindex(columns=[*required, *optional])
    table["age"] = _nomis_ages(table, sources[0])
    years = pd.to_numeric(table["date"].astype("string").str.extract(r"(20\d\d)")[0])
    year = int(years.max()) if years.notna().any() else 0
    rows = table["age"].between(*ages) & ((years == year) | years.isna())
    rows &= table["measure"].isin(["20100", "20100.0"]) | table["measure"].isna()  # the value, not the per cent
    if (table["sex"] == "0").any():
        rows &= table["sex"] == "0"  # 0 is both sexes
    table = table[rows].drop_duplicates(["area_code", "age", "sex"])
    with faults_in(sources[0]) as faults:
        table["people"] = cells.numbers(table["people"], "OBS_VALUE", faults, least=0)
    by_age = table.pivot_table(index="area_code", columns="age", values="people", aggfunc="sum", observed=True)
    complete = by_age.reindex(columns=range(ages[0], ages[1] + 1))
    return Population(sources[0], complete.sum(axis=1, skipna=False).rename_axis("area_code"), 2021, year)


def _nomis_ages(table: pd.DataFrame, source: OfficialTable) -> pd.Series:
    codes = pd.to_numeric(table["age"], errors="coerce")
    if codes.notna().all():
        return codes - NOMIS_AGE_0
    if table["age_name"].isna().all():
        raise InputError(source.file, ["has neither C_AGE codes nor C_AGE_NAME. Download it again."])
    return pd.to_numeric(table["age_name"].str.extract(r"(\d+)")[0])


# --- Census bands --------------------------------------------------------------------------------------------------


def read_band(recognised: Recognised, faults: list[Fault]) -> tuple[OfficialTable, pd.Series] | None:
    """Return the residents aged 16 to 24 of each 2021 area in Census 2021, or None where that is not loaded."""

    def residents(source: OfficialTable) -> pd.Series:
        table = read(source, {"area_code": "lsoa21*code", "age": "age_group", "people": "usual_residents"})
        table = table[table["age"].str.contains(rf"{BAND[0]} to {BAND[1]}\b", na=False)]
        people = cells.numbers(table["people"], f"{source.file}, usual_residents", faults, least=0)
        codes = pd.Index(cells.text(table["area_code"]), name="area_code")
        return pd.Series(people.to_numpy(), index=codes).groupby(level=0).sum().sort_index()

    return next(iter(read_each(recognised.read_by("census_bands"), residents, faults)), None)


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
    tables: list[Population],
    band: tuple[OfficialTable, pd.Series] | None,
    pairs: pd.DataFrame | None,
    ages: tuple[int, int],
) -> tuple[list[Candidate], list[str], list[Fault]]:
    """Return the sources that can give young_people, best first, with warnings and faults.

    Single years of age on 2021 areas, the newest first; then on 2011 areas, carried; then the census band.
    """
    found, warnings, faults = [], [], []
    wanted = f"ages {ages[0]} to {ages[1]}"
    for table in tables:
        vintage = table.source.known.vintage.format(year=table.year) if table.year else "year not stated in the file"
        note = f"estimates by single year of age, {wanted}"
        if table.geography == 2021:
            found.append(Candidate(table.source, table.people, note, vintage))
        elif pairs is None:
            lookup = where_to_get("lookup_lsoa11_lsoa21")
            problem = f"is on the areas of 2011, and no lookup to those of 2021 was found. Load {lookup}."
            faults.append(Fault(table.source.file, problem))
        else:
            carried = carry(table.people, pairs, band[1] if band else None)
            warnings += _not_carried(table, pairs)
            how = "split areas shared by Census 2021 residents aged 16 to 24" if band else "split areas shared equally"
            note += f", on 2011 areas; carried to 2021 areas, {how}, mergers summed"
            found.append(Candidate(table.source, carried, note, vintage, estimated=True))
    estimate = from_band(band[1], ages) if band else None
    if band is not None and estimate is not None:
        note = f"{ages[1] - ages[0] + 1}/9 of Census 2021 residents aged 16 to 24, an estimate of {wanted}"
        found.append(Candidate(band[0], estimate, note, band[0].known.vintage, estimated=True))
    return found, warnings, faults


def _not_carried(table: Population, pairs: pd.DataFrame) -> list[str]:
    lost = table.people[~table.people.index.isin(pairs["area_2011"])]
    if lost.empty:
        return []
    return [
        f"{table.source.file}: {len(lost):,} areas of 2011 with {lost.sum():,.0f} young people are not in the lookup "
        f"to 2021 and were left out ({', '.join(lost.index[:3])} …)."
    ]
