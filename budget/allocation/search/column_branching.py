"""Branching on units with the prices of column generation, where limits of single groups are kept inside their groups.

The columns serve every part of the choices of units: a part allows those that run as many units as it has.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from budget.allocation.model.pulp_model import Solution
from budget.allocation.search.column_generation import ColumnGeneration, DualPoint
from budget.allocation.search.column_plans import plan_of_columns, rounded_plan
from budget.allocation.search.lagrangian import LagrangianRelaxation
from budget.allocation.search.unit_branching import Scores, branch_on_units

KEPT = 5  # points that are kept of a part

IsMet = Callable[[int | None, int], bool]  # whether the value of a plan (None: no plan) and a bound are good enough


@dataclass(frozen=True, slots=True)
class ColumnScores(Scores):
    """The scores at a point of column generation, all its prices and its money within `rest`."""

    point: DualPoint
    columns: ColumnGeneration

    def plan_within(self, part: LagrangianRelaxation) -> Solution | None:
        """Return a plan of a part of the choices of units, with the riders that are best at these prices."""
        self.columns.within(part.least_units, part.most_units)
        found = self.columns.evaluate(self.point.prices, self.point.rider_duals)
        return None if found.bound is None else rounded_plan(self.columns)


@dataclass(frozen=True, slots=True)
class _Parts:
    columns: ColumnGeneration
    close: float
    best: list[DualPoint]  # the best point of each part that was gone on with

    def closer(
        self, part: LagrangianRelaxation, at: Scores, deadline: float, is_met: Callable[[int], bool]
    ) -> tuple[list[ColumnScores], Solution | None]:
        """Go on with column generation for a part, from the point of its scores; see `unit_branching.Closer`."""
        assert isinstance(at, ColumnScores)
        columns, known, columns_known = self.columns, len(self.columns.points), len(self.columns.columns)
        columns.within(part.least_units, part.most_units)
        columns.evaluate(at.point.prices, at.point.rider_duals)
        columns.improve(deadline, self.close, lambda best: is_met(best.steps))
        found = sorted(columns.points[known:], key=lambda point: (point.bound or 0) / point.scale)[:KEPT]
        self.best.append(columns.best)
        plan = plan_of_columns(columns, deadline, self.close) if len(columns.columns) > columns_known else None
        return [_scores(columns, point) for point in found], plan


def _scores(columns: ColumnGeneration, point: DualPoint) -> ColumnScores:
    return ColumnScores(np.zeros(1, dtype=np.int64), point.scale, point.rest, list(point.by_units), point, columns)


def branch_with_columns(
    columns: ColumnGeneration, known: Solution | None, is_met: IsMet, deadline: float, close: float
) -> tuple[Solution | None, int, list[DualPoint]]:
    """Return the best plan, the one known among them, the bound that no plan can pass, and the points of the parts.

    `close` is how near to the lowest bound the prices of each part come, as a part of it.
    """
    lagrangian = columns.lagrangian
    begin = [_scores(columns, point) for point in columns.points if point.bound is not None]
    parts = _Parts(columns, close, [])
    found, ranges = branch_on_units(lagrangian, begin, known, is_met, deadline, parts)
    return found, ranges[0].bound, parts.best
