"""The app in a browser: one server and one Chromium for all tests in a browser, a window a test or some tests.

A load of a page costs as much as ten questions to it. Tests that do not spoil a page for the next go on in it, in the
order in which they stand; each works in a page just opened, too.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.screens.browser import driving

expect.set_options(timeout=driving.PATIENCE_MS)
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Keep whether a test failed: nothing goes on in what it left."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="package")  # as the server: a process that comes back to these tests starts another in its own
def home(tmp_path_factory):
    """Return the folder in which the app is started."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="package")
def address(home):
    """Return the address of the app, started in a folder of its own and stopped at the end."""
    with driving.served(home) as url:
        yield url


@pytest.fixture(scope="package")
def chromium():
    """Return a Chromium, closed after the last test in a browser: no other loop of events may run beside it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=driving.CHROMIUM, args=driving.QUIET)
        yield started
        started.close()


def open_window(chromium, url: str, width: int, height: int) -> Page:
    """Open the app in a new window; every request and complaint of the page is kept."""
    context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(driving.PATIENCE_MS)
    driving.listen(page)
    page.goto(url)
    return page


@pytest.fixture
def window(chromium, address):
    """Return a function that opens the app in a new window, with a heading of it there and all at rest."""
    pages = []

    def open_app(path: str = "plan", heading: str = "What this rests on", width: int = 1280, height: int = 900) -> Page:
        page = open_window(chromium, address + path, width, height)
        pages.append(page)
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        driving.settle(page)
        return page

    yield open_app
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def kept_windows(chromium):
    """Give the windows that tests of a module go on in, each by the path it was opened at."""
    windows: dict[str, Page] = {}
    yield windows
    for page in windows.values():
        page.context.close()


@pytest.fixture
def same_window(request, chromium, address, kept_windows):
    """Return a function that gives the window as an earlier test left it, or a new one, made ready, if none did."""
    used = set()

    def go_on(ready: Callable[[Page], None], path: str = "plan", width: int = 1280, height: int = 900) -> Page:
        used.add(path)
        if path not in kept_windows:
            kept_windows[path] = open_window(chromium, address + path, width, height)
            ready(kept_windows[path])
        page = kept_windows[path]
        page.set_viewport_size({"width": width, "height": height})
        driving.settle(page)
        return page

    yield go_on
    if request.node.stash.get(FAILED, False):
        for path in used & set(kept_windows):
            kept_windows.pop(path).context.close()
