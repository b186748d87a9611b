"""Count the young people of each area: from mid-year estimates by single year of age, else from a census band.

Estimates on 2011 areas are carried to 2021 areas with the official lookup. Areas that merged are summed. An area that
was split is shared out among its parts in proportion to their residents aged 16 to 24 in Census 2021 where that is
loaded, else equally; the shares are whole people by largest remainder, so every 2011 area's total stays exact.
"""

import re

import numpy as np
import pandas as pd

from data.faults import Fault, InputError, Noted
from data.official import cells
from data.official.choices import Candidate
from data.official.known import where_to_get
from data.official.recognise import Recognised
from data.official.single_years import Population
from data.official.tables import OfficialTable, read, read_each

BAND = (16, 24)  # the Census 2021 band that holds the young people


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
    parent = pd.factorize(rows["area_2011"])[0]
    of_parent = np.bincount(parent, weights=weight)[parent]  # NaN where one of the parent's weights is
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
    areas, people = f"{len(lost):,}", f"{lost.sum():,.0f}"
    told = (
        f"{table.source.file}: {areas} areas of 2011 with {people} young people are not in the lookup "
        f"to 2021 and were left out ({', '.join(lost.index[:3])} …)."
    )
    return [Noted(told, "people_not_carried", areas=areas, people=people)]
