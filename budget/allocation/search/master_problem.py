"""The master problem of column generation: choose one column for each group of cohorts and each service."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from budget.allocation.model.highs import SolvedAgain, SolverSettings
from budget.allocation.model.highs_process import Arrays

SECONDS = 1e6  # for the master problem, which is solved many times: other limits end it


@dataclass(frozen=True, slots=True)
class Column:
    """A plan of one group of cohorts or one service (its number is `block`): its value, and what it uses of the rows.

    `rides` are the numbers of the riders among its offers.
    """

    block: int
    value: float
    activity: np.ndarray
    rides: tuple[int, ...]
    offers: tuple[int, ...]
    units: int


class MasterProblem:
    """The outer rows with these right-hand sides, a row for each rider, one for each block; columns are added to it.

    A rider's row lets a group fund a riding offer only as its service takes it. Blocks below `groups` are groups, the
    `services` others are services. `worth` is more than any choice of columns can be worth.
    """

    def __init__(self, right: np.ndarray, riders: int, groups: int, services: int, worth: float):
        self.right, self.riders, self.groups, self.blocks = right, riders, groups, groups + services
        self.size = np.asarray(np.maximum(np.abs(right), 1), dtype=float)  # each row is divided by it
        rows = len(right) + riders
        self.row_lower = np.concatenate([np.full(rows, -np.inf), np.ones(self.blocks)])
        self.row_upper = np.concatenate([right / self.size, np.zeros(riders), np.ones(self.blocks)])
        exceeding = sparse.vstack([-sparse.eye_array(rows), sparse.csr_array((self.blocks, rows))])
        arrays = self._arrays(np.full(rows, -10.0 * max(worth, 1.0)), exceeding, integer=False)
        self.solved = SolvedAgain(arrays, SolverSettings(gap=0.0, seconds=SECONDS))
        self.slacks = rows
        self.allowed = np.zeros(0, dtype=bool)  # of the columns that `solved` holds

    def duals(self, columns: Sequence[Column], allowed: np.ndarray) -> tuple[float, np.ndarray, np.ndarray] | None:
        """Return the value where fractions are allowed, the prices of the outer rows and the duals of the riders.

        It is solved from the basis of the last time, with the columns added since then; only those `allowed` are chosen
        from. Every row may be exceeded, at a cost above all worth, so that there is an answer. None where the solver
        has none.
        """
        held, self.allowed = self.allowed, allowed
        value, matrix = self._columns(columns[len(held) :])
        upper = np.where(allowed, np.inf, 0.0)
        moved = np.flatnonzero(allowed[: len(held)] != held)
        self.solved.set_upper(self.slacks + moved, upper[moved])
        answer = self.solved.with_columns(value, upper[len(held) :], matrix)
        if answer.row_duals is None:
            return None
        duals, outer = np.maximum(answer.row_duals, 0.0), len(self.right)
        return answer.objective, duals[:outer] / self.size, duals[outer : outer + self.riders]

    def in_integers(self, columns: Sequence[Column]) -> Arrays:
        """Return the model of a choice among columns in whole numbers, which may exceed no row."""
        return self._arrays(*self._columns(columns), integer=True)

    def _columns(self, columns: Sequence[Column]) -> tuple[np.ndarray, sparse.csc_array]:
        """Return what each column is worth, and what it adds to each row."""
        outer, entries = len(self.right), []
        for n, column in enumerate(columns):
            sign = 1.0 if column.block < self.groups else -1.0
            entries += [(outer + ride, n, sign) for ride in column.rides]
            entries.append((outer + self.riders + column.block, n, 1.0))
        row, number, figure = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(self.row_lower) - outer, len(columns))
        tied = sparse.csc_array(
            (figure, (np.array(row, dtype=np.int64) - outer, np.array(number, dtype=np.int64))), shape
        )
        activity = np.array([c.activity for c in columns]).reshape(len(columns), outer) / self.size
        return np.array([c.value for c in columns]), sparse.vstack([sparse.csc_array(activity.T), tied], format="csc")

    def _arrays(self, value: np.ndarray, matrix: sparse.sparray, *, integer: bool) -> Arrays:
        by_row = sparse.csr_array(matrix)
        return Arrays(
            maximise=True,
            offset=0.0,
            cost=value,
            lower=np.zeros(len(value)),
            upper=np.full(len(value), 1.0 if integer else np.inf),
            integer=np.full(len(value), integer),
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            starts=by_row.indptr.astype(np.int32),
            columns=by_row.indices.astype(np.int32),
            coefficients=by_row.data,
        )
