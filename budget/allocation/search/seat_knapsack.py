"""Fill the seats of one service: the riders, of each cohort one at most, that together gain the most, exactly.

A knapsack by dynamic programming over the seats (R. Bellman, "Dynamic Programming", 1957). Both the Lagrangian
relaxation and the hull of a service use it.
"""

from collections.abc import Sequence

import numpy as np

LARGEST_KNAPSACK = 200_000  # seats of a service, in the finest step

SeatOption = tuple[int, int, int]  # an offer, the seats that it takes, and what it gains above taking no seat


def seat_tables(cohorts: Sequence[Sequence[SeatOption]], room: int) -> list[np.ndarray]:
    """Return, for the first 0, 1, … cohorts, the most gain for every number of seats up to `room`."""
    tables = [np.zeros(room + 1, dtype=np.int64)]
    for options in cohorts:
        before, table = tables[-1], tables[-1].copy()
        for _, seats, gain in options:
            if seats <= room and gain > 0:
                np.maximum(table[seats:], before[: room + 1 - seats] + gain, out=table[seats:])
        tables.append(table)
    return tables


def best_riders(tables: Sequence[np.ndarray], cohorts: Sequence[Sequence[SeatOption]], seats: int) -> dict[int, int]:
    """Return the offers that make up the best gain for a number of seats, by the number of their cohort."""
    riders, left = {}, seats
    for number in reversed(range(len(cohorts))):
        before, now = tables[number], tables[number + 1]
        if now[left] != before[left]:
            fits = (o for o in cohorts[number] if o[1] <= left and before[left - o[1]] + o[2] == now[left])
            riders[number], taken, _ = next(fits)
            left -= taken
    return riders
