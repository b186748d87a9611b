"""What is published about each council as a whole: NEET at 16 to 17, and the State of the Nation indices.

They say how the council's young people fare; no plan is made of them. A bundle carries them as an optional table, one
row a council and measure (STATISTIC_COLUMNS), each with the name it has in its file and where it comes from.
"""

import re
from dataclasses import dataclass

import pandas as pd

from data.faults import Fault, InputError
from data.official import cells
from data.official.build_record import source_id
from data.official.councils import plain_name
from data.official.recognise import Found, Recognised, faults_of, read

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
    used: tuple[Found, ...]
    vintages: dict[str, str]  # content of a file and its sheet -> the period it states
    warnings: tuple[str, ...]


def read_statistics(recognised: Recognised, councils: pd.Series, faults: list[Fault]) -> CouncilStatistics | None:
    """Return the statistics of `councils` (index council code, values names), None where no file gives any.

    Of two files of one kind the first in the order of sources.toml is read. A damaged file adds to `faults`.
    """
    parts, used, vintages, warnings = [], [], {}, []
    for reader, rows_of in (("council_neet", _neet), ("council_indices", _indices)):
        for found in recognised.of(reader)[:1]:
            try:
                table = rows_of(found)
            except InputError as error:
                faults += faults_of(error)
                continue
            ours, lacking = _of_councils(table, councils)
            if lacking:
                warnings.append(f"{found.file} has no figures for {_named(lacking)}.")
            if len(ours):
                parts.append(ours.assign(source=source_id(found)))
                used.append(found)
                periods = sorted(set(ours["period"]) - {""})
                vintages |= {found.content + found.layout.sheet: "; ".join(periods)} if periods else {}
    if not parts:
        return None
    together = pd.concat(parts, ignore_index=True)[list(STATISTIC_COLUMNS)].astype(STATISTIC_COLUMNS)
    return CouncilStatistics(together, tuple(used), vintages, tuple(warnings))


def _named(councils: list[str]) -> str:
    shown = ", ".join(councils[:3])
    return shown + (f" and {len(councils) - 3:,} more" if len(councils) > 3 else "")


def _neet(found: Found) -> pd.DataFrame:
    """Return of, measure, value, words and period of a NEET table. Raises InputError for values that are no shares."""
    columns = {name: column for name, (_, column) in NEET.items()}
    table = read(found, {"of": "la_name", **columns})
    names = cells.text(table["of"])
    parts = []
    for name in NEET:
        values = _numbers(found, name, table[name], most=float("inf") if name == "aged_16_17" else 100.0)
        parts.append(pd.DataFrame({"of": names, "measure": name, "value": values, "words": "", "period": ""}))
    return pd.concat(parts, ignore_index=True).dropna(subset=["of", "value"])


def _indices(found: Found) -> pd.DataFrame:
    """Return of, measure, value, words and period of the newest period of each index."""
    parts = []
    for name in INDICES:
        periods = [
            (match[2], match[1])
            for header in found.layout.headers
            if str(header).strip().lower().startswith(f"{name}_group_id_") and (match := PERIOD.search(str(header)))
        ]
        if not periods:
            raise InputError(found.file, [f"has no period of the index {name}. Download it again."])
        last, first = max(periods)
        wanted = {what: f"{name}_group_{what}_{first}_to_{last}" for what in ("id", "name")}
        table = read(found, {"of": "region_fullname", **wanted})
        groups = _numbers(found, name, table["id"], most=7.0)
        words = cells.text(table["name"]).fillna("")
        row = {"measure": name, "value": groups, "words": words, "period": f"{first} to {last}"}
        parts.append(pd.DataFrame({"of": cells.text(table["of"]), **row}))
    return pd.concat(parts, ignore_index=True).dropna(subset=["of", "value"])


def _numbers(found: Found, name: str, column: pd.Series, most: float = float("inf")) -> pd.Series:
    faults: list[Fault] = []
    values = cells.numbers(column, name, faults, least=0.0, most=most)
    if faults:
        raise InputError(found.file, faults)
    return values


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
