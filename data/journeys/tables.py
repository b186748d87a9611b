"""Write what was found as tables: journeys, and the details that an officer holds against a printed timetable."""

import numpy as np
import pandas as pd

from data.bundle import County
from data.journeys.question import clock
from data.journeys.ways import Pairs, Way
from data.scan import NONE
from data.timetables import Timetable
from data.travel import JOURNEY_COLUMNS
from data.travel.timetabled import BETWEEN, DETAIL_COLUMNS, SOURCE, UNKNOWN

ANY = "any"  # the choice of every mode
THERE, BACK = "there", "back"
Days = list[tuple[Timetable, dict[str, tuple[Way, Way]]]]


def worst_seconds(ways: tuple[Way, Way]) -> np.ndarray:
    """Return the longer of the two ways of each pair; inf where one is missing."""
    return np.maximum(ways[0].seconds, ways[1].seconds)


def tables(county: County, pairs: Pairs, days: Days) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the journeys table and its details, of the pairs. Of several days the worst counts.

    A pair by bus has a row, with inf where there is no journey. A pair has a row by another mode where the shortest
    journey by all modes uses it: the one that is ridden longest.
    """
    journeys, details = [], []
    for mode in days[0][1]:
        given = [(timetable, ways[mode]) for timetable, ways in days]
        seconds = np.array([worst_seconds(ways) for _, ways in given])
        worst = seconds.argmax(axis=0)
        for number, (timetable, ways) in enumerate(given):
            rows = np.flatnonzero(worst == number)
            names, minutes = np.full(len(rows), mode, dtype=object), seconds[number, rows] / 60
            if mode == ANY:
                names = _named(timetable, ways, rows)
                other = names != ""
                rows, names, minutes = rows[other], names[other], minutes[other]
            keys = {
                "from_id": county.areas.index.to_numpy()[pairs.area[rows]],
                "to_id": county.destinations.index.to_numpy()[pairs.destination[rows]],
                "mode": names,
            }
            on_foot = (ways[0].board[rows, 0] == NONE) & (ways[1].board[rows, 0] == NONE) & np.isfinite(minutes)
            journeys.append(
                pd.DataFrame(keys).assign(
                    minutes=minutes,
                    distance_km=np.nan,
                    fare_pence=np.where(on_foot, 0.0, np.nan),
                    source=SOURCE,
                    as_of=timetable.day.isoformat(),
                )
            )
            details += [
                _details(keys, timetable, way, rows, name) for way, name in zip(ways, (THERE, BACK), strict=True)
            ]
    order = ["from_id", "to_id", "mode"]
    table = pd.concat(journeys, ignore_index=True)[JOURNEY_COLUMNS].sort_values(order, ignore_index=True)
    beside = pd.concat(details, ignore_index=True)[list(DETAIL_COLUMNS)]
    return table, beside.sort_values([*order, "way"], ascending=[True, True, True, False], ignore_index=True)


def _named(timetable: Timetable, ways: tuple[Way, Way], rows: np.ndarray) -> np.ndarray:
    """Return the mode other than bus that is ridden longest on both ways together; "" where there is none."""
    ridden: dict[str, np.ndarray] = {}
    modes = timetable.trips["mode"].to_numpy(dtype=object)
    for way in ways:
        for board, alight in zip(way.board[rows].T, way.alight[rows].T, strict=True):
            by = np.where(board == NONE, "", modes[timetable.trip[board]])
            long = np.where(board == NONE, 0, timetable.arrival[alight] - timetable.departure[board])
            for mode in set(by) - {"", "bus"}:
                ridden[mode] = ridden.get(mode, 0) + np.where(by == mode, long + 1, 0)
    if not ridden:
        return np.full(len(rows), "", dtype=object)
    names, total = np.array(list(ridden), dtype=object), np.array(list(ridden.values()))
    return np.where(total.max(axis=0) > 0, names[total.argmax(axis=0)], "")


def _details(keys: dict, timetable: Timetable, way: Way, rows: np.ndarray, name: str) -> pd.DataFrame:
    """Return the details of one way, of the pairs that have it."""
    found = np.isfinite(way.seconds[rows])
    rows = rows[found]
    board, alight = way.board[rows], way.alight[rows]
    vehicles = (board != NONE).sum(axis=1)
    trips, stops = timetable.trips, timetable.stops["name"].to_numpy(dtype=object)
    last = np.take_along_axis(alight, np.maximum(vehicles - 1, 0)[:, None], 1)[:, 0]
    table = pd.DataFrame({column: values[found] for column, values in keys.items()})
    return table.assign(
        way=name,
        day=timetable.day.isoformat(),
        minutes=way.seconds[rows] / 60,
        leave=_clocks(way.leave[rows]),
        arrive=_clocks(way.arrive[rows]),
        vehicles=vehicles,
        changes=np.maximum(vehicles - 1, 0),
        modes=_in_order(board, timetable, trips["mode"]),
        operators=_in_order(board, timetable, trips["operator"]),
        lines=_in_order(board, timetable, trips["line"]),
        first_stop=np.where(vehicles > 0, stops[timetable.from_stop[board[:, 0]]], ""),
        last_stop=np.where(vehicles > 0, stops[timetable.to_stop[last]], ""),
        last_leave=_clocks(way.last_leave[rows]),
        last_arrive=_clocks(way.last_arrive[rows]),
        operator_codes=_in_order(board, timetable, trips["operator_code"]),
        boarded=_stops(board, timetable, timetable.from_stop),
        alighted=_stops(alight, timetable, timetable.to_stop),
        fares=[BETWEEN.join([UNKNOWN] * number) for number in vehicles],
    )


def _clocks(seconds: np.ndarray) -> list[str]:
    return [clock(int(time)) for time in seconds]


def _in_order(board: np.ndarray, timetable: Timetable, column: pd.Series) -> list[str]:
    """Return the column's value for each vehicle of each journey, joined by " + "."""
    values = column.astype("string").fillna("").to_numpy(dtype=object)
    return _joined(board, values[timetable.trip[board]])


def _stops(rides: np.ndarray, timetable: Timetable, stop_of: np.ndarray) -> list[str]:
    """Return the id of a stop of each vehicle's ride, joined by " + "."""
    return _joined(rides, timetable.stops["stop_id"].to_numpy(dtype=object)[stop_of[rides]])


def _joined(rides: np.ndarray, names: np.ndarray) -> list[str]:
    return [BETWEEN.join(row[ridden]) for row, ridden in zip(names, rides != NONE, strict=True)]
