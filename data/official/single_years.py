"""Read tables of people by single year of age: those of the ONS, and what Nomis gives."""

import re
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

NOMIS_AGE_0 = 101  # Nomis numbers single years of age from here: 117 is age 16
ALL_PERSONS = "all persons"
OLDEST = 90  # "90+" closes every single-year table


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
    readers = {
        "population_syoa": _workbook,
        "population_lsoa11": _lsoa11,
        "population_sape": _lsoa11,
        "population_nomis_query": _nomis_query,
        "population_nomis_query_coded": _nomis_query,
    }
    for id, reader in readers.items():
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
        if key not in newest or year_above(source) > year_above(newest[key]):
            newest[key] = source
    return list(newest.values())


def year_above(source: OfficialTable) -> int:
    """Return the year in the sheet's name or title ("Mid-2024 LSOA 2021"), 0 where there is none."""
    lines = " ".join(source.layout.above).lower()
    return max((int(year) for year in re.findall(r"mid[- ]?(20\d\d)", lines)), default=0)


def _workbook(source: OfficialTable, ages: tuple[int, int]) -> Population:
    """Read an ONS sheet with F0 … F90 and M0 … M90 by LSOA 2021."""
    names = [f"{sex}{age}" for sex in "fm" for age in range(ages[0], ages[1] + 1)]
    table = read(source, {"area_code": "lsoa 2021 code"} | {name: name for name in names})
    return Population(source, _sum_ages(source, table, names), 2021, year_above(source))


def _lsoa11(source: OfficialTable, ages: tuple[int, int]) -> Population:
    """Read a table of persons by single year of age, 0 to 90+, by LSOA 2011; sums for districts are left out."""
    names = {str(age): f"{age}+" if age == OLDEST else str(age) for age in range(ages[0], ages[1] + 1)}
    codes = {"area_code": "lsoa11*code|lsoa code|area codes", "total": "total*|all ages"}
    table = read(source, codes | names, optional=["total"])
    year = year_above(source)
    if "total" in table and not year:
        english = cells.text(table["area_code"]).str.startswith("E", na=False)
        total = cells.numbers(table["total"], "total", [])[english].sum()
        year = int(source.known.england_totals.get(str(int(total)), 0))
    return Population(source, _sum_ages(source, table, list(names)), 2011, year)


def _nomis_query(source: OfficialTable, ages: tuple[int, int]) -> Population:
    """Read a query saved from Nomis: areas in rows ("E01013996 : Rutland 001A"), ages in columns ("Aged 16").

    Saved with codes it has the names alone there and the codes under "mnemonic".

    Raises InputError where it is of one sex, or lacks an age.
    """
    area = next(header for header in source.known.headers if header.startswith("20??"))
    above = [" ".join(line.split()).lower() for line in source.layout.above]
    sexes = [line for line in above if re.match(r"(gender|sex)\b", line)]
    if one_sex := [line for line in sexes if not re.search(r"\b(all|total|both|persons)\b", line)]:
        raise InputError(source.file, [f"is of one sex ({one_sex[0]}). Save the query again for all persons."])
    names = {str(age): f"aged {age}|aged {age} *|age {age}|age {age} *|{age}" for age in range(ages[0], ages[1] + 1)}
    if lacking := [age for age, pattern in names.items() if not source.has(pattern)]:
        again = f"Save the query again with every age from {ages[0]} to {ages[1]}."
        raise InputError(source.file, [f"has no column of persons aged {age}. {again}" for age in lacking])
    table = read(source, {"area_code": "mnemonic" if source.has("mnemonic") else area} | names)
    table["area_code"] = table["area_code"].astype("string").str.extract(r"([EW]01\d{6})")[0]
    years = [int(year) for line in above for year in re.findall(r"^(?:year|date|time)\b.*?(20\d\d)", line)]
    geography = int(source.header(area)[:4])
    people = _sum_ages(source, table.dropna(subset=["area_code"]), list(names))
    return Population(source, people, 2021 if geography >= 2021 else 2011, max(years, default=0))


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
        "sex": "gender|c_sex",
        "sex_name": "gender_name|c_sex_name",
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
    table = _of_both_sexes(table[rows].assign(sex=_nomis_sexes(table)), sources[0])
    with faults_in(sources[0]) as faults:
        table["people"] = cells.numbers(table["people"], "OBS_VALUE", faults, least=0)
    by_age = table.pivot_table(index="area_code", columns="age", values="people", aggfunc="sum", observed=True)
    complete = by_age.reindex(columns=range(ages[0], ages[1] + 1))
    return Population(sources[0], complete.sum(axis=1, skipna=False).rename_axis("area_code"), 2021, year)


def _of_both_sexes(table: pd.DataFrame, source: OfficialTable) -> pd.DataFrame:
    """Return the rows for all persons or, where there are none, those of an area and age that has both sexes.

    Raises InputError where the rows are of one sex alone, which are not all persons.
    """
    sexes = set(table["sex"].dropna())
    if ALL_PERSONS in sexes:
        return table[table["sex"] == ALL_PERSONS].drop_duplicates(["area_code", "age"])
    if len(sexes) == 1:
        (sex,) = sexes
        raise InputError(source.file, [f"is of one sex ({sex}). Save the query again for all persons."])
    table = table.drop_duplicates(["area_code", "age", "sex"])
    there = table.groupby(["area_code", "age"], observed=True)["sex"].transform("nunique")
    return table[there == len(sexes)]


def _nomis_sexes(table: pd.DataFrame) -> pd.Series:
    """Return "all persons", "male" or "female" of each row, missing where the file does not say."""
    codes = pd.to_numeric(table["sex"], errors="coerce").map({0: ALL_PERSONS, 1: "male", 2: "female"})
    names = table["sex_name"].astype("string").str.strip().str.lower()
    names = names.str.replace(r"^(?:all|both|total|persons)\b.*", ALL_PERSONS, regex=True)
    return codes.astype("string").fillna(names.str.replace(r"^(male|female)s$", r"\1", regex=True))


def _nomis_ages(table: pd.DataFrame, source: OfficialTable) -> pd.Series:
    codes = pd.to_numeric(table["age"], errors="coerce")
    if codes.notna().all():
        return codes - NOMIS_AGE_0
    if table["age_name"].isna().all():
        raise InputError(source.file, ["has neither C_AGE codes nor C_AGE_NAME. Download it again."])
    return pd.to_numeric(table["age_name"].str.extract(r"(\d+)")[0])
