"""Work out what each limit costs, from the plan without it; for a worker's process, which knows no screen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from budget.allocation.allocate import allocate
from budget.offers.offers import OfferTables
from budget.scenarios.scenario import Scenario
from screens.limits.entries import LimitEntry, limits_of

Without = tuple[str, float, int]  # the status, access and pence of a plan without one of the limits


def without_each(
    choices: OfferTables, scenario: Scenario, entries: Sequence[LimitEntry], report: Callable[[str, float], None]
) -> list[Without]:
    """Return the plan without each of the entries in turn, with everything else as it is."""
    plans = []
    for number in range(len(entries)):
        report(f"Without limit {number + 1} of {len(entries)}", number / len(entries))
        others = limits_of([*entries[:number], *entries[number + 1 :]])
        settings = settings_of(replace(scenario, limits=others))
        plan = allocate(choices.offers, scenario.budget_pence, services=choices.services, **settings)
        plans.append((plan.status, plan.access, plan.spent_pence))
    return plans


def settings_of(scenario: Scenario) -> dict[str, Any]:
    """Return the arguments of `allocate` other than offers, services and the budget."""
    return {
        "limits": scenario.limits,
        "objective": scenario.objective,
        "reserve_pence": scenario.reserve_pence,
        "gap": scenario.gap,
        "time_limit_seconds": scenario.time_limit_seconds,
    }
