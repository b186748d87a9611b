"""Keep the timetables that journeys were measured by in one table, so that a scenario can change them and ask again.

One row a service day; each cell is a whole array, such as every departure of that day. Feeds and warnings are left out:
the manifest has them.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data.timetables.timetable import STOP_COLUMNS, TRANSFER_COLUMNS, TRIP_COLUMNS, Timetable

RIDES = ("departure", "arrival", "from_stop", "to_stop", "trip", "position", "may_board", "may_alight")
PARTS = {"stops": STOP_COLUMNS, "trips": TRIP_COLUMNS, "transfers": TRANSFER_COLUMNS}


def packed(timetables: Sequence[Timetable]) -> pd.DataFrame:
    """Return timetables as a table with one row a day: `day`, the arrays of rides, and `stops.name` and the like."""
    rows = []
    for each in timetables:
        row = {"day": each.day.isoformat()} | {name: getattr(each, name) for name in RIDES}
        for part, columns in PARTS.items():
            row |= {f"{part}.{name}": getattr(each, part)[name].to_numpy() for name in columns}
        rows.append(row)
    return pd.DataFrame(rows)


def unpacked(table: pd.DataFrame) -> list[Timetable]:
    """Return the timetables of `packed`, without feeds and warnings."""
    return [_timetable(row) for row in table.to_dict("records")]


def _timetable(row: dict) -> Timetable:
    kinds = {name: bool if name.startswith("may") else np.int32 for name in RIDES}
    parts = {part: pd.DataFrame({name: row[f"{part}.{name}"] for name in columns}) for part, columns in PARTS.items()}
    numbers = {name: bool if name == "allowed" else np.int64 for name in TRANSFER_COLUMNS}
    parts["transfers"] = parts["transfers"].astype(numbers)  # an empty array has lost its kind
    return Timetable(
        day=date.fromisoformat(row["day"]),
        **parts,
        **{name: np.asarray(row[name], dtype=kind) for name, kind in kinds.items()},
        warnings=(),
        sources=(),
    )
