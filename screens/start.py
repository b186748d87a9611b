"""Show the first screen: what Farebridge is for, three ways in, the counties at hand and the scenarios saved last."""

import streamlit as st

from budget.store.entries import moment
from data.faults import InputError
from screens import page
from screens.background import process_pool
from screens.background.plan_cache import choose_county, county_folders
from screens.scenario import saved, saved_panel

FOR = (
    "Farebridge helps a council spend a fixed transport budget so that the most disadvantaged young people in isolated "
    "areas can reach college and work."
)
DOORS = (
    (
        "Plan a budget",
        "plan",
        "How far does our money go, where, and for whom? For transport planners: the best plan for a budget, with its "
        "proof, on a map.",
    ),
    (
        "Young people",
        "check",
        "Does this young person get help with travel? For advisers: one person, or a file of hundreds, with reasons "
        "and letters.",
    ),
    (
        "Finance",
        "monitoring",
        "Are we on budget? For finance officers: a plan's workbook, the ledger against it, and the outturn.",
    ),
)
SHOWN = 5  # scenarios saved last


def show() -> None:
    """Show the screen."""
    process_pool.warm()
    st.title("Farebridge", anchor=False)
    st.markdown(f"**{FOR}**")
    with st.grid(3, min_column_width=240):
        for title, name, words in DOORS:
            with st.container(border=True, height="stretch", key=f"door_{name}"):  # page.css makes its link a heading
                page.link_to(name, title, icon=":material/arrow_forward:")
                st.markdown(words)
    page.link_to("help", "Help: ten minutes for each task, words, what not to use it for", icon=":material/help:")
    counties, scenarios = st.columns(2, gap="large")
    with counties:
        _counties()
    with scenarios:
        _saved_last()


def _counties() -> None:
    st.header("Counties at hand", anchor=False)
    for number, name in enumerate(county_folders()):
        label = f"Plan for {page.plain(name)}"
        if st.button(label, key=f"start_county_{number}", on_click=choose_county, args=(name,)):
            page.open_page("plan")
    st.markdown("The made-up county shows how the tool works. A real one is built from official files.")
    page.link_to("county", "Add a county", icon=":material/add_location_alt:")


def _saved_last() -> None:
    st.header("Scenarios saved last", anchor=False)
    try:
        entries = saved.library().list()
    except InputError as error:
        page.show_faults(saved.NOT_OPEN, error.faults)
        return
    if not entries:
        st.markdown("Nothing is saved yet. Make a plan and press *Save or send* on top.")
    for entry in entries[:SHOWN]:
        words = f"{page.plain(entry.name)}, saved by {page.plain(entry.author)} {moment(entry.saved_at)}"
        saved_panel.open_button(words, entry.id, entry.version, key=f"start_saved_{entry.id}")
    if entries:
        page.link_to("scenarios", "All saved scenarios", icon=":material/list:")
