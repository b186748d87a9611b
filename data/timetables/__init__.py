"""Read published timetables (GTFS zips): what runs on a day, every stop and every ride; and published fares (NeTEx)."""

from data.timetables.fare_files import PublishedFares, read_fares
from data.timetables.reading import days, read
from data.timetables.timetable import (
    DAY_SECONDS,
    STOP_COLUMNS,
    TRANSFER_COLUMNS,
    TRIP_COLUMNS,
    Counted,
    FeedSource,
    Timetable,
)

__all__ = [
    "DAY_SECONDS",
    "STOP_COLUMNS",
    "TRANSFER_COLUMNS",
    "TRIP_COLUMNS",
    "Counted",
    "FeedSource",
    "PublishedFares",
    "Timetable",
    "days",
    "read",
    "read_fares",
]
