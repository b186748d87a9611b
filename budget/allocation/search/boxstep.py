"""Solve the Lagrangian dual: find the prices with the lowest bound, by cutting planes in a moving box.

The bound of `budget.allocation.search.lagrangian` is convex in the prices. Each evaluation gives, for every block of
cohorts, a plane below it; the lowest point of the planes, within a box around the best prices so far, is evaluated next
(R. E. Marsten, W. W. Hogan and J. W. Blankenship, "The boxstep method for large-scale optimization", Operations
Research 23, 1975). A block is the cohorts that the same limits touch, so that floors by district take as many
evaluations as one floor would.
"""

import time
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from budget.allocation.model.highs import SolverSettings, solve_arrays
from budget.allocation.model.highs_process import Arrays
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation

BLOCKS = 64  # of cohorts, at most
EVALUATIONS = 150  # of the relaxation, at most
NEAR = 0.05  # half width of the box around prices of a like problem
NARROWEST, WIDEST = 1e-9, 1e5  # half widths of the box, in natural prices; where it grows wider no plan exists
ENOUGH = 0.1  # of what the planes promise: what a point must lower the bound by for the box not to shrink
CLOSE = 1e-8  # of the bound: how much lower it must be able to get for the search to go on


def best_dual_points(
    lagrangian: LagrangianRelaxation, deadline: float, close: float = CLOSE, near: np.ndarray | None = None
) -> list[LagrangianPoint]:
    """Return the five points with the lowest bounds among those evaluated, the lowest first.

    `near` are prices of a like problem to begin from, in steps for a unit of each row.
    """
    search = _Boxstep(lagrangian)
    if near is not None:
        search.begin_at(near)
    for _ in range(EVALUATIONS):
        if time.perf_counter() > deadline or not search.step(close):
            break
    return sorted(search.points, key=lambda point: point.bound / point.scale)[:5]


@dataclass
class _Boxstep:
    lagrangian: LagrangianRelaxation
    points: list[LagrangianPoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        lagrangian = self.lagrangian
        self.block, self.unit_block = _blocks(lagrangian)
        self.count = max(self.block.max(), self.unit_block.max(initial=0)) + 1
        units = len(self.unit_block)
        member = (np.ones(units, dtype=np.int64), (self.unit_block, np.arange(units)))
        self.units_by_block = sparse.csr_array(member, shape=(self.count, units))  # sums what services have, by block
        value = _total_value(lagrangian)
        self.unit = natural_prices(lagrangian)
        self.goal = value / max(len(lagrangian.starts), 1)  # the planes are divided by it
        self.centre, self.width = np.zeros(len(self.unit)), 4.0
        self.centre[0] = 1.0
        self.least = -value  # no plan is worth less: a bound below it says that there is none
        self.wanted = np.zeros(len(self.unit), dtype=bool)  # rows exceeded once: only they need a price
        self.wanted[0] = True
        self.planes: list[tuple[np.ndarray, np.ndarray]] = []  # of an evaluation, by block: activity and value
        self.best = self._evaluate(self.centre)

    def begin_at(self, prices: np.ndarray) -> None:
        """Move the box to prices, in steps for a unit of each row."""
        self.centre, self.width = prices / self.unit, NEAR
        self.best = self._evaluate(self.centre)

    def _evaluate(self, prices: np.ndarray) -> float:
        """Evaluate prices in natural units, keep a plane for each block, and return the bound in steps."""
        lagrangian, point = self.lagrangian, self.lagrangian.at(prices * self.unit)
        self.points.append(point)
        self.wanted |= point.activity > lagrangian.right
        offers, blocks, times = self._pieces(point)
        value = np.bincount(blocks, times * lagrangian.value[offers].astype(float), self.count)
        value += self.units_by_block @ (lagrangian.unit_value * point.units)
        into = sparse.csr_array((times, (blocks, np.arange(len(offers)))), shape=(self.count, len(offers)))
        activity = (into @ lagrangian.by_offer[offers]).toarray().astype(float)
        activity += self.units_by_block @ (lagrangian.units * point.units).T
        self.planes.append((activity * self.unit, value))
        return point.bound / point.scale

    def _pieces(self, point: LagrangianPoint) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return offers, the block of each, and how often each counts there: those without a seat, then those with."""
        seatless = np.flatnonzero(point.unseated >= 0)
        service, seated = point.rides[:, 0], point.rides[:, 1]
        instead = point.unseated[self.lagrangian.group[seated]]
        replaces = instead >= 0
        offers = np.concatenate([point.unseated[seatless], seated, instead[replaces]])
        block = self.unit_block[service]
        blocks = np.concatenate([self.block[seatless], block, block[replaces]])
        return offers, blocks, np.repeat([1, 1, -1], [len(seatless), len(seated), int(replaces.sum())])

    def step(self, close: float) -> bool:
        """Evaluate the lowest point of the planes in the box; return whether there is more to gain."""
        lowest = self._lowest()
        if lowest is None:
            return False
        prices, promised = lowest
        edge = np.isclose(np.abs(prices - self.centre), self.width) & (prices > 0)
        gain = self.best - promised
        if gain <= close * abs(self.best) and not edge.any():
            return False
        found = self._evaluate(prices)
        self.width = next_width(self.width, self.best - found, gain, at_edge=bool(edge.any()))
        if found < self.best:
            self.centre, self.best = prices, found
        return NARROWEST < self.width < WIDEST and self.best >= self.least

    def _lowest(self) -> tuple[np.ndarray, float] | None:
        activity, value = (np.concatenate(each) for each in zip(*self.planes, strict=True))
        rows, blocks = len(self.unit), len(self.planes[0][1])
        of_block = np.tile(np.eye(blocks), (len(self.planes), 1))
        planes = sparse.csr_array(np.hstack([activity / self.goal, of_block]))
        arrays = Arrays(
            maximise=False,
            offset=0.0,
            cost=np.concatenate([self.lagrangian.right * self.unit / self.goal, np.ones(blocks)]),
            lower=np.concatenate(
                [np.where(self.wanted, np.maximum(self.centre - self.width, 0.0), 0.0), np.full(blocks, -np.inf)]
            ),
            upper=np.concatenate([np.where(self.wanted, self.centre + self.width, 0.0), np.full(blocks, np.inf)]),
            integer=np.zeros(rows + blocks, dtype=bool),
            row_lower=value / self.goal,
            row_upper=np.full(len(value), np.inf),
            starts=planes.indptr.astype(np.int32),
            columns=planes.indices.astype(np.int32),
            coefficients=planes.data,
        )
        answer = solve_arrays(arrays, SolverSettings())
        if answer.values is None:
            return None
        return np.maximum(answer.values[:rows], 0.0), answer.objective * self.goal


def next_width(width: float, fell: float, promised: float, *, at_edge: bool) -> float:
    """Return the half width of the box after a point that was promised to lower the bound so far, and what it did.

    It grows where the point was at the edge of the box and did most of it, and shrinks where a point did next to none.
    """
    if fell > ENOUGH * max(promised, 0.0):
        return width * 2.0 if at_edge else width
    return width / 2


def natural_prices(lagrangian: LagrangianRelaxation) -> np.ndarray:
    """Return of each row what the offers and units that it touches are worth for a unit of what they use of it."""
    size = np.abs(lagrangian.rows).sum(axis=1) + np.abs(lagrangian.units).sum(axis=1)
    touched = (lagrangian.rows != 0).astype(np.int64) @ np.abs(lagrangian.value)
    touched += (lagrangian.units != 0) @ np.abs(lagrangian.unit_value)
    touched = np.where(touched > 0, touched, _total_value(lagrangian)).astype(float)
    natural: np.ndarray = touched / np.maximum(np.asarray(size, dtype=float).ravel(), 1.0)
    return natural


def _total_value(lagrangian: LagrangianRelaxation) -> float:
    return max(float(np.abs(lagrangian.value).sum() + np.abs(lagrangian.unit_value).sum()), 1.0)


def _blocks(lagrangian: LagrangianRelaxation) -> tuple[np.ndarray, np.ndarray]:
    """Return a block for each cohort and each service: what the same limits touch, a service where its riders are."""
    touched = np.zeros(len(lagrangian.starts), dtype=np.int64)
    draw = np.random.default_rng(1975).integers(1, 2**62, len(lagrangian.right))
    for row in range(1, len(lagrangian.names)):
        groups = np.unique(lagrangian.group[lagrangian.rows[[row]].nonzero()[1]])
        if len(groups) < len(lagrangian.starts):
            touched[groups] ^= draw[row]
    _, block = np.unique(touched, return_inverse=True)
    block = block % BLOCKS
    unit_block = np.zeros(len(lagrangian.unit_value), dtype=np.int64)
    for service in lagrangian.services:
        unit_block[service.number] = block[lagrangian.group[service.riders[0]]]
    return block, unit_block
