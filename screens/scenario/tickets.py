"""Show the tickets of operators or zones under Your prices, and take a council's own from a file."""

from dataclasses import replace

import streamlit as st

from budget.scenarios import tickets_file
from budget.scenarios.scenario import Scenario
from data.faults import InputError
from screens import page
from screens.scenario import form

FILE, FAULTS, TAKEN = "tickets_file", "tickets_faults", "tickets_taken"
WHAT = (
    "**Tickets of an operator or a zone.** A young person's weekly, term or annual ticket, in a CSV file with the "
    "columns *ticket*, *price* and *period* (day, week, month, term, year), and where it is good: *operators* and "
    "*lines* as the timetables name them, *zone* (districts in which a journey starts), *destinations* (colleges, "
    "places of work); then *source*, *dated* and *until*. Several names in a cell have ; between them. Passes are "
    "bought at its price on the buses that it covers, and who can afford it needs no help."
)


def show(scenario: Scenario) -> None:
    """Show the tickets of the scenario that was planned last, and where to give others in their place."""
    state = st.session_state
    if state.pop(TAKEN, False):
        st.rerun()  # the whole page, where this is in a fragment: the plan is made anew
    st.markdown(WHAT)
    header = ",".join(tickets_file.COLUMNS) + "\r\n"
    page.download("Download an empty file of tickets", header, "tickets.csv", "text/csv", key="tickets_template")
    st.file_uploader("Tickets, as CSV", type=["csv", "txt"], key=FILE, on_change=_take, args=(scenario,))
    if state.get(FAULTS):
        page.show_faults("These tickets cannot be used yet", state[FAULTS])
    if scenario.tickets:
        st.markdown(
            "Tickets that the plan has:\n\n"
            + page.bullets(f"{each.label}: {each.origin}." for each in scenario.tickets)
        )
        if st.button("Plan without these tickets", key="tickets_out", on_click=_plan, args=(scenario, ())):
            st.rerun()


def _take(scenario: Scenario) -> None:
    """Plan with the tickets of the file, or show every fault of it."""
    state, given = st.session_state, st.session_state[FILE]
    state[FAULTS] = ()
    if given is None:
        return
    try:
        _plan(scenario, tickets_file.from_csv(given.getvalue(), given.name))
    except InputError as error:
        state[FAULTS] = error.faults


def _plan(scenario: Scenario, tickets: tuple) -> None:
    form.fill(replace(scenario, tickets=tickets))
    st.session_state[TAKEN] = True
