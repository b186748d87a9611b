"""Show what a county's data rest on: their effects on plans, the official files and the notes of the build."""

import streamlit as st

from budget.planning import data_effects
from data.bundle import County
from data.wording import counted
from screens import page

NOTHING_NOTED = "No warning: nothing that was noted when these data were put together changes a plan."


def show(county: County) -> None:
    """Show what a planner must know of the data first, the files and notes of whoever builds them folded."""
    effects = data_effects.of_county(county)
    for effect in effects.on_plans:
        st.markdown(f":material/warning: {page.plain(effect)}")
    if not effects.on_plans:
        st.markdown(NOTHING_NOTED)
    estimated = sum(bool(column.get("estimated")) for column in county.manifest.columns.values())
    parts = [(len(county.manifest.sources), "file"), (estimated, "estimated column"), (len(effects.noted), "note")]
    there = ", ".join(counted(number, what) for number, what in parts if number)
    with st.expander(f"What it rests on: {there or 'no file is named'}"):
        page.show_notes(effects.noted)
        sources = county.manifest.sources
        rows = {
            "Source": [source.title for source in sources],
            "Vintage": [source.vintage for source in sources],
            "Publisher": [source.publisher for source in sources],
            "File": [source.file for source in sources],
        }
        page.show_rows(rows, "The official files that the county was built from.")
