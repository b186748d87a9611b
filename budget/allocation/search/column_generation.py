"""Whole plans of groups and of services as columns, where the limits of groups are what makes a problem hard.

A floor or a cap on one group of cohorts (a district's share, say) ties only that group together. Kept inside, the
group is a knapsack that is solved exactly (`budget.allocation.search.knapsack`), and so is a service with its riders;
prices on all else, and on each ride, take the place of what ties them to one another. The prices come from a linear
model over the plans of groups and services found so far, and ask for better ones until there are none (G. B. Dantzig
and P. Wolfe, "Decomposition principle for linear programs", Operations Research 8, 1960). At any prices the sum of
what groups and services are worth is a bound that no plan passes, in whole numbers; it is never above that of
`budget.allocation.search.lagrangian`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from scipy import sparse

from budget.allocation.model.highs import SolverSettings, solve_arrays
from budget.allocation.model.highs_process import Arrays
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.knapsack import MultipleChoiceKnapsack, multiple_choice_knapsack
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation, SeatKnapsack

WIDEST = 0.5  # of the cohorts: a limit on more of them is no limit of a group
CHUNKS = 24  # groups that cohorts without a limit of their own are put into
ROUNDS = 60
FIRST_STEP, RAISED = 1e-5, 9  # how prices rise for a plan that exceeds a row: by four times as much each time
PATIENCE = 25  # rounds that may bring no lower bound
TOWARDS = 0.7  # the next prices, from the best so far to those of the model (P. Wentges, 1997)
EXACT = 2.0**51  # sums of scores stay exact in floats
CLOSE = 1e-7  # of a block's worth: what its bound may stay above its plan
TURNS = 4  # of choosing among the plans found and looking for better ones around the point
NODES = 500  # of choosing among the plans found


@dataclass(slots=True)
class CohortBlock:
    """The options of a group of cohorts (-1 is none), and the row that is kept inside, -1 for none."""

    row: int
    offers: np.ndarray
    cohort: np.ndarray
    weight: np.ndarray
    group: MultipleChoiceKnapsack
    near: float = 0.0  # the row's price where it was last looked for


@dataclass(frozen=True, slots=True)
class Column:
    """A plan of one block or service: what it is worth and uses, and who rides in it."""

    block: int
    value: float
    activity: np.ndarray
    rides: tuple[int, ...]
    offers: tuple[int, ...]
    units: int


@dataclass(frozen=True, slots=True)
class DualPoint:
    """The bound at some prices: `bound / scale`, in the problem's steps; None where a group's row cannot be kept.

    `offers` are what the groups choose there, `served` the units of each service and who rides in them.
    """

    prices: np.ndarray
    rider_duals: np.ndarray
    bound: int | None
    scale: int
    offers: tuple[int, ...] = ()
    served: tuple[tuple[int, tuple[int, ...]], ...] = ()


@dataclass
class ColumnGeneration:
    """The columns of a lagrangian found so far, and the best prices."""

    lagrangian: LagrangianRelaxation
    blocks: list[CohortBlock] = field(default_factory=list)
    columns: dict[tuple, Column] = field(default_factory=dict)
    best: DualPoint | None = None

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
        self.unit = np.maximum(np.abs(lagrangian.right), 1).astype(float)

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
        return CohortBlock(row, offers, cohort, weight, multiple_choice_knapsack(cohort, weight, right))

    # ---- prices, and the bound at them ----

    def start_at(self, point: LagrangianPoint) -> DualPoint:
        """DualPoint the prices of a lagrangian's point: the bound is at most the lagrangian's there."""
        lagrangian = self.lagrangian
        prices = point.prices / point.scale
        gain = (point.score - point.best[lagrangian.group]) / point.scale
        rider_duals = np.maximum(gain[self.riders], 0.0)
        return self.evaluate(np.where(self.outer, prices, 0.0), rider_duals)

    def evaluate(self, prices: np.ndarray, rider_duals: np.ndarray) -> DualPoint:
        """Return the bound at prices of the outer rows and of each ride, and keep the plans that are best there."""
        lagrangian = self.lagrangian
        scale = self._scale(prices, rider_duals)
        whole = np.rint(np.maximum(prices, 0) * scale).astype(np.int64)
        rider_dual = np.zeros(len(lagrangian.value), dtype=np.int64)
        rider_dual[self.riders] = np.rint(np.maximum(rider_duals, 0) * scale).astype(np.int64)
        score = (scale * lagrangian.value - lagrangian.by_offer @ whole - rider_dual).astype(float)
        bound = sum(int(p) * int(b) for p, b in zip(whole, lagrangian.right, strict=True))
        taken: list[int] = []
        for number, block in enumerate(self.blocks):
            chosen = block.group.best(np.where(block.offers >= 0, score[block.offers], 0.0), block.near * scale, CLOSE)
            if chosen is None:
                return self._best_plan(DualPoint(prices, rider_duals, None, scale))
            block.near = chosen.price / scale
            bound += ceil(chosen.bound)
            offers = block.offers[chosen.options]
            taken += offers[offers >= 0].tolist()
            self._add_cohort_column(number, offers[offers >= 0])
        gain, served = self._services(whole, scale, rider_dual)
        return self._best_plan(DualPoint(prices, rider_duals, bound + gain, scale, tuple(sorted(taken)), served))

    def _services(self, whole: np.ndarray, scale: int, rider_dual: np.ndarray) -> tuple[int, tuple]:
        lagrangian, bound, served_by = self.lagrangian, 0, []
        worth = scale * lagrangian.unit_value - whole @ lagrangian.units
        nothing = np.zeros(len(lagrangian.starts), dtype=np.int64)
        served = {service.number: service for service in lagrangian.services}
        for s, most in enumerate(lagrangian.problem.max_units):
            if s in served:
                gain, units, rides = SeatKnapsack(lagrangian, served[s], rider_dual, nothing, int(worth[s])).best()
            else:
                units = most if worth[s] > 0 else 0
                gain, rides = units * int(worth[s]), []
            bound += gain
            served_by.append((int(units), tuple(sorted(rides))))
            self._add_service_column(s, *served_by[-1])
        return bound, tuple(served_by)

    def _scale(self, prices: np.ndarray, rider_duals: np.ndarray) -> int:
        lagrangian = self.lagrangian
        size = float(np.abs(lagrangian.value).astype(float).sum()) + float(np.maximum(prices, 0) @ lagrangian.reach)
        size += float(np.maximum(rider_duals, 0).sum())
        size += float(np.abs(lagrangian.unit_value).astype(float) @ np.array(lagrangian.problem.max_units, dtype=float))
        return 2 ** max(int(np.floor(np.log2(EXACT / max(4 * size, 1.0)))), 0)

    def _best_plan(self, evaluate: DualPoint) -> DualPoint:
        if self.best is None or evaluate.bound is None or below(evaluate, self.best):
            self.best = evaluate
        return evaluate

    # ---- columns ----

    def _add_cohort_column(self, number: int, offers: np.ndarray) -> None:
        key = (number, tuple(offers.tolist()))
        if key in self.columns:
            return
        lagrangian = self.lagrangian
        activity = (
            np.asarray(lagrangian.by_offer[offers].sum(axis=0)).ravel() if len(offers) else np.zeros(len(self.unit))
        )
        rides = tuple(self.place[i] for i in key[1] if i in self.place)
        value = float(lagrangian.value[offers].sum())
        self.columns[key] = Column(number, value, activity[self.outer], rides, key[1], 0)

    def _add_service_column(self, s: int, units: int, rides: tuple[int, ...]) -> None:
        lagrangian = self.lagrangian
        for count, riders in {(0, ()), (units, rides)}:
            number = len(self.blocks) + s
            key = (number, count, riders)
            if key not in self.columns:
                activity = lagrangian.units[:, s].astype(float) * count
                rides = tuple(self.place[i] for i in riders)
                value = float(lagrangian.unit_value[s]) * count
                self.columns[key] = Column(number, value, activity[self.outer], rides, riders, count)

    def improve(self, deadline: float, close: float, enough=lambda _: False) -> bool:
        """Look for better prices until there are none, until `enough` of the bound or the time is over.

        Returns whether the bound is as low, to within a part of `close`, as prices can make it.
        """
        since, lowest = 0, self.best
        for _ in range(ROUNDS):
            since = 0 if fell(lowest, self.best, close) else since + 1
            lowest = self.best if since == 0 else lowest
            if since > PATIENCE:
                return False
            if self.best.bound is None or enough(self.best) or time.perf_counter() > deadline:
                return False
            found = self._master_duals()
            if found is None:
                return False
            worth, prices, rider_duals = found
            bound = self.best.bound / self.best.scale
            if bound - worth <= close * max(abs(bound), 1.0):
                return True
            known = len(self.columns)
            pairs = ((prices, self.best.prices), (rider_duals, self.best.rider_duals))
            self.evaluate(*(TOWARDS * new + (1 - TOWARDS) * old for new, old in pairs))
            if len(self.columns) == known:
                self.evaluate(prices, rider_duals)
                if len(self.columns) == known:
                    return True
        return False

    def _master(self, *, integer: bool) -> tuple[Arrays, list[Column]]:
        """Return the model that chooses one column for each block and service, with a dear way out of every row."""
        columns, lagrangian = list(self.columns.values()), self.lagrangian
        outer, links = int(self.outer.sum()), len(self.riders)
        numbers = {number: n for n, number in enumerate(sorted({c.block for c in columns}))}
        size = self.unit[self.outer]
        activity = np.array([c.activity / size for c in columns]).reshape(len(columns), outer)
        sign = [1.0 if c.block < len(self.blocks) else -1.0 for c in columns]
        rides = [(outer + r, n, sign[n]) for n, c in enumerate(columns) for r in c.rides]
        one = [(outer + links + numbers[c.block], n, 1.0) for n, c in enumerate(columns)]
        out = [] if integer else [(r, len(columns) + r, -1.0) for r in range(outer + links)]
        wide, at = np.nonzero(activity.T)
        rows = np.concatenate([wide, [r for r, _, _ in (*rides, *one, *out)]]).astype(np.int64)
        places = np.concatenate([at, [n for _, n, _ in (*rides, *one, *out)]]).astype(np.int64)
        figures = np.concatenate([activity.T[wide, at], [f for _, _, f in (*rides, *one, *out)]])
        count = len(columns) + len(out)
        matrix = sparse.csr_array((figures, (rows, places)), shape=(outer + links + len(numbers), count))
        value = np.array([c.value for c in columns])
        dear = 10.0 * max(float(np.abs(value).max(initial=0.0)) * len(numbers), 1.0)
        right = np.concatenate([lagrangian.right[self.outer] / size, np.zeros(links), np.ones(len(numbers))])
        return Arrays(
            maximise=True,
            offset=0.0,
            cost=np.concatenate([value, np.full(len(out), -dear)]),
            lower=np.zeros(count),
            upper=np.concatenate([np.ones(len(columns)), np.full(len(out), np.inf)]),
            integer=np.full(count, integer),
            row_lower=np.concatenate([np.full(outer + links, -np.inf), np.ones(len(numbers))]),
            row_upper=right,
            starts=matrix.indptr.astype(np.int32),
            columns=matrix.indices.astype(np.int32),
            coefficients=matrix.data,
        ), columns

    def _master_duals(self) -> tuple[float, np.ndarray, np.ndarray] | None:
        arrays, _ = self._master(integer=False)
        answer = solve_arrays(arrays, SolverSettings())
        if answer.row_duals is None:
            return None
        outer, duals = int(self.outer.sum()), np.maximum(answer.row_duals, 0.0)
        prices = np.zeros(len(self.unit))
        prices[self.outer] = duals[:outer] / self.unit[self.outer]
        return answer.objective, prices, duals[outer : outer + len(self.riders)]

    def plan(self, deadline: float, gap: float, enough: int | None = None) -> Solution | None:
        """Return the best plan that the columns make up, checked; None where they make none in time.

        Who may ride is taken from the services' own best, or from the plans found; every group is then solved again for
        just that point. It ends with a plan that is worth `enough`.
        """
        best = self.near()
        for _ in range(TURNS):
            if time.perf_counter() > deadline or (
                best is not None and enough is not None and self._worth(best) >= enough
            ):
                break
            plan, served = self._solve_integer_master(deadline, gap)
            if served is None:
                break
            known = len(self.columns)
            best = self._better_plan(best, plan, self._plan_with_riders(served))
            if len(self.columns) == known:
                break
        return best

    def near(self) -> Solution | None:
        """Return a plan where those ride whom the services take at the best prices, or nobody does, if it is one."""
        nobody = ((0, ()),) * len(self.best.served)
        return self._better_plan(
            *(self._plan_with_riders(served) for served in dict.fromkeys((self.best.served, nobody)))
        )

    def _worth(self, plan: Solution) -> int:
        return plan.value(self.lagrangian.problem)

    def _better_plan(self, *plans: Solution | None) -> Solution | None:
        return max((plan for plan in plans if plan is not None), key=self._worth, default=None)

    def _plan_with_riders(self, served: tuple[tuple[int, tuple[int, ...]], ...]) -> Solution | None:
        """Return the groups' best plan where just these ride, at the best prices or a little above them.

        The prices of exceeded rows are raised until every row is kept; None where that comes to no plan.
        """
        far = 10.0 * float(np.abs(self.lagrangian.value).max(initial=1))
        rides = {self.place[i] for _, riders in served for i in riders}
        rider_duals = np.array([0.0 if n in rides else far for n in range(len(self.riders))])
        before, plan, step = self.best, None, FIRST_STEP
        prices = before.prices.copy()
        for _ in range(RAISED):
            evaluate = self.evaluate(prices, rider_duals)
            if evaluate.bound is None:
                break
            plan, over = self._checked(evaluate.offers, [units for units, _ in served])
            if plan is not None or not over.any():
                break
            natural = prices[prices > 0].mean() if (prices > 0).any() else 1.0
            prices = prices + np.where(over, np.maximum(prices, natural) * step, 0.0)
            step *= 4
        self.best = before
        return plan

    def _checked(self, offers: Sequence[int], units: list[int]) -> tuple[Solution | None, np.ndarray]:
        """Return the plan of offers with no more units than riders need, if it keeps every row, and what it exceeds.

        Only outer rows are named: prices can do something about them.
        """
        lagrangian, chosen = self.lagrangian, set(offers)
        for service in lagrangian.services:
            taken = sum(seats for i, seats in zip(service.riders, service.seats, strict=True) if i in chosen)
            units[service.number] = min(units[service.number], -(-taken // service.seats_per_unit))
        plan = Solution(tuple(sorted(offers)), tuple(units))
        if not excesses(lagrangian.problem, plan):
            return plan, np.zeros(len(lagrangian.right), dtype=bool)
        activity = lagrangian.by_offer[list(plan.offers)].sum(axis=0) + lagrangian.units @ np.array(
            plan.units, dtype=np.int64
        )
        return None, (np.asarray(activity).ravel() > lagrangian.right) & self.outer

    def _solve_integer_master(self, deadline: float, gap: float) -> tuple[Solution | None, tuple | None]:
        """Return the best plan of the columns, and how the services run in it; None of both without an answer."""
        arrays, columns = self._master(integer=True)
        seconds = max(deadline - time.perf_counter(), 0.05)
        answer = solve_arrays(arrays, SolverSettings(gap=gap, seconds=seconds, nodes=NODES))
        if answer.values is None:
            return None, None
        offers: list[int] = []
        served = [(0, ())] * len(self.lagrangian.problem.max_units)
        for n in np.flatnonzero(np.rint(answer.values)).tolist():
            if columns[n].block < len(self.blocks):
                offers += columns[n].offers
            else:
                served[columns[n].block - len(self.blocks)] = (columns[n].units, columns[n].offers)
        return self._checked(offers, [units for units, _ in served])[0], tuple(served)


def below(one: DualPoint, other: DualPoint) -> bool:
    """Say whether one bound is lower than another; None is lower than any."""
    if one.bound is None or other.bound is None:
        return one.bound is None and other.bound is not None
    return one.bound * other.scale < other.bound * one.scale


def fell(before: DualPoint, after: DualPoint, close: float) -> bool:
    """Say whether a bound fell by more than a part of itself."""
    if before.bound is None or after.bound is None:
        return before.bound is not after.bound
    low, high = after.bound / after.scale, before.bound / before.scale
    return high - low > close * max(abs(high), 1.0)


def rows_of_one_group(lagrangian: LagrangianRelaxation) -> list[tuple[int, np.ndarray]]:
    """Return rows that each tie a group of cohorts together, no two of them the same cohort, with their cohorts."""
    found, taken = [], np.zeros(len(lagrangian.starts), dtype=bool)
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
