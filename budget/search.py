"""Look for the best plan: prices, a first plan, the whole problem, and a judgement on what came out.

The order is from quick to slow, and stops when the gap asked is proved: the linear relaxation gives prices and a bound;
for a large problem the decomposition (`budget.prices`); a greedy plan; the integer model; ties.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from budget.model import Model, Plan, build, plan_of, relaxation
from budget.prices import priced_plan
from budget.problem import Problem
from budget.solver import Settings
from budget.start import greedy_plan
from budget.ties import break_ties
from budget.verify import certified_bound, excesses

REPAIRS = 5
USUAL_TOLERANCE = 1e-6
LARGE = 10_000  # offers from which a price on the money comes before the plain model (docs/decisions/0006)


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan found (None where there is none), what no plan can pass, and prices in steps for one more."""

    plan: Plan | None
    bound: int  # in the problem's steps
    prices: Mapping[str, float]  # of the rows by name; {} where there are none
    infeasible: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def search(
    problem: Problem, gap: float, deadline: float, start: Plan | None = None, *, settle_ties: bool = True
) -> Found:
    """Solve the relaxation for prices and bound, make a plan by its guidance, then solve in integers, checked.

    `start` is a plan that is known to keep every row.
    """
    if not problem.cohort and not problem.rows[0].units:
        return _nothing_to_choose(problem)
    model = build(problem)
    relaxed = relaxation(model, _settings(0.0, deadline))
    if relaxed.status == "infeasible" and _is_infeasible(model, deadline):
        return Found(None, 0, {}, infeasible=True)
    bound, best = certified_bound(problem, relaxed.row_price, relaxed.link_price), start
    prices = relaxed.row_price if relaxed.status == "optimal" else {}
    if prices and len(problem.cohort) > LARGE and (priced := priced_plan(problem, prices["budget"])) is not None:
        best, bound = priced[0], min(bound, priced[1])
        if is_proved(best.value(problem), bound, gap):
            return Found(best, bound, prices)
    best = _better(problem, best, greedy_plan(problem, relaxed.values))
    plan, solver_bound, status = _solve_checked(problem, model, gap, deadline, best)
    if status == "infeasible" and best is None:
        return Found(None, 0, prices, infeasible=True)
    best = _better(problem, best, plan)
    if best is None:
        return Found(None, bound, prices, reasons=("No plan that keeps every limit was found in the time given.",))
    best = _better(problem, best, greedy_plan(problem, relaxed.values, best.offers))
    if solver_bound >= best.value(problem):  # a bound below a plan that passed every check is a wrong bound
        bound = min(bound, solver_bound)
    notes: tuple[str, ...] = ()
    if gap == 0 and settle_ties and best.value(problem) >= bound:
        best, notes = break_ties(problem, best, deadline)
    return Found(best, bound, prices, notes=notes)


def _better(problem: Problem, *plans: Plan | None) -> Plan | None:
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
    """Return what is missing to the bound as a part: of the bound where there is something to gain, else of the cost."""
    if bound <= value:
        return Fraction(0)
    return Fraction(bound - value, bound if bound > 0 else -value)


def _settings(gap: float, deadline: float) -> Settings:
    return Settings(gap=gap, seconds=max(deadline - time.perf_counter(), 0.05))


def _nothing_to_choose(problem: Problem) -> Found:
    nothing = Plan((), (0,) * len(problem.max_units))
    impossible = bool(problem.must_fund) or bool(excesses(problem, nothing))
    return Found(None if impossible else nothing, 0, {"budget": 0.0}, infeasible=impossible)


def _is_infeasible(model: Model, deadline: float) -> bool:
    """Ask again at the usual tolerance: HiGHS has denied plans that exist at its finest (HiGHS issue 3258)."""
    return relaxation(model, replace(_settings(0.0, deadline), feasibility=USUAL_TOLERANCE)).status == "infeasible"


def _solve_checked(
    problem: Problem, model: Model, gap: float, deadline: float, start: Plan | None
) -> tuple[Plan | None, int, str]:
    """Solve the integer model until its answer holds in integers: what exceeds a row lowers that row and solves again.

    Returns the plan (None if there is none), the bound of the first solve, which no repair weakens, and its status.
    """
    answer = model.solve(_settings(gap, deadline), start)
    if answer.status == "infeasible":  # see `_is_infeasible`
        answer = model.solve(replace(_settings(gap, deadline), feasibility=USUAL_TOLERANCE), start)
    bound, status = model.safe_bound(answer), answer.status
    for _ in range(REPAIRS):
        plan = plan_of(problem, model, answer)
        over = excesses(problem, plan) if plan is not None else {}
        if plan is None or not over:
            return plan, bound, status
        model = model.tightened(over)
        answer = model.solve(_settings(gap, deadline), start)
    return None, bound, "failed"
