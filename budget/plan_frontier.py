"""The frontier of a county's plan: what its cohorts and kinds of support would bring for other budgets."""

from budget.frontier import POINTS, Frontier, trace
from budget.plan import Plan


def of(
    plan: Plan,
    *,
    from_pence: int = 0,
    to_pence: int | None = None,
    steps: int = POINTS,
    time_limit_seconds: float | None = None,
) -> Frontier:
    """Return what each budget buys under a plan's scenario, its limits and reserve kept.

    By default from nothing to what buys all the access there is. The plan for one of the budgets is `budget.plan.make`
    with that budget in the scenario. The time limit is for the whole curve, the scenario's if absent. Raises InputError
    for budgets or steps that make no curve.
    """
    scenario = plan.scenario
    return trace(
        plan.choices.offers,
        services=plan.choices.services,
        limits=scenario.limits,
        objective=scenario.objective,
        from_pence=from_pence,
        to_pence=to_pence,
        steps=steps,
        reserve_pence=scenario.reserve_pence,
        gap=scenario.gap,
        time_limit_seconds=time_limit_seconds or scenario.time_limit_seconds,
    )
