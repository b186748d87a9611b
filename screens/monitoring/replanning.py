"""Plan again from an open period, keeping what is promised, paid and ordered, and save that as a scenario."""

import streamlit as st

from budget.accounts.ledger import Ledger
from budget.monitoring import replan
from budget.monitoring.monitored import Monitored
from budget.monitoring.replan import Replanned
from budget.planning.plan import Plan
from screens import page
from screens.background.panel import job_result
from screens.background.plan_cache import plan_identity
from screens.monitoring import page_actuals
from screens.monitoring.results import period_name
from screens.scenario import saved

JOB, WANTED, SAVED = "monitoring_replan_job", "monitoring_replan_wanted", "monitoring_replan_saved"


def show(plan: Plan, ledger: Ledger, monitored: Monitored) -> None:
    """Show the button, and once it is pressed what stays, what changes, and a way to save it."""
    st.header("Plan again from here", anchor=False)
    still_open = [period for period in monitored.periods if period > monitored.closed]
    if not still_open:
        st.markdown("Every period of the plan in this year is closed.")
        return
    period = still_open[0]
    identity = (plan_identity(plan, plan.scenario), monitored.year, period, monitored.lines)
    st.button(
        f"Re-plan from period {period_name(period)}",
        key="monitoring_replan",
        help="Every offer that is promised, and all that is paid or on order, stays as it is.",
        on_click=st.session_state.__setitem__,
        args=(WANTED, identity),
    )
    if st.session_state.get(WANTED) != identity:
        return
    found = job_result(JOB, "Planning again", replan.replan, plan, ledger, monitored, period, identity=identity)
    if found is not None:
        st.markdown(page.bullets(found.in_words()))
        _offer_to_save(found)


def _offer_to_save(found: Replanned) -> None:
    if found.plan is None:
        return
    name = f"{found.before.scenario.name}, from period {found.period}"
    st.button(
        "Save it as a scenario of its own",
        key="monitoring_replan_save",
        on_click=_save,
        args=(found.plan, found.period, name),
    )
    refused, done = st.session_state.pop(SAVED, (None, ""))
    if refused is not None:
        page.show_faults("Not saved", page_actuals.as_faults(refused))
    elif done:
        st.success(page.plain(f"Saved as {done}."))


def _save(plan: Plan, period: int, name: str) -> None:
    who = st.session_state.get(page_actuals.WHO, "")
    if saved.save(plan, who, f"Planned again from period {period}", name=name):
        st.session_state[SAVED] = (None, name)
    else:
        st.session_state[SAVED] = (st.session_state.pop(saved.REFUSED), "")
