"""Fill the seats of one service: the riders, of each cohort one at most, that together gain the most, exactly.

A knapsack by dynamic programming over the seats (R. Bellman, "Dynamic Programming", 1957). Both the Lagrangian
relaxation and the hull of a service use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LARGEST_KNAPSACK = 200_000  # seats of a service, in the finest step
IMPOSSIBLE = 2**62  # the reduced cost of an offer that takes more seats than there are

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


@dataclass(frozen=True, slots=True)
class Service:
    """A service and the offers that take seats on it, with the seats in whole steps."""

    number: int
    riders: tuple[int, ...]
    seats: tuple[int, ...]
    seats_per_unit: int


class SeatKnapsack:
    """One service at some prices: `gains` of each rider above no seat, `unit_score` the score of running one unit.

    `groups` are the riders' cohorts, `counts` how many units may run.
    """

    def __init__(self, service: Service, counts: range, groups: Sequence[int], gains: Sequence[int], unit_score: int):
        self.service, self.counts, self.unit_score = service, counts, unit_score
        by_group: dict[int, list[SeatOption]] = {}
        for offer, seats, gain, group in zip(service.riders, service.seats, gains, groups, strict=True):
            by_group.setdefault(group, []).append((offer, seats, gain))
        self.groups = list(by_group)
        self.options = list(by_group.values())
        needed = sum(max(seats for _, seats, _ in options) for options in self.options)
        self.room = min(needed, service.seats_per_unit * counts[-1])

    def best(self) -> tuple[int, int, list[int]]:
        """Return the best score, the number of units that has it, and the offers that take seats."""
        scores, units, riders = self.best_within(0, self.counts[-1])
        return scores[units], units, riders

    def best_within(self, least: int, most: int) -> tuple[list[int], int, list[int]]:
        """Return the scores of all counts, the best count from `least` to `most`, and the offers that take seats."""
        options = self._gaining()
        tables = seat_tables(options, self.room)
        scores = self._scores(tables[-1])
        units = scores.index(max(scores[least : most + 1]), least)
        return scores, units, list(best_riders(tables, options, self._seats(units)).values())

    def scores(self) -> list[int]:
        """Return the best score of running 0, 1, … units."""
        return self._scores(seat_tables(self._gaining(), self.room)[-1])

    def _gaining(self) -> list[list[SeatOption]]:
        return [gaining for own in self.options if (gaining := [o for o in own if o[2] > 0])]

    def _scores(self, table: np.ndarray) -> list[int]:
        """Return the best score of running 0, 1, … units; of a count that is not allowed one below any."""
        scores = [int(table[self._seats(n)]) + n * self.unit_score for n in self.counts]
        return [-IMPOSSIBLE] * self.counts[0] + scores

    def _seats(self, units: int) -> int:
        return min(units * self.service.seats_per_unit, self.room)

    def reduced_costs(self) -> tuple[dict[int, int], dict[int, int], list[int]]:
        """Return what is lost when each cohort takes no seat here, when each offer is taken, when 0, 1, … units run."""
        ahead, behind = seat_tables(self.options, self.room), seat_tables(self.options[::-1], self.room)
        scores = self._scores(ahead[-1])
        top, counts = max(scores), self.counts
        unseated, seated = {}, {}
        for number, (group, options) in enumerate(zip(self.groups, self.options, strict=True)):
            before, after = ahead[number], behind[len(self.options) - 1 - number]
            others = {seats: _most_of_both(before, after, seats) for seats in {self._seats(n) for n in counts}}
            unseated[group] = top - max(others[self._seats(n)] + n * self.unit_score for n in counts)
            for offer, seats, gain in options:
                fits = [n for n in counts if seats <= self._seats(n)]
                reached = [_most_of_both(before, after, self._seats(n) - seats) + n * self.unit_score for n in fits]
                seated[offer] = top - max(reached) - gain if reached else IMPOSSIBLE
        return unseated, seated, [top - score for score in scores]


def _most_of_both(before: np.ndarray, after: np.ndarray, seats: int) -> int:
    """Return the most that two groups of cohorts gain together from a number of seats."""
    return int(np.max(before[: seats + 1] + after[: seats + 1][::-1]))
