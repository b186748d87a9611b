"""The library of scenarios against the plainest thing that keeps as much: a TOML file each, written with fsync.

Milliseconds a save, and to list 2,000; on SQLite (in a file) and on a PostgreSQL server of this machine. The ratio
is the price of what plain files do not do: versions, results, the audit log, and the message to the second who saves.
`python -m benchmarks.store`.
"""

import datetime
import os
import statistics
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from budget.planning import plan as planning
from budget.scenarios import scenario_file
from budget.scenarios.scenario import Scenario
from budget.store import library as store
from budget.store import results as store_results
from data import bundle
from data.command_line import write_whole
from data.example import FOLDER
from tests import postgres

MANY = 2_000
SAVES = 100


def main() -> None:
    scenario = Scenario(day=datetime.date(2026, 9, 1))
    results = store_results.results_of(planning.make(bundle.load(FOLDER), scenario, scenario.day))
    print(f"store: {MANY:,} scenarios, {SAVES} more saved with results; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        plain = with_files(Path(folder), scenario)
        urls = {
            "SQLite": f"sqlite:///{folder}/library.sqlite",
            "PostgreSQL": postgres.server(durable=True).new_database(),
        }
        print(f"  {'TOML files':<12} save {plain[0]:7.2f} ms         list {plain[1]:8.1f} ms")
        for name, url in urls.items():
            with store.open_library(url) as library:
                save, listed = with_library(library, scenario, results)
            saving = f"save {save:7.2f} ms {save / plain[0]:6.2f}x"
            print(f"  {name:<12} {saving} list {listed:8.1f} ms {listed / plain[1]:6.2f}x")


def with_files(folder: Path, scenario: Scenario) -> tuple[float, float]:
    """Return the milliseconds of a save and of a list of all, kept as plain files."""
    place = folder / "plain"
    place.mkdir()

    def save(number: int) -> None:
        text = scenario_file.to_text(replace(scenario, name=f"Scenario {number}"))
        write_whole(place / f"{number}.toml", text.encode())

    for number in range(MANY):
        save(number)
    each = [milliseconds(lambda number=number: save(MANY + number)) for number in range(SAVES)]
    return statistics.median(each), milliseconds(
        lambda: [tomllib.loads(path.read_text(encoding="utf-8"))["name"] for path in place.iterdir()]
    )


def with_library(library: store.Library, scenario: Scenario, results: store_results.Results) -> tuple[float, float]:
    """Return the milliseconds of a save and of a list of all, in the library."""

    def save(number: int) -> None:
        named = replace(scenario, name=f"Scenario {number}")
        library.save(named, author="benchmark", note="a note of a line", results=results)

    for number in range(MANY):
        save(number)
    each = [milliseconds(lambda number=number: save(MANY + number)) for number in range(SAVES)]
    return statistics.median(each), milliseconds(library.list)


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
