"""Processes that do work and can be ended. Idle ones are kept, so that short work need not wait for a start."""

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from screens.background.process import send

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = max(os.cpu_count() or 1, 2)  # jobs at the same time; others wait their turn (`turns.Turns`)
IDLE_KEPT = 2
PROTOCOL = pickle.HIGHEST_PROTOCOL

_lock = threading.Lock()
_idle: list["Worker"] = []


class Worker:
    """One process; it does one job at a time."""

    def __init__(self):
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "screens.background.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )

    @property
    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self._process.poll() is None

    def do(self, message: bytes, report: Callable[[str, float | None], None]) -> tuple[str, object]:
        """Do a job, pickled as (function, arguments); return ("done" | "faults" | "failed" | "ended" | "gone", value).

        "ended" comes with the exit status of a process that ended over the job, "gone" is said where the process was
        not there any more to take it.
        """
        try:
            send(self._process.stdin, pickle.dumps(message, PROTOCOL))
        except OSError:
            self.end()
            return "gone", None
        try:
            while True:
                kind, value = pickle.load(self._process.stdout)  # noqa: S301 - of our own child
                if kind != "report":
                    return kind, value
                report(*value)
        except (EOFError, pickle.UnpicklingError, OSError, ValueError):  # the process ended, or was ended from here
            pass
        self.end()
        return "ended", self._process.returncode

    def end(self) -> None:
        """End the process, whatever it is doing; a solver that it started ends with it."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and close its pipes; no thread may be reading from it."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):  # a message that was not sent
                pipe.close()


def take() -> Worker:
    """Return an idle worker, or a new one."""
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.is_alive:
                return worker
            worker.close()
    return Worker()


def give_back(worker: Worker) -> None:
    """Keep a worker for the next job, unless it was ended or there are enough."""
    with _lock:
        if worker.is_alive and len(_idle) < IDLE_KEPT:
            _idle.append(worker)
        else:
            worker.close()


def warm() -> None:
    """Start a worker, unless one is idle."""
    with _lock:
        if not _idle:
            _idle.append(Worker())


@atexit.register
def _end_all() -> None:
    with _lock:
        for worker in _idle:
            worker.close()
