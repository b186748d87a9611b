"""Change a timetable as a council might: a line withdrawn, a journey added."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from data.timetables.timetable import Timetable

BUS = "bus"


@dataclass(frozen=True, slots=True)
class Call:
    """Where and when an added bus stops: at a stop of the timetables, or at a new place."""

    seconds: int  # of the service day; it sets down, picks up and goes on at once
    stop: str = ""  # the stop's id; "" where it is a new place
    easting: float = 0.0  # of a new place, National Grid metres
    northing: float = 0.0
    name: str = ""

    @property
    def label(self) -> str:
        """The call as people say it: "07:40 Church Lane"."""
        time = f"{self.seconds // 3600:02d}:{self.seconds % 3600 // 60:02d}"
        return f"{time} {self.stop or self.name or f'{self.easting:.0f} {self.northing:.0f}'}"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A line that is withdrawn; of every operator that has it where none is named."""

    line: str
    operator: str = ""

    @property
    def label(self) -> str:
        """The line as people call it."""
        return f"{self.line} ({self.operator})" if self.operator else self.line


def trips_of(timetable: Timetable, withdrawn: Withdrawn) -> np.ndarray:
    """Return which journeys are of a line (bool)."""
    return of_line(timetable.trips, withdrawn)


def of_line(table: pd.DataFrame, withdrawn: Withdrawn) -> np.ndarray:
    """Return which rows of a table with `line` and `operator` are of a line. Upper and lower case are the same."""
    lines, operators = (table[name].astype(str).str.casefold() for name in ("line", "operator"))
    found = lines == withdrawn.line.casefold()
    return (found & ((operators == withdrawn.operator.casefold()) | (withdrawn.operator == ""))).to_numpy(dtype=bool)


def without(timetable: Timetable, withdrawn: Sequence[Withdrawn]) -> Timetable:
    """Return the timetable with nobody getting on or off the buses of some lines, or staying seated through them."""
    gone = np.zeros(len(timetable.trips), dtype=bool)
    for each in withdrawn:
        gone |= trips_of(timetable, each)
    runs = ~gone[timetable.trip]
    changes = timetable.transfers
    through = [changes[name].to_numpy(dtype=np.int64) for name in ("from_trip", "to_trip")]
    ends = np.logical_or.reduce([(trip >= 0) & gone[np.maximum(trip, 0)] for trip in through])
    return replace(
        timetable,
        may_board=timetable.may_board & runs,
        may_alight=timetable.may_alight & runs,
        transfers=changes[~ends].reset_index(drop=True),
    )


def with_buses(timetable: Timetable, buses: Sequence[Sequence[Call]], line: str) -> Timetable:
    """Return the timetable with these buses as its last journeys, each a list of calls in the order of time.

    Raises KeyError with the id of a stop that the timetable does not have.
    """
    stops, known = timetable.stops, pd.Index(timetable.stops["stop_id"])
    new: dict[tuple[float, float], int] = {}
    names: dict[tuple[float, float], str] = {}
    rides = []
    for number, calls in enumerate(buses, start=len(timetable.trips)):
        at = []
        for call in calls:
            if call.stop:
                at.append(int(known.get_loc(call.stop)))
            else:
                place = (call.easting, call.northing)
                at.append(new.setdefault(place, len(stops) + len(new)))
                names.setdefault(place, call.name or line)
        rides += [(calls[i].seconds, calls[i + 1].seconds, at[i], at[i + 1], number, i) for i in range(len(calls) - 1)]
    first = int(stops["place"].max()) + 1 if len(stops) else 0
    more = pd.DataFrame(
        {
            "stop_id": [f"{line}-{number}" for number in new.values()],
            "name": list(names.values()),
            "easting": [east for east, _ in new],
            "northing": [north for _, north in new],
            "place": np.arange(first, first + len(new)),
        }
    )
    trip = {"trip_id": line, "line": line, "operator": "", "operator_code": "", "mode": BUS, "headsign": ""}
    trips = pd.DataFrame([trip | {"school_only": False, "demand_responsive": False, "feed": ""}] * len(buses))
    added = np.array(rides, dtype=np.int32).reshape(-1, 6).T
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(timetable, name), values])
        for name, values in zip(
            ("departure", "arrival", "from_stop", "to_stop", "trip", "position"), added, strict=True
        )
    }
    order = np.lexsort((columns["position"], columns["trip"], columns["arrival"], columns["departure"]))
    everybody = np.ones(added.shape[1], dtype=bool)
    rules = {name: np.concatenate([getattr(timetable, name), everybody]) for name in ("may_board", "may_alight")}
    return replace(
        timetable,
        stops=pd.concat([stops, more], ignore_index=True) if new else stops,
        trips=pd.concat([timetable.trips, trips], ignore_index=True),
        **{name: values[order] for name, values in (columns | rules).items()},
    )
