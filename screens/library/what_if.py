"""Show the screen What if: other budgets near this plan, other take-up and prices, and saved scenarios side by side."""

import streamlit as st

from data.faults import InputError
from screens import page
from screens.library import compare
from screens.plan import frontier, infeasible, risk
from screens.scenario import request, saved

BUDGETS, RISK, COMPARE = "Other budgets", "If take-up and prices differ", "Saved scenarios side by side"
TAB = "what_if_tab"
COMPARED = "what_if_compared"  # the ids of the scenarios to compare


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
            _compared()


def _compared() -> None:
    """Show the choice of saved scenarios, and those that are chosen side by side."""
    try:
        library = saved.library()
        entries = {entry.id: entry for entry in library.list()}
    except InputError as error:
        page.show_faults(saved.NOT_OPEN, error.faults)
        return
    if len(entries) < 2:
        st.markdown(
            "Two saved scenarios or more can be compared. Save this plan as one with *Save or send*, on top; change "
            "it, and save it as another."
        )
    else:
        st.session_state[COMPARED] = [id for id in st.session_state.get(COMPARED, ()) if id in entries]
        picked = st.multiselect(
            "Scenarios to compare, two or more",
            list(entries),
            format_func=lambda id: entries[id].name,
            key=COMPARED,
            placeholder="Scenarios, by name",
        )
        if len(picked) > 1:
            compare.show(library, [entries[id] for id in picked])
    page.link_to("scenarios", "All saved scenarios", icon=":material/list:")
