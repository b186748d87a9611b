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
checked in Python integers, and a bound of our own proves its gap where that bound is tight enough
(`budget.allocation.model.verify`). Of two plans with the same access the one that spends less is chosen, then the one
that funds the earliest offer, in the order of cohort and option, that the other does not (within the limits stated in
`budget.allocation.search.tie_breaking`).
"""

import time
from dataclasses import replace
from fractions import Fraction
from typing import Unpack

import pandas as pd

from budget.allocation.aims.fairness import FairestSearch, share_given
from budget.allocation.inputs.allocation_problem import AllocationProblem, Settings
from budget.allocation.inputs.objective import NOTHING_ASKED
from budget.allocation.inputs.tables import LARGEST_PENCE, MICRO, exact_total
from budget.allocation.model.highs import NAME
from budget.allocation.model.integer_problem import GRANTS, IntegerProblem, to_integers, with_access_as_goal
from budget.allocation.model.pulp_model import Solution
from budget.allocation.result import Allocation, checked_results
from budget.allocation.search.infeasibility import conflicts_of
from budget.allocation.search.infeasible_subset import impossible_alone
from budget.allocation.search.search import search
from budget.allocation.search.stop_rule import TIME_OVER, Memory, SearchResult, is_proved, missing

PENCE_IN_1000_POUNDS = 100_000
OF_TIME = 0.7  # of the time there is, for the fairest share before the most access is looked for
LEAST_SECONDS = 0.5  # below which nothing more is begun
SHARE_OPEN = "That no plan gives the worst-off group a larger share is not proved: see the bound on the share."


def allocate(offers: pd.DataFrame, budget_pence: int, **settings: Unpack[Settings]) -> Allocation:
    """Return the plan that does best what `objective` asks with `budget_pence` less `reserve_pence`.

    `offers` has the columns cohort, option, cost_pence and access, and may have people, service, seats and any that
    limits name. The settings, with the defaults of `AllocationProblem.checked`, are: `services` (service,
    unit_cost_pence, seats_per_unit and max_units), `limits`, `objective`, `reserve_pence`, `gap` (how far from the best
    the plan may be, as a part of the best; 0 asks for the best itself) and `time_limit_seconds`, within which (and a
    second or two) a plan is returned, proved or not. No table is altered. Raises InputError with every fault.
    """
    started = time.perf_counter()
    return solve(AllocationProblem.checked(offers, budget_pence, **settings), started)


def solve(problem: AllocationProblem, started: float | None = None) -> Allocation:
    """Return the best plan of a checked problem, as `allocate` does.

    The time limit counts from `started` (a value of time.perf_counter), by default from now.
    """
    checked = time.perf_counter()
    started = checked if started is None else started
    deadline = started + problem.time_limit_seconds
    plan = _fair_first(problem, deadline) if problem.objective.aim == "fair_first" else _best_plan(problem, deadline)
    return replace(plan, seconds={"build": checked - started, "solve": time.perf_counter() - checked})


def _fair_first(problem: AllocationProblem, deadline: float) -> Allocation:
    """Return the plan of the largest share found, with the most access that such a plan can have.

    The share has most of the time. What the second step leaves is given back to the share if that is not proved yet;
    where a larger one is found, the second step is done for that. The plan is proved only where both are.
    """
    if impossible_alone(to_integers(problem)) is not None:
        return _best_plan(problem, deadline)
    fairest = FairestSearch(problem)
    fairest.go_on(_within(deadline))
    plan = _with_share(problem, fairest, deadline)
    while not fairest.is_over and time.perf_counter() < deadline:
        known = fairest.fairness
        fairest.go_on(_within(deadline))
        if fairest.fairness is None or known is None or fairest.fairness.share != known.share:
            plan = _with_share(problem, fairest, deadline)
        if deadline - time.perf_counter() < LEAST_SECONDS:
            break
    fairness = fairest.fairness
    if fairness is None or plan.status == "infeasible":
        return plan
    if fairest.plan is None and fairness.need:  # the time was over before a share was found: the plan has some share
        share = share_given(plan.chosen, problem.objective.by, fairness.need)
        fairness = replace(fairness, share=min(share, fairness.bound))
    gap = max(plan.gap, float(fairness.gap))
    is_proved = plan.status == "optimal" and fairness.gap <= Fraction(problem.gap)
    notes = (
        plan.notes if is_proved or TIME_OVER in plan.notes or plan.status != "optimal" else (*plan.notes, SHARE_OPEN)
    )
    return replace(plan, fairness=fairness, gap=gap, status="optimal" if is_proved else "time_limit", notes=notes)


def _within(deadline: float) -> float:
    """Return when the search for the share stops, so that the second step has its part of the time."""
    return deadline - (1 - OF_TIME) * (deadline - time.perf_counter())


def _with_share(problem: AllocationProblem, fairest: FairestSearch, deadline: float) -> Allocation:
    """Return the plan of the most access in which every group has the share found, if one was."""
    fairness = fairest.fairness
    limited = problem if fairness is None or fairest.plan is None else problem.with_limits(fairness.floors())
    return _best_plan(limited, deadline, fairest.plan)


def solve_next(problem: AllocationProblem, memory: Memory) -> Allocation:
    """Return the plan of most access where nothing but the budget, which rises, differs from the last problem.

    `memory` goes from one to the next. Ties are not settled, and limits that conflict are not named.
    """
    wealthy = to_integers(problem.with_ceiling(LARGEST_PENCE))  # so that offers stand at the same places in each
    integers = wealthy.with_budget(problem.ceiling_pence)
    return _best_plan(problem, time.perf_counter() + problem.time_limit_seconds, memory.plan, integers, memory)


def _best_plan(
    problem: AllocationProblem,
    deadline: float,
    start: Solution | None = None,
    integers: IntegerProblem | None = None,
    memory: Memory | None = None,
) -> Allocation:
    """Return the best plan of most access or of least cost, with the limits that conflict where there is none."""
    integers = to_integers(problem) if integers is None else integers
    is_least_cost = problem.objective.aim == "least_cost"
    if impossible_alone(integers) is not None:
        found = SearchResult(None, 0, {}, infeasible=True)
    else:
        settle = not is_least_cost and memory is None
        found = search(integers, problem.gap, deadline, start, settle_ties=settle, memory=memory)
    if is_least_cost:
        found = _most_for_that_money(problem, integers, found, deadline)
    plan = allocation_of(problem, integers, found)
    if found.infeasible and memory is None:
        until = max(deadline, time.perf_counter() + LEAST_SECONDS)
        conflicts, named = conflicts_of(to_integers(problem, filtered=False), problem.reserve_pence, until)
        plan = replace(plan, conflicts=conflicts, conflicting=named)
    return plan


def _most_for_that_money(
    problem: AllocationProblem, integers: IntegerProblem, found: SearchResult, deadline: float
) -> SearchResult:
    """Return the plan of the least spend that brings the most access for it; the bound stays that of the spend.

    Only the budget is lowered to that spend: what a grant may not pay for is still paid with the money there was.
    """
    if found.plan is None:
        return found
    most_access = with_access_as_goal(integers, problem.tables.offers)
    within = most_access.with_budget(found.plan.spend_pence(most_access))
    better = search(within, problem.gap, deadline, found.plan)
    return found if better.plan is None else replace(found, plan=better.plan, notes=better.notes)


def allocation_of(problem: AllocationProblem, integers: IntegerProblem, found: SearchResult) -> Allocation:
    """Return what the search found, checked against the tables; an allocation of nothing where it found no plan."""
    plan = found.plan if found.plan is not None else Solution((), (0,) * len(integers.max_units))
    chosen = problem.tables.offers.iloc[[integers.place[i] for i in plan.offers]]
    value = plan.value(integers)
    counts = pd.Series(plan.units, problem.tables.services.index, dtype="int64")
    services = pd.DataFrame({"units": counts, "cost_pence": counts * problem.tables.services["unit_cost_pence"]})
    proved = found.plan is not None and is_proved(value, found.bound, problem.gap)
    price = _price_of_money(integers, found)
    allocation = Allocation(
        status="infeasible" if found.infeasible else "optimal" if proved else "time_limit",
        chosen=chosen,
        services=services[services["units"] > 0],
        access=exact_total(chosen["access"]),
        bound=found.bound * integers.step / MICRO,
        gap=float(missing(value, found.bound)),
        spent_pence=plan.spend_pence(integers),
        budget_pence=problem.budget_pence,
        people=exact_total(chosen["people"]),
        access_per_extra_1000_pounds=None if price is None else price * integers.step / MICRO * PENCE_IN_1000_POUNDS,
        conflicts=found.reasons,
        solver=NAME,
        notes=problem.tables.notes + found.notes,
        aim=problem.objective.aim,
    )
    prices = found.prices
    if problem.objective.aim == "least_cost":
        allocation, prices = _of_least_cost(allocation, found), {}  # the goal was pence: no price is in access
    if found.plan is None:
        return allocation
    limits, grants = checked_results(problem, integers, plan, prices)
    return replace(allocation, limits=limits, grants=grants)


def _price_of_money(integers: IntegerProblem, found: SearchResult) -> float | None:
    """Return what a penny more brings at the prices: of every row that grows with the budget, as those of grants do."""
    if "budget" not in found.prices:
        return None
    grow = (row.name for row in integers.rows if row.kind == "budget" or row.name.startswith(GRANTS))
    return sum(found.prices.get(name, 0.0) for name in grow)


def _of_least_cost(allocation: Allocation, found: SearchResult) -> Allocation:
    """Return an allocation of the least cost with its bound in pounds, without a price of money."""
    if found.plan is None:
        return replace(allocation, bound=0.0, access_per_extra_1000_pounds=None)
    notes = allocation.notes if found.plan.offers else (*allocation.notes, NOTHING_ASKED)
    return replace(allocation, bound=-found.bound / 100, access_per_extra_1000_pounds=None, notes=notes)
