"""Show the screen Add a county: from official files to a county to plan with, and what a new release changed."""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from data.access import Right, needs
from data.bundle import County
from data.faults import InputError
from data.wording import counted, rounded_pounds
from screens import page
from screens.background import panel
from screens.background.plan_cache import choose_county, county_folders, load_county
from screens.places import county_jobs, files_panel, new_bundle, rests_on, saved_plans
from screens.places.county_jobs import BuildRequest, CountyChanges

COUNCIL, AGES, NAME, ASKED = (f"county_{part}" for part in ("council", "ages", "name", "asked"))
BUILDING, COMPARING, REPLAN = "county_building", "county_comparing", "county_replan"
USUAL_AGES = "16-18"
NONE = "Choose a council"


@needs(Right.DATA)  # a job runs in a process that does not know who asked for it
def show() -> None:
    """Show the screen. Raises NotAllowed for whoever may not change the data of counties."""
    st.title("Add a county", anchor=False)
    st.markdown(
        "Four decisions: the files, the council, the ages, and *Build*. Then plan with it. Files of any name do; a "
        "county is built in about half a minute."
    )
    st.header("1. The official files", anchor=False)
    found = files_panel.show()
    if found is None:
        return
    folder, left_out, here = found
    if not here.councils:
        st.markdown(
            "No council can be named yet: the files that say which areas are whose are missing (the first two)."
        )
        files_panel.show_lines(here, None, left_out)
        return
    st.header("2. The council", anchor=False)
    council = st.selectbox(
        "County, unitary or combined authority", here.councils, index=None, key=COUNCIL, placeholder=NONE
    )
    files_panel.show_lines(here, council, left_out)
    st.header("3. The young people", anchor=False)
    ages = st.text_input("Ages, from and to", USUAL_AGES, key=AGES, help="16-18 for college; up to 24 for work.")
    st.header("4. Build it", anchor=False)
    _ask(folder, left_out, council, ages)
    if asked := st.session_state.get(ASKED):
        place = panel.job_result(BUILDING, f"Building {asked.council}", county_jobs.build, asked, identity=repr(asked))
        if place is not None:
            _built(place)
        elif not panel.is_job_running(BUILDING):  # it was stopped, or something was wrong
            county_jobs.remove_unfinished(asked.place)


def _ask(folder: Path, left_out: tuple[str, ...], council: str | None, ages: str) -> None:
    """Show the name of the new county and the button that builds it."""
    name = st.text_input("Name of the new county", new_bundle.free_name(council or "County"), key=f"{NAME}_{council}")
    if st.button("Build", type="primary", disabled=council is None, key="county_build") and council:
        panel.forget_job(BUILDING)
        st.session_state.pop(ASKED, None)
        place = page.attempted("It cannot be built", lambda: new_bundle.new_place(name.strip()))
        if place is not None:
            st.session_state[ASKED] = BuildRequest(folder, left_out, council, ages, place.resolve())


def _built(place: Path) -> None:
    """Show what was built, what it rests on, and what differs from a county of the same councils."""
    try:
        county = load_county(place)
        label = new_bundle.label_of(place)
    except (InputError, StopIteration):
        st.markdown("It is not there any more. Build it again.")
        return
    areas = county.areas
    low_income = float((areas["young_people"] * areas["low_income_rate"]).sum())
    st.success(
        f"{page.plain(county.manifest.name)} is built: {counted(len(areas), 'area')}, "
        f"{areas['young_people'].sum():,.0f} young people, about {low_income:,.0f} of them on a low income, "
        f"{counted(len(county.destinations), 'college or workplace', 'colleges and workplaces')} in or near it."
    )
    button = f"Plan for {page.plain(label)}"
    if st.button(button, type="primary", key="county_plan", on_click=choose_county, args=(label,)):
        page.open_page("plan")
    page.link_to("sites", "Add sites, journeys or timetables to it", icon=":material/add_location_alt:")
    st.markdown("Your own prices go under *Your prices* on the page Plan.")
    rests_on.show(county)
    _changed(county, place)


def _changed(county: County, place: Path) -> None:
    """Show what differs from another county at hand of the same councils, where there is one."""
    others = {
        name: folder
        for name, folder in county_folders().items()
        if folder.resolve() != place and _councils(folder) == list(county.manifest.councils)
    }
    if not others:
        return
    st.header("What changed", anchor=False)
    before = st.selectbox("Compared with", list(others), key="county_before")
    folder = others[before].resolve()
    identity = (place, folder, county.manifest.checksum, load_county(folder).manifest.checksum)
    today = datetime.date.today()
    found = panel.job_result(
        COMPARING, "Comparing the counties", county_jobs.changes, folder, place, today, identity=(identity, today)
    )
    if found is not None:
        _show_changes(found)
        _saved_plans(before, folder, place, identity)


def _saved_plans(before: str, folder: Path, place: Path, identity: tuple) -> None:
    """Show, where somebody asks, what becomes of the plans that were saved for the other county."""
    st.markdown("Saved scenarios stay with the county that they were made for, which is kept.")
    if not page.was_asked(REPLAN, identity, f"Plan the scenarios saved for {page.plain(before)} anew here"):
        return
    today = datetime.date.today()
    found = panel.job_result(
        REPLAN, "Planning anew", saved_plans.replan, folder, place, today, identity=(identity, today)
    )
    if found is None:
        return
    if not found:
        st.markdown(f"No scenario is saved for {page.plain(before)}.")
        return
    rows = {
        "Scenario": [page.plain(each.name) for each in found],
        "Within reach, as saved": [_people(each.reach_before) for each in found],
        "Now": [_people(each.reach_after) for each in found],
        "Spent, as saved": [_pounds(each.spent_before_pence) for each in found],
        "Spent now": [_pounds(each.spent_after_pence) or page.plain(each.problem) for each in found],
    }
    page.show_table(rows, "The scenarios saved for the county before, as they were and on this county.")


def _people(number: float | None) -> str:
    return "" if number is None else page.people(number)


def _pounds(pence: int | None) -> str:
    return "" if pence is None else rounded_pounds(pence)


def _councils(folder: Path) -> list[str]:
    """Return the codes of the councils of a bundle, none where its manifest cannot be read."""
    try:
        return list(json.loads((folder / "manifest.json").read_bytes()).get("councils", []))
    except (OSError, ValueError, AttributeError):
        return []


def _show_changes(found: CountyChanges) -> None:
    table = pd.DataFrame(found.figures, columns=["What", "Before", "Now"])
    change = table["Now"] - table["Before"]
    rows = {
        "What": table["What"],
        "Before": [f"{value:,.0f}" for value in table["Before"]],
        "Now": [f"{value:,.0f}" for value in table["Now"]],
        "Change": [f"{value:+,.0f}" if round(value) else "none" for value in change],
    }
    page.show_table(rows, "What differs between the county before and now.")
    st.markdown("Isolated areas are those of the rules *isolated-areas* as they are published with Farebridge.")
    _names("Isolated now and not before", found.became_isolated)
    _names("Isolated before and not now", found.no_longer_isolated)
    if found.sources:
        with st.expander(counted(len(found.sources), "file differs", "files differ")):
            lines = (f"{title}: {before or 'none'} → {after or 'none'}" for title, before, after in found.sources)
            st.markdown(page.bullets(lines))
    else:
        st.markdown("Both were built from the same files.")


def _names(title: str, names: Sequence[str]) -> None:
    if names:
        with st.expander(f"{title}: {counted(len(names), 'area')}"):
            st.markdown(page.bullets(names))
