"""Limits as a list of entries that can be added, changed and removed on the page, and the plan without each of them.

A worker's process uses this too, and knows no screen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from budget.allocation.allocate import allocate
from budget.allocation.inputs.groups import each_group
from budget.allocation.inputs.limits import Grant, Limit, Limits, PartFunding, Share
from budget.offers.offers import OfferTables
from budget.scenarios.scenario import Scenario

Without = tuple[str, float, int]  # the status, access and pence of a plan without one of the limits


@dataclass(frozen=True, slots=True)
class MustFund:
    """Areas that must receive an offer."""

    cohorts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promised:
    """An offer promised to an area."""

    cohort: str
    option: str


@dataclass(frozen=True, slots=True)
class PromisedUnits:
    """Vehicles of a service promised."""

    service: str
    units: int


LimitEntry = MustFund | Promised | PromisedUnits | Grant | PartFunding | Limit


def entries_of(limits: Limits) -> tuple[LimitEntry, ...]:
    """Return limits as a list."""
    must = (MustFund(limits.must_fund),) if limits.must_fund else ()
    promised = tuple(Promised(*pair) for pair in limits.committed)
    units = tuple(PromisedUnits(*pair) for pair in limits.committed_units.items())
    part = (limits.part_funding,) if limits.part_funding is not None else ()
    caps = tuple(one for limit in limits.limits for one in _of_one_unit(limit))
    return (*must, *promised, *units, *limits.grants, *part, *caps)


def _of_one_unit(limit: Limit) -> tuple[Limit, ...]:
    """Return a limit as two where one side is a share and the other a number."""
    sides = (limit.at_most, limit.at_least)
    if None in sides or isinstance(sides[0], Share) == isinstance(sides[1], Share):
        return (limit,)
    return replace(limit, at_least=None), replace(limit, at_most=None)


def limits_of(entries: Sequence[LimitEntry]) -> Limits:
    """Return a list of entries as limits; the last one holds of several on the same area, service or part funding."""

    def those(sort: type) -> list:
        return [entry for entry in entries if isinstance(entry, sort)]

    return Limits(
        limits=tuple(those(Limit)),
        must_fund=tuple(dict.fromkeys(cohort for entry in those(MustFund) for cohort in entry.cohorts)),
        committed=tuple({entry.cohort: (entry.cohort, entry.option) for entry in those(Promised)}.values()),
        committed_units={entry.service: entry.units for entry in those(PromisedUnits)},
        grants=tuple(those(Grant)),
        part_funding=next(iter(those(PartFunding)[::-1]), None),
    )


def one_sided(limit: Limit, group: Mapping[str, tuple[str, ...]], sense: str) -> Limit:
    """Return one row of a limit: for a group, its cap ("<=") or its floor (">=") alone."""
    own = replace(limit, where=group, each=None)
    return replace(own, at_least=None) if sense == "<=" else replace(own, at_most=None)


def rows_of(limits: Limits, offers: pd.DataFrame) -> list[tuple[int, Mapping[str, tuple[str, ...]], str]]:
    """Return each row of the limits, in order: the number of its limit, its group and its sense ("<=" or ">=")."""
    return [
        (number, group, sense)
        for number, limit in enumerate(limits.limits)
        for group in each_group(limit, offers)
        for figure, sense in ((limit.at_most, "<="), (limit.at_least, ">="))
        if figure is not None
    ]


def without_each(
    choices: OfferTables, scenario: Scenario, entries: Sequence[LimitEntry], report: Callable[[str, float], None]
) -> list[Without]:
    """Return the plan without each of the entries in turn, with everything else as it is."""
    plans = []
    for number in range(len(entries)):
        report(f"Without limit {number + 1} of {len(entries)}", number / len(entries))
        others = limits_of([*entries[:number], *entries[number + 1 :]])
        settings = settings_of(replace(scenario, limits=others))
        plan = allocate(choices.offers, scenario.budget_pence, services=choices.services, **settings)
        plans.append((plan.status, plan.access, plan.spent_pence))
    return plans


def settings_of(scenario: Scenario) -> dict[str, Any]:
    """Return the arguments of `allocate` other than offers, services and the budget."""
    return {
        "limits": scenario.limits,
        "objective": scenario.objective,
        "reserve_pence": scenario.reserve_pence,
        "gap": scenario.gap,
        "time_limit_seconds": scenario.time_limit_seconds,
    }
