"""Turn the journeys of a feed into those of one day: today's, yesterday's after midnight, and each of a headway.

A *run* is one journey on one day. Runs are held as the visits of all of them, one run after the other.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.timetables.archive import Feed
from data.timetables.notes import Notes
from data.timetables.stop_times import Visits, seconds
from data.timetables.tables import finite, whole
from data.timetables.timetable import DAY_SECONDS

LEAST_HEADWAY_SECONDS, LONGEST_SPAN_SECONDS = 30, 2 * DAY_SECONDS  # what is beyond is no timetable


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The runs of a day, in order of journey and time."""

    trip: np.ndarray  # the row of the journey of each run
    shift: np.ndarray  # seconds that its day and its place in a headway add to the times of the timetable
    yesterday: np.ndarray  # bool: it belongs to the service day before
    run: np.ndarray  # for each visit, its run
    visits: Visits  # of all runs, with the times of this day


def read_frequencies(feed: Feed, trips: pd.Index, notes: Notes) -> pd.DataFrame:
    """Return one row a departure of a journey that is published by how often it runs: trip (its row), start (seconds).

    It leaves at each start time and every headway after it, before the end.
    """
    read = whole(
        feed, "frequencies.txt", ["trip_id", "start_time", "end_time", "headway_secs"], ["exact_times"], notes
    ).sort_values(["trip_id", "start_time"])
    trip = trips.get_indexer(read["trip_id"])
    start, end = (read[name].map(seconds).to_numpy(dtype=np.int64) for name in ("start_time", "end_time"))
    headway = np.nan_to_num(finite(read["headway_secs"])).clip(0, LONGEST_SPAN_SECONDS).astype(np.int64)
    good = (start >= 0) & (end >= start) & (headway >= LEAST_HEADWAY_SECONDS) & (end - start <= LONGEST_SPAN_SECONDS)
    notes.add("bad_frequency", (~good).sum(), (f"{name} ({feed.name})" for name in read["trip_id"][~good]))
    loose = good & (trip >= 0) & (read["exact_times"] != "1").to_numpy()
    notes.add("headway", len(np.unique(trip[loose])), (f"{name} ({feed.name})" for name in read["trip_id"][loose]))
    good &= trip >= 0
    departures = [np.arange(*span) for span in zip(start[good], end[good], headway[good], strict=True)]
    rows = np.repeat(trip[good], [len(each) for each in departures])
    starts = np.concatenate(departures) if departures else np.zeros(0, dtype=np.int64)
    return pd.DataFrame({"trip": rows, "start": starts}).drop_duplicates(ignore_index=True)


def runs_of_day(
    visits: Visits,
    first_departure: np.ndarray,
    today: np.ndarray,
    yesterday: np.ndarray,
    frequencies: pd.DataFrame,
    by_headway: np.ndarray,
) -> Runs:
    """Return the runs of a day.

    `today` and `yesterday` say of each journey whether it runs on the day and on the day before; `first_departure` is
    that of its timetable in seconds; `by_headway` whether it runs by `frequencies` alone.
    """
    runs = []
    for active, shift in ((today, 0), (yesterday, -DAY_SECONDS)):
        plain = np.flatnonzero(active & ~by_headway)
        often = frequencies[active[frequencies["trip"].to_numpy()]]
        by_frequency = often["start"].to_numpy() - first_departure[often["trip"].to_numpy()]
        trip = np.concatenate([plain, often["trip"].to_numpy()])
        shifts = shift + np.concatenate([np.zeros(len(plain), dtype=np.int64), by_frequency])
        runs.append(pd.DataFrame({"trip": trip, "shift": shifts, "yesterday": shift < 0}))
    table = pd.concat(runs, ignore_index=True).sort_values(["trip", "yesterday", "shift"], ignore_index=True)
    return _with_visits(table, visits)


def _with_visits(table: pd.DataFrame, visits: Visits) -> Runs:
    """Return the runs that still run after the day's midnight, with their visits."""
    begins = np.searchsorted(visits.trip, table["trip"], side="left")
    ends = np.searchsorted(visits.trip, table["trip"], side="right")
    last = visits.departure[np.maximum(ends - 2, 0)] if len(visits.trip) else np.zeros(len(table))
    kept = (ends - begins >= 2) & (last + table["shift"].to_numpy() >= 0)
    table, begins, lengths = table[kept].reset_index(drop=True), begins[kept], (ends - begins)[kept]
    run = np.repeat(np.arange(len(table)), lengths)
    within = np.arange(len(run)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    own = visits.take(np.repeat(begins, lengths) + within)
    shift = table["shift"].to_numpy()[run]
    moved = Visits(
        own.trip,
        own.sequence,
        own.stop,
        (own.arrival + shift).astype(np.int32),
        (own.departure + shift).astype(np.int32),
        own.may_board,
        own.may_alight,
        own.distance,
    )
    return Runs(
        table["trip"].to_numpy(), table["shift"].to_numpy(), table["yesterday"].to_numpy(dtype=bool), run, moved
    )
