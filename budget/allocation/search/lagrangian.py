"""A problem as arrays, and what is best in it when a price takes the place of every limit (Lagrangian decomposition).

With prices π ≥ 0 on the budget and on every limit nothing ties cohorts together but shared services: a cohort that
rides on nothing takes its best score `value − π·column`, and a service with its riders is a small knapsack of seats,
solved exactly. For any π the scores and π·right add up to a bound that no plan passes (M. L. Fisher, "The Lagrangian
relaxation method for solving integer programming problems", Management Science 27, 1981). Everything here is in 64-bit
integers: prices are whole multiples of 1/`scale`, so each bound is exact and proves what it says.

A cohort that could ride on any of several services is let ride on each of them, and a row of its own, "one ride at
most", has a price like any other: 0 unless two services want it at once.
"""

from dataclasses import dataclass
from functools import reduce
from math import gcd

import numpy as np
from scipy import sparse

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.search.seat_knapsack import LARGEST_KNAPSACK, best_riders, seat_tables

CEILING = 2**61  # scores and their sums stay exact in 64 bits
LARGEST_COEFFICIENT = 2**53  # beyond it a float is no longer a whole number
NEVER = -(2**62)


@dataclass(frozen=True, slots=True)
class LagrangianPoint:
    """What is best at some prices. `bound` and everything of a score is in steps times `scale`."""

    prices: np.ndarray  # whole multiples of 1/scale, one for each row
    scale: int
    bound: int
    offers: np.ndarray  # of each cohort, -1 for none
    unseated: np.ndarray  # of each cohort before anybody rides
    rides: np.ndarray  # pairs of a service and an offer that rides on it
    units: np.ndarray
    score: np.ndarray
    best: np.ndarray  # of each cohort without riding
    activity: np.ndarray  # of each row


def lagrangian_relaxation(problem: IntegerProblem) -> "LagrangianRelaxation | None":
    """Return the arrays of a problem, or None where the decomposition does not cover it."""
    largest = max((max(map(abs, (*row.on_offers, *row.on_units)), default=0) for row in problem.rows), default=0)
    if not problem.cohort or largest >= LARGEST_COEFFICIENT:
        return None
    lagrangian = LagrangianRelaxation(problem)
    return lagrangian if lagrangian.covers() else None


class LagrangianRelaxation:
    """The arrays of a problem.

    Rows are the budget and the limits, all turned to "at most" and divided by their gcd, then one for each cohort that
    could ride on several services.
    """

    def __init__(self, problem: IntegerProblem):
        self.problem = problem
        self.value = np.array(problem.value, dtype=np.int64)
        self.unit_value = np.array(problem.unit_value, dtype=np.int64)
        cohort = np.array(problem.cohort, dtype=np.int64)
        self.starts = np.flatnonzero(np.diff(cohort, prepend=-1))
        self.group = np.cumsum(np.diff(cohort, prepend=-1) != 0) - 1
        self.must = np.isin(cohort[self.starts], list(problem.must_fund))
        self._read_services()
        self._read_rows()
        self.reach = np.asarray(np.abs(self.rows).sum(axis=1), dtype=float).ravel()
        self.reach += np.abs(self.units).astype(float) @ np.array(problem.max_units, dtype=float)

    def _read_rows(self) -> None:
        rows = [row for row in self.problem.rows if row.kind != "seats"]
        self.names = tuple(row.name for row in rows)
        self.divisor, rights, matrix, units = [], [], [], []
        for row in rows:
            sign = 1 if row.sense == "<=" else -1
            step = reduce(gcd, (*row.on_offers[:64], *row.on_units), 0)
            step = int(np.gcd.reduce(np.array(row.on_offers + row.on_units, dtype=np.int64))) if step > 1 else 1
            self.divisor.append(step)
            rights.append(sign * row.right // step)
            coefficients = sign * np.array(row.on_offers, dtype=np.int64) // step
            at = np.array(row.offers, dtype=np.int64)
            matrix.append(sparse.csr_array((coefficients, (np.zeros_like(at), at)), shape=(1, len(self.value))))
            on_units = np.zeros(len(self.unit_value), dtype=np.int64)
            on_units[list(row.units)] = [sign * c // step for c in row.on_units]
            units.append(on_units)
        for riders in self._riders_of_several():
            matrix.append(sparse.csr_array((np.ones_like(riders), (riders * 0, riders)), shape=(1, len(self.value))))
            rights.append(1)
            units.append(np.zeros(len(self.unit_value), dtype=np.int64))
        self.right = np.array(rights, dtype=np.int64)
        self.rows = sparse.vstack(matrix, format="csr")
        self.by_offer = self.rows.T.tocsr()
        self.units = np.array(units)

    def _read_services(self) -> None:
        """Find who takes a seat; an offer that takes none needs no service to run, and seatless."""
        self.seatless = np.ones(len(self.value), dtype=bool)
        self.services: list[Service] = []
        for row in self.problem.rows:
            if row.kind == "seats" and row.offers:
                step = reduce(gcd, (*row.on_units, *row.on_offers))
                seats = tuple(taken // step for taken in row.on_offers)
                self.seatless[list(row.offers)] = False
                self.services.append(Service(row.units[0], row.offers, seats, -row.on_units[0] // step))

    def _riders_of_several(self) -> list[np.ndarray]:
        """Return the riding offers of each cohort that could ride on more than one service."""
        riders = np.flatnonzero(~self.seatless)
        service, group = np.array(self.problem.service)[riders], self.group[riders]
        several = [g for g in np.unique(group).tolist() if len(np.unique(service[group == g])) > 1]
        return [riders[group == g] for g in several]

    def covers(self) -> bool:
        """Say whether this applies: who must be funded can walk, and no service has too many seats to count."""
        can_walk = np.logical_or.reduceat(self.seatless, self.starts)
        rooms = [s.seats_per_unit * self.problem.max_units[s.number] for s in self.services]
        musts = bool(can_walk[self.must].all()) and int(self.must.sum()) == len(self.problem.must_fund)
        return musts and max(rooms, default=0) <= LARGEST_KNAPSACK

    def named_prices(self, point: LagrangianPoint) -> dict[str, float]:
        """Return the prices of a point by the names of the rows, for one unit of the row as it was written."""
        prices = zip(self.names, point.prices.tolist(), self.divisor, strict=False)  # the last have no name
        return {name: price / point.scale / divisor for name, price, divisor in prices}

    def at(self, prices: np.ndarray) -> LagrangianPoint:
        """Return what is best at prices (floats, in steps for a unit of each row)."""
        scale = self._scale(prices)
        whole = np.rint(np.maximum(prices, 0) * scale).astype(np.int64)
        score = scale * self.value - self.by_offer @ whole
        unit_score = scale * self.unit_value - whole @ self.units
        unseated = np.where(self.seatless, score, NEVER)
        best = np.maximum.reduceat(unseated, self.starts)
        first = np.where(unseated == best[self.group], np.arange(len(score)), len(score))
        offers = np.minimum.reduceat(first, self.starts)
        nothing = (best <= 0) & ~self.must
        offers, best = np.where(nothing, -1, offers), np.where(nothing, 0, best)
        bound = int(sum(int(p) * int(b) for p, b in zip(whole, self.right, strict=True))) + int(best.sum())
        most = np.array(self.problem.max_units, dtype=np.int64)
        served = [service.number for service in self.services]
        units = np.where(unit_score > 0, most, 0)
        units[served] = 0
        bound += int((units * unit_score).sum())
        pairs = []
        for service in self.services:
            ride = SeatKnapsack(self, service, score, best, int(unit_score[service.number]))
            gain, units[service.number], rides = ride.best()
            bound += gain
            pairs += [(service.number, i) for i in rides]
        rides = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        unseated, offers = offers, offers.copy()
        offers[self.group[rides[:, 1]]] = rides[:, 1]
        times = self._times(unseated, rides)
        activity = self.rows @ times + self.units @ units
        return LagrangianPoint(whole, scale, bound, offers, unseated, rides, units, score, best, activity)

    def _times(self, unseated: np.ndarray, rides: np.ndarray) -> np.ndarray:
        """Return how often each offer counts: a ride counts, and takes what its cohort would walk with away."""
        times = np.zeros(len(self.value), dtype=np.int64)
        times[unseated[unseated >= 0]] = 1
        np.add.at(times, rides[:, 1], 1)
        instead = unseated[self.group[rides[:, 1]]]
        np.add.at(times, instead[instead >= 0], -1)
        return times

    def _scale(self, prices: np.ndarray) -> int:
        """Return the power of two that leaves the sum of all scores room in 64 bits."""
        largest = float(np.abs(self.value).astype(float).sum()) + float(np.maximum(prices, 0) @ self.reach)
        largest += float(np.maximum(prices, 0) @ np.abs(self.right).astype(float))
        most = np.array(self.problem.max_units, dtype=float)
        largest += float(np.abs(self.unit_value).astype(float) @ most) + float(np.max(prices, initial=0.0))
        return 2 ** max(int(np.floor(np.log2(CEILING / max(4 * largest, 1.0)))), 0)

    def reduced_costs(self, point: LagrangianPoint) -> tuple[np.ndarray, np.ndarray, dict[int, list[int]]]:
        """Return what is lost for certain: by each offer, by none for each cohort, by each number of units."""
        unseated = np.where(self.seatless, point.best[self.group] - point.score, -NEVER)
        nothing = np.where(self.must, -NEVER, point.best)
        units: dict[int, list[int]] = {}
        unit_score = point.scale * self.unit_value - point.prices @ self.units
        stays: dict[int, dict[int, int]] = {}
        rides: list[tuple[int, int, int]] = []
        for service in self.services:
            ride = SeatKnapsack(self, service, point.score, point.best, int(unit_score[service.number]))
            stay, riding, units[service.number] = ride.reduced_costs()
            for group, loss in stay.items():
                stays.setdefault(group, {})[service.number] = loss
            rides += [(service.number, i, loss) for i, loss in riding.items()]
        for group, by_service in stays.items():
            loss, start = sum(by_service.values()), self.starts[group]
            own = slice(start, self.starts[group + 1] if group + 1 < len(self.starts) else None)
            unseated[own] = np.where(self.seatless[own], np.minimum(unseated[own] + loss, -NEVER), unseated[own])
            nothing[group] = -NEVER if self.must[group] else min(int(nothing[group]) + loss, -NEVER)
        for service, i, loss in rides:
            others = sum(stay for s, stay in stays[int(self.group[i])].items() if s != service)
            unseated[i] = min(loss + others, -NEVER)
        return unseated, nothing, units


@dataclass(frozen=True, slots=True)
class Service:
    """A service and the offers that take a seat on it."""

    number: int
    riders: tuple[int, ...]
    seats: tuple[int, ...]
    seats_per_unit: int


class SeatKnapsack:
    """Who rides on one service at some prices: a knapsack of seats over what riding gains above unseated."""

    def __init__(
        self, lagrangian: LagrangianRelaxation, service: Service, score: np.ndarray, best: np.ndarray, unit_score: int
    ):
        self.service, self.unit_score = service, unit_score
        self.most = lagrangian.problem.max_units[service.number]
        by_group: dict[int, list[tuple[int, int, int]]] = {}
        riders, seats = np.array(service.riders), service.seats
        gains = (score[riders] - best[lagrangian.group[riders]]).tolist()
        for i, taken, gain, group in zip(service.riders, seats, gains, lagrangian.group[riders].tolist(), strict=True):
            by_group.setdefault(group, []).append((i, taken, gain))
        self.groups = list(by_group)
        self.options = list(by_group.values())
        needed = sum(max(taken for _, taken, _ in options) for options in self.options)
        self.room = min(needed, service.seats_per_unit * self.most)

    def best(self) -> tuple[int, int, list[int]]:
        """Return the gain of the best number of units, that number, and the offers rides."""
        options = [gaining for own in self.options if (gaining := [o for o in own if o[2] > 0])]
        tables = seat_tables(options, self.room)
        worth = [int(tables[-1][self._seats(n)]) + n * self.unit_score for n in range(self.most + 1)]
        count = worth.index(max(worth))
        return worth[count], count, list(best_riders(tables, options, self._seats(count)).values())

    def _seats(self, units: int) -> int:
        return min(units * self.service.seats_per_unit, self.room)

    def reduced_costs(self) -> tuple[dict[int, int], dict[int, int], list[int]]:
        """Return what it loses that a cohort does not ride, that it takes an offer here, and that so many units run."""
        ahead = seat_tables(self.options, self.room)
        behind = seat_tables(self.options[::-1], self.room)
        counts = range(self.most + 1)
        worth = [int(ahead[-1][self._seats(n)]) + n * self.unit_score for n in counts]
        top = max(worth)
        stay, riding = {}, {}
        for number, (group, options) in enumerate(zip(self.groups, self.options, strict=True)):
            before, after = ahead[number], behind[len(self.options) - 1 - number]
            rest = {seats: _merged(before, after, seats) for seats in {self._seats(n) for n in counts}}
            stay[group] = top - max(rest[self._seats(n)] + n * self.unit_score for n in counts)
            for i, taken, gain in options:
                fits = [n for n in counts if taken <= self._seats(n)]
                reached = [_merged(before, after, self._seats(n) - taken) + n * self.unit_score for n in fits]
                riding[i] = top - max(reached) - gain if reached else -NEVER
        return stay, riding, [top - each for each in worth]


def _merged(before: np.ndarray, after: np.ndarray, seats: int) -> int:
    return int(np.max(before[: seats + 1] + after[: seats + 1][::-1]))
