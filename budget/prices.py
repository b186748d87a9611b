"""A plan and a certified bound for a large problem, by putting a price on the money (Lagrangian decomposition).

With a price λ of access for a penny, the budget no longer ties cohorts together: a cohort that rides on nothing takes
its best score `value − λ·cost`, and a service with its riders is a small knapsack of seats, solved exactly. For any
λ ≥ 0 the scores and λ·budget add up to a bound that no plan passes (Fisher 1981); at the right λ the choices all but
spend the budget, and what is left buys upgrades. Everything is in integers. What it does not cover (limits, cohorts
that could ride on either of two services) it declines, and the plain model answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from budget.model import Plan
from budget.problem import Problem, Row
from budget.verify import excesses

CEILING = 2**61  # scores and their sums stay exact in 64 bits
LARGEST_KNAPSACK = 200_000
STEPS = 40
NEVER = -(2**62)


@dataclass(frozen=True, slots=True)
class _Rider:
    """An offer that rides on a service: where it is, its cohort and the seats it takes."""

    offer: int
    cohort: int
    seats: int


@dataclass(frozen=True, slots=True)
class _Service:
    number: int
    riders: tuple[tuple[_Rider, ...], ...]  # by cohort
    seats_per_unit: int


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is best at one price: the offer of each cohort (-1 for none), the units of each service, and the bound."""

    bound: int
    offers: np.ndarray
    units: np.ndarray


def priced_plan(problem: Problem, price: float) -> tuple[Plan, int] | None:
    """Return a plan that keeps every row and a bound that no plan passes, from a first guess of the price.

    None where the problem is not of the kind this covers, or the guess is too far from a price that keeps the budget.
    """
    market = _market(problem, price)
    if market is None:
        return None
    low, high = 0, market.guess * 4
    best = market.at(high)
    if market.spend(best) > market.budget:
        return None
    bound, over = best.bound, None
    for step in range(STEPS):
        middle = market.guess if step == 0 else (low + high) // 2
        if not low < middle < high and middle:
            break
        choice = market.at(middle)
        bound = min(bound, choice.bound)
        if market.spend(choice) <= market.budget:
            high, best = middle, choice
        else:
            low, over = middle, choice
        if not middle:
            break
    plan = market.filled(best, over)
    return (plan, bound // market.scale) if not excesses(problem, plan) else None


def _market(problem: Problem, price: float) -> "_Market | None":
    if any(row.kind == "limit" for row in problem.rows) or not problem.cohort:
        return None
    services = _services(problem)
    if services is None:
        return None
    market = _Market(problem, services, price)
    fits = market.guess * 4 * max(max(problem.cost_pence), max(problem.unit_cost_pence, default=0), 1)
    return market if market.scale >= 1 and fits < CEILING and market.every_must_can_walk() else None


def _services(problem: Problem) -> list[_Service] | None:
    rides: dict[int, set[int]] = {}
    for i, service in enumerate(problem.service):
        if service >= 0:
            rides.setdefault(problem.cohort[i], set()).add(service)
    if any(len(services) > 1 for services in rides.values()):
        return None
    seats_rows = {row.units[0]: row for row in problem.rows if row.kind == "seats"}
    riders: dict[int, list[int]] = {}
    for i, service in enumerate(problem.service):
        if service >= 0:
            riders.setdefault(service, []).append(i)
    services = [_service(s, riders[s], seats_rows[s], problem) for s in sorted(riders)]
    rooms = [service.seats_per_unit * problem.max_units[service.number] for service in services]
    return services if max(rooms, default=0) <= LARGEST_KNAPSACK else None


def _service(s: int, offers: list[int], row: Row, problem: Problem) -> _Service:
    seats = dict(zip(row.offers, row.on_offers, strict=True))
    step = gcd(*row.on_units, *row.on_offers)
    riders: dict[int, list[_Rider]] = {}
    for i in offers:
        cohort = problem.cohort[i]
        riders.setdefault(cohort, []).append(_Rider(i, cohort, seats.get(i, 0) // step))
    return _Service(s, tuple(map(tuple, riders.values())), -row.on_units[0] // step)


class _Market:
    """A problem as arrays, and what is chosen in it at a price (a whole multiple of 1/scale)."""

    def __init__(self, problem: Problem, services: Sequence[_Service], price: float):
        self.problem, self.services = problem, services
        self.budget = problem.rows[0].right
        self.cost, self.value = np.array(problem.cost_pence), np.array(problem.value)
        self.unit_cost = np.array(problem.unit_cost_pence, dtype=np.int64)
        cohort = np.array(problem.cohort)
        self.walks = np.array(problem.service) < 0
        self.starts = np.flatnonzero(np.diff(cohort, prepend=-1))
        self.group = np.cumsum(np.diff(cohort, prepend=-1) != 0) - 1
        self.group_of = {int(c): g for g, c in enumerate(cohort[self.starts])}
        self.must = np.isin(cohort[self.starts], list(problem.must_fund))
        largest = max(int(np.abs(self.value).sum()), int(4 * price * self.cost.max()), 1)
        self.scale = 2 ** max((CEILING // (4 * largest)).bit_length() - 1, 0)
        self.guess = max(round(price * self.scale), 0)

    def every_must_can_walk(self) -> bool:
        """Say whether each cohort that must be funded has an offer that needs no service."""
        walkers = np.logical_or.reduceat(self.walks, self.starts)
        return bool(np.all(walkers[self.must])) and int(self.must.sum()) == len(self.problem.must_fund)

    def spend(self, choice: _Choice) -> int:
        """Return what a choice costs, services included."""
        return int(self.cost[choice.offers[choice.offers >= 0]].sum()) + int(self.unit_cost @ choice.units)

    def at(self, price: int) -> _Choice:
        """Return what is best at a price."""
        score = self.scale * self.value - price * self.cost
        walking = np.where(self.walks, score, NEVER)
        best = np.maximum.reduceat(walking, self.starts)
        first = np.where(walking == best[self.group], np.arange(len(score)), len(score))
        offers = np.minimum.reduceat(first, self.starts)
        nothing = (best <= 0) & ~self.must
        offers, best = np.where(nothing, -1, offers), np.where(nothing, 0, best)
        bound = price * self.budget + int(best.sum())
        units = np.zeros(len(self.unit_cost), dtype=np.int64)
        for service in self.services:
            gain, count, aboard = self._ride(service, price, score, best)
            bound, units[service.number] = bound + gain, count
            for rider in aboard:
                offers[self.group_of[rider.cohort]] = rider.offer
        return _Choice(bound, offers, units)

    def _ride(self, service: _Service, price: int, score: np.ndarray, best: np.ndarray):
        """Return what a service gains over its riders walking, its units, and who is aboard: a knapsack of seats."""
        gains = [
            [(int(score[r.offer]) - int(best[self.group_of[r.cohort]]), r) for r in riders] for riders in service.riders
        ]
        gains = [kept for riders in gains if (kept := [(gain, r) for gain, r in riders if gain > 0])]
        needed = sum(max(r.seats for _, r in riders) for riders in gains)
        room = min(needed, service.seats_per_unit * self.problem.max_units[service.number])
        table = np.zeros(room + 1, dtype=np.int64)
        taken = np.full((len(gains), room + 1), -1, dtype=np.int16)
        for number, riders in enumerate(gains):
            before = table.copy()
            for which, (gain, rider) in enumerate(riders):
                if rider.seats <= room:
                    after = before[: room + 1 - rider.seats] + gain
                    better = after > table[rider.seats :]
                    table[rider.seats :][better] = after[better]
                    taken[number, rider.seats :][better] = which
        each = price * int(self.unit_cost[service.number])
        seats = [min(n * service.seats_per_unit, room) for n in range(self.problem.max_units[service.number] + 1)]
        worth = [int(table[left]) - n * each for n, left in enumerate(seats)]
        count = worth.index(max(worth))
        aboard, left = [], seats[count]
        for number in reversed(range(len(gains))):
            if (which := int(taken[number, left])) >= 0:
                aboard.append(gains[number][which][1])
                left -= aboard[-1].seats
        return worth[count], count, aboard

    def filled(self, within: _Choice, over: _Choice | None) -> Plan:
        """Spend what a plan within the budget leaves: first on what a slightly lower price would choose."""
        offers, units = within.offers.copy(), within.units.copy()
        left = self.budget - self.spend(within)
        for groups, service in self._parts() if over is not None else ():
            more = self._cost_of(over.offers[groups]) - self._cost_of(offers[groups])
            if service >= 0:
                more += int(self.unit_cost[service]) * int(over.units[service] - units[service])
            gain = self._value_of(over.offers[groups]) - self._value_of(offers[groups])
            if more <= left and gain > 0:
                offers[groups], left = over.offers[groups], left - more
                if service >= 0:
                    units[service] = over.units[service]
        self._upgrade(offers, left)
        return Plan(tuple(sorted(offers[offers >= 0].tolist())), tuple(units.tolist()))

    def _parts(self):
        """Yield the groups that move together: each service with its riders, then every other cohort by itself."""
        tied: set[int] = set()
        for service in self.services:
            groups = [self.group_of[riders[0].cohort] for riders in service.riders]
            tied.update(groups)
            yield groups, service.number
        yield from (([group], -1) for group in range(len(self.starts)) if group not in tied)

    def _cost_of(self, offers: np.ndarray) -> int:
        return int(self.cost[offers[offers >= 0]].sum())

    def _value_of(self, offers: np.ndarray) -> int:
        return int(self.value[offers[offers >= 0]].sum())

    def _upgrade(self, offers: np.ndarray, left: int) -> None:
        """Give cohorts that do not ride a better offer, most access for a penny first, until nothing more fits."""
        while True:
            now = offers[self.group]
            more = self.cost - np.where(now >= 0, self.cost[now], 0)
            gain = self.value - np.where(now >= 0, self.value[now], 0)
            rides = (now >= 0) & ~self.walks[now]
            able = np.flatnonzero((gain > 0) & (more <= left) & self.walks & ~rides)
            if not len(able):
                return
            order = able[np.argsort(-gain[able] / np.maximum(more[able], 1), kind="stable")]
            moved: set[int] = set()
            for i in order.tolist():
                group = int(self.group[i])
                if more[i] <= left and group not in moved:
                    offers[group], left = i, left - int(more[i])
                    moved.add(group)
