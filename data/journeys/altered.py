"""Measure again what a funded journey or a withdrawn line changes, and nothing else.

A withdrawn line changes the pairs of an area and a destination whose shortest journey rides on it. An added bus changes
a pair only where a journey through that bus could be shorter. For each bus four scans say the latest that one can set
out from any place to board it, and the earliest that one can be anywhere having left it, each by itself: what the two
make together is never longer than the shortest journey through the bus, so no pair that changes is missed.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data.bundle import County
from data.faults import InputError
from data.journeys import published, tables
from data.journeys.measure import PAID_BY_PASS, choices, places_of
from data.journeys.question import MINUTE, Question, question_of
from data.journeys.walks import stop_points, walks
from data.journeys.ways import Pairs, Places, both_ways
from data.scan import NONE, Network, Walks, network_of
from data.timetables import Timetable
from data.timetables.altering import Call, Withdrawn, of_line, trips_of, with_buses, without
from data.timetables.stored import packed, unpacked

BUNDLE_WITHOUT = (
    "keeps no timetable, so nothing can be measured again. Build it again with `python -m data build … --timetables "
    "FOLDER --on DATE`."
)


def timetables_of(county: County) -> list[Timetable]:
    """Return the timetables that a county was measured by. Raises InputError where it keeps none."""
    if county.timetable is None:
        raise InputError("bundle", [f"{county.manifest.name} {BUNDLE_WITHOUT}"])
    return unpacked(county.timetable)


def withdrawn_from(county: County, withdrawn: Sequence[Withdrawn]) -> County:
    """Return the county with the journeys that it has without some lines. Raises InputError as `timetables_of`."""
    if not withdrawn:
        return county
    before = timetables_of(county)
    left = [without(day, withdrawn) for day in before]
    lines = county.area_lines
    if lines is not None:
        lines = lines[~np.logical_or.reduce([of_line(lines, each) for each in withdrawn])].reset_index(drop=True)
    county = replace(county, timetable=packed(left), area_lines=lines)
    details = _details(county)
    names = {trip for day in before for each in withdrawn for trip in _names(day, trips_of(day, each))}
    uses = details["lines"].map(lambda text: bool(names & set(str(text).split(" + ")))).to_numpy(dtype=bool)
    asked = question_of(county.manifest.timetables)
    places = places_of(county.areas, county.destinations, county.water, asked)
    changed = details.loc[uses, ["from_id", "to_id"]].drop_duplicates()
    if len(before) > 1:  # the details are of the worst day, and without the line another may be worse
        changed = details[["from_id", "to_id"]].drop_duplicates()
    chosen = np.isin(_keys_of(county, places.pairs), _keys(county, changed))
    if not chosen.any():
        return county
    fewer = places.some(chosen)
    days: tables.Days = []
    for day, by_mode in zip(left, choices(before), strict=True):  # so that a mode that is gone altogether is none
        days.append((day, {mode: both_ways(day, trips, fewer, asked) for mode, trips in by_mode.items()}))
    journeys, beside = tables.tables(county, fewer.pairs, days)
    beside = published.with_fares(beside, published.known(details))
    assert county.journeys is not None  # of which the details are
    return replace(
        county,
        journeys=_in_place(county.journeys, journeys, changed),
        journey_details=_in_place(details, beside, changed),
    )


def brought_by(county: County, buses: Sequence[Sequence[Call]], name: str) -> pd.DataFrame:
    """Return the pairs to which buses bring a shorter journey by bus: from_id, to_id, minutes, own, other.

    `minutes` are of the longer way; `own` and `other` the added and the other vehicles boarded on one way, each at its
    most. Pairs that the timetables do not cover are there where the buses bring them a journey both ways. Of several
    days the worst counts. Raises InputError where the county keeps no timetable or a stop is not in it.
    """
    asked = question_of(county.manifest.timetables)
    places = places_of(county.areas, county.destinations, county.water, asked)
    before = _seconds_before(county, places)
    days = []
    could = np.zeros(len(places.pairs.area), dtype=bool)
    for each in timetables_of(county):
        day = _added(each, buses, name)
        trips = choices([day])[0][PAID_BY_PASS]
        network = network_of(day, asked.changes, trips)
        could |= _could_be_shorter(day, network, len(buses), places, asked, before)
        days.append((day, trips, network))
    fewer = places.some(could)
    ways = [both_ways(day, trips, fewer, asked, network=network) for day, trips, network in days]
    seconds = np.array([tables.worst_seconds(each) for each in ways])
    worst = seconds.max(axis=0)
    shorter = worst < np.maximum(*before[:, could]) - 0.5  # seconds: what is written in minutes is read back rounded
    own, other = np.zeros(len(worst), dtype=int), np.zeros(len(worst), dtype=int)
    for (day, _, _), both in zip(days, ways, strict=True):
        first = len(day.trips) - len(buses)
        for way in both:
            added = (way.board != NONE) & (day.trip[way.board] >= first)
            own = np.maximum(own, added.sum(axis=1))
            other = np.maximum(other, ((way.board != NONE) & ~added).sum(axis=1))
    areas, destinations = county.areas.index.to_numpy(), county.destinations.index.to_numpy()
    found = pd.DataFrame(
        {
            "from_id": areas[fewer.pairs.area],
            "to_id": destinations[fewer.pairs.destination],
            "minutes": worst / MINUTE,
            "own": own,
            "other": other,
        }
    )
    return found[shorter].sort_values(["from_id", "to_id"], ignore_index=True)


def _added(timetable: Timetable, buses: Sequence[Sequence[Call]], name: str) -> Timetable:
    wanted = dict.fromkeys(call.stop for calls in buses for call in calls if call.stop)
    known = set(timetable.stops["stop_id"])
    if strange := [stop for stop in wanted if stop not in known]:
        problem = (
            f"{', '.join(strange)}: no stop that is served on {timetable.day}. Write the id of a stop of the "
            "timetables, or the easting and northing of the place."
        )
        raise InputError(name, [problem])
    return with_buses(timetable, buses, name)


def _could_be_shorter(
    timetable: Timetable, network: Network, buses: int, places: Places, asked: Question, before: np.ndarray
) -> np.ndarray:
    """Return which pairs could have a shorter journey both ways through one of the last `buses` journeys."""
    stops = stop_points(timetable.stops)
    on_foot = (stops, asked.metres_per_second, asked.walk_seconds, places.ground)
    homes, doors = walks(places.areas, *on_foot), walks(places.destinations, *on_foot)
    area, destination = places.pairs.area, places.pairs.destination
    behind = network.reversed()
    best = before.copy()
    for bus in range(len(timetable.trips) - buses, len(timetable.trips)):
        to, onward = _boarding(network, bus), _boarding(behind, bus)
        leave, arrive = _latest(homes, to), -_latest(doors, onward)
        out, at = leave[area], np.maximum(arrive[destination], asked.arrive_from)
        best[0] = np.minimum(best[0], np.where(at <= asked.arrive_by, _within(at - out, asked.longest[0]), np.inf))
        leave, arrive = _latest(doors, to), -_latest(homes, onward)
        out, at = np.minimum(leave[destination], asked.leave_until), arrive[area]
        late = out >= asked.leave_after
        best[1] = np.minimum(best[1], np.where(late, _within(at - out, asked.longest[1]), np.inf))
    return np.maximum(*best) < np.maximum(*before) - 0.5


def _within(seconds: np.ndarray, longest_minutes: float) -> np.ndarray:
    """Return journeys that are no longer than may be, the others as inf."""
    return np.where(seconds <= longest_minutes * MINUTE, seconds, np.inf)


def _boarding(network: Network, vehicle: int) -> np.ndarray:
    """Return the latest that one can leave each stop, in seconds, and still board a vehicle; -inf where one cannot."""
    from data.scan import through  # numba takes a second to import, and most plans do without

    leave = through.latest_boarding(network, vehicle)
    return np.where(leave == through.NEVER, -np.inf, leave.astype(float))


def _latest(joined: Walks, at_stop: np.ndarray) -> np.ndarray:
    """Return the latest that one can set out from each place; -inf where it has no stop that leads there."""
    leave = np.full(len(joined.first) - 1, -np.inf)
    place = np.repeat(np.arange(len(leave)), np.diff(joined.first))
    np.maximum.at(leave, place, at_stop[joined.stop] - joined.seconds)
    return leave


def _seconds_before(county: County, places: Places) -> np.ndarray:
    """Return the seconds there and back of each pair by bus as the county has them; inf where there is no way."""
    details = _details(county)
    keys = pd.Index(_keys_of(county, places.pairs))
    before = np.full((2, len(keys)), np.inf)
    for number, way in enumerate((tables.THERE, tables.BACK)):
        rows = details[(details["mode"] == PAID_BY_PASS) & (details["way"] == way)]
        at = keys.get_indexer(_keys(county, rows))
        before[number, at[at >= 0]] = rows["minutes"].to_numpy(dtype=float)[at >= 0] * MINUTE
    return before


def _details(county: County) -> pd.DataFrame:
    if county.journey_details is None:
        raise InputError("bundle", [f"{county.manifest.name} {BUNDLE_WITHOUT}"])
    return county.journey_details


def _keys_of(county: County, pairs: Pairs) -> np.ndarray:
    """Return one number for each pair."""
    return pairs.area.astype(np.int64) * len(county.destinations) + pairs.destination


def _keys(county: County, rows: pd.DataFrame) -> np.ndarray:
    area = county.areas.index.get_indexer(rows["from_id"]).astype(np.int64)
    return area * len(county.destinations) + county.destinations.index.get_indexer(rows["to_id"])


def _names(timetable: Timetable, trips: np.ndarray) -> set[str]:
    return set(timetable.trips.loc[trips, "line"].astype(str))


def _in_place(table: pd.DataFrame, new: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the rows of changed pairs that timetables gave replaced by new ones."""
    pairs = pd.MultiIndex.from_frame(table[["from_id", "to_id"]])
    old = pairs.isin(pd.MultiIndex.from_frame(changed))
    if "source" in table:
        old &= (table["source"] == tables.SOURCE).to_numpy()
    return pd.concat([table[~old], new], ignore_index=True)
