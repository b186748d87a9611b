"""Show the screen What if: other budgets near this plan, and other take-up and prices than it counts on."""

import streamlit as st

from screens import page
from screens.plan import frontier, infeasible, risk
from screens.scenario import request

BUDGETS, RISK, COMPARE = "Other budgets", "If take-up and prices differ", "Saved scenarios side by side"
TAB = "what_if_tab"


def show() -> None:
    """Show the screen; only the tab that is open is worked out."""
    st.title("What if", anchor=False)
    page.keep(TAB)
    plan = request.plan_of_page()
    if plan is None:
        return
    if plan.allocation.status == "infeasible" or infeasible.no_plan_in_time(plan):
        st.markdown("There is no plan yet to compare with: no plan can satisfy what was asked.")
        page.link_to("plan", "See why on the page Plan", icon=":material/edit:")
        return
    budgets, chances, compared = st.tabs([BUDGETS, RISK, COMPARE], key=TAB, on_change="rerun")
    if budgets.open:
        with budgets:
            frontier.show(plan)
    if chances.open:
        with chances:
            risk.show(plan)
    if compared.open:
        with compared:
            st.markdown(
                "Save this plan as a scenario with *Save or send*, on top, then choose it and others on the page of "
                "saved scenarios."
            )
            page.link_to("scenarios", "Compare saved scenarios", icon=":material/compare_arrows:")
