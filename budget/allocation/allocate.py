"""Choose which offer each cohort receives, so that a fixed budget buys the most access.

    maximise    Σ access[i] · fund[i]                                       over the offers i = (cohort, option)
    subject to  Σ fund[i] ≤ 1            over the offers of a cohort        ∀ cohort: one offer each
                Σ fund[i] = 1                                               ∀ cohort that must be funded
                Σ cost_pence[i] · fund[i] + Σ unit_cost_pence[s] · units[s] ≤ budget_pence − reserve_pence
                Σ seats[i] · fund[i] ≤ seats_per_unit[s] · units[s]         ∀ service s, over the offers riding on it
                fund[i] ≤ units[s]                                          ∀ offer i riding on s (implied; tightens)
                any limits: Σ measure[i] · fund[i] + Σ measure[s] · units[s]  ≤ or ≥  a figure
                fund[i] ∈ {0, 1},  units[s] ∈ {0, …, max_units[s]}

Everything is in integers: pence, millionths of access, hundredths of a seat. The solver's answer is a proposal: it is
checked in Python integers, and its distance from the best is proved by a bound of our own where that is tight enough
(`budget.allocation.model.verify`). Of two plans with the same access the one that spends less is chosen, then the one
that funds the earliest offer, in the order of cohort and option, that the other does not
(`budget.allocation.search.tie_breaking` says how far that is carried).
"""

import operator
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from budget.allocation.aims.fairness import PART_OF_TIME, Fairness, fairest
from budget.allocation.inputs.limit_rows import limit_rows
from budget.allocation.inputs.limits import NO_LIMITS, Limits
from budget.allocation.inputs.objective import MOST_ACCESS, NOTHING_ASKED, Objective
from budget.allocation.inputs.part_funding import with_parts
from budget.allocation.inputs.tables import DECIMALS, LARGEST_PENCE, CheckedTables, checked_tables, whole
from budget.allocation.limit_results import grants_table, limits_table
from budget.allocation.model.highs import NAME
from budget.allocation.model.integer_problem import IntegerProblem, problem_of, with_access_as_goal
from budget.allocation.model.limit_values import Funded
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import check_plan
from budget.allocation.result import Allocation
from budget.allocation.search.infeasibility import conflicts_of
from budget.allocation.search.search import Found, is_proved, missing, search
from data.faults import Fault, InputError

PENCE_IN_1000_POUNDS = 100_000
MICRO = 10**DECIMALS


def allocate(
    offers: pd.DataFrame,
    budget_pence: int,
    *,
    services: pd.DataFrame | None = None,
    limits: Limits = NO_LIMITS,
    objective: Objective = MOST_ACCESS,
    reserve_pence: int = 0,
    gap: float = 0.0001,
    time_limit_seconds: float = 60.0,
) -> Allocation:
    """Return the plan that does best what `objective` asks with `budget_pence` less `reserve_pence`.

    `offers` and `services` are the tables of design.md section 2 (`budget.allocation.inputs.tables` checks them;
    neither is altered). `gap` is how far from the best the plan may be, as a part of the best; 0 asks for the best
    itself. A plan is returned within `time_limit_seconds` (and a second or two), proved or not. Raises InputError
    with every fault.
    """
    started = time.perf_counter()
    deadline = started + time_limit_seconds
    budget_pence, reserve_pence = _checked_settings(budget_pence, reserve_pence, gap, time_limit_seconds, limits)
    ceiling = budget_pence - reserve_pence
    tables = with_parts(checked_tables(offers, services), limits)
    limit_rows(limits, tables.offers, tables.services)  # the gate of the limits, before anything is solved
    built = time.perf_counter()
    fairness, start, kept = None, None, limits
    if objective.aim == "fair_first":
        fair_by = built + PART_OF_TIME * time_limit_seconds
        fairness, start = fairest(tables, limits, ceiling, objective.by, gap, fair_by)
        kept = limits if fairness is None else replace(limits, limits=(*limits.limits, *fairness.floors()))
    problem = problem_of(tables.offers, tables.services, kept, ceiling, objective=objective)
    found = search(problem, gap, deadline, start, settle_ties=objective.aim != "least_cost")
    if found.plan is not None and objective.aim == "least_cost":
        found = _most_for_that_money(with_access_as_goal(problem, tables.offers), found, gap, deadline)
    parts: Funded = []
    if found.plan is not None:
        places = [problem.place[i] for i in found.plan.offers]
        parts = check_plan(tables, kept, ceiling, places, found.plan.units)
    conflicts, named = found.reasons, ()
    if found.infeasible:
        everything = problem_of(tables.offers, tables.services, kept, ceiling, filtered=False, objective=objective)
        conflicts, named = conflicts_of(everything, reserve_pence)
    seconds = {"build": built - started, "solve": time.perf_counter() - built}
    plan = replace(_result(tables, problem, found, gap, budget_pence, seconds, conflicts), conflicting=named)
    return _with_limits(plan, tables, problem, found, kept, objective, fairness, parts)


def _most_for_that_money(problem: IntegerProblem, found: Found, gap: float, deadline: float) -> Found:
    """Return the plan of the least spend that brings the most access for it; the bound stays that of the spend.

    Only the budget is lowered to that spend: what a grant may not pay for is still paid with the money there was.
    """
    first, *others = problem.rows
    within = replace(problem, rows=(replace(first, right=found.plan.spend_pence(problem)), *others))
    better = search(within, gap, deadline, found.plan)
    return found if better.plan is None else replace(found, plan=better.plan, notes=better.notes)


def _checked_settings(
    budget_pence: int, reserve_pence: int, gap: float, seconds: float, limits: Limits
) -> tuple[int, int]:
    faults, money = [], []
    for name, pence in (("budget", budget_pence), ("reserve", reserve_pence)):
        try:
            money.append(operator.index(pence))
        except TypeError:
            faults.append(Fault(name, f"{pence!r} is not a whole number of pence."))
            money.append(0)
        if money[-1] < 0:
            faults.append(Fault(name, "Money to spend cannot be negative. Give 0 or more."))
        if money[-1] > LARGEST_PENCE:
            faults.append(Fault(name, "This is more than £100 billion. Check the figure: budgets are in pounds."))
    if not faults and money[1] > money[0]:
        faults.append(Fault("reserve", "The reserve is larger than the budget. Make one smaller or the other larger."))
    granted = sum(grant.amount_pence for grant in limits.grants)
    if not faults and granted > money[0] - money[1]:
        problem = "The grants are a part of the budget less the reserve, and are more than that. Raise the budget."
        faults.append(Fault("grant", problem))
    if not 0 <= gap < 1:
        faults.append(Fault("gap", f"{gap!r} is not a gap. Give 0 for the best, or a part such as 0.0001."))
    if not 0 < seconds < float("inf"):
        faults.append(Fault("time limit", f"{seconds!r} is not a time limit. Give seconds, such as 60."))
    if faults:
        raise InputError("settings", faults)
    return money[0], money[1]


def _result(
    tables: CheckedTables,
    problem: IntegerProblem,
    found: Found,
    gap: float,
    budget_pence: int,
    seconds: dict[str, float],
    conflicts: Sequence[str],
) -> Allocation:
    plan = found.plan if found.plan is not None else Solution((), (0,) * len(problem.max_units))
    chosen = tables.offers.iloc[[problem.place[i] for i in plan.offers]]
    services = _services_bought(tables.services, plan.units)
    value = plan.value(problem)
    proved = found.plan is not None and is_proved(value, found.bound, gap)
    status = "infeasible" if found.infeasible else "optimal" if proved else "time_limit"
    price = found.prices.get("budget")
    per_penny = None if price is None else price * problem.step / MICRO
    return Allocation(
        status=status,
        chosen=chosen,
        services=services,
        access=_total(chosen["access"]),
        bound=found.bound * problem.step / MICRO,
        gap=float(missing(value, found.bound)),
        spent_pence=plan.spend_pence(problem),
        budget_pence=budget_pence,
        people=_total(chosen["people"]),
        access_per_extra_1000_pounds=None if per_penny is None else per_penny * PENCE_IN_1000_POUNDS,
        seconds=seconds,
        conflicts=tuple(conflicts),
        solver=NAME,
        notes=tables.notes + found.notes,
    )


def _total(figures: pd.Series) -> float:
    """Return a sum of figures of at most six decimals, exactly."""
    integers, scale = whole(figures.to_numpy(float))
    return sum(integers) / scale


def _with_limits(
    plan: Allocation,
    tables: CheckedTables,
    problem: IntegerProblem,
    found: Found,
    limits: Limits,
    objective: Objective,
    fairness: Fairness | None,
    parts: Funded,
) -> Allocation:
    """Add what the objective and the limits have to say about a plan."""
    plan = replace(plan, aim=objective.aim, fairness=fairness)
    if objective.aim == "least_cost":  # the goal was pence not spent: no price in access
        bound = -found.bound / 100 if found.plan is not None else 0.0
        notes = plan.notes + ((NOTHING_ASKED,) if found.plan is not None and not found.plan.offers else ())
        plan = replace(plan, bound=bound, access_per_extra_1000_pounds=None, notes=notes)
    if found.plan is None:
        return plan
    prices = found.prices if objective.aim != "least_cost" else {}
    shown = limits_table(problem, prices, limits, tables, parts)
    return replace(plan, limits=shown, grants=grants_table(limits, parts))


def _services_bought(services: pd.DataFrame, units: Sequence[int]) -> pd.DataFrame:
    bought = np.array([bool(count) for count in units], dtype=bool)
    counts = pd.Series(list(units), index=services.index, dtype="int64")
    costs = (counts * services["unit_cost_pence"].astype("int64")).astype("int64")
    return pd.DataFrame({"units": counts, "cost_pence": costs})[bought]
