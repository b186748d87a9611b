"""The one door to work beside the page: plans and other results, made in processes of their own and shared.

What is handed on here is imported when it is first used: the processes that do the work import this package too, and
must not load Streamlit.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screens.background.panel import JobOutcome, forget_job, is_job_running, run_job, start_worker
    from screens.background.plan_cache import (
        county_folders,
        county_for,
        county_with_checksum,
        load_county,
        plan_for,
        plans_for,
    )
    from screens.background.plan_work import compare_effects, job_result, plan_identity, write_report

__all__ = [
    "JobOutcome",
    "compare_effects",
    "county_folders",
    "county_for",
    "county_with_checksum",
    "forget_job",
    "is_job_running",
    "job_result",
    "load_county",
    "plan_for",
    "plan_identity",
    "plans_for",
    "run_job",
    "start_worker",
    "write_report",
]
_MODULES = ("panel", "plan_cache", "plan_work")


def __getattr__(name: str) -> object:
    """Return a name of `__all__` from the module that has it."""
    if name in __all__:
        for module in map(import_module, (f"{__name__}.{each}" for each in _MODULES)):
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
