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
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.highs_process import SolverAnswer
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Model, Solution, build, build_tight, relaxation, solution_of
from budget.allocation.model.service_patterns import service_patterns
from budget.allocation.model.verify import certified_bound, excesses
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.column_branching import branch_with_columns
from budget.allocation.search.column_generation import ColumnGeneration, DualPoint
from budget.allocation.search.column_plans import best_plan, rounded_plan
from budget.allocation.search.heuristics import greedy_plan, repaired_plan
from budget.allocation.search.lagrangian import LagrangianPoint, LagrangianRelaxation, lagrangian_relaxation
from budget.allocation.search.reduced_cost_fixing import (
    ReducedCosts,
    RestrictedProblem,
    reduced_costs_at,
    restricted_problem,
)
from budget.allocation.search.share_branching import branch_on_shares
from budget.allocation.search.tie_breaking import TIES_LEFT_OPEN, break_ties
from budget.allocation.search.unit_branching import UnitRange, UnitScores, branch_on_units

REPAIRS = 5  # solves again with a row lowered by what the solver's plan exceeded it by, at most
USUAL_TOLERANCE, CLOSER_TOLERANCE = 1e-6, 1e-8
LARGE = 1_000  # offers from which the Lagrangian dual is solved first (docs/decisions/0018)
FEW = 100  # offers below which they are not, whatever is asked: the model in integers takes a third of the time
RESTRICTED_SIZES = (300, 1_500, 6_000)  # open offers of the restricted problems that are solved for a plan
OPEN = 3  # with at most so many times the offers of the last restricted problem open, no larger one is tried
BINDING = 0.25  # share of the limits on one group that must have a price before column generation is tried
PART = 0.25  # of the gap asked: how close the prices come
CLOSE_BOUND = 1e-6  # of a bound: how close column generation comes to the best one where a gap of 0 is asked
NEAR_POINTS = 20  # prices of like problems that column generation begins with, at most
WORTH_IT = 2e-5  # of a bound: what the first step of column generation must lower it by
EASY = 0.02  # of what is enough: with a bound so far above it, a plan is looked for before column generation
WORK = 1_000_000  # nodes times offers of a restricted problem that is solved for a plan only
KNOWN = 100  # scores of other budgets that the branching on units begins with, at most
LEAST_NODES = 100  # of such a problem, however many offers it has
TIE_NODES = 2_000  # of each solve that breaks ties where a gap is allowed
NOT_FOUND = "No plan that keeps every limit was found in the time given."
TIME_OVER = "The time limit ended the search: more time, or a faster machine, may give another plan."


@dataclass
class Memory:
    """What a search leaves for the next one of the same problem with more money; prices hold for every budget."""

    plan: Solution | None = None
    scores: UnitScores | None = None
    columns: list[DualPoint] = field(default_factory=list)  # the best point of column generation


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best plan found, None where there is none, and the bound that no plan can pass, in the problem's steps.

    `prices` are by the name of a row: the steps that one more unit of its right-hand side brings. {}: not known.
    `reasons` say why there is no plan although none is proved impossible.
    """

    plan: Solution | None
    bound: int
    prices: Mapping[str, float]
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
    near: list[DualPoint] | None = None,
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
    lagrangian = lagrangian_relaxation(problem) if is_large else None
    rule, found = _StopRule(problem, gap, deadline, enough, nodes, near, memory), None
    if lagrangian is not None:
        found = _by_lagrangian(lagrangian, rule, start, settle_ties=settle_ties)
    if found is None:
        found = _by_integer_model(problem, rule, start, settle_ties=settle_ties)
    if memory is not None and found.plan is not None:
        memory.plan = found.plan
    if found.infeasible or time.perf_counter() < deadline:
        return found
    return replace(found, notes=(*found.notes, TIME_OVER))


def _by_integer_model(
    problem: IntegerProblem, rule: "_StopRule", start: Solution | None, *, settle_ties: bool
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
    plan, solver_bound, status = _solve_checked(problem, tight, settings, best)
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


@dataclass(frozen=True, slots=True)
class _StopRule:
    """What ends a search: the gap asked, the deadline, enough steps, or the nodes of its last solve; and `near`."""

    problem: IntegerProblem
    gap: float
    deadline: float
    enough: int | None
    nodes: int | None
    near: list[DualPoint] | None = None
    memory: Memory | None = None

    def is_met(self, value: int | None, bound: int) -> bool:
        """Say whether a plan of this value (None where there is none) and a bound are good enough."""
        if self.enough is not None and (bound < self.enough or (value is not None and value >= self.enough)):
            return True
        return value is not None and is_proved(value, bound, self.gap)

    def is_met_by(self, plan: Solution | None, bound: int) -> bool:
        """Say the same of a plan, None where there is none."""
        return self.is_met(None if plan is None else plan.value(self.problem), bound)

    def least_for(self, bound: int) -> int | None:
        """Return the least value of a plan that is good enough beside a bound; None where any plan is."""
        part = 1 - Fraction(self.gap)
        if part <= 0:
            return None
        least = ceil(bound * part if bound > 0 else bound / part)
        return least if self.enough is None else min(least, self.enough)

    def is_over(self) -> bool:
        """Say whether the deadline has passed."""
        return time.perf_counter() > self.deadline


def _by_lagrangian(
    lagrangian: LagrangianRelaxation, rule: _StopRule, start: Solution | None, *, settle_ties: bool
) -> SearchResult | None:
    """Solve the Lagrangian dual, repair its plan, and solve what is still open; None where no plan comes of it."""
    problem = lagrangian.problem
    scores = _known_scores(lagrangian, rule.memory)
    known = [each.prices / each.scale for each in scores.lowest(lagrangian, 1)]
    points = best_dual_points(lagrangian, rule.deadline, near=known[0] if known else None)
    begin = [*scores.lowest(lagrangian, KNOWN), *(scores.add(point.prices, point.scale) for point in points)]
    reduced_costs = reduced_costs_at(lagrangian, points[0])
    bound, prices = reduced_costs.bound // reduced_costs.scale, lagrangian.named_prices(points[0])
    repaired = [_if_feasible(problem, repaired_plan(lagrangian, point)) for point in points[:2]]
    best = better_plan(problem, start, *repaired)
    if not rule.is_met_by(best, bound):
        best, bound = branch_on_shares(lagrangian, points[0], best, rule.is_met, rule.deadline, rule.gap)
    if not rule.is_met_by(best, bound):
        plan, bound = _by_column_generation(lagrangian, points, bound, rule, best)
        best = better_plan(problem, best, plan)
    ranges: list[UnitRange] = []
    if not rule.is_met_by(best, bound):
        best, ranges = branch_on_units(lagrangian, begin, best, rule.is_met, rule.deadline, scores)
        bound = min(bound, ranges[0].bound)
    if ranges:  # the plan is looked for where the bound is highest
        best = _from_restricted_problems(ranges[0].lagrangian, ranges[0].reduced_costs, bound, rule, best)
    if (
        rule.near is not None and rule.gap > 0 and best is not None and len(problem.cohort) >= LARGE
    ):  # the next share is worth more than more work on this
        return SearchResult(best, bound, prices)
    if best is None:
        return SearchResult(None, bound, prices) if rule.is_met_by(None, bound) else None
    if rule.gap > 0 and not rule.is_met_by(best, bound):
        best, bound = _range_by_range(ranges, bound, rule, best)
    is_good_enough = (rule.gap > 0 or rule.enough is not None) and rule.is_met_by(best, bound)
    if is_good_enough or rule.is_over():
        return SearchResult(best, bound, prices, notes=(TIES_LEFT_OPEN,) if settle_ties else ())
    restricted = restricted_problem(lagrangian, reduced_costs, reduced_costs.missing(best.value(problem)))
    if restricted.is_settled:
        best = better_plan(problem, best, _if_feasible(problem, restricted.only_plan)) or best
        return SearchResult(best, min(bound, best.value(problem)), prices)
    left = replace(rule, gap=_gap_of_restricted(restricted, bound, rule.gap))
    found = _by_integer_model(restricted.problem, left, restricted.to_restricted(best), settle_ties=settle_ties)
    if found.plan is not None:
        best = restricted.to_whole(found.plan)
        bound = max(min(bound, found.bound + restricted.fixed_value), best.value(problem))
    return SearchResult(best, bound, prices, notes=found.notes)


def _known_scores(lagrangian: LagrangianRelaxation, memory: Memory | None) -> UnitScores:
    """Return the scores at prices that are known, which are none without a memory."""
    if memory is None:
        return UnitScores(lagrangian)
    memory.scores = memory.scores or UnitScores(lagrangian)
    return memory.scores


def search_ranges(
    problem: IntegerProblem, ranges: list[UnitRange], best: Solution, gap: float, deadline: float
) -> tuple[Solution, int]:
    """Return the best plan within ranges of units, or the one known, and the bound that no plan in them can pass."""
    bound = max((each.bound for each in ranges), default=best.value(problem))
    return _range_by_range(ranges, bound, _StopRule(problem, gap, deadline, None, None), best)


def _range_by_range(ranges: list[UnitRange], bound: int, rule: _StopRule, best: Solution) -> tuple[Solution, int]:
    """Solve what is still open in one range of units after another, that of the highest bound first."""
    problem, bounds = rule.problem, [each.bound for each in ranges]
    for number, each in enumerate(ranges):
        value = best.value(problem)
        if rule.is_met(value, min(bound, max(bounds))) or rule.is_over():
            break
        restricted = restricted_problem(each.lagrangian, each.reduced_costs, each.reduced_costs.missing(value))
        start = restricted.to_restricted(best)
        left = replace(rule, gap=_gap_of_restricted(restricted, each.bound, rule.gap))
        if restricted.is_settled:  # one plan of the range may be better than the one known
            best = better_plan(problem, best, _if_feasible(problem, restricted.only_plan)) or best
            bounds[number] = min(bounds[number], best.value(problem))
            continue
        found = _by_integer_model(restricted.problem, left, start, settle_ties=False)
        if found.plan is not None:
            best = better_plan(problem, best, _if_feasible(problem, restricted.to_whole(found.plan))) or best
        if found.infeasible:
            bounds[number] = value
        elif found.plan is not None:
            bounds[number] = min(bounds[number], found.bound + restricted.fixed_value)
    return best, max(min(bound, max(bounds, default=bound)), best.value(problem))


def _by_column_generation(
    lagrangian: LagrangianRelaxation, points: list[LagrangianPoint], bound: int, rule: _StopRule, plan: Solution | None
) -> tuple[Solution | None, int]:
    """Try column generation where many limits on one group have a price and the first step lowers the bound."""
    columns = ColumnGeneration(lagrangian)
    rows = [block.row for block in columns.blocks if block.row >= 0]
    priced = sum(bool(points[0].prices[row]) for row in rows)
    if priced < max(2, BINDING * len(rows)):
        return None, bound
    first = columns.start_at(points[0])
    for known in (*(rule.near or ()), *(rule.memory.columns if rule.memory else ())):
        columns.evaluate(known.prices, known.rider_duals)
    if first.bound is not None and bound - first.steps <= max(rule.gap / 2, WORTH_IT) * abs(bound):
        return rounded_plan(columns), bound
    close = max(rule.gap, CLOSE_BOUND) * PART
    if rule.enough is not None and first.bound is not None and first.steps - rule.enough > EASY * abs(rule.enough):
        easy = best_plan(columns, rule.deadline, close, rule.enough)  # far above what is enough: many plans will do
        if rule.is_met_by(easy, first.steps):
            return easy, bound
    columns.improve(rule.deadline, close, lambda best: rule.is_met_by(plan, best.steps))
    if rule.near is not None:
        rule.near[:] = [columns.best, *rule.near][:NEAR_POINTS]
    if rule.memory is not None:
        rule.memory.columns = [columns.best]
    if columns.best.bound is None:
        return None, bound
    bound = min(bound, columns.best.steps)
    if rule.is_met_by(plan, bound):
        return None, bound
    plan = better_plan(lagrangian.problem, plan, best_plan(columns, rule.deadline, close, rule.enough))
    if rule.is_met_by(plan, bound):
        return plan, bound
    plan, lower, points = branch_with_columns(columns, plan, rule.is_met, rule.deadline, close)
    if rule.near is not None:
        rule.near[:] = [*rule.near, *points][-NEAR_POINTS:]
    return plan, min(bound, lower)


def _from_restricted_problems(
    lagrangian: LagrangianRelaxation, reduced_costs: ReducedCosts, bound: int, rule: _StopRule, best: Solution | None
) -> Solution | None:
    """Return the best plan of restricted problems with more and more open offers, those of the least reduced cost."""
    problem = lagrangian.problem
    for size in RESTRICTED_SIZES:
        if rule.is_met_by(best, bound) or rule.is_over():
            break
        restricted = restricted_problem(lagrangian, reduced_costs, reduced_costs.threshold_for(size))
        best = better_plan(problem, best, _plan_of_restricted(restricted, problem, bound, rule, best))
        if best is None:
            continue
        still_open = reduced_costs.count_within(reduced_costs.missing(best.value(problem)))
        if still_open <= max(OPEN * size, RESTRICTED_SIZES[-1]):
            break
    return best


def _if_feasible(problem: IntegerProblem, plan: Solution | None) -> Solution | None:
    return plan if plan is not None and not excesses(problem, plan) else None


def _gap_of_restricted(restricted: RestrictedProblem, bound: int, gap: float) -> float:
    """Return the gap to ask of a restricted problem, so that the whole one has the gap asked."""
    return min(gap * abs(bound) / max(abs(bound - restricted.fixed_value), 1), 0.5)


def _plan_of_restricted(
    restricted: RestrictedProblem, problem: IntegerProblem, bound: int, rule: _StopRule, known: Solution | None
) -> Solution | None:
    """Return a plan of the whole problem from a restricted one; the bound of that says nothing of the whole."""
    if not restricted.offers:
        return _if_feasible(problem, restricted.only_plan)
    start = None if known is None else restricted.to_restricted(known)
    gap = _gap_of_restricted(restricted, bound, rule.gap / 2)
    nodes = max(WORK // len(restricted.offers), LEAST_NODES)
    settings = SolverSettings.until(rule.deadline, gap, nodes)
    if (least := rule.least_for(bound)) is not None:
        settings = replace(settings, target=least - restricted.fixed_value - 0.5)  # values are whole
    plan, _, _ = _solve_checked(restricted.problem, build_tight(restricted.problem), settings, start)
    return None if plan is None else _if_feasible(problem, restricted.to_whole(plan))


def better_plan(problem: IntegerProblem, *plans: Solution | None) -> Solution | None:
    """Return the plan of the highest value, of equals the one that spends least; None where there is none."""
    known = [plan for plan in plans if plan is not None]
    return max(known, key=lambda plan: (plan.value(problem), -plan.spend_pence(problem)), default=None)


def is_proved(value: int, bound: int, gap: float) -> bool:
    """Say whether a plan of this value is within the gap asked of anything the bound allows; exactly."""
    return missing(value, bound) <= Fraction(gap)


def missing(value: int | Fraction, bound: int | Fraction) -> Fraction:
    """Return what is missing to the bound, as a part of the bound; of the cost where there is only cost."""
    if bound <= value:
        return Fraction(0)
    return Fraction(bound - value) / (bound if bound > 0 else -value)


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


def _solve_checked(
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
