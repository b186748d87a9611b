"""Read what is published about each council as a whole: NEET at 16 to 17, and the State of the Nation indices.

No plan uses them. A bundle carries them as an optional table, one
row a council and measure (STATISTIC_COLUMNS), each with the name it has in its file and where it comes from.
"""

import re
from dataclasses import dataclass

import pandas as pd

from data.faults import Fault, InputError, Noted
from data.official import cells
from data.official.build_record import source_id
from data.official.plain_names import plain_name
from data.official.recognise import Recognised
from data.official.tables import OfficialTable, faults_in, read, read_each

STATISTIC_COLUMNS = {
    "council_code": "string",
    "council_name": "string",
    "measure": "string",  # a key of MEASURES
    "value": "float64",  # per cent or people; for an index its group, 1 (least favourable) to 7 (most favourable)
    "words": "string",  # the name of an index's group, as published; "" elsewhere
    "period": "string",  # as published; "" where the file does not state it
    "of": "string",  # what the figure is of, by the name in its file: it may be wider than the council
    "source": "string",  # id of a source in the manifest
}
NEET = {
    "neet": ("not in education, employment or training", "neet_pct"),
    "not_known": ("whose activity is not known", "not_known_pct"),
    "neet_or_not_known": ("not in education, employment or training, or not known", "neet_not_known_pct"),
    "aged_16_17": ("young people aged 16 to 17", "cohort_16_17"),
}
INDICES = {
    "childhood_conditions": "Conditions of childhood",
    "labour_market_opportunities": "Labour market opportunities",
    "innovation_and_growth": "Innovation and growth",
    "promising_prospects": "Promising prospects",
}
MEASURES = {name: words for name, (words, _) in NEET.items()} | INDICES

# What the State of the Nation file puts together, or names as before 1 April 2023 (Cumbria (Structural Changes) Order
# 2022); every other area in it is one council.
SEVERAL = {
    "Camden and City of London": ("Camden", "City of London"),
    "Cornwall and Isles of Scilly": ("Cornwall", "Isles of Scilly"),
    "Cumbria": ("Cumberland", "Westmorland and Furness"),
    "Norwich and Norfolk": ("Norfolk",),
}
COUNTY_COUNCIL = re.compile(r"\s+CC$")
PERIOD = re.compile(r"_(\d{4})_to_(\d{4})$")


@dataclass(frozen=True, slots=True)
class CouncilStatistics:
    """The statistics of a bundle's councils, where they come from, and what is missing."""

    table: pd.DataFrame  # STATISTIC_COLUMNS
    used: tuple[OfficialTable, ...]
    vintages: dict[str, str]  # key of a table -> the period it states
    warnings: tuple[str, ...]


def read_statistics(recognised: Recognised, councils: pd.Series, faults: list[Fault]) -> CouncilStatistics | None:
    """Return the statistics of `councils` (index council code, values names), None where no file gives any.

    Of two files of one kind the first in the order of sources.toml is read. A damaged file adds to `faults`.
    """
    parts, used, warnings = [], [], []
    vintages: dict[str, str] = {}
    for reader, rows_of in (("council_neet", _neet), ("council_indices", _indices)):
        for source, table in read_each(recognised.read_by(reader)[:1], rows_of, faults):
            ours, lacking = _of_councils(table, councils)
            if lacking:
                told = f"{source.file} has no figures for {cells.first_few(lacking)}."
                warnings.append(Noted(told, "no_figures_for_council"))
            if len(ours):
                parts.append(ours.assign(source=source_id(source)))
                used.append(source)
                periods = sorted(set(ours["period"]) - {""})
                vintages |= {source.table_key: "; ".join(periods)} if periods else {}
    if not parts:
        return None
    together = pd.concat(parts, ignore_index=True)[list(STATISTIC_COLUMNS)].astype(STATISTIC_COLUMNS)
    return CouncilStatistics(together, tuple(used), vintages, tuple(warnings))


def _neet(source: OfficialTable) -> pd.DataFrame:
    """Return of, measure, value, words and period of a NEET table. Raises InputError for values that are no shares."""
    columns = {name: column for name, (_, column) in NEET.items()}
    table = read(source, {"of": "la_name", **columns})
    names = cells.text(table["of"])
    parts = []
    for name in NEET:
        values = _numbers(source, name, table[name], most=float("inf") if name == "aged_16_17" else 100.0)
        parts.append(pd.DataFrame({"of": names, "measure": name, "value": values, "words": "", "period": ""}))
    return pd.concat(parts, ignore_index=True).dropna(subset=["of", "value"])


def _indices(source: OfficialTable) -> pd.DataFrame:
    """Return of, measure, value, words and period of the newest period of each index."""
    parts = []
    for name in INDICES:
        periods = [
            (match[2], match[1])
            for header in source.layout.headers
            if str(header).strip().lower().startswith(f"{name}_group_id_") and (match := PERIOD.search(str(header)))
        ]
        if not periods:
            raise InputError(source.file, [f"has no period of the index {name}. Download it again."])
        last, first = max(periods)
        wanted = {what: f"{name}_group_{what}_{first}_to_{last}" for what in ("id", "name")}
        table = read(source, {"of": "region_fullname", **wanted})
        groups = _numbers(source, name, table["id"], most=7.0)
        words = cells.text(table["name"]).fillna("")
        row = {"measure": name, "value": groups, "words": words, "period": f"{first} to {last}"}
        parts.append(pd.DataFrame({"of": cells.text(table["of"]), **row}))
    return pd.concat(parts, ignore_index=True).dropna(subset=["of", "value"])


def _numbers(source: OfficialTable, name: str, column: pd.Series, most: float = float("inf")) -> pd.Series:
    with faults_in(source) as faults:
        return cells.numbers(column, name, faults, least=0.0, most=most)


def _of_councils(table: pd.DataFrame, councils: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of these councils, with their codes, and the names of those that have none."""
    by_name: dict[str, str] = {}
    for of in table["of"].unique():
        for name in SEVERAL.get(of, (COUNTY_COUNCIL.sub("", of),)):
            by_name.setdefault(plain_name(name), of)
    ofs = {code: by_name.get(plain_name(name)) for code, name in councils.items()}
    parts = [
        table[table["of"] == of].assign(council_code=code, council_name=councils[code])
        for code, of in ofs.items()
        if of is not None
    ]
    ours = pd.concat(parts, ignore_index=True) if parts else table.iloc[:0]
    return ours, [str(councils[code]) for code, of in ofs.items() if of is None]
