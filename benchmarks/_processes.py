"""What processes use, from Linux's /proc: their children, their seconds of a processor and their memory."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")  # of /proc, a second
MIB = 1 << 20


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that are there."""
    tasks = Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def descendants(pid: int) -> Iterator[int]:
    """Give the processes that a process started, and those that these started, that are there."""
    with suppress(FileNotFoundError):  # it has ended meanwhile
        for child in children(pid):
            yield child
            yield from descendants(child)


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and of all that it started, ended or not."""
    return sum(_ticks(each) for each in (pid, *descendants(pid))) / TICKS


def _ticks(pid: int) -> int:
    """Return the ticks of a process and of those of its children that have ended."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(map(int, after_name[11:15]))  # utime, stime, cutime and cstime


def mib(pid: int) -> float:
    """Return the memory of a process in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB
