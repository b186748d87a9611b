"""Measure every pair of a county by timetable: each day asked, each choice of modes, there and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from data import timetables, travel
from data.bundle import County
from data.faults import Fault, InputError, gathered
from data.journeys import from_postcodes, tables
from data.journeys.lines import lines
from data.journeys.question import Question
from data.journeys.walks import covered, points_of, served
from data.journeys.ways import Pairs, Places, Way, both_ways
from data.timetables import Timetable
from data.travel.parquet_files import Asked
from data.wording import counted, long_date

PAID_BY_PASS = "bus"  # noqa: S105 - no password; the mode that is measured by itself, so that a bus pass is not taken to pay a train
Box = tuple[float, float, float, float]  # west, south, east and north in metres
DIFFERS_MINUTES = 5  # between days: that much is told


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured."""

    journeys: pd.DataFrame  # JOURNEY_COLUMNS of data.travel
    details: pd.DataFrame  # DETAIL_COLUMNS of data.travel.timetabled
    lines: pd.DataFrame  # LINE_COLUMNS of data.travel.timetabled
    from_postcodes: pd.DataFrame | None  # POSTCODE_COLUMNS, where asked for
    asked: Asked  # its notes: places not covered, what feeds lack, what differs between days
    timetables: tuple[Timetable, ...] = ()  # of the days asked


def measure(
    county: County,
    feeds: Sequence[Path],
    asked: Question,
    jobs: int = 1,
    progress: Callable[[str, float], None] = lambda stage, share: None,
    *,
    with_postcodes: bool = False,
) -> Measured:
    """Measure all areas and destinations of a county that lie within `furthest_considered_km` of each other.

    `feeds` are GTFS zips. `progress` is called with a stage and the share of it that is done, and may raise to stop.
    `with_postcodes` measures from each postcode to colleges as well (data.journeys.from_postcodes).
    Raises InputError where a feed cannot be read, a day will not do, or no place of the county is covered.
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
    pairs = places.pairs
    known = near_area[pairs.area] & near_destination[pairs.destination]
    if not known.any():
        raise InputError("journeys", _nothing_covered(county, asked, read))
    days: tables.Days = []
    for timetable, by_mode in zip(read, choices(read), strict=True):
        ways = {}
        for mode, trips in by_mode.items():
            stage = f"journeys of {long_date(timetable.day)}" + ("" if mode == tables.ANY else f" by {mode} alone")
            ways[mode] = both_ways(timetable, trips, places, asked, jobs, partial(progress, stage))
        days.append((timetable, ways))
    made = tables.tables(county, pairs, known, days, asked)
    notes = [warning.sentence for timetable, _ in days for warning in timetable.warnings]
    notes = _not_covered(near_area, near_destination) + _differences(days, known) + notes
    counts = _counts(*made, int((~known).sum()))
    beside = pd.concat(
        [lines(county.areas.index, places, timetable, _usable(timetable), asked) for timetable, _ in days],
        ignore_index=True,
    )
    homes = None
    if with_postcodes:
        usable = [(timetable, _usable(timetable)) for timetable, _ in days]
        ends = from_postcodes.homes_and_colleges(county)
        step = partial(progress, "journeys from postcodes")
        homes = from_postcodes.minutes(*ends, places_of(*ends, county.water, asked), usable, asked, jobs, step)
    told = {"feeds": _feeds(days), "pairs": counts, "notes": list(dict.fromkeys(notes))}
    return Measured(*made, beside, homes, cast(Asked, asked.written() | told), tuple(read))


def _read(feeds: Sequence[Path], asked: Question, box: Box, progress: Callable[[str, float], None]) -> list[Timetable]:
    """Return the timetable of each day. Raises InputError with what is wrong with any of them."""
    faults: list[Fault] = []
    read = []
    for day in asked.days:
        progress(f"reading timetables of {long_date(day)}", 0.0)
        with_limits = {"within": box, "modes": asked.modes, "school_holidays": asked.school_holidays}
        one = gathered(faults, partial(timetables.read, feeds, day, **with_limits), None)
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


def _feeds(days: list[tuple[Timetable, dict]]) -> list[dict]:
    feeds = {source.name: source for timetable, _ in days for source in timetable.sources}
    return [
        {
            "name": source.name,
            "sha256": source.sha256,
            "first_day": source.first_day.isoformat() if source.first_day else None,
            "last_day": source.last_day.isoformat() if source.last_day else None,
        }
        for source in feeds.values()
    ]


def _nothing_covered(county: County, asked: Question, read: Sequence[Timetable]) -> list[str]:
    """Say that the timetables are of elsewhere, and what was left out of them, which may be why."""
    km = asked.figures["covered_km"]
    return [
        f"no stop that is served on the day asked lies within {km:g} km of an area of {county.manifest.name} and of "
        "one of its destinations (services for pupils only, or to be booked, do not count). Get the timetables of its "
        "region (`python -m data download --only bus_timetables`).",
        *dict.fromkeys(warning.sentence for timetable in read for warning in timetable.warnings),
    ]


def _not_covered(areas: np.ndarray, destinations: np.ndarray) -> list[str]:
    """Say how many places are not covered."""
    lacking = [
        f"{counted(int((~near).sum()), thing)} of {len(near):,}"
        for near, thing in ((areas, "area"), (destinations, "destination"))
        if not near.all()
    ]
    if not lacking:
        return []
    return [f"The timetables do not cover {' and '.join(lacking)}: their journeys stay estimates."]


def _differences(days: list[tuple[Timetable, dict[str, tuple[Way, Way]]]], known: np.ndarray) -> list[str]:
    """Say what differs between the days; the worst of them counts."""
    notes = []
    for mode in days[0][1] if len(days) > 1 else ():
        minutes = np.array([tables.worst_seconds(ways[mode]) for _, ways in days if mode in ways])[:, known] / 60
        best, worst = minutes.min(axis=0), minutes.max(axis=0)
        some = int((np.isfinite(best) & np.isinf(worst)).sum())
        with np.errstate(invalid="ignore"):
            longer = int((np.isfinite(worst) & (worst - best > DIFFERS_MINUTES)).sum())
        by = "" if mode == tables.ANY else f" by {mode}"
        notes.append(
            f"Between the days asked, {counted(some, 'pair')} of {len(best):,}{by} can be travelled on some and not on "
            f"others, and {longer:,} take over {DIFFERS_MINUTES} minutes longer on one. The worst day counts."
        )
    return notes


def _counts(journeys: pd.DataFrame, details: pd.DataFrame, not_covered: int) -> dict[str, int]:
    """Return how many pairs and modes have both ways, one way only, none, and how many pairs are not covered."""
    ways = details.groupby(["from_id", "to_id", "mode"])["way"].agg(set) if len(details) else pd.Series(dtype=object)
    both = int(np.isfinite(journeys["minutes"]).sum())
    there, back = (int(ways.map(lambda found, way=way: found == {way}).sum()) for way in (tables.THERE, tables.BACK))
    return {
        "both_ways": both,
        "only_there": there,
        "only_back": back,
        "no_way": len(journeys) - both - there - back,
        "not_covered": not_covered,
    }
