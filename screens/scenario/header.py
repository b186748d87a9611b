"""Show what every page has on top: the county, the plan and how to send or save it, and the pages beside this one."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from screens import page
from screens.background.plan_cache import ASKED, COUNTY, county_folders
from screens.scenario import form, saved, saved_panel
from screens.scenario.request import CURRENT, PLAN

PEOPLE = (("check", "One young person"), ("assess", "A file of applications"), ("policy", "The rules"))
FINANCE = (("monitoring", "A plan against the ledger"), ("scenarios", "Saved scenarios"))
DATA = (("sites", "Sites and journeys"), ("county", "Add a county"))
PLAN_PAGES = (("plan", "The plan"), ("areas", "Areas and rules"))
PLANNING = ("plan", "areas", "what_if", "take_away")  # the pages whose address may name a saved scenario
BESIDE = {  # the pages that belong together, by the name of each
    **dict.fromkeys(("plan", "areas"), PLAN_PAGES),
    **dict.fromkeys(("check", "assess", "policy"), PEOPLE),
    **dict.fromkeys(("monitoring", "scenarios"), FINANCE),
    **dict.fromkeys(("sites", "county"), DATA),
}
WHO_CAN_OPEN = "Whoever can open this app can open the link. It holds settings and no details of a person."


def show(name: str) -> DeltaGenerator:
    """Show the county, and the pages that belong to the page of this name; return where `complete` shows the rest."""
    if name == "start" and st.query_params.keys() - {COUNTY}:  # a link to a plan of before there was a first page
        page.open_page("plan", st.query_params.to_dict())
    if name == "plan":
        form.answer_after_back()
    if name in PLANNING:
        saved.take_address()  # before the box with the county, which it may choose
    county, plan = st.columns([2, 3], vertical_alignment="bottom")
    county.selectbox(
        "County",
        list(county_folders()),
        key=COUNTY,
        bind="query-params",
        accept_new_options=True,
        on_change=st.session_state.pop,
        args=(ASKED, None),
        help="All pages are about this county. Add one under Rules and data, Add a county.",
    )
    if name in BESIDE:
        with st.container(horizontal=True, vertical_alignment="center"):
            for other, label in BESIDE[name]:
                if other == name:
                    st.markdown(f"**{label}**", width="content")
                else:
                    page.link_to(other, label)
    return plan.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right")


def complete(place: DeltaGenerator) -> None:
    """Show the scenario's name, the link of the page and how to save the plan, once the page has made it."""
    plan, found = st.session_state.get(PLAN), saved.opened()
    with place:
        if plan is not None:
            name = f"{found.name}, version {found.version}" if found else "not saved yet"
            st.markdown(f"Scenario: **{page.plain(name)}**")
        with st.container(width="content"):
            page.copy_link_button(WHO_CAN_OPEN)
        with st.popover("Save or send", disabled=plan is None):
            if plan is not None:
                saved_panel.save_box(plan, st.session_state.get(CURRENT, False))
