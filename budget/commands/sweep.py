"""`python -m budget sweep`: many scenarios of one county, planned side by side, into one Parquet table."""

import argparse
import datetime
import io
import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from budget.sweep import sweep, sweep_run
from budget.sweep.sweep import FAILED, Job, Outcome
from data import bundle
from data.command_line import DONE, check_folder, print_json, say, show, write_whole
from data.example import FOLDER as EXAMPLE
from data.faults import Fault, InputError

PATIENCE_SECONDS = 10  # for a Dask scheduler to answer
FAILURES_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `sweep`."""
    parser.add_argument("sweep", type=Path, metavar="SWEEP.toml", help="a base scenario and a grid or list of others")
    parser.add_argument("--bundle", type=Path, default=EXAMPLE, help="a county bundle (the made-up example if absent)")
    parser.add_argument("--out", type=Path, required=True, metavar="RESULTS.parquet", help="one row a scenario")
    parser.add_argument(
        "--groups", action="store_true", help="also write RESULTS-groups.parquet: each kind and district of each plan"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.5:8786")
    parser.add_argument("--workers", type=int, help="processes on this machine (one a processor if absent)")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def command(arguments: argparse.Namespace) -> int:
    """Run the sweep and write its results. Raises InputError for a faulty file, or where every scenario failed."""
    _check(arguments)
    asked = sweep.read(arguments.sweep, datetime.date.today())
    jobs = sweep.jobs(asked, bundle.load(arguments.bundle), arguments.bundle)
    journal = sweep_run.Journal(arguments.out.with_name(arguments.out.name + ".journal"))
    make_executor = dask_executor(arguments.scheduler) if arguments.scheduler else loky_executor(arguments.workers)
    done = _run(jobs, make_executor, journal)
    failed = [(job, outcome) for job, outcome in done.values() if outcome.results["status"] == FAILED]
    if len(failed) == len(jobs):
        problems = dict.fromkeys(outcome.results["problem"] for _, outcome in failed)
        raise InputError(arguments.sweep.name, [Fault("every scenario failed", problem) for problem in problems])
    write_whole(arguments.out, parquet(sweep.results_table(done)))
    if arguments.groups:
        write_whole(groups_path(arguments.out), parquet(sweep.groups_table(done)))
    if not failed:
        journal.path.unlink(missing_ok=True)
    _report(arguments, len(jobs), failed)
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be done before the work rather than after it."""
    if arguments.out.suffix != ".parquet":
        raise InputError("--out", [f"{arguments.out} does not end in .parquet. The results are a Parquet file."])
    if arguments.out.is_dir():
        raise InputError("--out", [f"{arguments.out} is a folder. Name a file in it."])
    check_folder(arguments.out.parent, "--out")
    if arguments.workers is not None and not 1 <= arguments.workers <= 1024:
        raise InputError("--workers", [f"{arguments.workers} must be from 1 to 1024 processes."])


def groups_path(out: Path) -> Path:
    """Return where the table of kinds and districts is written, beside the results."""
    return out.with_name(f"{out.stem}-groups.parquet")


def parquet(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet: the same bytes for the same table."""
    content = io.BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()


def _run(jobs: list[Job], make_executor: Callable[[], Executor], journal: sweep_run.Journal) -> dict:
    with tqdm(total=len(jobs), desc="Scenarios", unit="plan", dynamic_ncols=True) as bar:

        def report(job: Job, outcome: Outcome) -> None:
            if outcome.results["status"] == FAILED:
                bar.write(
                    f"Scenario {job.number} ({job.scenario.name}) failed: {outcome.results['problem']}", file=sys.stderr
                )
            bar.update()

        return sweep_run.run(jobs, make_executor, journal, report)


def _report(arguments: argparse.Namespace, count: int, failed: list[tuple[Job, Outcome]]) -> None:
    say(f"Wrote {arguments.out}.")
    if failed:
        say(f"{len(failed)} of {count} scenarios failed; run the same command again to try those once more.")
    if arguments.json:
        problems = [{"number": job.number, "problem": outcome.results["problem"]} for job, outcome in failed]
        print_json({"scenarios": count, "failed": problems, "out": str(arguments.out)})
    else:
        show(f"{count - len(failed):,} of {count:,} scenarios planned for.")


def loky_executor(workers: int | None) -> Callable[[], Executor]:
    """Return a maker of executors on this machine: loky's, whose workers never run the main script a second time."""
    loky = _needed("loky")
    return lambda: loky.ProcessPoolExecutor(max_workers=workers or os.cpu_count() or 1)


def dask_executor(address: str) -> Callable[[], Executor]:
    """Return a maker of executors on a Dask cluster, one connection for all. Raises InputError where none answers.

    The workers need this program and must see the bundle under the same path.
    """
    distributed = _needed("distributed")
    try:
        client = distributed.Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        problem = f"No Dask scheduler answers there ({error}). Check the address and that the cluster is running."
        raise InputError(f"--scheduler {address}", [problem]) from error
    return lambda: client.get_executor(pure=False)


def _needed(name: str):
    """Import what a sweep needs and a plan does not, or say how to come by it."""
    try:
        return __import__(name)
    except ImportError:
        how = f"pip install -r requirements-sweep.txt brings {name}, which a sweep needs."
        raise InputError("sweep", [f"{name} is not installed. {how}"]) from None
