"""When no plan exists: which limits cannot be kept together, and by how much each of them would have to give.

A deletion filter (J. W. Chinneck, "Feasibility and Infeasibility in Optimization", 2008) over the limits by name: each
is left out in turn, and stays out if the rest still cannot be kept. What is left is irreducible: without any one of
them there is a plan.
"""

from dataclasses import replace

from budget.model import Goal, build, plan_of
from budget.problem import Problem, Row
from budget.solver import Settings
from budget.verify import activity, excesses

SECONDS_EACH = 5.0
MUST = "must_fund"


def conflicts_of(problem: Problem, reserve_pence: int = 0) -> tuple[str, ...]:
    """Return a sentence for each limit of an irreducible set that cannot be kept together."""
    names = [row.name for row in problem.rows if row.kind != "seats"]
    held = ([MUST] if problem.must_fund else []) + names[::-1]
    for name in list(held):
        without = [other for other in held if other != name]
        if not _has_plan(_only(problem, without)):
            held = without
    return tuple(_sentence(problem, name, held, reserve_pence) for name in reversed(held))


def _only(problem: Problem, held: list[str]) -> Problem:
    rows = tuple(row for row in problem.rows if row.kind == "seats" or row.name in held)
    return replace(problem, rows=rows, must_fund=problem.must_fund if MUST in held else frozenset())


def _has_plan(problem: Problem) -> bool:
    """Say whether some plan keeps every row; unknown counts as yes, so that nothing is blamed without proof."""
    nothing = Goal(True, [0] * len(problem.cohort), [0] * len(problem.max_units))
    return build(problem, nothing).solve(Settings(gap=0.0, seconds=SECONDS_EACH)).status != "infeasible"


def _sentence(problem: Problem, name: str, held: list[str], reserve_pence: int) -> str:
    others = [other for other in held if other != name]
    if name == MUST:
        funded = sorted(problem.cohort_names[cohort] for cohort in problem.must_fund)
        named = ", ".join(funded[:5]) + (f" and {len(funded) - 5} more" if len(funded) > 5 else "")
        plural = "cohorts must each" if len(funded) > 1 else "cohort must"
        return f"{len(funded)} {plural} receive an offer: {named}"
    row = next(row for row in problem.rows if row.name == name)
    reached = _furthest(problem, row, others)
    if row.kind == "budget":
        what = "what must be funded" if others == [MUST] else "what the other limits ask"
        after = f" after the reserve of {pounds(reserve_pence)}" if reserve_pence else ""
        if reached is None:
            return f"the budget{after} is short of {what}"
        return f"the budget{after} is {pounds(reached - row.right)} short of {what}"
    if reached is None or row.right == 0:
        return f"{row.words}: cannot be kept" + (" with the others" if others else "")
    figure = pounds(reached) if row.words.find("£") >= 0 else f"{reached / row.scale:,.10g}"
    least = f"the least possible is {figure}" if row.sense == "<=" else f"the most possible is {figure}"
    return f"{row.words}: {least}" + (" with the others kept" if others else "")


def _furthest(problem: Problem, row: Row, others: list[str]) -> int | None:
    """Return how near to keeping a row a plan can come that keeps the others; None where that is not proved."""
    on_offers, on_units = [0] * len(problem.cohort), [0] * len(problem.max_units)
    for i, c in zip(row.offers, row.on_offers, strict=True):
        on_offers[i] = c
    for s, c in zip(row.units, row.on_units, strict=True):
        on_units[s] = c
    rest = _only(problem, others)
    model = build(rest, Goal(row.sense == ">=", on_offers, on_units))
    answer = model.solve(Settings(gap=0.0, seconds=SECONDS_EACH))
    plan = plan_of(rest, model, answer)
    if plan is None or excesses(rest, plan) or answer.status != "optimal":
        return None
    return activity(row, plan)


def pounds(pence: int) -> str:
    """Write pence as pounds: whole pounds without decimals.

    >>> pounds(984200), pounds(984205)
    ('£9,842', '£9,842.05')
    """
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}" + (f".{rest:02d}" if rest else "")
