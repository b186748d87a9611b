"""Work for the tests of what runs beside a page: it is done in another process, which finds it here."""

import os
import pickle
import sys
import time

from data.faults import Fault, InputError


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def told(folder: str, report) -> str:
    """Say where it is at, and go on once a file called `go` is in the folder."""
    report("Half of it", 0.5)
    while not os.path.exists(os.path.join(folder, "go")):  # noqa: PTH110, PTH118  nothing imported that is not needed
        time.sleep(0.02)
    return "the rest of it"


def refused() -> None:
    raise InputError("the form", [Fault("Budget", "is missing."), Fault("Reserve", "is missing.")])


def wrong() -> None:
    raise ZeroDivisionError("12345678 is somebody's number")


def ended() -> None:
    os._exit(9)


def killed(report) -> None:
    report("In the middle of it")
    os.kill(os.getpid(), 9)


def killed_over_its_answer() -> None:
    """Send half of an answer, to where this process sends its answers, and be killed."""
    frame = sys._getframe()
    while "events" not in frame.f_locals:
        frame = frame.f_back
    answer = pickle.dumps(("done", "an answer" * 1000))
    frame.f_locals["events"].write(answer[: len(answer) // 2])
    frame.f_locals["events"].flush()
    os.kill(os.getpid(), 9)


def plan(folder, changed, scenario, today, answers, report):
    """Stand in for the making of a plan that takes an hour."""
    report("Trying choices against each other")
    time.sleep(3600)
