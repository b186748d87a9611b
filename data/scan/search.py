"""Ask the scan for the journeys from many places to one, and back from it."""

from dataclasses import dataclass

import numpy as np

from data.scan.network import Network

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """The stops that each place is joined to on foot: those of place i are at first[i] up to first[i + 1]."""

    first: np.ndarray  # int32, one more than there are places
    stop: np.ndarray  # int32
    seconds: np.ndarray  # int32

    def of(self, place: int, stops: int) -> np.ndarray:
        """Return the seconds from one place to every stop, NONE where it is not joined to it."""
        door = np.full(stops, NONE, dtype=np.int32)
        rows = slice(self.first[place], self.first[place + 1])
        door[self.stop[rows]] = self.seconds[rows]
        return door


@dataclass(frozen=True, slots=True)
class Search:
    """Within what to look. Times are seconds of the service day."""

    earliest: int  # at the door of the place asked about: arriving there, or leaving it for the way back
    latest: int
    longest: int  # seconds from door to door
    most_vehicles: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The journeys between each origin and one place; one row an origin.

    `last_leave` and `last_arrive` are of the journey that leaves home last, or, on the way back, is home first.
    """

    found: np.ndarray  # bool; where False all the others mean nothing
    leave: np.ndarray  # seconds of the day, from the door, of the shortest journey
    arrive: np.ndarray
    last_leave: np.ndarray
    last_arrive: np.ndarray
    board: np.ndarray  # one column a vehicle: the connection of the timetable at whose start one gets on; NONE: no more
    alight: np.ndarray  # the connection at whose end one gets off


def shortest(network: Network, door: np.ndarray, origins: Walks, search: Search, back: bool = False) -> Found:
    """Return the shortest journey from each origin to the door, the ones that leave last, or all of it backwards.

    `door` is of `Walks.of`. `back` says that `network` is a reversed one: journeys lead from the door to the origins.
    """
    from data.scan import profile  # numba takes a second to import, and most commands do without

    earliest, latest = (-search.latest, -search.earliest) if back else (search.earliest, search.latest)
    begin, end = np.searchsorted(network.departure, [earliest - search.longest, latest + 1])
    limits = (search.longest, search.most_vehicles)
    legs, entries, boarding = profile.scan(network.rides, network.changes, door, begin, end, earliest, latest, *limits)
    walks = (origins.first, origins.stop, origins.seconds)
    times, taken = profile.best_of(walks, legs, entries, boarding, *limits)
    found = times[:, 0] != profile.NEVER
    rides_taken = np.append(network.ride, NONE)[taken]  # -1, for none, is the last: there may be no rides
    first, second = rides_taken[:, :, 0], rides_taken[:, :, 1]
    leave, arrive, last_leave, last_arrive = times.T
    if not back:
        return Found(found, leave, arrive, last_leave, last_arrive, first, second)
    count = (second >= 0).sum(axis=1)
    column = np.arange(search.most_vehicles)
    turn = np.where(column < count[:, None], count[:, None] - 1 - column, column)  # the last vehicle becomes the first
    board, alight = np.take_along_axis(second, turn, 1), np.take_along_axis(first, turn, 1)
    return Found(found, -arrive, -leave, -last_arrive, -last_leave, board, alight)
