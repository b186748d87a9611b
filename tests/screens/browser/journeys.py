"""The three journeys through the app, from the first screen to the file taken away, with the keyboard alone.

A step is one thing that a person does: to follow a link, to fill in a box, to press a button, to choose, to hand in a
file or to take one away. `Walk` counts them, and keeps a picture of the screen after each where a folder is given: of
these pictures those that the tutorials in docs/help show are made again by `python -m tests.screens.browser.pictures`.
"""

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import FileChooser, Locator, Page
from playwright.sync_api import TimeoutError as NotThere

from budget.store import library as store
from tests.budget.store.stores import results, scenario
from tests.screens.browser.driving import ATTEMPT_MS, leaves, settle

MOST_TABS, ATTEMPTS = 250, 8
LEDGER = "period,line,amount,reason\n6,bus_pass,90000.10,bought late\n7,minibus,3000.33,\n8,Shared taxi,40000,\n"
IN_VIEW = "(element) => element.scrollIntoView({ block: 'center' })"
HAS_FOCUS = "(element) => element === document.activeElement || element.contains(document.activeElement)"


class Walk:
    """Somebody who goes through the app with the keyboard alone: what they did, in words, and pictures of it."""

    def __init__(self, page: Page, pictures: Path | None = None):
        self.page, self.steps, self.pictures = page, list[str](), pictures

    def press(self, name: str | re.Pattern, role: str = "button", *, then: Locator | None = None) -> None:
        """Press a button or follow a link by its name, and wait for what it brings."""
        self._reach(self.page.get_by_role(role, name=name, exact=isinstance(name, str)).first)
        self.page.keyboard.press("Enter")
        if then is not None:
            then.first.wait_for()
            settle(self.page)
            then.first.evaluate(IN_VIEW)
        self._done(f"press {_words(name)}")

    def write(self, label: str, text: str) -> None:
        """Fill in a box by its label."""
        box = self.page.get_by_role("textbox", name=label)
        self._reach(box)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self._done(f"write {text} into {label}")

    def choose(self, box: str, option: str, then: Locator) -> None:
        """Choose from a box of choices by typing what is wanted."""
        self._reach(self.page.get_by_role("combobox", name=box, exact=True))
        self.page.keyboard.type(option)
        self.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first.wait_for()
        self.page.keyboard.press("Enter")
        then.first.wait_for()
        settle(self.page)
        then.first.evaluate(IN_VIEW)
        self._done(f"choose {option}")

    def hand_in(self, file: dict | Path, then: Locator) -> None:
        """Hand in a file through the box for files."""
        self._chooser().set_files(file)
        then.first.wait_for()
        self._done("hand in the file")

    def _chooser(self) -> FileChooser:
        """Open the choice of a file; a box that was drawn anew as the key went down opens none, and is asked again."""
        for _ in range(ATTEMPTS):
            self._reach(self.page.locator("[data-testid=stFileUploader] button").first)
            with suppress(NotThere), self.page.expect_file_chooser(timeout=ATTEMPT_MS) as opened:
                self.page.keyboard.press("Enter")
                return opened.value
        raise AssertionError("the box for files opens no choice of a file")

    def take_away(self, name: str, folder: Path) -> Path:
        """Take a file away with a button, and return where it is."""
        self._reach(self.page.get_by_role("button", name=name, exact=True).first)
        with self.page.expect_download() as taken:
            self.page.keyboard.press("Enter")
        path = folder / taken.value.suggested_filename
        taken.value.save_as(path)
        self._done(f"take away {path.name}")
        return path

    def away(self) -> list[str]:
        """Return the addresses outside this machine that the page asked for, and what it complained of."""
        return [*(url for url in self.page.traffic.requested if leaves(url)), *self.page.complaints]

    def _reach(self, target: Locator) -> None:
        settle(self.page)
        target.wait_for()
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached with the keyboard")

    def _done(self, words: str) -> None:
        settle(self.page)
        self.steps.append(words)
        self.picture()

    def picture(self) -> None:
        """Keep a picture of the screen as it is now, under the number of steps done."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{len(self.steps):02}.png")


def _words(name: str | re.Pattern) -> str:
    return name if isinstance(name, str) else name.pattern


def planner(walk: Walk, folder: Path, name: str) -> list[Path]:
    """Plan a budget on the example county, see why an area is in it, save the plan, and take it away."""
    page = walk.page
    walk.picture()
    walk.press("Plan a budget", "link", then=page.get_by_role("heading", name="What this rests on"))
    walk.write("Budget for the year, in pounds", "400,000")
    walk.press("Plan", then=page.get_by_role("heading", name="What £400,000 buys"))
    walk.choose("Explain an area", "Harrowmere 12", page.get_by_role("heading", name="Harrowmere 12"))
    walk.press("Save or send", then=page.get_by_role("textbox", name="Name of the scenario"))
    walk.write("Name of the scenario", name)
    walk.write("Your name", "A. Planner")
    walk.press("Save", then=page.get_by_text("Saved as version 1."))
    page.keyboard.press("Escape")
    walk.press("Take away", "link", then=page.get_by_role("button", name="Download the map"))
    return [walk.take_away("Download the workbook", folder), walk.take_away("Download the map", folder)]


def file_of_applications(walk: Walk, folder: Path, file: Path) -> Path:
    """Decide about a file of applications, and take the decisions away."""
    page = walk.page
    walk.picture()
    walk.press("Young people", "link", then=page.get_by_label("What is the postcode"))
    walk.press("A file of applications", "link", then=page.get_by_test_id("stFileUploader"))
    walk.hand_in(file, page.get_by_role("button", name="Decide about"))
    walk.press(re.compile("^Decide about"), then=page.get_by_role("button", name="Download the decisions"))
    return walk.take_away("Download the decisions", folder)


def saved(home: Path, name: str) -> None:
    """Save the example's plan in the library of the app at home in a folder, unless a plan of the name is there."""
    with store.open_library(f"sqlite:///{home / 'library.sqlite'}") as library:
        if name not in [entry.name for entry in library.list()]:
            library.save(scenario(name), author="A. Planner", results=results())


def finance(walk: Walk, folder: Path, name: str) -> Path:
    """Compare a saved plan with the ledger, and take the workbook with the outturn away."""
    page, ledger = walk.page, {"name": "ledger.csv", "mimeType": "text/csv", "buffer": LEDGER.encode()}
    walk.picture()
    walk.press("Finance", "link", then=page.get_by_role("combobox", name="Plan to monitor"))
    walk.choose("Plan to monitor", name, page.get_by_test_id("stFileUploader"))
    walk.write("Your name, for the record of who did what", "F. Officer")
    walk.hand_in(ledger, page.get_by_role("button", name="Compare the plan with it"))
    walk.press("Compare the plan with it", then=page.get_by_test_id("stMetric"))
    return walk.take_away(WITH_ACTUALS, folder)


WITH_ACTUALS = "Download the workbook with the sheets Monitoring and Actuals"
