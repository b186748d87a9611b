"""What somebody waits for in a browser: each page on a first and a later visit, and maps of a county and of England.

Alternative: an empty page of Streamlit, opened in the same Chromium in the same run. Seconds of the clock from the act
until all is drawn and nothing runs, so let nothing else work beside it; seconds of processors hold on a busy machine
too, and are those of the server with all that it started, and of Chromium. Linux alone, whose /proc says them. Real
counties need the official files. `python -m benchmarks.pages --bundles FOLDER` keeps the counties it builds there.
"""

import argparse
import datetime
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import _processes
from budget.planning import plan as plans
from budget.scenarios.scenario import Scenario
from budget.store import library as store
from budget.store.results import results_of
from data import bundle, county, example
from tests import ROOT
from tests.opendata import FOLDER
from tests.screens import serving
from tests.screens.browser import driving

PAGES = {  # by name: path and the heading that stands last
    "Start": ("", "Scenarios saved last"),
    "Plan": ("plan", "What this rests on"),
    "Areas": ("areas", "Move the rules"),
    "Rules and data": ("sites", "Journeys that you measured"),
    "Young people": ("check", "Home and place of study"),
    "Finance": ("monitoring", "Finance: a plan against the ledger"),
}
COUNTIES = ("Lancashire", "England")
MEASURES = ("Minutes to college", "Deprivation")
EMPTY = "an empty page"
EMPTY_SCRIPT = 'import streamlit as st\n\nst.title("Empty")\nst.header("Nothing", anchor=False)\n'
VISITS = 3
SAVED = Scenario(name="Saved", budget_pence=400_000_00)


@dataclass(frozen=True, slots=True)
class Used:
    """What one act took."""

    clock: float  # seconds until all is drawn
    server: float  # seconds of processors
    browser: float
    kilobytes: float  # sent to the page


@dataclass(frozen=True, slots=True)
class Watch:
    """Measures what acts on a page take."""

    page: Page
    server: int  # the process
    received: list[int]  # bytes of each message

    def timed(self, act: Callable[[], object]) -> Used:
        """Do an act and return what it took until all is drawn."""
        before, began = self._so_far(), time.monotonic()
        act()
        driving.settle(self.page)
        return Used(time.monotonic() - began, *(b - a for a, b in zip(before, self._so_far(), strict=True)))

    def _so_far(self) -> tuple[float, float, float]:
        every = _processes.cpu_seconds(os.getpid())
        own = sum(os.times()[:2])
        server = _processes.cpu_seconds(self.server)
        return server, every - own - server, sum(self.received) / 1000


def main() -> None:
    wanted = _arguments()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        kept = Path(wanted.bundles or home)
        built = [name for name in wanted.counties if _is_built(name, kept, home)]
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=driving.CHROMIUM, args=driving.QUIET)
            found = _empty(chromium, home) | _pages(chromium, home)
            for name in built:
                found |= _maps(chromium, home, name)
            chromium.close()
    _tell(found)
    if missing := [name for name in wanted.counties if name not in built]:
        print(f"SKIPPED FOR WANT OF OFFICIAL FILES: maps of {' and '.join(missing)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--bundles", help="a folder where the counties are kept, or are built")
    parser.add_argument("--counties", nargs="*", default=COUNTIES, help="whose maps are opened")
    return parser.parse_args() if __name__ == "__main__" else parser.parse_args([])


def _is_built(name: str, kept: Path, home: Path) -> bool:
    """Have a county's bundle at home, and say whether it is there."""
    bundle_folder = kept / name.lower()
    if not bundle_folder.exists() and FOLDER.is_dir():
        bundle.save(county.build(FOLDER, [name]), bundle_folder)
    if kept != home and bundle_folder.exists():
        (home / name.lower()).symlink_to(bundle_folder.resolve())
    return bundle_folder.exists()


def _empty(chromium: Browser, home: Path) -> dict[str, Used]:
    """Open a page of Streamlit that holds two headings, in a server of its own with the app's settings."""
    script, port = home / "empty.py", serving.free_port()
    script.write_text(EMPTY_SCRIPT)
    app = str(ROOT / "streamlit_app.py")
    command = [str(script) if word == app else word for word in serving.command(port)]
    (home / "empty").mkdir()
    with (home / "empty" / "log.txt").open("w") as log:
        server = subprocess.Popen(command, cwd=home / "empty", stdout=log, stderr=log)
        try:
            serving.wait_for(f"http://localhost:{port}/_stcore/health", server, home / "empty" / "log.txt")
            visits = [_visit(chromium, server.pid, f"http://localhost:{port}/", "Nothing") for _ in range(VISITS + 1)]
        finally:
            server.kill()
            server.wait()
    return {EMPTY: _median(visits[1:])}


def _pages(chromium: Browser, home: Path) -> dict[str, Used]:
    """Open every page of the app, the plan first as soon as the server answers, then each as somebody new would."""
    with _served(home) as (url, server):
        found = {"Plan, the first visit of all": _visit(chromium, server, url + "plan", PAGES["Plan"][1])}
        for name, (path, heading) in PAGES.items():
            visits = [_visit(chromium, server, url + path, heading) for _ in range(VISITS + 1)]
            found |= {f"{name}, the first time": visits[0], name: _median(visits[1:])}
        saved_plan = plans.make(bundle.load(example.FOLDER), SAVED, datetime.date.today())
        with store.open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
            id = library.save(saved_plan.scenario, author="A. Planner", results=results_of(saved_plan)).id
        saved = url + f"plan?scenario={id}"
        found["Plan, a saved scenario"] = _median([_visit(chromium, server, saved, PAGES["Plan"][1]) for _ in range(2)])
    return found


def _maps(chromium: Browser, home: Path, name: str) -> dict[str, Used]:
    """Choose a county on *Areas*, then other measures for its map, in a server that has not seen it."""
    path, heading = PAGES["Areas"]
    with _served(home) as (url, server):
        watch = _window(chromium, server)
        watch.timed(lambda: _open(watch.page, url + path, heading))
        box = watch.page.get_by_role("combobox", name="County", exact=True)
        found = {f"Areas, {name} chosen": watch.timed(lambda: driving.pick(watch.page, box, name, name))}
        measure = watch.page.get_by_role("combobox", name="Colour the map by")
        colours = [watch.timed(lambda each=each: driving.pick(watch.page, measure, each, each)) for each in MEASURES]
        found[f"Areas, {name} in another colour"] = _median(colours)
        watch.page.context.close()
        again = f"{url}{path}?county={name}"
        found[f"Areas, {name}, a later visit"] = _visit(chromium, server, again, heading)
    return found


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, int]]:
    """Give the address of the app, and its process."""
    before = set(_processes.children(os.getpid()))
    with driving.served(home, with_half=False) as url:
        (server,) = set(_processes.children(os.getpid())) - before
        yield url, server


def _visit(chromium: Browser, server: int, url: str, heading: str) -> Used:
    watch = _window(chromium, server)
    used = watch.timed(lambda: _open(watch.page, url, heading))
    watch.page.context.close()
    return used


def _open(page: Page, url: str, heading: str) -> None:
    page.goto(url)
    page.get_by_role("heading", name=heading, exact=True).wait_for()


def _window(chromium: Browser, server: int) -> Watch:
    """Open an empty window whose visitor has never been to the app: nothing is in its browser's store."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    page.set_default_timeout(driving.PATIENCE_MS)
    driving.listen(page)
    received: list[int] = []
    page.on("websocket", lambda channel: channel.on("framereceived", lambda frame: received.append(len(frame))))
    return Watch(page, server, received)


def _median(visits: list[Used]) -> Used:
    return Used(*(statistics.median(each) for each in zip(*map(astuple, visits), strict=True)))


def _tell(found: dict[str, Used]) -> None:
    empty = found[EMPTY]
    print("| act | s | times the empty page | server CPU s | times | browser CPU s | times | KB to the page |")
    print("|---|---|---|---|---|---|---|---|")
    for name, used in found.items():
        pairs = zip(astuple(used)[:3], astuple(empty)[:3], strict=True)
        cells = [f"{a:.2f} | {a / b:.1f}" if b else f"{a:.2f} | none" for a, b in pairs]
        print(f"| {name} | {' | '.join(cells)} | {used.kilobytes:,.0f} |")


if __name__ == "__main__":
    sys.exit(main())
