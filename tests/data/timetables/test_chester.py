"""The published timetable around Chester, of August 2023, is read as a plain reader reads it."""

import csv
import io
import zipfile
from collections import Counter
from datetime import date

import pytest

from data import timetables
from tests.data.timetables import plain_reader
from tests.data.timetables.test_reading import rides_of, seats_of
from tests.opendata import FOLDER, needs_opendata

DAY = date(2023, 9, 12)
TABLES = ("agency.txt", "routes.txt", "calendar.txt", "calendar_dates.txt", "stops.txt", "trips.txt", "stop_times.txt")


@needs_opendata
def test_chester_is_read_as_a_plain_reader_reads_it_and_its_stop_in_the_atlantic_is_told():
    path = next((FOLDER / "timetables").glob("chester*.zip"))
    with zipfile.ZipFile(path) as archive:
        tables = {name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in TABLES}
    for row in tables["stops.txt"]:  # the plain reader knows only 0, 0 as no place
        if row["stop_lat"].startswith("49.76"):
            row["stop_lat"] = "0"
    plain = plain_reader.Feed(path.stem, tables)
    read = timetables.read(path, DAY)
    rides, twice, seats = plain_reader.read([plain], DAY)
    assert rides_of(read) == Counter(rides)
    assert seats_of(read) == seats
    assert twice == 0
    assert len(read.departure) > 30_000
    assert [(each.kind, each.count) for each in read.warnings] == [("stop_nowhere", 1)]


@needs_opendata
@pytest.mark.parametrize(("day", "usable"), [(DAY, True), (date(2023, 12, 25), False), (date(2024, 1, 1), False)])
def test_a_bank_holiday_around_chester_is_not_usable(day, usable):
    assert timetables.days(FOLDER / "timetables").at[day, "usable"] == usable
