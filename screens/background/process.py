"""The process that does a screen's work: one job after another, until its parent ends it or is gone.

It imports no Streamlit script, as `multiprocessing` would, so that none is run a second time. What nearly every job
needs is imported at the start.
"""

import inspect
import logging
import os
import pickle
import queue
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO

import screens.background.plan_jobs  # noqa: F401
from data import logs
from data.faults import InputError

NICE = 2  # by how much it lets the server go first, which answers everybody's pages


def main() -> None:
    """Do the jobs that come in on standard input; write reports and results to standard output."""
    logs.set_up()
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb what the parent reads
    if sys.platform != "win32":
        os.nice(NICE)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_all, args=(sys.stdin.buffer, waiting), daemon=True).start()
    while True:
        send(events, _answer(waiting.get(), lambda text, part=None: send(events, _packed("report", (text, part)))))


def _read_all(source: BinaryIO, waiting: queue.SimpleQueue) -> None:
    """Read jobs as they come; end this process when the parent is gone."""
    try:
        while True:
            waiting.put(pickle.load(source))  # noqa: S301 - of the process that started this one
    finally:
        os._exit(1)


def send(target: BinaryIO, message: bytes) -> None:
    """Send a message, which is pickled: a pickle says itself where it ends."""
    target.write(message)
    target.flush()


def _packed(kind: str, value: object) -> bytes:
    """Return a message of a kind ("report", "done", "faults", "failed") and a value."""
    return pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL)


def _answer(message: bytes, report: Callable) -> bytes:
    """Do a job and return its result, the faults of its arguments, or the error that it failed with.

    A job with a parameter `report` is given a function of a text and, where known, the part that is done.
    """
    try:
        job, arguments = pickle.loads(message)  # noqa: S301 - the same
        options = {"report": report} if "report" in inspect.signature(job).parameters else {}
        return _packed("done", job(*arguments, **options))
    except InputError as error:
        return _packed("faults", error)
    except Exception as error:  # noqa: BLE001  whatever it is, the parent reports it and this process goes on
        logging.getLogger(__name__).error("A job failed.", exc_info=error)
        return _packed("failed", type(error).__name__)


if __name__ == "__main__":
    main()
