"""Jobs under way and done, shared by all who have the app open: whoever asks for the same work shares it.

Nothing about a person belongs here: what is kept outlives the page that asked for it.
"""

import pickle
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from data.faults import Fault
from screens.background import process_pool as workers
from screens.background.process_pool import Worker

KEPT = 12  # results of each key that are kept, the latest asked for
SEEN_SECONDS = 15.0  # a session that has not looked at a job for so long is taken to have left it
MEMORY = "It was ended by the computer, most likely for want of memory. Ask for less, or on a larger computer."
MISTAKE = "It failed in a way that is a mistake of this program ({}); the server's log says where. Please report it."

WAITING, RUNNING, DONE, FAULTS, STOPPED = "waiting", "running", "done", "faults", "stopped"


@dataclass
class Job:
    """A piece of work: what it is at, and what came of it."""

    identity: Hashable
    status: str = WAITING
    result: object = None
    faults: tuple[Fault, ...] = ()
    subject: str = ""  # of the faults
    said: tuple[str, float | None] = ("", None)  # the last report: a text, and the part done
    began: float = field(default_factory=time.monotonic)
    took: float = 0.0  # seconds, once it is over
    over: threading.Event = field(default_factory=threading.Event)
    seen: dict[str, float] = field(default_factory=dict)  # when each session last looked
    worker: Worker | None = None

    @property
    def seconds(self) -> float:
        """Return how long it has taken so far, or took."""
        return self.took if self.over.is_set() else time.monotonic() - self.began


_lock = threading.Lock()
_jobs: dict[tuple[str, Hashable], Job] = {}


def begin(key: str, identity: Hashable, work: Callable, arguments: tuple) -> Job:
    """Return the job of this identity if it is under way or done, else begin it."""
    with _lock:
        job = _jobs.pop((key, identity), None)
        if job is None or job.status in (FAULTS, STOPPED):
            job = Job(identity)
            message = pickle.dumps((work, arguments), workers.PROTOCOL)
            threading.Thread(target=_do, args=(job, message), daemon=True).start()
        _jobs[key, identity] = job  # the latest asked for stands last
        done = [name for name, other in _jobs.items() if name[0] == key and other.over.is_set()]
        for name in done[:-KEPT]:
            del _jobs[name]
    return job


def look(job: Job, session: str) -> None:
    """Note that a session still waits for a job."""
    job.seen[session] = time.monotonic()


def leave(job: Job, session: str) -> None:
    """Let a session wait no longer; a job for which nobody waits is ended."""
    with _lock:
        job.seen.pop(session, None)
        now = time.monotonic()
        if job.over.is_set() or any(now - seen < SEEN_SECONDS for seen in list(job.seen.values())):
            return
        _close(job, STOPPED)
        if job.worker is not None:  # under the lock: it cannot have gone on to another job
            job.worker.end()


def _do(job: Job, message: bytes) -> None:
    """Have a job done by a worker, and note what came of it."""
    worker = workers.take()
    try:
        with _lock:
            if job.over.is_set():
                return
            job.worker, job.status = worker, RUNNING
        kind, value = worker.do(message, lambda text, part: setattr(job, "said", (text, part)))
        with _lock:
            job.worker = None
            if not job.over.is_set():
                _finish(job, kind, value)
    finally:
        workers.give_back(worker)


def _finish(job: Job, kind: str, value: object) -> None:
    if kind == "done":
        job.result = value
    elif kind == "faults":
        job.subject, job.faults = value.subject, value.faults
    else:
        job.faults = (Fault("", MEMORY if kind == "ended" else MISTAKE.format(value)),)
    _close(job, DONE if kind == "done" else FAULTS)


def _close(job: Job, status: str) -> None:
    job.status, job.took = status, time.monotonic() - job.began
    job.over.set()
