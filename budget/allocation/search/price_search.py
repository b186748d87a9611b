"""Solve a large problem by prices: the Lagrangian dual gives a bound and a plan, and leaves little for integers.

What is still open after repair, column generation and branching is a restricted problem, by reduced-cost fixing, which
the integer model solves.
"""

from dataclasses import replace

from budget.allocation.model.highs import SolverSettings
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Solution, build_tight
from budget.allocation.search import integer_search
from budget.allocation.search.boxstep import best_dual_points
from budget.allocation.search.column_search import by_column_generation
from budget.allocation.search.heuristics import repaired_plan
from budget.allocation.search.integer_search import by_integer_model
from budget.allocation.search.lagrangian import LagrangianRelaxation
from budget.allocation.search.reduced_cost_fixing import (
    ReducedCosts,
    RestrictedProblem,
    reduced_costs_at,
    restricted_problem,
)
from budget.allocation.search.share_branching import branch_on_shares
from budget.allocation.search.stop_rule import Memory, SearchResult, StopRule, better_plan, if_feasible
from budget.allocation.search.tie_breaking import TIES_LEFT_OPEN
from budget.allocation.search.unit_branching import UnitRange, UnitScores, branch_on_units

RESTRICTED_SIZES = (300, 1_500, 6_000)  # open offers of the restricted problems that are solved for a plan
OPEN = 3  # with at most so many times the offers of the last restricted problem open, no larger one is tried
WORK = 1_000_000  # nodes times offers of a restricted problem that is solved for a plan only
KNOWN = 100  # scores of other budgets that the branching on units begins with, at most
LEAST_NODES = 100  # of such a problem, however many offers it has


def by_prices(
    lagrangian: LagrangianRelaxation, rule: StopRule, start: Solution | None, *, settle_ties: bool
) -> SearchResult | None:
    """Solve the Lagrangian dual, repair its plan, and solve what is still open; None where no plan comes of it."""
    problem = lagrangian.problem
    scores = _known_scores(lagrangian, rule.memory)
    known = [each.prices / each.scale for each in scores.lowest(lagrangian, 1)]
    points = best_dual_points(lagrangian, rule.deadline, near=known[0] if known else None)
    begin = [*scores.lowest(lagrangian, KNOWN), *(scores.add(point.prices, point.scale) for point in points)]
    reduced_costs = reduced_costs_at(lagrangian, points[0])
    bound, prices = reduced_costs.bound // reduced_costs.scale, lagrangian.named_prices(points[0])
    repaired = [if_feasible(problem, repaired_plan(lagrangian, point)) for point in points[:2]]
    best = better_plan(problem, start, *repaired)
    if not rule.is_met_by(best, bound):
        best, bound = branch_on_shares(lagrangian, points[0], best, rule.is_met, rule.deadline, rule.gap)
    has_branched = False
    if not rule.is_met_by(best, bound):
        plan, bound, has_branched = by_column_generation(lagrangian, points, bound, rule, best)
        best = better_plan(problem, best, plan)
    if rule.is_hurried and has_branched and best is not None:  # with the better prices, so that others bring no more
        return SearchResult(best, bound, prices)
    ranges: list[UnitRange] = []
    if not rule.is_met_by(best, bound):
        best, ranges = branch_on_units(lagrangian, begin, best, rule.is_met, rule.deadline, scores)
        bound = min(bound, ranges[0].bound)
    if ranges:  # the plan is looked for where the bound is highest
        best = _from_restricted_problems(ranges[0].lagrangian, ranges[0].reduced_costs, bound, rule, best)
    if rule.is_hurried and best is not None:
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
        best = better_plan(problem, best, if_feasible(problem, restricted.only_plan)) or best
        return SearchResult(best, min(bound, best.value(problem)), prices)
    left = replace(rule, gap=_gap_of_restricted(restricted, bound, rule.gap))
    found = by_integer_model(restricted.problem, left, restricted.to_restricted(best), settle_ties=settle_ties)
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
    return _range_by_range(ranges, bound, StopRule(problem, gap, deadline, None, None), best)


def _range_by_range(ranges: list[UnitRange], bound: int, rule: StopRule, best: Solution) -> tuple[Solution, int]:
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
            best = better_plan(problem, best, if_feasible(problem, restricted.only_plan)) or best
            bounds[number] = min(bounds[number], best.value(problem))
            continue
        found = by_integer_model(restricted.problem, left, start, settle_ties=False)
        if found.plan is not None:
            best = better_plan(problem, best, if_feasible(problem, restricted.to_whole(found.plan))) or best
        if found.infeasible:
            bounds[number] = value
        elif found.plan is not None:
            bounds[number] = min(bounds[number], found.bound + restricted.fixed_value)
    return best, max(min(bound, max(bounds, default=bound)), best.value(problem))


def _from_restricted_problems(
    lagrangian: LagrangianRelaxation, reduced_costs: ReducedCosts, bound: int, rule: StopRule, best: Solution | None
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


def _gap_of_restricted(restricted: RestrictedProblem, bound: int, gap: float) -> float:
    """Return the gap to ask of a restricted problem, so that the whole one has the gap asked."""
    return min(gap * abs(bound) / max(abs(bound - restricted.fixed_value), 1), 0.5)


def _plan_of_restricted(
    restricted: RestrictedProblem, problem: IntegerProblem, bound: int, rule: StopRule, known: Solution | None
) -> Solution | None:
    """Return a plan of the whole problem from a restricted one; the bound of that says nothing of the whole."""
    if not restricted.offers:
        return if_feasible(problem, restricted.only_plan)
    start = None if known is None else restricted.to_restricted(known)
    gap = _gap_of_restricted(restricted, bound, rule.gap / 2)
    nodes = max(WORK // len(restricted.offers), LEAST_NODES)
    settings = SolverSettings.until(rule.deadline, gap, nodes)
    if (least := rule.least_for(bound)) is not None:
        settings = replace(settings, target=least - restricted.fixed_value - 0.5)  # values are whole
    plan, _, _ = integer_search.solve_checked(restricted.problem, build_tight(restricted.problem), settings, start)
    return None if plan is None else if_feasible(problem, restricted.to_whole(plan))
