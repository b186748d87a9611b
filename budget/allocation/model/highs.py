"""HiGHS beneath PuLP: a quick hand-over, real duals, a true status, a bound, and a time limit that holds.

PuLP 3.3's own HiGHS interface adds columns one at a time, negates the objective (so duals come back with the wrong
sign), calls a time-limited answer "Optimal" and keeps no bound. So a PuLP model is read into arrays here and HiGHS is
given these; what it answers is checked by `budget.allocation.model.verify` before it is used.
"""

import contextlib
import math
import pickle
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pulp

from budget.allocation.model.highs_process import Arrays, Options, SolverAnswer, answer_of, highs_with, run_highs

if TYPE_CHECKING:  # a tenth of a cold start, and a small problem needs none of it
    from scipy import sparse

NAME = f"HiGHS {version('highspy')} via PuLP {version('PuLP')}"
FEASIBILITY = 1e-9  # HiGHS's finest: at its default of 1e-6 a budget in pence is overspent by a penny
ABSOLUTE_GAP = 0.9  # with a gap of 0: goals are whole numbers
OPTIMALITY = 1e-7  # HiGHS's default tolerance on reduced costs; `widened` allows for it
IN_PROCESS_COLUMNS = 500  # up to here a solve is over before a child process has started
INTERIOR_POINT_COLUMNS = 20_000  # from here an interior point solves the relaxation some ten times faster
GRACE_SECONDS = 1.0  # what a child may take over its limit to stop by itself


@dataclass(frozen=True, slots=True)
class SolverSettings:
    """How hard to try. `gap` is relative; 0 asks for the proven best of a model with an integer objective.

    `nodes` of its tree, or a plan with a goal above `target`, end a solve in integers, and simplex `iterations` one
    with fractions, on any machine the same; None sets no such end.
    """

    gap: float = 0.0001
    seconds: float = 60.0
    nodes: int | None = None
    iterations: int | None = None
    target: float | None = None
    feasibility: float = FEASIBILITY
    seed: int = 20261124
    command: tuple[str, ...] = (sys.executable, "-P", str(Path(__file__).with_name("highs_process.py")))

    @classmethod
    def until(cls, deadline: float, gap: float = 0.0, nodes: int | None = None) -> "SolverSettings":
        """Return the settings of a solve that ends by a deadline (a value of time.perf_counter), or at once."""
        return cls(gap=gap, nodes=nodes).with_seconds_to(deadline)

    def with_seconds_to(self, deadline: float) -> "SolverSettings":
        """Return the same settings for a solve that ends by a deadline, or at once."""
        return replace(self, seconds=max(deadline - time.perf_counter(), 0.05))


def arrays_of(lp: pulp.LpProblem, *, integers: bool = True) -> Arrays:
    """Read a PuLP model into arrays: variables in PuLP's order (by name), rows in the order they were added."""
    variables, rows = lp.variables(), lp.constraints()
    place = {id(variable): position for position, variable in enumerate(variables)}
    cost = np.zeros(len(variables))
    for variable, coefficient in lp.objective.items():
        cost[place[id(variable)]] = coefficient
    columns, coefficients, starts = [], [], [0]
    for row in rows:
        columns.extend([place[id(variable)] for variable in row])
        coefficients.extend(row.values())
        starts.append(len(columns))
    bounds = [(row.getLb(), row.getUb()) for row in rows]
    return Arrays(
        maximise=lp.sense == pulp.LpMaximize,
        offset=float(lp.objective.constant),
        cost=cost,
        lower=np.array([-math.inf if v.lowBound is None else v.lowBound for v in variables], dtype=float),
        upper=np.array([math.inf if v.upBound is None else v.upBound for v in variables], dtype=float),
        integer=np.array([integers and v.cat == pulp.LpInteger for v in variables], dtype=bool),
        row_lower=np.array([-math.inf if low is None else low for low, _ in bounds], dtype=float),
        row_upper=np.array([math.inf if high is None else high for _, high in bounds], dtype=float),
        starts=np.array(starts, dtype=np.int32),
        columns=np.array(columns, dtype=np.int32),
        coefficients=np.array(coefficients, dtype=float),
    )


def solve_arrays(arrays: Arrays, settings: SolverSettings, start: np.ndarray | None = None) -> SolverAnswer:
    """Solve a model and keep the time limit: small or continuous ones here, others in a child that can be killed."""
    if len(arrays.cost) <= IN_PROCESS_COLUMNS or not arrays.integer.any():
        return run_highs(arrays, _options(arrays, settings), start)
    return _solve_in_child(arrays, settings, start)


class SolvedAgain:
    """A relaxation, solved again with another cost, a fixed row or more columns, from the basis of the last solve."""

    def __init__(self, arrays: Arrays, settings: SolverSettings):
        self.arrays, self.until = arrays, time.perf_counter() + settings.seconds
        self.highs = highs_with(arrays, _options(arrays, settings))

    def with_cost(self, column: int, cost: float) -> SolverAnswer:
        """Solve with another cost of a column."""
        self.highs.changeColCost(column, cost)
        return self._solved()

    def set_cost(self, columns: np.ndarray, cost: np.ndarray) -> None:
        """Give columns another cost."""
        self.highs.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def set_upper(self, columns: np.ndarray, upper: np.ndarray) -> None:
        """Give columns of 0 or more another upper end."""
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), np.zeros(len(columns)), upper)

    def with_columns(self, cost: np.ndarray, upper: np.ndarray, matrix: "sparse.csc_array") -> SolverAnswer:
        """Solve with further columns from 0 to `upper`, each with its cost and what it adds to the rows."""
        if count := len(cost):
            starts, rows = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
            self.highs.addCols(count, cost, np.zeros(count), upper, matrix.nnz, starts, rows, matrix.data)
        return self._solved()

    def with_row_full(self, row: int) -> SolverAnswer:
        """Solve with a row fixed at its upper end, and restore the row."""
        low, high = float(self.arrays.row_lower[row]), float(self.arrays.row_upper[row])
        self.highs.changeRowBounds(row, high, high)
        answer = self._solved()
        self.highs.changeRowBounds(row, low, high)
        return answer

    def _solved(self) -> SolverAnswer:
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(self.until - time.perf_counter(), 0.01))
        self.highs.run()
        self.highs.setOptionValue("solver", "simplex")  # from a basis; the first solve has none
        return answer_of(self.highs, self.arrays)


def bound_of(answer: SolverAnswer, arrays: Arrays, settings: SolverSettings) -> float:
    """Return the bound that an answer proves, moved outwards by what the solver's arithmetic may have lost.

    Where every goal is a whole multiple of some g, HiGHS drops what cannot come a whole g beyond its plan. With nothing
    left to look at it answers "optimal" and gives that one g as its bound (1.15.1). Then the plan's own goal is the
    bound. It is not where the gap that was asked for may be why it ended.
    """
    bound = widened(answer.bound, arrays)
    if answer.status != "optimal" or not arrays.integer.any() or not np.all(arrays.cost == np.rint(arrays.cost)):
        return bound
    step, off = math.gcd(*map(int, arrays.cost.tolist())), abs(answer.bound - answer.objective)
    is_within_gap = off <= max(ABSOLUTE_GAP, settings.gap * abs(answer.objective))
    return bound if is_within_gap or off > step * (1 + OPTIMALITY) else round(answer.objective)


def widened(bound: float, arrays: Arrays) -> float:
    """Move a solver's bound outwards by what its arithmetic may have lost.

    A bound rests on reduced costs that are right to `OPTIMALITY`, each times the range of its variable; a further
    1e-12 of the bound allows for rounding. Infinite ranges give an infinite, that is no, bound.
    """
    if not math.isfinite(bound):
        return bound
    slack = OPTIMALITY * float(np.sum(arrays.upper - arrays.lower)) + 1e-12 * abs(bound)
    return bound + slack if arrays.maximise else bound - slack


def _options(arrays: Arrays, settings: SolverSettings) -> Options:
    is_integer = bool(arrays.integer.any())
    options: Options = {
        "threads": 1,  # one thread and one seed: the same answer every time
        "random_seed": settings.seed,
        "time_limit": max(settings.seconds, 0.01),
        "mip_feasibility_tolerance": settings.feasibility,
        "primal_feasibility_tolerance": settings.feasibility,
        # a little finer than the requested gap, so that a widened bound still proves it
        "mip_rel_gap": 0.99 * settings.gap,
        "mip_abs_gap": ABSOLUTE_GAP if settings.gap == 0 else 1e-6,
    }
    if settings.nodes is not None:
        options["mip_max_nodes"] = settings.nodes
    if settings.target is not None:
        options["objective_target"] = settings.target
    if settings.iterations is not None and not is_integer:
        options["simplex_iteration_limit"] = settings.iterations
    if not is_integer and len(arrays.cost) >= INTERIOR_POINT_COLUMNS:
        options["solver"] = "ipm"
    return options


def _solve_in_child(arrays: Arrays, settings: SolverSettings, start: np.ndarray | None) -> SolverAnswer:
    deadline = time.monotonic() + settings.seconds + GRACE_SECONDS
    child = subprocess.Popen(list(settings.command), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None and child.stdout is not None  # both are pipes
    reports: dict[str, Any] = {"bound": math.inf if arrays.maximise else -math.inf, "solution": None, "answer": None}
    listener = threading.Thread(target=_listen, args=(child.stdout, reports), daemon=True)
    try:
        listener.start()
        pickle.dump((asdict(arrays), _options(arrays, settings), start), child.stdin)
        child.stdin.flush()
        listener.join(max(deadline - time.monotonic(), 0.0))
        overran = listener.is_alive()
    except BrokenPipeError:
        overran = False  # the child ended before it had read the model: no answer, as for any other failure
    finally:
        child.kill()
        child.wait()
        listener.join()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(BrokenPipeError):  # closing flushes what a dead child never read
                pipe.close()
    return _answer(reports, arrays, overran)


def _listen(pipe: IO[bytes], reports: dict[str, Any]) -> None:
    """Keep the latest report of each kind until the answer comes or the child is killed, even in mid-report."""
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while reports["answer"] is None:
            kind, value = pickle.load(pipe)  # noqa: S301 - of our own child
            reports[kind] = value


def _answer(reports: dict[str, Any], arrays: Arrays, overran: bool) -> SolverAnswer:
    values = reports["solution"]
    if reports["answer"] is not None:
        answer = SolverAnswer(**reports["answer"])
        return answer if answer.values is not None else replace(answer, values=values)
    objective = math.nan if values is None else float(arrays.cost @ values) + arrays.offset
    return SolverAnswer("limit" if overran else "failed", values, objective, float(reports["bound"]))
