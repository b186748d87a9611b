"""What is kept of how a travel matrix was made from timetables, and when it is old.

`python -m data journeys` writes it into the Parquet files themselves, so that it goes where they go; a bundle keeps it
in its manifest.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from data.travel import parquet_files
from data.wording import listed, long_date

DETAIL_COLUMNS = (
    "from_id",
    "to_id",
    "mode",
    "way",  # there or back
    "day",
    "minutes",
    "leave",  # 07:41, from the door
    "arrive",
    "vehicles",
    "changes",
    "modes",  # of the vehicles in the order of travel, like the next two
    "operators",
    "lines",
    "first_stop",  # where one boards the first vehicle
    "last_stop",  # where one leaves the last
    "last_leave",  # there: of the journey that leaves home last; back: of the one that is home first
    "last_arrive",
    "operator_codes",  # of each vehicle, like the next three: the national operator code where the feed gives it
    "boarded",  # ids of stops
    "alighted",
    "fares",  # pence of the single as published, ? where no file says so; "" on foot
)
BETWEEN = " + "  # in a column that has something of each vehicle
UNKNOWN = "?"  # of a fare
LINE_COLUMNS = (
    "from_id",
    "day",
    "line",
    "operator",
    "mode",
    "first",  # 06:52, when the first of the day leaves a stop within a walk
    "last",
    "journeys",  # of the day
)
POSTCODE_COLUMNS = ("from_id", "to_id", "minutes", "as_of")  # from_id: a postcode
BESIDE = {"details": DETAIL_COLUMNS, "lines": LINE_COLUMNS, "postcodes": POSTCODE_COLUMNS}  # tables beside a matrix
SOURCE = "timetable"  # of the rows of a journeys table that were made from them
KEY = "timetables"  # of the attributes of a table
OLD_DAYS = 365  # assumption: timetables change each year with the school year, if not sooner


def path_beside(matrix: Path, name: str) -> Path:
    """Return where a table of BESIDE is: beside its matrix."""
    return matrix.with_name(f"{matrix.stem}-{name}.parquet")


def table_beside(matrix: Path, name: str, asked: Mapping) -> pd.DataFrame | None:
    """Return a table of BESIDE that was made with a matrix, None where it is not beside it. Raises InputError."""
    path = path_beside(matrix, name)
    if not asked or not path.is_file():
        return None
    table, made_with = parquet_files.read(path, list(BESIDE[name]))
    return table if made_with == asked else None


def notes(asked: Mapping) -> list[str]:
    """Return what was said of the measuring: places not covered, what feeds lack, by what days differ."""
    return list(asked["notes"])


def told(asked: Mapping, today: date) -> list[str]:
    """Say by which timetables journeys were measured, and whether they are old. Nothing where none were."""
    if not asked:
        return []
    days = [date.fromisoformat(day) for day in asked["days"]]
    feeds, on = listed([feed["name"] for feed in asked["feeds"]]), listed([long_date(day) for day in days])
    lines = [
        f"Journeys by public transport are timetabled, by {feeds} on {on}: there between {asked['arrive_from']} and "
        f"{asked['arrive_by']}, back leaving between {asked['leave_after']} and {asked['leave_until']}."
    ]
    over = [feed for feed in asked["feeds"] if feed["last_day"] and date.fromisoformat(feed["last_day"]) < today]
    if over:
        ends = [f"{feed['name']} ran out on {long_date(date.fromisoformat(feed['last_day']))}" for feed in over]
        lines.append(f"These journeys are old: {listed(ends)}. Get new timetables and measure them again.")
    elif (today - max(days)).days > OLD_DAYS:
        lines.append("These journeys are old: the day asked is over a year ago. Measure them again on a new day.")
    return lines
