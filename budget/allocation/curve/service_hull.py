"""A shared service with the cohorts that may ride on it: their best plan at a price of money, and all such plans.

At a price the budget no longer ties a service to anything else: what each rider gains over taking no seat fills a
knapsack of seats, exactly, for each number of units. The price of the chord between two plans shows whether a plan lies
above it (M. J. Eisner and D. G. Severance, "Mathematical techniques for efficient record segmentation in large shared
databases", Journal of the ACM 23, 1976); the plans above which no chord has another are the upper hull.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.search.seat_knapsack import LARGEST_KNAPSACK, SeatOption, best_riders, seat_tables

ROOM = 2**60  # sums of scores stay below this, and so exact in 64 bits


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A plan for a cluster: its offers, the units of its service, and what they cost and bring."""

    cost: int
    value: int
    offers: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class ServiceCluster:
    """A service and its riders. Offers are positions in the problem; `cost` and `value` are the problem's."""

    service: int
    unit_cost: int
    seats_per_unit: int
    max_units: int
    cohorts: tuple[int, ...]
    must: tuple[bool, ...]
    seatless: tuple[tuple[int, ...], ...]  # by cohort: offers that take no seat
    seated: tuple[tuple[tuple[int, int], ...], ...]  # by cohort: (offer, seats)
    cost: dict[int, int]
    value: dict[int, int]

    def best(self, access: int, money: int) -> tuple[int, ServicePlan]:
        """Return the highest score access·value − money·cost, and a plan that has it; both weights 0 or more."""
        solved = self.best_with(access, money, None)
        assert solved is not None  # nothing is forced in, and running no unit is always possible
        return solved

    def best_with(self, access: int, money: int, forced: tuple[int, int, int] | None) -> tuple[int, ServicePlan] | None:
        """Return the same where an offer is forced in.

        `forced` is a cohort's place in the cluster with an offer it must be given and the seats that takes; None where
        there are not so many seats.
        """
        score = {i: access * self.value[i] - money * cost for i, cost in self.cost.items()}
        base = [self._best_seatless(place, score) for place in range(len(self.cohorts))]
        gains: list[list[SeatOption]] = [  # by cohort, what each offer with a seat gains over none, where it gains
            [(i, seats, gain) for i, seats in riders if (gain := score[i] - base[place][0]) > 0]
            for place, riders in enumerate(self.seated)
        ]
        seats_gone = 0
        if forced is not None:
            place, offer, seats_gone = forced
            base[place], gains[place] = (score[offer], offer), []
        most = max(self.max_units * self.seats_per_unit - seats_gone, 0)
        room = min(most, sum(max(seats for _, seats, _ in options) for options in gains if options))
        tables = seat_tables(gains, room)
        worth = {
            n: int(tables[-1][min(n * self.seats_per_unit - seats_gone, room)]) - n * money * self.unit_cost
            for n in range(self.max_units + 1)
            if n * self.seats_per_unit >= seats_gone
        }
        if not worth:
            return None
        units = max(worth, key=lambda n: (worth[n], -n))
        left = min(units * self.seats_per_unit - seats_gone, room)
        chosen = {place: offer for place, (_, offer) in enumerate(base) if offer is not None}
        chosen |= best_riders(tables, gains, left)
        return sum(points for points, _ in base) + worth[units], self._plan(tuple(sorted(chosen.values())), units)

    def _plan(self, offers: tuple[int, ...], units: int) -> ServicePlan:
        cost = sum(self.cost[i] for i in offers) + units * self.unit_cost
        return ServicePlan(cost, sum(self.value[i] for i in offers), offers, units)

    def _best_seatless(self, place: int, score: dict[int, int]) -> tuple[int, int | None]:
        best = max(self.seatless[place], key=lambda i: (score[i], -i), default=None)
        if best is None or (score[best] <= 0 and not self.must[place]):
            return 0, None
        return score[best], best

    def hull(self) -> list[ServicePlan]:
        """Return the plans on the upper hull of (cost, value), cheapest first: each dearer one brings more."""
        musts = (offers for offers, must in zip(self.seatless, self.must, strict=True) if must)
        cheapest = [min(offers, key=lambda i: (self.cost[i], -self.value[i], i)) for offers in musts]
        start, (_, dearest) = self._plan(tuple(sorted(cheapest)), 0), self.best(1, 0)
        points = [start, *self._between(start, dearest), dearest]
        hull = points[:1]
        for point in points[1:]:
            if point.value <= hull[-1].value or point.cost < hull[-1].cost:
                continue
            if point.cost == hull[-1].cost:
                hull.pop()
            hull.append(point)
        return hull

    def _between(self, low: ServicePlan, high: ServicePlan) -> list[ServicePlan]:
        """Return what lies above the chord of two plans, by cost."""
        waiting, found = [(low, high)], []
        while waiting:
            left, right = waiting.pop()
            more, gain = right.cost - left.cost, right.value - left.value
            if more <= 0 or gain <= 0:
                continue
            point = self.best(*self.weights(more, gain))[1]
            if more * (point.value - left.value) > gain * (point.cost - left.cost):
                found.append(point)
                waiting += [(left, point), (point, right)]
        return sorted(found, key=lambda point: (point.cost, point.value))

    def weights(self, access: int, money: int) -> tuple[int, int]:
        """Return two weights in the same proportion, or nearly so, that keep the scores of the cluster exact."""
        shared = gcd(access, money) or 1
        access, money = access // shared, money // shared
        whole = sum(map(abs, self.value.values()))
        spend = sum(self.cost.values()) + self.max_units * self.unit_cost
        over = max((access * whole + money * spend) // ROOM, 0)
        return access >> over.bit_length(), money >> over.bit_length()


def service_clusters(problem: IntegerProblem) -> tuple[ServiceCluster, ...] | None:
    """Return the clusters of a problem, by service; None where there are some that this does not cover.

    Not covered: a cohort that may ride on either of two services or must be funded and can only ride; a service of
    very many seats.
    """
    seats_rows = {row.units[0]: row for row in problem.rows if row.kind == "seats"}
    own: dict[int, list[int]] = {}
    services: dict[int, set[int]] = {}
    for i, service in enumerate(problem.service):
        own.setdefault(problem.cohort[i], []).append(i)
        if service >= 0:
            services.setdefault(service, set()).add(problem.cohort[i])
    riding = [cohort for cohorts in services.values() for cohort in cohorts]
    if len(riding) != len(set(riding)):
        return None
    made = [_cluster(problem, s, sorted(services[s]), own, seats_rows[s]) for s in sorted(services)]
    stuck = any(must and not offers for c in made for must, offers in zip(c.must, c.seatless, strict=True))
    large = any(c.seats_per_unit * c.max_units > LARGEST_KNAPSACK for c in made)
    return None if stuck or large else tuple(made)


def _cluster(
    problem: IntegerProblem, service: int, cohorts: Sequence[int], own: dict[int, list[int]], row: Row
) -> ServiceCluster:
    seats = dict(zip(row.offers, row.on_offers, strict=True))
    step = gcd(*row.on_units, *row.on_offers) or 1
    offers = [i for cohort in cohorts for i in own[cohort]]
    return ServiceCluster(
        service=service,
        unit_cost=problem.unit_cost_pence[service],
        seats_per_unit=-row.on_units[0] // step if row.on_units else 0,
        max_units=problem.max_units[service],
        cohorts=tuple(cohorts),
        must=tuple(cohort in problem.must_fund for cohort in cohorts),
        seatless=tuple(tuple(i for i in own[cohort] if not seats.get(i)) for cohort in cohorts),
        seated=tuple(tuple((i, seats[i] // step) for i in own[cohort] if seats.get(i)) for cohort in cohorts),
        cost={i: problem.cost_pence[i] for i in offers},
        value={i: problem.value[i] for i in offers},
    )
