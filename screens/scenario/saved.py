"""The saved scenario that the page works on: opened by its address, saved again, and drafts kept in the address.

The address of the plan screen holds `scenario` and `version` of what is open. Where the form has been changed since,
`draft` holds the scenario as it stands, so that a page that was refreshed, or lost its connection, comes back to it.
"""

import os
import time
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from budget.allocation.inputs.limits import NO_LIMITS
from budget.allocation.inputs.objective import MOST_ACCESS
from budget.planning.plan import Plan
from budget.scenarios.differences import fingerprint
from budget.scenarios.scenario import Scenario
from budget.scenarios.scenario_settings import SHOWN
from budget.store import results as store_results
from budget.store.database import VARIABLE, default_file
from budget.store.entries import Entry, Saved, moment
from budget.store.library import Library, NotFound, open_library
from data.faults import Fault, InputError
from screens.limits import state
from screens.scenario import form

OPEN, TRIED, PROBLEM, REFUSED = "saved_open", "saved_tried", "saved_problem", "saved_refused"
BEFORE, DONE, WHO = "saved_before", "saved_done", "saved_who"
ADDRESS, VERSION, DRAFT = "scenario", "version", "draft"
MOST_DRAFT = 6000  # characters; servers and browsers take 8,000 of an address
WAIT_SECONDS = 60  # before a database that could not be opened is tried again by itself


def library() -> Library:
    """Return the library of scenarios. Raises InputError, for a minute at once, where it cannot be opened."""
    failed_at, error = st.session_state.get("library_failed", (0.0, None))
    if error is not None and time.monotonic() - failed_at < WAIT_SECONDS:
        raise error
    try:
        return _library(os.environ.get(VARIABLE, ""), str(default_file()))
    except InputError as error:
        st.session_state["library_failed"] = (time.monotonic(), error)
        raise


@st.cache_resource(max_entries=1, show_spinner=False)
def _library(url: str, file: str) -> Library:
    return open_library()


def try_again() -> None:
    """Try the database, and an address that could not be opened, once more."""
    for key in ("library_failed", TRIED, PROBLEM):
        st.session_state.pop(key, None)


def opened() -> Saved | None:
    """Return the saved scenario that is open on the plan screen."""
    return st.session_state.get(OPEN)


def take_address() -> None:
    """Open the scenario that the page's address names; it runs before the form is shown."""
    asked = (st.query_params.get(ADDRESS), st.query_params.get(VERSION), st.query_params.get(DRAFT))
    now = opened()
    is_new = TRIED not in st.session_state
    if asked == st.session_state.get(TRIED) or (asked[0] is None and not is_new):
        return
    st.session_state[TRIED] = asked
    if now and asked[0] == now.id and asked[1] in (None, str(now.version)):
        return
    try:
        found = find(asked[0], asked[1]) if asked[0] else None
        draft = state.unpack_scenario(asked[2]) if asked[2] else None
        if found is None and draft is None:
            return
        _fill(draft or found.scenario)
        st.session_state[OPEN] = found
    except InputError as error:
        st.session_state[PROBLEM] = error.faults


def find(id: str, version: str | int | None = None) -> Saved:
    """Return a version of a scenario that is there. Raises InputError, of one that was deleted too."""
    if version is not None and not str(version).isdecimal():
        raise NotFound("The address", [f"asks for version {version!r}, which is no number. Ask for the address again."])
    found = library().get(id, None if version is None else int(version))
    if found.deleted_at is not None:
        by = [action for action in library().audit(id) if action.action == "deleted"][-1]
        problem = f"{by.who} deleted it {moment(by.at)}. It can be brought back on the page Scenarios, under Deleted."
        raise NotFound(found.name, [problem])
    return found


def open_saved(found: Saved) -> None:
    """Put a saved scenario into the form; what was there can be had again. Raises InputError where it cannot be."""
    before = st.session_state.get("asked")
    was = (before.scenario, opened()) if before else None
    _fill(found.scenario)
    st.session_state[OPEN], st.session_state[BEFORE] = found, was if _has_work(was) else None
    write_address()


def _has_work(was: tuple[Scenario, Saved | None] | None) -> bool:
    """Say whether there was something in the form that is not in the library and not how the page begins."""
    if was is None:
        return False
    scenario, found = was
    return not is_same(scenario, found) if found else fingerprint(scenario) != fingerprint(form.PLAIN)


def go_back() -> None:
    """Put what was in the form before a scenario was opened into it again."""
    scenario, found = st.session_state.pop(BEFORE)
    _fill(scenario)
    st.session_state[OPEN] = found
    write_address()


def _fill(scenario: Scenario) -> None:
    form.fill(scenario)
    for key in (PROBLEM, REFUSED, DONE):
        st.session_state.pop(key, None)


def close() -> None:
    """Let go of the saved scenario; the form stays as it is."""
    st.session_state.pop(OPEN, None)
    for key in (ADDRESS, VERSION):
        st.query_params.pop(key, None)


def is_same(scenario: Scenario, found: Saved) -> bool:
    """Say whether a scenario, once settled, is what was saved."""
    return fingerprint(scenario) == found.fingerprint


def is_changed(plan: Plan) -> bool:
    """Say whether a plan is of another scenario than was saved."""
    return not any(is_same(scenario, opened()) for scenario in (plan.scenario, plan.pinned_scenario))


def save(plan: Plan, author: str, note: str, *, name: str | None = None, over: int | None = None) -> bool:
    """Save a plan's scenario with its results: under a `name` as a new one, else as the next version; say if it was.

    `over` is the version of another that this one is to follow. Where it was not, why is kept for the panel.
    """
    st.session_state.pop(REFUSED, None)
    st.session_state.pop(DONE, None)
    now, scenario = opened(), plan.pinned_scenario
    try:
        results = store_results.of(replace(plan, scenario=scenario))
        known = {"author": author.strip(), "note": note.strip(), "results": results}
        if name is not None:
            entry = library().save(replace(scenario, name=name.strip()), **known)
        else:
            version = over or now.version
            entry = library().save(replace(scenario, name=now.name), id=now.id, expected_version=version, **known)
        _take(entry)
    except InputError as error:  # a Conflict is one
        st.session_state[REFUSED] = error
        return False
    st.session_state[DONE] = f"Saved as version {entry.version}."
    return True


def _take(entry: Entry) -> None:
    found = library().get(entry.id, entry.version)
    st.session_state[OPEN] = found
    form.carry(found.scenario)
    st.session_state.pop(PROBLEM, None)
    write_address()


def write_address() -> None:
    """Put what is open, and what has been changed since, into the page's address."""
    found, asked = opened(), st.session_state.get("asked")
    _put(ADDRESS, found.id if found else st.query_params.get(ADDRESS))
    _put(VERSION, str(found.version) if found else st.query_params.get(VERSION))
    if asked is None:
        return
    packed = state.pack_scenario(asked.scenario) if _needs_draft(asked.scenario) else ""
    st.session_state["saved_too_long"] = len(packed) > MOST_DRAFT
    _put(DRAFT, packed if packed and len(packed) <= MOST_DRAFT else None)


def _needs_draft(scenario: Scenario) -> bool:
    """Say whether there is something that the saved scenario, or the form's own answers in the address, do not hold."""
    found, plan = opened(), st.session_state.get("plan")
    if found is not None:
        settled = plan is not None and plan.scenario == scenario and is_same(plan.pinned_scenario, found)
        return not (settled or is_same(scenario, found))
    carried = replace(form.carried(), limits=NO_LIMITS, objective=MOST_ACCESS)
    return bool(set(scenario.figures) - set(form.MAIN)) or carried != form.PLAIN or not state.is_in_the_address()


def _put(name: str, value: str | None) -> None:
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value:
        st.query_params.pop(name, None)


def is_kept() -> bool:
    """Say whether a refreshed page would come back to what is asked."""
    return not st.session_state.get("saved_too_long")


def address_of(id: str, version: int | None = None) -> str:
    """Return the whole address of a saved scenario, to send to a colleague."""
    query = f"{ADDRESS}={id}" + (f"&{VERSION}={version}" if version else "")
    here = urlsplit(st.context.url or "")
    root = here.path.rpartition("/")[0] + "/"
    return urlunsplit((here.scheme, here.netloc, root, query, ""))


def who() -> str:
    """Return the name of the person at work: as signed in, else as last given in this session."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("name") or st.user.get("email") or "")
    return st.session_state.get(WHO, "")


def problems() -> tuple[Fault, ...]:
    """Return why something could not be opened or saved."""
    return tuple(st.session_state.get(PROBLEM, ()))


def no_county(name: str, county: str, checksum: str) -> Fault:
    """Return what to say of a scenario whose county is not at hand."""
    problem = (
        f"was made for {county} ({checksum[:SHOWN]}…), whose bundle is not here. Put its folder where the app was "
        "started, or into the folder bundles beside it."
    )
    return Fault(name, problem)
