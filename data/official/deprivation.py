"""Read the English Indices of Deprivation: Files 1 to 7 of 2025 and of 2019.

The 2019 indices are on 2011 areas. They are carried to 2021 areas as means weighted by the population they describe
(children for IDACI, everyone otherwise); ranks are means of ranks, deciles follow from them. The result is recorded as
an estimate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.faults import Fault
from data.official import cells
from data.official.choices import Candidate
from data.official.known import where_to_get
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

LARGEST_RANK = {"2025": 33_755, "2019": 32_844}  # areas ranked: English LSOAs of 2021, of 2011
COLUMNS = {
    "imd_rank": "index of multiple deprivation (imd) rank*",
    "imd_decile": "index of multiple deprivation (imd) decile*",
    "idaci_rate": "income deprivation affecting children index (idaci) score*",
    "idaci_rank": "income deprivation affecting children index (idaci) rank*",
    "idaci_decile": "income deprivation affecting children index (idaci) decile*",
    "income_rate": "income score (rate)*",
    "income_rank": "income rank*",
    "education_rank": "education, skills and training rank*",
    "education_decile": "education, skills and training decile*",
    "geographical_barriers_rank": "geographical barriers*rank*",
    "geographical_barriers_decile": "geographical barriers*decile*",
    "children": "dependent children aged 0-15*",
    "everyone": "total population*",
}
DENOMINATORS = ("children", "everyone")
DECILES = ("imd_decile", "idaci_decile", "education_decile", "geographical_barriers_decile")
NAMES = {
    "imd_rank": "IMD rank",
    "imd_decile": "IMD decile",
    "idaci_decile": "IDACI decile",
    "education_decile": "education, skills and training decile",
    "geographical_barriers_decile": "geographical barriers decile",
}


RANK_OF = {"idaci_rate": "idaci_rank", "income_rate": "income_rank"}  # 1 is the highest rate in England


@dataclass(frozen=True, slots=True)
class Deprivation:
    """One file of the indices, on 2021 areas."""

    source: OfficialTable
    generation: str  # "2025" or "2019"
    table: pd.DataFrame  # index area_code; the COLUMNS it has, NaN where nothing was published
    carried: bool  # True where it was brought from 2011 areas


def read_deprivation(recognised: Recognised, pairs: pd.DataFrame | None, faults: list[Fault]) -> list[Deprivation]:
    """Read every loaded file of the indices, newest generation and fullest file first. Adds to `faults`."""
    files, unread = [], []
    tables = read_each(recognised.read_by("deprivation"), read_file, faults)
    people = _people_of_2019(tables)
    for source, table in tables:
        generation = _generation(source)
        if generation == "2025":
            files.append(Deprivation(source, generation, table, carried=False))
        elif pairs is not None:
            with_people = table.join(people[people.columns.difference(table.columns)])
            files.append(Deprivation(source, generation, carry(with_people, pairs), carried=True))
        elif len(table.columns.difference(DENOMINATORS)):
            problem = (
                "is the 2019 edition, on the areas of 2011; Farebridge plans on those of 2021. "
                f"Load {where_to_get('iod2025_file7')}. Or carry it over with {where_to_get('lookup_lsoa11_lsoa21')}."
            )
            unread.append(Fault(source.file, problem))
    if not any(file.generation == "2025" for file in files):  # else the older edition is not needed
        faults += unread
    return sorted(files, key=lambda file: (-int(file.generation), -len(file.table.columns)))


def _people_of_2019(tables: list[tuple[OfficialTable, pd.DataFrame]]) -> pd.DataFrame:
    """Return the people of each 2011 area by whom means are weighted, from whichever file of 2019 has them."""
    of_2019 = [table for source, table in tables if _generation(source) == "2019"]
    columns = {name: next((t[name] for t in of_2019 if name in t), None) for name in DENOMINATORS}
    return pd.DataFrame({name: values for name, values in columns.items() if values is not None})


def _generation(source: OfficialTable) -> str:
    return "2019" if "2019" in source.known.id else "2025"


def read_file(source: OfficialTable) -> pd.DataFrame:
    """Read one file into a table indexed by its area codes. Raises InputError for cells that cannot be."""
    raw = read(source, {"area_code": "lsoa code*"} | COLUMNS, optional=list(COLUMNS))
    limits = {"children": (0, np.inf), "everyone": (0, np.inf), "idaci_rate": (0, 1), "income_rate": (0, 1)}
    limits |= dict.fromkeys(DECILES, (1, 10))
    limits |= dict.fromkeys([c for c in COLUMNS if c.endswith("_rank")], (1, LARGEST_RANK[_generation(source)]))
    table = pd.DataFrame({"area_code": cells.text(raw["area_code"])})
    with faults_in(source) as faults:
        for name in [name for name in COLUMNS if name in raw]:
            table[name] = cells.numbers(raw[name], source.header(COLUMNS[name]), faults, *limits[name])
        twice = table["area_code"][table["area_code"].duplicated() & table["area_code"].notna()]
        if len(twice):
            problem = f"{len(twice):,} areas are in it twice ({twice.iloc[0]} …). Load another copy."
            faults.append(Fault("LSOA code", problem))
    return table.dropna(subset=["area_code"]).set_index("area_code").dropna(axis="columns", how="all")


def carry(table: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Bring a table of the 2019 indices from 2011 to 2021 areas, as means weighted by population.

    `pairs` has area_2011 and area_code. An area that was split off takes its parent's figures, a merged one the
    mean.
    """
    rows = pairs.merge(table, left_on="area_2011", right_index=True)
    carried = {}
    for name in [name for name in table if not name.endswith("_decile") and name not in DENOMINATORS]:
        described = [column for column in DENOMINATORS if column in rows]  # a file may lack or blank them
        described = described if name.startswith("idaci") else described[-1:]
        weights = pd.Series(rows[described[0]] if described else 1.0, index=rows.index).fillna(0.0)
        weights = weights.where(rows[name].notna()).clip(lower=1e-9)
        sums = (rows[name] * weights).groupby(rows["area_code"]).sum(min_count=1)
        carried[name] = sums / weights.groupby(rows["area_code"]).sum(min_count=1)
    result = pd.DataFrame(carried)
    for name in [name for name in result if name.endswith("_rank")]:
        result[name] = result[name].round()
        # Deciles are tenths of the ranking: rank 1 to 3,284 of 32,844 is the first.
        decile = np.ceil(result[name] * 10 / LARGEST_RANK["2019"])
        result[name.replace("_rank", "_decile")] = decile.clip(1, 10)
    return result.rename_axis("area_code")


def candidates(files: list[Deprivation], column: str) -> list[Candidate]:
    """Return the sources that can give a column of the areas table, best first.

    For low_income_rate: the newest generation first; within it the IDACI rate (children in low-income families)
    before the income score (everyone).
    """
    if column == "low_income_rate":
        generations = sorted({file.generation for file in files}, reverse=True)
        ranked = [
            (file, name, note)
            for generation in generations
            for name, note in (("idaci_rate", "IDACI rate"), ("income_rate", "income score (rate)"))
            for file in files
            if file.generation == generation
        ]
    else:
        ranked = [(file, column, NAMES[column]) for file in files]
    return [_candidate(file, name, note) for file, name, note in ranked if name in file.table]


def _candidate(file: Deprivation, name: str, note: str) -> Candidate:
    if file.carried:
        note += " of 2011 areas, carried to 2021 areas by population-weighted means"
    percentiles = england_percentiles(file, name) if name in RANK_OF else None
    return Candidate(
        file.source, file.table[name], note, f"IoD {file.generation}", estimated=file.carried, percentiles=percentiles
    )


def england_percentiles(file: Deprivation, rate: str) -> pd.Series | None:
    """Return where each area's rate stands among all of England's, from 0 to 100; None where the file does not say.

    60 means that 60 % of England's areas have this rate or a lower one. A file with the rate of every area in England
    gives the distribution itself; a part of one gives it by the official rank of the same rate.
    """
    rates, ranked = file.table[rate], LARGEST_RANK[file.generation]
    if rates.notna().sum() >= LARGEST_RANK["2025"]:  # carried or not, the areas are those of 2021
        return rates.rank(method="max", pct=True) * 100
    rank = RANK_OF[rate]
    return None if rank not in file.table else (ranked + 1 - file.table[rank]) / ranked * 100
