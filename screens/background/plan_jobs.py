"""Jobs on plans, for a worker's process: it can be stopped, knows no screen and keeps the counties that it read."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from budget.allocation.answer import Answer
from budget.planning import comparison
from budget.planning import plan as plans
from budget.planning.comparison import Comparison
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from data import bundle
from data.bundle import County
from data.faults import Fault, InputError

if TYPE_CHECKING:
    from budget.report.blocks import Picture  # its package takes a second to load, and only two jobs need it

COUNTIES_KEPT = 2


def make(
    folder: Path,
    changed: int,
    scenario: Scenario,
    today: datetime.date,
    answers: tuple[Answer, ...],
    report: Callable[[str], None],
) -> Plan:
    """Return the plan for the bundle in a folder, without its county, which the caller has too.

    `changed` is when the bundle was written. Nothing is solved whose answer is among `answers`. Raises InputError,
    also for a folder that cannot be read.
    """
    report("Reading the county")
    try:
        county = _county(folder, changed)
    except OSError as error:
        problem = f"cannot be read ({error.strerror}). Choose another folder."
        raise InputError("County", [Fault("", problem)]) from error
    report(f"The search ends by itself after {scenario.time_limit_seconds:.0f} s, with the best plan found")
    return replace(plans.make(county, scenario, today, answers=answers), county=cast(County, None))


def make_all(
    requests: tuple[tuple[Path, int, Scenario], ...],
    today: datetime.date,
    answers: tuple[Answer, ...],
    report: Callable[[str, float], None],
) -> list[Plan]:
    """Return a plan for each folder, time it was written and scenario, without their counties, as `make` does."""
    finished: list[Plan] = []
    for number, (folder, changed, scenario) in enumerate(requests):
        report(f"“{scenario.name}”, {number + 1} of {len(requests)}", number / len(requests))
        finished.append(make(folder, changed, scenario, today, answers, lambda text: None))
    return finished


def report(plan: Plan, against: Plan | None, report: Callable[[str], None]) -> bytes:
    """Return the report to members on a plan, compared with another where there is one."""
    from budget.report import to_bytes  # loaded here for the same reason

    return to_bytes(plan, against, report)


def map_picture(plan: Plan, report: Callable[[str], None]) -> "Picture":
    """Return the map of who gains, as a PNG picture with its description."""
    from budget.report import map_picture  # and here

    return map_picture(plan)


def effects(before: Plan, after: Plan, report: Callable[[str], None]) -> Comparison:
    """Return two plans side by side, with what each input that differs does alone."""
    return comparison.with_effects(comparison.compare([before, after]), report)


@lru_cache(COUNTIES_KEPT)
def _county(folder: Path, changed: int) -> County:
    return bundle.load(folder)
