"""Work on a plan that is done beside the page: its result once it is there, else the reason why it is not."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from budget.planning.comparison import Comparison
from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from screens import page
from screens.background import panel, plan_jobs
from screens.background.jobs import FAULTS

Result = TypeVar("Result")


def plan_identity(plan: Plan, scenario: Scenario) -> tuple:
    """Return what stands for a plan's places, its day and a scenario."""
    return plan.county.manifest.checksum, repr(scenario), plan.day


def job_result(
    key: str, label: str, work: Callable[..., Result], *arguments: object, identity: Hashable
) -> Result | None:
    """Do work beside the page (`run_job`); return None while there is no result, and show why."""
    outcome = panel.run_job(key, label, work, *arguments, identity=identity)
    if outcome.status == FAULTS:
        page.show_faults("This could not be worked out", outcome.faults)
    if outcome.is_stopped:
        notice, again = st.columns([3, 1], vertical_alignment="center")
        notice.markdown(f"{page.plain(label)}: stopped.")
        again.button("Start again", key=f"{key}_again", on_click=panel.forget_job, args=(key,))
    return outcome.result if outcome.is_done else None


def write_report(key: str, plan: Plan, against: Plan | None, identity: Hashable) -> bytes | None:
    """Write the report to members on a plan, compared with another where there is one, beside the page."""
    return job_result(key, "Writing the report to members", plan_jobs.report, plan, against, identity=identity)


def compare_effects(key: str, before: Plan, after: Plan, identity: Hashable) -> Comparison | None:
    """Compare two plans beside the page, with what each input that differs does alone."""
    label = "Planning once more for each difference"
    return job_result(key, label, plan_jobs.effects, before, after, identity=identity)
