"""Find the latest that one can set out from each stop and still be in time to board one given vehicle."""

import numpy as np

from data.scan.network import Network
from data.scan.profile import compiled

NEVER = np.int32(-(2**31) + 1)


def latest_boarding(network: Network, vehicle: int) -> np.ndarray:
    """Return for each stop the latest departure of a journey, of any number of vehicles, that boards this vehicle.

    NEVER where there is none. On a reversed network it is, with its sign changed, the earliest arrival at each stop of
    a journey that comes from this vehicle.
    """
    return _latest(network.rides, network.changes, vehicle, network.vehicles)


@compiled
def _latest(rides, changes, chosen, vehicles):
    """Scan all rides once, the latest departure first."""
    departure, arrival, from_stop, to_stop, vehicle, may_board, may_alight = rides
    first_change, change_from, change_seconds = changes
    stops = len(first_change) - 1
    boarding = np.full(stops, NEVER, np.int32)
    changing = np.full(stops, NEVER, np.int32)  # the latest arrival at the stop with which one can go on
    leads_there = np.zeros(vehicles, np.bool_)
    leads_there[chosen] = True
    for ride in range(len(departure) - 1, -1, -1):
        bus, stop = vehicle[ride], from_stop[ride]
        if may_alight[ride] and arrival[ride] <= changing[to_stop[ride]]:
            leads_there[bus] = True
        if leads_there[bus] and may_board[ride] and departure[ride] > boarding[stop]:
            boarding[stop] = departure[ride]
            for change in range(first_change[stop], first_change[stop + 1]):
                time = departure[ride] - change_seconds[change]
                if time > changing[change_from[change]]:
                    changing[change_from[change]] = time
    return boarding
