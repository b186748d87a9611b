"""Find the best plan of a problem and prove how good it is, or prove that there is none.

A small problem is solved by the integer model: the linear relaxation gives prices and a bound, a greedy plan is the
start, HiGHS does the rest, and ties are broken. A large one has its Lagrangian dual solved first
(`budget.allocation.search.boxstep`): that gives a bound, a repaired plan, and by reduced-cost fixing a restricted
problem with what is still open, which the integer model solves. The search stops when the gap asked for is proved.

Every limit inside counts work (nodes, rounds), so that a plan does not depend on how busy the machine is. The clock
only ends a search, at the deadline, and then a note says so. What each part brings was measured:
docs/decisions/0038-what-each-part-of-the-search-brings.md.
"""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution
from budget.allocation.model.verify import excesses
from budget.allocation.search.integer_search import by_integer_model
from budget.allocation.search.stop_rule import TIME_OVER, Memory, SearchResult, StopRule

if TYPE_CHECKING:
    from budget.allocation.search.column_generation import DualPoint

LARGE = 1_000  # offers from which the Lagrangian dual is solved first (docs/decisions/0018)
FEW = 100  # offers below which they are not, whatever is asked: the model in integers takes a third of the time


def search(
    problem: IntegerProblem,
    gap: float,
    deadline: float,
    start: Solution | None = None,
    *,
    settle_ties: bool = True,
    enough: int | None = None,
    nodes: int | None = None,
    near: "list[DualPoint] | None" = None,
    memory: Memory | None = None,
) -> SearchResult:
    """Return the best plan that can be found and proved by the deadline (a value of time.perf_counter).

    `gap` is relative: how far from the bound the plan may stay. `start` is a plan that is known to keep every row. With
    `enough` the search ends when it is known whether a plan is worth so many steps. `nodes` ends the last solve in
    integers after so many of them, proved or not. `near` has prices of a like problem to begin column generation from,
    if any are known yet, and is given those found here; prices then come first from `FEW` offers on. `memory`
    is handed from one search to the next where nothing but the budget differs.
    """
    if not problem.cohort and not any(problem.max_units):  # there is nothing to choose
        nothing = Solution((), (0,) * len(problem.max_units))
        impossible = bool(problem.must_fund) or bool(excesses(problem, nothing))
        return SearchResult(None if impossible else nothing, 0, {"budget": 0.0}, infeasible=impossible)
    is_large = len(problem.cohort) >= (LARGE if near is None else min(LARGE, FEW))
    is_hurried = near is not None and gap > 0 and len(problem.cohort) >= LARGE
    rule, found = StopRule(problem, gap, deadline, enough, nodes, near, memory, is_hurried), None
    if is_large:
        found = _by_prices(rule, start, settle_ties=settle_ties)
    if found is None:
        found = by_integer_model(problem, rule, start, settle_ties=settle_ties)
    if memory is not None and found.plan is not None:
        memory.plan = found.plan
    if found.infeasible or time.perf_counter() < deadline:
        return found
    return replace(found, notes=(*found.notes, TIME_OVER))


def _by_prices(rule: StopRule, start: Solution | None, *, settle_ties: bool) -> SearchResult | None:
    """Return what prices find, None where they do not apply or come to no plan; a small problem imports none of it."""
    from budget.allocation.search.lagrangian import lagrangian_relaxation
    from budget.allocation.search.price_search import by_prices

    lagrangian = lagrangian_relaxation(rule.problem)
    return None if lagrangian is None else by_prices(lagrangian, rule, start, settle_ties=settle_ties)
