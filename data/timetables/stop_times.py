"""Stream the stop times of a feed: how often each journey stops, and every stop of the journeys of one day.

A *visit* is one row of stop_times.txt: one journey at one stop.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from data.timetables.archive import Feed
from data.timetables.notes import Notes
from data.timetables.tables import Column, blocks

UNKNOWN, BLANK = -1, -2
NEEDED = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
AREAS = ("location_id", "location_group_id")
BOOKED = (*AREAS, "start_pickup_drop_off_window", "pickup_booking_rule_id", "drop_off_booking_rule_id")
OPTIONAL = ("pickup_type", "drop_off_type", "shape_dist_traveled", *BOOKED)
NOT_POSSIBLE, PHONE = 1, 2  # of pick-up and drop-off types
MOST_DIGITS = 11  # that are read: any number of so many is larger than is kept, and Python refuses thousands


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Visits, one element each. Times are in seconds, BLANK where there is none."""

    trip: np.ndarray  # the row of its journey
    sequence: np.ndarray
    stop: np.ndarray  # the row of its stop, UNKNOWN where stops.txt has none
    arrival: np.ndarray
    departure: np.ndarray
    may_board: np.ndarray
    may_alight: np.ndarray
    distance: np.ndarray  # along the line in any unit, NaN where it is not given

    def take(self, rows: np.ndarray) -> "Visits":
        """Return some of the visits: a mask, or their numbers."""
        return Visits(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class StopTimes:
    """What was read of the stop times of a feed."""

    visits_of_trip: np.ndarray  # how often each journey of the feed stops, on whatever day it runs
    visits: Visits  # of the journeys asked for, in the order of the journeys and their sequence
    booked: np.ndarray  # bool, one a journey: it has a stop with booking rules, or every stop needs a telephone call


def read_stop_times(
    feed: Feed,
    trips: pd.Index,
    others: pd.Index,
    stops: pd.Index,
    wanted: np.ndarray,
    inside: np.ndarray,
    notes: Notes,
) -> StopTimes:
    """Read the stop times of a feed, keeping the visits of the journeys that are `wanted` (bool, one a journey).

    Of these, only journeys are kept that stop where somebody asks for: `inside` is bool, one a stop. `others` are ids
    of journeys that are left out and told of already.
    """
    counts = np.zeros(len(trips), dtype=np.int64)
    kept: list[list[np.ndarray]] = []
    ruled, phoned = np.zeros(len(trips), dtype=np.int64), np.zeros(len(trips), dtype=np.int64)
    known_times: dict[str, int] = {}
    for block in blocks(feed, "stop_times.txt", NEEDED, OPTIONAL, notes):
        rows, ids = block["trip_id"]
        codes = trips.get_indexer(ids)
        trip = _numbers((rows, ids), codes, UNKNOWN)
        lost = (trip < 0) & ~_numbers((rows, ids), pd.Index(ids).isin(others), True).astype(bool)
        counts += np.bincount(trip[trip >= 0], minlength=len(trips))
        notes.add("unknown_trip", lost.sum(), (ids[at] for at in np.unique(rows[lost])))
        mine = np.flatnonzero(np.append(wanted, False)[trip])
        if len(mine):
            part = {name: (rows[mine], values) for name, (rows, values) in block.items()}
            rules, phone, columns = _visits(feed, part, trip[mine], stops, known_times, notes)
            ruled += np.bincount(trip[mine][rules], minlength=len(trips))
            phoned += np.bincount(trip[mine][phone], minlength=len(trips))
            kept.append(columns)
    kept.append([np.zeros(0, dtype=dtype) for dtype in _DTYPES])
    touching = np.zeros(len(trips), bool)
    for trip, _, stop, *_ in kept:
        touching[trip[np.append(inside, False)[stop]]] = True
    kept = [[column[touching[part[0]]] for column in part] for part in kept]
    columns = [np.concatenate(column) for column in zip(*kept, strict=True)]
    visits = _in_order(Visits(*columns), feed, trips, notes)
    return StopTimes(counts, visits, (ruled > 0) | ((phoned == counts) & (counts > 0)))


_DTYPES = (np.int32, np.int32, np.int32, np.int32, np.int32, bool, bool, np.float64)


def _visits(
    feed: Feed, block: dict[str, Column], trip: np.ndarray, stops: pd.Index, known_times: dict[str, int], notes: Notes
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Return which rows of a block have booking rules, which need a call, and the columns of their `Visits`."""
    stop = _numbers(block["stop_id"], stops.get_indexer(block["stop_id"][1]), BLANK)
    sequence = _mapped(block["stop_sequence"], _whole_number, UNKNOWN)
    times = [_times(feed, block[name], known_times, notes) for name in ("arrival_time", "departure_time")]
    kinds = [
        _mapped(block[name], _whole_number, 0) if name in block else np.zeros(len(trip), dtype=np.int64)
        for name in ("pickup_type", "drop_off_type")
    ]
    given = {name: _mapped(block[name], bool, False) for name in BOOKED if name in block}
    rules = np.any([np.zeros(len(trip), bool), *given.values()], axis=0)
    area = (stop == BLANK) & np.any(
        [np.zeros(len(trip), bool), *(given[name] for name in AREAS if name in given)], axis=0
    )
    unknown = (stop < 0) & ~area
    for kind, rows, name in (("unknown_stop", unknown, "stop_id"), ("bad_sequence", sequence < 0, "stop_sequence")):
        notes.add(kind, rows.sum(), (f"{_text(block[name], at)!r} ({feed.name})" for at in _firsts(block[name], rows)))
    notes.add("stop_area", area.sum(), [feed.name])
    distance = np.full(len(trip), np.nan)
    if "shape_dist_traveled" in block:
        distance = _mapped(block["shape_dist_traveled"], _number, np.nan)
    ok = (sequence >= 0) & ~area
    columns = [trip, sequence, np.maximum(stop, UNKNOWN), *times, *(kind != NOT_POSSIBLE for kind in kinds), distance]
    kept = [column[ok].astype(dtype) for column, dtype in zip(columns, _DTYPES, strict=True)]
    return rules, np.any([kind == PHONE for kind in kinds], axis=0), kept


def _firsts(column: Column, rows: np.ndarray) -> np.ndarray:
    """Return one of the `rows` for each value that the column has in them."""
    at = np.flatnonzero(rows)
    return at[np.unique(column[0][at], return_index=True)[1]]


def _text(column: Column, at: int) -> str:
    rows, values = column
    return values[rows[at]] if rows[at] >= 0 else ""


def _numbers(column: Column, codes: np.ndarray, blank: float) -> np.ndarray:
    """Return for each row the number of its value, `blank` where it has none."""
    rows, values = column
    return np.append(np.where(np.array(values, dtype=object) == "", blank, codes) if len(values) else codes, blank)[
        rows
    ]


def _mapped(column: Column, number: Callable[[str], float], blank: float) -> np.ndarray:
    codes = np.array([number(value) if value else blank for value in column[1]])
    return np.append(codes, blank)[column[0]] if len(codes) else np.full(len(column[0]), blank)


def _whole_number(text: str) -> int:
    """Return a whole number, however long, up to the largest that is kept; UNKNOWN for any other text.

    >>> _whole_number("007"), _whole_number("3.0"), _whole_number("9" * 5000) == 2**31 - 1, _whole_number("-1")
    (7, 3, True, -1)
    """
    digits = text.removesuffix(".0")
    return min(int(digits.lstrip("0")[:MOST_DIGITS] or 0), 2**31 - 1) if digits.isdecimal() else UNKNOWN


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan


def _times(feed: Feed, column: Column, known: dict[str, int], notes: Notes) -> np.ndarray:
    rows, values = column
    for value in values:
        if value not in known:
            known[value] = seconds(value)
    numbers = np.append(np.array([known[value] for value in values], dtype=np.int64), BLANK)[rows]
    bad = numbers == UNKNOWN
    notes.add("bad_time", bad.sum(), (f"{values[at]!r} ({feed.name})" for at in np.unique(rows[bad])))
    return np.where(bad, BLANK, numbers)


def seconds(text: str) -> int:
    """Return a time of day in seconds, BLANK for none and UNKNOWN where it cannot be read.

    >>> seconds("07:05:00"), seconds("7:5:0"), seconds("25:10"), seconds(""), seconds("7.05")
    (25500, 25500, 90600, -2, -1)
    """
    if not text:
        return BLANK
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (2, 3) or not all(part.isdecimal() and len(part) <= 3 for part in parts):
        return UNKNOWN
    hours, minutes, *rest = map(int, parts)
    return UNKNOWN if minutes > 59 or any(s > 59 for s in rest) else hours * 3600 + minutes * 60 + sum(rest)


def _in_order(visits: Visits, feed: Feed, trips: pd.Index, notes: Notes) -> Visits:
    """Return the visits in order of their journeys and sequence, one for each place in a journey."""
    v = visits
    if (np.diff(v.trip.astype(np.int64) * 2**31 + v.sequence) <= 0).any():
        keys = (v.distance, ~v.may_alight, ~v.may_board, v.departure, v.arrival, v.stop, v.sequence, v.trip)
        v = v.take(np.lexsort(keys))
    if not len(v.trip):
        return v
    again = np.append(False, (np.diff(v.trip) == 0) & (np.diff(v.sequence) == 0))
    differs = again & np.append(False, np.diff(v.stop) | np.diff(v.arrival) | np.diff(v.departure)).astype(bool)
    notes.add("repeated_sequence", differs.sum(), (f"{trips[at]} ({feed.name})" for at in np.unique(v.trip[differs])))
    return v.take(~again)
