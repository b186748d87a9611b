"""Jobs that run and jobs that are done, shared by everybody who has the app open: the same work is done once.

Nothing about a person belongs here: a result outlives the page that asked for it.
"""

import pickle
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from data.faults import Fault
from screens.background import process_pool
from screens.background.process_pool import Worker

RESULTS_KEPT = 12  # of each key, those used last
SEEN_SECONDS = 15.0  # a session that has not looked at a job for so long is taken to have left it
MEMORY = "The computer ended it, most likely for want of memory. Ask for less, or use a larger computer."
MISTAKE = "It failed through a mistake of this program ({}); the server's log says where. Please report it."

WAITING, RUNNING, DONE, FAULTS, STOPPED = "waiting", "running", "done", "faults", "stopped"


@dataclass
class BackgroundJob:
    """A piece of work: done with a `result`, refused with `faults`, running with its progress, or stopped by a user."""

    identity: Hashable
    status: str = WAITING
    result: Any = None
    faults: tuple[Fault, ...] = ()
    subject: str = ""  # of the faults
    progress: tuple[str, float | None] = ("", None)  # the last report: a text, and the part done
    began: float = field(default_factory=time.monotonic)
    took: float = 0.0  # seconds, once it is over
    over: threading.Event = field(default_factory=threading.Event)
    seen: dict[str, float] = field(default_factory=dict)  # when each session last looked
    worker: Worker | None = None

    @property
    def seconds(self) -> float:
        """Return for how long it has run, or ran."""
        return self.took if self.over.is_set() else time.monotonic() - self.began

    @property
    def is_done(self) -> bool:
        """Say whether there is a result."""
        return self.status == DONE

    @property
    def is_stopped(self) -> bool:
        """Say whether a user stopped it."""
        return self.status == STOPPED


_lock = threading.Lock()
_jobs: dict[tuple[str, Hashable], BackgroundJob] = {}


def begin(key: str, identity: Hashable, work: Callable, arguments: tuple) -> BackgroundJob:
    """Return the job of this identity if it runs or is done, else begin it."""
    with _lock:
        job = _jobs.pop((key, identity), None)
        if job is None or job.status in (FAULTS, STOPPED):
            job = BackgroundJob(identity)
            message = pickle.dumps((work, arguments), process_pool.PROTOCOL)
            threading.Thread(target=_do, args=(job, message), daemon=True).start()
        _jobs[key, identity] = job  # the last used stands last
        done = [name for name, other in _jobs.items() if name[0] == key and other.over.is_set()]
        for name in done[:-RESULTS_KEPT]:
            del _jobs[name]
    return job


def look(job: BackgroundJob, session: str) -> None:
    """Note that a session still waits for a job."""
    job.seen[session] = time.monotonic()


def leave(job: BackgroundJob, session: str) -> None:
    """Note that a session waits for a job no longer; end the job if no other session waits for it."""
    with _lock:
        job.seen.pop(session, None)
        now = time.monotonic()
        if job.over.is_set() or any(now - seen < SEEN_SECONDS for seen in list(job.seen.values())):
            return
        _close(job, STOPPED)
        if job.worker is not None:  # under the lock: it cannot have gone on to another job
            job.worker.end()


def _do(job: BackgroundJob, message: bytes) -> None:
    worker = process_pool.take()
    try:
        with _lock:
            if job.over.is_set():
                return
            job.worker, job.status = worker, RUNNING
        kind, value = worker.do(message, lambda text, part: setattr(job, "progress", (text, part)))
        with _lock:
            job.worker = None
            if not job.over.is_set():
                _finish(job, kind, value)
    finally:
        process_pool.give_back(worker)


def _finish(job: BackgroundJob, kind: str, value: Any) -> None:
    if kind == "done":
        job.result = value
    elif kind == "faults":
        job.subject, job.faults = value.subject, value.faults
    else:
        job.faults = (Fault("", MEMORY if kind == "ended" else MISTAKE.format(value)),)
    _close(job, DONE if kind == "done" else FAULTS)


def _close(job: BackgroundJob, status: str) -> None:
    job.status, job.took = status, time.monotonic() - job.began
    job.over.set()
