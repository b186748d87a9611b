"""Twenty people at once: half plan, each another budget, half assess, each another file; is everything right and quick?

Alternative: the same with one person (`--sessions 1`). Each asks as a page in a browser does, without the browser, and
waits a while between two acts. What is seen is proven by content: a plan's figures are those that the same budget
gives when it is planned alone, a file's decisions name its own people and nobody else's. Linux alone, whose /proc says
the memory and the processes. `python -m benchmarks.load --sessions 20 --minutes 10`.
"""

import argparse
import datetime
import io
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import openpyxl
import requests

from benchmarks import _processes
from budget.planning import plan as plans
from budget.scenarios.scenario import Scenario
from data import bundle, example
from data.wording import rounded_pounds
from tests import ROOT
from tests.screens import serving
from tests.screens.access.visiting import SECONDS, Visitor

APPLICANTS = ROOT / "tests" / "eligibility" / "data" / "applicants_messy_600.csv"
ABOVE = 3  # lines of that file above its rows, and 37 columns
MARK = re.compile(r"Load(\d{3})x(\d{4})")  # in every name of a file: whose it is, and which of theirs
BUDGET = re.compile(r"What (£[\d,]+) buys")
SPENT = re.compile(r'label: "Spent"\s+body: "([^"]*)"')
HEALTH_SECONDS = 0.2  # between two questions
TOLD = 100  # page loads between two figures of memory


Shown = TypeVar("Shown")


@dataclass
class Measured:
    """What the sessions saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)  # by the kind of act
    health: list[float] = field(default_factory=list)
    spent: dict[int, str] = field(default_factory=dict)  # by the budget in pence
    wrong: list[str] = field(default_factory=list)

    def timed(self, act: str, work: Callable[[], Shown]) -> Shown:
        """Do an act and note how long it took until the page showed what was asked for."""
        began = time.monotonic()
        shown = work()
        self.seconds.setdefault(act, []).append(time.monotonic() - began)
        return shown


def main() -> None:
    wanted = _arguments()
    found = Measured()
    with tempfile.TemporaryDirectory() as folder:
        with serving.served(Path(folder)) as url:
            (server,) = _processes.children(os.getpid())
            at_work = f"{wanted.sessions} sessions, {wanted.minutes:g} minutes"
            print(f"{at_work}; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start", flush=True)
            _sessions(url, wanted, found)
            print(f"memory of the server: {_processes.mib(server):,.0f} MiB after the sessions", flush=True)
            _page_loads(url, server, wanted.loads)
            started = list(_processes.descendants(server))
        left = [pid for pid in started if _is_there(pid)]
        log = (Path(folder) / "log.txt").read_text()
    found.wrong += [f"{len(left)} processes are left behind"] * bool(left)
    failed = [line for line in log.splitlines() if "Traceback" in line or '"errors": [' in line]
    found.wrong += [f"the log has {len(failed)} errors: {line}" for line in failed[-1:]]
    _prove(found)
    _tell(found)
    sys.exit(bool(found.wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pause", type=float, default=10, help="seconds between two acts of a person, on average")
    parser.add_argument("--rows", type=int, default=60, help="applicants in each file")
    parser.add_argument("--loads", type=int, default=500, help="page loads after the sessions")
    return parser.parse_args() if __name__ == "__main__" else parser.parse_args([])


def _sessions(url: str, wanted: argparse.Namespace, found: Measured) -> None:
    """Let everybody work for so many minutes, while the server is asked for its health."""
    over = threading.Event()
    until = time.monotonic() + wanted.minutes * 60
    work = [(_plan, _assess)[number % 2] for number in range(wanted.sessions)]
    people = [
        threading.Thread(target=_attempted, args=(act, url, number, until, wanted, found))
        for number, act in enumerate(work)
    ]
    asking = threading.Thread(target=_ask_for_health, args=(url, over, found.health))
    for thread in (asking, *people):
        thread.start()
    for thread in people:
        thread.join()
    over.set()
    asking.join()


def _attempted(act: Callable, url: str, number: int, until: float, wanted: argparse.Namespace, found: Measured) -> None:
    try:
        act(url, number, until, wanted, found)
    except Exception as error:  # noqa: BLE001  whatever ends a session is told with the figures
        found.wrong.append(f"session {number} ended: {type(error).__name__} {str(error)[:500]}")


def _plan(url: str, number: int, until: float, wanted: argparse.Namespace, found: Measured) -> None:
    """Plan one budget after the other; no two sessions and no two turns have the same."""
    chance, visitor = random.Random(number), Visitor(url, "plan")
    found.timed("open the page Plan", lambda: visitor.until(visitor.see(), " buys in "))
    turn = 0
    while time.monotonic() < until:
        time.sleep(chance.expovariate(1 / wanted.pause))
        pounds = 150_000 + number * 10_007 + turn * 331
        visitor.typed["budget"] = f"{pounds:,}"
        heading = f"What £{pounds:,} buys"
        shown = found.timed("plan", lambda: visitor.until(visitor.see("plan_pressed"), heading))  # noqa: B023
        last = shown[shown.rindex(heading) :]
        spent = SPENT.search(last)
        found.spent[pounds * 100] = spent[1] if spent else "not shown"
        _look_for_others(found, number, turn, last, {f"£{pounds:,}"})
        if turn % 3 == 0:
            book = found.timed("take the workbook", lambda: visitor.download(last, "Download the workbook"))  # noqa: B023
            if _budget_in(book) != pounds:
                found.wrong.append(f"session {number}, turn {turn}: the workbook is of another budget")
        turn += 1


def _assess(url: str, number: int, until: float, wanted: argparse.Namespace, found: Measured) -> None:
    """Assess one file after the other, and write the letters of every third."""
    chance, visitor = random.Random(number), Visitor(url, "assess")
    found.timed("open the page Assess", visitor.see)
    turn = 0
    while time.monotonic() < until:
        time.sleep(chance.expovariate(1 / wanted.pause))
        box = next(key for key in reversed(visitor.ids) if key.startswith("applicants_upload_"))
        visitor.upload(box, "applicants.csv", _file(number, turn, wanted.rows))
        shown = found.timed("give a file", lambda: visitor.until(visitor.see(), "What can be read"))
        del visitor.typed[box]
        shown += found.timed("decide", lambda: visitor.until(visitor.see("decide_all"), "What was decided"))
        if turn % 3 == 0:
            shown += found.timed("write letters", lambda: visitor.until(visitor.see("make_letters"), "download_zip"))
        _look_for_others(found, number, turn, shown, set())
        if not MARK.search(shown):
            found.wrong.append(f"session {number} did not see its own people")
        time.sleep(chance.expovariate(1 / wanted.pause))
        found.timed("forget the file", lambda: visitor.see("forget_applicants"))
        turn += 1


def _budget_in(workbook: bytes) -> float:
    book = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    ((sheet, cell),) = book.defined_names["budget_total"].destinations
    return book[sheet][cell].value


def _file(number: int, turn: int, rows: int) -> bytes:
    """Return a file of applicants with the names of this session and turn, from the messy file of the tests."""
    lines = APPLICANTS.read_text("cp1252").split("\n")
    whole = [line.split(";") for line in lines[ABOVE:] if line.count(";") == lines[ABOVE - 1].count(";")]
    first = (number * 7 + turn * 13) % (len(whole) - rows)
    named = [
        ";".join([cells[0], f"Load{number:03}x{turn:04} {place}", *cells[2:]])
        for place, cells in enumerate(whole[first : first + rows])
    ]
    return "\n".join([*lines[:ABOVE], *named, ""]).encode("cp1252")


def _look_for_others(found: Measured, number: int, turn: int, shown: str, budgets: set[str]) -> None:
    """Note every person and every budget on a page that is another session's, or of this one's last turn."""
    people = {whose for whose in MARK.findall(shown) if whose != (f"{number:03}", f"{turn:04}")}
    figures = set(BUDGET.findall(shown)) - budgets
    if people or figures:
        found.wrong.append(f"session {number}, turn {turn} saw another's: {sorted(people)} {sorted(figures)}")


def _ask_for_health(url: str, over: threading.Event, answers: list[float]) -> None:
    with requests.Session() as web:
        web.trust_env = False
        while not over.is_set():
            began = time.monotonic()
            web.get(f"{url}_stcore/health", timeout=SECONDS).raise_for_status()
            answers.append(time.monotonic() - began)
            over.wait(HEALTH_SECONDS)


def _page_loads(url: str, server: int, loads: int) -> None:
    """Open the page Plan so many times, each as somebody new, and say what memory the server has."""
    for number in range(1, loads + 1):
        visitor = Visitor(url, "plan")
        visitor.until(visitor.see(), " buys in ")
        visitor.stack.close()
        if number % min(TOLD, loads) == 0:
            print(f"memory of the server: {_processes.mib(server):,.0f} MiB after {number} page loads", flush=True)


def _prove(found: Measured) -> None:
    """Compare the figure of every plan with that of the same budget planned alone, in this process."""
    county = bundle.load(example.FOLDER)
    for budget, shown in found.spent.items():
        alone = plans.make(county, Scenario(budget_pence=budget), datetime.date.today()).allocation.spent_pence
        if shown != rounded_pounds(alone):
            found.wrong.append(f"{rounded_pounds(budget)}: the page said {shown}, alone it is {rounded_pounds(alone)}")


def _tell(found: Measured) -> None:
    print("| act | times | median s | 95 in 100 within | slowest |\n|---|---|---|---|---|")
    every = [second for seconds in found.seconds.values() for second in seconds]
    for act, seconds in [*sorted(found.seconds.items()), ("every act", every), ("health", found.health)]:
        within = sorted(seconds)[min(int(0.95 * len(seconds)), len(seconds) - 1)] if seconds else 0
        middle = statistics.median(seconds) if seconds else 0
        print(f"| {act} | {len(seconds):,} | {middle:.2f} | {within:.2f} | {max(seconds, default=0):.2f} |")
    print(f"{len(found.spent)} plans compared with the same budget planned alone; {len(found.wrong)} things are wrong")
    for each in found.wrong:
        print(f"wrong: {each}")


def _is_there(pid: int) -> bool:
    for _ in range(100):  # it ends when its pipe closes, which takes a moment
        if not Path(f"/proc/{pid}").exists():
            return False
        time.sleep(0.05)
    return True


if __name__ == "__main__":
    main()
