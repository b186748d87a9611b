"""What is read of generated feeds is what a plain reader, row by row, makes of them."""

import random
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import timetables
from data.faults import InputError
from tests.data.timetables import plain_reader
from tests.data.timetables.feeds import BOX, random_tables, shuffled, write
from tests.draws import draws

seeds = st.integers(0, 2**32)


def feeds_of(chance: random.Random) -> dict[str, dict]:
    """Return one or two feeds, in which case they use the same ids, at the same places or at others."""
    one = random_tables(chance)
    if chance.random() < 0.5:
        return {"east": one}
    other = random_tables(chance) if chance.random() < 0.5 else one | {"feed_info.txt": [{"feed_lang": "en"}]}
    return {"east": one, "west": other}


def rides_of(read: timetables.Timetable) -> Counter:
    """Return the rides as the plain reader has them."""
    trips = read.trips.iloc[read.trip]
    stop_ids = read.stops["stop_id"].str.removeprefix("east:").str.removeprefix("west:").to_numpy()
    columns = (
        trips["feed"],
        trips["trip_id"],
        stop_ids[read.from_stop],
        stop_ids[read.to_stop],
        read.departure.tolist(),
        read.arrival.tolist(),
        read.may_board.tolist(),
        read.may_alight.tolist(),
        read.position.tolist(),
    )
    return Counter(zip(*columns, strict=True))


def seats_of(read: timetables.Timetable) -> Counter:
    pairs = read.transfers[read.transfers["from_trip"] >= 0]
    one, other = read.trips.iloc[pairs["from_trip"]], read.trips.iloc[pairs["to_trip"]]
    return Counter(zip(one["feed"], one["trip_id"], other["trip_id"], strict=True))


def count(read: timetables.Timetable, kind: str) -> int:
    return next((each.count for each in read.warnings if each.kind == kind), 0)


@given(seeds)
@draws(40)
def test_a_day_of_any_feeds_is_what_a_plain_reader_makes_of_it(tmp_path_factory, seed):
    chance, folder = random.Random(seed), tmp_path_factory.mktemp("feeds")
    tables = feeds_of(chance)
    for name, of_feed in tables.items():
        write(folder / f"{name}.zip", of_feed, chance.choice(["utf-8", "utf-8-sig", "cp1252"]))
    plain = [plain_reader.Feed(name, of_feed) for name, of_feed in tables.items()]
    usable = plain_reader.usable(plain)
    if not usable:
        with pytest.raises(InputError, match="No service runs on any day"):
            timetables.days(folder)
        return
    by_day = timetables.days(folder)
    assert by_day["usable"].to_dict() == usable
    days = [day for day, good in usable.items() if good]
    if not days:
        with pytest.raises(InputError, match="No day of these timetables would do"):
            timetables.read(folder, min(usable))
        return
    day, box = chance.choice(days), chance.choice([None, BOX])
    read = timetables.read(folder, day, within=box)
    rides, twice, seats = plain_reader.read(plain, day, box)
    assert rides_of(read) == rides
    assert seats_of(read) == seats
    assert count(read, "published_twice") == twice


@given(seeds)
@draws(12)
def test_the_order_of_files_rows_and_columns_never_matters(tmp_path_factory, seed):
    chance = random.Random(seed)
    tables = feeds_of(chance)
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "other")]
    for name, of_feed in tables.items():
        write(folders[0] / f"{name}.zip", of_feed)
    for name in reversed(tables):
        write(folders[1] / f"{name}.zip", shuffled(tables[name], chance))
    try:
        days = timetables.days(folders[0])
    except InputError:
        return
    pd.testing.assert_frame_equal(days, timetables.days(sorted(folders[1].iterdir(), reverse=True)))
    if not days["usable"].any():
        return
    one, other = (timetables.read(folder, days.index[days["usable"]][0]) for folder in folders)
    for name in ("stops", "trips", "transfers"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in ("departure", "arrival", "from_stop", "to_stop", "trip", "position", "may_board", "may_alight"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.warnings == other.warnings


JUNK = [
    "",
    " ",
    "-1",
    "0",
    "1e9",
    "99999999999999999999",
    "nan",
    "inf",
    "24:61:00",
    "999:59:59",
    "20269999",
    "½",
    "=1+1",
    "a,b",
    '"',
]


@given(seeds)
@draws(40)
def test_whatever_stands_in_a_cell_is_counted_or_refused_in_a_sentence(tmp_path_factory, seed):
    chance = random.Random(seed)
    tables = random_tables(chance)
    for _ in range(chance.choice([1, 3, 30])):
        rows = tables[chance.choice(list(tables))]
        row = chance.choice(rows)
        row[chance.choice(list(row))] = chance.choice(JUNK)
    path = write(tmp_path_factory.mktemp("junk") / "feed.zip", tables)
    try:
        days = timetables.days(path)
        read = timetables.read(path, next(iter(days.index[days["usable"]]), days.index[0]))
    except InputError as error:
        assert str(error)
        return
    assert (read.arrival >= read.departure).all()
    assert (read.departure >= 0).all()
    assert read.stops[["easting", "northing"]].notna().all(axis=None)
    assert set(np.unique(read.from_stop)) | set(np.unique(read.to_stop)) == set(range(len(read.stops)))
    assert set(np.unique(read.trip)) == set(range(len(read.trips)))
