"""Offer a plan's workbook on Finance, before there is an actual, and take it back with what finance changed in it."""

import streamlit as st

from budget.planning.plan import Plan
from screens import page
from screens.scenario import files, read_back

READ_BACK = "monitoring_read_back"  # whether the part that takes it back is open


def show(plan: Plan) -> None:
    """Offer the plan's workbook as it stands, and take it back with what finance changed in it."""
    st.header("Workbook", anchor=False)
    files.download_workbook(plan, "Download the plan's workbook")
    changed = st.expander("Read it back with what was changed in its yellow cells", key=READ_BACK, on_change="rerun")
    if changed.open:
        with changed:
            if read_back.section():
                page.open_page("plan")
