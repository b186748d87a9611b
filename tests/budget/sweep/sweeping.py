"""Work for the tests of the sweep that takes the places of planning: quick, slow, failing and deadly scenarios."""

import os
import signal
import sys
import time
from pathlib import Path

from budget.sweep.sweep import Job, Outcome, run_job


def count(job: Job) -> Outcome:
    """Return at once, with the budget as the access."""
    return Outcome({**Outcome.failed("").results, "status": "optimal", "access": job.scenario.budget_pence / 100})


def fail_once_by_name(job: Job) -> Outcome:
    """Raise what cannot be brought from one process to another, where the scenario says so."""
    if job.scenario.name == "raise":
        raise Untold("a", "b")
    return count(job)


class Untold(Exception):
    """An exception that cannot be unpickled: its initialiser wants more than it keeps."""

    def __init__(self, one, two):
        super().__init__(one)


def die_by_name(job: Job) -> Outcome:
    """Kill this worker process where the scenario says so, as the kernel does when memory runs out."""
    if job.scenario.name == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return count(job)


def die_once(job: Job) -> Outcome:
    """Kill this worker process the first time that the scenario named by a path is worked on."""
    mark = Path(job.scenario.name)
    if mark.name == "mark" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return count(job)


def slowly(job: Job) -> Outcome:
    """Plan in earnest, after a while in which something can happen."""
    time.sleep(0.3)
    return run_job(job)


def screens_loaded(job: Job) -> Outcome:
    """Plan in earnest and say whether this worker has Streamlit."""
    outcome = run_job(job)
    return Outcome({**outcome.results, "problem": str("streamlit" in sys.modules)})
