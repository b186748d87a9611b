"""The allocation in integers, from which the model, the check and the bound all compute.

Every number of the checked tables becomes an integer by a power of ten that loses nothing. Each linear condition (the
budget, the seats of a service, a limit) becomes a `Row` of integers over the offers and the services' units.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd

from budget.allocation.inputs.allocation_problem import AllocationProblem
from budget.allocation.inputs.grants import grant_rows
from budget.allocation.inputs.limit_rows import LimitRow, promised_rows
from budget.allocation.inputs.limits import Limits
from budget.allocation.inputs.objective import Objective
from budget.allocation.inputs.tables import MICRO, whole_array
from budget.allocation.model.dominance import OfferFigures, figures_of, worth_considering

LIMIT = "limit_"  # begins the name of each row that comes from a limit
GRANTS = "grants_"  # of each that keeps grants to what they may pay for; it grows with the budget


@dataclass(frozen=True, slots=True)
class Row:
    """Σ on_offers·x + Σ on_units·v `sense` right, all integers; `kind` is "budget", "seats" or "limit".

    `right / scale` is the figure in the limit's own unit, and `words` the row's name for people.
    """

    name: str
    kind: str
    words: str
    sense: str  # "<=" or ">="
    right: int
    scale: int
    offers: tuple[int, ...] = ()  # positions of the offers with a coefficient
    on_offers: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    on_units: tuple[int, ...] = ()
    share: Fraction | None = None  # of the plan's total of a measure, where the limit is one
    measure: str = ""

    def with_dense(self, on_offers: Sequence[int], on_units: Sequence[int]) -> "Row":
        """Return the row with other coefficients, given for every offer and every service; those of 0 are left out."""
        offers, units = (tuple(n for n, c in enumerate(each) if c) for each in (on_offers, on_units))
        return replace(
            self,
            offers=offers,
            on_offers=tuple(on_offers[i] for i in offers),
            units=units,
            on_units=tuple(on_units[s] for s in units),
        )

    def activity(self, offers: Collection[int], units: Sequence[int]) -> int:
        """Return the left-hand side at a plan: its offers, as a set where there are many, and the units of services."""
        on_offers = sum(c for i, c in zip(self.offers, self.on_offers, strict=True) if i in offers)
        return on_offers + sum(c * units[s] for s, c in zip(self.units, self.on_units, strict=True))


def part_and_whole(row: Row) -> tuple[list[int], list[int]] | None:
    """Return what each offer and unit of a share's row adds to the group's part and to the plan's total.

    The row is denominator · part − numerator · whole. None where the row is no share, or its coefficients do not tell
    the two apart, as with a share of nothing or of all, or a measure that may be below nothing.
    """
    if row.share is None or row.share in (0, 1):
        return None
    outside, inside = row.share.numerator, row.share.denominator - row.share.numerator  # what each was multiplied by
    coefficients = [*row.on_offers, *row.on_units]
    if any(c % inside if c > 0 else c % outside for c in coefficients):
        return None
    whole = [c // inside if c > 0 else -c // outside for c in coefficients]
    return [w if c > 0 else 0 for w, c in zip(whole, coefficients, strict=True)], whole


@dataclass(frozen=True, slots=True)
class IntegerProblem:
    """One allocation in integers. Offers are numbered in canonical order, cohorts and services likewise.

    `value` (of an offer) and `unit_value` (of a unit of a service) are to be maximised, in whole steps: of `step`
    millionths of access or, for the least cost, of a penny not spent (`step` is 1).
    """

    place: tuple[int, ...]  # row of each offer in the checked offers table
    cohort: tuple[int, ...]
    cost_pence: tuple[int, ...]
    value: tuple[int, ...]
    step: int
    service: tuple[int, ...]  # -1 where the offer rides on none
    unit_cost_pence: tuple[int, ...]
    unit_value: tuple[int, ...]
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

    def with_budget(self, pence: int) -> "IntegerProblem":
        """Return the problem with another amount to spend."""
        budget, *others = self.rows
        return replace(self, rows=(replace(budget, right=pence), *others))


def to_integers(problem: AllocationProblem, *, filtered: bool = True) -> IntegerProblem:
    """Return a checked problem in integers.

    A cohort with a committed offer keeps only that one. `filtered` leaves out offers that no best plan needs: those
    dearer than the ceiling; and, where there are no further rows, those that bring no access and those that another
    offer of the cohort dominates (`budget.allocation.model.dominance`).
    """
    offers, services, limits = problem.tables.offers, problem.tables.services, problem.limits
    ceiling_pence, objective = problem.ceiling_pence, problem.objective
    cohort, cohort_names = pd.factorize(offers.index.get_level_values("cohort"), sort=True)
    committed = [name for name, _ in limits.committed]
    number_of = dict(zip(map(str, cohort_names), range(len(cohort_names)), strict=True))
    must_fund = frozenset(number_of[name] for name in (*limits.must_fund, *committed) if name in number_of)
    figures = figures_of(offers, services, cohort)
    further = _further_rows(problem, figures)
    keep = np.flatnonzero(_not_instead_of_committed(limits, offers))
    if filtered:
        is_plain = not further and objective.aim == "most_access"
        keep = worth_considering(keep, figures, must_fund, ceiling_pence, may_dominate=is_plain)
    value, unit_value, step = _goal(objective, figures, keep, services)
    where = np.full(len(offers), -1)
    where[keep] = np.arange(len(keep))
    unit_cost = services["unit_cost_pence"].to_numpy("int64")
    budget = LimitRow.from_dense("spend", "the budget", (figures.cost_pence, unit_cost), "<=", ceiling_pence, 100)
    return IntegerProblem(
        place=tuple(keep.tolist()),
        cohort=tuple(cohort[keep].tolist()),
        cost_pence=tuple(figures.cost_pence[keep].tolist()),
        value=value,
        step=step,
        service=tuple(figures.service[keep].tolist()),
        unit_cost_pence=tuple(unit_cost.tolist()),
        unit_value=unit_value,
        max_units=tuple(services["max_units"].astype(int).tolist()),
        must_fund=must_fund,
        cohort_names=tuple(number_of),
        rows=(
            _row(budget, "budget", "budget", where),
            *_seats_rows(keep, figures, services.index),
            *(_row(row, name, "limit", where) for name, row in further),
        ),
    )


def _further_rows(problem: AllocationProblem, figures: OfferFigures) -> list[tuple[str, LimitRow]]:
    """Return every further row by its name: the limits, what was promised, grants, and access to reach."""
    offers, services = problem.tables.offers, problem.tables.services
    named = [(LIMIT, list(problem.limit_rows)), ("promised_", promised_rows(problem.limits, services))]
    named.append((GRANTS, list(grant_rows(problem.limits.grants, problem.ceiling_pence, offers, services))))
    if problem.objective.access is not None:
        right = ceil(problem.objective.access * figures.access_scale)
        words = f"access at least {float(problem.objective.access):,.10g}, which the plan is to reach"
        on = figures.access, np.zeros(len(services), dtype="int64")
        named.append(("reach_", [LimitRow.from_dense("access", words, on, ">=", right, figures.access_scale)]))
    return [(f"{name}{number:03d}", row) for name, rows in named for number, row in enumerate(rows, start=1)]


def _not_instead_of_committed(limits: Limits, offers: pd.DataFrame) -> np.ndarray:
    keep = np.ones(len(offers), dtype=bool)
    for cohort, option in limits.committed:
        own = offers.index.get_level_values("cohort") == cohort
        keep &= ~own | (offers.index.get_level_values("option") == option)
    return keep


def _goal(
    objective: Objective, figures: OfferFigures, keep: np.ndarray, services: pd.DataFrame
) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Return the values of the offers in `keep` and of a unit of each service, and what a step is."""
    if objective.aim == "least_cost":
        unit_value = tuple((-services["unit_cost_pence"].to_numpy("int64")).tolist())
        return tuple((-figures.cost_pence[keep]).tolist()), unit_value, 1
    value, step = _steps(figures.access[keep], figures.access_scale)
    return value, (0,) * len(services), step


def _steps(access: np.ndarray, scale: int) -> tuple[tuple[int, ...], int]:
    """Return access in the largest whole steps there are, and how many millionths a step is."""
    step = int(np.gcd.reduce(access)) if len(access) else 1
    step = step or 1
    return tuple((access // step).tolist()), step * MICRO // scale


def with_access_as_goal(problem: IntegerProblem, offers: pd.DataFrame) -> IntegerProblem:
    """Return a problem with the same offers and rows whose goal is the most access."""
    access, scale = whole_array(offers["access"].to_numpy(float))
    value, step = _steps(access[list(problem.place)], scale)
    return replace(problem, value=value, unit_value=(0,) * len(problem.max_units), step=step)


def _seats_rows(keep: np.ndarray, figures: OfferFigures, names: pd.Index) -> list[Row]:
    riders: dict[int, list[tuple[int, int]]] = {}
    positions = np.flatnonzero(figures.service[keep] >= 0)
    for position, i in zip(positions.tolist(), keep[positions].tolist(), strict=True):
        riders.setdefault(int(figures.service[i]), []).append((position, int(figures.seats[i])))
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
            on_units=(-int(figures.seats_per_unit[s]),),
        )
        for s in sorted(riders)
    ]


def _row(row: LimitRow, name: str, kind: str, where: np.ndarray) -> Row:
    at = where[row.offers]
    used = at >= 0
    return Row(
        name=name,
        kind=kind,
        words=row.words,
        sense=row.sense,
        right=row.right,
        scale=row.scale,
        offers=tuple(at[used].tolist()),
        on_offers=tuple(row.on_offers[used].tolist()),
        units=tuple(row.units.tolist()),
        on_units=tuple(row.on_units.tolist()),
        share=row.share,
        measure=row.measure,
    )
