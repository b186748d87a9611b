"""Plans from column generation: choose among the columns, or solve every group again for a choice of riders."""

import time
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from budget.allocation.model.highs import SolverSettings, solve_arrays
from budget.allocation.model.highs_process import Arrays
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.column_generation import ColumnGeneration, ServicePlans
from budget.allocation.search.master_problem import Column

TURNS = 4  # of choosing among the columns and solving the groups again for the riders chosen
ROUNDS = 15  # of making columns for riders that are settled
NEAREST = 450  # columns of groups that are chosen among, at most
NODES = 500  # of choosing among the columns
FIRST_STEP, RAISED = 1e-5, 9  # prices of exceeded rows rise so often, by four times as much each time


def best_plan(generation: ColumnGeneration, deadline: float, gap: float, enough: int | None = None) -> Solution | None:
    """Return the best plan that the columns make up, checked; None where they make none.

    Riders are those of the services' best plans, or of the best choice of columns; every group is then solved again
    for them. It ends with a plan worth `enough` steps.
    """
    problem, best = generation.lagrangian.problem, rounded_plan(generation)
    if not _is_enough(problem, best, enough):
        best = _best(generation, best, _settled_plan(generation, generation.best.services, deadline, gap))
    for _ in range(TURNS):
        if _is_enough(problem, best, enough) or time.perf_counter() > deadline:
            break
        known = len(generation.columns)
        best = _best(generation, best, plan_of_columns(generation, deadline, gap))
        if len(generation.columns) == known:
            break
    return best


def plan_of_columns(generation: ColumnGeneration, deadline: float, gap: float) -> Solution | None:
    """Return the best plan that the columns make up, and better columns for those who ride in it."""
    plan, services = _integer_master(generation, list(generation.columns.values()), deadline, gap)
    return plan if services is None else _best(generation, plan, _plan_with_riders(generation, services))


def _is_enough(problem: IntegerProblem, plan: Solution | None, enough: int | None) -> bool:
    return plan is not None and enough is not None and plan.value(problem) >= enough


def rounded_plan(generation: ColumnGeneration) -> Solution | None:
    """Return the better plan with the riders of the best prices or with none; None where neither keeps every row."""
    services = generation.best.services
    nobody: ServicePlans = ((0, ()),) * len(services)
    return _best(generation, *(_plan_with_riders(generation, each) for each in dict.fromkeys((services, nobody))))


def _settled_plan(generation: ColumnGeneration, services: ServicePlans, deadline: float, gap: float) -> Solution | None:
    """Return a plan where just these ride, from columns made for them; None where these make none.

    With the riders settled only the outer rows tie the groups together, and few columns of each come close to the best.
    """
    riding = {generation.place[i] for _, riders in services for i in riders}
    before, blocks = generation.best, len(generation.blocks)
    rider_duals = np.array([0.0 if n in riding else _far(generation) for n in range(len(generation.riders))])

    def fits(column: Column) -> bool:
        s = column.block - blocks
        return riding.issuperset(column.rides) if s < 0 else (column.units, column.offers) == services[s]

    for _ in range(ROUNDS):
        columns = list(generation.columns.values())
        found = generation.master_duals(before, np.inf, np.array([fits(column) for column in columns]))
        if found is None or time.perf_counter() > deadline:
            break
        generation.evaluate(found[1], rider_duals)
        if len(generation.columns) == len(columns):
            break
    generation.best = before
    fitting = [column for column in generation.columns.values() if fits(column)]
    return _integer_master(generation, fitting, deadline, gap)[0]


def _far(generation: ColumnGeneration) -> float:
    """Return a dual that keeps any rider from riding."""
    return 10.0 * float(np.abs(generation.lagrangian.value).max(initial=1))


def _best(generation: ColumnGeneration, *plans: Solution | None) -> Solution | None:
    problem = generation.lagrangian.problem
    return max((plan for plan in plans if plan is not None), key=lambda plan: plan.value(problem), default=None)


def _plan_with_riders(generation: ColumnGeneration, services: ServicePlans) -> Solution | None:
    """Return the groups' best plan where just these ride, at the best prices or a little above them.

    The prices of exceeded rows are raised until every row is kept; None where that comes to no plan.
    """
    riding = {generation.place[i] for _, riders in services for i in riders}
    rider_duals = np.array([0.0 if n in riding else _far(generation) for n in range(len(generation.riders))])
    before, plan, step = generation.best, None, FIRST_STEP
    prices = before.prices.copy()
    for _ in range(RAISED):
        point = generation.evaluate(prices, rider_duals)
        if point.bound is None:
            break
        plan, exceeded = _checked(generation, point.offers, [units for units, _ in services])
        if plan is not None or not exceeded.any():
            break
        natural = prices[prices > 0].mean() if (prices > 0).any() else 1.0
        prices = prices + np.where(exceeded, np.maximum(prices, natural) * step, 0.0)
        step *= 4
    generation.best = before
    return plan


def _checked(
    generation: ColumnGeneration, offers: Sequence[int], units: list[int]
) -> tuple[Solution | None, np.ndarray]:
    """Return the plan of offers with no more units than riders need, None where it breaks a row, and what it exceeds.

    Only outer rows are named, as only they have a price that can be raised.
    """
    lagrangian, funded = generation.lagrangian, set(offers)
    for service in lagrangian.services:
        taken = sum(seats for i, seats in zip(service.riders, service.seats, strict=True) if i in funded)
        units[service.number] = min(units[service.number], -(-taken // service.seats_per_unit))
    plan = Solution(tuple(sorted(offers)), tuple(units))
    if not excesses(lagrangian.problem, plan):
        return plan, np.zeros(len(lagrangian.right), dtype=bool)
    on_units = lagrangian.units @ np.array(plan.units, dtype=np.int64)
    activity = np.asarray(lagrangian.by_offer[list(plan.offers)].sum(axis=0) + on_units).ravel()
    return None, (activity > lagrangian.right) & generation.outer


def _integer_master(
    generation: ColumnGeneration, columns: Sequence[Column], deadline: float, gap: float
) -> tuple[Solution | None, ServicePlans | None]:
    """Return the best plan of the groups' columns, and who rides in it; None of both without an answer.

    Any riders may ride together who have seats on the units that run.
    """
    own = _nearest([column for column in columns if column.block < len(generation.blocks)], generation)
    answer = solve_arrays(_choice_of_columns(generation, own), SolverSettings.until(deadline, gap, NODES))
    if answer.values is None:
        return None, None
    chosen = np.rint(answer.values).astype(int)
    offers = [i for n in np.flatnonzero(chosen[: len(own)]).tolist() for i in own[n].offers]
    units, riding = chosen[len(own) :].tolist(), set(offers)
    services: list[tuple[int, tuple[int, ...]]] = [(n, ()) for n in units]
    for service in generation.lagrangian.services:
        services[service.number] = (units[service.number], tuple(sorted(riding.intersection(service.riders))))
    return _checked(generation, offers, units)[0], tuple(services)


def _nearest(columns: list[Column], generation: ColumnGeneration) -> list[Column]:
    """Return the columns of the groups that lose least at the best prices, no more of them than can be chosen among."""
    if len(columns) <= NEAREST:
        return columns
    at, block = generation.best, np.array([column.block for column in columns])
    worth = np.array([c.value - at.rider_duals[list(c.rides)].sum() for c in columns])
    worth -= np.array([column.activity for column in columns]) @ at.prices[generation.outer]
    top = np.full(len(generation.blocks), -np.inf)
    np.maximum.at(top, block, worth)
    return [columns[n] for n in np.argsort(top[block] - worth, kind="stable")[:NEAREST]]


def _choice_of_columns(generation: ColumnGeneration, columns: Sequence[Column]) -> Arrays:
    """Return the model in integers: a column for each group and units of each service, within the rows and the seats.

    Its rows are the outer rows, the seats of each service that has riders, and one column for each group.
    """
    lagrangian, master = generation.lagrangian, generation.master
    services, groups, count = lagrangian.services, len(generation.blocks), len(columns)
    seats = np.zeros((len(generation.riders), len(services)))
    for n, service in enumerate(services):
        seats[[generation.place[i] for i in service.riders], n] = service.seats
    taken = np.array([seats[list(column.rides)].sum(axis=0) for column in columns]).reshape(count, len(services))
    activity = np.array([column.activity for column in columns]).reshape(count, len(master.right))
    room = np.zeros((len(services), len(lagrangian.unit_value)))
    room[range(len(services)), [service.number for service in services]] = [-s.seats_per_unit for s in services]
    of_group = sparse.csr_array((np.ones(count), ([column.block for column in columns], range(count))), (groups, count))
    matrix = sparse.csr_array(
        sparse.block_array(
            [
                [(activity / master.size).T, lagrangian.units[generation.outer] / master.size[:, None]],
                [taken.T, room],
                [of_group, None],
            ]
        )
    )
    return Arrays(
        maximise=True,
        offset=0.0,
        cost=np.concatenate([[column.value for column in columns], lagrangian.unit_value.astype(float)]),
        lower=np.concatenate([np.zeros(count), lagrangian.least_units]),
        upper=np.concatenate([np.ones(count), lagrangian.most_units]),
        integer=np.ones(matrix.shape[1], dtype=bool),
        row_lower=np.concatenate([np.full(len(matrix.indptr) - 1 - groups, -np.inf), np.ones(groups)]),
        row_upper=np.concatenate([master.right / master.size, np.zeros(len(services)), np.ones(groups)]),
        starts=matrix.indptr.astype(np.int32),
        columns=matrix.indices.astype(np.int32),
        coefficients=matrix.data,
    )
