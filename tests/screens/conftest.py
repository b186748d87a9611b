"""What holds for every test of a screen."""

import pytest

from screens.background import panel


@pytest.fixture(autouse=True)
def a_page_without_a_browser_waits(monkeypatch):
    """Let a page that AppTest runs wait for its work: no browser runs it again when the work is over."""
    monkeypatch.setattr(panel, "QUICK_SECONDS", 600)


@pytest.fixture(autouse=True)
def a_library_of_its_own(tmp_path, monkeypatch):
    """Keep what a test saves out of the user's own library."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'library.sqlite'}")
