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
from screens.background.turns import Turn, Turns

RESULTS_KEPT = 12  # of each key, those used last
SEEN_SECONDS = 15.0  # a session that has not looked at a job for so long is taken to have left it
TRIES = 3
KILL = -9  # the exit status of a process that the system or somebody killed; no such thing is on Windows
NOT_STARTED = "No process could be started for it ({}): the computer has too much to do. Begin it again in a minute."
KILLED = (
    "It was ended from outside before it was done: by the computer for want of memory, or by somebody. Begin it again; "
    "if it ends so once more, ask for less or use a larger computer."
)
CRASHED = "Its process ended by itself ({}) before it was done. Begin it again; if it ends so once more, report it."
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
    turn: Turn = field(init=False)

    def __post_init__(self) -> None:
        """Make its turn, which belongs to whoever looks at it."""
        self.turn = Turn(self.waited_for_by)

    def waited_for_by(self) -> set[str]:
        """Return the sessions that have looked at it lately."""
        now = time.monotonic()
        return {session for session, seen in list(self.seen.items()) if now - seen < SEEN_SECONDS}

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
_turns = Turns(process_pool.AT_ONCE)


def begin(key: str, identity: Hashable, work: Callable, arguments: tuple, session: str = "") -> BackgroundJob:
    """Return the job of this identity if it runs or is done, else begin it, for this session."""
    with _lock:
        job = _jobs.pop((key, identity), None)
        if job is None or job.status in (FAULTS, STOPPED):
            job = BackgroundJob(identity)
            message = pickle.dumps((work, arguments), process_pool.PROTOCOL)
            if session:
                look(job, session)
            _turns.join(job.turn)
            threading.Thread(target=_do, args=(job, message, _turns), daemon=True).start()
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
        if job.over.is_set() or job.waited_for_by():
            return
        _close(job, STOPPED)
        _turns.give_up(job.turn)
        if job.worker is not None:  # under the lock: it cannot have gone on to another job
            job.worker.end()


def others_before(job: BackgroundJob) -> int:
    """Return how many jobs that wait will begin before this one, which waits."""
    return _turns.before(job.turn)


def _do(job: BackgroundJob, message: bytes, turns: Turns) -> None:
    if not turns.take(job.turn):
        return
    try:
        for _ in range(TRIES):  # a worker may have ended while it was idle: another takes its place
            if _done_by(job, process_pool.take(), message):
                return
        _refuse(job, CRASHED.format("before it began"))
    except OSError as error:
        _refuse(job, NOT_STARTED.format(error.strerror))
    finally:
        turns.give_back(job.turn)


def _refuse(job: BackgroundJob, problem: str) -> None:
    with _lock:
        if not job.over.is_set():
            job.faults = (Fault("", problem),)
            _close(job, FAULTS)


def _done_by(job: BackgroundJob, worker: Worker, message: bytes) -> bool:
    """Let a worker do a job; return False where it was not there any more to take it."""
    try:
        with _lock:
            if job.over.is_set():
                return True
            job.worker, job.status = worker, RUNNING
        kind, value = worker.do(message, lambda text, part: setattr(job, "progress", (text, part)))
        with _lock:
            job.worker = None
            if kind == "gone" and not job.over.is_set():
                return False
            if not job.over.is_set():
                _finish(job, kind, value)
            return True
    finally:
        process_pool.give_back(worker)


def _finish(job: BackgroundJob, kind: str, value: Any) -> None:
    if kind == "done":
        job.result = value
    elif kind == "faults":
        job.subject, job.faults = value.subject, value.faults
    elif kind == "ended":
        job.faults = (Fault("", KILLED if value == KILL else CRASHED.format(_how_ended(value))),)
    else:
        job.faults = (Fault("", MISTAKE.format(value)),)
    _close(job, DONE if kind == "done" else FAULTS)


def _how_ended(status: int) -> str:
    """Return how a process ended, from its exit status: -11 is signal 11."""
    return f"by signal {-status}" if status < 0 else f"with the exit status {status}"


def _close(job: BackgroundJob, status: str) -> None:
    job.status, job.took = status, time.monotonic() - job.began
    job.over.set()
