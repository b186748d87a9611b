"""Open files in child processes that need no start of their own: copies of one that has its modules loaded already.

Each file still has a process of its own, with the limits of the program, which ends with it. Only the start of Python
and its imports, a quarter of a second for a workbook, happen once instead of thousands of times. The tests of
tests/data/opening start their children as the program does.
"""

import importlib
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from data.opening import child, wire
from data.opening.limits import FileLimits
from data.opening.process import DONE, main

ROOT = Path(__file__).resolve().parents[1]
STATUS = 4  # bytes of the status that a child ended with
LONGEST = 200  # characters of the name of a module


class Nursery:
    """One process that makes the children of a run of tests; it starts with the first file."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None
        self._line: socket.socket | None = None
        self._turn = threading.Lock()  # one file at a time

    def run(self, request: bytes, content: bytes, limits: FileLimits) -> tuple[str, bytes]:
        """Do what `data.opening.child._run` does, in a child that is not started anew."""
        with self._turn:
            line = self._line or self._started()
            (read_by_child, written), (read, written_by_child) = os.pipe(), os.pipe()
            module = wire.unpacked(request)["task"].partition(":")[0]
            socket.send_fds(line, [module.encode()], [read_by_child, written_by_child])
            os.close(read_by_child)
            os.close(written_by_child)
            with os.fdopen(read, "rb") as answers:
                # It may have ended already: its status says why.
                with suppress(BrokenPipeError), os.fdopen(written, "wb") as asked:
                    asked.write(len(request).to_bytes(child.LENGTH, "big") + request + content)
                answer = answers.read()
            told = line.recv(STATUS, socket.MSG_WAITALL)
        if not told:
            raise RuntimeError(f"The process of tests/warm_children.py ended over {module}: run it by hand to see why.")
        status = int.from_bytes(told, "big", signed=True)
        return (DONE, answer) if status == 0 else (child._ended(status), b"")

    def _started(self) -> socket.socket:
        self._line, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_children", str(other.fileno())],
                cwd=ROOT,
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        return self._line

    def close(self) -> None:
        """End the process; it sees that nobody asks it any more."""
        if self._line and self._process:
            self._line.close()
            self._process.wait()


def serve(line: socket.socket) -> None:
    """Make a child for each module and pair of pipes that comes along the line, until it is closed."""
    while True:
        module, pipes, _, _ = socket.recv_fds(line, LONGEST, 2)
        if not module:
            return
        importlib.import_module(module.decode())
        number = os.fork()
        if number == 0:
            line.close()
            for pipe, place in zip(pipes, (0, 1), strict=True):
                os.dup2(pipe, place)
                os.close(pipe)
            main()  # ends this process
        for pipe in pipes:
            os.close(pipe)
        status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        line.sendall(status.to_bytes(STATUS, "big", signed=True))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
