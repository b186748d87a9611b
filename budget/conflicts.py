"""When no plan exists: which limits cannot be kept together, and by how much each of them would have to give.

A deletion filter (J. W. Chinneck, "Feasibility and Infeasibility in Optimization", 2008) over the limits by name: each
is left out in turn, and stays out if the rest still cannot be kept. What is left is irreducible: without any one of
them there is a plan. Where fractions of offers could not keep the limits either, the filter works on the relaxation,
which takes milliseconds; otherwise in whole numbers. It gives up on making the set smaller after `SECONDS`.
"""

import time
from dataclasses import replace

from budget.model import Goal, build, plan_of, relaxation
from budget.problem import Problem, Row
from budget.solver import Settings
from budget.verify import activity, excesses

SECONDS = 10.0
SECONDS_EACH = 2.0
SECONDS_FOR_FIGURES = 4.0  # with many limits the first have figures and the others their names
MUST = "must_fund"


def conflicts_of(problem: Problem, reserve_pence: int = 0) -> tuple[str, ...]:
    """Return a sentence for each limit of an irreducible set that cannot be kept together."""
    started = time.perf_counter()
    names = [row.name for row in problem.rows if row.kind != "seats"]
    held = ([MUST] if problem.must_fund else []) + names[::-1]
    in_fractions = _cannot_be_kept(problem, in_fractions=True)
    for name in list(held):
        without = [other for other in held if other != name]
        if time.perf_counter() - started > SECONDS:
            break
        if _cannot_be_kept(_only(problem, without), in_fractions=in_fractions):
            held = without
    spare = time.perf_counter() + SECONDS_FOR_FIGURES
    return tuple(_sentence(problem, name, held, reserve_pence, spare) for name in reversed(held))


def _only(problem: Problem, held: list[str]) -> Problem:
    rows = tuple(row for row in problem.rows if row.kind == "seats" or row.name in held)
    return replace(problem, rows=rows, must_fund=problem.must_fund if MUST in held else frozenset())


def _cannot_be_kept(problem: Problem, *, in_fractions: bool) -> bool:
    """Say whether it is proved that no plan keeps every row: what is not proved blames nobody."""
    model = build(problem, Goal(True, [0] * len(problem.cohort), [0] * len(problem.max_units)))
    settings = Settings(gap=0.0, seconds=SECONDS_EACH)
    return (relaxation(model, settings) if in_fractions else model.solve(settings)).status == "infeasible"


def _sentence(problem: Problem, name: str, held: list[str], reserve_pence: int, spare: float) -> str:
    others = [other for other in held if other != name]
    if name == MUST:
        funded = sorted(problem.cohort_names[cohort] for cohort in problem.must_fund)
        named = ", ".join(funded[:5]) + (f" and {len(funded) - 5} more" if len(funded) > 5 else "")
        plural = "cohorts must each" if len(funded) > 1 else "cohort must"
        return f"{len(funded)} {plural} receive an offer: {named}"
    row = next(row for row in problem.rows if row.name == name)
    reached, is_exact = _furthest(problem, row, others, spare)
    about = "" if is_exact else "at least "
    if row.kind == "budget":
        what = "what must be funded" if others == [MUST] else "what the other limits ask"
        after = f" after the reserve of {pounds(reserve_pence)}" if reserve_pence else ""
        if reached is None or reached <= row.right:
            return f"the budget{after} is short of {what}"
        return f"the budget{after} is {about}{pounds(reached - row.right)} short of {what}"
    kept = " with the others kept" if others else ""
    if reached is None or not is_exact or row.right == 0:
        return f"{row.words}: cannot be kept" + (" with the others" if others else "")
    figure = pounds(reached) if "£" in row.words else f"{reached / row.scale:,.10g}"
    return f"{row.words}: {'the least' if row.sense == '<=' else 'the most'} possible is {figure}{kept}"


def _furthest(problem: Problem, row: Row, others: list[str], spare: float) -> tuple[int | None, bool]:
    """Return how near to keeping a row a plan can come that keeps the others, and whether exactly or at best."""
    on_offers, on_units = [0] * len(problem.cohort), [0] * len(problem.max_units)
    for i, c in zip(row.offers, row.on_offers, strict=True):
        on_offers[i] = c
    for s, c in zip(row.units, row.on_units, strict=True):
        on_units[s] = c
    rest = _only(problem, others)
    model = build(rest, Goal(row.sense == ">=", on_offers, on_units))
    if time.perf_counter() > spare:
        return None, False
    answer = model.solve(Settings(gap=0.0, seconds=SECONDS_EACH))
    plan = plan_of(rest, model, answer)
    if answer.status == "infeasible":
        return None, False
    if answer.status == "optimal" and plan is not None and not excesses(rest, plan):
        return activity(row, plan), True
    return model.safe_bound(answer), False


def pounds(pence: int) -> str:
    """Write pence as pounds: whole pounds without decimals.

    >>> pounds(984200), pounds(984205)
    ('£9,842', '£9,842.05')
    """
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}" + (f".{rest:02d}" if rest else "")
