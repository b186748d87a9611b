"""Measure every pair of a county by timetable: each day asked, each choice of modes, there and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data import timetables, travel
from data.bundle import County
from data.faults import Fault, InputError, gathered
from data.journeys import findings, from_postcodes, published, tables
from data.journeys.findings import Findings
from data.journeys.lines import lines
from data.journeys.question import Question
from data.journeys.walks import covered, points_of, served
from data.journeys.ways import Pairs, Places, both_ways
from data.timetables import Timetable
from data.travel.parquet_files import Asked
from data.wording import long_date

PAID_BY_PASS = "bus"  # noqa: S105 - no password; the mode that is measured by itself, so that a bus pass is not taken to pay a train
Box = tuple[float, float, float, float]  # west, south, east and north in metres


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured."""

    journeys: pd.DataFrame  # JOURNEY_COLUMNS of data.travel
    details: pd.DataFrame  # DETAIL_COLUMNS of data.travel.timetabled
    lines: pd.DataFrame  # LINE_COLUMNS of data.travel.timetabled
    from_postcodes: pd.DataFrame | None  # POSTCODE_COLUMNS, where asked for
    asked: Asked  # its notes: places not covered, what feeds lack, what differs between days
    timetables: tuple[Timetable, ...] = ()  # of the days asked
    findings: Findings | None = None  # of which the notes are made


def measure(
    county: County,
    feeds: Sequence[Path],
    asked: Question,
    jobs: int = 1,
    progress: Callable[[str, float], None] = lambda stage, share: None,
    *,
    with_postcodes: bool = False,
    elsewhere: bool = False,
) -> Measured:
    """Measure all areas and destinations of a county that lie within `furthest_considered_km` of each other.

    `feeds` are GTFS zips, and NeTEx files of published fares among them. `progress` is called with a stage and the
    share of it that is done, and may raise to stop. `with_postcodes` measures from each postcode to colleges as well
    (data.journeys.from_postcodes). Raises InputError where a feed cannot be read, a day will not do, or no place of the
    county is covered, which is no fault where the timetables may be of `elsewhere`.
    """
    if with_postcodes:
        from_postcodes.check(county)
    places = places_of(county.areas, county.destinations, county.water, asked)
    near_area, near_destination = (np.zeros(len(points), dtype=bool) for points in (places.areas, places.destinations))
    read = _read(feeds, asked, _box(places, asked), progress)
    for one in read:
        stops = served(one, _usable(one))
        near_area |= covered(places.areas, stops, asked.figures["covered_km"])
        near_destination |= covered(places.destinations, stops, asked.figures["covered_km"])
    known = near_area[places.pairs.area] & near_destination[places.pairs.destination]
    if not known.any() and not elsewhere:
        raise InputError("journeys", _nothing_covered(county, asked, read))
    places = places.some(known)
    fares = published.read(feeds, read, county.manifest.ages, partial(progress, "reading published fares"))
    days: tables.Days = []
    for timetable, by_mode in zip(read, choices(read), strict=True):
        ways = {}
        for mode, trips in by_mode.items():
            stage = f"journeys of {long_date(timetable.day)}" + ("" if mode == tables.ANY else f" by {mode} alone")
            ways[mode] = both_ways(timetable, trips, places, asked, jobs, partial(progress, stage))
        days.append((timetable, ways))
    journeys, details = tables.tables(county, places.pairs, days)
    if fares is not None:
        details = published.with_fares(details, fares.pence)
    made = journeys, details
    beside = pd.concat(
        [lines(county.areas.index, places, timetable, _usable(timetable), asked) for timetable in read],
        ignore_index=True,
    )
    homes = None
    if with_postcodes:
        usable = [(timetable, _usable(timetable)) for timetable in read]
        ends = from_postcodes.homes_and_colleges(county)
        step = partial(progress, "journeys from postcodes")
        homes = from_postcodes.minutes(*ends, places_of(*ends, county.water, asked), usable, asked, jobs, step)
    found = Findings(
        tuple(county.areas.index[near_area]),
        tuple(county.destinations.index[near_destination]),
        findings.counts(*made, int((~known).sum())),
        findings.differences(days),
        (*(warning for timetable in read for warning in timetable.warnings), *(fares.warnings if fares else ())),
        findings.feeds_of(read),
        published.files_of(fares),
        travel.fare_counts(*made),
    )
    told = found.asked(asked, len(county.areas), len(county.destinations))
    return Measured(*made, beside, homes, told, tuple(read), found)


def _read(feeds: Sequence[Path], asked: Question, box: Box, progress: Callable[[str, float], None]) -> list[Timetable]:
    """Return the timetable of each day. Raises InputError with what is wrong with any of them."""
    faults: list[Fault] = []
    read = []
    for day in asked.days:
        progress(f"reading timetables of {long_date(day)}", 0.0)
        work = partial(
            timetables.read, feeds, day, within=box, modes=asked.modes, school_holidays=asked.school_holidays
        )
        one = gathered(faults, work, None)
        read += [one] if one else []
    if faults:
        raise InputError("timetables", list(dict.fromkeys(faults)))  # a damaged feed is so on each day
    return read


def places_of(starts: pd.DataFrame, ends: pd.DataFrame, water: pd.DataFrame | None, asked: Question) -> Places:
    """Return places to measure and the pairs of them that lie within `furthest_considered_km`, by destination."""
    figures = travel.default_figures()
    ground = travel.ground(water, figures)
    areas, destinations = points_of(starts), points_of(ends)
    within_km = figures["furthest_considered_km"]
    near = cKDTree(areas).query_ball_point(destinations, within_km * 1000, return_sorted=True)
    destination = np.repeat(np.arange(len(destinations)), [len(found) for found in near])
    area = np.concatenate([*near, []]).astype(np.int64)
    metres = np.hypot(*(areas[area] - destinations[destination]).T)
    on_foot = metres <= 2 * asked.walk_seconds * asked.metres_per_second  # to look for water takes longer than the rest
    if ground is not None:
        on_foot[on_foot] = ~ground.broken(areas[area[on_foot]], destinations[destination[on_foot]])
    return Places(areas, destinations, Pairs(area, destination, metres, on_foot), ground)


def _box(places: Places, asked: Question) -> Box:
    """Return west, south, east and north of all places, in metres, with as much around them as coverage looks at."""
    points, more = np.concatenate([places.areas, places.destinations]), asked.figures["covered_km"] * 1000
    (west, south), (east, north) = points.min(axis=0) - more, points.max(axis=0) + more
    return west, south, east, north


def choices(days: Sequence[Timetable]) -> list[dict[str, np.ndarray]]:
    """Return for each day the choices of modes that are measured, the same on all, and which journeys each may use.

    Buses alone, and everything where there is more. School services and those that have to be booked are in neither.
    """
    usable = [_usable(day) for day in days]
    modes = [day.trips["mode"].to_numpy(dtype=object) for day in days]
    buses = [may & (mode == PAID_BY_PASS) for mode, may in zip(modes, usable, strict=True)]
    by_bus = any(each.any() for each in buses)
    by_any = not by_bus or any((bus != may).any() for bus, may in zip(buses, usable, strict=True))
    return [
        ({PAID_BY_PASS: bus} if by_bus else {}) | ({tables.ANY: may} if by_any else {})
        for bus, may in zip(buses, usable, strict=True)
    ]


def _usable(timetable: Timetable) -> np.ndarray:
    return ~(timetable.trips["school_only"] | timetable.trips["demand_responsive"]).to_numpy(dtype=bool)


def _nothing_covered(county: County, asked: Question, read: Sequence[Timetable]) -> list[str]:
    """Say that the timetables are of elsewhere, and what was left out of them, which may be why."""
    km = asked.figures["covered_km"]
    return [
        f"no stop that is served on the day asked lies within {km:g} km of an area of {county.manifest.name} and of "
        "one of its destinations (services for pupils only, or to be booked, do not count). Download the timetables of "
        "its region: on the page Add a county, or with python -m data download and --region.",
        *dict.fromkeys(warning.sentence for timetable in read for warning in timetable.warnings),
    ]
