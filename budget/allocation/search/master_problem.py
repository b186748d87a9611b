"""The master problem of column generation: choose one column for each group of cohorts and each service."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from budget.allocation.model.highs_process import Arrays


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


def row_sizes(right: np.ndarray) -> np.ndarray:
    """Return what each row of the master problem is divided by, so that all are of like size."""
    return np.asarray(np.maximum(np.abs(right), 1), dtype=float)


def master_arrays(columns: Sequence[Column], right: np.ndarray, riders: int, groups: int, *, integer: bool) -> Arrays:
    """Return the model: the outer rows with these right-hand sides, a row for each rider, one for each block.

    A rider's row lets a group fund a riding offer only as its service takes it. Blocks below `groups` are groups, the
    others services. Where fractions are allowed every row may be exceeded, at a high cost, so that there is an answer.
    """
    rows = len(right) + riders
    size = row_sizes(right)
    numbers = {number: n for n, number in enumerate(sorted({c.block for c in columns}))}
    activity = np.array([c.activity / size for c in columns]).reshape(len(columns), len(right))
    sign = [1.0 if c.block < groups else -1.0 for c in columns]
    entries = [(len(right) + ride, n, sign[n]) for n, c in enumerate(columns) for ride in c.rides]
    entries += [(rows + numbers[c.block], n, 1.0) for n, c in enumerate(columns)]
    slacks = 0 if integer else rows
    entries += [(row, len(columns) + row, -1.0) for row in range(slacks)]
    wide, at = np.nonzero(activity.T)
    row_of = np.concatenate([wide, [row for row, _, _ in entries]]).astype(np.int64)
    column_of = np.concatenate([at, [column for _, column, _ in entries]]).astype(np.int64)
    figures = np.concatenate([activity.T[wide, at], [figure for _, _, figure in entries]])
    count = len(columns) + slacks
    matrix = sparse.csr_array((figures, (row_of, column_of)), shape=(rows + len(numbers), count))
    value = np.array([c.value for c in columns])
    dear = 10.0 * max(float(np.abs(value).max(initial=0.0)) * len(numbers), 1.0)
    return Arrays(
        maximise=True,
        offset=0.0,
        cost=np.concatenate([value, np.full(slacks, -dear)]),
        lower=np.zeros(count),
        upper=np.concatenate([np.ones(len(columns)), np.full(slacks, np.inf)]),
        integer=np.full(count, integer),
        row_lower=np.concatenate([np.full(rows, -np.inf), np.ones(len(numbers))]),
        row_upper=np.concatenate([right / size, np.zeros(riders), np.ones(len(numbers))]),
        starts=matrix.indptr.astype(np.int32),
        columns=matrix.indices.astype(np.int32),
        coefficients=matrix.data,
    )
