"""Give every visit its times, and leave out what cannot be: nothing is routed over a stop or a journey that is wrong.

Left out are journeys that run backwards in time or for over 72 hours, and visits at stops that are unknown, outside of
Great Britain, or further away than any vehicle could come; the journey then goes on from the stop before to the next.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.timetables.notes import Notes
from data.timetables.stop_times import Visits

LONGEST_SECONDS = 72 * 3600
# A vehicle that is faster than this, with the slack for times in whole minutes, is not at one of the two places.
FASTEST_METRES_PER_SECOND = 250 / 3.6  # above the 200 km/h of main lines
SLACK_SECONDS = 120

Box = tuple[float, float, float, float]


def timed(visits: Visits, trip_ids: pd.Index, notes: Notes) -> tuple[Visits, np.ndarray]:
    """Return the visits of journeys that can be, all with times, and the first departure of each journey (by its row).

    A visit with one time has it twice. Between timed visits the times follow the distances where all are given and
    grow, and otherwise even steps; whole seconds, rounded down.
    """
    v = replace(
        visits,
        arrival=np.where(visits.arrival < 0, visits.departure, visits.arrival),
        departure=np.where(visits.departure < 0, visits.arrival, visits.departure),
    )
    is_timed = v.arrival >= 0
    backwards, long = _impossible(v.take(is_timed))
    for kind, trips in (("backwards", backwards), ("too_long", np.setdiff1d(long, backwards))):
        notes.add(kind, len(trips), trip_ids[trips])
    fine = ~np.isin(v.trip, np.union1d(backwards, long))
    v, is_timed = v.take(fine), is_timed[fine]
    before, after = _neighbours(v, is_timed)
    inside = (before >= 0) & (after >= 0)
    ends = np.unique(v.trip[~inside])
    notes.add("untimed_end", len(ends), trip_ids[ends])
    v = _between(v, is_timed, before, after).take(inside)
    starts = np.flatnonzero(np.append(True, np.diff(v.trip) != 0)) if len(v.trip) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(v.trip)))
    alone = v.trip[starts[lengths < 2]]
    notes.add("one_stop", len(alone), trip_ids[alone])
    first = np.zeros(len(trip_ids), dtype=np.int64)
    first[v.trip[starts]] = v.departure[starts]
    return v.take(~np.isin(v.trip, alone)), first


def _impossible(v: Visits) -> tuple[np.ndarray, np.ndarray]:
    """Return the journeys that run backwards in time, and those that last too long, of timed visits."""
    same = np.diff(v.trip) == 0
    wrong = [v.trip[v.departure < v.arrival], v.trip[1:][same & (v.arrival[1:] < v.departure[:-1])]]
    if not len(v.trip):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.append(True, ~same))
    lasts = np.append(starts[1:], len(v.trip)) - 1
    long = v.trip[starts][v.arrival[lasts] - v.departure[starts] > LONGEST_SECONDS]
    return np.unique(np.concatenate(wrong)), np.unique(long)


def _neighbours(v: Visits, is_timed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each visit the last timed visit of its journey up to it, and the first from it on; -1 for none."""
    at = np.arange(len(v.trip))
    before = np.maximum.accumulate(np.where(is_timed, at, -1))
    after = np.minimum.accumulate(np.where(is_timed, at, len(at))[::-1])[::-1]
    before = np.where((before >= 0) & (v.trip[before] == v.trip), before, -1)
    there = np.minimum(after, len(at) - 1)
    return before, np.where((after < len(at)) & (v.trip[there] == v.trip), after, -1)


def _between(v: Visits, is_timed: np.ndarray, before: np.ndarray, after: np.ndarray) -> Visits:
    """Return the visits with times between the timed ones."""
    blank = np.flatnonzero(~is_timed & (before >= 0) & (after >= 0))
    if not len(blank):
        return v
    low, high = before[blank], after[blank]
    start, length = v.departure[low].astype(np.int64), v.arrival[high].astype(np.int64) - v.departure[low]
    even = start + length * (blank - low) // (high - low)
    steps_grow = np.append(0, np.cumsum(~(np.diff(v.distance) >= 0)))  # a step down, or to or from none, adds one
    by_distance = (steps_grow[high] == steps_grow[low]) & (v.distance[high] > v.distance[low])
    run = np.where(by_distance, v.distance[high] - v.distance[low], 1)
    done = np.where(by_distance, v.distance[blank] - v.distance[low], 0)
    times = np.where(by_distance, start + np.floor(length * done / run), even).astype(np.int32)
    arrival, departure = v.arrival.copy(), v.departure.copy()
    arrival[blank] = departure[blank] = times
    return replace(v, arrival=arrival, departure=departure)


def placed(visits: Visits, stops: pd.DataFrame, within: Box | None, notes: Notes) -> Visits:
    """Return the visits at stops whose place is known and inside the box (west, south, east, north; metres)."""
    easting, northing = stops["easting"].to_numpy(), stops["northing"].to_numpy()
    v = visits.take(visits.stop >= 0)
    nowhere = np.unique(v.stop[np.isnan(easting[v.stop])])
    notes.add("stop_nowhere", len(nowhere), _named(stops, nowhere))
    v = v.take(~np.isin(v.stop, nowhere))
    misplaced = _misplaced(v, easting, northing)
    notes.add("stop_misplaced", len(misplaced), _named(stops, misplaced))
    v = v.take(~np.isin(v.stop, misplaced)) if len(misplaced) else v
    return v.take(inside(stops, within)[v.stop])


def inside(stops: pd.DataFrame, within: Box | None) -> np.ndarray:
    """Return whether each stop has a place, and that inside the box (west, south, east, north; metres)."""
    west, south, east, north = within or (-np.inf, -np.inf, np.inf, np.inf)
    easting, northing = stops["easting"].to_numpy(), stops["northing"].to_numpy()
    return (easting >= west) & (easting <= east) & (northing >= south) & (northing <= north)


def _named(stops: pd.DataFrame, rows: np.ndarray) -> list[str]:
    return [
        f"{stop_id} {name}".strip() for stop_id, name in stops[["stop_id", "name"]].iloc[rows].itertuples(index=False)
    ]


def _misplaced(v: Visits, easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
    """Return the stops at which most visits are out of reach of the visit before or after.

    Of two stops too far apart, the one further from the middle of their journey's stops (by medians) is out of place.
    """
    metres = np.hypot(np.diff(easting[v.stop]), np.diff(northing[v.stop]))
    seconds = v.arrival[1:] - v.departure[:-1] + SLACK_SECONDS
    fast = np.flatnonzero((np.diff(v.trip) == 0) & (metres > FASTEST_METRES_PER_SECOND * seconds))
    if not len(fast):
        return np.zeros(0, dtype=np.int64)
    concerned = np.isin(v.trip, v.trip[fast])
    places = pd.DataFrame({"e": easting[v.stop[concerned]], "n": northing[v.stop[concerned]]})
    middle = places.groupby(v.trip[concerned]).median()
    ends = np.stack([fast, fast + 1])
    centre = middle.loc[v.trip[fast]].to_numpy()
    away = np.hypot(easting[v.stop[ends]] - centre[:, 0], northing[v.stop[ends]] - centre[:, 1])
    blamed = np.unique(np.where(away[1] >= away[0], ends[1], ends[0]))
    times_blamed = np.bincount(v.stop[blamed], minlength=len(easting))
    return np.flatnonzero(times_blamed * 2 > np.bincount(v.stop, minlength=len(easting)))
