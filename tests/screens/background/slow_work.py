"""Work for the tests of what runs beside a page: it is done in another process, which finds it here."""

import os
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


def plan(folder, changed, scenario, today, answers, report):
    """Stand in for the making of a plan that takes an hour."""
    report("Trying choices against each other")
    time.sleep(3600)
