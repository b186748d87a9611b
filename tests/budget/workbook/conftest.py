"""What the tests of workbooks share: books made once in a run, and curves that no clock ends."""

import pytest

from budget.workbook.plan_sheets import curve
from tests.budget.workbook.books import FEW_STEPS, NO_CLOCK, book_of
from tests.budget.workbook.input_sheets import inputs_alone
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


@pytest.fixture(scope="module")
def made(books) -> dict[str, bytes]:
    """Return the workbooks that are read back: the example's, and one with a long name and every kind of limit."""
    return {"default": books["default"], "limited": books["long_and_limited"]}


@pytest.fixture(scope="module")
def inputs(made) -> dict[str, bytes]:
    """Return the same with nothing but the sheets that are read back."""
    return inputs_alone(made)
