"""Make the plan that the session asks for, on whichever page somebody looks at it."""

import datetime
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from budget.planning.plan import Plan
from data.faults import Fault, InputError
from screens import page
from screens.background.jobs import BackgroundJob
from screens.background.panel import forget_job
from screens.background.plan_cache import (
    ASKED,
    COUNTY,
    answers_in,
    begin_example,
    county_folder,
    plan_for,
    with_county,
)
from screens.scenario import form, saved

PLAN, PLANNING = "plan", "Finding the best plan for the money"
FAULTS, CURRENT, MADE = "faults", "plan_is_current", "made"
BEFORE = "plan_before"  # the plan that stood on the page before this one
TURN = "plan_turn"  # how many plans were made of a change to the plan on the page


def begin_first(today: datetime.date) -> BackgroundJob:
    """Begin the plan that the page Plan opens on, so that the first visitors after a start find it made."""
    return begin_example(PLAN, form.untouched(), today)


def read_form(today: datetime.date) -> None:
    """Take over what the form asks for, or every fault of it; a stopped job begins anew."""
    forget_job(PLAN)
    st.session_state[ASKED], st.session_state[FAULTS] = None, ()
    try:
        st.session_state[ASKED] = form.read(today)
    except InputError as error:
        st.session_state[FAULTS] = error.faults


def make(today: datetime.date) -> bool:
    """Make the plan that was asked for; say whether it is the one on the page, and not the last one."""
    asked = st.session_state[ASKED]
    st.session_state[CURRENT] = False
    if asked is None:
        return False
    try:
        found = saved.opened()
        kept = answers_in([found.results]) if found else ()
        outcome = plan_for(PLAN, PLANNING, asked.folder, asked.scenario, today, kept)
        if outcome.is_done and st.session_state.get(MADE) is not outcome.result:
            made = saved.under_its_name(with_county(outcome.result, asked.folder))
            _keep_before(st.session_state.get(PLAN), made)
            st.session_state[PLAN] = made
            st.session_state[MADE] = outcome.result
        faults = _named(_subject(outcome.subject, asked.folder), outcome.faults)
    except InputError as error:
        faults = _named(_subject(error.subject, asked.folder), error.faults)
    except OSError as error:
        faults = (Fault("County", f"cannot be read ({error.strerror}). Choose another one."),)
    st.session_state[FAULTS] = faults
    if not faults and outcome.is_stopped:
        st.info(f"Stopped after {outcome.seconds:.0f} seconds. Press Plan to begin again.")
    st.session_state[CURRENT] = not faults and outcome.is_done
    return st.session_state[CURRENT]


def _keep_before(before: Plan | None, after: Plan) -> None:
    """Keep the plan that stood on the page, to compare the next with, where both are of the same county."""
    if before is None or before.county.manifest.checksum != after.county.manifest.checksum:
        st.session_state.pop(BEFORE, None)
    elif before.scenario != after.scenario:
        st.session_state[BEFORE] = before
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _subject(subject: str, folder: Path) -> str:
    """Return what faults are of, by the county's name where it is the folder of its bundle."""
    of_county = subject in (str(folder), str(folder.resolve()))
    return str(st.session_state.get(COUNTY) or "County") if of_county else subject


def _named(subject: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults by the name of what has them, such as a bundle's folder."""
    return tuple(Fault(": ".join(filter(None, [subject, fault.where])), fault.problem) for fault in faults)


def plan_of_page() -> Plan | None:
    """Return the plan for a page without the form, made from the address where there is none; None until it is there.

    Shows what is wrong, and a link to the page Plan, where it cannot be made.
    """
    today = datetime.date.today()
    if ASKED not in st.session_state:
        st.session_state[ASKED] = form.Request(county_folder(), form.source())
    is_current = make(today)
    saved.write_address(always=True)
    if st.session_state[FAULTS]:
        page.show_faults("This cannot be planned yet", st.session_state[FAULTS])
        page.link_to("plan", "Change it on the page Plan", icon=":material/edit:")
    return st.session_state[PLAN] if is_current else None
