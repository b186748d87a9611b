"""At which budget a cohort comes in where there are limits, which no single order of spending can say.

The linear relaxation, with every limit in it, is solved for one budget after another, each from where the last one
ended. A cohort comes in at the least budget tried for which the relaxation funds it whole: there, by the relaxation's
bound, holding it loses nothing. Budgets are halved between those where cohorts come in, until each is known to
`CLOSE` or so many are solved as the size allows (a number and not a time, so that the same plan always says the same).
A cohort that is out even with the money for everything is kept out by a limit at any budget.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from budget.limits import Limits
from budget.model import build
from budget.offers_table import LARGEST_PENCE, CheckedTables
from budget.problem import Problem, problem_of
from budget.solver import Settings, SolvedAgain, arrays_of

CLOSE = 0.01  # of a budget: how near its figure is to the one below, for which the cohort was not in
LEAST_STEP = 100  # pence
LARGEST = 40_000  # offers; beyond them each solve takes seconds
SOLVES, WORK = 200, 1_000_000  # at most; offers times solves
SECONDS = 60.0  # far more than it needs
WHOLE = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Entries:
    """What was found out, by the names of cohorts.

    `pence` is the least budget tried above the ceiling at which each is in, for some hundred cohorts to within `CLOSE`;
    `never` are those that no budget brings in while the limits stand. A cohort in neither is not known.
    """

    pence: dict[str, int] = field(default_factory=dict)
    never: frozenset[str] = frozenset()


def entries_under_limits(tables: CheckedTables, limits: Limits, ceiling_pence: int) -> Entries:
    """Return the budgets above a ceiling (a budget less its reserve) at which cohorts come in."""
    problem = problem_of(tables.offers, tables.services, limits, LARGEST_PENCE)
    top = max(_all_pence(problem), ceiling_pence)
    if not problem.cohort or len(problem.cohort) > LARGEST:
        return Entries()
    relaxed = _Relaxed(tables, limits, problem)
    held = {top: relaxed.held_at(top)}
    if held[top] is None:
        return Entries()
    held[ceiling_pence] = relaxed.held_at(ceiling_pence)
    waiting = [(ceiling_pence, top)]
    most = min(SOLVES, WORK // len(problem.cohort))
    while waiting and len(held) < most:
        low, high = waiting.pop(0)
        if high - low <= max(CLOSE * high, LEAST_STEP) or not _come_in(held, low, high):
            continue
        middle = (low + high) // 2
        held[middle] = relaxed.held_at(middle)
        waiting += [(low, middle), (middle, high)]
    return Entries(_first(problem, held, ceiling_pence), _never(problem, held[top]))


def _all_pence(problem: Problem) -> int:
    dearest = sum(max(problem.cost_pence[i] for i in own) for own in problem.by_cohort().values())
    return dearest + sum(cost * most for cost, most in zip(problem.unit_cost_pence, problem.max_units, strict=True))


def _come_in(held: dict[int, np.ndarray | None], low: int, high: int) -> bool:
    """Say whether a cohort is in at the higher budget that was not in at the lower; where none is known, that it is."""
    if held[high] is None:
        return False
    return held[low] is None or bool(np.any(held[high] & ~held[low]))


def _first(problem: Problem, held: dict[int, np.ndarray | None], ceiling_pence: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for pence in sorted(pence for pence in held if pence > ceiling_pence and held[pence] is not None):
        for cohort in np.flatnonzero(held[pence]).tolist():
            found.setdefault(str(problem.cohort_names[cohort]), pence)
    return found


def _never(problem: Problem, held: np.ndarray) -> frozenset[str]:
    offered = np.unique(problem.cohort)
    return frozenset(str(problem.cohort_names[cohort]) for cohort in offered[~held[offered]].tolist())


class _Relaxed:
    """The relaxation of a problem at any budget."""

    def __init__(self, tables: CheckedTables, limits: Limits, problem: Problem):
        model = build(problem)
        place = {row.name: n for n, row in enumerate(model.lp.constraints())}
        self.rows = [place[row.name] for row in problem.rows]
        self.solved = SolvedAgain(arrays_of(model.lp, integers=False), Settings(gap=0.0, seconds=SECONDS))
        self.tables, self.limits, self.problem = tables, limits, problem
        self.cohort = np.array(problem.cohort, dtype=np.int64)

    def held_at(self, pence: int) -> np.ndarray | None:
        """Return which cohorts are funded whole, by number; None where no plan, or no answer in time."""
        values = self.solved.with_rights(dict(self._rights(pence))).values
        if values is None:
            return None
        funded = values[: len(self.cohort)]
        return np.bincount(self.cohort, funded, len(self.problem.cohort_names)) >= WHOLE

    def _rights(self, pence: int) -> Iterator[tuple[int, int]]:
        """Yield the rows whose right-hand sides go with the budget: its own and, with grants, what they leave."""
        if not self.limits.grants:
            yield self.rows[0], pence
            return
        within = problem_of(self.tables.offers, self.tables.services, self.limits, pence, filtered=False)
        yield from zip(self.rows, (row.right for row in within.rows), strict=True)
