"""Column generation: a closer bound than prices on every limit give, where many limits each touch one group.

A floor or a cap on one group of cohorts (a district's share, say) ties only that group together. It is kept inside: the
group is a knapsack that is solved exactly (`budget.allocation.search.knapsack`), and so is a service with its riders.
Prices on the other rows, and a dual for each rider, take the place of what ties groups and services to one another.
They come from a linear master problem over the columns so far, a column being a plan of one group or service, and ask
for better columns until there are none (G. B. Dantzig and P. Wolfe, "Decomposition principle for linear programs",
Operations Research 8, 1960). They are looked for in a box around the best so far, as in `boxstep`: else the
columns of the first rounds send them far away. Any prices prove a bound, in whole numbers, never above the Lagrangian.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from scipy import sparse

from budget.allocation.search.boxstep import natural_prices, next_width
from budget.allocation.search.knapsack import KnapsackSolution, MultipleChoiceKnapsack, multiple_choice_knapsack
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation
from budget.allocation.search.master_problem import Column, MasterProblem
from budget.allocation.search.seat_knapsack import SeatKnapsack

WIDEST = 0.5  # of the cohorts: a limit on more of them is not kept inside a group
CHUNKS = 24  # groups that cohorts without a limit of their own are put into
ROUNDS = 120  # of the master problem, at most
WIDTH, NARROWEST = 0.05, 1e-7  # half widths of the box around the best duals, in natural duals
COMPILED = 300  # offers from which the knapsacks of groups are compiled: before, that takes longer than it saves
EXACT = 2.0**51  # sums of scores stay exact in floats
CLOSE = 1e-6  # of a group's value: what its bound may stay above its plan
NO_BOUND = 2**200  # above any bound: that of no prices yet

ServicePlans = tuple[tuple[int, tuple[int, ...]], ...]  # of each service, its units and the offers that take seats


@dataclass(slots=True)
class CohortBlock:
    """The options of a group of cohorts (-1 is no offer), and the row that is kept inside (-1 for none)."""

    row: int
    offers: np.ndarray
    cohort: np.ndarray
    weight: np.ndarray
    knapsack: MultipleChoiceKnapsack
    price: float = 0.0  # of the row, when the group was last solved

    def best(self, score: np.ndarray, scale: int) -> KnapsackSolution | None:
        """Return the best choice at scores of all offers, in steps times `scale`; None where the row cannot be kept."""
        scores = np.where(self.offers >= 0, score[self.offers], 0.0)
        solved = self.knapsack.best(scores, self.price * scale, CLOSE)
        if solved is not None:
            self.price = solved.price / scale
        return solved


@dataclass(frozen=True, slots=True)
class DualPoint:
    """Prices of the outer rows, duals of the riders, and the bound there, in the problem's steps times `scale`.

    `bound` is None where a group's row cannot be kept: no plan exists. `offers` are the groups' best there.
    """

    prices: np.ndarray
    rider_duals: np.ndarray
    bound: int | None
    scale: int
    offers: tuple[int, ...] = ()
    services: ServicePlans = ()
    rest: int = 0  # the bound without the services that have riders
    by_units: tuple[list[int], ...] = ()  # what each of them adds, by units that run

    @property
    def steps(self) -> int:
        """The bound in whole steps; only for a point that has one."""
        assert self.bound is not None
        return self.bound // self.scale


@dataclass
class ColumnGeneration:
    """The columns found so far for a problem, and the dual point with the lowest bound."""

    lagrangian: LagrangianRelaxation
    blocks: list[CohortBlock] = field(default_factory=list)
    columns: dict[tuple[int, int, tuple[int, ...]], Column] = field(default_factory=dict)
    allowed: list[bool] = field(default_factory=list)  # of each column, whether it runs as many units as are looked at
    points: list[DualPoint] = field(default_factory=list)  # all evaluated
    best: DualPoint = field(init=False)

    def __post_init__(self) -> None:
        lagrangian = self.lagrangian
        self.outer = np.zeros(len(lagrangian.right), dtype=bool)
        self.outer[: len(lagrangian.names)] = True  # the others say "one ride": a block chooses one offer for a cohort
        self.riders = np.flatnonzero(~lagrangian.seatless)
        self.place = {int(i): n for n, i in enumerate(self.riders)}
        free = np.ones(len(lagrangian.starts), dtype=bool)
        for row, groups in rows_of_one_group(lagrangian):
            self.outer[row] = False
            free[groups] = False
            self.blocks.append(self._block(row, groups))
        alone = np.flatnonzero(free)
        self.blocks += [self._block(-1, part) for part in np.array_split(alone, CHUNKS) if len(part)]
        self.least_units, self.most_units = lagrangian.least_units, lagrangian.most_units
        self.best = self._no_point()
        self.by_outer = lagrangian.by_offer[:, np.flatnonzero(self.outer)]
        worth = float(np.abs(lagrangian.value).sum() + np.abs(lagrangian.unit_value) @ lagrangian.most_units)
        self.least = -worth  # no plan is worth less: a bound below it says that there is none
        own = np.full(len(self.riders), float(np.abs(lagrangian.value).mean()) + 1.0)
        unit = np.concatenate([natural_prices(lagrangian)[self.outer], own])
        sizes = len(self.blocks), len(lagrangian.unit_value)
        self.master = MasterProblem(lagrangian.right[self.outer], unit, *sizes, worth)

    def _no_point(self) -> DualPoint:
        return DualPoint(np.zeros(len(self.lagrangian.right)), np.zeros(len(self.riders)), NO_BOUND, 1)

    def within(self, least_units: np.ndarray, most_units: np.ndarray) -> None:
        """Go on with the plans that run so many units of each service; what is best there is not known yet."""
        self.least_units, self.most_units, self.best = least_units, most_units, self._no_point()
        self.allowed = [self._allows(column) for column in self.columns.values()]

    def _allows(self, column: Column) -> bool:
        """Say whether a column runs as many units as are looked at."""
        s = column.block - len(self.blocks)
        return s < 0 or bool(self.least_units[s] <= column.units <= self.most_units[s])

    def _block(self, row: int, groups: np.ndarray) -> CohortBlock:
        lagrangian = self.lagrangian
        own = np.flatnonzero(np.isin(lagrangian.group, groups))
        without = groups[~lagrangian.must[groups]]
        offers = np.concatenate([own, np.full(len(without), -1)])
        cohort = np.concatenate([lagrangian.group[own], without])
        weight = np.zeros(len(offers))
        if row >= 0:
            weight[: len(own)] = lagrangian.rows[[row]].toarray().ravel()[own]
        order = np.lexsort((offers, cohort))
        offers, cohort, weight = offers[order], cohort[order], weight[order]
        right = float(lagrangian.right[row]) if row >= 0 else 0.0
        knapsack = multiple_choice_knapsack(cohort, weight, right, is_compiled=len(lagrangian.value) >= COMPILED)
        return CohortBlock(row, offers, cohort, weight, knapsack)

    def start_at(self, point: LagrangianPoint) -> DualPoint:
        """Evaluate the prices of a Lagrangian point; the bound is at most the one there."""
        lagrangian = self.lagrangian
        prices = point.prices / point.scale
        gain = (point.score - point.best[lagrangian.group]) / point.scale
        rider_duals = np.maximum(gain[self.riders], 0.0)
        return self.evaluate(np.where(self.outer, prices, 0.0), rider_duals)

    def evaluate(self, prices: np.ndarray, rider_duals: np.ndarray) -> DualPoint:
        """Return the bound at prices of the outer rows and duals of the riders; keep the best plans as columns."""
        lagrangian = self.lagrangian
        scale = self._scale(prices, rider_duals)
        whole = np.rint(np.maximum(prices, 0) * scale).astype(np.int64)
        rider_dual = np.zeros(len(lagrangian.value), dtype=np.int64)
        rider_dual[self.riders] = np.rint(np.maximum(rider_duals, 0) * scale).astype(np.int64)
        score = (scale * lagrangian.value - lagrangian.by_offer @ whole - rider_dual).astype(float)
        bound = sum(int(p) * int(b) for p, b in zip(whole, lagrangian.right, strict=True))
        taken: list[np.ndarray] = []
        for block in self.blocks:
            solved = block.best(score, scale)
            if solved is None:
                return self._remember(DualPoint(prices, rider_duals, None, scale))
            bound += ceil(solved.bound)
            chosen = block.offers[solved.options]
            taken.append(chosen[chosen >= 0])
        self._add_cohort_columns(taken)
        idle, by_units, services = self._services(whole, scale, rider_dual)
        ridden = (services[service.number][0] for service in lagrangian.services)
        gain = sum(scores[units] for scores, units in zip(by_units, ridden, strict=True))
        offers = tuple(np.sort(np.concatenate(taken)).tolist())
        total, rest = bound + idle + gain, bound + idle
        return self._remember(DualPoint(prices, rider_duals, total, scale, offers, services, rest, by_units))

    def _services(
        self, whole: np.ndarray, scale: int, rider_dual: np.ndarray
    ) -> tuple[int, tuple[list[int], ...], ServicePlans]:
        """Return what idle services add to the bound, what the others add by units, and the best plan of each."""
        lagrangian, idle = self.lagrangian, 0
        unit_score = (scale * lagrangian.unit_value - whole @ lagrangian.units).tolist()
        ridden = {service.number: service for service in lagrangian.services}
        by_units: dict[int, list[int]] = {}
        plans = []
        for s, allowed in enumerate(zip(self.least_units.tolist(), self.most_units.tolist(), strict=True)):
            if s in ridden:
                riders, counts = np.array(ridden[s].riders), range(lagrangian.problem.max_units[s] + 1)
                groups, duals = lagrangian.group[riders].tolist(), rider_dual[riders].tolist()
                knapsack = SeatKnapsack(ridden[s], counts, groups, duals, unit_score[s])
                by_units[s], units, seated = knapsack.best_within(*allowed)
            else:
                units, seated = allowed[unit_score[s] > 0], []
                idle += units * unit_score[s]
            plans.append((units, tuple(sorted(seated))))
            self._add_service_column(s, 0, ())
            self._add_service_column(s, *plans[-1])
        return idle, tuple(by_units[service.number] for service in lagrangian.services), tuple(plans)

    def _scale(self, prices: np.ndarray, rider_duals: np.ndarray) -> int:
        lagrangian = self.lagrangian
        size = float(np.abs(lagrangian.value).astype(float).sum()) + float(np.maximum(prices, 0) @ lagrangian.reach)
        size += float(np.maximum(rider_duals, 0).sum())
        size += float(np.abs(lagrangian.unit_value).astype(float) @ np.array(lagrangian.problem.max_units, dtype=float))
        return int(2 ** max(int(np.floor(np.log2(EXACT / max(4 * size, 1.0)))), 0))

    def _remember(self, point: DualPoint) -> DualPoint:
        best = self.best
        self.points.append(point)
        if point.bound is None or (best.bound is not None and point.bound * best.scale < best.bound * point.scale):
            self.best = point
        return point

    def _add_cohort_columns(self, taken: list[np.ndarray]) -> None:
        """Keep the offers that each block takes as its column, where it is a new one."""
        keys = [(number, 0, tuple(offers.tolist())) for number, offers in enumerate(taken)]
        new = [number for number, key in enumerate(keys) if key not in self.columns]
        sizes = [len(taken[number]) for number in new]
        offers = np.concatenate([taken[number] for number in new]) if new else np.zeros(0, dtype=np.int64)
        into = sparse.csr_array(
            (np.ones(len(offers)), offers, np.append(0, np.cumsum(sizes))), (len(new), len(self.lagrangian.value))
        )
        for number, activity in zip(new, (into @ self.by_outer).toarray(), strict=True):
            value = float(self.lagrangian.value[taken[number]].sum())
            self._add_column(number, value, activity, keys[number][2], 0)

    def _add_service_column(self, s: int, units: int, riders: tuple[int, ...]) -> None:
        number = len(self.blocks) + s
        if (number, units, riders) not in self.columns:
            activity = self.lagrangian.units[self.outer, s].astype(float) * units
            self._add_column(number, float(self.lagrangian.unit_value[s]) * units, activity, riders, units)

    def _add_column(self, number: int, value: float, activity: np.ndarray, offers: tuple[int, ...], units: int) -> None:
        rides = tuple(self.place[i] for i in offers if i in self.place)
        column = Column(number, value, activity, rides, offers, units)
        self.columns[number, units, offers] = column
        self.allowed.append(self._allows(column))

    def master_duals(
        self, centre: DualPoint, width: float, allowed: np.ndarray | None = None
    ) -> tuple[float, np.ndarray, np.ndarray, bool] | None:
        """Return the least bound that the columns allow near a point, the prices and duals there, and if at an edge.

        Prices are of all rows (0 for the inner ones). `allowed` says of each column whether it may be chosen: by
        default where it runs as many units as are looked at.
        """
        allowed = np.array(self.allowed) if allowed is None else allowed
        at = np.concatenate([centre.prices[self.outer], centre.rider_duals])
        found = self.master.duals(list(self.columns.values()), allowed, at, width)
        if found is None:
            return None
        prices = np.zeros(len(self.outer))
        prices[self.outer] = found.prices
        return found.promised, prices, found.rider_duals, found.at_edge

    def improve(self, deadline: float, close: float, enough: Callable[[DualPoint], bool] = lambda point: False) -> bool:
        """Add columns until prices cannot lower the bound, `enough` says so of the best point, or the time is over.

        The lowest point that the columns allow in a box around the best one is evaluated next (`boxstep`). Returns
        whether the bound is as low, to within a part of `close`, as prices can make it.
        """
        width = WIDTH
        for _ in range(ROUNDS):
            best = self.best
            if best.bound is None or enough(best) or time.perf_counter() > deadline or width < NARROWEST:
                return False
            bound = best.bound / best.scale
            if bound < self.least or (found := self.master_duals(best, width)) is None:
                return False
            promised, prices, rider_duals, at_edge = found
            if bound - promised <= close * max(abs(bound), 1.0):
                if not at_edge:
                    return True
                width *= 4
                continue
            point = self.evaluate(prices, rider_duals)
            if point.bound is None:
                return False
            width = next_width(width, bound - point.bound / point.scale, bound - promised, at_edge=at_edge)
        return False


def rows_of_one_group(lagrangian: LagrangianRelaxation) -> list[tuple[int, np.ndarray]]:
    """Return rows that each touch one group of cohorts, no two of them the same cohort, with these cohorts."""
    found: list[tuple[int, np.ndarray]] = []
    taken = np.zeros(len(lagrangian.starts), dtype=bool)
    rows = []
    for row in range(1, len(lagrangian.names)):
        if not lagrangian.units[row].any():
            groups = np.unique(lagrangian.group[lagrangian.rows[[row]].indices])
            if 0 < len(groups) <= WIDEST * len(lagrangian.starts):
                rows.append((len(groups), row, groups))
    for _, row, groups in sorted(rows, key=lambda each: each[:2]):
        if not taken[groups].any():
            taken[groups] = True
            found.append((row, groups))
    return found
