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
WAYS = ("from_easting", "from_northing", "to_easting", "to_northing")
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


def rides(table: pd.DataFrame) -> pd.DataFrame:
    """Return the ways between stops that anything rides on the days of a packed table, the busiest first.

    One row a pair of stops, whichever way it is ridden: `from_easting`, `from_northing`, `to_easting`, `to_northing`
    (metres, EPSG:27700) and `rides`, how many there are. Ways from a stop to itself or to one without a place are left
    out.
    """
    parts = [_ways(row) for row in table.to_dict("records")]
    ways = pd.concat(parts, ignore_index=True).groupby(list(WAYS), as_index=False)["rides"].sum()
    return ways.sort_values("rides", ascending=False, kind="stable", ignore_index=True)


def _ways(row: dict) -> pd.DataFrame:
    """Return the ways of one day, each from the stop that comes first in the table of stops, and how many rides."""
    ends = np.column_stack([row["from_stop"], row["to_stop"]]).astype(np.int64)
    many = len(row["stops.easting"])
    counts = pd.Series(ends.min(axis=1) * many + ends.max(axis=1)).value_counts()
    places = np.column_stack([row["stops.easting"], row["stops.northing"]]).astype("float64")
    ways = pd.DataFrame(np.hstack([places[counts.index // many], places[counts.index % many]]), columns=list(WAYS))
    is_way = ways.notna().all(axis=1) & (counts.index // many != counts.index % many)
    return ways.assign(rides=counts.to_numpy())[is_way.to_numpy()]


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
