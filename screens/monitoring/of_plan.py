"""Change the finance settings of the plan on the page Plan from the page Finance: no offer depends on them."""

from dataclasses import replace

import streamlit as st

from budget.planning.plan import Plan
from budget.scenarios.finance import Finance
from budget.scenarios.scenario import Scenario
from budget.store.entries import SavedScenario
from screens.background.plan_cache import ASKED
from screens.scenario import form, saved
from screens.scenario.request import PLAN


def is_open(plan: Plan) -> bool:
    """Return whether a plan is the one on the page Plan, whose settings can be changed."""
    return st.session_state.get(PLAN) is plan


def on_page_plan(found: SavedScenario) -> Plan | None:
    """Return the plan on the page Plan where it is this saved version, but for finance settings changed since."""
    plan, opened = st.session_state.get(PLAN), saved.opened()
    if plan is None or opened is None or (opened.id, opened.version) != (found.id, found.version):
        return None
    scenarios = (_with(each, found.scenario.finance) for each in (plan.scenario, plan.pinned_scenario))
    return plan if any(saved.is_same(each, found) for each in scenarios) else None


def is_unsaved(plan: Plan) -> bool:
    """Say whether a saved plan's finance settings were changed and are not saved yet."""
    return is_open(plan) and saved.opened() is not None and saved.is_changed(plan)


def keep_finance(plan: Plan, finance: Finance) -> None:
    """Put finance settings into what the page Plan asks for, and into the plan that is there."""
    state = st.session_state
    if (asked := state.get(ASKED)) is not None:
        state[ASKED] = replace(asked, scenario=_with(asked.scenario, finance))
    form.set_source(_with(form.source(), finance))
    state[PLAN] = replace(plan, scenario=_with(plan.scenario, finance))


def _with(scenario: Scenario, finance: Finance) -> Scenario:
    return replace(scenario, finance=finance)
