"""Read a travel matrix that a routing engine wrote: a table in the shape of the journeys table, checked."""

from pathlib import Path

import numpy as np
import pandas as pd

from data import text_tables
from data.faults import Fault, InputError
from data.opening.files import content_of
from data.travel import parquet_files, timetabled
from data.travel.ground import Ground
from data.travel.journeys import JOURNEY_COLUMNS, KEYS
from data.travel.modes import all_modes
from data.travel.near import XY

NEAR_KM = 0.5  # assumption: a route may start and end this far from the points that stand for its places, together
MOST_TIMES_STRAIGHT = 10  # assumption: a route over so many times the straight line is wrong,
MOST_KM = 20  # where it is over this too, as the line between neighbours is short,
MOST_KM_ROUND_WATER = 150  # and over this where wide water lies between the places, or may (assumptions)
MOST_MINUTES = 1440  # of a day
NOT_KNOWN = ("", "nan", "na", "n/a", "null", "none")  # R and Python write these for what is not there
MINUTES_OF_ROUTERS = ("travel_time", "travel_time_p50", "total_time")  # of r5py and r5r
FAULTS_SHOWN = 20  # rows of each kind of fault; the rest are counted


def read_matrix(path: Path) -> pd.DataFrame:
    """Read a travel matrix (CSV or Parquet) in the shape of the journeys table.

    from_id, to_id, mode, minutes and source are needed; distance_km, fare_pence and as_of may be absent. "inf" is
    unreachable, an empty cell is not known. The index is the row of the file, the header being row 1. Raises InputError
    with every fault: column missing, mode unknown, minutes negative or not a number, a pair and mode given twice; or
    where the file is no table at all. Its attributes say what was asked of timetables, where it was made here.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    raw = _of_parquet(path) if is_parquet else text_tables.read_table(content_of(path), path.name)
    raw = text_tables.with_plain_headings(raw, path.name)
    missing = [name for name in (*KEYS, "minutes", "source") if name not in raw.columns]
    if missing:
        shape = f"A travel matrix has the columns {', '.join(JOURNEY_COLUMNS)}, named so in its first row"
        hint = next((f'; name "{each}" minutes' for each in MINUTES_OF_ROUTERS if each in raw.columns), "")
        hint = hint if "minutes" in missing else ""
        raise InputError(path.name, [f"lacks the columns {', '.join(missing)}. {shape}{hint}."])
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
    text = {name: table[name].astype(object) for name in ("from_id", "to_id", "mode", "source")}
    table = table.assign(**text, as_of=table["as_of"].astype("string").fillna("").astype(object))
    table.attrs = raw.attrs
    return table


def implausible(
    matrix: pd.DataFrame, areas: pd.DataFrame, destinations: pd.DataFrame, land: Ground | None
) -> list[Fault]:
    """Return a fault for each row whose distance or minutes cannot be right for where its two places are.

    `matrix` is of `read_matrix`, its places all in `areas` and `destinations` (easting_m and northing_m). A route is
    no shorter than the straight line, and seldom over ten times as long unless it goes round water; a journey takes
    from above 0 minutes to a day. `land` is where water is, None where that is not known.
    """
    start = areas.loc[matrix["from_id"], XY].to_numpy(dtype=float)
    end = destinations.loc[matrix["to_id"], XY].to_numpy(dtype=float)
    straight = pd.Series(np.hypot(*(end - start).T) / 1000, index=matrix.index)
    km, minutes = matrix["distance_km"], matrix["minutes"]
    may_go_round = True if land is None else land.broken(start, end)
    most = np.maximum(straight * MOST_TIMES_STRAIGHT, np.where(may_go_round, MOST_KM_ROUND_WATER, MOST_KM))
    line = "the straight line between its places, {straight:.1f} km"
    kinds = [
        (km < straight - NEAR_KM, "distance_km", "{km:g} km is shorter than " + line + ". Is it in miles?"),
        (km > most, "distance_km", "{km:g} km is too long for " + line + ". Is it in metres?"),
        ((minutes == 0) & (straight > NEAR_KM), "minutes", "is 0 for " + line + ". Leave it empty if not known."),
        (
            (minutes > MOST_MINUTES) & (minutes < np.inf),
            "minutes",
            "{minutes:g} is over a day, 1,440. Is it in seconds?",
        ),
    ]
    table = pd.DataFrame({"km": km, "minutes": minutes, "straight": straight})
    faults: list[Fault] = []
    for wrong, column, problem in kinds:
        rows = table[wrong]
        shown = rows.head(FAULTS_SHOWN).to_dict("index")
        faults += [Fault(f"row {row}, {column}", problem.format(**figures)) for row, figures in shown.items()]
        faults += _more(len(rows), column)
    return faults


def _of_parquet(path: Path) -> pd.DataFrame:
    table, asked = parquet_files.read(path, list(JOURNEY_COLUMNS))
    table = table.set_axis(pd.RangeIndex(2, len(table) + 2))  # as rows of a text file are numbered
    table.attrs = {} if asked is None else {timetabled.KEY: asked}
    return table


def _numbers(column: pd.Series, name: str, faults: list[Fault]) -> pd.Series:
    text = column.astype("string").str.strip()
    text = text.mask(text.str.lower().isin(NOT_KNOWN))
    numbers = pd.to_numeric(text, errors="coerce").astype("float64")
    wrong = text.notna() & numbers.isna()
    write = 'Write digits, such as 35 or 35.5; "inf" where there is no journey' if name == "minutes" else "Write digits"
    unread = text[wrong.to_numpy(dtype=bool)]
    faults += [
        Fault(f"row {row}, {name}", f'"{value[:60]}" is not a number. {write}; nothing where it is not known.')
        for row, value in unread.head(FAULTS_SHOWN).items()
    ]
    faults += _more(len(unread), name)
    faults += _row_faults(numbers < 0, name, "is negative.")
    if name != "minutes":
        faults += _row_faults(np.isinf(numbers), name, 'may not be infinite; write "inf" only in minutes.')
    return numbers


def _row_faults(wrong: pd.Series, column: str, problem: str) -> list[Fault]:
    """Return a fault for each wrong row that is shown; the index is the row of the file, the header being row 1."""
    rows = wrong.index[wrong.fillna(False).to_numpy(dtype=bool)]
    shown = [Fault(f"row {row}, {column}", problem) for row in rows[:FAULTS_SHOWN]]
    return shown + _more(len(rows), column)


def _more(count: int, column: str) -> list[Fault]:
    """Return what counts the rows that are wrong in one way beyond those that are shown."""
    more = count - FAULTS_SHOWN
    return [Fault(column, f"{more:,} more rows are wrong in this way. Correct all.")] if more > 0 else []
