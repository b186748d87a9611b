"""Service patterns: the maximal sets of riders that fit a service, in place of its seats.

With seats as a row, the linear relaxation lets half a cohort ride. The patterns of a service of few riders describe it
exactly (the Dantzig-Wolfe reformulation of a knapsack): the relaxation is then as tight as a bound that solves each
service as a knapsack, and the search is far shorter.
"""

from dataclasses import dataclass

import numpy as np

from budget.allocation.model.integer_problem import IntegerProblem, Row

MOST_RIDERS = 12  # of a service: all subsets of them are enumerated
MOST_PATTERNS = 200


@dataclass(frozen=True, slots=True)
class ServicePatterns:
    """The patterns of a service, as (units, offers): no offer can be added to one without another unit."""

    service: int
    riders: tuple[int, ...]
    patterns: tuple[tuple[int, tuple[int, ...]], ...]


def service_patterns(problem: IntegerProblem) -> tuple[ServicePatterns, ...]:
    """Return the patterns of each service that has few riders and at most one riding offer a cohort."""
    by_service = (_patterns(problem, row) for row in problem.rows if row.kind == "seats" and row.offers)
    return tuple(each for each in by_service if each is not None)


def _patterns(problem: IntegerProblem, row: Row) -> ServicePatterns | None:
    service, count = row.units[0], len(row.offers)
    most = problem.max_units[service]
    if not 1 < count <= MOST_RIDERS or not most or len({problem.cohort[i] for i in row.offers}) < count:
        return None
    bits = 1 << np.arange(count)
    masks = np.arange(1 << count)
    taken = ((masks[:, None] & bits) > 0) @ np.array(row.on_offers, dtype=np.int64)
    patterns: list[tuple[int, tuple[int, ...]]] = []
    for units in range(1, most + 1):
        fits = taken <= -row.on_units[0] * units
        more = np.array([fits[masks | bit] & ((masks & bit) == 0) for bit in bits]).any(axis=0)
        for mask in masks[fits & ~more].tolist():
            patterns.append((units, tuple(i for i, bit in zip(row.offers, bits.tolist(), strict=True) if mask & bit)))
        if fits[-1]:
            break
    return ServicePatterns(service, row.offers, tuple(patterns)) if len(patterns) <= MOST_PATTERNS else None
