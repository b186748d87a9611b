"""Read one or several timetables for a day: what every other module of this room does, in its order."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from data.faults import Fault, InputError, gathered
from data.timetables import usable
from data.timetables.archive import feeds
from data.timetables.cleaning import Box
from data.timetables.joining import joined_timetable
from data.timetables.notes import Notes
from data.timetables.one_feed import ReadFeed, read_feed, visits_of_day
from data.timetables.timetable import FeedSource, Timetable
from data.timetables.trips import Holidays
from data.travel import Mode, all_modes

Paths = str | Path | Iterable[str | Path]


def read(
    paths: Paths,
    day: date,
    *,
    within: Box | None = None,
    modes: Iterable[str] | None = None,
    travel: Mapping[str, Mode] | None = None,
    school_holidays: Holidays = (),
) -> Timetable:
    """Return what runs on a day by the timetables that `paths` name: GTFS zips, or folders of them at any depth.

    `within` is west, south, east and north in metres (EPSG:27700); stops outside of it are left out. `modes` are ids of
    modes to keep, all where None; `travel` the modes themselves, those of travel.toml where None. `school_holidays` are
    the first and last day of each holiday. Raises InputError with every fault of every file, or where the day is not a
    usual one, with the days that would do.
    """
    notes = Notes()
    known = all_modes() if travel is None else travel
    chosen = _chosen(modes, known)
    school_holidays = tuple(school_holidays)
    faults: list[Fault] = []
    found = []
    for feed in feeds(paths, notes):
        one = gathered(faults, partial(read_feed, feed, day, within, known, school_holidays, notes), None)
        found += [one] if one else []
    if faults:
        raise InputError("timetables", faults)
    visits = {one.feed.name: one.visits_of_day for one in found}
    usable.check_day(day, usable.day_table(visits, school_holidays, notes.counted()))
    return joined_timetable(day, found, chosen, tuple(map(_source, found)), notes)


def days(paths: Paths, school_holidays: Holidays = ()) -> pd.DataFrame:
    """Return which days the timetables can be used for, and why not the others: `usable.day_table` says how.

    Raises InputError with every fault of every file.
    """
    notes, visits = Notes(), {}
    faults: list[Fault] = []
    for feed in feeds(paths, notes):
        visits[feed.name] = gathered(faults, partial(visits_of_day, feed, notes), pd.Series(dtype=float))
    if faults:
        raise InputError("timetables", faults)
    return usable.day_table(visits, school_holidays, notes.counted())


def _chosen(modes: Iterable[str] | None, known: Mapping[str, Mode]) -> set[str]:
    chosen = set(known if modes is None else modes)
    if unknown := sorted(chosen - known.keys()):
        raise InputError("modes", [f"{', '.join(unknown)} is no mode of travel.toml. Known: {', '.join(known)}."])
    return chosen


def _source(one: ReadFeed) -> FeedSource:
    ends = [date.fromordinal(int(at)) for at in one.visits_of_day.index[[0, -1]]] if len(one.visits_of_day) else None
    return FeedSource(one.feed.path.name, one.feed.sha256, *(ends or (None, None)))
