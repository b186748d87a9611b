"""Look for the best plan: prices, a first plan, the whole problem, and a judgement on what came out.

A small problem goes the plain way: the linear relaxation gives prices and a bound, then a greedy plan, the integer
model, ties. A large one has prices found first (`budget.allocation.search.boxstep`), which give a bound, a plan near
them and what is still open (`budget.allocation.search.reduced_cost_fixing`); the plain way then solves what is open.
It stops when the gap asked is proved.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from budget.allocation.model.highs import SolverAnswer, SolverSettings
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Model, Solution, build, build_tight, relaxation, solution_of
from budget.allocation.model.service_patterns import service_patterns
from budget.allocation.model.verify import certified_bound, excesses
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.column_generation import ColumnGeneration
from budget.allocation.search.heuristics import greedy_plan, repaired_plan
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation, lagrangian_relaxation
from budget.allocation.search.reduced_cost_fixing import (
    ReducedCosts,
    RestrictedProblem,
    reduced_costs_at,
    restricted_problem,
)
from budget.allocation.search.share_branching import branch_on_shares
from budget.allocation.search.tie_breaking import break_ties

REPAIRS = 5
USUAL_TOLERANCE, CLOSER_TOLERANCE = 1e-6, 1e-8
LARGE = 1_000  # offers from which prices come before the integer model (docs/decisions/0018)
RESTRICTED_SIZES = (300, 1_500, 6_000)  # open offers of the smaller problems that are tried for a plan
OPEN = 3  # times as many open offers as the last restricted had, or as the largest has, are solved for good at once
BINDING = 0.25  # of the limits of groups that have a price, from which they are kept inside their groups
CLOSE_BOUND = 1e-6  # of a bound, where a gap of 0 is asked
WORTH_IT = 2e-5  # of a bound: what keeping limits inside their groups must lower it by at once
WORK = 5_000_000  # nodes times offers of a smaller problem that is only solved for a plan
LEAST_NODES = 100  # of such a problem, however large it is
TIE_NODES = 2_000  # of each solve for the cheapest of plans as good as the one found, where a gap is allowed
TIME_OVER = "The time limit ended the search: more time, or a faster machine, may give another plan."


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best plan found (None where there is none), what no plan can pass, and prices in steps for one more."""

    plan: Solution | None
    bound: int  # in the problem's steps
    prices: Mapping[str, float]  # of the rows by name; {} where there are none
    infeasible: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def search(
    problem: IntegerProblem,
    gap: float,
    deadline: float,
    start: Solution | None = None,
    *,
    settle_ties: bool = True,
    enough: int | None = None,
    nodes: int | None = None,
) -> SearchResult:
    """Return the best plan that can be found and proved by the deadline.

    From `LARGE` offers on, prices on the budget and the limits come first and leave little to the integer model.
    `start` is a plan that is known to keep every row. With `enough` it is only asked whether a plan is worth so much.
    `nodes` ends the last solve in integers after so many of them, proved or not.
    """
    if not problem.cohort and not problem.rows[0].units:
        return _nothing_to_choose(problem)
    lagrangian = lagrangian_relaxation(problem) if len(problem.cohort) >= LARGE else None
    found = None
    if lagrangian is not None:
        found = _by_lagrangian(lagrangian, _StopRule(gap, deadline, enough, nodes), start, settle_ties=settle_ties)
    if found is None:
        found = _by_integer_model(problem, _StopRule(gap, deadline, enough, nodes), start, settle_ties=settle_ties)
    if found.infeasible or time.perf_counter() < deadline:
        return found
    return replace(found, notes=(*found.notes, TIME_OVER))


def _by_integer_model(
    problem: IntegerProblem, goal: "_StopRule", start: Solution | None, *, settle_ties: bool
) -> SearchResult:
    """Solve the relaxation for prices and bound, make a plan by its guidance, then solve in integers, checked."""
    gap, deadline = goal.gap, goal.deadline
    model = build(problem)
    relaxed = relaxation(model, _settings(0.0, deadline))
    if relaxed.status == "infeasible" and start is None and _is_infeasible(model, deadline):
        return SearchResult(None, 0, {}, infeasible=True)
    bound = certified_bound(problem, relaxed.row_price, relaxed.rider_price)
    prices = relaxed.row_price if relaxed.status == "optimal" else {}
    best = _best_plan(problem, start, greedy_plan(problem, relaxed.values))
    plan, solver_bound, status = _solve_checked(problem, _tight(model), gap, deadline, best, goal.nodes)
    if status == "infeasible" and best is None:
        return SearchResult(None, 0, prices, infeasible=True)
    best = _best_plan(problem, best, plan)
    if best is None:
        return SearchResult(
            None, bound, prices, reasons=("No plan that keeps every limit was found in the time given.",)
        )
    best = _best_plan(problem, best, greedy_plan(problem, relaxed.values, best.offers))
    if solver_bound >= best.value(problem):  # a bound below a plan that passed every check is a wrong bound
        bound = min(bound, solver_bound)
    notes: tuple[str, ...] = ()
    at_best = best.value(problem) >= bound
    if settle_ties and (at_best or (gap > 0 and is_proved(best.value(problem), bound, gap))):
        nodes = TIE_NODES if gap else None  # where the best itself is asked for, only the time limit ends it
        best, notes = break_ties(problem, best, deadline, in_order=at_best, nodes=nodes)
    return SearchResult(best, bound, prices, notes=notes)


def _tight(model: Model) -> Model:
    patterns = service_patterns(model.problem)
    return build(model.problem, model.goal, patterns=patterns) if patterns else model


@dataclass(frozen=True, slots=True)
class _StopRule:
    """What ends a search: the gap asked, the clock, or, of a yes or no question, its answer."""

    gap: float
    deadline: float
    enough: int | None
    nodes: int | None

    def is_met(self, value: int | None, bound: int) -> bool:
        """Say whether a plan of this value (None where there is none) and a bound are good enough."""
        if self.enough is not None and (bound < self.enough or (value is not None and value >= self.enough)):
            return True
        return value is not None and is_proved(value, bound, self.gap)

    def is_over(self) -> bool:
        """Say whether the time is over."""
        return time.perf_counter() > self.deadline


def _by_lagrangian(
    lagrangian: LagrangianRelaxation, goal: _StopRule, start: Solution | None, *, settle_ties: bool
) -> SearchResult | None:
    """Find prices, a plan near them, and what is still open; solve that in integers. None where no plan comes of it."""
    problem = lagrangian.problem
    points = best_dual_points(lagrangian, goal.deadline)
    reduced_costs = reduced_costs_at(lagrangian, points[0])
    bound, prices = reduced_costs.bound // reduced_costs.scale, lagrangian.named_prices(points[0])
    best = _best_plan(
        problem, start, *(_if_feasible(problem, repaired_plan(lagrangian, point)) for point in points[:2])
    )
    if not goal.is_met(_value(problem, best), bound):
        best, bound = branch_on_shares(lagrangian, points[0], best, goal.is_met, goal.deadline, goal.gap)
    if not goal.is_met(_value(problem, best), bound):
        plan, bound = _by_column_generation(lagrangian, points, bound, goal, best)
        best = _best_plan(problem, best, plan)
    best = _from_restricted_problems(lagrangian, reduced_costs, bound, goal, best)
    if best is None:
        return SearchResult(None, bound, prices) if goal.is_met(None, bound) else None
    if (goal.gap > 0 or goal.enough is not None) and goal.is_met(best.value(problem), bound):
        return SearchResult(best, bound, prices)
    if goal.is_over():
        return SearchResult(best, bound, prices)
    restricted = restricted_problem(
        lagrangian, reduced_costs, reduced_costs.bound - best.value(problem) * reduced_costs.scale
    )
    if not restricted.offers and not any(restricted.problem.max_units):
        return SearchResult(best, min(bound, best.value(problem)), prices)
    left = replace(goal, gap=_gap_of_restricted(restricted, bound, goal.gap))
    found = _by_integer_model(restricted.problem, left, restricted.part(best), settle_ties=settle_ties)
    if found.plan is not None:
        best = restricted.whole(found.plan)
        bound = max(min(bound, found.bound + restricted.fixed_value), best.value(problem))
    return SearchResult(best, bound, prices, notes=found.notes)


def _value(problem: IntegerProblem, plan: Solution | None) -> int | None:
    return None if plan is None else plan.value(problem)


def _by_column_generation(
    lagrangian: LagrangianRelaxation, points: list[LagrangianPoint], bound: int, goal: _StopRule, known: Solution | None
) -> tuple[Solution | None, int]:
    """Keep the limits of groups inside their groups, where many of them have a price and that lowers the bound."""
    columns = ColumnGeneration(lagrangian)
    rows = [block.row for block in columns.blocks if block.row >= 0]
    priced = sum(bool(points[0].prices[row]) for row in rows)
    if priced < max(2, BINDING * len(rows)):
        return None, bound
    first = columns.start_at(points[0])
    if first.bound is not None and bound - first.bound // first.scale <= max(goal.gap / 2, WORTH_IT) * abs(bound):
        return columns.near(), bound
    value = _value(lagrangian.problem, known)
    columns.improve(
        goal.deadline, max(goal.gap, CLOSE_BOUND) / 4, lambda best: goal.is_met(value, best.bound // best.scale)
    )
    if columns.best.bound is None:
        return None, bound
    bound = min(bound, columns.best.bound // columns.best.scale)
    if goal.is_met(value, bound):
        return None, bound
    return columns.plan(goal.deadline, max(goal.gap, CLOSE_BOUND) / 4, goal.enough), bound


def _from_restricted_problems(
    lagrangian: LagrangianRelaxation, reduced_costs: ReducedCosts, bound: int, goal: _StopRule, best: Solution | None
) -> Solution | None:
    """Return the best plan of problems made small by a threshold on reduced_costs, one larger than the other."""
    problem = lagrangian.problem
    for size in RESTRICTED_SIZES:
        if goal.is_met(_value(problem, best), bound) or goal.is_over():
            break
        restricted = restricted_problem(lagrangian, reduced_costs, reduced_costs.smallest(size))
        best = _best_plan(problem, best, _plan_of_restricted(restricted, problem, bound, goal, best))
        if best is not None and reduced_costs.count_within(
            reduced_costs.bound - best.value(problem) * reduced_costs.scale
        ) <= max(OPEN * size, RESTRICTED_SIZES[-1]):
            break
    return best


def _if_feasible(problem: IntegerProblem, plan: Solution | None) -> Solution | None:
    return plan if plan is not None and not excesses(problem, plan) else None


def _gap_of_restricted(restricted: RestrictedProblem, bound: int, gap: float) -> float:
    """Return the gap to ask of a restricted, so that the whole has the gap asked."""
    return min(gap * abs(bound) / max(abs(bound - restricted.fixed_value), 1), 0.5)


def _plan_of_restricted(
    restricted: RestrictedProblem, problem: IntegerProblem, bound: int, goal: _StopRule, known: Solution | None
) -> Solution | None:
    """Solve a smaller problem for a plan of the whole that is good enough; its bound says nothing of the whole."""
    if not restricted.offers:
        return _if_feasible(problem, restricted.whole(Solution((), (0,) * len(problem.max_units))))
    start = None if known is None else restricted.part(known)
    gap = _gap_of_restricted(restricted, bound, goal.gap / 2)
    nodes = max(WORK // len(restricted.offers), LEAST_NODES)
    plan, _, _ = _solve_checked(restricted.problem, build_tight(restricted.problem), gap, goal.deadline, start, nodes)
    return None if plan is None else _if_feasible(problem, restricted.whole(plan))


def _best_plan(problem: IntegerProblem, *plans: Solution | None) -> Solution | None:
    """Return the plan with the most access, then the least spend; None of none."""
    return max(
        (plan for plan in plans if plan is not None),
        key=lambda plan: (plan.value(problem), -plan.spend_pence(problem)),
        default=None,
    )


def is_proved(value: int, bound: int, gap: float) -> bool:
    """Say whether a plan of this value is within the gap asked of anything the bound allows; exactly."""
    return missing(value, bound) <= Fraction(gap)


def missing(value: int, bound: int) -> Fraction:
    """Return what is missing to the bound, as a part of the bound; of the cost where there is only cost."""
    if bound <= value:
        return Fraction(0)
    return Fraction(bound - value, bound if bound > 0 else -value)


def _settings(gap: float, deadline: float, nodes: int | None = None) -> SolverSettings:
    return SolverSettings(gap=gap, seconds=max(deadline - time.perf_counter(), 0.05), nodes=nodes)


def _nothing_to_choose(problem: IntegerProblem) -> SearchResult:
    nothing = Solution((), (0,) * len(problem.max_units))
    impossible = bool(problem.must_fund) or bool(excesses(problem, nothing))
    return SearchResult(None if impossible else nothing, 0, {"budget": 0.0}, infeasible=impossible)


def _is_infeasible(model: Model, deadline: float) -> bool:
    """Ask again at the usual tolerance: HiGHS has denied plans that exist at its finest (HiGHS issue 3258)."""
    return relaxation(model, replace(_settings(0.0, deadline), feasibility=USUAL_TOLERANCE)).status == "infeasible"


def _asked_again(
    problem: IntegerProblem, model: Model, settings: SolverSettings, start: Solution | None
) -> SolverAnswer:
    """Ask at the usual tolerance as in `_is_infeasible`; closer, where what it finds holds only to that tolerance."""
    answer = model.solve(replace(settings, feasibility=USUAL_TOLERANCE), start)
    plan = solution_of(problem, model, answer)
    if plan is not None and excesses(problem, plan):
        answer = model.solve(replace(settings, feasibility=CLOSER_TOLERANCE), start)
    return answer


def _solve_checked(
    problem: IntegerProblem, model: Model, gap: float, deadline: float, start: Solution | None, nodes: int | None = None
) -> tuple[Solution | None, int, str]:
    """Solve the integer model until its answer holds in integers: what exceeds a row lowers that row and solves again.

    Returns the plan (None if there is none), the bound of the first solve, which no repair weakens, and its status.
    """
    answer = model.solve(_settings(gap, deadline, nodes), start)
    if answer.status == "infeasible":
        answer = _asked_again(problem, model, _settings(gap, deadline, nodes), start)
    bound, status = model.safe_bound(answer), answer.status
    for _ in range(REPAIRS):
        plan = solution_of(problem, model, answer)
        over = excesses(problem, plan) if plan is not None else {}
        if plan is None or not over:
            return plan, bound, status
        model = model.tightened(over)
        answer = model.solve(_settings(gap, deadline, nodes), start)
    return None, bound, "failed"
