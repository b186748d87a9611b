"""Who can ride together: the sets of cohorts that fill a service, in place of its seats.

Seats added up in fractions let half a cohort ride; the sets of those who do fit, and to whom nobody else could be
added, describe a service of few riders exactly (Dantzig and Wolfe's reformulation of a knapsack). With them the linear
relaxation of a model is as tight as a bound that solves each service as a knapsack, and the search is far shorter.
"""

from dataclasses import dataclass

import numpy as np

from budget.allocation.model.integer_problem import IntegerProblem, Row

MOST_RIDERS = 12  # of a service; their sets are all looked at
MOST_PATTERNS = 200


@dataclass(frozen=True, slots=True)
class ServicePatterns:
    """The sets of riding offers that fill so many units of a service, as (units, offers); none holds another's."""

    service: int
    riders: tuple[int, ...]
    patterns: tuple[tuple[int, tuple[int, ...]], ...]


def service_patterns(problem: IntegerProblem) -> tuple[ServicePatterns, ...]:
    """Return what there is for each service of few riders, of whom each cohort has one offer to ride."""
    made = (_patterns(problem, row) for row in problem.rows if row.kind == "seats" and row.offers)
    return tuple(each for each in made if each is not None)


def _patterns(problem: IntegerProblem, row: Row) -> ServicePatterns | None:
    service, count = row.units[0], len(row.offers)
    most = problem.max_units[service]
    if not 1 < count <= MOST_RIDERS or not most or len({problem.cohort[i] for i in row.offers}) < count:
        return None
    bits = 1 << np.arange(count)
    masks = np.arange(1 << count)
    taken = ((masks[:, None] & bits) > 0) @ np.array(row.on_offers, dtype=np.int64)
    found: list[tuple[int, tuple[int, ...]]] = []
    for units in range(1, most + 1):
        fits = taken <= -row.on_units[0] * units
        more = np.array([fits[masks | bit] & ((masks & bit) == 0) for bit in bits]).any(axis=0)
        for mask in masks[fits & ~more].tolist():
            found.append((units, tuple(i for i, bit in zip(row.offers, bits.tolist(), strict=True) if mask & bit)))
        if fits[-1]:
            break
    return ServicePatterns(service, row.offers, tuple(found)) if len(found) <= MOST_PATTERNS else None
