"""The master problem of column generation: choose one column for each group of cohorts and each service."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from budget.allocation.model.highs import SolvedAgain, SolverSettings
from budget.allocation.model.highs_process import Arrays

EDGE = 1e-9  # of a natural dual: what counts as at the edge of the box
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


@dataclass(frozen=True, slots=True)
class MasterDuals:
    """The least bound that the columns allow with duals in the box, the duals there, and whether one is at its edge."""

    promised: float
    prices: np.ndarray  # of the outer rows
    rider_duals: np.ndarray
    at_edge: bool


class MasterProblem:
    """The outer rows with these right-hand sides, a row for each rider, one for each block; columns are added to it.

    A rider's row lets a group fund a riding offer only as its service takes it. Blocks below `groups` are groups, the
    `services` others are services. `unit` is a natural dual of each outer row and each rider. `worth` is more than any
    choice of columns can be worth. Duals are looked for in a box around known ones: in the model, what exceeds a row
    costs the upper end of its box, and what fills it up is paid the lower end.
    """

    def __init__(self, right: np.ndarray, unit: np.ndarray, groups: int, services: int, worth: float):
        self.right, self.riders = right, len(unit) - len(right)
        self.groups, self.blocks = groups, groups + services
        self.size = np.asarray(np.maximum(np.abs(right), 1), dtype=float)  # each outer row is divided by it
        self.scale = np.concatenate([self.size, np.ones(self.riders)])
        self.unit = unit * self.scale
        self.most = 10.0 * max(worth, 1.0)
        rows = len(unit)
        self.row_lower = np.concatenate([np.full(rows, -np.inf), np.ones(self.blocks)])
        self.row_upper = np.concatenate([right / self.size, np.zeros(self.riders), np.ones(self.blocks)])
        box = sparse.hstack([-sparse.eye_array(rows), sparse.eye_array(rows)])
        arrays = self._of_slacks(sparse.vstack([box, sparse.csr_array((self.blocks, 2 * rows))], format="csr"))
        self.solved = SolvedAgain(arrays, SolverSettings(gap=0.0, seconds=SECONDS))
        self.slacks = 2 * rows
        self.allowed = np.zeros(0, dtype=bool)  # of the columns that `solved` holds

    def duals(
        self, columns: Sequence[Column], allowed: np.ndarray, centre: np.ndarray, width: float
    ) -> MasterDuals | None:
        """Return the duals with the least bound among those at most `width` natural duals from `centre`.

        It is solved from the basis of the last time, with the columns added since then; only those `allowed` are chosen
        from. None where the solver has no answer.
        """
        at = np.minimum(centre * self.scale, self.most)
        low, high = np.maximum(at - width * self.unit, 0.0), np.minimum(at + width * self.unit, self.most)
        self.solved.set_cost(np.arange(self.slacks), np.concatenate([-high, low]))
        held, self.allowed = self.allowed, allowed
        value, matrix = self._columns(columns[len(held) :])
        upper = np.where(allowed, np.inf, 0.0)
        moved = np.flatnonzero(allowed[: len(held)] != held)
        self.solved.set_upper(self.slacks + moved, upper[moved])
        answer = self.solved.with_columns(value, upper[len(held) :], matrix)
        if answer.row_duals is None:
            return None
        duals, outer = np.clip(answer.row_duals[: len(self.unit)], low, high), len(self.right)
        near = EDGE * self.unit
        edge = ((duals <= low + near) & (low > 0)) | ((duals >= high - near) & (high < self.most))
        duals = duals / self.scale
        return MasterDuals(answer.objective, duals[:outer], duals[outer:], bool(edge.any()))

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

    def _of_slacks(self, matrix: sparse.csr_array) -> Arrays:
        """Return the model without any column of a group or a service yet."""
        count = matrix.shape[1]
        return Arrays(
            maximise=True,
            offset=0.0,
            cost=np.zeros(count),
            lower=np.zeros(count),
            upper=np.full(count, np.inf),
            integer=np.zeros(count, dtype=bool),
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            starts=matrix.indptr.astype(np.int32),
            columns=matrix.indices.astype(np.int32),
            coefficients=matrix.data,
        )
