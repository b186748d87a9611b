"""The journeys of one day between areas and destinations, there and back, by one choice of modes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

import numpy as np

from data.journeys.question import Question
from data.journeys.walks import some, stop_points, walks
from data.scan import NONE, Found, Network, Search, network_of, shortest
from data.timetables import Timetable
from data.travel import Ground


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of an area and a destination, by their numbers, sorted by destination."""

    area: np.ndarray
    destination: np.ndarray
    straight_m: np.ndarray
    on_foot: np.ndarray  # bool: no longer than two of the longest walks, and not over wide water


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where areas and destinations are, and which pairs of them are asked about."""

    areas: np.ndarray  # easting and northing in metres
    destinations: np.ndarray
    pairs: Pairs
    ground: Ground | None = None

    def some(self, chosen: np.ndarray) -> "Places":
        """Return the places with some of their pairs: `chosen` is bool, one a pair."""
        pairs = self.pairs
        few = Pairs(pairs.area[chosen], pairs.destination[chosen], pairs.straight_m[chosen], pairs.on_foot[chosen])
        return replace(self, pairs=few)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The shortest journeys of some pairs in one direction; one element or row a pair."""

    seconds: np.ndarray  # float, door to door; inf: there is none
    leave: np.ndarray  # seconds of the day
    arrive: np.ndarray
    last_leave: np.ndarray  # there: of the journey that leaves home last; back: of the one that is home first
    last_arrive: np.ndarray
    board: np.ndarray  # connections of the timetable, one column a vehicle, NONE: no more; none at all: on foot
    alight: np.ndarray


def both_ways(
    timetable: Timetable,
    trips: np.ndarray,
    places: Places,
    asked: Question,
    jobs: int = 1,
    progress: Callable[[float], None] = lambda share: None,
    network: Network | None = None,
) -> tuple[Way, Way]:
    """Return the ways there and back of all pairs.

    `trips` says which journeys of the timetable may be used; `network` is theirs where it is made already. `progress`
    is called with the share done, and may raise to stop the work.
    """
    stops = stop_points(timetable.stops)
    ahead = network_of(timetable, asked.changes, trips) if network is None else network
    behind = ahead.reversed()
    on_foot = (stops, asked.metres_per_second, asked.walk_seconds, places.ground)
    homes, doors, pairs = walks(places.areas, *on_foot), walks(places.destinations, *on_foot), places.pairs
    asked_about, first = np.unique(pairs.destination, return_index=True)
    rows = np.split(np.arange(len(pairs.area)), first[1:])

    def to(number: int) -> tuple[Found, Found]:
        door, near = doors.of(asked_about[number], len(stops)), some(homes, pairs.area[rows[number]])
        return shortest(ahead, door, near, asked.there), shortest(behind, door, near, asked.back, back=True)

    found: list[tuple[Found, Found]] = [None] * len(asked_about)  # type: ignore[list-item]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        tasks = {pool.submit(to, number): number for number in range(len(asked_about))}
        try:
            for done, task in enumerate(as_completed(tasks), start=1):
                found[tasks[task]] = task.result()
                progress(done / len(asked_about))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    there, back = ([each[way] for each in found] for way in (0, 1))
    return (
        _way(there, pairs, asked, asked.there, asked.arrive_by, ends=True),
        _way(back, pairs, asked, asked.back, asked.leave_after, ends=False),
    )


def _way(found: list[Found], pairs: Pairs, asked: Question, search: Search, time: int, ends: bool) -> Way:
    """Join what was found for each destination; a walk all the way goes before a ride that is no shorter.

    The walk ends or begins at `time`.
    """
    names = ("found", "leave", "arrive", "last_leave", "last_arrive", "board", "alight")
    joined = {
        name: np.concatenate([getattr(each, name) for each in found]) if found else _none(name, search)
        for name in names
    }
    ridden = np.where(joined["found"], joined["arrive"].astype(float) - joined["leave"], np.inf)
    on_foot = np.ceil(pairs.straight_m / asked.metres_per_second)
    short = pairs.on_foot & (on_foot <= min(2 * asked.walk_seconds, search.longest))
    walk = short & (on_foot <= ridden)
    whole = np.where(short, on_foot, 0).astype(np.int64)
    leave, arrive = (time - whole, np.full_like(whole, time)) if ends else (np.full_like(whole, time), time + whole)
    later = walk | (short & ((leave > joined["last_leave"]) if ends else (arrive < joined["last_arrive"])))
    return Way(
        np.where(walk, on_foot, ridden),
        np.where(walk, leave, joined["leave"]),
        np.where(walk, arrive, joined["arrive"]),
        np.where(later, leave, joined["last_leave"]),
        np.where(later, arrive, joined["last_arrive"]),
        np.where(walk[:, None], NONE, joined["board"]),
        np.where(walk[:, None], NONE, joined["alight"]),
    )


def _none(name: str, search: Search) -> np.ndarray:
    shape = (0, search.most_vehicles) if name in ("board", "alight") else (0,)
    return np.zeros(shape, dtype=bool if name == "found" else np.int32)
