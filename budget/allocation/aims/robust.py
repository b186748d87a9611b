"""Robust plans: the budget suffices even where the costs of some cohorts and services are at their worst.

Budgeted uncertainty (Bertsimas and Sim, "The price of robustness", Operations Research 52, 2004): whichever Γ of the
cohorts and services are at their worst cost together, with the rest as planned, the plan keeps its budget. With d the
worst cost less the planned one (0 or more), the direct formulation is that of `budget.allocation.allocate` with one
row changed and one added for each cohort and each service:

    Σ cost[i]·fund[i] + Σ unit_cost[s]·units[s] + Γ·D·q + Σ_c D_c·p[c] + Σ_s D_s·p[s]  ≤  budget − reserve
    D·q + D_c·p[c] ≥ Σ_i d[i]·fund[i]                                   ∀ cohort c, over its offers
    D·q + D_s·p[s] ≥ d[s]·units[s]                                      ∀ service s
    0 ≤ q, p ≤ 1

D_c is the largest d of a cohort, D_s that of a service at its most units, D the largest of all: q and p between 0 and 1
keep the solver's arithmetic in one scale. The answer is checked outside the solver by sorting the deviations of the
plan in integers and adding up the Γ largest.

Only the money is robust. Seats are not: where more people come than planned, a full service turns riders away.
"""

import math
import time
from dataclasses import dataclass, replace
from fractions import Fraction

import pulp

from budget.allocation.aims.robust_problem import Deviations, RobustProblem
from budget.allocation.aims.robust_thresholds import by_thresholds
from budget.allocation.model.highs import FEASIBILITY, SolverSettings
from budget.allocation.model.highs_process import SolverAnswer
from budget.allocation.model.integer_problem import IntegerProblem
from budget.allocation.model.pulp_model import Model, Solution, build, solution_of
from budget.allocation.search.integer_search import USUAL_TOLERANCE
from budget.allocation.search.search import LARGE
from budget.allocation.search.stop_rule import better_plan, is_proved

REPAIRS = 5
PART_FOR_THRESHOLDS = 0.5  # of the time limit, at most


@dataclass(frozen=True, slots=True)
class RobustSolution:
    """The best robust plan found (None where none was), a bound that none exceeds, and the plan's worst spend."""

    plan: Solution | None
    bound: int  # in the problem's steps
    worst_pence: int
    is_proved: bool
    infeasible: bool = False


def uncertain(problem: IntegerProblem) -> int:
    """Return how many cohorts and services there are, each of which may be at its worst cost."""
    return len(set(problem.cohort)) + len(problem.max_units)


def gamma_of(text: str, count: int) -> int:
    """Return Γ for `count` cohorts and services from a text: a whole number, "sqrt" or "10%"; rounded up.

    Raises ValueError for anything else.
    """
    text = text.strip()
    if text == "sqrt":
        root = math.isqrt(count)
        return root + (root * root < count)
    if text.endswith("%"):
        share = Fraction(text[:-1]) / 100
        if not 0 <= share <= 1:
            raise ValueError(text)
        return math.ceil(share * count)
    if int(text) < 0:
        raise ValueError(text)
    return int(text)


def solve(robust: RobustProblem, *, time_limit_seconds: float = 60.0, start: Solution | None = None) -> RobustSolution:
    """Return the plan with the most access whose worst spend keeps the budget, checked.

    `start` is a robust plan that is already known. Thresholds come first (`budget.allocation.aims.robust_thresholds`),
    then the direct formulation where they do not close the gap. A small problem whose services run several units goes
    straight to the direct formulation, because thresholds bound such services loosely.
    """
    problem, began = robust.problem, time.perf_counter()
    best, bound = start, robust.most_value
    if len(problem.cohort) >= LARGE or not robust.has_fleets:
        plan, threshold_bound = by_thresholds(robust, began + PART_FOR_THRESHOLDS * time_limit_seconds)
        best = better_plan(problem, plan, best)
        bound = bound if threshold_bound is None else min(bound, threshold_bound)
    is_infeasible = False
    if best is None or not is_proved(best.value(problem), bound, robust.gap):
        best, direct_bound, is_infeasible = _direct(robust, began + time_limit_seconds, best)
        bound = min(bound, direct_bound)
    if best is None:
        return RobustSolution(None, bound, 0, False, is_infeasible)
    value = best.value(problem)
    if bound < value:  # a checked plan is worth more, so the bound is wrong: fall back to all there is
        bound = robust.most_value
    return RobustSolution(best, bound, robust.worst_spend_pence(best), is_proved(value, bound, robust.gap))


def _direct(robust: RobustProblem, deadline: float, best: Solution | None) -> tuple[Solution | None, int, bool]:
    """Solve the direct formulation: return the best plan known, the bound, and whether the solver finds it infeasible.

    Where its plan overspends (by its tolerance), it solves again with a budget lowered by that much.
    """
    ceiling, lowered = robust.problem.rows[0].right, 0
    bound, is_infeasible = 0, False
    for attempt in range(REPAIRS):
        model = robust_model(robust, ceiling - lowered)
        answer = _solved(model, robust.gap, deadline)
        if attempt == 0:  # with the budget as it is, so that a repair does not weaken the proof
            bound, is_infeasible = model.safe_bound(answer), answer.status == "infeasible"
        plan = solution_of(robust.problem, model, answer)
        over = robust.excess_pence(plan) if plan is not None else 0
        if over == 0:
            best = better_plan(robust.problem, plan, best)
            break
        lowered += over
    if is_infeasible and best is not None:  # there is a plan, so the solver is wrong and its bound proves nothing
        bound = robust.most_value
    return best, bound, is_infeasible


def _solved(model: Model, gap: float, deadline: float) -> SolverAnswer:
    """Solve at the finest tolerance, and at the usual one where it finds that infeasible (HiGHS issue 3258)."""
    for feasibility in (FEASIBILITY, USUAL_TOLERANCE):
        answer = model.solve(replace(SolverSettings.until(deadline, gap), feasibility=feasibility))
        if answer.status != "infeasible":
            break
    return answer


def robust_model(robust: RobustProblem, ceiling_pence: int) -> Model:
    """Build the robust formulation in PuLP: the plain model with a robust budget row."""
    problem, budget = robust.problem, robust.problem.rows[0]
    model = build(replace(problem, rows=problem.rows[1:]))
    groups = _groups(model, robust.deviations)
    largest = max((most for most, _ in groups.values()), default=0)
    terms = model.terms(budget)
    if robust.gamma and largest:
        q = model.lp.add_variable("robust_q", 0, 1, pulp.LpContinuous)
        terms.append((q, robust.gamma * largest))
        for name, (most, parts) in groups.items():
            p = model.lp.add_variable(f"robust_{name}", 0, 1, pulp.LpContinuous)
            terms.append((p, most))
            model.add([(q, largest), (p, most), *parts], ">=", f"worst_{name}", 0)
    model.add(terms, "<=", budget.name, ceiling_pence)
    return model


def _groups(model: Model, deviations: Deviations) -> dict[str, tuple[int, list[tuple[pulp.LpVariable, int]]]]:
    """Return each cohort and service by name: its largest deviation, and the terms that take off its own."""
    groups = {}
    for cohort, offers in model.problem.by_cohort().items():
        own = {i: d for i in offers if (d := deviations.on_offers[i])}
        if own:
            groups[f"cohort_{cohort:06d}"] = max(own.values()), [(model.fund[i], -d) for i, d in own.items()]
    for s, (d, most) in enumerate(zip(deviations.on_units, model.problem.max_units, strict=True)):
        if d and most:
            groups[f"service_{s:04d}"] = d * most, [(model.units[s], -d)]
    return groups
