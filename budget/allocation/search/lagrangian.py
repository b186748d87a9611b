"""The Lagrangian relaxation of a problem: a price takes the place of the budget and of every limit.

With prices π ≥ 0 nothing ties cohorts together but shared services: a cohort takes the offer without a seat that has
the best score `value − π·column`, and a service with its riders is a small knapsack of seats, solved exactly. For any π
the scores and π·right add up to a bound that no plan passes (M. L. Fisher, "The Lagrangian relaxation method for
solving integer programming problems", Management Science 27, 1981). Everything is in 64-bit integers: prices are whole
multiples of 1/`scale`, so that each bound is exact.

A cohort with seats on several services may take one on each of them here, and a row of its own, "one ride at most",
has a price like any other: 0 unless two services want the cohort at once.
"""

from copy import copy
from dataclasses import dataclass
from functools import reduce
from math import gcd

import numpy as np
from scipy import sparse

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.search.seat_knapsack import LARGEST_KNAPSACK, SeatKnapsack, Service

CEILING = 2**61  # scores and their sums stay exact in 64 bits
LARGEST_COEFFICIENT = 2**53  # beyond it a float is no longer a whole number
NEVER = -(2**62)  # the score of a choice that cannot be made


@dataclass(frozen=True, slots=True)
class LagrangianPoint:
    """The best choices at some prices, and the bound there. Bound and scores are in steps times `scale`."""

    prices: np.ndarray  # whole multiples of 1/scale, one for each row
    scale: int
    bound: int
    offers: np.ndarray  # of each cohort, -1 for none
    unseated: np.ndarray  # the best offer without a seat of each cohort, -1 for none
    rides: np.ndarray  # pairs of a service and an offer that takes a seat on it
    units: np.ndarray  # of each service
    score: np.ndarray  # of each offer
    best: np.ndarray  # the best score of each cohort without a seat
    activity: np.ndarray  # of each row


def lagrangian_relaxation(problem: IntegerProblem) -> "LagrangianRelaxation | None":
    """Return the relaxation of a problem, or None where it does not apply (`LagrangianRelaxation.covers`)."""
    largest = max((max(map(abs, (*row.on_offers, *row.on_units)), default=0) for row in problem.rows), default=0)
    if not problem.cohort or largest >= LARGEST_COEFFICIENT:
        return None
    lagrangian = LagrangianRelaxation(problem)
    return lagrangian if lagrangian.covers() else None


class LagrangianRelaxation:
    """A problem as arrays, to be evaluated at prices.

    Rows are the budget and the limits, all turned to "at most" and divided by their greatest common divisor, then one
    for each cohort with seats on several services. `group` is the number of each offer's cohort.
    """

    def __init__(self, problem: IntegerProblem):
        self.problem = problem
        self.value = np.array(problem.value, dtype=np.int64)
        self.unit_value = np.array(problem.unit_value, dtype=np.int64)
        cohort = np.array(problem.cohort, dtype=np.int64)
        self.starts = np.flatnonzero(np.diff(cohort, prepend=-1))
        self.group = np.cumsum(np.diff(cohort, prepend=-1) != 0) - 1
        self.must = np.isin(cohort[self.starts], list(problem.must_fund))
        self.least_units = np.zeros(len(problem.max_units), dtype=np.int64)
        self.most_units = np.array(problem.max_units, dtype=np.int64)
        self._read_services()
        self._read_rows()
        self.reach = np.asarray(np.abs(self.rows).sum(axis=1), dtype=float).ravel()
        self.reach += np.abs(self.units).astype(float) @ np.array(problem.max_units, dtype=float)

    def with_budget(self, pence: int) -> "LagrangianRelaxation":
        """Return the relaxation of the same problem with another budget."""
        other = copy(self)
        other.problem = self.problem.with_budget(pence)
        other.right = np.concatenate([[pence // self.divisor[0]], self.right[1:]])
        return other

    def with_units(self, least: np.ndarray, most: np.ndarray) -> "LagrangianRelaxation":
        """Return the relaxation of the plans that run so many units of each service at least, and at most."""
        other = copy(self)
        other.least_units, other.most_units = least, most
        return other

    def _read_rows(self) -> None:
        rows = [row for row in self.problem.rows if row.kind != "seats"]
        self.names = tuple(row.name for row in rows)
        self.divisor: list[int] = []
        rights, matrix, units = [], [], []
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
        """Find the offers that take a seat on each service; one that takes none needs no service to run."""
        self.seatless = np.ones(len(self.value), dtype=bool)
        self.services: list[Service] = []
        for row in self.problem.rows:
            if row.kind == "seats" and row.offers:
                step = reduce(gcd, (*row.on_units, *row.on_offers))
                seats = tuple(taken // step for taken in row.on_offers)
                self.seatless[list(row.offers)] = False
                self.services.append(Service(row.units[0], row.offers, seats, -row.on_units[0] // step))

    def _riders_of_several(self) -> list[np.ndarray]:
        """Return the offers with a seat of each cohort that has them on more than one service."""
        riders = np.flatnonzero(~self.seatless)
        service, group = np.array(self.problem.service)[riders], self.group[riders]
        several = [g for g in np.unique(group).tolist() if len(np.unique(service[group == g])) > 1]
        return [riders[group == g] for g in several]

    def covers(self) -> bool:
        """Say whether all who must be funded have an offer without a seat, and no service has too many seats."""
        has_seatless = np.logical_or.reduceat(self.seatless, self.starts)
        rooms = [s.seats_per_unit * self.problem.max_units[s.number] for s in self.services]
        musts = bool(has_seatless[self.must].all()) and int(self.must.sum()) == len(self.problem.must_fund)
        return musts and max(rooms, default=0) <= LARGEST_KNAPSACK

    def named_prices(self, point: LagrangianPoint) -> dict[str, float]:
        """Return the prices of a point by the names of the rows, for one unit of the row as it was written."""
        prices = zip(self.names, point.prices.tolist(), self.divisor, strict=False)  # the last have no name
        return {name: price / point.scale / divisor for name, price, divisor in prices}

    def at(self, prices: np.ndarray) -> LagrangianPoint:
        """Evaluate prices, given in steps for a unit of each row as floats."""
        scale = self.scale_for(prices)
        return self.at_whole(np.rint(np.maximum(prices, 0) * scale).astype(np.int64), scale)

    def at_whole(self, whole: np.ndarray, scale: int) -> LagrangianPoint:
        """Evaluate prices that are whole multiples of 1/`scale`, which must leave the sum of all scores in 64 bits."""
        score, unit_score, unseated, best = self._scores(whole, scale)
        first = np.where(unseated == best[self.group], np.arange(len(score)), len(score))
        offers = np.minimum.reduceat(first, self.starts)
        nothing = (best <= 0) & ~self.must
        offers, best = np.where(nothing, -1, offers), np.where(nothing, 0, best)
        bound = self._worth_of_rights(whole) + int(best.sum())
        served = [service.number for service in self.services]
        units = np.where(unit_score > 0, self.most_units, self.least_units)
        units[served] = 0
        bound += int((units * unit_score).sum())
        pairs: list[tuple[int, int]] = []
        for service in self.services:
            knapsack = self._knapsack(service, score, best, int(unit_score[service.number]))
            gain, units[service.number], riders = knapsack.best()
            bound += gain
            pairs += [(service.number, i) for i in riders]
        rides = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        unseated, offers, seated = offers, offers.copy(), rides[:, 1]
        offers[self.group[seated]] = seated
        instead = unseated[self.group[seated]]  # one with a seat counts, and takes the place of the one without
        times = np.bincount(np.concatenate([unseated[unseated >= 0], seated]), minlength=len(self.value))
        times -= np.bincount(instead[instead >= 0], minlength=len(self.value))
        activity = self.rows @ times + self.units @ units
        return LagrangianPoint(whole, scale, bound, offers, unseated, rides, units, score, best, activity)

    def _scores(self, whole: np.ndarray, scale: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the scores of offers and of units, those of offers without a seat, and the best of each cohort's."""
        score = scale * self.value - self.by_offer @ whole
        unseated = np.where(self.seatless, score, NEVER)
        unit_score = scale * self.unit_value - whole @ self.units
        return score, unit_score, unseated, np.maximum.reduceat(unseated, self.starts)

    def _worth_of_rights(self, whole: np.ndarray) -> int:
        """Return the prices times the right-hand sides of the rows, which no score is part of."""
        return sum(int(p) * int(b) for p, b in zip(whole, self.right, strict=True))

    def scores_by_units(self, whole: np.ndarray, scale: int) -> tuple[int, list[list[int]]]:
        """Return the bound at prices as in `at_whole`, less its services with riders; and theirs, by units that run."""
        score, unit_score, _, best = self._scores(whole, scale)
        best = np.where((best <= 0) & ~self.must, 0, best)
        served = {service.number for service in self.services}
        idle = [max(int(each), 0) * most for each, most in zip(unit_score, self.problem.max_units, strict=True)]
        rest = self._worth_of_rights(whole) + int(best.sum())
        rest += sum(gain for number, gain in enumerate(idle) if number not in served)
        own = [self._knapsack(each, score, best, int(unit_score[each.number])).scores() for each in self.services]
        return rest, own

    def scale_for(self, prices: np.ndarray) -> int:
        """Return the largest power of two at which the sum of all scores stays exact in 64 bits."""
        largest = float(np.abs(self.value).astype(float).sum()) + float(np.maximum(prices, 0) @ self.reach)
        largest += float(np.maximum(prices, 0) @ np.abs(self.right).astype(float))
        most = np.array(self.problem.max_units, dtype=float)
        largest += float(np.abs(self.unit_value).astype(float) @ most) + float(np.max(prices, initial=0.0))
        return int(2 ** max(int(np.floor(np.log2(CEILING / max(4 * largest, 1.0)))), 0))

    def reduced_costs(self, point: LagrangianPoint) -> tuple[np.ndarray, np.ndarray, dict[int, list[int]]]:
        """Return what each choice takes off the bound at least: see `reduced_cost_fixing.ReducedCosts`."""
        offers = np.where(self.seatless, point.best[self.group] - point.score, -NEVER)
        without = np.where(self.must, -NEVER, point.best)
        units: dict[int, list[int]] = {}
        unit_score = point.scale * self.unit_value - point.prices @ self.units
        unseated: dict[int, dict[int, int]] = {}  # by cohort and service: the cost of taking no seat there
        seated: list[tuple[int, int, int]] = []
        for service in self.services:
            knapsack = self._knapsack(service, point.score, point.best, int(unit_score[service.number]))
            of_none, of_seats, units[service.number] = knapsack.reduced_costs()
            for group, cost in of_none.items():
                unseated.setdefault(group, {})[service.number] = cost
            seated += [(service.number, i, cost) for i, cost in of_seats.items()]
        for group, by_service in unseated.items():
            cost, start = sum(by_service.values()), self.starts[group]
            own = slice(start, self.starts[group + 1] if group + 1 < len(self.starts) else None)
            offers[own] = np.where(self.seatless[own], np.minimum(offers[own] + cost, -NEVER), offers[own])
            without[group] = -NEVER if self.must[group] else min(int(without[group]) + cost, -NEVER)
        for number, i, cost in seated:
            elsewhere = sum(none for s, none in unseated[int(self.group[i])].items() if s != number)
            offers[i] = min(cost + elsewhere, -NEVER)
        return offers, without, units

    def _knapsack(self, service: Service, score: np.ndarray, best: np.ndarray, unit_score: int) -> SeatKnapsack:
        riders = np.array(service.riders)
        groups = self.group[riders]
        gains = (score[riders] - best[groups]).tolist()
        counts = range(int(self.least_units[service.number]), int(self.most_units[service.number]) + 1)
        return SeatKnapsack(service, counts, groups.tolist(), gains, unit_score)
