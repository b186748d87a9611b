"""Solve a small problem by its integer model: prices and a bound from the relaxation, a greedy plan, HiGHS, ties."""

import time
from dataclasses import replace

from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.highs_process import SolverAnswer
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Model, Solution, build, relaxation, solution_of
from budget.allocation.model.service_patterns import service_patterns
from budget.allocation.model.verify import certified_bound, excesses
from budget.allocation.search.heuristics import greedy_plan
from budget.allocation.search.stop_rule import SearchResult, StopRule, better_plan, is_proved
from budget.allocation.search.tie_breaking import break_ties

REPAIRS = 5  # solves again with a row lowered by what the solver's plan exceeded it by, at most
USUAL_TOLERANCE, CLOSER_TOLERANCE = 1e-6, 1e-8
TIE_NODES = 2_000  # of each solve that breaks ties where a gap is allowed
NOT_FOUND = "No plan that keeps every limit was found in the time given."


def by_integer_model(
    problem: IntegerProblem, rule: StopRule, start: Solution | None, *, settle_ties: bool
) -> SearchResult:
    """Solve the linear relaxation for prices and a bound, then the integer model from a greedy plan; break ties."""
    gap, deadline = rule.gap, rule.deadline
    model = build(problem)
    relaxed = relaxation(model, SolverSettings.until(deadline))
    if relaxed.status == "infeasible" and start is None and _is_infeasible(model, deadline):
        return SearchResult(None, 0, {}, infeasible=True)
    bound = certified_bound(problem, relaxed.row_price, relaxed.rider_price)
    prices = relaxed.row_price if relaxed.status == "optimal" else {}
    best = better_plan(problem, start, greedy_plan(problem, relaxed.values))
    patterns = service_patterns(problem)
    tight = build(problem, patterns=patterns) if patterns else model
    settings = SolverSettings.until(deadline, gap, rule.nodes)
    plan, solver_bound, status = solve_checked(problem, tight, settings, best)
    if status == "infeasible" and best is None:
        return SearchResult(None, 0, prices, infeasible=True)
    best = better_plan(problem, best, plan)
    if best is None:
        return SearchResult(None, bound, prices, reasons=(NOT_FOUND,))
    best = better_plan(problem, best, greedy_plan(problem, relaxed.values, best.offers)) or best
    if solver_bound >= best.value(problem):  # a bound below a plan that passed every check is a wrong bound
        bound = min(bound, solver_bound)
    notes: tuple[str, ...] = ()
    at_best = best.value(problem) >= bound
    if settle_ties and (at_best or (gap > 0 and is_proved(best.value(problem), bound, gap))):
        nodes = TIE_NODES if gap else None  # where the best itself is asked for, only the time limit ends it
        best, notes = break_ties(problem, best, deadline, in_order=at_best, nodes=nodes)
    return SearchResult(best, bound, prices, notes=notes)


def _is_infeasible(model: Model, deadline: float) -> bool:
    """Ask again at the usual tolerance: HiGHS has denied plans that exist at its finest (HiGHS issue 3258)."""
    return (
        relaxation(model, replace(SolverSettings.until(deadline), feasibility=USUAL_TOLERANCE)).status == "infeasible"
    )


def _asked_again(
    problem: IntegerProblem, model: Model, settings: SolverSettings, start: Solution | None
) -> SolverAnswer:
    """Ask at the usual tolerance as in `_is_infeasible`; closer, where what it finds holds only to that tolerance."""
    answer = model.solve(replace(settings, feasibility=USUAL_TOLERANCE), start)
    plan = solution_of(problem, model, answer)
    if plan is not None and excesses(problem, plan):
        answer = model.solve(replace(settings, feasibility=CLOSER_TOLERANCE), start)
    return answer


def solve_checked(
    problem: IntegerProblem, model: Model, settings: SolverSettings, start: Solution | None
) -> tuple[Solution | None, int, str]:
    """Solve the integer model until its answer holds in integers: what exceeds a row lowers that row and solves again.

    Returns the plan (None if there is none), the bound of the first solve, which no repair weakens, and its status.
    """
    deadline = time.perf_counter() + settings.seconds
    answer = model.solve(settings, start)
    if answer.status == "infeasible":
        answer = _asked_again(problem, model, settings.with_seconds_to(deadline), start)
    bound, status = model.safe_bound(answer), answer.status
    for _ in range(REPAIRS):
        plan = solution_of(problem, model, answer)
        over = excesses(problem, plan) if plan is not None else {}
        if plan is None or not over:
            return plan, bound, status
        model = model.tightened(over)
        answer = model.solve(settings.with_seconds_to(deadline), start)
    return None, bound, "failed"
