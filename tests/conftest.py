"""What holds for every test: a property is judged by what it finds, never by how fast this machine was.

What is dear to make, and may not be altered, is made once in a whole run for all its processes.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from budget.allocation.model import highs
from data import bundle, county
from data.bundle import County
from data.opening import child
from tests import draws, needs, warm_children
from tests.opendata import FOLDER, files_read_once

SOLVED_HERE = 5_000  # columns: a model as large as the example's; its solve takes less than the start of a child

draws.register()


def pytest_configure(config):
    """Name the marks that say what a test needs."""
    for name, meaning in needs.NEEDS.items():
        config.addinivalue_line("markers", f"{name}: {meaning} (set by tests/needs.py)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark each test with what it needs, so that `-m "not browser"` and the like choose."""
    needs.mark(items)


@pytest.fixture(scope="session", autouse=True)
def warm_children_open_files():
    """Open each file in a child process that needs no start of its own (tests/warm_children.py)."""
    if sys.platform == "win32":  # where a process cannot be copied
        yield
        return
    nursery = warm_children.Nursery()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "_run", nursery.run)
        yield
    nursery.close()


@pytest.fixture(autouse=True, scope="module")
def models_of_the_example_s_size_are_solved_here():
    """Solve them in the test's own process; `test_highs.py` holds that a child gives the same answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(highs, "IN_PROCESS_COLUMNS", SOLVED_HERE)
        yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """Return the folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def real_county(run_folder) -> Callable[[str], County]:
    """Return a function that gives a council's bundle of real official files, as it was written and read again.

    A process reads the files of the whole country once for all the councils that it builds.
    """

    def built(council: str) -> County:
        folder = run_folder / f"real-{council}"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                with files_read_once():
                    bundle.save(county.build(FOLDER, [council]), folder)
        return bundle.load(folder)

    return built
