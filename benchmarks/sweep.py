"""A sweep side by side on this machine's processors against the same sweep one scenario after the other.

48 scenarios of the made-up example county, wall seconds; starting the workers (each loads the libraries) counts.
`python -m benchmarks.sweep`.
"""

import datetime
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from budget.sweep import sweep, sweep_run
from data import bundle
from data.command_line.executors import loky_executor
from data.example import FOLDER

GRID = {
    "grid": {
        "budget": list(range(100_000, 900_000, 100_000)),
        "figures": {"bus_pass.price": [800, 900, 1000], "college_minutes": [60, 75]},
    }
}


def main() -> None:
    asked = sweep.from_mapping(GRID, "benchmark", datetime.date(2026, 9, 1))
    jobs = sweep.jobs(asked, bundle.load(FOLDER), FOLDER)
    print(f"sweep: {len(jobs)} scenarios, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; wall seconds")
    serial = seconds(jobs, lambda: ThreadPoolExecutor(1))
    loky = seconds(jobs, loky_executor(None))
    print(f"  one after the other {serial:6.1f}  loky {loky:6.1f}  {serial / loky:5.2f}x")


def seconds(jobs: list[sweep.Job], make_executor: Callable[[], Executor]) -> float:
    """Return the wall seconds of a sweep with nothing done before."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        sweep_run.run(jobs, make_executor, sweep_run.Journal(Path(folder) / "journal"))
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
