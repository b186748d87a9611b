"""Read a travel matrix that a routing engine wrote: a table in the shape of the journeys table, checked."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from data import text_tables
from data.faults import Fault, InputError
from data.travel.journeys import JOURNEY_COLUMNS, KEYS
from data.travel.modes import all_modes


def read_matrix(path: Path) -> pd.DataFrame:
    """Read a travel matrix (CSV or Parquet) in the shape of the journeys table.

    from_id, to_id, mode, minutes and source are needed; distance_km, fare_pence and as_of may be absent. "inf" is
    unreachable, an empty cell is not known. Raises InputError with every fault: column missing, mode unknown,
    minutes negative or not a number, a pair and mode given twice; or where the file is no table at all.
    """
    raw = _read_parquet(path) if path.suffix == ".parquet" else text_tables.read_table(path.read_bytes(), path.name)
    missing = [name for name in (*KEYS, "minutes", "source") if name not in raw.columns]
    if missing:
        raise InputError(path.name, [f"lacks the columns {missing}. A travel matrix has {', '.join(JOURNEY_COLUMNS)}."])
    faults: list[Fault] = []
    table = raw.reindex(columns=JOURNEY_COLUMNS)
    for name in ("minutes", "distance_km", "fare_pence"):
        table[name] = _numbers(table[name], name, faults)
    for name in ("from_id", "to_id", "source"):
        table[name] = table[name].astype("string").str.strip()
        faults += _row_faults(table[name].fillna("").eq(""), name, "is empty.")
    ids = {name: mode.id for mode in all_modes().values() for name in mode.other_names}
    table["mode"] = table["mode"].astype("string").str.strip().str.lower().replace(ids)
    faults += _row_faults(~table["mode"].isin(list(all_modes())), "mode", f"must be one of {', '.join(all_modes())}.")
    faults += _row_faults(table.duplicated(KEYS, keep="first"), "mode", "repeats a pair and mode of a row above.")
    if faults:
        raise InputError(path.name, faults)
    table = table.reset_index(drop=True)
    text = {name: table[name].astype(object) for name in ("from_id", "to_id", "mode", "source")}
    return table.assign(**text, as_of=table["as_of"].astype("string").fillna("").astype(object))


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path)
    except pa.ArrowInvalid:
        raise InputError(path.name, ["is not a Parquet file, or is cut short. Write it again."]) from None
    return table.set_axis(pd.RangeIndex(2, len(table) + 2))  # as rows of a text file are numbered


def _numbers(column: pd.Series, name: str, faults: list[Fault]) -> pd.Series:
    text = column.astype("string").str.strip().replace("", pd.NA)
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    faults += _row_faults(text.notna() & numbers.isna() & text.str.lower().ne("nan"), name, "is not a number.")
    faults += _row_faults(numbers < 0, name, "is negative.")
    if name != "minutes":
        faults += _row_faults(np.isinf(numbers), name, 'may not be infinite; write "inf" only in minutes.')
    return numbers


def _row_faults(wrong: pd.Series, column: str, problem: str) -> list[Fault]:
    """Return a fault for each wrong row; the index is the row of the file, the header being row 1."""
    return [Fault(f"row {row}, {column}", problem) for row in wrong.index[wrong.fillna(False).to_numpy(dtype=bool)]]
