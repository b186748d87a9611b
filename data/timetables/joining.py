"""Put the runs of all feeds together: one numbering of stops and journeys, each journey once, connections in order."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data.timetables.notes import Notes
from data.timetables.one_feed import ReadFeed
from data.timetables.stops import joined
from data.timetables.timetable import STOP_COLUMNS, TRANSFER_COLUMNS, TRIP_COLUMNS, FeedSource, Timetable
from data.timetables.transfers import between_stops, between_trips

MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads a number over all bits (Knuth, volume 3)


def joined_timetable(
    day: date, found: Sequence[ReadFeed], modes: set[str], sources: tuple[FeedSource, ...], notes: Notes
) -> Timetable:
    """Return the timetable of a day from its feeds, with the journeys of these modes."""
    stops = joined({one.feed.name: one.stops for one in found})
    rows_of_feed = [_rows(stops, one) for one in found]
    visits = _visits(found, rows_of_feed)
    trips = pd.concat([one.trips.iloc[one.runs.trip] for one in found], ignore_index=True)
    visits = visits[trips["mode"].isin(modes).to_numpy()[visits["run"]]]
    visits = visits[~_twice(visits, trips, stops["place"].to_numpy(), notes)[visits["run"]]]
    rides = _rides(visits)
    stop_rows, trip_rows = np.unique(rides[["from_stop", "to_stop"]]), np.unique(rides["trip"])
    new_stop, new_trip = _numbering(stop_rows, len(stops)), _numbering(trip_rows, len(trips))
    kept = stops.iloc[stop_rows].reset_index(drop=True)
    changes = _changes(found, rows_of_feed, stops["place"].to_numpy(), kept, new_stop, new_trip)
    kept["place"] = pd.factorize(kept["place"])[0].astype(np.int32)
    numbers = {
        "from_stop": new_stop[rides["from_stop"]],
        "to_stop": new_stop[rides["to_stop"]],
        "trip": new_trip[rides["trip"]],
    }
    rides = rides.assign(**numbers).sort_values(["departure", "arrival", "trip", "position"])
    return Timetable(
        day=day,
        stops=kept[list(STOP_COLUMNS)],
        trips=trips.iloc[trip_rows][list(TRIP_COLUMNS)].reset_index(drop=True),
        **{name: rides[name].to_numpy(dtype=np.int32) for name in ("departure", "arrival", *numbers, "position")},
        may_board=rides["may_board"].to_numpy(dtype=bool),
        may_alight=rides["may_alight"].to_numpy(dtype=bool),
        transfers=changes,
        warnings=notes.counted(),
        sources=sources,
    )


def _rows(stops: pd.DataFrame, one: ReadFeed) -> np.ndarray:
    """Return the row in `stops` of each stop of one feed."""
    own = np.flatnonzero((stops["feed"] == one.feed.name).to_numpy())
    return own[pd.Index(stops["raw_id"].to_numpy()[own]).get_indexer(one.stops["stop_id"])]


def _visits(found: Sequence[ReadFeed], rows_of_feed: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return the visits of all feeds: run (numbered over all), stop (row of the joined stops), times and rules."""
    frames, before = [], 0
    for one, rows in zip(found, rows_of_feed, strict=True):
        v = one.runs.visits
        columns = {"arrival": v.arrival, "departure": v.departure, "may_board": v.may_board, "may_alight": v.may_alight}
        frames.append(pd.DataFrame({"run": one.runs.run + before, "stop": rows[v.stop], **columns}))
        before += len(one.runs.trip)
    return pd.concat(frames, ignore_index=True)


def _twice(visits: pd.DataFrame, trips: pd.DataFrame, places: np.ndarray, notes: Notes) -> np.ndarray:
    """Return for each run whether one before it has the same line, operator, mode, places, times and rules."""
    numbers = np.zeros(len(visits), dtype=np.uint64)
    rules = visits["may_board"] * 2 + visits["may_alight"]
    for values in (places[visits["stop"]], visits["arrival"], visits["departure"], rules):
        numbers = (numbers ^ np.asarray(values).astype(np.int64).astype(np.uint64)) * MIX
        numbers ^= numbers >> np.uint64(29)
    of_run = pd.Series(numbers).groupby(visits["run"].to_numpy()).agg(["sum", "size"])
    named = trips.iloc[of_run.index]
    same = of_run.assign(
        **{name: named[name].str.casefold().to_numpy() for name in ("line", "operator", "mode")}
    ).duplicated()
    twice = np.zeros(len(trips), bool)
    twice[of_run.index[same]] = True
    again = trips[twice]
    notes.add("published_twice", len(again), again["line"] + " " + again["trip_id"] + " (" + again["feed"] + ")")
    return twice


def _rides(visits: pd.DataFrame) -> pd.DataFrame:
    """Return the connections, in order of runs: trip (its run), from_stop, to_stop, times, position and rules.

    Those of yesterday's journeys that leave before midnight are not there.
    """
    start, end = visits.iloc[:-1], visits.iloc[1:]
    rides = pd.DataFrame(
        {
            "trip": start["run"].to_numpy(),
            "from_stop": start["stop"].to_numpy(),
            "to_stop": end["stop"].to_numpy(),
            "departure": start["departure"].to_numpy(),
            "arrival": end["arrival"].to_numpy(),
            "may_board": start["may_board"].to_numpy(),
            "may_alight": end["may_alight"].to_numpy(),
        }
    )
    rides = rides[(start["run"].to_numpy() == end["run"].to_numpy()) & (rides["departure"] >= 0)]
    return rides.assign(position=rides.groupby("trip").cumcount())


def _numbering(rows: np.ndarray, number: int) -> np.ndarray:
    """Return the new number of each old row, -1 where it is not kept."""
    new = np.full(number, -1, dtype=np.int64)
    new[rows] = np.arange(len(rows))
    return new


def _changes(
    found: Sequence[ReadFeed],
    rows_of_feed: Sequence[np.ndarray],
    places: np.ndarray,
    kept: pd.DataFrame,
    new_stop: np.ndarray,
    new_trip: np.ndarray,
) -> pd.DataFrame:
    """Return the transfers of all feeds, in the numbers of the timetable."""
    frames, before = [], 0
    for one, rows in zip(found, rows_of_feed, strict=True):
        frames.append(between_stops(one.transfers, kept, one.feed.name))
        seats = between_trips(one.transfers, one.runs, one.trips, one.by_headway, places[rows])
        for name in ("from", "to"):
            seats[f"{name}_stop"] = new_stop[rows[seats[f"{name}_stop"]]]
            seats[f"{name}_trip"] = new_trip[seats[f"{name}_trip"] + before]
        frames.append(seats[(seats[["from_stop", "to_stop", "from_trip", "to_trip"]] >= 0).all(axis=1)])
        before += len(one.runs.trip)
    kinds = {name: bool if name == "allowed" else np.int64 for name in TRANSFER_COLUMNS}
    return pd.concat(frames).astype(kinds).sort_values(list(TRANSFER_COLUMNS), ignore_index=True)
