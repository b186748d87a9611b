"""Open a saved scenario by its address, save it again, and keep drafts in the address.

The plan screen's address holds `scenario` and `version` of the open scenario. Where the form has been changed since,
`draft` holds the whole scenario, so that a page that was refreshed, or lost its connection, comes back to it.
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
from budget.store import results as store_results
from budget.store.database import VARIABLE, default_file
from budget.store.entries import SavedScenario, moment
from budget.store.library import Library, NotFound, open_library
from data.faults import Fault, InputError
from screens.background.plan_cache import ASKED
from screens.limits import state
from screens.scenario import form

NOT_OPEN = "The library of scenarios cannot be opened"
NOT_OPENED = "saved_not_opened"
OPEN, TRIED, PROBLEM, REFUSED = "saved_open", "saved_tried", "saved_problem", "saved_refused"
BEFORE, DONE = "saved_before", "saved_done"
ADDRESS, VERSION, DRAFT = "scenario", "version", "draft"
MOST_DRAFT = 6000  # characters; servers and browsers take 8,000 of an address
BOXES = {"author": "Your name", "name": "Name of the scenario", "note": "Note"}  # by what the library calls it
WAIT_SECONDS = 60  # before a database that could not be opened is tried again by itself


def library() -> Library:
    """Return the library of scenarios. Raises InputError where it cannot be opened; it is tried again each minute."""
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


def opened() -> SavedScenario | None:
    """Return the saved scenario that is open on the plan screen, None where none is."""
    return st.session_state.get(OPEN)


def take_address() -> None:
    """Open the scenario that the page's address names; call this before the county and the form are shown."""
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
        draft = state.unpack(asked[2]) if asked[2] else None
        if scenario := draft or (found and found.scenario):
            _fill(scenario, found)
    except InputError as error:
        st.session_state[PROBLEM] = error.faults


def find(id: str, version: str | int | None = None) -> SavedScenario:
    """Return a version of a scenario. Raises InputError where there is none, or it was deleted."""
    if version is not None and not str(version).isdecimal():
        raise NotFound(
            "The address", [f"asks for version {version!r}, which is not a number. Ask for the address again."]
        )
    found = library().get(id, None if version is None else int(version))
    if found.deleted_at is not None:
        by = library().deletion(id)
        problem = f"{by.who} deleted it {moment(by.at)}. It can be brought back on the page Scenarios, under Deleted."
        raise NotFound(found.name, [problem])
    return found


def open_saved(found: SavedScenario) -> None:
    """Put a saved scenario into the form; unsaved work there can be restored. Raises InputError where it cannot be."""
    before, last = st.session_state.get(ASKED), opened()
    _fill(found.scenario, found)
    settled = last.fingerprint if last else fingerprint(form.PLAIN)
    has_work = before and fingerprint(before.scenario) != settled
    st.session_state[BEFORE] = (before.scenario, last) if before and has_work else None
    write_address()


def open_asked(id: str, version: int) -> None:
    """Open a saved scenario, as a button's callback: it may choose the county, whose box stands on top of the page.

    Why it cannot be opened is kept for `why_not_opened`.
    """
    st.session_state[NOT_OPENED] = ()
    try:
        open_saved(find(id, version))
    except InputError as error:
        st.session_state[NOT_OPENED] = error.faults


def why_not_opened() -> tuple[Fault, ...]:
    """Return why `open_asked` opened nothing; nothing where it did."""
    return st.session_state.get(NOT_OPENED, ())


def go_back() -> None:
    """Put the work that was in the form before a scenario was opened back into it."""
    _fill(*st.session_state.pop(BEFORE))
    write_address()


def _fill(scenario: Scenario, found: SavedScenario | None) -> None:
    form.fill(scenario)
    st.session_state[OPEN] = found
    for key in (PROBLEM, REFUSED, DONE):
        st.session_state.pop(key, None)


def close() -> None:
    """Close the saved scenario; the form stays as it is."""
    st.session_state.pop(OPEN, None)
    for key in (ADDRESS, VERSION):
        st.query_params.pop(key, None)


def is_same(scenario: Scenario, found: SavedScenario) -> bool:
    """Say whether a scenario, with its checksums filled in, equals the saved one."""
    return fingerprint(scenario) == found.fingerprint


def is_changed(plan: Plan) -> bool:
    """Say whether a plan's scenario differs from the open one, or none is open."""
    found = opened()
    return found is None or not any(is_same(each, found) for each in (plan.scenario, plan.pinned_scenario))


def under_its_name(plan: Plan) -> Plan:
    """Return a plan under the open scenario's name, where it is as that was saved; nothing but the name differs."""
    found = opened()
    if found is None or plan.scenario.name == found.name or is_changed(plan):
        return plan
    return replace(plan, scenario=replace(plan.scenario, name=found.name))


def save(plan: Plan, author: str, note: str, *, name: str | None = None, over: int | None = None) -> bool:
    """Save a plan's scenario with its results: with a `name` as a new one, else as the next version; return success.

    `over` is somebody else's version that this one is to follow. The reason for a failure is stored for the panel.
    """
    st.session_state.pop(REFUSED, None)
    st.session_state.pop(DONE, None)
    scenario, next_of = plan.pinned_scenario, opened() if name is None else None
    try:
        entry = library().save(
            replace(scenario, name=next_of.name if next_of else (name or "").strip()),
            author=author.strip(),
            note=note.strip(),
            results=store_results.results_of(replace(plan, scenario=scenario)),
            id=next_of.id if next_of else None,
            expected_version=(over or next_of.version) if next_of else None,
        )
        found = st.session_state[OPEN] = library().get(entry.id, entry.version)
        form.set_source(found.scenario)
        st.session_state.pop(PROBLEM, None)
        if st.session_state.get("plan") is plan:
            st.session_state["plan"] = under_its_name(plan)
        write_address()
    except InputError as error:
        st.session_state[REFUSED] = error
        return False
    st.session_state[DONE] = f"Saved as version {entry.version}."
    return True


def by_box(refused: InputError) -> list[Fault]:
    """Return why a plan was not saved, by the boxes in which it is to be mended."""
    return [Fault(BOXES.get(fault.where, fault.where), fault.problem) for fault in refused.faults]


def write_address(*, always: bool = False) -> None:
    """Put the open scenario, and the changes since, into the page's address.

    On a page without the form `always` puts in also what the form would have in the address.
    """
    found, asked = opened(), st.session_state.get(ASKED)
    _put(ADDRESS, found.id if found else st.query_params.get(ADDRESS))
    _put(VERSION, str(found.version) if found else st.query_params.get(VERSION))
    if asked is None:
        return
    short = form.shortened(asked.scenario) if always else asked.scenario
    packed = state.pack(short) if _needs_draft(asked.scenario, always) else ""
    st.session_state["saved_too_long"] = len(packed) > MOST_DRAFT
    _put(DRAFT, packed if packed and len(packed) <= MOST_DRAFT else None)


def _needs_draft(scenario: Scenario, always: bool) -> bool:
    """Say whether the scenario is neither saved nor wholly in the form's answers in the address."""
    found, plan = opened(), st.session_state.get("plan")
    if found is not None:
        settled = (
            plan is not None
            and fingerprint(plan.scenario) == fingerprint(scenario)
            and is_same(plan.pinned_scenario, found)
        )
        return not (settled or is_same(scenario, found))
    if always:
        return form.shortened(scenario) != form.PLAIN
    source = replace(form.source(), limits=NO_LIMITS, objective=MOST_ACCESS)
    return bool(set(scenario.figures) - set(form.MAIN)) or source != form.PLAIN or not state.is_in_the_address()


def _put(name: str, value: str | None) -> None:
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value:
        st.query_params.pop(name, None)


def is_in_address() -> bool:
    """Say whether a refreshed page would have the same scenario."""
    return not st.session_state.get("saved_too_long")


def address_of(id: str, version: int | None = None) -> str:
    """Return the whole address of a saved scenario, to send to a colleague."""
    query = f"{ADDRESS}={id}" + (f"&{VERSION}={version}" if version else "")
    here = urlsplit(st.context.url or "")
    root = here.path.rpartition("/")[0] + "/"
    return urlunsplit((here.scheme, here.netloc, root, query, ""))
