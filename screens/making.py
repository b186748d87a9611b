"""Make a plan where it can be stopped: in a worker's process, which knows no screen and keeps the counties it read."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from budget import plan as plans
from budget.plan import Plan
from budget.scenarios import Scenario
from data import bundle
from data.bundle import County
from data.faults import Fault, InputError

COUNTIES_KEPT = 2


def make(folder: Path, changed: int, scenario: Scenario, today: datetime.date, report: Callable[[str], None]) -> Plan:
    """Return the plan for the bundle in a folder, without its county, which whoever asks has as well.

    `changed` is when the bundle was written. Raises InputError, also for a folder that cannot be read.
    """
    report("Reading the county")
    try:
        county = _county(folder, changed)
    except OSError as error:
        problem = f"cannot be read ({error.strerror}). Choose another folder."
        raise InputError("County", [Fault("", problem)]) from error
    report(f"The search ends by itself after {scenario.time_limit_seconds:.0f} s, with the best plan found")
    return replace(plans.make(county, scenario, today), county=None)


@lru_cache(COUNTIES_KEPT)
def _county(folder: Path, changed: int) -> County:
    return bundle.load(folder)
