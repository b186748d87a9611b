"""What is read from timetables for one service day: stops, journeys, and every ride between two stops in a row.

A *feed* is one published timetable file (a GTFS zip). A *service day* is the day that a timetable means by a date: it
goes on past midnight. A *connection* is one ride of one journey from a stop to the next at which it is timed.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

DAY_SECONDS = 86_400
TRIP_COLUMNS = (
    "trip_id",
    "line",  # the number or name on the front of the vehicle
    "operator",
    "operator_code",  # the national operator code where the feed gives it, else its own id; "" where there is none
    "mode",  # the id of a mode in travel.toml
    "headsign",
    "school_only",  # True: carries pupils only, or runs on school days only and is named after a school
    "demand_responsive",  # True: has to be booked
    "feed",  # the name of its source
)
STOP_COLUMNS = ("stop_id", "name", "easting", "northing", "place")
TRANSFER_COLUMNS = ("from_stop", "to_stop", "seconds", "allowed", "from_trip", "to_trip")


@dataclass(frozen=True, slots=True)
class Counted:
    """Something in a feed that was mended or left out: how often, and one case of it."""

    kind: str  # such as "unknown_stop"
    count: int
    example: str
    sentence: str  # for a person: what was found, how often, what was done


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One file that a timetable was read from."""

    name: str  # its file name without the folders of the machine
    sha256: str
    first_day: date | None  # with a journey; None: it has none on any day
    last_day: date | None


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """Every journey of one service day inside a box. Rows are in one order, whatever order the files have.

    Times are seconds from midnight at the start of `day`. A journey of the day before that runs after midnight is there
    too, with 86,400 taken off its times; what this day's journeys do after midnight stays above 86,400.
    """

    day: date
    # One row a stop where something stops that day; its row number is its index in the arrays. STOP_COLUMNS:
    # easting and northing in metres (EPSG:27700); stops of one station or place share the number `place`.
    stops: pd.DataFrame
    trips: pd.DataFrame  # one row a journey; its row number is its index. TRIP_COLUMNS
    # One element a connection, sorted by departure, then arrival, trip and position. Stops outside of the box and stops
    # that nobody can find are left out, and the ride goes on from the stop before to the stop after.
    departure: np.ndarray  # int32, at from_stop
    arrival: np.ndarray  # int32, at to_stop, never before the departure
    from_stop: np.ndarray  # int32
    to_stop: np.ndarray  # int32
    trip: np.ndarray  # int32
    position: np.ndarray  # int32, 0 for the first connection of a journey, 1 for the next, …
    may_board: np.ndarray  # bool, at from_stop
    may_alight: np.ndarray  # bool, at to_stop
    # TRANSFER_COLUMNS. `seconds` is the least time to change from one stop to another, or at one stop. `allowed` is
    # False where a change is not possible. from_trip and to_trip are -1, except where it holds for these two journeys
    # only: then `allowed` with 0 seconds says that passengers stay in their seats.
    transfers: pd.DataFrame
    warnings: tuple[Counted, ...]
    sources: tuple[FeedSource, ...]
