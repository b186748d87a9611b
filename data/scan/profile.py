"""The scan itself, compiled by numba: once over the rides of a day for one place to arrive at.

What is kept, for "with at most 1, 2, … vehicles" side by side:

    of a vehicle      when its passengers are at the door if they stay in, where they get off, and how they go on
    of a stop         a list of entries, the earliest first. `boarding`: vehicles that leave it. `changing`: the same
                      with what it takes to get there, on foot or by waiting, already taken off

An entry is a time and a leg for each number of vehicles: board here, get off there, then another leg. Leg 0 is no leg,
and arrives at NEVER. An entry is kept only where it arrives earlier than every later departure does, with some number
of vehicles. Where all times have their sign changed it finds the ways back.
"""

import numpy as np

from data.scan.compiled import compiled

NEVER = np.int32(2**31 - 1)


@compiled
def _larger(array):
    """Return a copy of an array with room for twice as many rows."""
    copy = np.zeros((2 * array.shape[0], *array.shape[1:]), array.dtype)
    copy[: array.shape[0]] = array
    return copy


@compiled
def scan(rides, changes, door, begin, end, earliest, latest, longest, most):
    """Scan the rides from `end` down to `begin` and return legs, entries and each stop's list of boarding entries.

    `rides`: departure, arrival, from_stop, to_stop, vehicle, may_board, may_alight. `changes`: first_change,
    change_from, change_seconds. `door[s]` is the walk in seconds from stop s to the door, -1 for none. Arrivals count
    from `earliest` to `latest`, journeys of up to `longest` seconds, with at most `most` vehicles.

    A leg is arrive, board, alight (rides) and the next leg; an entry is time, next entry, then a leg for each number of
    vehicles.
    """
    departure, arrival, from_stop, to_stop, vehicle, may_board, may_alight = rides
    first_change, change_from, change_seconds = changes
    vehicles = 1 + vehicle.max() if len(vehicle) else 1
    at_door = np.full((vehicles, most), NEVER, np.int32)
    get_off = np.zeros((vehicles, most), np.int32)
    go_on = np.zeros((vehicles, most), np.int32)
    boarding = np.full(len(door), -1, np.int32)
    changing = np.full(len(door), -1, np.int32)
    legs = np.zeros((1024, 4), np.int32)
    legs[0, 0] = NEVER
    entries = np.zeros((4096, 2 + most), np.int32)
    leg_count, entry_count = 1, 0
    new = np.zeros(most, np.int32)
    for ride in range(end - 1, begin - 1, -1):
        bus, stop = vehicle[ride], to_stop[ride]
        if may_alight[ride]:
            there = arrival[ride] + door[stop]
            if door[stop] >= 0 and earliest <= there <= latest:
                for k in range(most):
                    if there < at_door[bus, k]:
                        at_door[bus, k], get_off[bus, k], go_on[bus, k] = there, ride, 0
            entry = changing[stop]
            while entry >= 0 and entries[entry, 0] < arrival[ride]:
                entry = entries[entry, 1]
            if entry >= 0:
                for k in range(1, most):
                    leg = entries[entry, 1 + k]  # of one vehicle less
                    if legs[leg, 0] < at_door[bus, k]:
                        at_door[bus, k], get_off[bus, k], go_on[bus, k] = legs[leg, 0], ride, leg
        if not may_board[ride]:
            continue
        best, leaves = at_door[bus, most - 1], departure[ride]
        if best == NEVER or best - leaves > longest:
            continue
        stop = from_stop[ride]
        later = boarding[stop]
        better = later < 0
        for k in range(most):
            better = better or at_door[bus, k] < legs[entries[later, 2 + k], 0]
        if not better:
            continue
        while leg_count + most > len(legs):
            legs = _larger(legs)
        for k in range(most):
            if k > 0 and at_door[bus, k] == at_door[bus, k - 1]:
                new[k] = new[k - 1]
            elif at_door[bus, k] == NEVER:
                new[k] = 0
            else:
                new[k] = leg_count
                legs[leg_count, 0] = at_door[bus, k]
                legs[leg_count, 1], legs[leg_count, 2], legs[leg_count, 3] = ride, get_off[bus, k], go_on[bus, k]
                leg_count += 1
        while entry_count + 1 + first_change[stop + 1] - first_change[stop] > len(entries):
            entries = _larger(entries)
        entry_count = _enter(entries, entry_count, boarding, stop, leaves, new, legs)
        for change in range(first_change[stop], first_change[stop + 1]):
            time = leaves - change_seconds[change]
            entry_count = _enter(entries, entry_count, changing, change_from[change], time, new, legs)
    return legs[:leg_count], entries[:entry_count], boarding


@compiled
def _enter(entries, count, first, stop, time, new, legs):
    """Put an entry in a stop's list, if it is worth it; return how many entries there are then."""
    before, after = -1, first[stop]
    while after >= 0 and entries[after, 0] < time:
        before, after = after, entries[after, 1]
    better = after < 0
    for k in range(len(new)):
        better = better or legs[new[k], 0] < legs[entries[after, 2 + k], 0]
    if not better:
        return count
    entries[count, 0], entries[count, 1] = time, after
    for k in range(len(new)):
        leg = new[k]
        if after >= 0 and legs[entries[after, 2 + k], 0] <= legs[leg, 0]:
            leg = entries[after, 2 + k]
        entries[count, 2 + k] = leg
    if before < 0:
        first[stop] = count
    else:
        entries[before, 1] = count
    earlier = first[stop]
    while earlier != count:  # who is there earlier can wait for it
        for k in range(len(new)):
            if legs[new[k], 0] < legs[entries[earlier, 2 + k], 0]:
                entries[earlier, 2 + k] = new[k]
        earlier = entries[earlier, 1]
    return count + 1


@compiled
def best_of(origins, legs, entries, boarding, longest, most):
    """Return the shortest journey of each origin and the one that leaves last; leave, arrive and legs as rides.

    `origins`: first_stop, stop, seconds: the walks of origin i are those from first_stop[i] up to first_stop[i + 1].
    Returns leave and arrive of the shortest (NEVER: none), its rides (board, alight by vehicle; -1: no more), and leave
    and arrive of the last. Of equally short ones it is that of the fewest vehicles, then the last to leave.
    """
    first_stop, stops, seconds = origins
    size = len(first_stop) - 1
    times = np.full((size, 4), NEVER, np.int32)
    taken = np.full((size, most, 2), -1, np.int32)
    for origin in range(size):
        shortest, fewest, chosen = longest + 1, most, 0
        for walk in range(first_stop[origin], first_stop[origin + 1]):
            entry = boarding[stops[walk]]
            while entry >= 0:
                leave = entries[entry, 0] - seconds[walk]
                for k in range(most):
                    arrive = legs[entries[entry, 2 + k], 0]
                    if arrive == NEVER or arrive - leave > longest:
                        continue
                    takes = arrive - leave
                    if (
                        takes < shortest
                        or (takes == shortest and k < fewest)
                        or (takes == shortest and k == fewest and leave > times[origin, 0])
                    ):
                        shortest, fewest, chosen = takes, k, entries[entry, 2 + k]
                        times[origin, 0], times[origin, 1] = leave, arrive
                    if (
                        times[origin, 2] == NEVER
                        or leave > times[origin, 2]
                        or (leave == times[origin, 2] and arrive < times[origin, 3])
                    ):
                        times[origin, 2], times[origin, 3] = leave, arrive
                entry = entries[entry, 1]
        k = 0
        while chosen > 0:
            taken[origin, k, 0], taken[origin, k, 1] = legs[chosen, 1], legs[chosen, 2]
            chosen, k = legs[chosen, 3], k + 1
    return times, taken
