"""The allocation in integers: what the model, the checker and the bound all compute from.

Every number of the checked tables becomes an integer by a power of ten that loses nothing. Each linear condition (the
budget, the seats of a service, a limit) becomes a `Row` of integers over the offers and the services' units.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np
import pandas as pd

from budget.limits import LimitRow, Limits, limit_rows
from budget.offers_table import DECIMALS, whole


@dataclass(frozen=True, slots=True)
class Row:
    """Σ on_offers·x + Σ on_units·v `sense` right, all integers; `kind` is "budget", "seats" or "limit".

    `right / scale` is the figure in the limit's own unit, and `words` its name for a person.
    """

    name: str
    kind: str
    words: str
    sense: str  # "<=" or ">="
    right: int
    scale: int
    offers: tuple[int, ...]  # positions of the offers with a coefficient
    on_offers: tuple[int, ...]
    units: tuple[int, ...]
    on_units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One allocation in integers. Offers are numbered in canonical order, cohorts and services likewise.

    `value[i] · step` is the access of offer i in millionths.
    """

    place: tuple[int, ...]  # row of each offer in the checked offers table
    cohort: tuple[int, ...]
    cost_pence: tuple[int, ...]
    value: tuple[int, ...]
    step: int
    service: tuple[int, ...]  # -1 where the offer rides on none
    unit_cost_pence: tuple[int, ...]
    max_units: tuple[int, ...]
    must_fund: frozenset[int]
    cohort_names: tuple[str, ...]
    rows: tuple[Row, ...]  # the budget first

    def by_cohort(self) -> dict[int, list[int]]:
        """Return the positions of the offers of each cohort, in order."""
        groups: dict[int, list[int]] = {}
        for position, cohort in enumerate(self.cohort):
            groups.setdefault(cohort, []).append(position)
        return groups


def problem_of(
    offers: pd.DataFrame, services: pd.DataFrame, limits: Limits, ceiling_pence: int, *, filtered: bool = True
) -> Problem:
    """Put checked tables, limits and the money that may be spent into integers.

    `filtered` leaves out offers that no best plan holds: those dearer than the ceiling; and, where there are no limits
    on measures, those that bring no access and those that another offer of the cohort beats (`_unbeaten`).
    """
    cohort, cohort_names = pd.factorize(offers.index.get_level_values("cohort"), sort=True)
    number_of = {str(name): number for number, name in enumerate(cohort_names)}
    must_fund = frozenset(number_of[name] for name in limits.must_fund if name in number_of)
    figures = _figures(offers, services, cohort.tolist())
    demands = limit_rows(limits, offers, services)
    keep = list(range(len(offers)))
    if filtered:
        keep = _worth_considering(figures, must_fund, ceiling_pence, has_limits=bool(demands))
    step = gcd(*(figures.access[i] for i in keep)) or 1
    where = {i: position for position, i in enumerate(keep)}
    unit_cost = services["unit_cost_pence"].astype(int).tolist()
    spend = LimitRow("spend", "the budget", figures.cost_pence, unit_cost, "<=", ceiling_pence, 100)
    return Problem(
        place=tuple(keep),
        cohort=tuple(figures.cohort[i] for i in keep),
        cost_pence=tuple(figures.cost_pence[i] for i in keep),
        value=tuple(figures.access[i] // step for i in keep),
        step=step * 10**DECIMALS // figures.access_scale,
        service=tuple(figures.service[i] for i in keep),
        unit_cost_pence=tuple(unit_cost),
        max_units=tuple(services["max_units"].astype(int).tolist()),
        must_fund=must_fund,
        cohort_names=tuple(number_of),
        rows=(
            _row(spend, "budget", "budget", where),
            *_seats_rows(keep, figures, services.index),
            *(_row(demand, f"limit_{number:03d}", "limit", where) for number, demand in enumerate(demands, start=1)),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    """The columns of the offers table in integers, by row; seats of offers and of a unit on one scale."""

    cohort: list[int]
    cost_pence: list[int]
    access: list[int]
    access_scale: int
    service: list[int]
    seats: list[int]
    seats_per_unit: list[int]
    seats_scale: int


def _figures(offers: pd.DataFrame, services: pd.DataFrame, cohort: list[int]) -> _Figures:
    access, access_scale = whole(offers["access"].to_numpy(float))
    both = np.concatenate([offers["seats"].to_numpy(float), services["seats_per_unit"].to_numpy(float)])
    seats, seats_scale = whole(both)
    ridden = services.index.get_indexer(offers["service"].fillna("")) if len(services) else np.full(len(offers), -1)
    return _Figures(
        cohort=cohort,
        cost_pence=offers["cost_pence"].tolist(),
        access=access,
        access_scale=access_scale,
        service=ridden.tolist(),
        seats=seats[: len(offers)],
        seats_per_unit=seats[len(offers) :],
        seats_scale=seats_scale,
    )


def _worth_considering(figures: _Figures, must_fund: frozenset[int], ceiling_pence: int, *, has_limits: bool) -> list:
    keep = [i for i, cost in enumerate(figures.cost_pence) if cost <= ceiling_pence]
    if has_limits:
        return keep
    return _unbeaten([i for i in keep if figures.access[i] > 0 or figures.cohort[i] in must_fund], figures)


def _seats_rows(keep: list[int], figures: _Figures, names: pd.Index) -> list[Row]:
    riders: dict[int, list[tuple[int, int]]] = {}
    for position, i in enumerate(keep):
        if figures.service[i] >= 0:
            riders.setdefault(figures.service[i], []).append((position, figures.seats[i]))
    return [
        Row(
            name=f"seats_{s:04d}",
            kind="seats",
            words=f"the seats of service {names[s]}",
            sense="<=",
            right=0,
            scale=figures.seats_scale,
            offers=tuple(i for i, taken in riders[s] if taken),
            on_offers=tuple(taken for _, taken in riders[s] if taken),
            units=(s,),
            on_units=(-figures.seats_per_unit[s],),
        )
        for s in sorted(riders)
    ]


def _row(row: LimitRow, name: str, kind: str, where: dict[int, int]) -> Row:
    offers = [(where[i], c) for i, c in enumerate(row.on_offers) if c and i in where]
    units = [(s, c) for s, c in enumerate(row.on_units) if c]
    return Row(
        name=name,
        kind=kind,
        words=row.words,
        sense=row.sense,
        right=row.right,
        scale=row.scale,
        offers=tuple(i for i, _ in offers),
        on_offers=tuple(c for _, c in offers),
        units=tuple(s for s, _ in units),
        on_units=tuple(c for _, c in units),
    )


def _unbeaten(keep: list[int], figures: _Figures) -> list[int]:
    """Leave out offers that another of the cohort beats: no dearer, no less access, no more seats of the same service.

    Where both are equal the earlier beats the later, so the filter keeps the plan that the tie rule chooses.
    """
    cohort, cost, access = figures.cohort, figures.cost_pence, figures.access
    service, seats = figures.service, figures.seats
    kept: dict[int, list[int]] = {}
    for i in sorted(keep, key=lambda i: (cohort[i], cost[i], -access[i], i)):
        beaten = any(
            access[j] >= access[i] and (service[j] == -1 or (service[j] == service[i] and seats[j] <= seats[i]))
            for j in kept.get(cohort[i], ())
        )
        if not beaten:
            kept.setdefault(cohort[i], []).append(i)
    return sorted(i for group in kept.values() for i in group)
