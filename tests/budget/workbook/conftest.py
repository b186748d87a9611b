"""What the tests of workbooks share: books made once in a run, and curves that no clock ends."""

import pytest

from budget.workbook.plan_sheets import curve
from tests.budget.workbook.books import FEW_STEPS, NO_CLOCK, book_of
from tests.made import MadeOnce


@pytest.fixture(scope="module", autouse=True)
def time_for_curves():
    """Let no curve end by the clock, so that what else the machine does changes no workbook."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve, "SECONDS", NO_CLOCK)
        yield


@pytest.fixture
def few_steps(monkeypatch):
    """Leave the curve of the frontier short where it is not looked at: each of its points is a solve."""
    monkeypatch.setattr(curve, "STEPS", FEW_STEPS)


@pytest.fixture(scope="session")
def books(run_folder) -> MadeOnce:
    """The workbook of each plan of `books.planned`, by its name."""
    return MadeOnce(run_folder / "books", book_of)
