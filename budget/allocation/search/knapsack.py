"""Solve a multiple-choice knapsack exactly: one option for each cohort of a group, and one row over all of them.

A multiple-choice knapsack (P. Sinha and A. A. Zoltners, "The multiple-choice knapsack problem", Operations Research
27, 1979): a price on the row gives a bound and a choice near it; options whose reduced cost is more than what lies
between them are ruled out, the few nearest options first; the few cohorts that are left are solved by dynamic
programming over partial choices, without those that another dominates or that the bound rules out (M. E. Dyer,
W. O. Riha and J. Walker, 1995). The loops of large problems are compiled: numba takes a second to import, and nine to
compile them when a machine first does, in which a small problem is long solved.

Scores and weights are whole numbers in floats, small enough (below 2^53 in sum) that sums of them are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from budget.allocation.search import knapsack_loops

STATES = 100_000  # partial choices looked at for one cohort; with more the bound from the price stands


@dataclass(frozen=True, slots=True)
class KnapsackSolution:
    """A bound on what a group can be worth, and options, one for each cohort, worth `value`; equal where exact."""

    bound: float
    value: float
    options: np.ndarray
    price: float  # of the row, for one unit of weight


@dataclass(frozen=True, slots=True)
class MultipleChoiceKnapsack:
    """Options by cohort (from `starts[c]` to `starts[c + 1]`), what each weighs, and the room there is."""

    starts: np.ndarray
    is_compiled: bool
    weight: np.ndarray  # each cohort's least is 0: see `multiple_choice_knapsack`
    room: float

    def best(self, score: np.ndarray, near: float = 0.0, close: float = 0.0) -> KnapsackSolution | None:
        """Return the best choice for some scores; None where nothing fits. `near` is a price to start with.

        The search ends where no more than a part `close` of the value is missing to the bound.
        """
        if self.room < 0:
            return None
        bound, value, price, options = _best_choice(is_compiled=self.is_compiled)(
            self.starts, score, self.weight, self.room, near, close, STATES
        )
        return KnapsackSolution(bound, value, options, price)


def _best_choice(*, is_compiled: bool) -> Callable[..., tuple[float, float, float, np.ndarray]]:
    if is_compiled:
        from budget.allocation.search import compiled_knapsack

        return compiled_knapsack.best_choice
    return knapsack_loops.best_choice


def multiple_choice_knapsack(
    cohort: np.ndarray, weight: np.ndarray, right: float, *, is_compiled: bool = True
) -> MultipleChoiceKnapsack:
    """Return the group of options (by cohort, in order) under Σ weight ≤ right; weights may be below 0."""
    starts = np.flatnonzero(np.diff(cohort, prepend=-1))
    least = np.minimum.reduceat(weight, starts)
    counts = np.diff(starts, append=len(cohort))
    ends = np.append(starts, len(cohort)).astype(np.int64)
    return MultipleChoiceKnapsack(ends, is_compiled, weight - np.repeat(least, counts), float(right - least.sum()))
