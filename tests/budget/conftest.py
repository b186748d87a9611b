"""What holds for every test of budgets."""

import pytest

from tests.opening_here import files_opened_here


@pytest.fixture(autouse=True, scope="module")
def files_are_opened_here():
    """Start no child for each file that a test reads."""
    with files_opened_here():
        yield
