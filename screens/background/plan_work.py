"""Work on a plan that is done beside the page: its result once it is there, else the reason why it is not there yet."""

from collections.abc import Callable, Hashable

import streamlit as st

from budget.planning.plan import Plan
from budget.scenarios.scenario import Scenario
from screens import page
from screens.background import panel


def identity(plan: Plan, scenario: Scenario) -> tuple:
    """Return what stands for a plan's places, its day and a scenario."""
    return plan.county.manifest.checksum, repr(scenario), plan.day


def result(key: str, label: str, job: Callable, *arguments: object, identity: Hashable) -> object | None:
    """Have work done (`screens.background.panel`); return None while there is no result, having said why."""
    outcome = panel.run(key, label, job, *arguments, identity=identity)
    if outcome.status == panel.FAULTS:
        page.show_faults("This could not be worked out", outcome.faults)
    if outcome.status == panel.STOPPED:
        said, again = st.columns([3, 1], vertical_alignment="center")
        said.markdown(f"{page.plain(label)}: stopped.")
        again.button("Start again", key=f"{key}_again", on_click=panel.forget, args=(key,))
    return outcome.result if outcome.status == panel.DONE else None
