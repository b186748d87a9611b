"""The checked question of an allocation: tables, limits, objective and money, checked once and passed on whole."""

import operator
from dataclasses import dataclass, replace
from typing import TypedDict

import pandas as pd

from budget.allocation.inputs.groups import group_faults
from budget.allocation.inputs.limit_rows import LimitRow, limit_faults, limit_notes, limit_rows
from budget.allocation.inputs.limits import NO_LIMITS, Limit, Limits, with_small_shares
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.allocation.inputs.part_funding import with_parts
from budget.allocation.inputs.tables import LARGEST_PENCE, CheckedTables, read_tables
from data.faults import Fault, InputError


class Settings(TypedDict, total=False):
    """What may be given beside offers and a budget; `AllocationProblem.checked` has the defaults."""

    services: pd.DataFrame | None
    limits: Limits
    objective: Objective
    reserve_pence: int
    gap: float
    time_limit_seconds: float


@dataclass(frozen=True, slots=True)
class AllocationProblem:
    """Everything that determines a plan, checked. Make one with `AllocationProblem.checked`.

    `tables` hold a row for each part of a cohort that may be funded; `limit_rows` are the limits as integer rows over
    these tables. `gap` is relative: how far from the best the plan may be. `ceiling_pence` is what may be spent.
    """

    tables: CheckedTables
    limits: Limits
    limit_rows: tuple[LimitRow, ...]
    objective: Objective
    budget_pence: int
    reserve_pence: int
    gap: float
    time_limit_seconds: float

    @classmethod
    def checked(
        cls,
        offers: pd.DataFrame,
        budget_pence: int,
        *,
        services: pd.DataFrame | None = None,
        limits: Limits = NO_LIMITS,
        objective: Objective = MOST_ACCESS,
        reserve_pence: int = 0,
        gap: float = 0.0001,
        time_limit_seconds: float = 60.0,
        file: str = "",
    ) -> "AllocationProblem":
        """Check everything that `allocate` takes. Raises one InputError with every fault of every input.

        Where several inputs have faults, or `file` names that of the offers, each fault says which input it is of.
        """
        of_tables: list[Fault] = []
        tables = read_tables(offers, services, of_tables)
        faults = {"settings": _settings_faults(budget_pence, reserve_pence, gap, time_limit_seconds, limits)}
        faults[file or "offers"] = of_tables
        if tables is not None:
            faults["limits"] = limit_faults(limits, tables.offers, tables.services)
            if objective.aim == "fair_first":
                faults["objective"] = group_faults({objective.by: ()}, tables.offers, "objective, by")
        if tables is None or any(faults.values()):
            raise _joined(faults, named=bool(file))
        limits, of_shares = with_small_shares(limits)
        notes = (*tables.notes, *of_shares, *limit_notes(limits, tables.offers))
        tables = with_parts(replace(tables, notes=notes), limits)
        rows = tuple(limit_rows(limits, tables.offers, tables.services))
        money = operator.index(budget_pence), operator.index(reserve_pence)
        return cls(tables, limits, rows, objective, *money, gap, time_limit_seconds)

    @property
    def ceiling_pence(self) -> int:
        """Return what may be spent: the budget less the reserve."""
        return self.budget_pence - self.reserve_pence

    def with_limits(self, further: tuple[Limit, ...]) -> "AllocationProblem":
        """Return the problem with further caps and floors after its own, which must fit the tables."""
        rows = limit_rows(Limits(further), self.tables.offers, self.tables.services)
        limits = replace(self.limits, limits=(*self.limits.limits, *further))
        return replace(self, limits=limits, limit_rows=(*self.limit_rows, *rows))

    def with_ceiling(self, pence: int) -> "AllocationProblem":
        """Return the problem with another amount that may be spent, on top of the same reserve."""
        return replace(self, budget_pence=pence + self.reserve_pence)


def _joined(faults: dict[str, list[Fault]], *, named: bool) -> InputError:
    """Return one error with the faults of all inputs; if `named` or of several, each says which input it is of."""
    faults = {subject: own for subject, own in faults.items() if own}
    if len(faults) == 1 and not named:
        return InputError(*faults.popitem())
    return InputError(
        "allocation",
        [
            Fault(", ".join(filter(None, (subject, fault.where))), fault.problem)
            for subject, own in faults.items()
            for fault in own
        ],
    )


def _settings_faults(budget_pence: int, reserve_pence: int, gap: float, seconds: float, limits: Limits) -> list[Fault]:
    """Return every fault of the money, the gap and the time limit."""
    faults: list[Fault] = []
    budget, reserve = (_pence(name, p, faults) for name, p in (("budget", budget_pence), ("reserve", reserve_pence)))
    if not faults and reserve > budget:
        faults.append(Fault("reserve", "The reserve is larger than the budget. Make one smaller or the other larger."))
    if not faults and sum(grant.amount_pence for grant in limits.grants) > budget - reserve:
        problem = "The grants are a part of the budget less the reserve, and are more than that. Raise the budget."
        faults.append(Fault("grant", problem))
    if not 0 <= gap < 1:
        faults.append(Fault("gap", f"{gap!r} is not a gap. Give 0 for the best, or a part such as 0.0001."))
    if not 0 < seconds < float("inf"):
        faults.append(Fault("time limit", f"{seconds!r} is not a time limit. Give seconds, such as 60."))
    return faults


def _pence(name: str, given: int, faults: list[Fault]) -> int:
    try:
        pence = operator.index(given)
    except TypeError:
        faults.append(Fault(name, f"{given!r} is not a whole number of pence."))
        return 0
    if pence < 0:
        faults.append(Fault(name, "Money to spend cannot be negative. Give 0 or more."))
    if pence > LARGEST_PENCE:
        faults.append(Fault(name, "This is more than £100 billion. Check the figure: budgets are in pounds."))
    return pence
