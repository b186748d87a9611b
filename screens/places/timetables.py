"""Show where timetables are chosen or dropped on the screen Sites and journeys, and measure journeys by them."""

import hashlib
from collections.abc import Sequence
from datetime import date

import streamlit as st

from data.bundle import County
from data.faults import InputError
from data.journeys.files import without_timetables
from data.journeys.question import Question, question
from data.travel import timetabled
from screens import page
from screens.background.panel import forget_job, job_result
from screens.places import own_places
from screens.places.own_places import OwnFile

FEEDS, DAYS, ARRIVE, LEAVE, HOMES, DROP, ASKED = (
    f"places_timetables_{part}" for part in ("feeds", "days", "arrive", "leave", "homes", "drop", "asked")
)
JOB = "places_timetables"
KINDS = ["zip", "xml"]
WHAT = (
    "GTFS zips as published: the national bus data of your region, rail converted to GTFS, ferries, your own. Fares "
    "as operators publish them (NeTEx, zip or XML) may be among them. Larger files are measured on the command line."
)


def choose(county: County, sites: Sequence[OwnFile]) -> OwnFile | None:
    """Show what is asked of timetables and measure it beside the page; return the matrix once it is there."""
    st.subheader("Timetables", anchor=False)
    page.show_notes(timetabled.told(county.manifest.timetables, date.today()))
    given = st.file_uploader("Published timetables", type=KINDS, key=FEEDS, accept_multiple_files=True, help=WHAT)
    feeds = tuple(OwnFile(each.name, each.getvalue()) for each in given or ())
    on, arrive, leave = st.columns(3)
    day = on.text_input(
        "On which day", key=DAYS, placeholder="15/09/2026",
        help="A weekday in term. Several by commas: the worst counts.",
    )  # fmt: skip
    by = arrive.text_input("There by", "09:00", key=ARRIVE)
    after = leave.text_input("Home again, leaving after", "16:30", key=LEAVE)
    homes = st.checkbox(
        "From every postcode to colleges too, as evidence about applications", key=HOMES,
        disabled=county.postcodes is None, help="Needs a county with postcodes, and takes longer.",
    )  # fmt: skip
    if not feeds:
        st.session_state.pop(ASKED, None)
        return None
    identity = _identity(county, sites, feeds, day, by, after, homes)
    if st.button("Measure journeys", key=f"{JOB}_measure"):
        forget_job(JOB)
        st.session_state[ASKED] = identity
    if st.session_state.get(ASKED) != identity:
        return None
    if (asked := _question(day, by, after)) is None:
        return None
    label = "Measuring journeys by timetable"
    work = (own_places.measured, county, tuple(sites), feeds, asked, homes)
    return job_result(JOB, label, *work, identity=identity)


def dropped(county: County) -> County:
    """Return the county, without its timetables where somebody says so on the page."""
    if county.manifest.timetables and st.checkbox("Leave the timetables of this county out", key=DROP):
        return without_timetables(county)
    return county


def _question(day: str, by: str, after: str) -> Question | None:
    try:
        return question([day], by, after)
    except InputError as error:
        names = {"--on": "On which day", "--arrive-from": "There by", "--leave-until": "Home again"}
        names |= {"--arrive-by": "There by", "--leave-after": "Home again"}
        faults = [type(fault)(names.get(fault.where, fault.where), fault.problem) for fault in error.faults]
        page.show_faults("This cannot be asked of timetables", faults)
        return None


def _identity(county: County, sites: Sequence[OwnFile], feeds: Sequence[OwnFile], *asked: object) -> str:
    digest = hashlib.sha256(repr((county.manifest.checksum, asked)).encode())
    for file in (*sites, *feeds):
        digest.update(file.name.encode() + hashlib.sha256(file.content).digest())
    return digest.hexdigest()
