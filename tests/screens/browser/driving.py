"""Drive the app in a real Chromium: act as a person does, then check that the page shows what the act should bring.

A run of the app may replace a box between the moment a test finds it and the moment it types. So each verb here waits
until the app has answered everything, acts, and acts again until the page's state shows the result. No verb waits for
a time: `PATIENCE_SECONDS` only ends a test that would hang.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page
from playwright.sync_api import TimeoutError as NotThere
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from data import bundle, example
from tests.screens import serving

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
USUAL, NARROWEST = 1280, 320  # pixels; the second is the first at 400 %, WCAG 1.4.10
WIDTHS = (1920, USUAL, 640, NARROWEST)  # the third is the usual one at 200 %
PATIENCE_SECONDS = serving.PATIENCE_SECONDS
PATIENCE_MS = PATIENCE_SECONDS * 1000
ATTEMPT_MS = 15_000  # of one click or list, before the whole act is tried again
POLL_MS, POLL_GROWTH, MOST_POLL_MS = 30, 1.3, 250  # to look again and again takes time from what is waited for
LOOKS = 1000  # at a page that is wider than its window, before it is said to be

# True once the browser has drawn all that it received: nothing waits to be run, stale, shown as busy or fading, and
# no work goes on beside the page that must be over.
DRAWN = """async (work) => {
  if (work && document.querySelector(work)) return false;
  const quiet = () => new Promise((done) => requestIdleCallback(done, { timeout: 2000 }));
  await quiet();
  await quiet();
  const app = document.querySelector('[data-testid=stApp]');
  return app !== null
    && !(work && document.querySelector(work))
    && app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && !document.querySelector('[data-stale=true], [data-testid=stStatusWidget]')
    && !document.getAnimations().some((each) => each.playState === 'running'
      && each.effect.getComputedTiming().iterations !== Infinity);
}"""
WORK = "[class*=st-key-running_]"  # the stop button of work beside the page


@contextmanager
def served(home: Path, *, with_half: bool = True) -> Iterator[str]:
    """Give the address of the app, started in a folder of its own and stopped at the end; it logs to log.txt there."""
    if with_half:
        save_half_the_example(home / "half")
    with serving.served(home) as url:
        yield url


def save_half_the_example(folder: Path) -> None:
    county = bundle.load(example.FOLDER)
    manifest = replace(county.manifest, name="Halfshire", made_up=False)
    bundle.save(replace(county, areas=county.areas.iloc[::2], manifest=manifest), folder)


class Traffic:
    """What a page and the app send each other: whether the app still owes the page a run, and what was pressed."""

    def __init__(self, page: Page):
        self.requested: list[str] = []  # addresses
        self.sent: list[bytes | str] = []
        self.presses = 0  # of buttons, sent to the app
        self._is_due = self._is_running = False
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("websocket", self._listen)

    @property
    def is_idle(self) -> bool:
        """Say whether every run that the page asked for has been answered to its end."""
        return not (self._is_due or self._is_running)

    def _listen(self, channel) -> None:
        self.requested.append(channel.url)
        self._is_due = self._is_running = False  # what was asked through another channel is not answered here
        channel.on("framesent", self._sent)
        channel.on("framereceived", self._received)

    def _sent(self, frame: bytes | str) -> None:
        self.sent.append(frame)
        message = BackMsg.FromString(frame) if isinstance(frame, bytes) else BackMsg()
        if message.WhichOneof("type") == "rerun_script" and not message.rerun_script.is_auto_rerun:
            self._is_due = True
            states = message.rerun_script.widget_states.widgets
            self.presses += any(state.WhichOneof("value") == "trigger_value" for state in states)

    def _received(self, frame: bytes | str) -> None:
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._is_due, self._is_running = False, True
        elif kind == "script_finished":  # one that is cut short by a request is followed by another run
            self._is_running = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


def listen(page: Page) -> None:
    """Keep every request, complaint and message that a page sends."""
    page.traffic, page.complaints = Traffic(page), []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))


def settle(page: Page, *, work_may_go_on: bool = False) -> None:
    """Wait until the app has answered every request, no work beside the page goes on, and all of it is drawn."""
    deadline, pause = time.monotonic() + PATIENCE_SECONDS, float(POLL_MS)
    while not _is_settled(page, work_may_go_on):
        assert time.monotonic() < deadline, f"the page does not come to rest: {page.locator('body').inner_text()}"
        page.wait_for_timeout(pause)
        pause = min(pause * POLL_GROWTH, MOST_POLL_MS)


def _is_settled(page: Page, work_may_go_on: bool) -> bool:
    if not page.traffic.is_idle:
        return False
    try:
        is_drawn = page.evaluate(DRAWN, "" if work_may_go_on else WORK)
    except Error:  # the page was loaded anew meanwhile
        return False
    return is_drawn and page.traffic.is_idle


def until(page: Page, act: Callable[[], object], shown: Callable[[], bool], what: str) -> None:
    """Act, let the app answer, and act again until the page shows it; an act that found nothing is tried again."""
    settle(page)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(NotThere):
            act()
        settle(page)
        if shown():
            return
        assert time.monotonic() < deadline, what


def wait_until(page: Page, function: str, arg: object = None) -> None:
    """Wait until a function of the page returns true. `wait_for_function` evaluates text, which the policy forbids."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(function, arg):
        assert time.monotonic() < deadline, f"the page does not come to: {function}"
        page.wait_for_timeout(POLL_MS)


def fill(page: Page, label: str | Locator, text: str) -> None:
    """Write into a box, by its label, and leave it, until it holds the text and the app has taken it."""
    box = page.get_by_label(label) if isinstance(label, str) else label

    def write() -> None:
        box.fill(text, timeout=ATTEMPT_MS)
        box.press("Tab", timeout=ATTEMPT_MS)

    until(page, write, lambda: _same(box.input_value(), text), f"{label} does not take {text!r}")


def _same(value: str, text: str) -> bool:
    """Say whether a box holds a text, or the same number written otherwise."""
    try:
        return value == text or float(value) == float(text)
    except ValueError:
        return False


def press(page: Page, button: str | Locator, *, work_may_go_on: bool = False) -> None:
    """Press a button, by its whole name, until the app has been asked and has answered: never twice."""
    settle(page, work_may_go_on=work_may_go_on)
    found = page.get_by_role("button", name=button, exact=True) if isinstance(button, str) else button
    before, deadline = page.traffic.presses, time.monotonic() + PATIENCE_SECONDS
    while page.traffic.presses == before:
        assert time.monotonic() < deadline, f"the button {button} is not pressed"
        with suppress(NotThere):
            found.click(timeout=ATTEMPT_MS)
        page.evaluate(DRAWN)  # the message of the press is sent by now
    settle(page, work_may_go_on=work_may_go_on)


def pick(page: Page, box: Locator, option: str | re.Pattern, typed: str = "", *, of_many: bool = False) -> None:
    """Choose from a box of choices until it shows what was chosen."""
    wanted = page.get_by_role("option", name=option, exact=True)
    whole = page.get_by_test_id("stMultiSelect").filter(has=box)

    def choose() -> None:
        _open(box)
        if typed:
            box.fill(typed, timeout=ATTEMPT_MS)
        wanted.click(timeout=ATTEMPT_MS)
        if of_many:  # its list stays open; once it is closed, Escape would empty the box
            page.keyboard.press("Escape")

    def is_chosen() -> bool:
        shown = whole.inner_text() if of_many else box.input_value()
        return re.search(option if isinstance(option, re.Pattern) else re.escape(option), shown) is not None

    until(page, choose, is_chosen, f"{option!r} is not among the choices")


def _open(box: Locator) -> None:
    """Open the list of a box of choices, unless it is open."""
    if box.get_attribute("aria-expanded") != "true":
        box.click(timeout=ATTEMPT_MS)


def enter(page: Page, box: Locator, text: str) -> None:
    """Type into a box of choices what is not among them, and take it."""

    def write() -> None:
        box.fill(text, timeout=ATTEMPT_MS)
        box.press("Enter", timeout=ATTEMPT_MS)

    until(page, write, lambda: box.input_value() == text, f"{text!r} is not taken")


def answer(page: Page, question: str, choice: str) -> None:
    """Choose one answer of a question with a few."""
    group = page.get_by_role("radiogroup", name=question)
    radio = group.get_by_role("radio", name=choice, exact=True)
    until(
        page,
        lambda: group.get_by_text(choice, exact=True).click(timeout=ATTEMPT_MS),
        radio.is_checked,
        f"{question}: {choice} is not chosen",
    )


def unfold(page: Page, title: str) -> Locator:
    """Open a box of the page by its title, unless it is open, and return it."""
    top = page.locator("summary", has_text=title)

    def is_open() -> bool:
        return top.evaluate("(summary) => summary.parentElement.open")

    until(page, lambda: is_open() or top.click(timeout=ATTEMPT_MS), is_open, f"{title} does not open")
    return top.locator("xpath=ancestor::*[@data-testid='stExpander'][1]")


def open_save_box(page: Page) -> None:
    """Open the box on top of the page in which a plan is saved, unless it is open."""
    button, box = page.get_by_role("button", name="Save or send"), page.get_by_test_id("stPopoverBody")
    until(page, lambda: box.is_visible() or button.click(timeout=ATTEMPT_MS), box.is_visible, "the box does not open")


def switch_on(page: Page, label: str) -> None:
    """Switch a toggle or a tick on."""
    box = page.get_by_role("switch", name=label).or_(page.get_by_role("checkbox", name=label))
    text = page.get_by_text(label, exact=True)
    until(page, lambda: box.is_checked() or text.click(timeout=ATTEMPT_MS), box.is_checked, f"{label} is not on")


def go_to(page: Page, link: str, heading: str | re.Pattern) -> None:
    """Go to another page of the app by its link, until its heading is there."""
    found = page.get_by_role("link", name=link, exact=True).first
    title = page.get_by_role("heading", name=heading)
    until(page, lambda: found.click(timeout=ATTEMPT_MS), lambda: title.count() > 0, f"{link} does not open")


def reload(page: Page, heading: str | re.Pattern) -> None:
    """Load the page anew, as somebody who refreshes it, and wait for a heading of it."""
    settle(page)
    page.reload()
    page.get_by_role("heading", name=heading).wait_for()
    settle(page)


def download(page: Page, button: str | Locator, path: Path) -> str:
    """Take a file away into a path, and return the name that the browser gave it."""
    settle(page)
    found = page.get_by_role("button", name=button, exact=True) if isinstance(button, str) else button
    with page.expect_download() as taken:
        found.click()
    taken.value.save_as(path)
    return taken.value.suggested_filename


def leaves(url: str) -> bool:
    return not url.startswith(("data:", "blob:")) and urlsplit(url).hostname not in ("localhost", "127.0.0.1")


def violations(page: Page, *, work_may_go_on: bool = False) -> list[tuple]:
    """Return the rules of WCAG that a page breaks once nothing runs; what fades meanwhile would count as pale."""
    settle(page, work_may_go_on=work_may_go_on)
    found = Axe().run(page, options=WCAG).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


def flaws(page: Page) -> list[tuple]:
    """Return the rules of WCAG that a page breaks, and how far it scrolls sideways, at each width of its window.

    The rules are tried where the layout differs: as it is usual, and at its narrowest.
    """
    found: list[tuple] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if width in (USUAL, NARROWEST):
            found += [(width, *broken) for broken in violations(page)]
        settle(page)
        found += [(width, "scrolls sideways", by) for by in (sideways(page),) if by != (0, 0)]
    return found


def sideways(page: Page) -> tuple[int, int]:
    """Return how far the page and its main part are wider than the window, once tables have followed its width."""
    for _ in range(LOOKS):
        if (by := _sideways_now(page)) == (0, 0):
            break
        page.wait_for_timeout(POLL_MS)
    return by


def _sideways_now(page: Page) -> tuple[int, int]:
    main = page.get_by_test_id("stMain").evaluate("(main) => main.scrollWidth - main.clientWidth")
    return max(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"), 0), main
