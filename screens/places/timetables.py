"""Show the part of the screen Sites and journeys that measures journeys by published timetables."""

import datetime
from pathlib import Path

import streamlit as st

from data.bundle import County
from data.journeys.question import question
from screens import page
from screens.background import panel
from screens.background.plan_cache import county_folder
from screens.places import county_jobs, official_files, own_places

DAY, BY, AFTER, NAME, ASKED = (f"timetables_{part}" for part in ("day", "by", "after", "name", "asked"))
MEASURING = "timetables_measuring"
ARRIVE_BY, LEAVE_AFTER = datetime.time(9, 0), datetime.time(16, 30)  # as those of `python -m data journeys`


def show(county: County) -> None:
    """Show the timetables at hand, and measure the journeys of the county by them."""
    st.subheader("Timetables", anchor=False)
    folder = Path(official_files.OFFICIAL).resolve()
    feeds = sorted(path for path in folder.rglob("*.zip") if not _is_hidden(path.relative_to(folder)))
    if not feeds:
        st.markdown("None are here. Drop in or download timetables (GTFS) on the page *Add a county*.")
        page.link_to("county", "Add a county", icon=":material/add_location_alt:")
        return
    st.markdown(
        "Journeys are estimates until they are measured. The timetables among the official files measure each area's "
        "journey to each college and workplace, there and home again."
    )
    when, there, back = st.columns(3)
    day = when.date_input("On", None, key=DAY, format="DD/MM/YYYY", help="A weekday in term that the timetables cover.")
    by = there.time_input("Arrive by", ARRIVE_BY, key=BY)
    after = back.time_input("Leave for home from", LEAVE_AFTER, key=AFTER)
    name = st.text_input(
        "Name of the measured county's folder", own_places.free_name(f"{county.manifest.name} timetabled"), key=NAME
    )
    if st.button("Measure", key="timetables_measure", disabled=day is None) and day:
        panel.forget_job(MEASURING)
        st.session_state.pop(ASKED, None)
        place = page.attempted("It cannot be measured", lambda: own_places.new_place(name.strip()))
        if place is not None:
            asked = question([day.isoformat()], f"{by:%H:%M}", f"{after:%H:%M}")
            st.session_state[ASKED] = (county_folder().resolve(), feeds, asked, place.resolve())
    if job := st.session_state.get(ASKED):
        _measure(*job)


def _measure(source: Path, feeds: list[Path], asked: object, place: Path) -> None:
    identity = repr((source, feeds, asked, place))
    done = panel.job_result(
        MEASURING,
        "Measuring journeys by timetable",
        county_jobs.measure,
        source,
        feeds,
        asked,
        place,
        identity=identity,
    )
    if done is not None:
        st.success(f"Saved as {page.plain(own_places.label_of(place))}. Choose it on top of the page.")
        st.markdown(page.bullets(done.splitlines()))
    elif not panel.is_job_running(MEASURING):
        county_jobs.remove_unfinished(place)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
