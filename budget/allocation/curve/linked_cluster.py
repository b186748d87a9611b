"""Services that share riders, such as a minibus and the taxis of one college, and all their best plans at once.

Cohorts are decided one after another (R. Bellman, "Dynamic Programming", 1957). What is kept of the decisions so far is
the seats taken on each service, what they cost and what they bring. A decision that takes no fewer seats anywhere,
costs no less and brings no more than another is dropped. Once the last cohort that may ride on a service is decided,
its units are paid for and its seats forgotten. What is left at the end are the efficient plans: no other costs as
little and brings as much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from budget.allocation.curve.service_plan import ServicePlan, exact_weights, upper_hull

LARGEST_CLUSTER = 6_000  # decisions kept at once, beyond which a cluster is not covered
BLOCK = 256  # decisions compared at once
NO_OFFER = -1


@dataclass(frozen=True, slots=True)
class LinkedService:
    """A service of a cluster; seats are in the finest step in which all its riders are whole."""

    number: int
    unit_cost: int
    seats_per_unit: int
    max_units: int


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is left once every cohort is decided: a row each of burdens (cost and lost value, or lost score).

    `steps` are, for each cohort in turn, its place, its choices, and which row before and choice each row comes from:
    row · number of choices + choice.
    """

    burdens: np.ndarray
    steps: tuple[tuple[int, tuple[int, ...], np.ndarray], ...]

    def offers(self, row: int) -> tuple[int, ...]:
        """Return the offers of a row."""
        chosen = []
        for _, choices, came_from in reversed(self.steps):
            row, choice = divmod(int(came_from[row]), len(choices))
            chosen.append(choices[choice])
        return tuple(sorted(offer for offer in chosen if offer != NO_OFFER))


@dataclass(frozen=True)
class LinkedCluster:
    """Services with shared riders. Offers are positions in the problem; `cost` and `value` are the problem's."""

    services: tuple[LinkedService, ...]
    cohorts: tuple[int, ...]
    must: tuple[bool, ...]
    seatless: tuple[tuple[int, ...], ...]  # by cohort: offers that take no seat
    seated: tuple[tuple[tuple[int, int], ...], ...]  # by cohort: (offer, seats)
    ride: dict[int, int]  # of an offer with a seat: the place of its service among `services`
    cost: dict[int, int]
    value: dict[int, int]

    @cached_property
    def efficient(self) -> Decisions | None:
        """The efficient plans, cheapest first, with burdens cost and −value; None where they are too many."""
        burdens = {i: (self.cost[i], -self.value[i]) for i in self.cost}
        return self._decide(burdens, [(service.unit_cost, 0) for service in self.services], None, LARGEST_CLUSTER)

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Cost and value of the efficient plans, both rising."""
        assert self.efficient is not None  # a cluster that has too many is not made: see `service_clusters`
        return self.efficient.burdens[:, 0], -self.efficient.burdens[:, 1]

    def plan(self, row: int) -> ServicePlan:
        """Return an efficient plan by its number."""
        assert self.efficient is not None
        return self._plan(self.efficient.offers(row))

    def hull(self) -> list[ServicePlan]:
        """Return the plans on the upper hull of (cost, value), cheapest first: each dearer one brings more."""
        cost, value = self.points
        return [self.plan(row) for row in upper_hull(cost.tolist(), value.tolist())]

    def best(self, access: int, money: int) -> tuple[int, ServicePlan]:
        """Return the highest score access·value − money·cost, and a plan that has it; both weights 0 or more."""
        cost, value = self.points
        score = access * value - money * cost
        row = int(np.argmax(score))
        return int(score[row]), self.plan(row)

    def best_with(self, access: int, money: int, forced: tuple[int, int, int] | None) -> tuple[int, ServicePlan] | None:
        """Return the same, found at this price alone, where an offer is forced in; None where the seats are too few.

        `forced` is the cohort's place in the cluster, the offer, and the seats that it takes.
        """
        burdens = {i: (money * self.cost[i] - access * self.value[i],) for i in self.cost}
        found = self._decide(
            burdens, [(money * service.unit_cost,) for service in self.services], forced and forced[:2]
        )
        if found is None or not len(found.burdens):
            return None
        return -int(found.burdens[0, 0]), self._plan(found.offers(0))

    def most_units(self) -> dict[int, int]:
        """Return the most units of each service."""
        return {service.number: service.max_units for service in self.services}

    def with_one_more(self, service: int) -> "LinkedCluster":
        """Return the cluster where one more unit of a service may run."""
        more = (replace(s, max_units=s.max_units + (s.number == service)) for s in self.services)
        return replace(self, services=tuple(more))

    def weights(self, access: int, money: int) -> tuple[int, int]:
        """Return two weights in the same proportion, or nearly so, that keep the scores of the cluster exact."""
        units = sum(service.max_units * service.unit_cost for service in self.services)
        return exact_weights(access, money, sum(map(abs, self.value.values())), sum(self.cost.values()) + units)

    def _plan(self, offers: tuple[int, ...]) -> ServicePlan:
        seats = [0] * len(self.services)
        for i, taken in (each for own in self.seated for each in own):
            if i in offers:
                seats[self.ride[i]] += taken
        units = [
            (service, -(-taken // service.seats_per_unit))
            for service, taken in zip(self.services, seats, strict=True)
            if taken
        ]
        cost = sum(self.cost[i] for i in offers) + sum(service.unit_cost * count for service, count in units)
        runs = tuple((service.number, count) for service, count in units)
        return ServicePlan(cost, sum(self.value[i] for i in offers), offers, runs)

    def _turns(self) -> list[tuple[int, list[int]]]:
        """Return the places of cohorts in the order they are decided, and which services are complete after each.

        Cohorts of the service of the fewest riders come together, so that it is complete soon.
        """
        rides = [{self.ride[i] for i, _ in own} for own in self.seated]
        riders = [sum(s in own for own in rides) for s in range(len(self.services))]
        turns = sorted(range(len(rides)), key=lambda p: (min(((riders[s], s) for s in rides[p]), default=(0, 0)), p))
        last = {s: place for place in turns for s in rides[place]}
        return [(place, [s for s, at in last.items() if at == place]) for place in turns]

    def _decide(
        self,
        burdens: Mapping[int, tuple[int, ...]],
        of_units: Sequence[tuple[int, ...]],
        forced: tuple[int, int] | None,
        most: int | None = None,
    ) -> Decisions | None:
        """Decide for every cohort, by the burdens of its offers and of a unit of each service; None: over `most`."""
        seats = {i: taken for own in self.seated for i, taken in own}
        first = len(self.services)  # of the columns of burdens: those before are seats
        rooms = np.array([service.seats_per_unit * service.max_units for service in self.services], dtype=np.int64)
        rows, steps = np.zeros((1, first + len(of_units[0])), dtype=np.int64), []
        for place, complete in self._turns():
            choices = self._choices(place, forced)
            added = np.zeros((len(choices), rows.shape[1]), dtype=np.int64)
            for n, i in enumerate(choices):
                if i != NO_OFFER:
                    added[n, first:] = burdens[i]
                if i in seats:
                    added[n, self.ride[i]] = seats[i]
            grown = (rows[:, None, :] + added[None, :, :]).reshape(-1, rows.shape[1])
            fits = np.flatnonzero((grown[:, :first] <= rooms).all(axis=1))
            rows = grown[fits]
            for s in complete:
                units = -(-rows[:, s] // max(self.services[s].seats_per_unit, 1))
                rows[:, first:] += units[:, None] * np.array(of_units[s], dtype=np.int64)
                rows[:, s] = 0
            kept = undominated(rows, most)
            rows = rows[kept]
            steps.append((place, choices, fits[kept]))
            if most is not None and len(rows) > most:
                return None
        return Decisions(rows[:, first:], tuple(steps))

    def _choices(self, place: int, forced: tuple[int, int] | None) -> tuple[int, ...]:
        if forced is not None and forced[0] == place:
            return (forced[1],)
        nothing = () if self.must[place] else (NO_OFFER,)
        return (*nothing, *self.seatless[place], *(i for i, _ in self.seated[place]))


def undominated(rows: np.ndarray, most: int | None = None) -> np.ndarray:
    """Return which rows no other is at most as large as in every column, in rising order; of equal rows the first.

    Where these are more than `most`, only some of them, but more than `most`.
    """
    order = np.lexsort(rows.T[::-1])  # one that is as small everywhere comes before
    if len(order) > 1:
        differs = (np.diff(rows[order], axis=0) != 0).any(axis=1)
        order = order[np.concatenate([[True], differs])]
    kept = order[:0]
    for start in range(0, len(order), BLOCK):
        if most is not None and len(kept) > most:
            break
        block = order[start : start + BLOCK]
        block = block[~_is_dominated(rows[block], rows[kept])]
        among = _at_most(rows[block], rows[block])
        np.fill_diagonal(among, val=False)
        kept = np.concatenate([kept, block[~among.any(axis=0)]])
    return kept


def _at_most(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Say which of some rows are at most as large as which others in every column."""
    return np.asarray(np.logical_and.reduce([a[:, None] <= b[None, :] for a, b in zip(some.T, others.T, strict=True)]))


def _is_dominated(rows: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.asarray(_at_most(by, rows).any(axis=0)) if len(by) else np.zeros(len(rows), dtype=bool)
