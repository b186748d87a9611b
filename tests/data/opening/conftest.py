"""Here files are opened in child processes that are started as the program starts them."""

import pytest

from data.opening import child

AS_THE_PROGRAM_DOES = child._run  # read before a test runs, so before tests/conftest.py puts another in its place


@pytest.fixture(autouse=True)
def children_are_started_as_the_program_starts_them(monkeypatch):
    monkeypatch.setattr(child, "_run", AS_THE_PROGRAM_DOES)
