"""The child process that opens one file: it limits itself, does one task and ends.

The task is a function of this project, named by its parent as "module:function". It takes the file's content, its name
and the limits, and returns plain values.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.faults import InputError
from data.opening import wire
from data.opening.limits import FileLimits

DONE, FAULTS, MEMORY, FAILED = "done", "faults", "memory", "failed"
LENGTH = 8  # bytes that say how long the request is; the file follows it


def main() -> None:
    """Do the task that comes in on standard input; write its answer to standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not disturb what the parent reads
    source = sys.stdin.buffer
    request = wire.unpacked(source.read(int.from_bytes(source.read(LENGTH), "big")))
    content = source.read()
    limits = FileLimits(**request["limits"])
    task = _task(request["task"])  # imported before the limits, so that they are those of the file alone
    limit_this_process(limits.memory_mib, limits.seconds)
    try:
        answer = _answer(task, request, content, limits)
    except MemoryError:
        answer = wire.packed([MEMORY, None])
    answers.write(answer)
    answers.flush()
    os._exit(0)  # taking a large table apart again would take time for nothing


def _task(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _answer(task: Callable[..., Any], request: dict[str, Any], content: bytes, limits: FileLimits) -> bytes:
    try:
        return wire.packed([DONE, task(content, request["name"], limits, **request["options"])])
    except InputError as error:
        return wire.packed([FAULTS, [error.subject, [[fault.where, fault.problem] for fault in error.faults]]])
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001  a library of Rust panics with an error that is no Exception
        return wire.packed([FAILED, type(error).__name__])


def limit_this_process(memory_mib: int, seconds: int) -> None:
    """Limit the memory (beyond what is taken already) and the processor's time of this process, by its system."""
    if sys.platform == "win32":
        from data.opening import windows_job

        windows_job.limit_this_process(memory_mib, seconds)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # an aborted process must leave no file with a person's data
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    most = _taken() + (memory_mib << 20)
    if sys.platform != "darwin":  # which refuses it: its parent watches instead
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _taken() -> int:
    """Return the bytes of address space that this process has now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    main()
