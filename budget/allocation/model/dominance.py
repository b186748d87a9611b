"""The offers in integer columns, and which of them a best plan may need."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from budget.allocation.inputs.tables import whole_array

LEAST = -(2**62)  # below any access


@dataclass(frozen=True, slots=True)
class OfferFigures:
    """The columns of the offers table in integers, by row; seats of offers and of a unit on one scale."""

    cohort: np.ndarray
    cost_pence: np.ndarray
    access: np.ndarray
    access_scale: int
    service: np.ndarray
    seats: np.ndarray
    seats_per_unit: np.ndarray
    seats_scale: int


def figures_of(offers: pd.DataFrame, services: pd.DataFrame, cohort: np.ndarray) -> OfferFigures:
    """Return the offers' columns in integers; `cohort` has the number of each offer's cohort."""
    access, access_scale = whole_array(offers["access"].to_numpy(float))
    both = np.concatenate([offers["seats"].to_numpy(float), services["seats_per_unit"].to_numpy(float)])
    seats, seats_scale = whole_array(both)
    ridden = services.index.get_indexer(offers["service"].fillna("")) if len(services) else np.full(len(offers), -1)
    return OfferFigures(
        cohort=cohort,
        cost_pence=offers["cost_pence"].to_numpy("int64"),
        access=access,
        access_scale=access_scale,
        service=np.where(seats[: len(offers)] == 0, -1, ridden),  # who takes no seat needs no vehicle to run
        seats=seats[: len(offers)],
        seats_per_unit=seats[len(offers) :],
        seats_scale=seats_scale,
    )


def worth_considering(
    keep: np.ndarray, figures: OfferFigures, must_fund: frozenset[int], ceiling_pence: int, *, may_dominate: bool
) -> np.ndarray:
    """Return which of the offers `keep` a best plan may need: within the ceiling and, if allowed, not dominated."""
    keep = keep[figures.cost_pence[keep] <= ceiling_pence]
    if not may_dominate or not len(keep):
        return keep
    brings = (figures.access[keep] > 0) | np.isin(figures.cohort[keep], list(must_fund))
    return _undominated(keep[brings], figures)


def _undominated(keep: np.ndarray, figures: OfferFigures) -> np.ndarray:
    """Leave out offers that another of the cohort dominates: no dearer, no less access, no more seats of its service.

    Of two that are equal the earlier dominates, so that the plan of the tie rule is not lost.
    """
    if not len(keep):
        return keep
    order = keep[np.lexsort((keep, -figures.access[keep], figures.cost_pence[keep], figures.cohort[keep]))]
    cohort, access, service = figures.cohort[order], figures.access[order], figures.service[order]
    walking = np.where(service < 0, access, LEAST)
    so_far = pd.Series(walking).groupby(cohort).cummax().to_numpy()
    before = np.concatenate([[LEAST], so_far[:-1]])
    before[np.flatnonzero(np.diff(cohort, prepend=-1))] = LEAST
    undominated = (before == LEAST) | (access > before)
    riders: dict[tuple[int, int], list[int]] = {}
    for n in np.flatnonzero(undominated & (service >= 0)).tolist():
        others = riders.setdefault((int(cohort[n]), int(service[n])), [])
        if any(access[m] >= access[n] and figures.seats[order[m]] <= figures.seats[order[n]] for m in others):
            undominated[n] = False
        else:
            others.append(n)
    return np.sort(order[undominated])
