"""Do work that takes more than a moment beside the page, with a panel that says how long it has taken and can stop it.

    outcome = run_job("frontier", "Working out the frontier", frontier.curve, choices.offers, services, ceiling)
    if outcome.is_done:
        draw(outcome.result)

The function runs in a process of its own that can be ended. It and its arguments must be picklable, so it is a function
of a module (or a `functools.partial` of one). If it has a parameter `report`, it may report its progress:
`report("Solving", 0.4)`. A job is known by its key, its function and its arguments: a rerun, a refreshed page and a
second tab find it running or done. Other arguments start a new job, and a job that no page waits for is ended. A
stopped job stays stopped until `forget_job(key)`.
"""

import hashlib
import pickle
import uuid
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from data import access
from data.faults import InputError
from screens import page
from screens.background import jobs
from screens.background.jobs import FAULTS, RUNNING, STOPPED, BackgroundJob

QUICK_SECONDS = 1.0  # a job that is over by then shows no panel
REFRESH_SECONDS = 0.5  # how often the panel is drawn again

Result = TypeVar("Result")


def run_job(key: str, label: str, work: Callable, *arguments: object, identity: Hashable = None) -> BackgroundJob:
    """Do work and return the job as this page sees it; while it runs, show a panel with a stop button.

    `key` names the place on the page, `label` the work ("Finding the best plan"). `identity` stands for the function
    and its arguments where these are large: equal identities must mean equal work. Raises NotAllowed for whoever
    may not have it done (`data.access.right_of`).
    """
    access.need(access.right_of(work))
    identity = _identity(identity, work, arguments)
    place = st.empty()  # always one element of the page: what stands below keeps its place, and what is typed there
    job = st.session_state.get(_slot(key))
    if job is None or job.identity != identity:
        forget_job(key)
        job = st.session_state[_slot(key)] = jobs.begin(key, identity, work, arguments, _session())
        jobs.look(job, _session())
        if not job.over.is_set():
            with place, st.spinner(f"{label}…"):
                job.over.wait(QUICK_SECONDS)
    if _status(key, job) == RUNNING:
        with place.container():
            _panel(key, label)
    return replace(job, status=_status(key, job))


def job_result(
    key: str, label: str, work: Callable[..., Result], *arguments: object, identity: Hashable
) -> Result | None:
    """Do work (`run_job`) and return its result; return None while there is none, and show why."""
    outcome = run_job(key, label, work, *arguments, identity=identity)
    if outcome.status == FAULTS:
        page.show_faults("This could not be worked out", outcome.faults)
    if outcome.is_stopped:
        notice, again = st.columns([3, 1], vertical_alignment="center")
        notice.markdown(f"{page.plain(label)}: stopped.")
        again.button("Start again", key=f"{key}_again", on_click=forget_job, args=(key,))
    return outcome.result if outcome.is_done else None


def made_beside(
    key: str, work: Callable[..., Result], *arguments: object, identity: Hashable = None
) -> Callable[[], Result]:
    """Return a function for a download button: it has work done beside the page, as `run_job` does, and waits for it.

    The server answers everybody else meanwhile. The function raises InputError with why there is no result, and
    NotAllowed as `run_job` does.
    """
    session = _session()

    def make() -> Result:
        access.need(access.right_of(work))
        job = jobs.begin(key, _identity(identity, work, arguments), work, arguments, session)
        while not job.over.wait(REFRESH_SECONDS):
            jobs.look(job, session)
        if not job.is_done:
            raise InputError(job.subject or "The file", job.faults or ["was stopped. Press the button again."])
        result: Result = job.result
        return result

    return make


def _identity(identity: Hashable, work: Callable, arguments: tuple) -> Hashable:
    return hashlib.sha256(pickle.dumps((work, arguments))).hexdigest() if identity is None else identity


def forget_job(key: str) -> None:
    """Let the work at a place on the page begin anew; a job that no other page waits for is ended."""
    job = st.session_state.pop(_slot(key), None)
    st.session_state.pop(_stopped(key), None)
    if job is not None:
        jobs.leave(job, _session())


def is_job_running(key: str) -> bool:
    """Say whether a job runs at this place on the page."""
    job = st.session_state.get(_slot(key))
    return job is not None and _status(key, job) == RUNNING


def _slot(key: str) -> str:
    return f"running_{key}"


def _stopped(key: str) -> str:
    return f"running_{key}_stopped"


def _session() -> str:
    return st.session_state.setdefault("running_session", uuid.uuid4().hex)


def _status(key: str, job: BackgroundJob) -> str:
    """Return the status of a job for this page; another page may still wait for one that was stopped here."""
    if st.session_state.get(_stopped(key)):
        return STOPPED
    return job.status if job.over.is_set() else RUNNING


def _stop(key: str) -> None:
    st.session_state[_stopped(key)] = True
    jobs.leave(st.session_state[_slot(key)], _session())


def _waiting(job: BackgroundJob) -> str:
    others = jobs.others_before(job)
    return f"Waiting for its turn, {f'with {others:,} before it' if others else 'the next of those that wait'}"


@st.fragment(run_every=REFRESH_SECONDS)
def _panel(key: str, label: str) -> None:
    """Show the progress of a job, and run the page again as soon as it is over."""
    job = st.session_state.get(_slot(key))
    if job is None or _status(key, job) != RUNNING:
        st.rerun()
    jobs.look(job, _session())
    with st.container(border=True):
        progress, stop = st.columns([4, 1], vertical_alignment="center")
        stop.button("Stop", key=f"{_slot(key)}_stop", on_click=_stop, args=(key,), icon=":material/stop_circle:")
        text, part = job.progress
        step = page.plain(text or (_waiting(job) if job.status == jobs.WAITING else ""))
        progress.markdown(f"**{page.plain(label)}…** {job.seconds:.0f} s{f'. {step}' if step else ''}")
        if part is not None:
            progress.progress(min(max(part, 0.0), 1.0))
