"""Fair first: raise the share of its need that the worst-off group receives as far as it goes, then the most access.

    maximise    t
    subject to  1000 · Σ_{i in g} access[i] · fund[i] ≥ need[g] · t     ∀ group g
                every rule and limit of the plan;  t ∈ {0, …, 1000}

A group's need is the most access its cohorts could be given if money were no object. Shares are counted in
thousandths, so that the model stays in whole numbers. Then each group has a floor of t of its need, and the plan with
the most access is looked for: the first two steps of the lexicographic way (W. Ogryczak, "On the lexicographic minimax
approach to location problems", European Journal of Operational Research 100, 1997).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from budget.dual import best_prices
from budget.limit_rows import group_faults, labels_of
from budget.limits import Limit, Limits
from budget.market import market_of
from budget.model import Plan
from budget.objectives import Objective
from budget.offers_table import CheckedTables, whole
from budget.problem import Problem, Row, problem_of
from budget.search import LARGE, first_plan, search
from budget.verify import activity
from data.faults import InputError

STEPS = 1000
CLOSE_ENOUGH = 0.005  # of the share, unless a gap of 0 is asked: the last half per cent can take hours
PARTS_OF_BOUND = (0.99, 0.98, 0.95, 0.9, 0.8)  # tried in turn as floors where the problem is large
PART_OF_TIME = 0.4


@dataclass(frozen=True, slots=True)
class Fairness:
    """What the worst-off group receives of its need (`share`), what it could at most (`bound`), and every need."""

    by: str
    share: Fraction
    bound: Fraction
    need: Mapping[str, Fraction]

    def floors(self, part: Fraction = Fraction(1)) -> tuple[Limit, ...]:
        """Return a floor on access for each group: a part of the share that the worst-off can have."""
        return tuple(
            Limit(
                "access",
                at_least=part * self.share * need,
                where={self.by: (group,)},
                name=f"the fair share of {group}",
            )
            for group, need in sorted(self.need.items())
        )


def needs(offers: pd.DataFrame, by: str) -> dict[str, Fraction]:
    """Return the most access that each group's cohorts could be given; groups that could have none are left out."""
    codes, words = labels_of(offers, by)
    cohorts = offers.index.get_level_values("cohort")
    best = offers["access"].clip(lower=0).groupby([codes, cohorts]).max()
    totals: dict[str, Fraction] = {}
    for (code, _), access in best.items():
        totals[words[code]] = totals.get(words[code], Fraction(0)) + Fraction(repr(float(access)))
    return {group: need for group, need in totals.items() if group and need > 0}


def fairest(
    tables: CheckedTables, limits: Limits, ceiling_pence: int, by: str, gap: float, deadline: float
) -> tuple[Fairness | None, Plan | None]:
    """Return how far the worst-off group can be raised, and a plan that does it; None where no plan keeps the limits.

    The plan is in the positions of the problem for the same tables and limits with floors. Raises InputError where
    `by` is not a column.
    """
    if faults := group_faults({by: ()}, tables.offers, "objective, by"):
        raise InputError("objective", faults)
    need = needs(tables.offers, by)
    if not need:
        return Fairness(by, Fraction(0), Fraction(0), {}), None
    objective = Objective("fair_first", by=by)
    problem = problem_of(tables.offers, tables.services, limits, ceiling_pence, objective=objective)
    raised = share_as_units(problem, tables.offers, by, need)
    if gap > 0 and len(problem.cohort) >= LARGE and (quick := _raised_quickly(problem, raised, deadline)) is not None:
        share, bound, plan = quick
        return Fairness(by, Fraction(share, STEPS), Fraction(bound, STEPS), need), plan
    found = search(raised, 0.0 if gap == 0 else max(gap, CLOSE_ENOUGH), deadline, settle_ties=False)
    if found.plan is None:
        return (None if found.infeasible else Fairness(by, Fraction(0), Fraction(1), need)), None
    share = Fraction(found.plan.value(raised), STEPS)
    plan = Plan(found.plan.offers, found.plan.units[:-1])
    return Fairness(by, share, Fraction(min(found.bound, STEPS), STEPS), need), plan


def _raised_quickly(problem: Problem, raised: Problem, deadline: float) -> tuple[int, int, Plan] | None:
    """Return a share that a plan reaches, a bound on it, and the plan: the bound first, then floors just below it."""
    market = market_of(raised)
    if market is None:
        return None
    choice = best_prices(market, deadline)[0]
    bound = min(choice.bound // choice.scale, STEPS)
    rows = raised.rows[len(problem.rows) :]
    for part in PARTS_OF_BOUND:
        floor = int(part * bound)
        floors = tuple(replace(r, units=(), on_units=(), right=-r.on_units[0] * floor) for r in rows)
        plan = first_plan(replace(problem, rows=(*problem.rows, *floors)), CLOSE_ENOUGH, deadline)
        if plan is not None:
            reached = min(activity(floors[n], plan) // -row.on_units[0] for n, row in enumerate(rows))
            return min(reached, bound), bound, plan
    return None


def share_as_units(problem: Problem, offers: pd.DataFrame, by: str, need: Mapping[str, Fraction]) -> Problem:
    """Return the problem whose goal is the worst-off group's share, as the units of a service that costs nothing."""
    codes, words = labels_of(offers, by)
    access, scale = whole(offers["access"].to_numpy(float))
    t = len(problem.max_units)
    members: dict[str, list[tuple[int, int]]] = {group: [] for group in need}
    for position, place in enumerate(problem.place):
        if words[codes[place]] in members and access[place]:
            members[words[codes[place]]].append((position, access[place]))
    rows = tuple(
        Row(
            name=f"fair_{number:04d}",
            kind="limit",
            words=f"the fair share of {group}",
            sense=">=",
            right=0,
            scale=scale,
            offers=tuple(i for i, _ in members[group]),
            on_offers=tuple(STEPS * c for _, c in members[group]),
            units=(t,),
            on_units=(-int(need[group] * scale),),
        )
        for number, group in enumerate(sorted(need), start=1)
    )
    return replace(
        problem,
        value=(0,) * len(problem.value),
        step=1,
        unit_cost_pence=(*problem.unit_cost_pence, 0),
        unit_value=(*(0 for _ in problem.unit_value), 1),
        max_units=(*problem.max_units, STEPS),
        rows=(*problem.rows, *rows),
    )
