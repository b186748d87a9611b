"""Show the screen Take away: the plan's workbook, the report to members, the map as a picture, and the link."""

import streamlit as st

from budget.planning.plan import Plan
from screens import page
from screens.background import plan_jobs
from screens.background.panel import job_result
from screens.background.plan_cache import plan_identity
from screens.scenario import request, saved
from screens.scenario.files import download_workbook, file_name

PNG = "image/png"


def show() -> None:
    """Show the screen."""
    st.title("Take away", anchor=False)
    plan = request.plan_of_page()
    if plan is None:
        return
    st.markdown(f"What {page.plain(plan.county.manifest.name)} can take from this plan into a meeting or a ledger.")
    workbook, report, picture = st.columns(3, gap="large")
    with workbook:
        st.header("Workbook", anchor=False)
        st.markdown("Every figure with its formula, for finance. Change its yellow cells and read it back on *Plan*.")
        download_workbook(plan)
    with report:
        st.header("Report to members", anchor=False)
        st.markdown("Two to five pages in plain English, with the risk and the map. It takes a minute or so.")
        _report(plan)
    with picture:
        st.header("Map", anchor=False)
        st.markdown("Who in target gets an offer, as a picture for a committee paper.")
        _map(plan)
        page.link_to("areas", "Maps by other measures, as a picture or a page", icon=":material/map:")
    st.header("Link", anchor=False)
    if saved.is_in_address():
        st.markdown("The button *Copy link* on top copies this plan's address. Whoever can open this app can open it.")
    else:
        st.markdown("This plan is too long for an address. Save it with the button on top: then the link is short.")


def _report(plan: Plan) -> None:
    identity = ("report", *plan_identity(plan, plan.scenario))
    if not page.was_asked("take_away_report", identity, "Write the report"):
        return
    label, key = "Writing the report to members", "take_away_report_work"
    content = job_result(key, label, plan_jobs.report, plan, None, identity=identity)
    if content is not None:
        page.download("Download the report", content, file_name(plan, "docx"), page.DOCX)


def _map(plan: Plan) -> None:
    identity = ("map", *plan_identity(plan, plan.scenario))
    picture = job_result("take_away_map", "Drawing the map", plan_jobs.map_picture, plan, identity=identity)
    if picture is not None:
        page.download("Download the map", picture.png, file_name(plan, "png"), PNG)
        st.image(picture.png, alt=picture.alt)
