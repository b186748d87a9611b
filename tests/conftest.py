"""What holds for every test: a property is judged by what it finds, never by how fast this machine was.

What is dear to make, and may not be altered, is made once in a whole run for all its processes.
"""

import os
from collections.abc import Callable

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from data import bundle, county
from data.bundle import County
from tests.opendata import FOLDER

settings.register_profile("farebridge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("farebridge")


@pytest.fixture(scope="session")
def real_county(tmp_path_factory) -> Callable[[str], County]:
    """Return a function that gives a council's bundle of real official files, as it was written and read again."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    def of(council: str) -> County:
        folder = shared / f"real-{council}"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                bundle.save(county.build(FOLDER, [council]), folder)
        return bundle.load(folder)

    return of
