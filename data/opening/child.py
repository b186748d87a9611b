"""Open a file from outside in a child process with limits on its memory and time: the one way for every reader.

The server, with every session in it, never parses a user's file itself. A reader that aborts, hangs or asks for
hundreds of gigabytes ends its child, and the user reads which limit was passed and what to do.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data.faults import Fault, InputError
from data.opening import wire
from data.opening.limits import FileLimits, current, setting
from data.opening.process import DONE, FAILED, FAULTS, LENGTH, MEMORY

ROOT = Path(__file__).resolve().parents[2]
WAIT = 30  # times its seconds of a processor, of which a busy machine may give it few
WATCH_SECONDS = 0.2
MIB = 1 << 20
TIME = "time"
SIMPLER = "Save the table alone, as a new .xlsx or as CSV UTF-8, and give that"

_turns = threading.Semaphore(max(os.cpu_count() or 1, 2))  # files opened at the same time; others wait their turn


def opened(task: str, content: bytes, name: str, limits: FileLimits | None = None, **options: Any) -> Any:
    """Return what a task makes of a file: `task` is "module:function" of (content, name, limits, **options).

    Options and answer are plain values (`data.opening.wire`). Raises InputError with the task's faults, or that the
    file is larger than is read, or that opening it took more memory or time than is allowed or ended the process.
    """
    limits = limits or current()
    name = name.encode("utf-8", "backslashreplace").decode()  # a file's name need not be text
    if len(content) > limits.mib * MIB:
        raise InputError(name, [too_large(len(content), limits)])
    request = {"task": task, "name": name, "limits": asdict(limits), "options": options}
    with _turns:
        status, answer = _run(wire.packed(request), content, limits)
    kind: str = status
    value: Any = None
    if status == DONE:
        try:
            kind, value = wire.unpacked(answer)
        except (ValueError, TypeError):
            kind = FAILED
    if kind == DONE:
        return value
    if kind == FAULTS:
        subject, faults = value
        raise InputError(subject, [Fault(where, problem) for where, problem in faults])
    raise InputError(name, [_why_not(kind, limits)])


def too_large(size: int, limits: FileLimits) -> str:
    """Return what to say of a file of so many bytes."""
    most = f"at most {limits.mib:,} MiB are read"
    return f"has {size / MIB:,.0f} MiB; {most}. Give a part of it at a time, or {setting('mib')}."


def _run(request: bytes, content: bytes, limits: FileLimits) -> tuple[str, bytes]:
    """Return how the child ended (DONE, MEMORY, TIME or FAILED) and what it answered."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "data.opening.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # an abort may print what stands in the file
        env=os.environ | {"PYTHONPATH": path},
    )
    over = threading.Event()
    if sys.platform == "darwin":  # its limits of memory are not kept by the system
        threading.Thread(target=_watch, args=(child, limits.memory_mib, over), daemon=True).start()
    try:
        if child.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended already, and its status says why
                child.stdin.write(len(request).to_bytes(LENGTH, "big") + request)
                child.stdin.write(content)  # as it is: a copy of a large file would cost as much again
        answer, _ = child.communicate(timeout=limits.seconds * WAIT)
    except subprocess.TimeoutExpired:
        return TIME, b""
    finally:
        child.kill()
        child.wait()
    if child.returncode == 0:
        return DONE, answer
    return MEMORY if over.is_set() else _ended(child.returncode), b""


def _ended(status: int) -> str:
    """Say why a child ended by itself, from its exit status."""
    if sys.platform == "win32":
        return FAILED
    if -status in (signal.SIGXCPU, signal.SIGKILL):
        return TIME
    return MEMORY if -status in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS) else FAILED


def _watch(child: subprocess.Popen, memory_mib: int, over: threading.Event) -> None:
    """End a child whose memory in use goes beyond its limit, asking the system every so often."""
    while child.poll() is None:
        asked = subprocess.run(
            ["/bin/ps", "-o", "rss=", "-p", str(child.pid)], capture_output=True, text=True, check=False
        )
        if (text := asked.stdout.strip()).isdigit() and int(text) > memory_mib * 1024:
            over.set()
            child.kill()
        over.wait(WATCH_SECONDS)


def _why_not(kind: str, limits: FileLimits) -> str:
    if kind == MEMORY:
        took = f"took more than {limits.memory_mib:,} MiB of memory to open. A cell may stand far away from the rest"
        return f"{took}. {SIMPLER}, or {setting('memory_mib')}."
    if kind == TIME:
        return f"took more than {limits.seconds} seconds to open. {SIMPLER}, or {setting('seconds')}."
    return f"cannot be opened: it is damaged, or no file of its kind. {SIMPLER}."
