"""The price of fairness: how much access is lost by raising the worst-off group, as a curve.

Between the plan with the most access (no floor) and the fairest one (a floor for every group at the largest share that
all can have), parts of that share are the floors: the ε-constraint method (Y. Y. Haimes, L. S. Lasdon and D. A. Wismer,
1971). The price is the access lost against the plan without floors (D. Bertsimas, V. F. Farias and N. Trichakis, "The
price of fairness", Operations Research 59, 2011).
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Unpack

import pandas as pd

from budget.allocation.aims.fairness import Fairness, needs
from budget.allocation.allocate import solve
from budget.allocation.inputs.allocation_problem import AllocationProblem, Settings
from budget.allocation.inputs.objective import MOST_ACCESS, Objective
from budget.allocation.result import Allocation

PARTS = tuple(map(Fraction, ("0", "0.5", "0.8", "0.9", "0.95", "1")))
CURVE_COLUMNS = ("part", "floor", "access", "bound", "worst_share", "worst_group", "price", "status")


def price_of_fairness(
    offers: pd.DataFrame,
    budget_pence: int,
    *,
    by: str = "district",
    parts: Sequence[Fraction] = PARTS,
    **settings: Unpack[Settings],
) -> pd.DataFrame:
    """Return a row for each part of the fairest share with CURVE_COLUMNS.

    `floor` is the share of its need that every group must have, `worst_share` what the worst-off, `worst_group`, has.
    `price` is the part of access lost against the plan without floors. `settings` are those of `allocate`: services,
    limits, reserve, gap, time limit (for each plan). Empty where no plan keeps the limits. Raises InputError.
    """
    settings = {**settings, "objective": Objective("fair_first", by=by)}
    problem = AllocationProblem.checked(offers, budget_pence, **settings)
    fairest = solve(problem)
    if fairest.fairness is None:
        return pd.DataFrame(columns=list(CURVE_COLUMNS))
    most_access = replace(problem, objective=MOST_ACCESS)
    rows, without_floors = [], None
    for part in sorted(parts):
        floors = fairest.fairness.floors(part) if part else ()
        plan = fairest if part == 1 else solve(most_access.with_limits(floors))
        without_floors = plan.access if without_floors is None else without_floors
        rows.append(_row(part, plan, fairest.fairness, problem.tables.offers, without_floors))
    return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))


def _row(part: Fraction, plan: Allocation, fairness: Fairness, offers: pd.DataFrame, most: float) -> tuple[object, ...]:
    shares = group_shares(plan, offers, fairness.by)
    worst, least = (shares.idxmin(), float(shares.min())) if len(shares) else (None, 0.0)
    price = 1 - plan.access / most if most else 0.0
    return float(part), float(part * fairness.share), plan.access, plan.bound, least, worst, price, plan.status


def group_shares(plan: Allocation, offers: pd.DataFrame, by: str) -> pd.Series:
    """Return the share of its need that each group receives in a plan, by group in the order of their names."""
    need = needs(offers, by)
    reached = plan.chosen.reset_index().groupby(by)["access"].sum()
    reached.index = reached.index.map(str)
    shares = {group: float(reached.get(group, 0.0)) / float(need[group]) for group in sorted(need)}
    return pd.Series(shares, dtype=float)
