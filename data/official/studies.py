"""Read what a college or sixth form offers: academic study (A levels and the like) and technical or vocational study.

The 16 to 18 performance tables count the students at the end of their studies by cohort. Academic: A levels and other
academic qualifications at level 3. Technical or vocational: applied general qualifications and tech levels, T levels
among them, at level 3, and vocational qualifications at level 2. A student of two of these counts in both. Where the
tables are not loaded the type says what is offered, and how many study it is not known.

    a number    so many students finished in the year
    0           it is not offered
    missing     it may be offered; how many study it is not known
"""

import numpy as np
import pandas as pd

from data.official import cells
from data.official.tables import OfficialTable, faults_in

STUDIES = ("academic", "technical")
COHORTS = {  # of the performance tables
    "academic": ("tallpup_acad_1618",),
    "technical": ("tallpup_agen", "tallpup_tlev", "tallpup_anyl2voc"),
}
HEADERS = {header: header for headers in COHORTS.values() for header in headers}
NO_ENTRIES = "NE"  # the mark of the tables for a cohort that nobody is in
TECHNICAL_TYPES = ("university technical college", "studio", "utc", "further education", "college")


def read_cohorts(raw: pd.DataFrame, source: OfficialTable) -> pd.DataFrame:
    """Return the students of each of STUDIES, float64, for rows of the performance tables.

    A cohort without entries is 0, a suppressed one missing. Missing too where the file has no such column.
    """
    table = pd.DataFrame(np.nan, index=raw.index, columns=list(STUDIES), dtype="float64")
    with faults_in(source) as faults:
        for study, headers in COHORTS.items():
            here = [header for header in headers if header in raw]
            if here:
                parts = [_students(raw[header], header.upper(), faults) for header in here]
                table[study] = pd.concat(parts, axis=1).sum(axis=1, min_count=1)
    return table


def _students(column: pd.Series, name: str, faults: list) -> pd.Series:
    nobody = cells.text(column).str.upper().eq(NO_ENTRIES).fillna(False).astype(bool)
    return cells.numbers(column, name, faults, least=0).mask(nobody, 0.0)


def by_type(table: pd.DataFrame) -> pd.DataFrame:
    """Return what providers offer by kind and type alone, an estimate: schools' sixth forms are academic, others both.

    `table` has kind (college or sixth_form) and the texts type and table_type, "" or missing where not known.
    """
    texts = table[["type", "table_type"]].astype("string").fillna("")
    types = texts["type"].str.casefold() + " " + texts["table_type"].str.casefold()
    technical = types.map(lambda words: any(name in words for name in TECHNICAL_TYPES)) | table["kind"].eq("college")
    studies = pd.DataFrame(np.nan, index=table.index, columns=list(STUDIES), dtype="float64")
    studies["technical"] = studies["technical"].where(technical.fillna(False).astype(bool), 0.0)
    return studies
