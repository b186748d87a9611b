"""Read how long a change takes, which changes are not possible, and where passengers stay seated between journeys."""

import numpy as np
import pandas as pd

from data.timetables.archive import Feed
from data.timetables.notes import Notes
from data.timetables.runs import Runs
from data.timetables.tables import finite, whole
from data.timetables.timetable import TRANSFER_COLUMNS

TIMED, LEAST_TIME, NOT_POSSIBLE, STAY_SEATED, CHANGE_SEATS = "1", "2", "3", "4", "5"
LONGEST_CHANGE = 86_400  # seconds


def read_transfers(feed: Feed, notes: Notes) -> pd.DataFrame:
    """Return the rows of transfers.txt that hold for stops or for two journeys, as text."""
    optional = ["from_trip_id", "to_trip_id", "from_route_id", "to_route_id", "min_transfer_time"]
    read = whole(feed, "transfers.txt", ["from_stop_id", "to_stop_id", "transfer_type"], optional, notes)
    seats = read["transfer_type"].isin([STAY_SEATED, CHANGE_SEATS])
    of_trips = seats & (read["from_trip_id"] != "") & (read["to_trip_id"] != "")
    partly = ~of_trips & (read[["from_trip_id", "to_trip_id", "from_route_id", "to_route_id"]] != "").any(axis=1)
    names = read["from_stop_id"] + " to " + read["to_stop_id"] + f" ({feed.name})"
    notes.add("route_transfer", partly.sum(), names[partly])
    return read[~partly]


def between_stops(rows: pd.DataFrame, stops: pd.DataFrame, feed: str) -> pd.DataFrame:
    """Return TRANSFER_COLUMNS of the changes between served stops of a feed; `stops` are those of the timetable.

    What is said of a station holds for each of its stops, except where something is said of these two stops.
    """
    rows = rows[(rows["from_trip_id"] == "") & rows["transfer_type"].isin([TIMED, LEAST_TIME, NOT_POSSIBLE])]
    seconds = np.nan_to_num(finite(rows["min_transfer_time"])).clip(0, LONGEST_CHANGE).astype(np.int64)
    rows = rows.assign(
        seconds=np.where(rows["transfer_type"] == LEAST_TIME, seconds, 0), allowed=rows["transfer_type"] != NOT_POSSIBLE
    )
    own = stops[stops["feed"] == feed].reset_index(names="stop")
    ids = pd.concat(
        [
            own.assign(id=own["raw_id"], loose=0)[["id", "stop", "loose"]],
            own.assign(id=own["root"], loose=1)[["id", "stop", "loose"]][own["root"] != own["raw_id"]],
        ]
    )
    both = rows.merge(ids.add_prefix("from_"), left_on="from_stop_id", right_on="from_id").merge(
        ids.add_prefix("to_"), left_on="to_stop_id", right_on="to_id"
    )
    both["loose"] = both["from_loose"] + both["to_loose"]
    both = both.sort_values(["from_stop", "to_stop", "loose", "allowed", "seconds"], ascending=[True] * 4 + [False])
    one = both.drop_duplicates(["from_stop", "to_stop"]).assign(from_trip=-1, to_trip=-1)
    return one[list(TRANSFER_COLUMNS)]


def between_trips(
    rows: pd.DataFrame, runs: Runs, trips: pd.DataFrame, by_headway: np.ndarray, places: np.ndarray
) -> pd.DataFrame:
    """Return TRANSFER_COLUMNS of the changes that hold for two journeys; from_trip and to_trip are runs.

    Passengers stay seated where two journeys of one vehicle (block) follow each other at the same place, or where the
    feed says so of two journeys. `trips` are the journeys of the feed, `places` the place of each of its stops.
    """
    v = runs.visits
    starts = np.flatnonzero(np.append(True, np.diff(runs.run) != 0)) if len(runs.run) else np.zeros(0, dtype=np.int64)
    lasts = np.append(starts[1:], len(runs.run)) - 1 if len(starts) else starts
    table = pd.DataFrame(
        {
            "run": np.arange(len(runs.trip)),
            "trip_id": trips["trip_id"].to_numpy()[runs.trip],
            "block": trips["block"].to_numpy()[runs.trip],
            "yesterday": runs.yesterday,
            "from_place": places[v.stop[lasts]],
            "to_place": places[v.stop[starts]],
            "last_stop": v.stop[lasts],
            "first_stop": v.stop[starts],
            "ends": v.arrival[lasts],
            "begins": v.departure[starts],
        }
    )
    table = table[~by_headway[runs.trip]]
    pairs = pd.concat([_of_blocks(table, rows), _of_rows(table, rows)], ignore_index=True)
    return pairs.drop_duplicates(["from_trip", "to_trip"])[list(TRANSFER_COLUMNS)]


def _of_blocks(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    vehicles = table[table["block"] != ""].sort_values(["yesterday", "block", "begins", "ends", "trip_id"])
    ahead = vehicles.shift(-1)
    follows = (
        (vehicles["block"] == ahead["block"])
        & (vehicles["yesterday"] == ahead["yesterday"])
        & (vehicles["from_place"] == ahead["to_place"])
        & (vehicles["ends"] <= ahead["begins"])
    )
    parted = rows[rows["transfer_type"] == CHANGE_SEATS]
    apart = pd.MultiIndex.from_frame(parted[["from_trip_id", "to_trip_id"]])
    follows &= ~pd.MultiIndex.from_arrays([vehicles["trip_id"], ahead["trip_id"]]).isin(apart)
    one, other = vehicles[follows], ahead[follows]
    return pd.DataFrame(
        {
            "from_stop": one["last_stop"].to_numpy(dtype=np.int64),
            "to_stop": other["first_stop"].to_numpy(dtype=np.int64),
            "seconds": 0,
            "allowed": True,
            "from_trip": one["run"].to_numpy(dtype=np.int64),
            "to_trip": other["run"].to_numpy(dtype=np.int64),
        }
    )


def _of_rows(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[(rows["from_trip_id"] != "") & (rows["transfer_type"] == STAY_SEATED)]
    joined = rows.merge(table, left_on="from_trip_id", right_on="trip_id").merge(
        table, left_on=["to_trip_id", "yesterday"], right_on=["trip_id", "yesterday"], suffixes=("", "_next")
    )
    return pd.DataFrame(
        {
            "from_stop": joined["last_stop"].to_numpy(dtype=np.int64),
            "to_stop": joined["first_stop_next"].to_numpy(dtype=np.int64),
            "seconds": 0,
            "allowed": True,
            "from_trip": joined["run"].to_numpy(dtype=np.int64),
            "to_trip": joined["run_next"].to_numpy(dtype=np.int64),
        }
    )
