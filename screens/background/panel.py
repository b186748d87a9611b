"""Work that takes more than a moment: done beside the page, with how long it has taken and a way to stop it.

    outcome = running.run("frontier", "Working out the frontier", frontier.curve, choices.offers, services, ceiling)
    if outcome.status == running.DONE:
        draw(outcome.result)

The function is run in a process of its own that can be ended; it and its arguments must be able to be pickled, so it
is one of a module (or a `functools.partial` of one), best of `budget`. If it has a parameter `report`, it may tell
what it is at: `report("Solving", 0.4)`. The work is known by its key, the function and its arguments: another run of
the page, a page that was refreshed and a second tab find it under way, or done. The next run after other arguments
starts anew, and ends what nobody waits for any longer. Once stopped it stays stopped until `forget(key)`.
"""

import hashlib
import pickle
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import streamlit as st

from data.faults import Fault
from screens import page
from screens.background import jobs, process_pool
from screens.background.jobs import DONE, FAULTS, RUNNING, STOPPED, Job

__all__ = ["DONE", "FAULTS", "RUNNING", "STOPPED", "Outcome", "forget", "is_under_way", "run"]

QUICK_SECONDS = 1.0  # what is over by then shows no panel
EACH_SECONDS = 0.5  # how often the panel looks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the work: RUNNING, DONE with a `result`, FAULTS of what it was given, or STOPPED by the user."""

    status: str
    result: object = None
    subject: str = ""  # of the faults
    faults: tuple[Fault, ...] = ()
    seconds: float = 0.0  # it has taken so far, or took


def warm() -> None:
    """Start the process that work is done in, so that the first work need not wait for it."""
    process_pool.warm()


def run(key: str, label: str, work: Callable, *arguments: object, identity: Hashable = None) -> Outcome:
    """Have work done and return what has become of it; while it is under way show a panel with a stop button.

    `key` names the place on the page, `label` what is done ("Finding the best plan"). `identity` stands for the
    function and its arguments where these are large; what it stands for must be equal wherever it is equal.
    """
    if identity is None:
        identity = hashlib.sha256(pickle.dumps((work, arguments))).hexdigest()
    place = st.empty()  # one place on the page, full or not: what stands below keeps its own, and what is typed there
    job = st.session_state.get(_slot(key))
    if job is None or job.identity != identity:
        forget(key)
        job = st.session_state[_slot(key)] = jobs.begin(key, identity, work, arguments)
        jobs.look(job, _session())
        if not job.over.is_set():
            with place, st.spinner(f"{label}…"):
                job.over.wait(QUICK_SECONDS)
    if _status(key, job) == RUNNING:
        with place.container():
            _panel(key, label)
    return Outcome(_status(key, job), job.result, job.subject, job.faults, job.seconds)


def forget(key: str) -> None:
    """Wait no longer for the work of a place on the page, and let it begin anew; what nobody waits for is ended."""
    job = st.session_state.pop(_slot(key), None)
    st.session_state.pop(_left(key), None)
    if job is not None:
        jobs.leave(job, _session())


def is_under_way(key: str) -> bool:
    """Say whether work of this place on the page is under way."""
    job = st.session_state.get(_slot(key))
    return job is not None and _status(key, job) == RUNNING


def _slot(key: str) -> str:
    return f"running_{key}"


def _left(key: str) -> str:
    return f"running_{key}_left"


def _session() -> str:
    return st.session_state.setdefault("running_session", uuid.uuid4().hex)


def _status(key: str, job: Job) -> str:
    """Return how the work stands for this page; another page may still wait for what this one stopped."""
    if st.session_state.get(_left(key)):
        return STOPPED
    return job.status if job.over.is_set() else RUNNING


def _stop(key: str) -> None:
    st.session_state[_left(key)] = True
    jobs.leave(st.session_state[_slot(key)], _session())


@st.fragment(run_every=EACH_SECONDS)
def _panel(key: str, label: str) -> None:
    """Show what is under way, and run the page again as soon as it is over."""
    job = st.session_state.get(_slot(key))
    if job is None or _status(key, job) != RUNNING:
        st.rerun()
    jobs.look(job, _session())
    with st.container(border=True):
        said, stop = st.columns([4, 1], vertical_alignment="center")
        stop.button("Stop", key=f"{_slot(key)}_stop", on_click=_stop, args=(key,), icon=":material/stop_circle:")
        text, part = job.said
        what = page.plain(text or ("Waiting for its turn" if job.status == jobs.WAITING else ""))
        said.markdown(f"**{page.plain(label)}…** {job.seconds:.0f} s{f'. {what}' if what else ''}")
        if part is not None:
            said.progress(min(max(part, 0.0), 1.0))
