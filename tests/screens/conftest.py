"""The app in a browser, started once a module."""

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from screens import running
from tests.screens import browser

expect.set_options(timeout=browser.PATIENCE_MS)


@pytest.fixture(autouse=True)
def a_page_without_a_browser_waits(monkeypatch):
    """Let a page that AppTest runs wait for its work: no browser runs it again when the work is over."""
    monkeypatch.setattr(running, "QUICK_SECONDS", 60)


@pytest.fixture(autouse=True)
def a_library_of_its_own(tmp_path, monkeypatch):
    """Keep what a test saves out of the user's own library."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'library.sqlite'}")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Return the folder in which the app is started."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def address(home):
    """Return the address of the app, started in a folder of its own and stopped at the end."""
    with browser.served(home) as url:
        yield url


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.QUIET)
        yield started
        started.close()


@pytest.fixture
def window(chromium, address):
    """Return a function that opens the app in a new window; every request and complaint of the page is kept."""
    contexts = []

    def open_app(width: int = 1280, height: int = 900, path: str = "") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(browser.PATIENCE_MS)
        browser.listen(page)
        page.goto(address + path)
        return page

    yield open_app
    for context in contexts:
        context.close()
