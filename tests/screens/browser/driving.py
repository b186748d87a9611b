"""What the tests in a real Chromium share: the app started by itself, its requests kept, its faults of access found."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotThere

from data import bundle, example
from tests import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run"),
    *("--disable-component-update", "--disable-sync"),
]
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # what every rule passed, element by element, takes longer than the rules do
    "preload": False,  # nothing here is fetched from elsewhere
}
PATIENCE_MS = 120_000
LIST_MS = 20_000


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Give the address of the app, started in a folder of its own and stopped at the end; it logs to log.txt there."""
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit")
    save_half_the_example(home / "half")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")]
    command += ["--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none"]
    env = os.environ | {"HOME": str(home), "DATABASE_URL": f"sqlite:///{home / 'library.sqlite'}"}
    with (home / "log.txt").open("w") as log:
        server = subprocess.Popen(command, cwd=home, env=env, stdout=log, stderr=log)
        try:
            wait_for(f"http://localhost:{port}/_stcore/health", server, home / "log.txt")
            yield f"http://localhost:{port}/"
        finally:
            server.terminate()
            server.wait(timeout=20)


def save_half_the_example(folder: Path) -> None:
    county = bundle.load(example.FOLDER)
    manifest = replace(county.manifest, name="Halfshire", made_up=False)
    bundle.save(replace(county, areas=county.areas.iloc[::2], manifest=manifest), folder)


def wait_for(health: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(health, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def listen(page: Page) -> None:
    """Keep every request, complaint and message that a page sends."""
    page.requested, page.complaints, page.sent = [], [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("websocket", lambda channel: _listen_to(page, channel))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))


def _listen_to(page: Page, channel) -> None:
    page.requested.append(channel.url)
    channel.on("framesent", lambda frame: page.sent.append(frame))


def settle(page: Page) -> None:
    """Wait until nothing runs and nothing fades; a run that is only about to begin shows nothing, hence the moments.

    Two of them: work beside the page ends one run and asks for the next.
    """
    for _ in range(2):
        page.wait_for_timeout(300)
        page.wait_for_function(
            "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning' "
            "&& !document.querySelector('[data-stale=true], [data-testid=stStatusWidget]') "
            "&& !document.getAnimations().some((each) => each.playState === 'running' "
            "&& each.effect.getComputedTiming().iterations !== Infinity)"
        )


def pick(page: Page, box: Locator, option: str | re.Pattern, typed: str = "", *, of_many: bool = False) -> None:
    """Choose from a box of choices as a person does: whoever sees the list close, as the page moves, opens it again.

    The list of a box that takes many stays open, and is closed at once: once closed, Escape empties the box.
    """
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(3):
        box.click()
        if typed:
            box.fill(typed)
        with suppress(NotThere):
            wanted.click(timeout=LIST_MS)
            break
        page.keyboard.press("Escape")
    else:
        raise AssertionError(f"{option!r} is not among the choices")
    if of_many:
        page.keyboard.press("Escape")
    settle(page)


def unfold(page: Page, title: str) -> Locator:
    """Open a box of the page by its title, unless it is open, and return it."""
    top = page.locator("summary", has_text=title)
    if not top.evaluate("(summary) => summary.parentElement.open"):
        top.click()
    return top.locator("xpath=ancestor::*[@data-testid='stExpander'][1]")


def leaves(url: str) -> bool:
    return not url.startswith(("data:", "blob:")) and urlsplit(url).hostname not in ("localhost", "127.0.0.1")


def violations(page: Page) -> list[tuple]:
    """Return the rules of WCAG that a page breaks once nothing runs; what fades meanwhile would count as pale."""
    settle(page)
    found = Axe().run(page, options=WCAG).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


def flaws(page: Page, widths: tuple[int, ...] = (1280, 320)) -> list[tuple]:
    """Return the rules of WCAG that a page breaks, and how far it scrolls sideways, at each width of its window."""
    found: list[tuple] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [(width, *broken) for broken in violations(page)]
        found += [(width, "scrolls sideways", by) for by in (sideways(page),) if by != (0, 0)]
    return found


def sideways(page: Page) -> tuple[int, int]:
    """Return how far the page and its main part are wider than the window."""
    main = page.get_by_test_id("stMain").evaluate("(main) => main.scrollWidth - main.clientWidth")
    return max(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"), 0), main
