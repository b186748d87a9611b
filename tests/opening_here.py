"""Open files in the test's own process: the start of a child takes ten times as long as most of the tests' files."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from data.opening import child, process, wire
from data.opening.limits import FileLimits


@contextmanager
def files_opened_here() -> Iterator[None]:
    """Do what the child of `data.opening.child` does, with the same request and answer, but without its limits.

    That a child keeps its limits, and what is said of one that does not come back, is held by tests/data/opening and
    tests/test_no_traceback.py, which open each file in a child.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "_run", _run)
        yield


def _run(request: bytes, content: bytes, limits: FileLimits) -> tuple[str, bytes]:
    asked = wire.unpacked(request)
    return process.DONE, process._answer(process._task(asked["task"]), asked, content, limits)
