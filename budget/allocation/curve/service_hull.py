"""A shared service with the cohorts that may ride on it: their best plan at a price of money, and all such plans.

At a price the budget no longer ties a service to anything else: what each rider gains over taking no seat fills a
knapsack of seats, exactly, for each number of units. The price of the chord between two plans shows whether a plan lies
above it (M. J. Eisner and D. G. Severance, "Mathematical techniques for efficient record segmentation in large shared
databases", Journal of the ACM 23, 1976); the plans above which no chord has another are the upper hull.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np
from scipy import sparse

from budget.allocation.curve.linked_cluster import LinkedCluster, LinkedService
from budget.allocation.curve.service_plan import ServicePlan, exact_weights
from budget.allocation.model.integer_problem import IntegerProblem, Row
from budget.allocation.search.seat_knapsack import LARGEST_KNAPSACK, SeatOption, best_riders, seat_tables


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
        runs = ((self.service, units),) if units else ()
        return ServicePlan(cost, sum(self.value[i] for i in offers), offers, runs)

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

    def most_units(self) -> dict[int, int]:
        """Return the most units of the service."""
        return {self.service: self.max_units}

    def with_one_more(self, service: int) -> "ServiceCluster":  # noqa: ARG002 - there is but one
        """Return the cluster where one more unit of its service may run."""
        return replace(self, max_units=self.max_units + 1)

    @property
    def most_seats(self) -> int:
        """The seats of all units."""
        return self.max_units * self.seats_per_unit

    def weights(self, access: int, money: int) -> tuple[int, int]:
        """Return two weights in the same proportion, or nearly so, that keep the scores of the cluster exact."""
        units = self.max_units * self.unit_cost
        return exact_weights(access, money, sum(map(abs, self.value.values())), sum(self.cost.values()) + units)


Cluster = ServiceCluster | LinkedCluster


def service_clusters(problem: IntegerProblem) -> tuple[Cluster, ...] | None:
    """Return the clusters of a problem, by service; None where there are some that this does not cover.

    A cluster is a service, or services that share riders. Where some do, single services are made like these too: then
    every efficient plan of each is known. Not covered: services with shared riders and too many efficient plans; a
    cohort that must be funded and can only ride; a service of very many seats.
    """
    seats = {row.units[0]: row for row in problem.rows if row.kind == "seats"}
    own = problem.by_cohort()
    together = _together(problem)
    are_linked = any(len(services) > 1 for services, _ in together)
    made: list[Cluster] = []
    for services, cohorts in together:
        cluster: Cluster | None = _linked(problem, services, cohorts, own, seats) if are_linked else None
        if len(services) == 1 and cluster is None:
            cluster = _cluster(problem, services[0], cohorts, own, seats[services[0]])
        if cluster is None:
            return None
        made.append(cluster)
    stuck = any(must and not offers for c in made for must, offers in zip(c.must, c.seatless, strict=True))
    large = any(c.most_seats > LARGEST_KNAPSACK for c in made if isinstance(c, ServiceCluster))
    return None if stuck or large else tuple(made)


def _together(problem: IntegerProblem) -> list[tuple[list[int], list[int]]]:
    """Return services that share riders, directly or through others, each with all their riders."""
    riding = sorted({(service, cohort) for service, cohort in zip(problem.service, problem.cohort, strict=True)})
    pairs = np.array([pair for pair in riding if pair[0] >= 0], dtype=np.int64).reshape(-1, 2)
    services, cohorts = (np.unique(each, return_inverse=True) for each in pairs.T)
    size = len(services[0]) + len(cohorts[0])
    edges = (np.ones(len(pairs)), (services[1], len(services[0]) + cohorts[1]))
    from scipy.sparse.csgraph import connected_components  # a tenth of a cold start, and most plans trace no curve

    of = connected_components(sparse.coo_array(edges, shape=(size, size)), directed=False)[1] if size else np.array([])
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for n, group in enumerate(of.tolist()):
        mine = groups.setdefault(group, ([], []))
        if n < len(services[0]):
            mine[0].append(int(services[0][n]))
        else:
            mine[1].append(int(cohorts[0][n - len(services[0])]))
    return list(groups.values())


def _linked(
    problem: IntegerProblem,
    services: Sequence[int],
    cohorts: Sequence[int],
    own: dict[int, list[int]],
    rows: dict[int, Row],
) -> LinkedCluster | None:
    """Return services with shared riders as one cluster; None where it has too many efficient plans."""
    seats: dict[int, int] = {}
    made = []
    for s in services:
        step = gcd(*rows[s].on_units, *rows[s].on_offers) or 1
        seats |= {i: taken // step for i, taken in zip(rows[s].offers, rows[s].on_offers, strict=True)}
        made.append(LinkedService(s, problem.unit_cost_pence[s], -sum(rows[s].on_units) // step, problem.max_units[s]))
    offers = [i for cohort in cohorts for i in own[cohort]]
    cluster = LinkedCluster(
        services=tuple(made),
        cohorts=tuple(cohorts),
        must=tuple(cohort in problem.must_fund for cohort in cohorts),
        seatless=tuple(tuple(i for i in own[cohort] if not seats.get(i)) for cohort in cohorts),
        seated=tuple(tuple((i, seats[i]) for i in own[cohort] if seats.get(i)) for cohort in cohorts),
        ride={i: services.index(problem.service[i]) for i in offers if seats.get(i)},
        cost={i: problem.cost_pence[i] for i in offers},
        value={i: problem.value[i] for i in offers},
    )
    return cluster if cluster.efficient is not None else None


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
